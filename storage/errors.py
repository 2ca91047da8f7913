"""What can go wrong in storage. Messages are safe to show; details go to the log.

    StorageError
    ├── NotSaved          a statement took too long or lost a race for good: press again
    ├── Unavailable       the database cannot be reached, or went away
    ├── DiskFull          the database has no room left
    ├── WrongAddress      DATABASE_URL is not an address, or names what does not exist
    ├── SchemaTooOld      the database waits for migrations
    ├── SchemaTooNew      the database was made by a newer version of the product
    └── NoKey             what is kept encrypted has no key that fits

`translated` turns the driver's errors into these, at the one door that all statements pass.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout


class StorageError(Exception):
    """Any failure of storage; its message is safe to show to a user."""


class NotSaved(StorageError):
    """Nothing was saved; the same can be tried again."""


class Unavailable(StorageError):
    """The database cannot be reached."""


class DiskFull(StorageError):
    """The database has no room left."""


class WrongAddress(StorageError):
    """DATABASE_URL does not lead to a database."""


class SchemaTooOld(StorageError):
    """The database waits for migrations."""


class SchemaTooNew(StorageError):
    """The database is ahead of this program."""


class NoKey(StorageError):
    """What is kept encrypted cannot be read, or nothing can be kept so."""


NOT_SAVED = "Not saved: the database took too long. Press again."
UNAVAILABLE = "The database cannot be reached right now. Nothing was saved; try again in a minute."
DISK_FULL = (
    "Not saved: the database's disk is full. Free some room there, then try again; "
    "everything saved before is still there."
)


_ENDS = ("closed", "closing", "released")
_DRIVERS = (
    PoolTimeout,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
)


@asynccontextmanager
async def translated() -> AsyncIterator[None]:
    """Raise StorageError for what the driver or SQLAlchemy raise about the database itself."""
    try:
        yield
    except DBAPIError as error:
        meaning = _meaning(error.orig.__cause__ if error.orig else None)
        if error.connection_invalidated:
            meaning = meaning or Unavailable(UNAVAILABLE)
        if meaning is None:
            raise
        raise meaning from error
    except _DRIVERS as error:
        meaning = _meaning(error)
        if meaning is None:
            raise
        raise meaning from error


def _meaning(error: BaseException | None) -> StorageError | None:
    match error:
        case asyncpg.DiskFullError():
            return DiskFull(DISK_FULL)
        case (
            TimeoutError()
            | PoolTimeout()
            | asyncpg.QueryCanceledError()
            | asyncpg.LockNotAvailableError()
            | asyncpg.DeadlockDetectedError()
            | asyncpg.SerializationError()
            | asyncpg.IdleInTransactionSessionTimeoutError()
        ):
            return NotSaved(NOT_SAVED)
        case (
            asyncpg.PostgresConnectionError()
            | asyncpg.CannotConnectNowError()
            | asyncpg.AdminShutdownError()
            | asyncpg.CrashShutdownError()
            | asyncpg.InsufficientResourcesError()
            | asyncpg.ReadOnlySQLTransactionError()  # a server that stands by
            | asyncpg.InvalidAuthorizationSpecificationError()
            | asyncpg.InvalidCatalogNameError()
            | asyncpg.ClientConfigurationError()
            | OSError()
            # What was lent had just been ended by the server, and the driver was not done with it.
            | asyncpg.InternalClientError()
        ):
            return Unavailable(UNAVAILABLE)
        case asyncpg.InterfaceError() if any(end in str(error) for end in _ENDS):
            # The server ended a connection that was lent, or we are leaving; the driver's others
            # are our mistakes.
            return Unavailable(UNAVAILABLE)
        case _:
            return None
