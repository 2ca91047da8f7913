"""Slack within earshot, told by signed HTTP."""

from collections.abc import AsyncIterator

import pytest

from storage.storage import Storage
from tests.bot.platforms.slack.earshot import Earshot, earshot


@pytest.fixture
async def place(storage: Storage) -> AsyncIterator[Earshot]:
    async with earshot(storage) as made:
        yield made
