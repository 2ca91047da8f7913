"""Trails and lists of sessions, in one account: for notes, past steps, "who else?", resuming."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import asyncpg

from core.flow.model import Flow
from core.frozen import frozen
from core.ids import AccountId, ClientId, FlowId, PersonId, SessionId, VersionId
from core.session.known import LINES
from core.session.scene import Moved
from core.session.state import Session
from core.session.trail import Entry
from storage.database import RawConnection
from storage.rows import ENTRY_COLUMNS, SESSION_COLUMNS, Row, entry_of, session_of
from storage.sessions import DELIVERED
from storage.snapshots import MOST_EARLIER
from storage.versions import Versions
from storage.writing import insert

NEWEST = 500  # sessions of an account that are looked at, where no index helps


@frozen
class Listed:
    """A session as a line in a list; `node` is where it is, in the flow `flow_id`."""

    session: Session
    flow_id: FlowId
    flow_title: str
    updated_at: datetime
    client_name: str | None
    driver_name: str | None


@frozen
class Behind:
    """The answers behind a session: the last ones that stand, oldest first, and how many more.

    `earlier` stops counting at MOST_EARLIER, so that a click costs the same at any length.
    """

    entries: tuple[Entry, ...]
    earlier: int


@frozen
class Meanwhile:
    """What some people did in another session: its entries of theirs, in order."""

    session: SessionId
    flow_title: str
    entries: tuple[Entry, ...] = ()


class Histories:
    """Everything about sessions that is not the click itself."""

    def __init__(self, raw: RawConnection, account: AccountId, versions: Versions) -> None:
        """`raw` is inside a transaction."""
        self._raw = raw
        self._account = account
        self._versions = versions

    async def begin(self, moved: Moved, delivery: str | None = None) -> SessionId:
        """Save a session that has just begun; or, the same `delivery` again: the one it began.

        Raises ValueError for another account's session.
        """
        if moved.session.account != self._account:
            raise ValueError("a session of another account")
        try:
            async with self._raw.transaction():
                await insert(self._raw, moved, delivery)
        except asyncpg.UniqueViolationError as error:
            if error.constraint_name != DELIVERED:
                raise
            begun = await self._raw.fetchval(_BEGUN, self._account, delivery)
            return SessionId(begun)
        return moved.session.id

    async def get(self, session: SessionId) -> Session | None:
        """The session as it stands."""
        row = await self._raw.fetchrow(_SESSION, self._account, session)
        return session_of(row) if row else None

    async def trail(self, session: SessionId, *, upto: int | None = None) -> tuple[Entry, ...]:
        """Every entry in order, or those up to `upto`."""
        last = 2**31 - 1 if upto is None else upto
        rows = await self._raw.fetch(_TRAIL, self._account, session, last)
        return tuple(entry_of(row) for row in rows)

    async def behind(self, session: SessionId, count: int = LINES) -> Behind:
        """The last `count` answers that stand."""
        rows = await self._raw.fetch(_BEHIND, self._account, session, count)
        total = await self._raw.fetchval(_COUNT, self._account, session, count + MOST_EARLIER)
        entries = tuple(entry_of(row) for row in reversed(rows))
        return Behind(entries, total - len(entries))

    async def answer_to(self, session: SessionId, visit: int) -> Entry | None:
        """The entry that answered the showing `visit`, if it was answered."""
        row = await self._raw.fetchrow(_ANSWER, self._account, session, visit)
        return entry_of(row) if row else None

    async def left(self, session: SessionId, visit: int) -> Entry | None:
        """The last entry that was made at the showing `visit`, whatever it was."""
        row = await self._raw.fetchrow(_LEFT, self._account, session, visit)
        return entry_of(row) if row else None

    async def delivered(self, delivery: str) -> Entry | None:
        """The entry that a delivery became."""
        row = await self._raw.fetchrow(_DELIVERED, self._account, delivery)
        return entry_of(row) if row else None

    async def last_seen(self, session: SessionId, person: PersonId) -> datetime | None:
        """When `person` last did anything in the session (UTC)."""
        seen: datetime | None = await self._raw.fetchval(_SEEN, self._account, session, person)
        return seen

    async def flows(self, session: Session, trail: tuple[Entry, ...] = ()) -> dict[VersionId, Flow]:
        """Every version that the session or its trail stands on."""
        stacks = (session.stack, *(entry.stack for entry in trail))
        ids = {frame.version for stack in stacks for frame in stack}
        return await self._versions.get(self._raw, self._account, ids)

    async def flows_of(self, sessions: Iterable[Session]) -> dict[VersionId, Flow]:
        """Every version that any of these sessions stands on."""
        ids = {frame.version for session in sessions for frame in session.stack}
        return await self._versions.get(self._raw, self._account, ids)

    async def open_for(self, driver: PersonId, limit: int = 50) -> tuple[Listed, ...]:
        """The sessions that `driver`, or who was merged into them, has not finished; last first."""
        rows = await self._raw.fetch(_OPEN, self._account, driver, limit)
        return tuple(listed_of(row) for row in rows)

    async def open_on(self, flow: FlowId, within: timedelta) -> tuple[Listed, ...]:
        """Who else is on this flow: its open sessions touched `within` the time before now."""
        rows = await self._raw.fetch(_OPEN_ON, self._account, flow, within)
        return tuple(listed_of(row) for row in rows)

    async def last_closed(self, flow: FlowId, client: ClientId) -> Listed | None:
        """When this client last had this flow, and how it ended."""
        row = await self._raw.fetchrow(_LAST_CLOSED, self._account, flow, client)
        return listed_of(row) if row else None

    async def begun_on(self, flow: FlowId, since: datetime) -> tuple[Listed, ...]:
        """The sessions of this flow, finished or not, that began at `since` (UTC) or later."""
        rows = await self._raw.fetch(_BEGUN_ON, self._account, flow, since)
        return tuple(listed_of(row) for row in rows)

    async def open_now(self, limit: int) -> tuple[Listed, ...]:
        """Everybody's sessions that are not finished; last touched first."""
        rows = await self._raw.fetch(_OPEN_NOW, self._account, limit)
        return tuple(listed_of(row) for row in rows)

    async def meanwhile(
        self, session: SessionId, people: Collection[PersonId], between: tuple[datetime, datetime]
    ) -> tuple[Meanwhile, ...]:
        """What `people` did in other, lately begun sessions `between` two times (UTC)."""
        arguments = (session, list(people), *between, NEWEST)
        found: dict[SessionId, Meanwhile] = {}
        for row in await self._raw.fetch(_MEANWHILE, self._account, *arguments):
            id = SessionId(row["session_id"])
            before = found.get(id) or Meanwhile(id, row["flow_title"])
            found[id] = replace(before, entries=(*before.entries, entry_of(row)))
        return tuple(found.values())


def listed_of(row: Row) -> Listed:
    """A line from the columns LISTED."""
    return Listed(
        session_of(row),
        FlowId(row["flow_id"]),
        row["flow_title"],
        row["updated_at"],
        row["client_name"],
        row["driver_name"],
    )


_BEGUN = "SELECT session_id FROM trail WHERE account_id = $1 AND delivery = $2"
_SESSION = f"SELECT {SESSION_COLUMNS} FROM session s WHERE account_id = $1 AND id = $2"  # noqa: S608
_TRAIL = f"""
SELECT {ENTRY_COLUMNS} FROM trail
WHERE account_id = $1 AND session_id = $2 AND seq <= $3 ORDER BY seq
"""  # noqa: S608 - constants
_STANDING = "struck_by IS NULL AND kind IN ('acted', 'corrected')"
_BEHIND = f"""
SELECT {ENTRY_COLUMNS} FROM trail
WHERE account_id = $1 AND session_id = $2 AND {_STANDING} ORDER BY seq DESC LIMIT $3
"""  # noqa: S608 - constants
_COUNT = f"""
SELECT count(*) FROM (
    SELECT FROM trail WHERE account_id = $1 AND session_id = $2 AND {_STANDING}
    ORDER BY seq DESC LIMIT $3
) AS standing
"""  # noqa: S608 - constants
_ANSWER = f"""
SELECT {ENTRY_COLUMNS} FROM trail
WHERE account_id = $1 AND session_id = $2 AND visit = $3 AND kind IN ('acted', 'corrected')
ORDER BY struck_by IS NOT NULL, seq DESC LIMIT 1
"""  # noqa: S608 - constants
_LEFT = f"""
SELECT {ENTRY_COLUMNS} FROM trail
WHERE account_id = $1 AND session_id = $2 AND visit = $3 AND kind NOT IN ('corrected')
ORDER BY seq DESC LIMIT 1
"""  # noqa: S608 - constants
_DELIVERED = f"""
SELECT {ENTRY_COLUMNS} FROM trail WHERE account_id = $1 AND delivery = $2
"""  # noqa: S608 - constants
_SEEN = """
SELECT at FROM trail WHERE account_id = $1 AND session_id = $2 AND by_id = $3
ORDER BY seq DESC LIMIT 1
"""
LISTED = f"""
{SESSION_COLUMNS}, s.updated_at, v.flow_id, f.title AS flow_title,
c.name AS client_name, p.name AS driver_name
"""
LISTED_FROM = """
FROM session s
JOIN flow_version v ON v.account_id = s.account_id AND v.id = s.version_id
JOIN flow f ON f.account_id = s.account_id AND f.id = v.flow_id
LEFT JOIN client c ON c.account_id = s.account_id AND c.id = s.client_id
LEFT JOIN person p ON p.account_id = s.account_id AND p.id = s.driver_id
"""
_LIST = f"SELECT {LISTED} {LISTED_FROM} WHERE s.account_id = $1"
_OPEN = f"""{_LIST}
  AND s.driver_id IN (SELECT id FROM person
                      WHERE account_id = $1 AND (id = $2 OR merged_into = $2))
  AND s.status <> 'completed'
ORDER BY s.updated_at DESC LIMIT $3
"""  # noqa: S608 - constants
_OPEN_ON = _LIST + (
    " AND v.flow_id = $2 AND s.status <> 'completed' AND s.updated_at > now() - $3::interval"
    " ORDER BY s.updated_at DESC LIMIT 50"
)
_LAST_CLOSED = _LIST + (
    " AND v.flow_id = $2 AND s.client_id = $3 AND s.status = 'completed'"
    " ORDER BY s.updated_at DESC LIMIT 1"
)
_BEGUN_ON = _LIST + " AND v.flow_id = $2 AND s.started_at >= $3 ORDER BY s.started_at LIMIT 200"
_OPEN_NOW = _LIST + " AND s.status <> 'completed' ORDER BY s.updated_at DESC LIMIT $2"
_MEANWHILE = f"""
SELECT s.id AS session_id, f.title AS flow_title, t.*
FROM (SELECT id, version_id AS on_version, started_at, updated_at FROM session
      WHERE account_id = $1 ORDER BY id DESC LIMIT $6) AS s
JOIN flow_version v ON v.account_id = $1 AND v.id = s.on_version
JOIN flow f ON f.account_id = $1 AND f.id = v.flow_id
CROSS JOIN LATERAL (
    SELECT {ENTRY_COLUMNS} FROM trail
    WHERE trail.account_id = $1 AND trail.session_id = s.id AND trail.by_id = ANY($3)
      AND trail.at BETWEEN $4 AND $5
) AS t
WHERE s.id <> $2 AND s.started_at <= $5 AND s.updated_at >= $4
ORDER BY s.id, t.seq
"""  # noqa: S608 - constants
