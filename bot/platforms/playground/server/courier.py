"""Carries events that nobody waits for to the bot: in order in each channel, again when it does
not take them, from the table, so that none is lost when this process ends.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

import structlog

from bot.platforms.playground.server.caller import Answer, Caller, Pace
from bot.platforms.playground.server.connection import Connect, Row
from bot.platforms.playground.server.ids import message_id

AT_ONCE = 16  # events on their way
_LEASE = 60  # seconds after which another tries what one took and said no more of
_IDLE = 0.5  # seconds between two looks
_log = structlog.get_logger(__name__)

CarryOut = Callable[[dict[str, Any], Answer], Awaitable[None]]


class Courier:
    """Delivers what is in `undelivered`."""

    def __init__(
        self,
        connect: Connect,
        caller: Caller,
        pace: Pace,
        *,
        carry_out: CarryOut,
        news: asyncio.Event,
    ) -> None:
        """`carry_out` does what the bot answers to an event; `news`: there may be an event."""
        self._connect = connect
        self._caller = caller
        self._pace = pace
        self._carry_out = carry_out
        self._news = news
        self._failing = False

    def wake(self) -> None:
        """There may be something to deliver."""
        self._news.set()

    async def work(self, stop: asyncio.Event) -> None:
        """Deliver until `stop`, and end what was begun."""
        on_their_way: set[asyncio.Task[None]] = set()
        while not stop.is_set():
            self._news.clear()
            for row in await self._claimed(AT_ONCE - len(on_their_way)):
                task = asyncio.create_task(self._deliver(row))
                on_their_way.add(task)
                task.add_done_callback(on_their_way.discard)
            await self._pause(stop)
        if on_their_way:
            await asyncio.wait(on_their_way)

    async def release(self) -> None:
        """Nobody else delivers: what somebody took before they died is due now."""
        async with self._connect() as connection:
            await connection.execute("UPDATE playground.undelivered SET due = now()")

    async def _pause(self, stop: asyncio.Event) -> None:
        """Until there is news, or it is time to look for what is due."""
        waiting = [asyncio.ensure_future(event.wait()) for event in (self._news, stop)]
        await asyncio.wait(waiting, timeout=_IDLE, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()

    async def _claimed(self, room: int) -> Sequence[Row]:
        try:
            async with self._connect() as connection:
                found = await connection.fetch(_CLAIM, room, _LEASE)
        except Exception as error:  # the database is away: look again soon
            if not self._failing:
                _log.warning("playground-events-wait", exc_info=error)
            self._failing = True
            return []
        self._failing = False
        return found

    async def _deliver(self, row: Row) -> None:
        """Once; then it is gone, or due again."""
        try:
            event = {**json.loads(row["event"]), "version": row["version"]}
            if row["message"] is not None:
                event["message"] = message_id(row["message"])
            answer = await self._caller.ask(event, retry=row["attempts"] - 1)
            if answer is not None:
                await self._carry_out(event, answer)
                await self._done(row)
            else:
                await self._later(row)
        except Exception as error:  # one event must not stop the others
            _log.error("playground-event-failed", exc_info=error)
            with suppress(Exception):  # the database is away: its lease ends by itself
                await self._later(row)
        finally:
            self.wake()

    async def _later(self, row: Row) -> None:
        attempt = row["attempts"]
        if attempt > len(self._pace.backoff):
            _log.error("playground-event-given-up", id=row["id"])
            await self._done(row)
            return
        async with self._connect() as connection:
            await connection.execute(_LATER, row["id"], self._pace.backoff[attempt - 1])

    async def _done(self, row: Row) -> None:
        async with self._connect() as connection:
            await connection.execute("DELETE FROM playground.undelivered WHERE id = $1", row["id"])


_CLAIM = """
WITH first AS (
    SELECT DISTINCT ON (channel) id FROM playground.undelivered ORDER BY channel, id
), mine AS (
    SELECT u.id FROM playground.undelivered u JOIN first USING (id)
    WHERE u.due <= now() ORDER BY u.id LIMIT $1 FOR UPDATE OF u SKIP LOCKED
)
UPDATE playground.undelivered u
SET attempts = attempts + 1, due = now() + make_interval(secs => $2)
FROM mine WHERE u.id = mine.id RETURNING u.*
"""
_LATER = """
UPDATE playground.undelivered SET due = now() + make_interval(secs => $2) WHERE id = $1
"""
