"""The public door: start a server or join the one that runs. How it is launched is elsewhere.

On Linux the server stops cleanly when its owner dies, even by kill -9. Elsewhere it stops
at the owner's ordinary exit, and after a kill -9 the next `start` replaces it.
"""

import atexit
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from storage.embedded.binaries import Binaries
from storage.embedded.cluster import DATABASE, ROLE
from storage.embedded.errors import Busy, Unsupported, explain
from storage.embedded.launch import launch
from storage.embedded.layout import Layout
from storage.embedded.lease import Lease, read_lease, take_lease
from storage.embedded.ownership import check_owner, choose_account, make_home
from storage.embedded.presence import find_server
from storage.embedded.processes import Postmaster

_POLL = 0.01  # seconds


class Server:
    """A running embedded PostgreSQL, made by `start`. Safe to use from several threads."""

    def __init__(self, layout: Layout, *, given: Binaries | None, patience: float) -> None:
        """Start or join. Raises EmbeddedError, OSError."""
        self._layout = layout
        self._given = given
        self._patience = patience
        self._mutex = threading.RLock()
        self._process = os.getpid()
        self._lease: Lease | None = None
        self._postmaster: Postmaster | None = None
        self._sockets = layout.sockets
        self._stopped = False
        with _explained(layout):
            self._attach()

    @property
    def url(self) -> str:
        """For asyncpg; with `postgresql+asyncpg:` in front, for SQLAlchemy."""
        # The port too: asyncpg would otherwise take it from PGPORT.
        where = f"host={quote(str(self._sockets))}&port=5432"
        return f"postgresql://{ROLE}@/{DATABASE}?{where}"

    @property
    def owned(self) -> bool:
        """Whether this process started the server, and will stop it."""
        return self._lease is not None and self._process == os.getpid()

    def alive(self) -> bool:
        """Whether the server runs."""
        if self.owned:
            return self._postmaster is not None and self._postmaster.running()
        return find_server(self._layout) is not None

    def restart_if_dead(self) -> bool:
        """Start (or join) it again if it died; whether it had died. Blocks. Raises EmbeddedError.

        After `stop` it does nothing. If the owner of a joined server ended, this process
        becomes the owner.
        """
        with self._mutex:
            if self._stopped or self.alive():
                return False
            with _explained(self._layout):
                self._attach()
            return True

    def stop(self) -> None:
        """Stop an owned server cleanly, or leave a joined one alone. Blocks, up to 40 s."""
        with self._mutex:
            self._stopped = True
            if self.owned and self._postmaster is not None:
                self._postmaster.stop()
            if self.owned and self._lease is not None:
                self._lease.release()
            self._lease = None
            atexit.unregister(self.stop)

    def _attach(self) -> None:
        check_owner(self._layout, choose_account(self._layout))
        make_home(self._layout)
        deadline = time.monotonic() + self._patience
        while not (self._take() or self._join()):
            if time.monotonic() > deadline:
                raise Busy(self._layout.home, holder=read_lease(self._layout.lock)[0])
            time.sleep(_POLL)

    def _take(self) -> bool:
        lease = self._lease if self.owned else take_lease(self._layout.lock)
        if lease is None:
            return False
        self._lease, self._process = lease, os.getpid()
        try:
            self._postmaster = launch(self._layout, given=self._given, patience=self._patience)
        except BaseException:
            self._lease = None
            lease.release()
            raise
        lease.announce(self._postmaster.pid)
        self._sockets = self._layout.sockets
        atexit.unregister(self.stop)
        atexit.register(self.stop)
        return True

    def _join(self) -> bool:
        found = find_server(self._layout)
        # The holder may be about to replace the server of a dead owner: join only its own.
        if found is None or not found.ready or str(found.pid) != read_lease(self._layout.lock)[1]:
            return False
        self._sockets = found.sockets
        return True


def start(data: Path, *, binaries: Binaries | None = None, patience: float = 60.0) -> Server:
    """Start the server on `data` (made if missing), or join the one another process runs there.

    Blocks until it takes connections, at most about `patience` seconds; the role and the
    database exist then. `binaries` replaces the search for programs. Raises EmbeddedError.
    """
    if sys.platform == "win32":
        raise Unsupported
    layout = Layout(Path(os.path.realpath(data)))
    return Server(layout, given=binaries, patience=patience)


@contextmanager
def _explained(layout: Layout) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise explain(error, layout.home) from error
