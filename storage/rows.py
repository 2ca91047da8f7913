"""Sessions and trail entries as rows, and back. No statement here runs by itself."""

from typing import Any
from uuid import UUID

from core.ids import AccountId, PersonId, SessionId, VersionId
from core.session.codec import (
    deed_from_json,
    deed_to_json,
    stack_from_json,
    stack_to_json,
    with_state,
)
from core.session.state import Frame, Session, Status
from core.session.trail import Entry

Row = Any  # asyncpg.Record: the driver ships no types

SESSION_COLUMNS = "s.account_id, s.id, s.revision, s.status, s.started_at, s.state::text AS state"
ENTRY_COLUMNS = (
    "seq, at, by_id, kind, body::text AS body, version_id, node, visit, below::text AS below,"
    " behind, struck_by"
)


def session_of(row: Row) -> Session:
    """A session from SESSION_COLUMNS."""
    columns = Session(
        SessionId(row["id"]),
        AccountId(row["account_id"]),
        row["revision"],
        Status(row["status"]),
        (),
        0,
        row["started_at"],
    )
    return with_state(columns, row["state"])


def entry_of(row: Row) -> Entry:
    """An entry from ENTRY_COLUMNS."""
    top = Frame(VersionId(row["version_id"]), row["node"], row["visit"])
    below = stack_from_json(row["below"]) if row["below"] else ()
    by: UUID | None = row["by_id"]
    return Entry(
        row["seq"],
        row["at"],
        PersonId(by) if by else None,
        deed_from_json(row["kind"], row["body"]),
        (*below, top),
        row["behind"],
        row["struck_by"],
    )


def entry_row(session: Session, entry: Entry, delivery: str | None) -> tuple[object, ...]:
    """An entry as it is written: 13 values, in the order of sessions.APPENDED."""
    here = entry.stack[-1]
    return (
        session.account,
        session.id,
        entry.seq,
        entry.at,
        entry.by,
        entry.deed.kind,
        deed_to_json(entry.deed),
        here.version,
        here.node,
        here.visit,
        stack_to_json(entry.stack[:-1]) if len(entry.stack) > 1 else None,
        entry.behind,
        delivery,
    )
