"""Somebody in the playground who works through a flow, again and again, by the public API.

What was acknowledged is written down; what broke off may have happened or not, and is looked at
again, as a person does who reloads.
"""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from bot.token import Token, TokenUnreadable
from core.flow.nodes.action import COULD_NOT_DO, DONE
from core.flow.nodes.decision import CHOOSE, COULD_NOT_CHECK
from core.flow.nodes.input import COULD_NOT_FIND_OUT
from tests.drivers.screen import Json

ANSWERS = {CHOOSE, COULD_NOT_CHECK, DONE, COULD_NOT_DO, COULD_NOT_FIND_OUT}
_PATIENCE = 8.0  # seconds for one answer
_PAUSE = 0.03  # seconds before looking again


@dataclass
class Ledger:
    """What the chat acknowledged, and what it may have done."""

    pressed: list[Token] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    broken: int = 0

    @property
    def acknowledged(self) -> int:
        """How many things are surely done."""
        return len(self.pressed) + len(self.noted)


@dataclass
class Client:
    """One person, with a channel and a flow of their own."""

    who: str
    flow: str
    channel: str
    http: httpx.AsyncClient
    ledger: Ledger
    chance: random.Random
    thread: str = ""
    number: int = 0

    async def work(self, stop: asyncio.Event) -> None:
        """Act until `stop`."""
        while not stop.is_set():
            if not self.thread:
                await self._begin(stop)
                continue
            buttons = await self._step()
            if not buttons:
                await asyncio.sleep(_PAUSE)
            elif self.chance.random() < 0.3:
                await self._note()
            else:
                await self._press(buttons)

    async def _begin(self, stop: asyncio.Event) -> None:
        """Start the flow, and find its thread: a root that was not there before."""
        known = {each["id"] for each in await self._roots()}
        body = {"channel": self.channel, "text": self.flow}
        await self._ask("POST", "commands", json=body)
        while not stop.is_set() and not self.thread:
            fresh = [each["id"] for each in await self._roots() if each["id"] not in known]
            self.thread = fresh[-1] if fresh else ""
            if not fresh and self.chance.random() < 0.02:
                return  # the command never arrived: type it again
            await asyncio.sleep(_PAUSE)

    async def _roots(self) -> Sequence[Json]:
        found = await self._ask("GET", f"channels/{self.channel}/messages")
        return [each for each in found or [] if each["blocks"] and each["audience"] is None]

    async def _step(self) -> Sequence[tuple[str, str]]:
        """The newest step's buttons that answer it, each with its message."""
        found = await self._ask("GET", f"threads/{self.thread}", params={"limit": 500})
        steps = [(each["id"], tokens(each)) for each in found["messages"]] if found else []
        for message, held in reversed(steps):
            if held:
                answers = [token for token in held if token.verb in ANSWERS]
                if not answers:
                    self.thread = ""  # an end: begin anew
                return [(message, token.pack()) for token in answers]
        return []

    async def _press(self, buttons: Sequence[tuple[str, str]]) -> None:
        message, action = self.chance.choice(buttons)
        body = {"message": message, "action": action}
        outcome = await self._ask("POST", "clicks", json=body)
        if outcome is None or outcome["failed"]:
            self.ledger.broken += 1
        elif outcome["form"] is None:
            self.ledger.pressed.append(Token.unpack(action))

    async def _note(self) -> None:
        self.number += 1
        text = f"Note {self.who}.{self.number}."
        body = {"text": text, "thread": self.thread}
        written = await self._ask("POST", f"channels/{self.channel}/messages", json=body)
        if written is None:
            self.ledger.broken += 1
            self.ledger.unsure.append(text)
        else:
            self.ledger.noted.append(text)

    async def _ask(self, method: str, path: str, **request: Any) -> Any:
        """The answer; None where none came. What is refused is a mistake of the soak's."""
        try:
            answer = await self.http.request(
                method, f"/api/as/{self.who}/{path}", timeout=_PATIENCE, **request
            )
        except httpx.HTTPError:
            await asyncio.sleep(_PAUSE)
            return None
        if answer.status_code >= 500:
            await asyncio.sleep(_PAUSE)
            return None
        assert answer.status_code < 400, f"{method} {path}: {answer.text}"
        return answer.json()


def tokens(message: Json) -> list[Token]:
    """What the buttons of a public message of ours mean."""
    if message["audience"] is not None or message["deleted"]:
        return []
    found = []
    for block in message["blocks"]:
        for each in block.get("buttons", []) + block.get("options", []):
            try:
                found.append(Token.unpack(each["action"]))
            except TokenUnreadable as error:
                raise AssertionError(f"no token of ours: {each}") from error
    return found
