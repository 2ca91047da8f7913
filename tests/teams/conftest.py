"""A Teams of the test's own, and a bot on the other end of it."""

from collections.abc import AsyncIterator

import pytest

from tests.slack.clock import HandClock
from tests.teams.bot import Bot, listening
from tests.teams.people import Person
from tests.teams.server import Teams, serving


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def teams(clock: HandClock) -> AsyncIterator[Teams]:
    """It; nothing is throttled."""
    async with serving(Teams(clock=clock)) as made:
        made.throttle.off = True
        made.delivery.waits = (0.01, 0.01)
        yield made


@pytest.fixture
async def bot(teams: Teams) -> AsyncIterator[Bot]:
    async with listening(teams) as made:
        yield made


@pytest.fixture
def sam(teams: Teams) -> Person:
    return teams.person("sam")
