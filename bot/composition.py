"""The composition root: the only place that chooses and constructs; the rest is handed it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.app.desk import Desk
from bot.port import Sender
from bot.settings import Settings
from storage.database import Pool
from storage.embedded import Server, start
from storage.schema import migrate, verify
from storage.storage import Storage, opened

NAME = "resolutionflow"


@dataclass(frozen=True, slots=True)
class Product:
    """The product, running. `server` is the embedded PostgreSQL; None with DATABASE_URL.

    `senders` are the chat platforms that are configured, by name.
    """

    settings: Settings
    storage: Storage
    desk: Desk
    senders: Mapping[str, Sender]
    server: Server | None


@asynccontextmanager
async def running(
    settings: Settings, *, name: str = NAME, migrating: bool = False
) -> AsyncIterator[Product]:
    """The product on a database that answers and has the right schema, closed at the end.

    `name` is how the database knows this process. `migrating` brings an older schema up to date
    first. Raises StorageError, EmbeddedError.
    """
    async with connected(settings, name=name) as product:
        if migrating:
            await migrate(product.storage.database.engine)
        await verify(product.storage.database.engine)
        yield product


@asynccontextmanager
async def connected(settings: Settings, *, name: str = NAME) -> AsyncIterator[Product]:
    """As `running`, whatever the schema: only to look at it, or to bring it up to date."""
    pool = Pool(size=settings.pool, name=name)
    async with _address(settings) as (address, server), opened(address, pool) as storage:
        await storage.database.ping()
        yield Product(settings, storage, Desk(storage), {}, server)


@asynccontextmanager
async def _address(settings: Settings) -> AsyncIterator[tuple[str, Server | None]]:
    if settings.embedded is None:
        yield settings.database_url, None
        return
    server = await asyncio.to_thread(start, settings.embedded)
    try:
        yield server.url, server
    finally:
        await asyncio.to_thread(server.stop)
