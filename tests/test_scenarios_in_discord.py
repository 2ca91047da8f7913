"""The same conversations in Discord, each on an installation of its own; one through a crash."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from tests.discord_installation import in_discord, settled
from tests.drivers.driver import Driver
from tests.scenarios.matrix import missing
from tests.scenarios.story import Story, read, stories
from tests.scenarios.teller import Stage
from tests.settling import Settled
from tests.tellings import Tellings

STORIES = stories()
[VPN_DOWN] = [story for story in STORIES if story.file == "vpn-down.yaml"]
_CRASH = """
scenario: A crash
why: It can happen at any moment.
steps:
  - operator: {kills and starts: everything}
"""


@pytest.fixture(scope="module")
def of_discord(server_address: str) -> Iterator[Settled]:
    """An installation in Discord to copy."""
    with settled(server_address) as made:
        yield made


@pytest.fixture(scope="module")
def on_discord(server_address: str, of_discord: Settled) -> Tellings:
    """Told in Discord."""

    @asynccontextmanager
    async def opened(dies: bool) -> AsyncIterator[tuple[Driver, Stage]]:
        async with in_discord(server_address, of_discord, dies=dies) as made:
            yield made.driver, made.stage

    return Tellings(opened)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.file.removesuffix(".yaml"))
async def test_scenario_in_discord(story: Story, on_discord: Tellings) -> None:
    await on_discord.used(story)


async def test_in_discord_every_verb_and_every_view_is_used(on_discord: Tellings) -> None:
    assert missing("discord", await on_discord.all(STORIES)) == []


async def test_a_whole_session_in_discord_through_a_crash(on_discord: Tellings) -> None:
    crash = read(_CRASH, "crash.yaml").steps
    steps = (*VPN_DOWN.steps[:13], *crash, *VPN_DOWN.steps[13:])
    await on_discord.used(replace(VPN_DOWN, file="a crash", steps=steps))
