"""The product within the test's own process, as `up` puts it together: there sooner than a process
of its own, for stories in which nothing dies.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from socket import socket

from bot.composition import Product, chatting, running
from bot.serving import works
from bot.settings import Settings, names
from bot.web.listener import address_of, listen
from tests import database


@dataclass(frozen=True)
class Here:
    """The product, running here; `address` has no path."""

    address: str
    database: str

    async def restarts(self) -> None:
        """Only a process can be killed."""
        raise AssertionError("this story needs a process of its own")

    async def ages(self, minutes: int) -> None:
        """Only a process forgets what it remembered of a moment ago."""
        raise AssertionError("this story needs a process of its own")


@asynccontextmanager
async def here(server: str, of: str, **settings: str) -> AsyncIterator[Here]:
    """The product on a copy of the database `of`, with these settings by their variables."""
    copied = database.copy(server, of)
    address = await asyncio.to_thread(copied.__enter__)
    try:
        found = _settings(DATABASE_URL=address, **settings)
        with listen("127.0.0.1", 0) as listener:
            async with running(found) as product, _working(product, listener):
                yield Here(address_of(listener), address)
    finally:
        await asyncio.to_thread(copied.__exit__, None, None, None)


def _settings(**variables: str) -> Settings:
    """Settings of these variables alone: a field without an alias is set by its own name."""
    fields = {variable: field for field, variable in names().items()}
    aliased = {name for name, field in Settings.model_fields.items() if field.validation_alias}
    given = {}
    for variable, value in variables.items():
        field = fields[variable]
        given[variable if field in aliased else field] = value
    return Settings.model_validate(given)


@asynccontextmanager
async def _working(product: Product, listener: socket) -> AsyncIterator[None]:
    stop = asyncio.Event()
    address = address_of(listener)
    async with (
        chatting(product.settings, product.desk, address=address) as chats,
        asyncio.TaskGroup() as group,
    ):
        for work in works(product, chats, listener, True, stop):
            group.create_task(work)
        try:
            yield
        finally:
            stop.set()
