"""The connection to PostgreSQL: one pool, and the two ways of using it.

`raw()` lends the driver's own connection, for the hot path and for pgqueuer; `begin()` is an
ordinary SQLAlchemy transaction. Nothing else in storage opens connections.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self

import asyncpg
from sqlalchemy import text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.errors import StorageError, Unavailable, WrongAddress, translated

RawConnection = Any  # asyncpg.Connection, or its pool's proxy: the driver ships no types


@dataclass(frozen=True, slots=True)
class Pool:
    """How many connections are kept and how long a statement may take, in seconds."""

    size: int = 10
    statement_timeout: float = 15.0
    lock_timeout: float = 5.0


class Database:
    """A PostgreSQL database. Raises the errors of storage.errors, whatever the driver raises."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Use `open` instead, which reads an address."""
        self.engine = engine

    @classmethod
    def open(cls, address: str, pool: Pool | None = None) -> Self:
        """A database at `address`; connects when first used. Raises WrongAddress."""
        pool = pool or Pool()
        engine = create_async_engine(
            url_of(address),
            pool_size=pool.size,
            max_overflow=0,
            pool_timeout=10,
            pool_use_lifo=True,
            connect_args={
                "server_settings": {
                    "application_name": "resolutionflow",
                    "statement_timeout": f"{pool.statement_timeout * 1000:.0f}",
                    "lock_timeout": f"{pool.lock_timeout * 1000:.0f}",
                    "idle_in_transaction_session_timeout": "60000",
                    "jit": "off",
                },
                "timeout": 10,
            },
        )
        return cls(engine)

    @asynccontextmanager
    async def raw(self) -> AsyncIterator[RawConnection]:
        """The driver's connection, in autocommit; transactions are opened on it explicitly."""
        async with translated(), self.engine.connect() as connection:
            pooled = await connection.get_raw_connection()
            yield pooled.driver_connection

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A transaction, committed at the end; begun on the server before anything else.

        SQLAlchemy begins lazily: without this first statement, a raw statement on the same
        connection would be committed on its own.
        """
        async with translated(), self.engine.begin() as connection:
            await connection.execute(text("SELECT 1"))
            yield connection

    async def ping(self) -> None:
        """Raise Unavailable or WrongAddress unless the database answers."""
        try:
            async with self.begin():
                pass
        except Unavailable as error:
            raise _why(error, self.engine.url) from error
        except asyncpg.PostgresError as error:
            raise _why(error, self.engine.url) from error

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def url_of(address: str) -> URL:
    """`address` as SQLAlchemy wants it. Raises WrongAddress, naming DATABASE_URL."""
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise WrongAddress(_HINT) from error
    if url.get_backend_name() not in {"postgresql", "postgres"}:
        raise WrongAddress(f"DATABASE_URL names {url.get_backend_name()}. {_HINT}")
    return url.set(drivername="postgresql+asyncpg")


def _why(error: BaseException, url: URL) -> StorageError:
    """What stands between this program and the database, in words."""
    where = url.render_as_string(hide_password=True).replace("+asyncpg", "")
    cause: BaseException | None = error
    while cause is not None:
        match cause:
            case asyncpg.InvalidPasswordError() | asyncpg.InvalidAuthorizationSpecificationError():
                return WrongAddress(f"The database at {where} refused the user or the password.")
            case asyncpg.InvalidCatalogNameError():
                return WrongAddress(f"There is no database “{url.database}” at {where}. Create it.")
            case _:
                pass
        cause = cause.__cause__ or cause.__context__
    return Unavailable(
        f"No database answers at {where}. Is the server running, and is DATABASE_URL right?"
    )


_HINT = (
    "DATABASE_URL should look like postgresql://user:password@host:5432/database. "
    "Leave it empty to use the PostgreSQL that comes with ResolutionFlow."
)
