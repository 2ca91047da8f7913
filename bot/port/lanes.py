"""Who goes first: one after the other among things that concern the same, and what somebody waits
for before what nobody does.
"""

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


class Priority:
    """While somebody is in a block with it, others can stand back."""

    def __init__(self) -> None:
        """Nobody is."""
        self._inside = 0
        self._back: list[asyncio.Future[None]] = []

    def __enter__(self) -> None:
        """Go first."""
        self._inside += 1

    def __exit__(self, *_: object) -> None:
        """The last one lets everybody go on."""
        self._inside -= 1
        if not self._inside:
            back, self._back = self._back, []
            for each in back:
                if not each.done():
                    each.set_result(None)

    async def over(self, patience: float) -> None:
        """Wait until nobody is in a block, for at most `patience` seconds."""
        if self._inside:
            waits = asyncio.get_running_loop().create_future()
            self._back.append(waits)
            await asyncio.wait((waits,), timeout=patience)
