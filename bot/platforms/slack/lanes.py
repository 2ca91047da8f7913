"""Keeping an order among things that concern the same: one at a time, as they came."""

import asyncio
from collections.abc import Hashable
from weakref import WeakValueDictionary


class Lanes:
    """A lock by key, which is there as long as somebody needs it."""

    def __init__(self) -> None:
        """Nobody waits."""
        self._locks: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()

    def of(self, *key: Hashable) -> asyncio.Lock:
        """While a block is entered with it, what else has this key waits; first come, first go."""
        lock = self._locks.get(key)
        if lock is None:
            lock = self._locks[key] = asyncio.Lock()
        return lock
