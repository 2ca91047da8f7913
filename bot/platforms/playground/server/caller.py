"""Telling the bot what happened: the event as it is sent, its signature, and the faults that the
network is asked to have. Who waits for an answer gets it in time, or none.
"""

import asyncio
import hmac
import random
import secrets
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
import structlog

from bot.platforms.playground import wire
from bot.platforms.playground.server import check
from bot.platforms.playground.server.delivery import Delivery
from bot.platforms.playground.server.directory import Directory
from bot.platforms.playground.server.shape import Wrong
from bot.platforms.playground.server.store import WORKSPACE, Place
from bot.platforms.playground.server.texts import dumped, parsed

Answer = Mapping[str, Any]  # a wire.BotAnswer, checked and filled in
_REST = {
    name: field.default
    for name, field in wire.Event.model_fields.items()
    if not field.is_required()
}
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things take, in seconds. `backoff` is the wait before each further delivery."""

    answer_within: float = wire.ANSWER_WITHIN
    backoff: tuple[float, ...] = (1.0, 5.0, 25.0)
    heartbeat: float = 15.0
    poll: float = 0.5


def event_of(
    happened: wire.Happened, user: wire.User, place: Place, **about: object
) -> dict[str, Any]:
    """A wire.Event; what is not in `about` is empty."""
    return {
        "id": f"e{secrets.token_hex(12)}",
        "type": happened.value,
        "at": datetime.now(UTC).isoformat(),
        "workspace": WORKSPACE,
        "user": dict(user),
        "channel": dict(place.shown),
        **_REST,
        **about,
    }


def signed(secret: str, body: bytes, *, retry: int = 0, now: float | None = None) -> dict[str, str]:
    """The headers that prove to the bot who sends `body`, as wire.Event says."""
    timestamp = str(int(time.time() if now is None else now))
    code = hmac.digest(secret.encode(), b"%b.%b" % (timestamp.encode(), body), "sha256").hex()
    headers = {
        "Content-Type": "application/json",
        wire.TIMESTAMP: timestamp,
        wire.SIGNATURE: f"v1={code}",
    }
    return {**headers, wire.RETRY: str(retry)} if retry else headers


class Caller:
    """Calls the bot."""

    def __init__(
        self,
        directory: Directory,
        bot: Delivery,
        pace: Pace,
        *,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """`chance` is from 0 to 1 and decides about faults."""
        self._directory = directory
        self._bot = bot
        self._pace = pace
        self._chance = chance
        self._beside: set[asyncio.Task[object]] = set()

    async def ask(self, event: dict[str, Any], *, retry: int = 0) -> Answer | None:
        """The bot's answer; None where there is none in time, or none that makes sense."""
        faults = self._directory.faults
        if faults.delay:
            await asyncio.sleep(faults.delay)
        if faults.drop_events and self._chance() < faults.drop_events:
            return None
        answer = await self._asked(event, retry)
        if faults.repeat_events and self._chance() < faults.repeat_events:
            self._repeat(event)
        return answer

    async def close(self) -> None:
        """Wait for what is on its way."""
        while self._beside:
            await asyncio.wait(self._beside)

    def beside(self, work: Coroutine[object, object, object]) -> None:
        """Do something that nobody waits for."""
        task = asyncio.create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def _asked(self, event: Mapping[str, Any], retry: int) -> Answer | None:
        body = dumped(event)
        secret = (await self._directory.loaded()).secret
        try:
            async with asyncio.timeout(self._pace.answer_within):
                status, said = await self._bot(body, signed(secret, body, retry=retry))
            if status != 200:
                _log.warning("playground-bot-refused", status=status, type=event["type"])
                return None
            answer: Answer = check.answer(parsed(said or b"{}"))
        except Wrong as wrong:
            _log.error("playground-bot-answer-wrong", why=str(wrong), type=event["type"])
        except (OSError, TimeoutError, aiohttp.ClientError, ValueError) as error:
            kind = type(error).__name__
            _log.warning("playground-bot-silent", error=kind, type=event["type"])
        else:
            return answer
        return None

    def _repeat(self, event: dict[str, Any]) -> None:
        """Deliver it once more, under its own id or a new one; what comes of it is ignored."""
        again = dict(event)
        if self._chance() < 0.5:
            again["id"] = f"e{secrets.token_hex(12)}"
        self.beside(self._asked(again, 1))
