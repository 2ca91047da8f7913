"""What `bench turns` asks of another product: the walk, and the protocol its driver times.

Each peer is a module of its own, imported only when asked for: a missing package is an
ImportError there, never here. Nothing of ResolutionFlow's own may be imported.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

LENGTH = 12
"""Decisions from the start to the end of the walk when every answer is "yes"."""

END = LENGTH
"""The number a route leads to where the walk is over."""


@dataclass(frozen=True)
class Decision:
    """A question and, for each answer it takes, the number of the next decision (or END)."""

    question: str
    routes: Mapping[str, int]


WALK: tuple[Decision, ...] = tuple(
    Decision(f"Is part {n + 1} in order?", MappingProxyType({"yes": n + 1, "no": END}))
    for n in range(LENGTH)
)
"""The graph every peer walks; it branches, so that a peer has to look the answer up."""


class Peer(Protocol):
    """One product on the same work: sessions over PostgreSQL, persisted after every answer."""

    @property
    def name(self) -> str:
        """What the table of results calls it."""
        ...

    @property
    def loses(self) -> str:
        """One sentence: what a crash would lose, and what history is kept."""
        ...

    async def open(self, dsn: str, *, pool: int, fresh: bool = True) -> None:
        """Connect with `pool` connections; drop and create its tables, unless not fresh."""
        ...

    async def begin(self, session: str) -> None:
        """Start a session and stop at the first question. Not timed."""
        ...

    async def turn(self, session: str, answer: str) -> None:
        """Take an answer the walk has a route for; committed when this returns."""
        ...

    async def ended(self, session: str) -> bool:
        """Whether what is stored, read anew, says that this begun session's walk is over."""
        ...

    async def stored(self) -> int:
        """Bytes of all live rows of its tables (the sum of pg_column_size(row))."""
        ...

    async def table_bytes(self) -> int:
        """Bytes of its tables on disk without indexes (pg_table_size): dead rows count."""
        ...

    async def close(self) -> None:
        """Give the connections back; the tables stay."""
        ...
