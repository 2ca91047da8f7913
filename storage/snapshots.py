"""Reading a session with everything that a decision about it, and its step on screen, needs.

Who asks is found in the same statement: nobody reads a session that is not their account's.
"""

import json
from dataclasses import replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from core.access import Actor, Role
from core.flow.model import Flow
from core.frozen import frozen
from core.ids import AccountId, PersonId, SessionId, VersionId, WorkspaceId
from core.session.known import LINES, Known
from core.session.state import Session
from core.session.trail import Entry
from storage.database import RawConnection
from storage.rows import ENTRY_COLUMNS, SESSION_COLUMNS, Row, entry_of, session_of
from storage.versions import Versions

MOST_EARLIER = 100  # answers counted behind those that a step shows


@frozen
class Identity:
    """Somebody as a workspace knows them."""

    workspace: WorkspaceId
    external_id: str


@frozen
class Product:
    """The product itself, acting on a clock in one account."""

    account: AccountId


@frozen
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


@frozen
class Step:
    """The message that shows a session's step: under which reference, and whether somebody wrote
    below it since.
    """

    message: UUID
    reference: str | None
    covered: bool


@frozen
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


async def read(
    raw: RawConnection, versions: Versions, asked: Asked, *, lock: bool = False
) -> Snapshot | None:
    """The session as it stands, if who asks may see it; with `lock`, nobody else changes it."""
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
    flows = await versions.get(raw, session.account, wanted)
    step = _step(row)
    if known is not None and session.offer is not None:
        known = replace(known, names=await _names(raw, session.account))
    seen = row["seen"] if shows else None
    return Snapshot(actor, session, flows, past, known, seen, step)


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
_ENTRY = f"""
SELECT {ENTRY_COLUMNS} FROM trail WHERE account_id = $1 AND session_id = $2 AND seq = $3
"""  # noqa: S608 - constants
