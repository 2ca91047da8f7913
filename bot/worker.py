"""The worker: sends what is behind, does what was queued, throws away what is old.

It survives its database: each part tries again with backoff, and says so once. Several workers
on one database share the work; nothing is done twice.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import field

import structlog

from bot.app.closing import tell_lost
from bot.app.deliver import Senders, deliver
from bot.app.desk import Desk
from bot.app.telling import tell
from bot.app.verification import ask_still_fine, close_unverified
from bot.jobs import Handler, Jobs, Patience, drain
from core.frozen import frozen
from storage.jobs import ASK_STILL_FINE, CLOSE_UNVERIFIED, TELL, TELL_LOST
from storage.upkeep import prune

HANDLERS: dict[str, Handler] = {
    TELL: tell,
    ASK_STILL_FINE: ask_still_fine,
    CLOSE_UNVERIFIED: close_unverified,
    TELL_LOST: tell_lost,
}
Step = Callable[[], Awaitable[None]]
_log = structlog.get_logger(__name__)


@frozen
class Pace:
    """How often, in seconds: looking for messages that nobody woke us for, and housekeeping.

    `again` and `longest` bound the wait after a failure; `goodbye` is what finishing may take.
    """

    poll: float = 0.75
    housekeeping: float = 3_600.0
    again: float = 0.1
    longest: float = 10.0
    goodbye: float = 1.5
    jobs: Patience = field(default_factory=Patience)


async def work(desk: Desk, senders: Senders, stop: asyncio.Event, pace: Pace | None = None) -> None:
    """Work until `stop` is set; then finish what is being sent, for `goodbye` at most."""
    pace = pace or Pace()
    parts = _parts(desk, senders, stop, pace)
    tasks = [asyncio.create_task(_lasting(name, part, stop, pace)) for name, part in parts.items()]
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([stopping, *tasks], return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop.set()
        await asyncio.wait(tasks, timeout=pace.goodbye)
        for task in (stopping, *tasks):
            task.cancel()
        await asyncio.gather(stopping, *tasks, return_exceptions=True)


def _parts(desk: Desk, senders: Senders, stop: asyncio.Event, pace: Pace) -> dict[str, Step]:
    """What a worker does, each by itself: one platform that hangs keeps no other waiting."""
    bells = {platform: asyncio.Event() for platform in senders}

    async def ring() -> None:
        await pause(stop, desk.woken)
        desk.woken.clear()
        for bell in bells.values():
            bell.set()

    def delivering(platform: str) -> Step:
        mine = {platform: senders[platform]}

        async def step() -> None:
            bells[platform].clear()
            while await deliver(desk, mine) and not stop.is_set():
                pass
            await pause(stop, bells[platform], seconds=pace.poll)

        return step

    async def keep_house() -> None:
        await prune(desk.storage.database)
        await pause(stop, seconds=pace.housekeeping)

    jobs = Jobs(desk, senders, HANDLERS, pace.jobs)
    return {
        "wake": ring,
        "jobs": lambda: drain(jobs, stop),
        "housekeeping": keep_house,
        **{f"deliver {platform}": delivering(platform) for platform in senders},
    }


async def pause(*events: asyncio.Event, seconds: float | None = None) -> None:
    """Wait until one of `events` is set, or `seconds` have passed."""
    if any(event.is_set() for event in events):
        return
    waits = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


async def _lasting(name: str, step: Step, stop: asyncio.Event, pace: Pace) -> None:
    """Take `step` after step until `stop`; after failures ever more slowly, but never give up."""
    failures = 0
    clock = asyncio.get_running_loop().time
    while not stop.is_set():
        began = clock()
        try:
            await step()
        except Exception as error:
            if clock() - began > pace.longest:
                failures = 0  # it went well for a while
            if failures == 0:
                _log.warning("worker interrupted", part=name, exc_info=error)
            wait = min(pace.again * 2 ** min(failures, 20), pace.longest)
            failures += 1
            await pause(stop, seconds=wait * random.uniform(0.5, 1.0))  # noqa: S311
        else:
            if failures:
                _log.info("worker goes on", part=name, failures=failures)
            failures = 0
