"""Home tabs, kept up to date while somebody may be looking; and whom we have greeted.

Slack tells when a tab is opened, never when it is left: one that was opened long ago is let be.
"""

import asyncio
import time
from collections.abc import Callable

import structlog

from bot.logs import new_reference
from bot.platforms.slack.carry import Carrier
from bot.platforms.slack.handle import Handle
from bot.port import Arrived, Front, Memory, Opened, Origin
from bot.port.lanes import Lanes

LOOKED = 30 * 60.0  # seconds after it was opened in which a tab is kept up to date
LATER = 1.0  # seconds in which several changes are shown as one
_KNOWN = 5_000
_GREETED = "greeted"
_log = structlog.get_logger(__name__)


class Homes:
    """The tabs that people opened lately, as far as this process saw it."""

    def __init__(
        self,
        front: Front,
        carrier: Carrier,
        memory: Memory,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` tells seconds."""
        self._front = front
        self._carrier = carrier
        self._memory = memory
        self._clock = clock
        self._looking: dict[tuple[str, str], tuple[float, Origin]] = {}
        self._waiting: set[tuple[str, str]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._lanes = Lanes()

    def look(self, by: Origin) -> None:
        """Somebody opened their tab."""
        if len(self._looking) >= _KNOWN:
            self._looking.clear()
        self._looking[by.workspace, by.user] = self._clock(), by

    def refresh(self, workspace: str, user: str) -> None:
        """Something of theirs has changed: their tab shows it soon, if it was opened lately."""
        key = workspace, user
        at, by = self._looking.get(key, (-LOOKED, None))
        if by is not None and self._clock() - at < LOOKED and key not in self._waiting:
            self._waiting.add(key)
            task = asyncio.create_task(self._refresh(by))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def is_first(self, arrived: Arrived) -> bool:
        """Whether to greet: in a channel always, in our own conversation once, before we have said
        anything there.
        """
        by = arrived.by
        if not by.direct:
            return True
        async with self._memory.held(_GREETED, f"{by.workspace} {by.user}") as cell:
            if cell.value is not None:
                return False
            await cell.keep(arrived.delivery)
        return not await self._carrier.has_spoken(by.workspace, by.channel)

    async def close(self) -> None:
        """Nobody looks any more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _refresh(self, by: Origin) -> None:
        """One at a time for each tab: what was read first must not be shown last."""
        key = by.workspace, by.user
        try:
            await asyncio.sleep(LATER)
            async with self._lanes.of(key):
                self._waiting.discard(key)
                answer = await self._front.receive(Opened(by))
                handle = Handle(by.workspace, by.user, by.channel, direct=True)
                await self._carrier.fill_home(answer, handle)
        except Exception as error:
            _log.error("slack-home-not-refreshed", ref=new_reference(), exc_info=error)
        finally:
            self._waiting.discard(key)
