"""Telling the database which messages an answer brought up to date: many at once, a little later.

Whoever dies before costs nothing: the claim on the message ends by itself, and it is sent anew.
"""

import asyncio
from uuid import UUID

import structlog

from bot.app.desk import Desk
from bot.port import Settled
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
        self._waiting: dict[str, Shown] = {}
        self._storing: asyncio.Task[None] | None = None

    def add(self, settled: Settled) -> None:
        """One more answer that the platform has taken.

        Of two of one message, what was taken last is on screen. If that is the older one, its
        claim is nobody's any more: so it is found out, and the newer is sent again.
        """
        self._waiting[settled.message] = Shown(
            AccountId(UUID(settled.account)),
            UUID(settled.message),
            UUID(settled.claim),
            settled.revision,
        )
        if self._storing is None or self._storing.done():
            self._storing = asyncio.create_task(self._store_later())

    async def flush(self) -> None:
        """Store what waits, now."""
        while self._waiting:
            await self._store()

    async def _store_later(self) -> None:
        while self._waiting:
            await asyncio.sleep(LATER)
            await self._store()

    async def _store(self) -> None:
        batch = [self._waiting.pop(key) for key in list(self._waiting)[:AT_ONCE]]
        if not batch:
            return
        try:
            await self._desk.storage.outbox.answered(batch)
        except StorageError as error:
            _log.warning("answers not settled", count=len(batch), exc_info=error)
