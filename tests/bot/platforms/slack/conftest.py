"""Slack within earshot, told by signed HTTP."""

from collections.abc import AsyncIterator

import pytest

from storage.sealing import Seal, fresh_key
from storage.storage import opened
from tests.bot.platforms.slack.earshot import Earshot, earshot


@pytest.fixture
async def place(shared_address: str) -> AsyncIterator[Earshot]:
    """Only what Slack's adapter remembers is in the database, and is not left there."""
    async with opened(shared_address, seal=Seal.of([fresh_key()])) as storage:
        async with earshot(storage) as made:
            yield made
        async with storage.database.raw() as raw:
            await raw.execute("DELETE FROM memory")
