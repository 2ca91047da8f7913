"""Slack's time. Limits and retries count `pace` times as fast as a clock on the wall, so that
stories told at superhuman speed are not throttled; what a person waits for is never faster.
"""

import asyncio
import time


class Clock:
    """Time as it passes."""

    def __init__(self, pace: float = 1.0) -> None:
        self.pace = pace

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def counted(self) -> float:
        """Seconds as limits count them."""
        return time.monotonic() * self.pace

    def on_the_wall(self, counted: float) -> float:
        """How long counted seconds really take."""
        return counted / self.pace

    async def sleep(self, counted: float) -> None:
        """Let so many counted seconds pass."""
        await asyncio.sleep(self.on_the_wall(counted))


class HandClock(Clock):
    """Time that passes only when a test says so."""

    def __init__(self) -> None:
        super().__init__()
        self._passed = 0.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []
        self._news = asyncio.Event()

    def now(self) -> float:
        return 1_800_000_000.0 + self._passed

    def counted(self) -> float:
        return self._passed

    async def sleep(self, counted: float) -> None:
        awake = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._passed + counted, awake))
        self._news.set()
        await awake

    async def sleeps(self) -> None:
        """Until somebody waits for time to pass."""
        while not self._sleepers:
            self._news.clear()
            await self._news.wait()

    def passes(self, seconds: float) -> None:
        """So many seconds later, whoever slept until then wakes."""
        self._passed += seconds
        for until, awake in self._sleepers:
            if until <= self._passed and not awake.done():
                awake.set_result(None)
        self._sleepers = [each for each in self._sleepers if not each[1].done()]
