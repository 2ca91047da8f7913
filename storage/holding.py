"""What one process at a time may have, such as a long connection to a platform: an advisory lock
by name, on a connection that is there for it alone. The lock goes when that connection goes.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from core.frozen import frozen
from storage.database import Database, RawConnection
from storage.errors import UNAVAILABLE, Unavailable

_BYTES = 8  # of an advisory lock's number


@frozen
class Watch:
    """In seconds: how often who waits looks, how often the holder asks whether its connection is
    there, and how long it waits for the answer.

    `settling` is left by whoever gets it: who had it may live, have lost its connection a moment
    ago, and be about to end what it did.
    """

    look: float = 1.0
    beat: float = 2.0
    answer: float = 3.0
    settling: float = 2.0


# The server gives up a holder that it cannot reach after 9 + 3 * 2 = 15 s, well after that holder
# has given up itself (beat + answer). It knows at once about a process that was killed.
_KEEPALIVES = {
    "tcp_keepalives_idle": "9",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "15000",  # ms; the other three say nothing about what was sent in vain
}


def lock_number(*name: str) -> int:
    """The number that PostgreSQL knows a lock by."""
    digest = hashlib.blake2b("\x00".join(name).encode(), digest_size=_BYTES).digest()
    return int.from_bytes(digest, signed=True)


@asynccontextmanager
async def hold(
    database: Database, name: str, watch: Watch | None = None, *, at_once: bool = False
) -> AsyncIterator[asyncio.Event]:
    """Wait until `name` is ours, and hold it in the block. Raises StorageError.

    What is handed out is set when the connection that carries the lock has gone: somebody else
    may have it then, or will soon. `at_once`: nothing is left to settle where nobody has it.
    """
    watch, number, lost = watch or Watch(), lock_number("hold", name), asyncio.Event()
    failure: Exception | None = None
    async with database.own("hold", **_KEEPALIVES) as connection:
        connection.add_termination_listener(lambda _: lost.set())
        free = await _take(connection, number, watch)
        if not (free and at_once):
            await _settle(watch, lost)
        watching = asyncio.create_task(_watch(connection, watch, lost))
        try:
            yield lost
        except Exception as error:  # not the database's: it would be taken for one of its
            failure = error
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            if not lost.is_set():
                await _let_go(connection, number, watch)
    if failure is not None:
        raise failure


async def _take(connection: RawConnection, number: int, watch: Watch) -> bool:
    """Try again and again (a statement that waits would keep the database from vacuuming); whether
    nobody had it.
    """
    free = True
    while not await connection.fetchval(_TRY, number, timeout=watch.answer):
        free = False
        await asyncio.sleep(watch.look)
    return free


async def _settle(watch: Watch, lost: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(lost.wait(), watch.settling)
        raise Unavailable(UNAVAILABLE)


async def _watch(connection: RawConnection, watch: Watch, lost: asyncio.Event) -> None:
    """Notice a network that is silent: nobody tells the driver about that."""
    try:
        while True:
            await asyncio.sleep(watch.beat)
            await connection.execute("SELECT 1", timeout=watch.answer)
    except Exception:  # whatever it is, nobody can say any more that the lock is ours
        lost.set()
        connection.terminate()


async def _let_go(connection: RawConnection, number: int, watch: Watch) -> None:
    """At once, instead of when the server has noticed that the connection was closed."""
    with suppress(Exception):  # it is closed next, whatever happens
        await connection.execute(_GIVE, number, timeout=watch.answer)


_TRY = "SELECT pg_try_advisory_lock($1)"
_GIVE = "SELECT pg_advisory_unlock($1)"
