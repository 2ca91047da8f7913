"""Writing what was decided about a session: its row, its trail, its messages' marks."""

from datetime import timedelta
from typing import assert_never
from uuid import UUID

from core.access import Role
from core.frozen import frozen
from core.session.codec import state_to_json
from core.session.scene import AskAt, Effect, Moved, Redraw, Showing, Strike, Tell
from storage.database import RawConnection
from storage.ids import new_id
from storage.jobs import ASK_STILL_FINE, TELL, Job, enqueue
from storage.rows import entry_row
from storage.snapshots import Identity, Snapshot

CLAIMED = timedelta(seconds=5)  # how long an answer may take to reach the screen


@frozen
class Held:
    """A message that is being answered: its claim keeps everybody else from sending it.

    Until CLAIMED is over: then whoever answers is taken for dead.
    """

    message: UUID
    claim: UUID


@frozen
class Still:
    """What else must still be so for a change that was decided without reading: who acts, as what;
    and that the message held shows the step, with nothing written below it.
    """

    who: Identity
    role: Role


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


async def write(
    raw: RawConnection,
    moved: Moved,
    delivery: str | None,
    held: Held | None = None,
    *,
    still: Still | None = None,
) -> bool:
    """The session, its entry and its messages' marks in one statement; False on a conflict."""
    session = moved.session
    also = (still.who.workspace, still.who.external_id, still.role) if still else ()
    marked = {r for effect in moved.effects if isinstance(effect, Redraw) for r in effect.showing}
    count: int = await raw.fetchval(
        _WRITE_STILL if still else WRITE,
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
        *also,
    )
    return count == 1


async def carry_out(raw: RawConnection, moved: Moved, effect: Effect) -> None:
    """What one effect asks for beside the rows that `write` writes."""
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


async def fold(raw: RawConnection, snapshot: Snapshot, moved: Moved) -> None:
    """Let the step on screen stay behind as a line, and want the new one below."""
    session, step = moved.session, snapshot.step
    assert step is not None
    visit = snapshot.session.here.visit
    await raw.execute(_FOLD, session.account, step.message, visit)
    await raw.execute(_BELOW, session.account, step.message, new_id(), session.revision)


# Whoever is sending it right now sends a step: their claim is nobody's from here on.
_FOLD = """
UPDATE message SET role = 'past', visit = $3, shown = 0, claim = gen_random_uuid(),
                   claimed_until = now()
WHERE account_id = $1 AND id = $2
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
      AND ($19 AND message.role = 'step' OR $20 AND message.role = 'header'
           OR message.role = 'note')
)
SELECT count(*) FROM moved
"""  # noqa: S608 - constants
_WRITE_STILL = WRITE.replace(
    "AND revision = $3 - 1",
    """AND revision = $3 - 1
      AND EXISTS (SELECT FROM identity i
                  JOIN person p ON p.account_id = i.account_id AND p.id = i.person_id
                  WHERE i.workspace_id = $24 AND i.external_id = $25 AND i.account_id = $1
                    AND p.id = $5 AND p.role = $26)
      AND EXISTS (SELECT FROM message m
                  WHERE m.account_id = $1 AND m.id = $21 AND m.role = 'step' AND m.wanted < $3
                    AND NOT m.covered)""",
)
_STRIKE = """
UPDATE trail SET struck_by = $4
WHERE account_id = $1 AND session_id = $2 AND seq >= $3 AND seq < $4
  AND struck_by IS NULL AND kind IN ('acted', 'corrected')
"""
