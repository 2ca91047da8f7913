"""What the stores need of a database: asyncpg's connection, as far as it is used here."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

Row = Mapping[str, Any]


class Connection(Protocol):
    """A connection in autocommit; it goes back when the block ends."""

    async def fetch(self, query: str, /, *args: object) -> Sequence[Row]:
        """All rows."""
        ...

    async def fetchrow(self, query: str, /, *args: object) -> Row | None:
        """The first row."""
        ...

    async def fetchval(self, query: str, /, *args: object) -> Any:
        """The first row's first value."""
        ...

    async def execute(self, query: str, /, *args: object) -> str:
        """No rows."""
        ...

    def transaction(self) -> AbstractAsyncContextManager[object]:
        """All statements of the block or none."""
        ...


Connect = Callable[[], AbstractAsyncContextManager[Connection]]
