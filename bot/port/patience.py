"""Waiting for a limit, where nothing else would say again what is to be said."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.port.failures import RateLimited

LONG = 30.0  # seconds
_T = TypeVar("_T")


async def patiently(do: Callable[[], Awaitable[_T]]) -> _T:
    """Do what nobody would do again: a limit is waited for, LONG at most. Raises as it does."""
    clock = asyncio.get_running_loop().time
    until = clock() + LONG
    while True:
        try:
            return await do()
        except RateLimited as error:
            if clock() + error.retry_after > until:
                raise
            await asyncio.sleep(error.retry_after)
