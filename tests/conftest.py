"""Fixtures that every room uses: a database with the schema, and storage on it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from storage.storage import Storage, opened
from tests import database


@pytest.fixture(scope="session")
def server_address() -> Iterator[str]:
    """A PostgreSQL server for this test process."""
    with database.server() as address:
        yield address


@pytest.fixture(scope="session")
def template(server_address: str) -> Iterator[str]:
    """A database with the schema, to copy."""
    with database.template(server_address) as name:
        yield name


@pytest.fixture
def address(server_address: str, template: str) -> Iterator[str]:
    """The address of an empty database of this test's own."""
    with database.copy(server_address, template) as made:
        yield made


@pytest.fixture
async def storage(address: str) -> AsyncIterator[Storage]:
    """Storage on that database."""
    async with opened(address) as made:
        yield made
