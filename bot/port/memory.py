"""What a platform must remember beyond this process: installations, tokens, references.

Kept encrypted, by platform and kind and key. Values are texts; what is in them is the platform's.
"""

from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Protocol


class Cell(Protocol):
    """One remembered value, held: nobody else reads it to change it meanwhile."""

    @property
    def value(self) -> str | None:
        """What it is now; None where nothing is remembered."""
        ...

    async def keep(self, value: str) -> None:
        """Remember this instead, once the block is left."""
        ...


class Memory(Protocol):
    """One platform's memory, the same for every process. Every method may raise a StorageError.

    `kind` and `key` are at most 64 and 200 characters.
    """

    async def recall(self, kind: str, key: str) -> str | None:
        """What is remembered; None where nothing is, or where it has expired."""
        ...

    async def keep(
        self, kind: str, key: str, value: str, *, lasts: timedelta | None = None
    ) -> None:
        """Remember it from now on, for ever or for so long."""
        ...

    async def take(self, kind: str, key: str) -> str | None:
        """What is remembered, and forget it: of several who take it at once, one gets it."""
        ...

    async def forget(self, kind: str, key: str) -> None:
        """Remember it no more."""
        ...

    async def all(self, kind: str) -> dict[str, str]:
        """Everything of a kind, by key."""
        ...

    def held(self, kind: str, key: str) -> AbstractAsyncContextManager[Cell]:
        """A value that is read to be changed: others who hold it wait, in every process.

        What was kept counts when the block ends without an error. At most some seconds long.
        """
        ...
