"""Sessions and their trails: the path of every click. One read, one statement, one commit.

What may happen is not decided here: `decide` does, between the read and the write, and again
under a lock when somebody else was faster.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

import asyncpg

from core.access import Actor, Role
from core.errors import Because, Refusal
from core.flow.model import Flow
from core.ids import AccountId, PersonId, SessionId, VersionId, WorkspaceId
from core.session.codec import state_to_json
from core.session.scene import AskAt, Effect, Moved, Redraw, Showing, Strike, Tell
from core.session.state import Session
from core.session.trail import Entry
from storage.database import Database, RawConnection
from storage.errors import translated
from storage.jobs import ASK_STILL_FINE, TELL, Job, enqueue
from storage.rows import ENTRY_COLUMNS, SESSION_COLUMNS, Row, entry_of, entry_row, session_of
from storage.versions import Versions

PATIENCE = 2.0  # seconds that a click may take in all, a connection included: "press again"
DELIVERED = "trail_delivery_key"


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody as a workspace knows them."""

    workspace: WorkspaceId
    external_id: str


@dataclass(frozen=True, slots=True)
class Product:
    """The product itself, acting on a clock in one account."""

    account: AccountId


@dataclass(frozen=True, slots=True)
class Asked:
    """Who wants to do something to which session.

    `delivery` is unique per delivered payload: the same one twice changes nothing twice. `of` is
    the entry that a deed is about, `version` one that it brings along.
    """

    who: Identity | Product
    session: SessionId
    delivery: str | None = None
    of: int | None = None
    version: VersionId | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A session as read: who asks, its flows, the entry asked about."""

    actor: Actor
    session: Session
    flows: dict[VersionId, Flow]
    past: Entry | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """What was decided and is saved, and the snapshot it was decided on."""

    before: Snapshot
    moved: Moved


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Nothing was saved: refused, or (`refusal` None) this delivery was handled before."""

    snapshot: Snapshot | None
    refusal: Refusal | None = None


Decide = Callable[[Snapshot], Moved | Refusal]
NOBODY = Unchanged(
    None, Refusal(Because.NOT_FOUND, "There is no such session, or you cannot see it.")
)


class Sessions:
    """Sessions of all accounts; each call is scoped by the account of who asks."""

    def __init__(self, database: Database, versions: Versions) -> None:
        """`versions` is shared: it keeps what every session reads."""
        self._database = database
        self._versions = versions

    async def change(self, asked: Asked, decide: Decide) -> Changed | Unchanged:
        """Read, let `decide`, write: once, whatever else happens meanwhile.

        Raises NotSaved after PATIENCE; then nothing is known to be saved, and the same press
        again does the right thing.
        """
        async with translated(), asyncio.timeout(PATIENCE):
            raw = await self._database.borrow()
            try:
                return await self._once(raw, asked, decide)
            finally:
                await self._database.give_back(raw)

    async def _once(self, raw: RawConnection, asked: Asked, decide: Decide) -> Changed | Unchanged:
        """The change, or how things stand when its delivery was handled before."""
        try:
            return await self._optimistic(raw, asked, decide)
        except asyncpg.UniqueViolationError as error:
            if error.constraint_name != DELIVERED:
                raise
        snapshot = await self._read(raw, asked)
        return Unchanged(snapshot) if snapshot else NOBODY

    async def read(self, asked: Asked) -> Snapshot | None:
        """The session as it stands, if who asks may see it."""
        async with self._database.raw() as raw:
            return await self._read(raw, asked)

    async def _optimistic(
        self, raw: RawConnection, asked: Asked, decide: Decide
    ) -> Changed | Unchanged:
        snapshot = await self._read(raw, asked)
        if snapshot is None:
            return NOBODY
        decided = decide(snapshot)
        if isinstance(decided, Refusal):
            return await _refused(raw, snapshot, asked, decided)
        alone = all(isinstance(effect, Redraw) for effect in decided.effects)
        if alone and await _write(raw, decided, asked.delivery):
            return Changed(snapshot, decided)
        return await self._locked(raw, asked, decide)

    async def _locked(
        self, raw: RawConnection, asked: Asked, decide: Decide
    ) -> Changed | Unchanged:
        """The same with the row held: nobody can come between."""
        async with raw.transaction():
            snapshot = await self._read(raw, asked, lock=True)
            if snapshot is None:
                return NOBODY
            decided = decide(snapshot)
            if isinstance(decided, Refusal):
                return await _refused(raw, snapshot, asked, decided)
            if not await _write(raw, decided, asked.delivery):
                raise ValueError("decided on another session than the one read")
            for effect in decided.effects:
                await _carry_out(raw, decided, effect)
            return Changed(snapshot, decided)

    async def _read(
        self, raw: RawConnection, asked: Asked, *, lock: bool = False
    ) -> Snapshot | None:
        match asked.who:
            case Identity(workspace, external_id):
                statement = _READ_LOCKED if lock else _READ
                row: Row = await raw.fetchrow(statement, workspace, external_id, asked.session)
            case Product(account):
                statement = _READ_FOR_PRODUCT_LOCKED if lock else _READ_FOR_PRODUCT
                row = await raw.fetchrow(statement, account, asked.session)
            case _ as never:
                assert_never(never)
        if row is None:
            return None
        session = session_of(row)
        person = PersonId(row["person"]) if row["person"] else None
        past = await _entry(raw, session, asked.of) if asked.of is not None else None
        once: frozenset[PersonId] = frozenset()
        if person and (past or session.offer):  # only these name people who may have been merged
            once = await _once(raw, session.account, person)
        actor = Actor(person, session.account, Role(row["role"]), once=once)
        wanted = {frame.version for frame in (*session.stack, *(past.stack if past else ()))}
        if asked.version is not None:
            wanted.add(asked.version)
        flows = await self._versions.get(raw, session.account, wanted)
        return Snapshot(actor, session, flows, past)


async def insert(raw: RawConnection, moved: Moved, delivery: str | None) -> None:
    """A session that has just begun, with the first entry of its trail.

    Raises asyncpg's UniqueViolationError, of DELIVERED, when `delivery` was handled before.
    """
    session = moved.session
    await raw.execute(
        _INSERT,
        session.account,
        session.id,
        session.revision,
        session.status,
        session.stack[0].version,
        session.driver,
        session.client,
        state_to_json(session),
        session.started_at,
    )
    await raw.execute(_APPEND, *entry_row(session, moved.entry, delivery))


async def _write(raw: RawConnection, moved: Moved, delivery: str | None) -> bool:
    """The session, its entry and its messages' marks in one statement; False on a conflict."""
    session = moved.session
    marked = {r for effect in moved.effects if isinstance(effect, Redraw) for r in effect.showing}
    count: int = await raw.fetchval(
        _WRITE,
        *entry_row(session, moved.entry, delivery),
        session.status,
        session.stack[0].version,
        session.driver,
        session.client,
        state_to_json(session),
        Showing.STEP in marked,
        Showing.HEADER in marked,
    )
    return count == 1


async def _carry_out(raw: RawConnection, moved: Moved, effect: Effect) -> None:
    session = moved.session
    about = (session.account, session.id, session.revision)
    match effect:
        case Redraw():
            return
        case Strike(first):
            await raw.execute(_STRIKE, session.account, session.id, first, moved.entry.seq)
        case AskAt(due):
            wait = max(due - moved.entry.at, timedelta())
            await enqueue(raw, Job(ASK_STILL_FINE, *about, about=due.isoformat()), wait)
        case Tell(person, notice):
            await enqueue(raw, Job(TELL, *about, person, notice.value))
        case _ as never:
            assert_never(never)


async def _refused(
    raw: RawConnection, snapshot: Snapshot, asked: Asked, refusal: Refusal
) -> Unchanged:
    """A refusal; none where it is only refused because this very delivery was saved before."""
    if asked.delivery is not None:
        account = snapshot.session.account
        if await raw.fetchval(_SEEN, account, asked.delivery):
            return Unchanged(snapshot)
    return Unchanged(snapshot, refusal)


async def _entry(raw: RawConnection, session: Session, seq: int) -> Entry | None:
    row = await raw.fetchrow(_ENTRY, session.account, session.id, seq)
    return entry_of(row) if row else None


async def _once(raw: RawConnection, account: AccountId, person: PersonId) -> frozenset[PersonId]:
    """The people who turned out to be this one."""
    return frozenset(PersonId(row["id"]) for row in await raw.fetch(_ONCE, account, person))


_ONCE = "SELECT id FROM person WHERE account_id = $1 AND merged_into = $2"
_READ = f"""
SELECT {SESSION_COLUMNS}, p.id AS person, p.role
FROM identity i
JOIN person p ON p.account_id = i.account_id AND p.id = i.person_id
JOIN session s ON s.account_id = i.account_id AND s.id = $3
WHERE i.workspace_id = $1 AND i.external_id = $2
"""  # noqa: S608 - constants
_READ_LOCKED = _READ + "FOR UPDATE OF s"
_READ_FOR_PRODUCT = f"""
SELECT {SESSION_COLUMNS}, NULL::uuid AS person, '{Role.SYSTEM}' AS role
FROM session s WHERE s.account_id = $1 AND s.id = $2
"""  # noqa: S608 - constants
_READ_FOR_PRODUCT_LOCKED = _READ_FOR_PRODUCT + "FOR UPDATE OF s"
_SEEN = "SELECT 1 FROM trail WHERE account_id = $1 AND delivery = $2"
_ENTRY = f"""
SELECT {ENTRY_COLUMNS} FROM trail WHERE account_id = $1 AND session_id = $2 AND seq = $3
"""  # noqa: S608 - constants
_INSERT = """
INSERT INTO session (account_id, id, revision, status, version_id, driver_id, client_id, state,
                     started_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
"""
_APPENDED = (
    "account_id, session_id, seq, at, by_id, kind, body, version_id, node, visit, below, behind,"
    " delivery"
)
_VALUES = (
    "$1::uuid, $2::uuid, $3::int, $4::timestamptz, $5::uuid, $6::text, $7::jsonb, $8::uuid,"
    " $9::text, $10::int, $11::jsonb, $12::int, $13::text"
)
_APPEND = f"INSERT INTO trail ({_APPENDED}) VALUES ({_VALUES})"  # noqa: S608 - constants
_WRITE = f"""
WITH moved AS (
    UPDATE session SET revision = $3, status = $14, version_id = $15, driver_id = $16,
                       client_id = $17, state = $18, updated_at = $4
    WHERE account_id = $1 AND id = $2 AND revision = $3 - 1
    RETURNING id
), appended AS (
    INSERT INTO trail ({_APPENDED}) SELECT {_VALUES} FROM moved
), marked AS (
    UPDATE message SET wanted = $3
    FROM moved
    WHERE message.account_id = $1 AND message.session_id = moved.id AND message.wanted < $3
      AND ($19 AND message.role = 'step' OR $20 AND message.role = 'header')
)
SELECT count(*) FROM moved
"""  # noqa: S608 - constants
_STRIKE = """
UPDATE trail SET struck_by = $4
WHERE account_id = $1 AND session_id = $2 AND seq >= $3 AND seq < $4
  AND struck_by IS NULL AND kind IN ('acted', 'corrected')
"""
