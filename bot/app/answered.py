"""Telling the database which messages an answer brought up to date: many at once, a little later.

Whoever dies before costs nothing: the claim on the message ends by itself, and it is sent anew.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

import structlog

from bot.app.desk import Desk
from bot.port import Clicked, Settled, Submitted
from core.ids import AccountId
from storage.errors import StorageError
from storage.outbox import Shown

AT_ONCE = 64
LATER = 0.2  # seconds in which others come along
_log = structlog.get_logger(__name__)


class Answered:
    """What was answered and is not stored yet."""

    def __init__(self, desk: Desk) -> None:
        """`desk` has the outbox."""
        self._desk = desk
        self._waiting: dict[str, Settled] = {}
        self._pressed: Counter[str] = Counter()
        self._storing: asyncio.Task[None] | None = None

    @contextmanager
    def pressing(self, inbound: Clicked | Submitted) -> Iterator[None]:
        """While a message's button is pressed, what it showed before is not stored: the message
        would no longer be that answer's, and a worker would send again what is on its way.
        """
        screen = screen_of(inbound)
        self._pressed[screen] += 1
        try:
            yield
        finally:
            self._pressed[screen] -= 1
            if not self._pressed[screen]:
                del self._pressed[screen]

    def expect(self, settled: Settled) -> None:
        """An answer is about to be given: what its message showed before matters no more."""
        self._waiting.pop(settled.message, None)

    def add(self, settled: Settled) -> None:
        """One more answer that the platform has taken.

        Of two of one message, what was taken last is on screen. If that is the older one, its
        claim is nobody's any more: so it is found out, and the newer is sent again.
        """
        self._waiting[settled.message] = settled
        if self._storing is None or self._storing.done():
            self._storing = asyncio.create_task(self._store_later())

    async def flush(self) -> None:
        """Store what waits, now."""
        while self._waiting:
            await self._store(list(self._waiting))

    async def _store_later(self) -> None:
        while self._waiting:
            await asyncio.sleep(LATER)
            calm = (m for m, told in self._waiting.items() if told.screen not in self._pressed)
            await self._store(list(calm))

    async def _store(self, messages: Sequence[str]) -> None:
        batch = [_shown(self._waiting.pop(message)) for message in messages[:AT_ONCE]]
        if not batch:
            return
        try:
            await self._desk.storage.outbox.answered(batch)
        except StorageError as error:
            _log.warning("answers not settled", count=len(batch), exc_info=error)


def _shown(settled: Settled) -> Shown:
    return Shown(
        AccountId(UUID(settled.account)),
        UUID(settled.message),
        UUID(settled.claim),
        settled.revision,
    )


def screen_of(inbound: Clicked | Submitted) -> str:
    """The message that was clicked, by the platform's own names."""
    by = inbound.by
    return f"{by.platform} {by.workspace} {by.channel} {inbound.message}"
