"""Discord within earshot; what goes wrong there is in a log."""

from collections.abc import AsyncIterator, Iterator

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from storage.sealing import Seal, fresh_key
from storage.storage import Storage, opened
from tests.bot.platforms.discord.earshot import Earshot, earshot


@pytest.fixture
async def kept(shared_address: str) -> AsyncIterator[Storage]:
    """A database of which only what Discord's adapter remembers is used, and not left there."""
    async with opened(shared_address, seal=Seal.of([fresh_key()])) as storage:
        yield storage
        async with storage.database.raw() as raw:
            await raw.execute("DELETE FROM memory")


@pytest.fixture
async def place(kept: Storage) -> AsyncIterator[Earshot]:
    """Discord and our adapter, connected."""
    async with earshot(kept) as made:
        yield made


@pytest.fixture
def log() -> Iterator[list[EventDict]]:
    """What is logged, as it comes."""
    with capture_logs() as lines:
        yield lines
