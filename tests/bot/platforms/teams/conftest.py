"""A wire of the test's own, and what Teams' adapter remembers."""

from collections.abc import AsyncIterator, Iterator

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bot.port import Memory
from storage.sealing import Seal, fresh_key
from storage.storage import Storage, opened
from tests.bot.platforms.teams.earshot import Earshot, earshot
from tests.bot.platforms.teams.wire import Wire, listening


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    async with listening() as made:
        yield made


@pytest.fixture
async def other() -> AsyncIterator[Wire]:
    """Somebody else."""
    async with listening() as made:
        yield made


@pytest.fixture
async def kept(shared_address: str) -> AsyncIterator[Storage]:
    """A database of which only what Teams' adapter remembers is used, and not left there."""
    async with opened(shared_address, seal=Seal.of([fresh_key()])) as storage:
        yield storage
        async with storage.database.raw() as raw:
            await raw.execute("DELETE FROM memory")


@pytest.fixture
def memory(kept: Storage) -> Memory:
    """What Teams' adapter remembers: nothing yet."""
    return kept.memories.of("teams")


@pytest.fixture
def log() -> Iterator[list[EventDict]]:
    """What is logged, as it comes."""
    with capture_logs() as lines:
        yield lines


@pytest.fixture
async def place(memory: Memory) -> AsyncIterator[Earshot]:
    """Teams and our adapter, by HTTP with real tokens."""
    async with earshot(memory) as made:
        yield made
