"""Who owns the server of a data directory: one process at a time, until it dies.

The kernel gives the lease back when the process ends, however it ends.
"""

import os
from pathlib import Path

_held: set[int] = set()  # open descriptors, so that a fork can let go of them


class Lease:
    """The right to start and stop the server. Made by `take_lease`."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        _held.add(descriptor)

    def announce(self, server: int) -> None:
        """Name the process number of the server that others may join. Raises OSError."""
        _write(self._descriptor, f"{os.getpid()} {server}")

    def release(self) -> None:
        """Let the next process take it; harmless when repeated."""
        if self._descriptor in _held:
            _held.discard(self._descriptor)
            os.close(self._descriptor)


def take_lease(lock: Path) -> Lease | None:
    """The lease, or None while another process holds it. Raises OSError."""
    import fcntl  # absent on Windows, where `start` has already refused

    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    _write(descriptor, str(os.getpid()))
    return Lease(descriptor)


def read_lease(lock: Path) -> tuple[str, str]:
    """The process numbers of the lease's holder and of its server; "" where not known."""
    holder, _, server = lock.read_text().partition(" ")
    return holder, server


def _write(descriptor: int, text: str) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, text.encode(), 0)


def _let_go_in_fork() -> None:
    # A forked child shares the lock: it would keep it after its parent's death.
    for descriptor in _held:
        os.close(descriptor)
    _held.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go_in_fork)
