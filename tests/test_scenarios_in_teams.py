"""The same conversations in Microsoft Teams, each on an installation of its own; one through a
crash; and what is otherwise in group chats, alone with the bot, without the permission to hear all,
and with older clients.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from tests.drivers.driver import Driver
from tests.scenarios.matrix import missing
from tests.scenarios.story import Story, read, stories
from tests.scenarios.teller import Stage
from tests.settling import Settled
from tests.teams_installation import in_teams, settled
from tests.tellings import Tellings

STORIES = stories()
[VPN_DOWN] = [story for story in STORIES if story.file == "vpn-down.yaml"]
AT = 14  # of its steps: then a reply comes that is a note, with a file
_BREAK = """
scenario: Something breaks
why: It can happen at any moment.
steps:
  - operator: {kills and starts: everything}
"""


@pytest.fixture(scope="module")
def of_teams(server_address: str) -> Iterator[Settled]:
    """An installation in Teams to copy."""
    with settled(server_address) as made:
        yield made


@pytest.fixture(scope="module")
def on_teams(server_address: str, of_teams: Settled) -> Tellings:
    """Told in Teams."""

    @asynccontextmanager
    async def opened(dies: bool) -> AsyncIterator[tuple[Driver, Stage]]:
        async with in_teams(server_address, of_teams, dies=dies) as made:
            yield made.driver, made.stage

    return Tellings(opened)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.file.removesuffix(".yaml"))
async def test_scenario_in_teams(story: Story, on_teams: Tellings) -> None:
    await on_teams.used(story)


async def test_in_teams_every_verb_and_every_view_is_used(on_teams: Tellings) -> None:
    assert missing("teams", await on_teams.all(STORIES)) == []


async def test_a_whole_session_in_teams_through_a_crash(on_teams: Tellings) -> None:
    await on_teams.used(_broken())


def _broken() -> Story:
    """The session in which something breaks just before somebody writes something."""
    steps = (*VPN_DOWN.steps[:AT], *read(_BREAK, "break.yaml").steps, *VPN_DOWN.steps[AT:])
    return replace(VPN_DOWN, file="broken.yaml", steps=steps)
