"""One interaction's conversation: the first response, what follows it, and what is done where it is
too late for either. What is too late, or was answered already, is nothing to worry about.

https://docs.discord.com/developers/interactions/receiving-and-responding
"""

from enum import Enum
from typing import Any

import structlog

from bot.platforms.discord import render
from bot.platforms.discord.calls import ACKNOWLEDGED, Calls, Rejected
from bot.platforms.discord.handle import Handle, Way
from bot.platforms.discord.incoming import texts
from bot.port import Gone
from bot.port.patience import patiently

_MESSAGE, _THINKING, _SOON, _UPDATE, _CHOICES, _MODAL = 4, 5, 6, 7, 8, 9  # types of a response
_CALLBACK = "/interactions/{webhook_id}/{webhook_token}/callback"
_FOLLOW = "/webhooks/{webhook_id}/{webhook_token}"
_ORIGINAL = f"{_FOLLOW}/messages/@original"
_EPHEMERAL = 1 << 6
_NO_MESSAGE = 10008  # what was to be changed was deleted; who waits can be answered otherwise
Payload = dict[str, Any]
_log = structlog.get_logger(__name__)


class Said(Enum):
    """What the interaction has been told."""

    NOTHING = "nothing"
    WAIT = "that the bot is at it"
    SOMETHING = "an answer"
    LOST = "nothing, and it is too late"


class Talk:
    """Answers one interaction. Raises PlatformError, except for being late."""

    def __init__(self, calls: Calls, handle: Handle) -> None:
        """`handle` is of an interaction, or of none: then it is too late from the start."""
        self._calls = calls
        self._handle = handle
        self._said = Said.NOTHING if handle.interaction else Said.LOST

    @property
    def message(self) -> str:
        """The message that it was done at, "" for none."""
        return self._handle.message

    @property
    def lost(self) -> bool:
        """Whether it is too late to say anything."""
        return self._said is Said.LOST

    @property
    def led(self) -> bool:
        """Whether its message only led to a form: nothing else is shown in place of it."""
        return self._handle.led

    async def wait(self) -> None:
        """Tell that an answer will come."""
        if self._said is Said.NOTHING:
            if self._handle.replaces:
                await self._first(_SOON, None, Said.WAIT)
            else:
                await self._first(_THINKING, {"flags": _EPHEMERAL}, Said.WAIT)

    async def whisper(self, payload: Payload) -> bool:
        """Tell who asked alone; whether that could be done."""
        if self._handle.led and await self.replace(payload):
            return True
        shown = render.ephemeral(payload)
        if self._said is Said.NOTHING:
            if not await self._first(_MESSAGE, shown, Said.SOMETHING) and not self.lost:
                await self._add(shown)
        elif self._said is Said.WAIT and not self._handle.replaces:
            await self._later("PATCH", _ORIGINAL, payload)
        elif self._said is not Said.LOST:
            await self._later("POST", _FOLLOW, shown)
        return not self.lost

    async def replace(self, payload: Payload) -> bool:
        """Show it in place of the message; whether that could be done."""
        if not self._handle.replaces or self._said in (Said.SOMETHING, Said.LOST):
            return False
        if self._said is Said.NOTHING:
            return await self._first(_UPDATE, payload, Said.SOMETHING)
        await self._later("PATCH", _ORIGINAL, payload)
        return not self.lost

    async def open(self, modal: Payload) -> bool:
        """Open a form; whether that can be done."""
        if self._said is not Said.NOTHING or self._handle.way is Way.FORM:
            return False
        await self._first(_MODAL, modal, Said.SOMETHING)
        return not self.lost

    async def suggest(self, choices: list[Payload]) -> None:
        """What can be picked while somebody types."""
        await self._first(_CHOICES, {"choices": choices}, Said.SOMETHING)

    async def end(self) -> None:
        """Nothing more is said: nobody is left waiting, and what only led to a form goes."""
        if self._handle.led and self._said in (Said.NOTHING, Said.WAIT):
            await self.wait()
            await self._later("DELETE", _ORIGINAL)
            return
        if self._said is Said.NOTHING and self._handle.way is Way.TYPING:
            await self.suggest([])
        elif self._said is Said.NOTHING:
            await self.wait()
        if self._said is Said.WAIT and not self._handle.replaces:
            await self._later("DELETE", _ORIGINAL)

    async def _first(self, kind: int, data: Payload | None, then: Said) -> bool:
        """The first response; whether it is known to have been taken."""
        body: Payload = {"type": kind, **({} if data is None else {"data": data})}
        self._said = then
        try:
            await self._call("POST", _CALLBACK, self._handle.interaction, body)
        except Gone as error:
            is_late = getattr(error.__cause__, "code", 0) != _NO_MESSAGE
            self._said = Said.LOST if is_late else Said.NOTHING
            _log.info("discord-too-late", way=self._handle.way.name)
        except Rejected as error:
            if error.code != ACKNOWLEDGED:
                raise
            _log.info("discord-answered-before", way=self._handle.way.name)
        else:
            return True
        return False

    async def _add(self, payload: Payload) -> None:
        """Say it unless it was said: an answer that got lost on its way to us may be our own."""
        where: Payload = {
            "webhook_id": self._handle.application,
            "webhook_token": self._handle.token,
        }
        try:
            found = await self._calls.call("GET", _ORIGINAL, **where)
        except Gone:
            found = {}
        if texts(found) != texts(payload):
            await self._later("POST", _FOLLOW, payload)

    async def _later(self, method: str, path: str, body: Payload | None = None) -> None:
        self._said = Said.SOMETHING
        try:
            await self._call(method, path, self._handle.application, body)
        except Gone:
            self._said = Said.LOST
            _log.info("discord-expired", way=self._handle.way.name)

    async def _call(self, method: str, path: str, whose: str, body: Payload | None) -> None:
        where: dict[str, Any] = {"webhook_id": whose, "webhook_token": self._handle.token}
        await patiently(lambda: self._calls.call(method, path, json=body, **where))
