"""Finding a flow by what somebody typed. Every query is bounded by account and by what is seen.

Ranking looks at the first matches only: a common word matches a tenth of the library. Typing is
answered at every key, so these are plain statements on the driver's connection.
"""

import re

from core.access import Actor, Role
from core.ids import AccountId
from storage.database import RawConnection
from storage.flows import FlowRecord, record_of

TYPED = 30  # titles looked at while somebody types
RANKED = 400  # flows that are ranked by their text
MEANT = 0.4  # word similarity, 0 to 1, from which on a title counts as meant
LOOKED_AT = 1_000  # characters of what was typed
_AFTER = "~"  # comes after whatever a name consists of
_WORD = re.compile(r"[^\W_]{1,60}")


class Search:
    """The published flows of an account that one actor may see."""

    def __init__(self, raw: RawConnection, account: AccountId, actor: Actor) -> None:
        """`raw` is inside a transaction."""
        self._raw = raw
        self._account = account
        self._actor = actor

    async def called(self, typed: str, limit: int = 10) -> list[FlowRecord]:
        """Flows that are called like what was typed, by name or title. Shortest title first."""
        found = (*await self.names(typed, limit), *await self.titles(typed, limit))
        each = {flow.id: flow for flow in found}.values()
        return sorted(each, key=lambda flow: (len(flow.title), flow.title))[:limit]

    async def names(self, typed: str, limit: int = 10) -> list[FlowRecord]:
        """Flows whose own name begins with the words typed, with dashes between them."""
        begins = "-".join(_words(typed))
        return await self._find(_NAMES, begins, limit) if begins else []

    async def titles(self, typed: str, limit: int = 10) -> list[FlowRecord]:
        """As somebody types: titles with all words, the last one perhaps not typed out; else
        those with words that begin with the ones typed. Shortest first.
        """
        words = _words(typed)
        if not words:
            return []
        typing = " & ".join(words) + ":*"
        began = " & ".join(f"{word}:*" for word in words)
        return await self._find(_TITLES, typing, limit) or (
            await self._find(_TITLES, began, limit) if len(words) > 1 else []
        )

    async def words(self, typed: str, limit: int = 10) -> list[FlowRecord]:
        """Flows that speak of all the words typed, best first."""
        words = _words(typed)
        return await self._find(_TEXTS, " & ".join(words), limit) if words else []

    async def did_you_mean(self, typed: str, limit: int = 3) -> list[FlowRecord]:
        """Flows with a title that looks like what was typed: alike, or with letters swapped.

        In a word of three letters, two swapped ones leave it nothing alike.
        """
        words = _words(typed)
        if not words:
            return []
        await self._raw.execute(_THRESHOLD, str(MEANT))
        return await self._find(_ALIKE, _swapped(words), limit, " ".join(words)[:100])

    async def _find(self, statement: str, query: str, *more: object) -> list[FlowRecord]:
        """The flows that `statement` finds; $1 to $4 are whose they are and who may see them."""
        actor = self._actor
        if not actor.is_at_least(Role.VIEWER):
            return []
        seen = (self._account, actor.is_admin, actor.id, list(actor.teams))
        return [record_of(row) for row in await self._raw.fetch(statement, *seen, query, *more)]


FLOW_COLUMNS = """
id, name, title, category, tags, owner_id, visibility, team_id, published, version_id,
draft IS NOT NULL AS has_draft, draft_revision, archived_at
"""
# The condition of `flows.seen_by`; a test holds them together.
STARTABLE = """
account_id = $1 AND archived_at IS NULL AND published > 0
AND ($2 OR visibility = 'account' OR owner_id = $3 OR (visibility = 'team' AND team_id = ANY($4)))
"""
# Compared by bytes, not LIKE: that finds no index in a plan that is kept for any parameter.
_NAMES = f"""
SELECT {FLOW_COLUMNS} FROM flow
WHERE {STARTABLE} AND name ~>=~ $5 AND name ~<~ ($5::text || '{_AFTER}')
ORDER BY name USING ~<~ LIMIT $6
"""  # noqa: S608 - constants
_TITLES = f"""
SELECT {FLOW_COLUMNS} FROM (
    SELECT * FROM flow WHERE {STARTABLE} AND title_words @@ to_tsquery('simple', $5) LIMIT {TYPED}
) AS flow
ORDER BY length(title), title LIMIT $6
"""  # noqa: S608 - constants
_TEXTS = f"""
SELECT {FLOW_COLUMNS} FROM (
    SELECT * FROM flow WHERE {STARTABLE} AND words @@ to_tsquery('simple', $5) LIMIT {RANKED}
) AS flow
ORDER BY ts_rank(words, to_tsquery('simple', $5)) DESC, title LIMIT $6
"""  # noqa: S608 - constants
_ALIKE = f"""
SELECT {FLOW_COLUMNS} FROM flow
WHERE {STARTABLE} AND ($7 <% title OR title_words @@ to_tsquery('simple', $5))
ORDER BY title_words @@ to_tsquery('simple', $5) DESC, word_similarity($7, title) DESC, title
LIMIT $6
"""  # noqa: S608 - constants
_THRESHOLD = "SELECT set_config('pg_trgm.word_similarity_threshold', $1, true)"


def _words(typed: str) -> list[str]:
    """The first eight words typed: letters and digits only, so no tsquery syntax."""
    return [word.lower() for word in _WORD.findall(typed[:LOOKED_AT])[:8]]


def _swapped(words: list[str]) -> str:
    """A tsquery for titles with all these words, in each of which two neighbours may be swapped."""
    return " & ".join(f"({' | '.join(_swaps(word[:20]))})" for word in words)


def _swaps(word: str) -> list[str]:
    pairs = range(len(word) - 1)
    return [word, *(word[:n] + word[n + 1] + word[n] + word[n + 2 :] for n in pairs)]
