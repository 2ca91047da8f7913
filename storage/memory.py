"""What platforms remember, sealed; the same for every process. It comes before an account is known
(an installation says whose a workspace may become), so no row has one.

Who changes a value holds an advisory lock on its place, whether there is a row or not yet. Rows
are not locked besides: a place has one writer.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from weakref import WeakValueDictionary

from core.frozen import frozen
from storage.database import Database, RawConnection
from storage.errors import NoKey, translated
from storage.holding import lock_number
from storage.sealing import NONE, Seal

PATIENCE = 10  # seconds that a place is waited for: whoever holds it may be asking a platform
_HELD = 2  # places held at once by a process, each on a connection beside the pools
_AT_MOST = {"idle_in_transaction_session_timeout": "60000"}  # ms that somebody may hold one
_KIND, _KEY = 64, 200  # characters


@frozen
class Resealed:
    """How many values are sealed with the newest key now, and how many no key fits."""

    sealed: int
    lost: int


class Memories:
    """The memories of all platforms. Methods raise StorageError: NoKey where no key fits."""

    def __init__(self, database: Database, seal: Seal | None) -> None:
        """`database` is shared. Without a seal, whatever needs one raises NoKey."""
        self.database = database
        self._seal = seal
        # Who waits in this process waits without a connection.
        self._places: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._holding = asyncio.Semaphore(_HELD)

    @property
    def seal(self) -> Seal:
        """What values are sealed with."""
        if self._seal is None:
            raise NoKey(NONE)
        return self._seal

    def of(self, platform: str) -> "Memory":
        """One platform's memory."""
        return Memory(self, platform)

    async def reseal(self, *, forgetting: bool = False) -> Resealed:
        """Seal everything anew with the newest key; what no key fits is left, or forgotten.

        What somebody keeps meanwhile is theirs: it is sealed with the key they have.
        """
        seal, sealed, lost = self.seal, 0, 0
        async with self.database.raw() as raw:
            for row in await raw.fetch(_EVERYTHING):
                try:
                    anew = seal.seal(seal.unseal(row["value"]))
                except NoKey:
                    lost += 1
                    if forgetting:
                        await raw.execute(_FORGET_THIS, *row.values())
                else:
                    sealed += 1
                    await raw.execute(_RESEAL, *row.values(), anew)
        return Resealed(sealed, lost)

    @asynccontextmanager
    async def place(self, number: int) -> AsyncIterator[None]:
        """Wait for a place within this process. Raises NotSaved."""
        lock = self._places.setdefault(number, asyncio.Lock())
        async with translated(), asyncio.timeout(PATIENCE):
            await lock.acquire()
        try:
            yield
        finally:
            lock.release()

    @asynccontextmanager
    async def holding(self) -> AsyncIterator[RawConnection]:
        """A transaction in which somebody may take seconds to make up their mind."""
        async with translated(), asyncio.timeout(PATIENCE):
            await self._holding.acquire()
        try:
            async with self.database.own("memory", **_AT_MOST) as raw, raw.transaction():
                yield raw
        finally:
            self._holding.release()


class Cell:
    """One remembered value, held."""

    def __init__(self, found: str | None) -> None:
        """As it was found."""
        self._found = found
        self.kept: str | None = None

    @property
    def value(self) -> str | None:
        """What it is now; None where nothing is remembered."""
        return self._found if self.kept is None else self.kept

    async def keep(self, value: str) -> None:
        """Remember this instead, once the block is left; it lasts as long as what it replaces."""
        self.kept = value


class Memory:
    """What one platform remembers. `kind` and `key` are at most 64 and 200 characters.

    What is no key (too long, or not even text to a database) is nowhere: it is not found.
    """

    def __init__(self, memories: Memories, platform: str) -> None:
        """Use `Memories.of`."""
        self._memories = memories
        self._platform = platform

    async def recall(self, kind: str, key: str) -> str | None:
        """What is remembered; None where nothing is, or where it has expired."""
        seal = self._memories.seal
        if not _is_place(kind, key):
            return None
        async with self._memories.database.raw() as raw:
            found = await raw.fetchval(_RECALL, self._platform, kind, key)
        return None if found is None else seal.unseal(found)

    async def keep(
        self, kind: str, key: str, value: str, *, lasts: timedelta | None = None
    ) -> None:
        """Remember it from now on, for ever or for so long. Raises ValueError for no key."""
        _check(kind, key)
        sealed = self._memories.seal.seal(value)
        async with self._writing(kind, key) as raw:
            await raw.execute(_KEEP, self._platform, kind, key, sealed, lasts)

    async def take(self, kind: str, key: str) -> str | None:
        """What is remembered, and forget it: of several who take it at once, one gets it."""
        seal = self._memories.seal
        if not _is_place(kind, key):
            return None
        async with self._writing(kind, key) as raw:
            row = await raw.fetchrow(_TAKE, self._platform, kind, key)
            return seal.unseal(row["value"]) if row and row["lasts"] else None

    async def forget(self, kind: str, key: str) -> None:
        """Remember it no more."""
        if _is_place(kind, key):
            async with self._writing(kind, key) as raw:
                await raw.execute(_TAKE, self._platform, kind, key)

    async def all(self, kind: str) -> dict[str, str]:
        """Everything of a kind, by key."""
        seal = self._memories.seal
        async with self._memories.database.raw() as raw:
            rows = await raw.fetch(_ALL, self._platform, kind)
        return {row["key"]: seal.unseal(row["value"]) for row in rows}

    @asynccontextmanager
    async def held(self, kind: str, key: str) -> AsyncIterator[Cell]:
        """A value that is read to be changed: others who hold or change it wait, in every process.

        What was kept counts when the block ends without an error. Within it, only the cell changes
        this value, and nothing else is held. At most some seconds long.
        """
        _check(kind, key)
        seal, where = self._memories.seal, (self._platform, kind, key)
        failure: Exception | None = None
        async with self._memories.place(self._number(kind, key)), self._memories.holding() as raw:
            await self._lock(raw, kind, key)
            row = await raw.fetchrow(_LOOK, *where)
            cell = Cell(None if row is None else seal.unseal(row["value"]))
            try:
                yield cell
            except Exception as error:  # not the database's: it would be taken for one of its
                failure = error
            if failure is None and cell.kept is not None:
                until = None if row is None else row["expires_at"]
                await raw.execute(_KEEP_UNTIL, *where, seal.seal(cell.kept), until)
        if failure is not None:
            raise failure

    @asynccontextmanager
    async def _writing(self, kind: str, key: str) -> AsyncIterator[RawConnection]:
        """A transaction that has the place to itself."""
        place, database = self._memories.place(self._number(kind, key)), self._memories.database
        async with place, database.raw() as raw, raw.transaction():
            await self._lock(raw, kind, key)
            yield raw

    async def _lock(self, raw: RawConnection, kind: str, key: str) -> None:
        await raw.execute(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
        await raw.execute("SELECT pg_advisory_xact_lock($1)", self._number(kind, key))

    def _number(self, kind: str, key: str) -> int:
        return lock_number("memory", self._platform, kind, key)


def _is_place(kind: str, key: str) -> bool:
    """Whether something can be kept there: keys come from outside, too."""
    try:
        (kind + key).encode()
    except UnicodeEncodeError:
        return False
    return len(kind) <= _KIND and len(key) <= _KEY and "\x00" not in kind + key


def _check(kind: str, key: str) -> None:
    if not _is_place(kind, key):
        raise ValueError("nothing can be kept under such a kind and key")


# By the clock, not by when the transaction began: it may have waited for its turn.
_LASTS = "(expires_at IS NULL OR expires_at > clock_timestamp())"
_THESE = " FROM memory WHERE platform = $1 AND kind = $2"
_HERE = f"{_THESE} AND key = $3"
_RECALL = f"SELECT value{_HERE} AND {_LASTS}"
_LOOK = f"SELECT value, expires_at{_HERE} AND {_LASTS}"
_ALL = f"SELECT key, value{_THESE} AND {_LASTS} ORDER BY key"
_TAKE = f"DELETE{_HERE} RETURNING value, {_LASTS} AS lasts"
_FORGET_THIS = f"DELETE{_HERE} AND value = $4"
_EVERYTHING = "SELECT platform, kind, key, value FROM memory"
_RESEAL = """
UPDATE memory SET value = $5 WHERE platform = $1 AND kind = $2 AND key = $3 AND value = $4
"""
_KEPT = """
INSERT INTO memory (platform, kind, key, value, expires_at) VALUES ($1, $2, $3, $4, {})
ON CONFLICT (platform, kind, key) DO UPDATE
SET value = excluded.value, expires_at = excluded.expires_at, updated_at = clock_timestamp()
"""
_KEEP = _KEPT.format("clock_timestamp() + $5::interval")
_KEEP_UNTIL = _KEPT.format("$5::timestamptz")
