"""One browser a test module, and a database in which the product was started once."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.drivers.chromium import launched
from tests.installation import prepared


@pytest.fixture(scope="module")
def begun(server_address: str) -> Iterator[str]:
    with prepared(server_address) as name:
        yield name


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with launched() as made:
        yield made
