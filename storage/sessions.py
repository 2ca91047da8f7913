"""Sessions and their trails: the path of every click. One read, one statement, one commit.

What may happen is not decided here: `decide` does, between the read and the write, and again
under a lock when somebody else was faster.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID

import asyncpg

from core.access import Actor, Role
from core.errors import Because, Refusal
from core.flow.model import Flow
from core.ids import AccountId, PersonId, SessionId, VersionId, WorkspaceId
from core.session.codec import state_to_json
from core.session.known import LINES, Known
from core.session.scene import AskAt, Effect, Moved, Redraw, Showing, Strike, Tell
from core.session.state import Session
from core.session.trail import Entry
from storage.database import Database, RawConnection
from storage.errors import translated
from storage.ids import new_id
from storage.jobs import ASK_STILL_FINE, TELL, Job, enqueue
from storage.rows import ENTRY_COLUMNS, SESSION_COLUMNS, Row, entry_of, entry_row, session_of
from storage.versions import Versions

MOST_EARLIER = 100  # counted behind those
CLAIMED = timedelta(seconds=5)  # how long an answer may take to reach the screen
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
    the entry that a deed is about, `version` one that it brings along. `showing`: what the step
    shows is read along, for an answer that shows it; in the message `screen`, if that is the one.
    """

    who: Identity | Product
    session: SessionId
    delivery: str | None = None
    of: int | None = None
    version: VersionId | None = None
    showing: bool = False
    screen: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """The message that shows a session's step: under which reference, and whether somebody wrote
    below it since.
    """

    message: UUID
    reference: str | None
    covered: bool


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A session as read: who asks, its flows, the entry asked about.

    `known` is what its step shows beside the state, where that was asked for; `seen` when who asks
    last did anything in it (UTC), as far as its last entries tell.
    """

    actor: Actor
    session: Session
    flows: dict[VersionId, Flow]
    past: Entry | None = None
    known: Known | None = None
    seen: datetime | None = None
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A message that is being answered: its claim keeps everybody else from sending it.

    Until CLAIMED is over: then whoever answers is taken for dead.
    """

    message: UUID
    claim: UUID


@dataclass(frozen=True, slots=True)
class Changed:
    """What was decided and is saved, and the snapshot it was decided on.

    `held` is the message that the answer shows it in. `folded`: that one was covered, so a worker
    folds it to a line and posts the new step below.
    """

    before: Snapshot
    moved: Moved
    held: Held | None = None
    folded: bool = False


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
        held = _held(snapshot, asked)
        if _is_alone(snapshot, decided) and await _write(raw, decided, asked.delivery, held):
            return Changed(snapshot, decided, held)
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
            folds = _folds(snapshot, decided)
            held = None if folds else _held(snapshot, asked)
            if not await _write(raw, decided, asked.delivery, held):
                raise ValueError("decided on another session than the one read")
            for effect in decided.effects:
                await _carry_out(raw, decided, effect)
            if folds:
                await _fold(raw, snapshot, decided)
            return Changed(snapshot, decided, held, folds)

    async def _read(
        self, raw: RawConnection, asked: Asked, *, lock: bool = False
    ) -> Snapshot | None:
        match asked.who:
            case Identity(workspace, external_id):
                statement = (_SHOW if asked.showing else _READ) + (_LOCK if lock else "")
                row: Row = await raw.fetchrow(statement, workspace, external_id, asked.session)
            case Product(account):
                statement = _READ_FOR_PRODUCT + (_LOCK if lock else "")
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
        shows = asked.showing and isinstance(asked.who, Identity)
        known = _known(row, actor) if shows else None
        stacks = [session.stack, *(e.stack for e in known.past)] if known else [session.stack]
        wanted = {frame.version for stack in stacks for frame in stack}
        wanted |= {frame.version for frame in (past.stack if past else ())}
        if asked.version is not None:
            wanted.add(asked.version)
        flows = await self._versions.get(raw, session.account, wanted)
        step = _step(row)
        if known is not None and session.offer is not None:
            known = replace(known, names=await _names(raw, session.account))
        seen = row["seen"] if shows else None
        return Snapshot(actor, session, flows, past, known, seen, step)


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


def _is_alone(snapshot: Snapshot, moved: Moved) -> bool:
    """Whether one statement can save it all."""
    return not _folds(snapshot, moved) and all(
        isinstance(effect, Redraw) and Showing.NOTE not in effect.showing
        for effect in moved.effects
    )


def _folds(snapshot: Snapshot, moved: Moved) -> bool:
    """Whether the step that is on screen stays behind: another one comes, below what was written
    since.
    """
    step = snapshot.step
    on = moved.session.here.visit != snapshot.session.here.visit
    return on and step is not None and step.covered and step.reference is not None


def _held(snapshot: Snapshot, asked: Asked) -> Held | None:
    """The message that the answer is shown in, if that is the session's step as it lives now."""
    step = snapshot.step
    if step is None or asked.screen is None or step.reference != asked.screen:
        return None
    return Held(step.message, new_id())


def _step(row: Row) -> Step | None:
    return Step(row["message"], row["reference"], row["covered"]) if row["message"] else None


def _known(row: Row, actor: Actor) -> Known:
    entries = tuple(entry_of(entry) for entry in reversed(row["behind"]))
    names = {PersonId(UUID(id)): name for id, name in json.loads(row["names"] or "{}").items()}
    if actor.id is not None:
        names[actor.id] = row["name"]
    client = row["client"] or None
    return Known(entries, max(0, row["standing"] - len(entries)), names, client)


async def _names(raw: RawConnection, account: AccountId) -> dict[PersonId, str]:
    return {PersonId(row["id"]): row["name"] for row in await raw.fetch(_NAMES, account)}


async def _fold(raw: RawConnection, snapshot: Snapshot, moved: Moved) -> None:
    """Let the step on screen stay behind as a line, and want the new one below."""
    session, step = moved.session, snapshot.step
    assert step is not None
    visit = snapshot.session.here.visit
    await raw.execute(_FOLD, session.account, step.message, visit)
    await raw.execute(_BELOW, session.account, step.message, new_id(), session.revision)


async def _write(
    raw: RawConnection, moved: Moved, delivery: str | None, held: Held | None = None
) -> bool:
    """The session, its entry and its messages' marks in one statement; False on a conflict."""
    session = moved.session
    marked = {r for effect in moved.effects if isinstance(effect, Redraw) for r in effect.showing}
    count: int = await raw.fetchval(
        WRITE,
        *entry_row(session, moved.entry, delivery),
        session.status,
        session.stack[0].version,
        session.driver,
        session.client,
        state_to_json(session),
        Showing.STEP in marked,
        Showing.HEADER in marked,
        held and held.message,
        held and held.claim,
        CLAIMED,
    )
    return count == 1


async def _carry_out(raw: RawConnection, moved: Moved, effect: Effect) -> None:
    session = moved.session
    about = (session.account, session.id, session.revision)
    match effect:
        case Redraw(showing):
            if Showing.NOTE in showing:
                await raw.execute(_COVER, session.account, session.id)
                await raw.execute(_UNSAID, session.account, session.id)
                await raw.execute(_SAY, session.account, session.id, new_id(), session.revision)
        case Strike(first):
            await raw.execute(_STRIKE, session.account, session.id, first, moved.entry.seq)
            await raw.execute(_REDRAW_PAST, session.account, session.id, session.revision)
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
_STEP_COLUMNS = "m.id AS message, m.reference, m.covered"
_STEP_MESSAGE = """
LEFT JOIN place l ON l.account_id = s.account_id AND l.session_id = s.id AND l.moved_to IS NULL
LEFT JOIN message m ON m.account_id = s.account_id AND m.session_id = s.id
                   AND m.place_id = l.id AND m.role = 'step'
"""
_FROM = f"""
FROM identity i
JOIN person p ON p.account_id = i.account_id AND p.id = i.person_id
JOIN session s ON s.account_id = i.account_id AND s.id = $3
{_STEP_MESSAGE}
"""
_WHO = "WHERE i.workspace_id = $1 AND i.external_id = $2\n"
_READ = f"SELECT {SESSION_COLUMNS}, {_STEP_COLUMNS}, p.id AS person, p.role {_FROM} {_WHO}"
_STANDING = """
t.account_id = s.account_id AND t.session_id = s.id
AND t.struck_by IS NULL AND t.kind IN ('acted', 'corrected')
"""
# Everything that the step shows, in the same statement: a click is one read and one write. What
# is looked at is bounded, so that it costs the same however long the session is.
_SHOW = f"""
SELECT {SESSION_COLUMNS}, {_STEP_COLUMNS}, p.id AS person, p.role, p.name,
       past.behind, past.standing, people.names, last.seen,
       coalesce(c.name, s.state -> 'v' ->> 'client') AS client
{_FROM}
LEFT JOIN client c ON c.account_id = s.account_id AND c.id = s.client_id
CROSS JOIN LATERAL (
    SELECT ARRAY(SELECT t FROM trail t WHERE {_STANDING} ORDER BY t.seq DESC LIMIT {LINES})
           AS behind,
           (SELECT count(*) FROM (SELECT FROM trail t WHERE {_STANDING}
                                  ORDER BY t.seq DESC LIMIT {LINES + MOST_EARLIER}) AS standing)
           AS standing
) past
CROSS JOIN LATERAL (
    SELECT jsonb_object_agg(o.id, coalesce(n.name, o.name))::text AS names
    FROM person o LEFT JOIN person n ON n.account_id = o.account_id AND n.id = o.merged_into
    WHERE o.account_id = s.account_id
      AND o.id IN (SELECT (unnest(past.behind)).by_id UNION SELECT s.driver_id)
) people
CROSS JOIN LATERAL (
    SELECT max(at) FILTER (WHERE by_id = p.id) AS seen
    FROM (SELECT at, by_id FROM trail t WHERE t.account_id = s.account_id AND t.session_id = s.id
          ORDER BY seq DESC LIMIT 30) t
) last
{_WHO}
"""  # noqa: S608 - constants
_READ_FOR_PRODUCT = f"""
SELECT {SESSION_COLUMNS}, {_STEP_COLUMNS}, NULL::uuid AS person, '{Role.SYSTEM}' AS role
FROM session s {_STEP_MESSAGE} WHERE s.account_id = $1 AND s.id = $2
"""  # noqa: S608 - constants
_LOCK = "FOR UPDATE OF s"
_NAMES = """
SELECT o.id, coalesce(n.name, o.name) AS name
FROM person o LEFT JOIN person n ON n.account_id = o.account_id AND n.id = o.merged_into
WHERE o.account_id = $1
"""
_FOLD = """
UPDATE message SET role = 'past', visit = $3, shown = 0 WHERE account_id = $1 AND id = $2
"""
_BELOW = """
INSERT INTO message (account_id, id, session_id, place_id, role, wanted)
SELECT account_id, $3, session_id, place_id, 'step', $4
FROM message WHERE account_id = $1 AND id = $2
"""
_COVER = """
UPDATE message SET covered = true WHERE account_id = $1 AND session_id = $2 AND role = 'step'
"""
_UNSAID = "DELETE FROM message WHERE account_id = $1 AND session_id = $2 AND role = 'note'"
_SAY = """
INSERT INTO message (account_id, id, session_id, place_id, role, wanted)
SELECT account_id, $3, session_id, id, 'note', $4 FROM place
WHERE account_id = $1 AND session_id = $2 AND moved_to IS NULL
"""
_REDRAW_PAST = """
UPDATE message SET wanted = $3, shown = 0
WHERE account_id = $1 AND session_id = $2 AND role = 'past' AND visit IS NOT NULL
"""
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
# One statement, one commit. `bench click` runs it under a bare handler.
WRITE = f"""
WITH moved AS (
    UPDATE session SET revision = $3, status = $14, version_id = $15, driver_id = $16,
                       client_id = $17, state = $18, updated_at = $4
    WHERE account_id = $1 AND id = $2 AND revision = $3 - 1
    RETURNING id
), appended AS (
    INSERT INTO trail ({_APPENDED}) SELECT {_VALUES} FROM moved
), marked AS (
    UPDATE message SET wanted = $3,
        claim = CASE WHEN message.id = $21::uuid THEN $22::uuid ELSE claim END,
        claimed_until = CASE WHEN message.id = $21 THEN now() + $23::interval
                             ELSE claimed_until END
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
