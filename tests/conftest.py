"""Fixtures that every room uses: a database with the schema, storage on it, a company in it; and
failures are told as they happen, so that a run which is ended early has told them too.
"""

from collections.abc import AsyncIterator, Iterator

import pytest
import structlog

from storage.storage import Storage, opened
from tests import database
from tests.company import Company, founded

# What takes longest begins first, so that nobody waits for it at the end; each browser beside
# something lighter, as people have one to themselves.
_FIRST = (
    "tests/browser/test_barriers",
    "tests/contracts/",
    "tests/browser/test_fit",
    "tests/test_scenarios.py",
    "tests/browser/test_keys",
    "tests/browser/test_page",
    "tests/test_scenarios_in_slack",
    "tests/test_scenarios_in_discord",
    "tests/test_scenarios_in_teams",
    "tests/browser/test_stories",
    "tests/bot/cli/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In each process that runs tests, the same order."""
    items.sort(key=lambda item: _place(item.nodeid))


def _place(test: str) -> int:
    found = (at for at, path in enumerate(_FIRST) if test.startswith(path))
    return next(found, len(_FIRST))


@pytest.hookimpl(trylast=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Called where results are gathered; and in each process that runs tests, unread."""
    if report.failed:
        print(f"\n{report.nodeid} ({report.when}):\n{report.longreprtext[-3_000:]}", flush=True)


@pytest.fixture(autouse=True)
def plainly() -> Iterator[None]:
    """What is logged comes without everybody's variables: those take longer than the tests."""
    before = structlog.get_config()
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*before["processors"][:-1], plain])
    yield
    structlog.configure(**before)  # whatever the product made of it


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


@pytest.fixture(scope="session")
def shared_address(server_address: str, template: str) -> Iterator[str]:
    """The address of a database with the schema, for this test process."""
    with database.copy(server_address, template) as made:
        yield made


@pytest.fixture
def address(shared_address: str) -> Iterator[str]:
    """The same, empty when the test begins."""
    yield shared_address
    database.empty(shared_address)


@pytest.fixture
def bare_address(server_address: str) -> Iterator[str]:
    """The address of a database without any tables."""
    with database.copy(server_address, "template0") as made:
        yield made


@pytest.fixture
async def storage(address: str) -> AsyncIterator[Storage]:
    """Storage on that database."""
    async with opened(address) as made:
        yield made


@pytest.fixture
async def company(storage: Storage) -> Company:
    """One company."""
    return await founded(storage)


@pytest.fixture
async def rival(company: Company) -> Company:
    """Another one, in the same installation."""
    return await founded(company.storage, "Rival IT")
