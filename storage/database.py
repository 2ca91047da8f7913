"""The connection to PostgreSQL, and the two ways of using it, each with a pool of its own.

`raw()` lends the driver's own connection, for the hot path and for pgqueuer; `begin()` is an
ordinary SQLAlchemy transaction. Nothing else in storage opens connections.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

import asyncpg
from sqlalchemy import text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import QueuePool

from core.frozen import frozen
from storage.errors import StorageError, Unavailable, WrongAddress, translated
from storage.lending import Lending
from storage.lending import RawConnection as RawConnection

CONNECTING = 10  # seconds that the server may take to answer, and that a free connection may

_GOODBYE = 3  # seconds that lent connections have to come back when all are closed


@frozen
class Pool:
    """How many connections are kept and how long a statement may take, in seconds.

    `size` are for clicks; half as many more are for units of work. One that nobody used for `idle`
    seconds is made anew: what lies between may have forgotten it, and tells nobody.
    `name` is what pg_stat_activity shows. A lock is waited for less long than a click waits: what
    the server gives up is surely not saved, what only the client gives up may be.
    """

    size: int = 10
    name: str = "resolutionflow"
    statement_timeout: float = 15.0
    lock_timeout: float = 1.5
    idle: float = 300.0


class Database:
    """A PostgreSQL database. Raises the errors of storage.errors, whatever the driver raises."""

    def __init__(self, engine: AsyncEngine, clicks: Lending) -> None:
        """Use `open` instead, which reads an address.

        `clicks` is for who has a time limit of their own and translates errors: `raw` for others.
        """
        self.engine = engine
        self.clicks = clicks

    @classmethod
    def open(cls, address: str, pool: Pool | None = None) -> Self:
        """A database at `address`; connects when first used. Raises WrongAddress."""
        url, pool = url_of(address), pool or Pool()
        engine = create_async_engine(
            url,
            async_creator=lambda: _connected(url, pool),
            pool_size=max(2, pool.size // 2),
            max_overflow=0,
            pool_timeout=CONNECTING,
            pool_use_lifo=True,
        )
        clicks = asyncpg.create_pool(
            min_size=0,
            max_size=pool.size,
            connect=lambda *_, **__: _connected(url, pool),
            reset=_clean,
            max_inactive_connection_lifetime=pool.idle,
        )
        return cls(engine, Lending(clicks, pool.idle))

    @asynccontextmanager
    async def raw(self) -> AsyncIterator[RawConnection]:
        """The driver's connection, in autocommit; transactions are opened on it explicitly."""
        async with translated():
            async with asyncio.timeout(CONNECTING):
                connection = await self.clicks.borrow()
            try:
                yield connection
            except BaseException:
                await self.clicks.give_up(connection)
                raise
            await self.clicks.give_back(connection)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A transaction, committed at the end; begun on the server before anything else.

        SQLAlchemy begins lazily: without this first statement, a raw statement on the same
        connection would be committed on its own.
        """
        async with translated(), self.engine.begin() as connection:
            await connection.execute(text("SELECT 1"))
            yield connection

    @asynccontextmanager
    async def own(self, name: str = "queue", **settings: str) -> AsyncIterator[RawConnection]:
        """A connection of the caller's own beside the pool, to listen on; closed at the end.

        `settings` are PostgreSQL's, for this connection.
        """
        url = self.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        ours = {"application_name": f"resolutionflow {name}", "statement_timeout": "30000"}
        async with translated():
            connection = await asyncpg.connect(url, timeout=10, server_settings=ours | settings)
            try:
                yield connection
            finally:
                connection.terminate()

    async def ping(self) -> None:
        """Raise Unavailable or WrongAddress unless the database answers."""
        try:
            async with self.begin() as connection:
                encoding = (await connection.execute(text("SHOW server_encoding"))).scalar_one()
        except (StorageError, asyncpg.PostgresError) as error:
            raise _why(error, self.engine.url) from error
        if encoding != "UTF8":
            name = self.engine.url.database
            raise WrongAddress(
                f"The database “{name}” is encoded in {encoding}: not every text fits. "
                f"Make it anew: CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"
            )

    def in_use(self) -> tuple[int, int]:
        """Connections lent out now, and at most."""
        pool = self.engine.pool
        assert isinstance(pool, QueuePool)
        return pool.checkedout() + self.clicks.lent(), pool.size() + self.clicks.size

    async def close(self) -> None:
        """Close every connection."""
        try:
            async with asyncio.timeout(_GOODBYE):
                await self.clicks.close()
        except TimeoutError:
            self.clicks.terminate()  # somebody keeps a connection
        await self.engine.dispose()


def url_of(address: str) -> URL:
    """`address` as SQLAlchemy wants it. Raises WrongAddress, naming DATABASE_URL."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        # What could not be read may hold a password: neither shown nor kept as a cause.
        raise WrongAddress(f"DATABASE_URL is not an address. {_HINT}") from None
    if url.get_backend_name() not in {"postgresql", "postgres"}:
        raise WrongAddress(f"DATABASE_URL names {url.get_backend_name()}. {_HINT}")
    if "@" in (url.host or ""):  # the rest of a password: it must not be shown as a host
        raise WrongAddress(
            "DATABASE_URL holds an @ too many. Where the password holds one, write %40 instead."
        )
    return url.set(drivername="postgresql+asyncpg").difference_update_query(_LIBPQ_ONLY)


async def _clean(connection: RawConnection) -> None:
    """Before a connection is lent again. Nobody changes its settings, so only a transaction that
    was left open needs a round trip to the server; asyncpg's own reset makes one each time.
    """
    if connection.is_in_transaction():
        await connection.execute("ROLLBACK")


async def _connected(url: URL, pool: Pool) -> RawConnection:
    """A new connection. The driver reads the address itself: it knows sslmode and its like."""
    try:
        return await asyncpg.connect(
            url.set(drivername="postgresql").render_as_string(hide_password=False),
            server_settings={
                "application_name": pool.name,
                "statement_timeout": f"{pool.statement_timeout * 1000:.0f}",
                "lock_timeout": f"{pool.lock_timeout * 1000:.0f}",
                "idle_in_transaction_session_timeout": "60000",
                "jit": "off",
                # Every statement finds its rows by an index, whatever the values: planning it
                # again for each costs as much as running it.
                "plan_cache_mode": "force_generic_plan",
            },
            timeout=CONNECTING,
        )
    except TimeoutError as error:
        raise ConnectionError(f"no answer within {CONNECTING} s") from error


def _why(error: BaseException, url: URL) -> StorageError:
    """What stands between this program and the database, in words."""
    shown = url.set(drivername="postgresql").difference_update_query(_SECRET)
    where = shown.render_as_string(hide_password=True)
    cause: BaseException | None = error
    while cause is not None:
        match cause:
            case asyncpg.InvalidAuthorizationSpecificationError():
                return WrongAddress(
                    f"The database at {where} refused the user or the password. "
                    "Correct them in DATABASE_URL."
                )
            case asyncpg.InvalidCatalogNameError():
                return WrongAddress(
                    f"There is no database “{url.database}” at {where}. "
                    "Create it, or correct DATABASE_URL."
                )
            case asyncpg.InsufficientPrivilegeError():
                return WrongAddress(
                    f"The user in DATABASE_URL may not connect to {where}. "
                    "Grant it CONNECT, or name another user."
                )
            case asyncpg.ClientConfigurationError():
                return WrongAddress(f"DATABASE_URL cannot be used: {cause}. {_HINT}")
            case _:
                cause = cause.__cause__ or cause.__context__
    return Unavailable(
        f"No database answers at {where}. Is the server running, and is DATABASE_URL right?"
    )


_HINT = (
    "It should look like postgresql://user:password@host:5432/database. "
    "Leave it empty to use the PostgreSQL that comes with ResolutionFlow."
)
# Settings of libpq that providers put into addresses and that mean nothing to asyncpg.
_LIBPQ_ONLY = ("channel_binding", "connect_timeout", "gssencmode", "keepalives", "sslcompression")
_SECRET = ("password", "passfile", "sslpassword")
