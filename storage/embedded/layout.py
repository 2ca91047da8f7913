"""Where things lie in the data directory. Names only: nothing is created or opened here."""

import hashlib
import os
import re
import tempfile
from pathlib import Path

from core.frozen import frozen

_SOCKET_FILE = ".s.PGSQL.5432"
_SOCKET_BYTES = 103  # sun_path: 107 on Linux, 103 on macOS
_PLAIN = re.compile(r"[A-Za-z0-9_./+-]+")  # commas part lists in URLs and in the server's setting


@frozen
class Layout:
    """The data directory `home` (absolute, symbolic links resolved) and what is in it."""

    home: Path

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own directory (PGDATA)."""
        return self.home / "cluster"

    @property
    def lock(self) -> Path:
        """Held by the process that owns the server."""
        return self.home / "lock"

    @property
    def log(self) -> Path:
        """What the server prints."""
        return self.home / "server.log"

    @property
    def pid_file(self) -> Path:
        """PostgreSQL's note of the running server."""
        return self.cluster / "postmaster.pid"

    @property
    def marker(self) -> str:
        """A word in the command line of every process of this server and of no other."""
        return f"resolutionflow-{self._digest()}"

    @property
    def sockets(self) -> Path:
        """The socket's directory: inside, or a short one under the temporary directory."""
        inside = self.home / "socket"
        if _fits(inside):
            return inside
        short = Path(tempfile.gettempdir()) / self.marker
        return short if _fits(short) else Path("/tmp") / self.marker  # noqa: S108  (make_private checks whose)

    def _digest(self) -> str:
        return hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]


def _fits(directory: Path) -> bool:
    whole = os.fsencode(directory / _SOCKET_FILE)
    return len(whole) <= _SOCKET_BYTES and _PLAIN.fullmatch(str(directory)) is not None
