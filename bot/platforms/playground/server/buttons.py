"""Remembering the buttons that messages had: a little later, many at once, since only who is late
presses one that is not shown any more.
"""

import asyncio
from collections.abc import Iterable

from bot.platforms.playground.server import statements
from bot.platforms.playground.server.connection import Connect
from bot.platforms.playground.server.texts import dumps

LATER = 1.0  # seconds in which others come along
AT_ONCE = 200  # messages in one statement


class Buttons:
    """Digests of buttons that are to be stored, by message."""

    def __init__(self, connect: Connect) -> None:
        """`connect` as Store's."""
        self._connect = connect
        self._waiting: dict[int, list[int]] = {}
        self._storing = asyncio.Lock()

    def had(self, number: int, actions: Iterable[int]) -> None:
        """A message shows these."""
        self._waiting.setdefault(number, []).extend(actions)

    async def store(self) -> None:
        """What waits; what cannot be stored waits on. Raises what the statement raised."""
        async with self._storing:
            while self._waiting:
                batch = dict(list(self._waiting.items())[:AT_ONCE])
                for number in batch:
                    del self._waiting[number]
                try:
                    await self._store(batch)
                except BaseException:
                    for number, actions in batch.items():
                        self._waiting[number] = actions + self._waiting.get(number, [])
                    raise

    async def _store(self, batch: dict[int, list[int]]) -> None:
        added = [dumps(actions) for actions in batch.values()]
        async with self._connect() as connection:
            await connection.execute(statements.HAD, list(batch), added)
