"""A whole session in Discord while everything breaks: the product is killed, the connection cut and
forgotten, people write meanwhile. One ticket note, and nothing is lost or there twice.
"""

import asyncio
import signal
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from storage.storage import opened
from tests.discord_installation import InDiscord, in_discord, settled
from tests.installation import Installation
from tests.offline import NOTES, SEVEN, missing, publish
from tests.scenarios.story import read
from tests.scenarios.teller import Teller
from tests.settling import Settled

LABELS = [*SEVEN]
_BEGUN = """
  - sam: {types: /flow start offline, in: support}
  - sam: {goes to: the new thread}
  - sam: {sees: step, text: (router not set), buttons: [Green]}
  - sam: {presses: "Variables…"}
  - sam: {sees: form, text: Router}
"""
_SECOND_PAGE = """
  - sam: {presses: "Page 2 of 2…"}
  - sam: {fills: {Contact on site: Ms Miller at the front desk, People there: "12"}}
  - sam: {sees: step, text: "What does the lamp of gw01.acme.local show?"}
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
  - sam: {{replies: "{NOTES[1]}", attaching: {{trace.txt: no route to host}}}}
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
  - sam: {sees: header, text: Resolved}
  - sam: {types: /flow summary}
  - sam: {sees: ticket note, text: Resolved}
"""


@pytest.fixture(scope="module")
def of_discord(server_address: str) -> Iterator[Settled]:
    """An installation in Discord to copy."""
    with settled(server_address) as made:
        yield made


@dataclass
class _Session:
    """Sam's session, and what breaks under it."""

    made: InDiscord
    teller: Teller

    async def goes_on(self, steps: str) -> None:
        """Some of it."""
        story = f"scenario: A part\nwhy: Of the whole.\nsteps:{steps}"
        await self.teller.tell(read(story, "part.yaml"))

    async def fills_first_page(self) -> None:
        """What a modal holds of the seven; the rest is on the next."""
        sam = self.made.discord.person("sam")
        assert sam.modal is not None
        inputs = [each["component"]["custom_id"] for each in sam.modal.components]
        for name, label in zip(inputs, LABELS, strict=False):
            sam.fills(name, SEVEN[label])
        assert len(inputs) == 5
        await sam.submits()

    def writes(self, text: str) -> None:
        """A reply in the thread, whoever listens."""
        self.made.discord.person("sam").writes(text, "support", self.thread)

    async def dies(self, *, meanwhile: str = "") -> None:
        """kill -9; somebody writes; it is started again."""
        stage = self.made.stage
        assert isinstance(stage, Installation)
        await asyncio.to_thread(stage.process.stop, signal.SIGKILL)
        if meanwhile:
            self.writes(meanwhile)
        await stage.restarts()

    @property
    def thread(self) -> str:
        """Where it lives."""
        return self.teller.people["sam"].place.thread

    async def notes(self) -> list[str]:
        """The ticket notes before Sam, oldest first."""
        found = await self.made.driver.looks("sam")
        return [each.document for each in found if each.document]


async def test_a_whole_session_while_everything_breaks(
    server_address: str, of_discord: Settled
) -> None:
    async with in_discord(server_address, of_discord, dies=True) as made:
        async with opened(made.stage.database) as storage:
            [account] = await storage.installation.accounts()
            await publish(storage, account)
        session, gateway = _Session(made, Teller(made.driver, made.stage)), made.discord.gateway
        await session.goes_on(_BEGUN)
        await session.fills_first_page()
        await session.dies()
        await session.goes_on(_SECOND_PAGE)
        await session.dies(meanwhile=NOTES[0])
        await session.goes_on(_NOTED)
        gateway.drop()
        await session.goes_on(_CORRECTED)
        gateway.forget()
        gateway.drop()
        await session.goes_on(_ATTACHED)
        gateway.reconnect()
        await session.goes_on(_BACK)
        await session.dies()
        await session.goes_on(_DONE)
        notes = await session.notes()
        assert notes
        assert [missing(note) for note in notes] == [[] for _ in notes]
        sam = made.discord.person("sam")
        assert len(sam.threads("support")) == 1
        assert [each.thread for each in sam.sees("support") if each.by_app] == [session.thread]
        assert gateway.resumed == 2
