"""Somebody in chat: acts on what is shown, repeats what nobody answered, keeps a list of it all.

A platform delivers again, with the same id, what was not acknowledged; a person who reads "not
saved" presses again, which has a new id.
"""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from bot.token import Token
from core.ids import SessionId, WorkspaceId
from core.session.verbs import SessionVerb as Can
from tests.soak.wire import Json, ask

_OPTIONS = {"Yes": "yes", "No": "no"}


class Said(StrEnum):
    """What the application said to something."""

    DONE = "done"
    REFUSED = "refused"
    NOTHING = "nothing"  # it may have happened or not


@dataclass
class Wish:
    """Something that a person wanted done; `kind` and `holds` are what the trail has to say."""

    delivery: str
    command: Json
    kind: str
    holds: str = ""
    said: Said = Said.NOTHING
    sent: int = 0


@dataclass
class Ledger:
    """Everything that was wanted, and the channels it was wanted in."""

    wishes: list[Wish] = field(default_factory=list)
    sessions: dict[str, SessionId] = field(default_factory=dict)
    answered: int = 0

    def add(self, wish: Wish) -> Wish:
        self.wishes.append(wish)
        return wish


@dataclass
class Client:
    """One person, one session after the other."""

    name: str
    lane: int
    socket: str
    workspace: WorkspaceId
    ledger: Ledger
    chance: random.Random
    number: int = 0
    channel: str = ""
    step: Json | None = None

    async def work(self, stop: asyncio.Event) -> None:
        """Act until `stop`; what was begun is finished first."""
        while not stop.is_set():
            await self._insist(self._begins() if self.step is None else self._acts(self.step))
            if self.step is not None and self.step["status"] == "completed":
                self.step = None

    def leave(self) -> None:
        """Begin with a new session next."""
        self.step = None

    async def _insist(self, wish: Wish) -> None:
        """Say it until there is an answer."""
        while wish.said is Said.NOTHING:
            wish.sent += 1
            answer = await ask(self.socket, wish.command)
            if answer is None:
                await asyncio.sleep(0.02)
            elif answer["again"]:
                await asyncio.sleep(0.05)
                if wish.kind == "acted" and self.chance.random() < 0.5:
                    return  # presses anew: the step will tell whether it was saved
            else:
                self._hears(wish, answer)

    def _hears(self, wish: Wish, answer: Json) -> None:
        self.ledger.answered += 1
        wish.said = Said.REFUSED if "refused" in answer else Said.DONE
        self.step = answer.get("step", self.step)
        if wish.kind == "started" and self.step is not None:
            self.ledger.sessions[self.channel] = SessionId(UUID(self.step["session"]))

    def _begins(self) -> Wish:
        self.channel = f"{self.name}{self.lane}-{self._next()}"
        delivery = f"start:{self.channel}"
        command = {
            "do": "start", "who": self.name, "channel": self.channel, "delivery": delivery
        }  # fmt: skip
        return self.ledger.add(Wish(delivery, command, "started"))

    def _acts(self, step: Json) -> Wish:
        wishes = [self._answers, self._notes, self._corrects, self._goes_back]
        [act] = self.chance.choices(wishes, (60, 20, 12, 8))
        return self.ledger.add(act(step) or self._answers(step) or self._notes(step))

    def _answers(self, step: Json) -> Wish | None:
        if not step["choices"]:
            return None
        choice = self.chance.choice(step["choices"])
        values = {"outcome": "resolved"} if choice["verb"] == "complete" else {}
        kind = "completed" if choice["verb"] == "complete" else "acted"
        wish = self._presses(step, choice["verb"], choice["argument"], values)
        wish.kind, wish.holds = kind, choice["argument"]
        return wish

    def _corrects(self, step: Json) -> Wish | None:
        lines = [line for line in step["past"] if line["answer"] in _OPTIONS]
        if not lines:
            return None
        line = self.chance.choice(lines)
        other = "no" if line["answer"] == "Yes" else "yes"
        wish = self._presses(step, Can.CORRECT, str(line["seq"]), {"answer": f"choose:{other}"})
        wish.kind, wish.holds = "corrected", other
        return wish

    def _goes_back(self, step: Json) -> Wish | None:
        for choice in step["more"]:
            if choice["verb"] == Can.BACK:
                wish = self._presses(step, Can.BACK, choice["argument"], {})
                wish.kind = "returned"
                return wish
        return None

    def _presses(self, step: Json, verb: str, argument: str, values: dict[str, str]) -> Wish:
        token = Token(SessionId(UUID(step["session"])), step["visit"], verb, argument).pack()
        delivery = f"press:{self.name}{self.lane}:{self._next()}"
        command = {
            "do": "press", "who": self.name, "token": token, "values": values, "delivery": delivery
        }  # fmt: skip
        return Wish(delivery, command, "acted")

    def _notes(self, step: Json) -> Wish:
        message = f"{self.name}{self.lane}.{self._next()}"
        text = f"Note {message}"
        command = {
            "do": "note", "who": self.name, "channel": self.channel, "text": text,
            "message": message,
        }  # fmt: skip
        return Wish(f"note:{self.workspace}:{self.channel}:{message}", command, "note-added", text)

    def _next(self) -> int:
        self.number += 1
        return self.number


def clients(
    socket: str, workspace: WorkspaceId, ledger: Ledger, chance: random.Random
) -> Iterator[Client]:
    """Three people, each in a lane of their own."""
    for lane, name in enumerate(("sam", "kim", "vic")):
        yield Client(name, lane, socket, workspace, ledger, random.Random(chance.random()))
