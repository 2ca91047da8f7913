"""A whole session in Microsoft Teams, in a channel's thread, in a group chat and alone with the
bot, told by tokens as Microsoft signs them, while the product is killed again and again: with a
dialog open, while people write. One ticket note, and nothing is lost or there twice.
"""

import asyncio
import signal
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from storage.storage import opened
from tests.drivers.driver import DIRECT
from tests.installation import Installation
from tests.offline import NOTES, SEVEN, missing, publish
from tests.scenarios.acts import Kind
from tests.scenarios.story import read
from tests.scenarios.teller import Teller
from tests.settling import Settled
from tests.teams_installation import InTeams, in_teams, settled

_BEGUN = """
  - sam: {{types: /flow start offline, in: {place}}}
  {goes}
  - sam: {{sees: step, text: (router not set), buttons: [Green]}}
  - sam: {{presses: "Variables…"}}
  - sam: {{sees: form, text: Router}}
"""
_GOES = "- sam: {goes to: the new thread}"
_FILLED = f"""
  - sam: {{fills: {{{", ".join(f'"{label}": "{value}"' for label, value in SEVEN.items())}}}}}
  - sam: {{sees: step, text: "What does the lamp of gw01.acme.local show?"}}
"""
_NOTED = f"""
  - sam: {{sees: receipt, text: taken, on: "{NOTES[0]}"}}
  - sam: {{presses: Red}}
  - sam: {{sees: step, text: Northern Fibre}}
"""
_CORRECTED = """
  - sam: {types: /flow correct}
  - sam: {presses: "What does the lamp of gw01.acme.local show? Red", on: earlier answers}
  - sam: {fills: {Answer: Green}}
  - sam: {sees: step, text: Does 203.0.113.9 answer, buttons: [No answer]}
"""
_ATTACHED = f"""
  - sam: {{writes: "{NOTES[1]}", attaching: {{trace.txt: no route to host}}}}
  - sam: {{sees: receipt, text: taken, on: "{NOTES[1]}"}}
  - sam: {{presses: It answers}}
  - sam: {{sees: step, text: inside the office}}
"""
_BACK = """
  - sam: {presses: Back}
  - sam: {sees: step, text: Does 203.0.113.9 answer, buttons: [No answer]}
  - sam: {presses: No answer}
  - sam: {sees: step, text: Northern Fibre repaired the line NF-4711.}
"""
_DONE = """
  - sam: {presses: "Complete…"}
  - sam: {fills: {Outcome: Resolved}}
  - sam: {sees: message, text: "Completed: Resolved"}
  - sam: {types: /flow summary}
  - sam: {sees: ticket note, text: Resolved}
"""


@pytest.fixture(scope="module")
def of_teams(server_address: str) -> Iterator[Settled]:
    """An installation in Teams to copy."""
    with settled(server_address) as made:
        yield made


@dataclass
class _Session:
    """Sam's session, and what breaks under it."""

    made: InTeams
    teller: Teller

    async def goes_on(self, steps: str) -> None:
        """Some of it."""
        story = f"scenario: A part\nwhy: Of the whole.\nsteps:{steps}"
        await self.teller.tell(read(story, "part.yaml"))

    async def dies(self, *, meanwhile: str = "") -> None:
        """kill -9; Microsoft signs with another key; somebody writes; it is started again."""
        stage = self.made.stage
        assert isinstance(stage, Installation)
        await asyncio.to_thread(stage.process.stop, signal.SIGKILL)
        self.made.teams.identity.rotates()
        if meanwhile:
            await self.writes(meanwhile)
        await stage.restarts()

    async def writes(self, text: str) -> None:
        """A reply in the thread; where there is none, an answer to the step."""
        sight = self.teller.people["sam"]
        step = None if sight.place.thread else await sight.message(Kind.STEP)
        await self.made.driver.writes("sam", text, files={}, quoting=step)

    async def notes(self) -> list[str]:
        """The ticket notes before Sam, oldest first."""
        found = await self.made.driver.looks("sam")
        return [each.document for each in found if each.document]


@pytest.mark.parametrize("place", ["support", "crew", DIRECT])
async def test_a_whole_session_while_everything_breaks(
    server_address: str, of_teams: Settled, place: str
) -> None:
    async with in_teams(server_address, of_teams, dies=True) as made:
        async with opened(made.stage.database) as storage:
            [account] = await storage.installation.accounts()
            await publish(storage, account)
        session = _Session(made, Teller(made.driver, made.stage))
        await session.goes_on(_BEGUN.format(place=place, goes=_GOES if place == "support" else ""))
        await session.dies()
        await session.goes_on(_FILLED)
        await session.dies(meanwhile=NOTES[0])
        await session.goes_on(_NOTED)
        await session.goes_on(_CORRECTED)
        await session.dies()
        await session.goes_on(_ATTACHED)
        await session.goes_on(_BACK)
        await session.dies()
        await session.goes_on(_DONE)
        notes = await session.notes()
        assert notes
        assert [missing(note) for note in notes] == [[] for _ in notes]
        told = [each for each in made.teams.delivery.log if each.status]
        assert {each.status for each in told} == {200}
