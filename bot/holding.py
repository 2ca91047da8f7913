"""Doing what one process at a time may do, such as listening on a long connection: only while we
hold the lock of that name. Other processes wait for their turn.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import field
from functools import partial

import structlog

from core.frozen import frozen
from storage.holding import Watch, hold
from storage.storage import Storage

Work = Callable[[asyncio.Event], Awaitable[None]]  # until the event is set
Hold = Callable[[], AbstractAsyncContextManager[asyncio.Event]]  # which is set when it is lost
_log = structlog.get_logger(__name__)


@frozen
class Turns:
    """In seconds: how long work that is told to end may take before it is cancelled, and the first
    and the longest wait before we try again.

    `goodbye` is less than what is left to settle by whoever has the next turn.
    """

    goodbye: float = 1.5
    again: float = 0.5
    longest: float = 10.0
    watch: Watch = field(default_factory=Watch)


async def alone(
    storage: Storage, name: str, work: Work, stop: asyncio.Event, turns: Turns | None = None
) -> None:
    """Until `stop`: wait for our turn, then do `work`, which is told to end by its event.

    It ends when the lock is lost, or when it fails, and begins again at our next turn.
    """
    turns, failures, first = turns or Turns(), 0, True
    clock = asyncio.get_running_loop().time
    while not stop.is_set():
        began = clock()
        try:
            # Later, everybody may just have lost the database: whoever had the turn, too.
            waiting = partial(hold, storage.database, name, turns.watch, at_once=first)
            await _turn(waiting, partial(_do, work, stop, turns.goodbye), stop, name)
        except Exception as error:
            if clock() - began > turns.longest:
                failures = 0  # it went well for a while
            if failures == 0:
                _log.warning("turn interrupted", name=name, exc_info=error)
            wait = min(turns.again * 2 ** min(failures, 20), turns.longest)
            failures += 1
        else:
            wait, failures = turns.again, 0
        first = False
        await _pause(stop, wait * random.uniform(1.0, 1.5))  # noqa: S311


async def _turn(waiting: Hold, do: Work, stop: asyncio.Event, name: str) -> None:
    """One turn, and the wait for it. Raises StorageError, and whatever the work raises."""
    begun = asyncio.Event()

    async def wait_and_do() -> None:
        async with waiting() as lost:
            begun.set()
            _log.info("turn begun", name=name)
            await do(lost)

    turn, stopping = asyncio.create_task(wait_and_do()), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([turn, stopping], return_when=asyncio.FIRST_COMPLETED)
        if begun.is_set() or turn.done():
            await turn
            _log.info("turn ended", name=name)
    finally:
        turn.cancel()
        stopping.cancel()
        await asyncio.gather(turn, stopping, return_exceptions=True)


async def _do(work: Work, stop: asyncio.Event, goodbye: float, lost: asyncio.Event) -> None:
    """Do the work until it is to stop, or the lock is lost; it has ended then in any case."""
    ended = asyncio.Event()
    doing = asyncio.ensure_future(work(ended))
    signals = [asyncio.create_task(event.wait()) for event in (stop, lost)]
    try:
        await asyncio.wait([doing, *signals], return_when=asyncio.FIRST_COMPLETED)
        ended.set()
        await asyncio.wait([doing], timeout=goodbye)
    finally:
        for task in (doing, *signals):
            task.cancel()
        await asyncio.gather(doing, *signals, return_exceptions=True)
    if not doing.cancelled():
        doing.result()


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
