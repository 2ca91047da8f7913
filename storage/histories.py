"""Trails and lists of sessions, in one account: for notes, past steps, "who else?", resuming."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg

from core.flow.model import Flow
from core.ids import AccountId, ClientId, FlowId, PersonId, SessionId, VersionId
from core.session.scene import Moved
from core.session.state import Session
from core.session.trail import Entry
from storage.database import RawConnection
from storage.rows import ENTRY_COLUMNS, SESSION_COLUMNS, Row, entry_of, session_of
from storage.sessions import DELIVERED, insert
from storage.versions import Versions

MOST_EARLIER = 100


@dataclass(frozen=True, slots=True)
class Listed:
    """A session as a line in a list; `node` is where it is, in the flow `flow_id`."""

    session: Session
    flow_id: FlowId
    flow_title: str
    updated_at: datetime
    client_name: str | None
    driver_name: str | None


@dataclass(frozen=True, slots=True)
class Behind:
    """The answers behind a session: the last ones that stand, oldest first, and how many more.

    `earlier` stops counting at MOST_EARLIER, so that a click costs the same at any length.
    """

    entries: tuple[Entry, ...]
    earlier: int


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

    async def behind(self, session: SessionId, count: int = 8) -> Behind:
        """The last `count` answers that stand."""
        rows = await self._raw.fetch(_BEHIND, self._account, session, count)
        total = await self._raw.fetchval(_COUNT, self._account, session, count + MOST_EARLIER)
        entries = tuple(entry_of(row) for row in reversed(rows))
        return Behind(entries, total - len(entries))

    async def answer_to(self, session: SessionId, visit: int) -> Entry | None:
        """The entry that answered the showing `visit`, if it was answered."""
        row = await self._raw.fetchrow(_ANSWER, self._account, session, visit)
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

    async def open_for(self, driver: PersonId, limit: int = 50) -> tuple[Listed, ...]:
        """The sessions that `driver`, or who was merged into them, has not finished; last first."""
        rows = await self._raw.fetch(_OPEN, self._account, driver, limit)
        return tuple(_listed(row) for row in rows)

    async def open_on(self, flow: FlowId, within: timedelta) -> tuple[Listed, ...]:
        """Who else is on this flow: its open sessions touched `within` the time before now."""
        rows = await self._raw.fetch(_OPEN_ON, self._account, flow, within)
        return tuple(_listed(row) for row in rows)

    async def last_closed(self, flow: FlowId, client: ClientId) -> Listed | None:
        """When this client last had this flow, and how it ended."""
        row = await self._raw.fetchrow(_LAST_CLOSED, self._account, flow, client)
        return _listed(row) if row else None


def _listed(row: Row) -> Listed:
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
ORDER BY seq DESC LIMIT 1
"""  # noqa: S608 - constants
_DELIVERED = f"""
SELECT {ENTRY_COLUMNS} FROM trail WHERE account_id = $1 AND delivery = $2
"""  # noqa: S608 - constants
_SEEN = """
SELECT at FROM trail WHERE account_id = $1 AND session_id = $2 AND by_id = $3
ORDER BY seq DESC LIMIT 1
"""
_LIST = f"""
SELECT {SESSION_COLUMNS}, s.updated_at, v.flow_id, f.title AS flow_title,
       c.name AS client_name, p.name AS driver_name
FROM session s
JOIN flow_version v ON v.account_id = s.account_id AND v.id = s.version_id
JOIN flow f ON f.account_id = s.account_id AND f.id = v.flow_id
LEFT JOIN client c ON c.account_id = s.account_id AND c.id = s.client_id
LEFT JOIN person p ON p.account_id = s.account_id AND p.id = s.driver_id
WHERE s.account_id = $1
"""  # noqa: S608 - constants
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
