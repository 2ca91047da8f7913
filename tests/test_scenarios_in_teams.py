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
from tests.scenarios.teller import Stage, Teller
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
_IN_A_GROUP = """
scenario: In a group chat
why: There are no threads; one session at a time has the focus, and only what is meant counts.
steps:
  - sam: {types: /flow vpn-down, in: crew}
  - sam: {sees: step, buttons: [Everyone]}
  - kim: {in: crew, sees: step, buttons: [Everyone]}
  - kim: {writes: I wonder what this is.}
  - kim: {writes: "@ResolutionFlow The line is up."}
  - kim: {sees: receipt, text: taken, on: The line is up.}
  - sam: {writes: Tested from a hotspot., quoting: step}
  - sam: {sees: receipt, text: taken, on: Tested from a hotspot.}
  - kim: {presses: Everyone}
  - sam: {sees: step, buttons: [No answer]}
  - sam: {presses: "Add a note…"}
  - sam: {fills: {Note: Their neighbours have it too.}}
  - sam: {types: /flow answer 1}
  - kim: {sees: step, buttons: [Expired]}
  - sam: {types: /flow summary}
  - sam:
      sees: ticket note
      text: [The line is up., Tested from a hotspot., Their neighbours have it too.]
      without: I wonder
  - kim: {does not see: ticket note}
  - kim: {types: /flow ad-lockout}
  - kim: {sees: notice, text: VPN is down}
  - sam: {sees: step, buttons: [Locked out], without buttons: [Expired]}
"""
_ALONE = """
scenario: Alone with ResolutionFlow
why: Whoever writes to nobody else needs no mention, and a file goes both ways.
steps:
  - sam: {writes: vpn-down, in: direct}
  - sam: {sees: step, buttons: [Everyone]}
  - sam: {writes: It began at nine., quoting: step}
  - sam: {sees: receipt, text: taken}
  - sam: {presses: "Add a note…"}
  - sam: {fills: {Note: The lamp is red.}}
  - sam: {writes: As the router says it., attaching: {router.txt: no carrier}}
  - sam: {sees: receipt, text: taken}
  - sam: {writes: "3"}
  - sam: {sees: step, buttons: [No answer]}
  - sam: {writes: I wonder what this is.}
  - sam: {sees: notice, text: only what quotes or mentions me counts}
  - sam: {writes: summary}
  - sam:
      sees: ticket note
      text: [Everyone, It began at nine., The lamp is red., As the router says it., router.txt]
      without: I wonder
  - sam: {presses: Markdown file}
  - sam: {sees: message, text: ticket-note.md, buttons: [Accept, Decline]}
  - sam: {presses: Accept}
  - sam: {sees no more: message, text: ticket-note.md, buttons: [Accept]}
  - sam: {sees: message, text: ticket-note.md}
"""
_UNHEARD = """
scenario: Without the permission to hear every message
why: Not every admin gives it; notes are taken all the same.
steps:
  - sam: {types: /flow vpn-down, in: support}
  - sam: {goes to: the new thread}
  - sam: {sees: step, buttons: [Everyone]}
  - sam: {replies: Nobody hears this.}
  - sam: {replies: "@ResolutionFlow note The line is up."}
  - sam: {presses: "Add a note…"}
  - sam: {fills: {Note: The lamp is red.}}
  - kim: {in: the thread, writes: I replaced the cable.}
  - sam: {points at: I replaced the cable., choosing: Add as note}
  - sam: {sees: notice, text: Noted.}
  - sam: {presses: Everyone}
  - sam: {sees: step, buttons: [No answer]}
  - sam: {types: /flow summary}
  - sam:
      sees: ticket note
      text: [The line is up., The lamp is red., "Kim wrote: I replaced the cable."]
      without: Nobody hears
"""
_OLD = """
scenario: With an older client
why: It knows no button whose answer is a card; what is pressed counts, and everybody sees it.
steps:
  - sam: {types: /flow vpn-down, in: support}
  - sam: {goes to: the new thread}
  - sam: {sees: step, buttons: [Everyone]}
  - sam: {presses: "How?"}
  - sam: {sees: how, text: ask two colleagues}
  - sam: {presses: One user}
  - sam: {sees: step, buttons: ["Yes, it works"]}
  - kim: {in: the thread, sees: step, buttons: ["Yes, it works"]}
  - sam: {presses: "Correct an answer…"}
  - sam: {presses: "Who at (client not set) is affected? One user", on: earlier answers}
  - sam: {fills: {Answer: Everyone}}
  - sam: {sees: step, buttons: [No answer]}
  - sam: {presses: Everyone, on: an old step}
  - sam: {presses: "Add a note…"}
  - sam: {fills: {Note: The lamp is red.}}
  - sam: {types: /flow summary}
  - sam: {sees: ticket note, text: [Everyone, One user, The lamp is red.]}
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


async def test_in_a_group_chat(on_teams: Tellings) -> None:
    await on_teams.used(read(_IN_A_GROUP, "group.yaml"))


async def test_alone_with_the_bot(server_address: str, of_teams: Settled) -> None:
    async with in_teams(server_address, of_teams) as made:
        await Teller(made.driver, made.stage).tell(read(_ALONE, "alone.yaml"))
        given = made.teams.drive.got["ticket-note.md"].decode()
    assert "As the router says it." in given


async def test_without_the_permission_to_hear_all(server_address: str, of_teams: Settled) -> None:
    async with in_teams(server_address, of_teams, all_messages=False) as made:
        await Teller(made.driver, made.stage).tell(read(_UNHEARD, "unheard.yaml"))


async def test_with_an_older_client(server_address: str, of_teams: Settled) -> None:
    async with in_teams(server_address, of_teams) as made:
        made.teams.person("sam").client.old = True
        await Teller(made.driver, made.stage).tell(read(_OLD, "old.yaml"))


def _broken() -> Story:
    """The session in which something breaks just before somebody writes something."""
    steps = (*VPN_DOWN.steps[:AT], *read(_BREAK, "break.yaml").steps, *VPN_DOWN.steps[AT:])
    return replace(VPN_DOWN, file="broken.yaml", steps=steps)
