"""Where the program lies and where its data goes. Looks at directories, makes none."""

import hashlib
import os
import stat
from pathlib import Path

import bot

_SHARED = Path("/var/lib/resolutionflow")


def checkout() -> Path | None:
    """The checkout this program runs from; None when it was installed as a package."""
    root = Path(bot.__file__).resolve().parent.parent
    return root if (root / "pyproject.toml").is_file() else None


def default_data() -> Path:
    """The data directory when nobody chose one.

    As root the server runs as another user: when that one could not enter, below /var/lib.
    """
    root = checkout()
    wanted = root / ".data" if root else _data_home() / "resolutionflow"
    if os.name != "posix" or os.geteuid() != 0 or _open_to_all(wanted):
        return wanted
    digest = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:8]
    return _SHARED / f"{(root or wanted).name}-{digest}"


def _data_home() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")


def _open_to_all(wanted: Path) -> bool:
    there = [path for path in wanted.parents if path.exists()]
    return all(path.stat().st_mode & stat.S_IXOTH for path in there)
