"""Which server is really running on a data directory, and what a dead one left behind.

A pid file is never believed by its number alone: numbers are reused.
"""

import logging
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from core.frozen import frozen
from storage.embedded.errors import StartFailed
from storage.embedded.layout import Layout
from storage.embedded.processes import list_processes, read_command

_log = logging.getLogger(__name__)
_NOBODY = 2**31 - 1  # a process number no system gives out
_POLL = 0.005  # seconds
_FAST, _SLOW = 30.0, 5.0  # seconds


@frozen
class Presence:
    """A running server: its process, its socket's directory, and whether it takes connections."""

    pid: int
    sockets: Path
    ready: bool


def find_server(layout: Layout) -> Presence | None:
    """The server running on this data, or None. (postmaster.pid: miscadmin.h, LOCK_FILE_LINE_*.)"""
    lines = _read_pid_file(layout)
    pid = _number(lines)
    if pid is None or not _runs_here(layout, pid, read_command(pid)):
        return None
    sockets = lines[4] if len(lines) > 4 and lines[4] else str(layout.sockets)
    status = lines[7].strip() if len(lines) > 7 else ""
    return Presence(pid, Path(sockets), status == "ready")


def end_orphan(layout: Layout) -> None:
    """Stop a server whose owner has died; only the holder of the lease may. Up to 35 s."""
    for number, seconds in ((signal.SIGINT, _FAST), (signal.SIGQUIT, _SLOW)):
        found = find_server(layout)
        if found is None:
            return
        _log.warning("stopping the server %d, whose owner has died", found.pid)
        with suppress(ProcessLookupError):
            os.kill(found.pid, number)
        if _wait_until_gone(layout, [found.pid], seconds):
            return
    raise StartFailed("an older server on the same data does not stop", log=layout.log)


def clear_remains(layout: Layout) -> None:
    """Make way after a crash: processes that outlived their server, its pid file, its socket.

    Only without a running server, by the holder of the lease. Raises StartFailed, OSError.
    """
    lines = _read_pid_file(layout)
    if layout.pid_file.exists():
        _end_survivors(layout)
        _disarm_pid_file(layout, lines)
    for left in layout.sockets.glob(".s.PGSQL.*"):
        left.unlink()


def _end_survivors(layout: Layout) -> None:
    # A busy backend notices its server's death only when it next waits; two sets of
    # processes on one data directory would destroy it.
    survivors = list(_find_survivors(layout))
    for pid in survivors:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    if not _wait_until_gone(layout, survivors, _SLOW):
        raise StartFailed("processes of a crashed server do not end", log=layout.log)


def _disarm_pid_file(layout: Layout, lines: list[str]) -> None:
    """Make a stale pid file harmless without losing PostgreSQL's own second guard.

    PostgreSQL refuses to start when the number is in use, whoever uses it. The file is
    not removed, because it also names the shared memory that is checked for users.
    """
    if _number(lines) is None:
        layout.pid_file.unlink()
        return
    text = "\n".join([str(_NOBODY), *lines[1:]]) + "\n"
    opened = os.open(layout.pid_file, os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW)
    with os.fdopen(opened, "w") as file:
        file.write(text)


def _find_survivors(layout: Layout) -> Iterator[int]:
    for pid, command in list_processes():
        if _runs_here(layout, pid, command):
            yield pid


def _wait_until_gone(layout: Layout, pids: list[int], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while any(_runs_here(layout, pid, read_command(pid)) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL)
    return True


def _runs_here(layout: Layout, pid: int, command: list[str]) -> bool:
    if not _is_postgres(command) or not _same_user(layout, pid):
        return False
    # The marker is in our servers' command lines and in their children's titles; the path
    # and the working directory tell one that somebody started by hand.
    if layout.marker in " ".join(command) or str(layout.cluster) in command:
        return True
    try:
        return os.path.samefile(f"/proc/{pid}/cwd", layout.cluster)
    except OSError:
        return False


def _is_postgres(command: list[str]) -> bool:
    # By name, so that a shell or an editor whose working directory it is stays untouched.
    if sys.platform != "linux":
        return bool(command) and "postgres" in command[0]
    return bool(command) and os.path.basename(command[0].partition(":")[0]) == "postgres"


def _same_user(layout: Layout, pid: int) -> bool:
    # Root could signal anybody's process: it must never be another user's.
    if sys.platform != "linux":
        return True
    try:
        return os.stat(f"/proc/{pid}").st_uid == layout.cluster.stat().st_uid
    except OSError:
        return False


def _read_pid_file(layout: Layout) -> list[str]:
    try:
        return layout.pid_file.read_text(errors="surrogateescape").splitlines()
    except FileNotFoundError:
        return []


def _number(lines: list[str]) -> int | None:
    # Negative: a single-user server, which is one all the same.
    try:
        return abs(int(lines[0])) or None
    except (IndexError, ValueError):
        return None
