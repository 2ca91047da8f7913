"""The door to storage: what bot/app and the worker hold. Nothing else opens a database."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Self

from core.ids import AccountId
from storage.database import Database, Pool
from storage.installation import Installation
from storage.jobs import DeadLetters
from storage.memory import Memories
from storage.outbox import Outbox
from storage.sealing import Seal
from storage.sessions import Sessions
from storage.versions import Versions
from storage.work import Work, begin


class Storage:
    """PostgreSQL, as the product uses it."""

    def __init__(self, database: Database, seal: Seal | None = None) -> None:
        """`database` belongs to this object from now on: `close` closes it.

        Without a `seal` nothing secret can be kept: `memories` raise NoKey.
        """
        self.database = database
        self.versions = Versions()
        self.sessions = Sessions(database, self.versions)
        self.installation = Installation(database)
        self.outbox = Outbox(database)
        self.memories = Memories(database, seal)

    @classmethod
    def open(cls, address: str, pool: Pool | None = None, seal: Seal | None = None) -> Self:
        """Storage at `address`; connects when first used. Raises WrongAddress."""
        return cls(Database.open(address, pool), seal)

    def work(self, account: AccountId) -> AbstractAsyncContextManager[Work]:
        """A unit of work for one account."""
        return begin(self.database, account, self.versions)

    def dead_letters(self, account: AccountId) -> DeadLetters:
        """One account's jobs that gave up."""
        return DeadLetters(self.database, account)

    async def close(self) -> None:
        """Close every connection."""
        await self.database.close()


@asynccontextmanager
async def opened(
    address: str, pool: Pool | None = None, seal: Seal | None = None
) -> AsyncIterator[Storage]:
    """Storage at `address`, closed at the end."""
    storage = Storage.open(address, pool, seal)
    try:
        yield storage
    finally:
        await storage.close()
