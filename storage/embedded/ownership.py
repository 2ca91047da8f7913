"""Whose the server and its directories are. Never changes a directory it did not make."""

import os
import stat
from pathlib import Path

from core.frozen import frozen
from storage.embedded.errors import StartFailed, Unwritable, WrongOwner
from storage.embedded.layout import Layout

_STAND_INS = ("postgres", "nobody")  # whom root becomes: PostgreSQL refuses to run as root


@frozen
class Account:
    """The user the server runs as."""

    name: str
    uid: int
    gid: int

    @property
    def is_dropped(self) -> bool:
        """Whether the server runs as another user than this process."""
        return self.uid != os.geteuid()


def choose_account(layout: Layout) -> Account:
    """This user; for root `postgres`, else `nobody`, preferring whoever has the data already.

    Raises StartFailed when root finds neither.
    """
    if os.geteuid() != 0:
        return Account(_name(os.geteuid()), os.geteuid(), os.getegid())
    found = [account for name in _STAND_INS if (account := _look_up(name)) is not None]
    if not found:
        raise StartFailed("root needs a user named postgres or nobody to run it as; add one")
    owner = _owner(layout.cluster)
    return next((account for account in found if account.uid == owner), found[0])


def check_owner(layout: Layout, account: Account) -> None:
    """Raises WrongOwner when the data belongs to someone else than `account`."""
    owner = _owner(layout.cluster)
    if owner not in (None, account.uid):
        raise WrongOwner(layout.home, owner=_name(owner or 0), needed=account.name)


def make_home(layout: Layout) -> None:
    """Make the data directory and the parents it lacks. Raises Unwritable or OSError.

    What root makes, everyone may pass through (the server's user must), whatever the umask.
    """
    parents, own = (0o755, 0o711) if os.geteuid() == 0 else (0o700, 0o700)
    missing = [path for path in (layout.home, *layout.home.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        path.chmod(own if path == layout.home else parents)
    if not os.access(layout.home, os.W_OK | os.X_OK):
        sealed = os.statvfs(layout.home).f_flag & os.ST_RDONLY
        owner = f"it belongs to the user {_name(layout.home.stat().st_uid)}"
        raise Unwritable(layout.home, reason="it is mounted read-only" if sealed else owner)


def make_private(directory: Path, account: Account) -> None:
    """A directory only `account` can enter. Raises WrongOwner, or OSError.

    It may lie in a world-writable place, so one that someone else put there is refused.
    """
    try:
        directory.mkdir(mode=0o700)
    except FileExistsError:
        found = directory.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (account.uid, os.geteuid()):
            owner = _name(found.st_uid)
            raise WrongOwner(directory, owner=owner, needed=account.name) from None
    give(directory, account)
    directory.chmod(0o700)


def give(path: Path, account: Account) -> None:
    """Hand a file or directory of ours to the server's user."""
    if account.is_dropped:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def _owner(path: Path) -> int | None:
    try:
        return path.stat().st_uid
    except FileNotFoundError:
        return None


def _look_up(name: str) -> Account | None:
    import pwd  # absent on Windows, where `start` has already refused

    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(name, entry.pw_uid, entry.pw_gid)


def _name(uid: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
