"""The server on a database of its own."""

from collections.abc import AsyncIterator

import pytest

from storage.storage import Storage
from tests.bot.platforms.playground.server.chatting import House, housed


@pytest.fixture
async def house(storage: Storage) -> AsyncIterator[House]:
    async with housed(storage) as made:
        yield made
