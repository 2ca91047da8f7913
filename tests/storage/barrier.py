"""Two connections held at a barrier: each has read what there is, none has written yet."""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

from storage.storage import Storage

_T = TypeVar("_T")

ROUNDS = 30
_PATIENCE = 1.5  # seconds until all must have arrived


async def at_once(
    storage: Storage, table: str, *contenders: Coroutine[object, object, _T]
) -> list[_T]:
    """What each of `contenders` returns, let go together where they first write to `table`.

    The barrier is a lock on the table, which lets everybody read and nobody write.
    """
    async with storage.database.raw() as raw, asyncio.TaskGroup() as group, raw.transaction():
        await raw.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
        tasks = [group.create_task(contender) for contender in contenders]
        async with asyncio.timeout(_PATIENCE):
            while await raw.fetchval(_WAITING, table) < len(tasks):  # noqa: ASYNC110
                await asyncio.sleep(0.001)
    return [task.result() for task in tasks]


_WAITING = """
SELECT count(DISTINCT pid) FROM pg_locks WHERE relation = $1::text::regclass AND NOT granted
"""
