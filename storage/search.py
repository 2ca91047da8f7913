"""Finding a flow by what somebody typed. Every query is bounded by account and by what is seen.

Ranking looks at the first RANKED matches only: a common word matches a tenth of the library.
"""

import re
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.access import Actor
from core.ids import AccountId
from storage.flows import FlowRecord, record_of, records, seen_by
from storage.tables import flow as table

RANKED = 400
MEANT = 0.4  # word similarity, 0 to 1, from which on a title counts as meant
LOOKED_AT = 1_000  # characters of what was typed
_WORD = re.compile(r"[^\W_]{1,60}")


class Search:
    """The published flows of an account that one actor may see."""

    def __init__(self, connection: AsyncConnection, account: AccountId, actor: Actor) -> None:
        """`connection` is inside a transaction."""
        self._connection = connection
        self._account = account
        self._actor = actor

    async def titles(self, typed: str, limit: int = 10) -> list[FlowRecord]:
        """As somebody types: titles with words that begin with those typed, shortest first."""
        prefixes = " & ".join(f"{word}:*" for word in _words(typed))
        if not prefixes:
            return []
        matches = self._matches(table.c.title_words, func.to_tsquery("simple", prefixes))
        return await self._best(matches, func.length(table.c.title), limit)

    async def words(self, typed: str, limit: int = 10) -> list[FlowRecord]:
        """Flows that speak of all the words typed, best first."""
        words = _words(typed)
        if not words:
            return []
        query = func.to_tsquery("simple", " & ".join(words))
        rank = func.ts_rank(table.c.words, query).desc()
        return await self._best(self._matches(table.c.words, query), rank, limit)

    async def did_you_mean(self, typed: str, limit: int = 3) -> list[FlowRecord]:
        """Flows with a title that looks like what was typed: alike, or with letters swapped.

        In a word of three letters, two swapped ones leave it nothing alike.
        """
        words = _words(typed)
        if not words:
            return []
        text = literal(" ".join(words)[:100])
        await self._connection.execute(
            select(func.set_config("pg_trgm.word_similarity_threshold", str(MEANT), True))
        )
        swapped = table.c.title_words.op("@@")(func.to_tsquery("simple", _swapped(words)))
        close = or_(text.op("<%")(table.c.title), swapped)
        best = (swapped.desc(), func.word_similarity(text, table.c.title).desc())
        statement = records().where(self._open(), close)
        return await self._rows(statement.order_by(*best, table.c.title).limit(limit))

    def _open(self) -> ColumnElement[bool]:
        return and_(
            table.c.account_id == self._account,
            table.c.archived_at.is_(None),
            table.c.published > 0,
            seen_by(self._actor),
        )

    def _matches(self, words: ColumnElement[Any], query: ColumnElement[Any]) -> Select[Any]:
        return select(table.c.id).where(self._open(), words.op("@@")(query)).limit(RANKED)

    async def _best(
        self, matches: Select[Any], order: ColumnElement[Any], limit: int
    ) -> list[FlowRecord]:
        found = matches.subquery()
        here = and_(table.c.account_id == self._account, table.c.id == found.c.id)
        statement = records().join_from(table, found, here)
        return await self._rows(statement.order_by(order, table.c.title).limit(limit))

    async def _rows(self, statement: Select[Any]) -> list[FlowRecord]:
        return [record_of(row) for row in await self._connection.execute(statement)]


def _words(typed: str) -> list[str]:
    """The first eight words typed: letters and digits only, so no tsquery syntax."""
    return [word.lower() for word in _WORD.findall(typed[:LOOKED_AT])[:8]]


def _swapped(words: list[str]) -> str:
    """A tsquery for titles with all these words, in each of which two neighbours may be swapped."""
    return " & ".join(f"({' | '.join(_swaps(word[:20]))})" for word in words)


def _swaps(word: str) -> list[str]:
    pairs = range(len(word) - 1)
    return [word, *(word[:n] + word[n + 1] + word[n] + word[n + 2 :] for n in pairs)]
