"""A program of its own: becomes the server's user, ties its life to its parent's, becomes postgres.

Run by path, never imported: nothing of the project may be imported here, because the
server's user may be unable to read it.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def _drop_root(name: str, *, uid: int, gid: int) -> None:
    """Become `name`; does nothing for an ordinary user. Raises OSError when not allowed."""
    if os.geteuid() == 0:
        os.initgroups(name, gid)
        os.setgid(gid)
        os.setuid(uid)


def _die_with(parent: int, death: signal.Signals) -> None:
    """Receive `death` when the thread that started this program ends (Linux only)."""
    if sys.platform != "linux":
        return
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(death), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:  # it ended before the line above could see it
        sys.exit("the process that started this one has ended")


def main(arguments: list[str]) -> None:
    """NAME UID GID PARENT SIGNAL PROGRAM ARGUMENT...: all of it, then exec. Does not return."""
    name, uid, gid, parent, death, program = arguments[:6]
    try:
        os.umask(0o077)
        _drop_root(name, uid=int(uid), gid=int(gid))
        # After the change of user: the kernel forgets the signal on setuid.
        _die_with(int(parent), signal.Signals(int(death)))
        os.execv(program, arguments[5:])  # noqa: S606  (the point of this program)
    except OSError as error:
        sys.exit(f"error: cannot run {program} as {name}: {error.strerror}")


if __name__ == "__main__":
    main(sys.argv[1:])
