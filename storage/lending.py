"""Lending the connections of asyncpg's pool to one click after the other: past the pool, whose own
way takes several tasks each time.
"""

import asyncio
import time
from collections import deque
from typing import Any

import asyncpg

RawConnection = Any  # asyncpg.Connection: the driver ships no types


class Lending:
    """Lends connections; who waits for one is served in turn."""

    def __init__(self, pool: asyncpg.Pool, idle: float) -> None:
        """`pool` opens when first used; what nobody used for `idle` seconds is made anew."""
        self._pool = pool
        self._idle = idle
        self._opened = False
        self._closing = False
        self._taken = 0  # out of the pool: those lent, those spare
        self._spare: list[tuple[RawConnection, float]] = []  # since when
        self._waiting: deque[asyncio.Future[RawConnection | None]] = deque()

    @property
    def size(self) -> int:
        """How many there are at most."""
        size: int = self._pool.get_max_size()
        return size

    def lent(self) -> int:
        """How many are lent now."""
        return self._taken - len(self._spare)

    async def borrow(self) -> RawConnection:
        """One that must be given back, or up."""
        while True:
            while self._spare:
                connection, since = self._spare.pop()
                if _lives(connection):
                    if time.monotonic() - since < self._idle:
                        return connection
                    connection.terminate()
                self._taken -= 1  # the pool takes back what was closed, and makes another
            if self._taken < self.size:
                return await self._acquired()
            connection = await self._turn()
            if connection is not None:
                return connection

    async def give_back(self, connection: RawConnection) -> None:
        """Let somebody else have it, all having gone well."""
        if self._closing or connection.is_in_transaction():
            await self.give_up(connection)
        else:
            self._pass_on(connection)

    async def give_up(self, connection: RawConnection) -> None:
        """Let the pool see what can still be done with it."""
        try:
            await self._pool.release(connection)
        finally:
            self._freed()

    async def close(self) -> None:
        """Close every connection, when all have come back."""
        self._closing = True
        if self._opened:
            while self._spare:
                await self.give_up(self._spare.pop()[0])
            await self._pool.close()

    def terminate(self) -> None:
        """Close every connection at once."""
        self._pool.terminate()

    async def _acquired(self) -> RawConnection:
        self._taken += 1
        try:
            if not self._opened:
                await self._pool  # twice is once
                self._opened = True
            return await self._pool.acquire()
        except BaseException:
            self._freed()
            raise

    async def _turn(self) -> RawConnection | None:
        """A connection that somebody gave back; None where one can be had from the pool."""
        turn: asyncio.Future[RawConnection | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it came at the very moment in which its taker gave up
                self._pass_on(turn.result())
            raise

    def _freed(self) -> None:
        self._taken -= 1
        self._pass_on(None)

    def _pass_on(self, connection: RawConnection | None) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(connection)
                return
        if connection is not None:
            self._spare.append((connection, time.monotonic()))


def _lives(connection: RawConnection) -> bool:
    """Whether it is still ours: the pool takes back what was closed."""
    try:
        return not connection.is_closed()
    except asyncpg.InterfaceError:
        return False
