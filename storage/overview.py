"""What one person finds at their Home: sessions in one statement, flows in another, however much
there is. Nothing here is changed.
"""

from collections.abc import Iterable
from datetime import datetime

from core.access import Actor, Role
from core.frozen import frozen
from core.ids import AccountId, PersonId
from storage.database import RawConnection
from storage.flows import FlowRecord, record_of
from storage.histories import LISTED, LISTED_FROM, NEWEST, Listed, listed_of
from storage.rows import Row
from storage.search import FLOW_COLUMNS, STARTABLE


@frozen
class Counts:
    """How many sessions are wanted at most: of those that wait for a person, open and ended."""

    waiting: int = 10
    open: int = 30
    ended: int = 5


_ALL = Counts()


@frozen
class Offered:
    """A session that somebody, by name, asks a person to take over."""

    listed: Listed
    by: str


@frozen
class Ended:
    """A completed session, and when it was completed (UTC)."""

    listed: Listed
    at: datetime


@frozen
class Mine:
    """A person's name and sessions; `finished` is whether anybody here ever finished one.

    `due` are those where it is time to say whether the fix holds, the longest first; they are
    among `open` too, which is last touched first. `count` is how many are open altogether.
    """

    name: str
    finished: bool
    count: int
    offered: tuple[Offered, ...] = ()
    due: tuple[Listed, ...] = ()
    open: tuple[Listed, ...] = ()
    ended: tuple[Ended, ...] = ()


@frozen
class Shelf:
    """The flows that somebody may start, none twice: pinned by them, the first pin first; run by
    them lately, the last one first; others by title. `named` is the one that was asked for.
    """

    pinned: tuple[FlowRecord, ...] = ()
    used: tuple[FlowRecord, ...] = ()
    others: tuple[FlowRecord, ...] = ()
    named: FlowRecord | None = None

    @property
    def flows(self) -> tuple[FlowRecord, ...]:
        """The likeliest first."""
        return (*self.pinned, *self.used, *self.others)


class Overview:
    """Every query sees one account only; a person is also who was merged into them."""

    def __init__(self, raw: RawConnection, account: AccountId) -> None:
        """`raw` is inside a transaction."""
        self._raw = raw
        self._account = account

    async def sessions(self, person: PersonId, now: datetime, counts: Counts = _ALL) -> Mine | None:
        """A person's sessions as they stand at `now` (UTC); None where that is nobody here."""
        limits = (counts.waiting, counts.open, counts.ended)
        rows = await self._raw.fetch(_SESSIONS, self._account, person, now, *limits)
        if not rows:
            return None
        return Mine(
            rows[0]["person_name"],
            rows[0]["finished"],
            rows[0]["count"],
            tuple(Offered(listed_of(row), row["by"] or "Somebody") for row in _part(rows, "offer")),
            tuple(listed_of(row) for row in _part(rows, "due")),
            tuple(reversed([listed_of(row) for row in _part(rows, "open")])),
            tuple(reversed([Ended(listed_of(row), row["at"]) for row in _part(rows, "ended")])),
        )

    async def shelf(self, actor: Actor, others: int, *, named: str = "") -> Shelf:
        """The flows that `actor` may start; of others at most so many. `named` is apart."""
        if not actor.is_at_least(Role.VIEWER):
            return Shelf()
        seen = (self._account, actor.is_admin, actor.id, list(actor.teams))
        rows = await self._raw.fetch(_SHELF, *seen, NEWEST, named, others)
        pinned = sorted((r for r in rows if r["pinned_at"]), key=_pinned)
        loose = [row for row in rows if not row["pinned_at"] and row["name"] != named]
        used = sorted((r for r in loose if r["used_at"]), key=lambda r: r["used_at"], reverse=True)
        return Shelf(
            _records(pinned),
            _records(used),
            _records(row for row in loose if not row["used_at"]),
            next((record_of(row) for row in rows if row["name"] == named), None),
        )


def _part(rows: Iterable[Row], name: str) -> Iterable[Row]:
    """The rows of one part, earliest first."""
    return sorted((row for row in rows if row["part"] == name), key=lambda row: row["at"])


def _pinned(row: Row) -> tuple[datetime, str]:
    return row["pinned_at"], row["title"]


def _records(rows: Iterable[Row]) -> tuple[FlowRecord, ...]:
    return tuple(record_of(row) for row in rows)


_ME = """
me AS MATERIALIZED (SELECT id, name FROM person
                    WHERE account_id = $1 AND (id = {0} OR merged_into = {0}))
"""
# Whether anybody finished one is asked in the order of an index: else all sessions may be read.
_SESSIONS = f"""
WITH {_ME.format("$2")}, mine AS (
    SELECT id, updated_at, CASE WHEN status = 'awaiting-verification'
                                THEN (state ->> 'u')::timestamptz END AS due
    FROM session
    WHERE account_id = $1 AND driver_id IN (SELECT id FROM me) AND status <> 'completed'
), picked AS (
    (SELECT 'offer' AS part, id, updated_at AS at FROM session
     WHERE account_id = $1 AND offered_to IN (SELECT id FROM me) AND status <> 'completed'
     ORDER BY updated_at LIMIT $4)
    UNION ALL
    (SELECT 'due', id, due FROM mine WHERE due <= $3 ORDER BY due LIMIT $4)
    UNION ALL
    (SELECT 'open', id, updated_at FROM mine ORDER BY updated_at DESC LIMIT $5)
    UNION ALL
    (SELECT 'ended', own.id, own.ended_at FROM me CROSS JOIN LATERAL (
         SELECT id, ended_at FROM session
         WHERE account_id = $1 AND driver_id = me.id AND ended_at IS NOT NULL
         ORDER BY ended_at DESC LIMIT $6
     ) own ORDER BY own.ended_at DESC LIMIT $6)
), told AS (
    SELECT picked.part, {LISTED}, coalesce(now.name, asker.name) AS by,
           CASE picked.part WHEN 'ended' THEN coalesce(t.at, picked.at) ELSE picked.at END AS at
    {LISTED_FROM}
    JOIN picked ON picked.id = s.id
    LEFT JOIN person asker ON asker.account_id = s.account_id
                          AND asker.id = (s.state -> 'o' ->> 1)::uuid
    LEFT JOIN person now ON now.account_id = s.account_id AND now.id = asker.merged_into
    LEFT JOIN trail t ON t.account_id = s.account_id AND t.session_id = s.id
                     AND t.seq = (s.state ->> 'e')::int
    WHERE s.account_id = $1
)
SELECT me.name AS person_name, (SELECT count(*) FROM mine) AS count,
       (SELECT id FROM session WHERE account_id = $1 AND ended_at IS NOT NULL
        ORDER BY driver_id, ended_at LIMIT 1) IS NOT NULL AS finished,
       told.*
FROM me LEFT JOIN told ON true WHERE me.id = $2
"""  # noqa: S608 - constants
# Ids sort by time, so the newest sessions are at one end of the primary key.
_SHELF = f"""
WITH {_ME.format("$3")}, pinned AS (
    SELECT flow_id, min(at) AS pinned_at FROM pin
    WHERE account_id = $1 AND person_id IN (SELECT id FROM me) GROUP BY flow_id
), used AS (
    SELECT v.flow_id, max(s.id::text) AS used_at
    FROM (SELECT id, version_id, driver_id FROM session
          WHERE account_id = $1 ORDER BY id DESC LIMIT $5) AS s
    JOIN flow_version v ON v.account_id = $1 AND v.id = s.version_id
    WHERE s.driver_id IN (SELECT id FROM me) GROUP BY v.flow_id
), mine AS (
    SELECT flow_id, pinned_at, used_at FROM pinned FULL JOIN used USING (flow_id)
)
(SELECT {FLOW_COLUMNS}, pinned_at, used_at FROM flow JOIN mine ON mine.flow_id = flow.id
 WHERE {STARTABLE})
UNION ALL
(SELECT {FLOW_COLUMNS}, NULL, NULL FROM flow
 WHERE {STARTABLE} AND name = $6 AND id NOT IN (SELECT flow_id FROM mine))
UNION ALL
(SELECT {FLOW_COLUMNS}, NULL, NULL FROM flow
 WHERE {STARTABLE} AND name <> $6 AND id NOT IN (SELECT flow_id FROM mine)
 ORDER BY title LIMIT $7)
"""  # noqa: S608 - constants
