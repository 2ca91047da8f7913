"""Keeping an order among things that concern the same: one at a time, as they came."""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary


class Lanes:
    """A lock by key, which is there as long as somebody needs it."""

    def __init__(self) -> None:
        """Nobody waits."""
        self._locks: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def of(self, *key: Hashable) -> AsyncIterator[None]:
        """What else has this key waits until the block ends; who came first goes first."""
        lock = self._locks.get(key)
        if lock is None:
            lock = self._locks[key] = asyncio.Lock()
        async with lock:
            yield
