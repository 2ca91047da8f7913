"""The same conversations in Slack, each on an installation of its own; and one through a crash."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from tests.drivers.driver import Driver
from tests.scenarios.matrix import missing
from tests.scenarios.story import Story, read, stories
from tests.scenarios.teller import Stage
from tests.settling import Settled
from tests.slack_installation import in_slack, settled
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
def of_slack(server_address: str) -> Iterator[Settled]:
    """An installation in Slack to copy."""
    with settled(server_address) as made:
        yield made


def in_slack_by(server: str, of: Settled, *, socket: bool) -> Tellings:
    """Told in Slack."""

    @asynccontextmanager
    async def opened(dies: bool) -> AsyncIterator[tuple[Driver, Stage]]:
        async with in_slack(server, of, socket=socket, dies=dies) as made:
            yield made.driver, made.stage

    return Tellings(opened)


@pytest.fixture(scope="module")
def on_slack(server_address: str, of_slack: Settled) -> Tellings:
    """Told in Slack, which tells us by its socket."""
    return in_slack_by(server_address, of_slack, socket=True)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.file.removesuffix(".yaml"))
async def test_scenario_in_slack(story: Story, on_slack: Tellings) -> None:
    await on_slack.used(story)


async def test_in_slack_every_verb_and_every_view_is_used(on_slack: Tellings) -> None:
    assert missing("slack", await on_slack.all(STORIES)) == []


@pytest.mark.parametrize(("socket", "at"), [(True, 13), (False, 20)], ids=["by socket", "by http"])
async def test_a_whole_session_in_slack_through_a_crash(
    server_address: str, of_slack: Settled, socket: bool, at: int
) -> None:
    crash = read(_CRASH, "crash.yaml").steps
    steps = (*VPN_DOWN.steps[:at], *crash, *VPN_DOWN.steps[at:])
    story = replace(VPN_DOWN, file=f"a crash at {at}", steps=steps)
    await in_slack_by(server_address, of_slack, socket=socket).used(story)
