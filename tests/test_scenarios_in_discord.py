"""The same conversations in Discord, each on an installation of its own; one through a crash."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from tests.discord.server import Discord
from tests.discord_installation import in_discord, settled
from tests.drivers.driver import Driver
from tests.scenarios.matrix import missing
from tests.scenarios.story import Story, read, stories
from tests.scenarios.teller import Stage, Teller
from tests.settling import Settled
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
_NOT_TAKEN = """
scenario: A form that cannot be taken as it is
why: A modal has closed by then; what is wrong is said, and what was filled in comes back.
steps:
  - sam: {types: /flow vpn-down, in: support}
  - sam: {goes to: the new thread, called: the first}
  - sam: {types: /flow ad-lockout, in: network}
  - sam: {goes to: the new thread}
  - sam: {sees: step, buttons: [Locked out]}
  - kim: {writes: Nobody can log on, in: support}
  - sam: {points at: Nobody can log on, choosing: Add as note, in: support}
  - sam:
      fills:
        Session: “VPN is down”, at “Who at (client not set) is affected?”
        Note: " "
  - sam: {sees: error, text: "Note: Write something, or close the form."}
  - sam:
      sees: form
      holds:
        Session: “VPN is down”, at “Who at (client not set) is affected?”
  - sam: {fills: {Note: Nobody at Acme can log on}}
  - sam: {sees: notice, text: "Noted: “VPN is down”"}
  - sam: {does not see: notice, text: Write something}
  - sam: {types: /flow summary, in: the first}
  - sam: {sees: ticket note, text: Nobody at Acme can log on}
"""
_MENTIONED = """
scenario: Commands by a mention
why: Whoever comes from Slack types them so; what only they should see comes to them alone.
steps:
  - sam: {types: /flow vpn-down, in: support}
  - sam: {goes to: the new thread}
  - sam: {sees: step, buttons: [Everyone]}
  - kim: {in: the thread, sees: step}
  - sam: {writes: "@ResolutionFlow note"}
  - sam: {fills: {Note: The lamp is red.}}
  - sam: {writes: "@ResolutionFlow answer 3"}
  - sam: {sees: step, buttons: [No answer]}
  - sam: {writes: "@ResolutionFlow summary"}
  - sam: {sees: ticket note, text: [The lamp is red., Everyone]}
  - kim: {does not see: ticket note}
"""
_AWAY = """
scenario: Written while nobody listens
why: Whoever writes a note does not look first whether ResolutionFlow is there.
steps:
  - sam: {types: /flow vpn-down, in: support}
  - sam: {goes to: the new thread}
  - sam: {sees: step, buttons: [Everyone]}
  - operator: {kills and starts: everything}
  - sam: {replies: Nobody was there.}
  - sam: {types: /flow status}
  - sam: {replies: Somebody is there again.}
  - sam: {sees: receipt, text: taken, on: Nobody was there.}
  - sam: {sees: receipt, text: taken, on: Somebody is there again.}
  - sam: {types: /flow summary}
  - sam: {sees: ticket note, text: [Nobody was there., Somebody is there again.]}
"""
_CHANGED_AWAY = """
scenario: Changed while nobody listens
why: The ticket says what the chat says, whoever looked away meanwhile.
steps:
  - sam: {types: /flow vpn-down, in: support}
  - sam: {goes to: the new thread}
  - sam: {sees: step, buttons: [Everyone]}
  - sam: {replies: Rebooted the ruter.}
  - sam: {sees: receipt, text: taken, on: Rebooted the ruter.}
  - sam: {replies: Their boss shouted at me.}
  - sam: {sees: receipt, text: taken, on: Their boss shouted at me.}
  - sam: {replies: This was on the wrong client.}
  - sam: {sees: receipt, text: taken, on: This was on the wrong client.}
  - operator: {kills and starts: everything}
  - sam: {edits: Rebooted the ruter., to: Rebooted the router at 09:12.}
  - sam: {deletes: This was on the wrong client.}
  - sam: {reacts with: no-entry, to: Their boss shouted at me.}
  - sam: {replies: Called the provider.}
  - sam: {sees: receipt, text: taken, on: Called the provider.}
  - sam: {replies: Waiting for them.}
  - sam: {sees: receipt, text: taken, on: Waiting for them.}
  - sam: {types: /flow summary}
  - sam:
      sees: ticket note
      text: [Rebooted the router at 09:12., Called the provider., Waiting for them.]
      without: [ruter, shouted, wrong client]
"""


@dataclass(frozen=True)
class _Breaking:
    """A stage on which not the product breaks, but what Discord tells it by."""

    discord: Discord
    how: str

    async def restarts(self) -> None:
        gateway = self.discord.gateway
        if self.how == "forgotten":
            gateway.forget()
        if self.how == "asked to":
            gateway.reconnect()
        else:
            gateway.drop()

    async def ages(self, minutes: int) -> None:
        raise AssertionError("nothing ages here")


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


@pytest.mark.parametrize(
    "told",
    [_NOT_TAKEN, _MENTIONED, _AWAY, _CHANGED_AWAY],
    ids=["not taken", "mentioned", "away", "changed away"],
)
async def test_what_is_otherwise_in_discord(told: str, on_discord: Tellings) -> None:
    story = read(told, "discord.yaml")
    await on_discord.used(replace(story, file=story.name))


async def test_a_whole_session_in_discord_through_a_crash(on_discord: Tellings) -> None:
    await on_discord.used(_broken())


@pytest.mark.parametrize("how", ["cut", "forgotten", "asked to"])
async def test_a_whole_session_in_discord_through_a_connection_that_ends(
    server_address: str, of_discord: Settled, how: str
) -> None:
    async with in_discord(server_address, of_discord) as made:
        await Teller(made.driver, _Breaking(made.discord, how)).tell(_broken())
        gateway = made.discord.gateway
    assert (gateway.identified, gateway.resumed) == ((2, 0) if how == "forgotten" else (1, 1))


def _broken() -> Story:
    """The session in which something breaks just before somebody writes something."""
    steps = (*VPN_DOWN.steps[:AT], *read(_BREAK, "break.yaml").steps, *VPN_DOWN.steps[AT:])
    return replace(VPN_DOWN, file="broken.yaml", steps=steps)
