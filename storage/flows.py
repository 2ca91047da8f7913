"""Flows of one account: their drafts, their published versions, archiving. Finding is Search's."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    false,
    func,
    insert,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.ext.asyncio import AsyncConnection

from core.access import Actor, Ownership, Role, Visibility
from core.flow.model import Flow
from core.frozen import frozen
from core.ids import AccountId, FlowId, PersonId, TeamId, VersionId
from storage.ids import new_id
from storage.tables import flow as table
from storage.tables import flow_version

_APART = re.compile(r"[\W_]+")  # what the parser might join words with


@frozen
class FlowRecord:
    """A flow without its document. `published` is its newest version's number, 0 for none."""

    id: FlowId
    name: str
    title: str
    category: str | None
    tags: tuple[str, ...]
    ownership: Ownership
    published: int
    version: VersionId | None
    has_draft: bool
    draft_revision: int
    archived_at: datetime | None


class Flows:
    """Every query sees one account only; what an actor may see is part of each search."""

    def __init__(self, connection: AsyncConnection, account: AccountId) -> None:
        """`connection` is inside a transaction."""
        self._connection = connection
        self._account = account

    async def get(self, id: FlowId) -> FlowRecord | None:
        """A flow by its id."""
        return await self._one(table.c.id == id)

    async def by_name(self, name: str) -> FlowRecord | None:
        """A flow by its own name."""
        return await self._one(table.c.name == name)

    async def all(
        self, actor: Actor, *, archived: bool = False, limit: int = 1_000
    ) -> list[FlowRecord]:
        """The first flows, by title, that `actor` may see."""
        shown = table.c.archived_at.is_not(None) if archived else table.c.archived_at.is_(None)
        statement = records().where(self._mine(), shown, seen_by(actor))
        rows = await self._connection.execute(statement.order_by(table.c.title).limit(limit))
        return [record_of(row) for row in rows.mappings()]

    async def names(self) -> frozenset[str]:
        """Every flow's name, archived ones' too."""
        rows = await self._connection.execute(select(table.c.name).where(self._mine()))
        return frozenset(row.name for row in rows)

    async def draft(self, id: FlowId) -> Flow | None:
        """The draft, if the flow has one."""
        statement = select(table.c.draft).where(self._mine(), table.c.id == id)
        text: str | None = (await self._connection.execute(statement)).scalar()
        return Flow.model_validate_json(text) if text else None

    async def version(self, id: VersionId) -> Flow | None:
        """A published version."""
        statement = select(flow_version.c.document).where(
            flow_version.c.account_id == self._account, flow_version.c.id == id
        )
        text: str | None = (await self._connection.execute(statement)).scalar()
        return Flow.model_validate_json(text) if text else None

    async def newest_of(self, version: VersionId) -> VersionId | None:
        """The newest version of the flow that `version` belongs to."""
        mine = (flow_version.c.account_id == self._account) & (flow_version.c.id == version)
        flow = select(flow_version.c.flow_id).where(mine).scalar_subquery()
        statement = select(table.c.version_id).where(self._mine(), table.c.id == flow)
        found = (await self._connection.execute(statement)).scalar()
        return VersionId(found) if found else None

    async def create(self, flow: Flow, ownership: Ownership) -> FlowId | None:
        """A new flow with a draft; None when the account has one of this name."""
        id = FlowId(new_id())
        statement = (
            insert_or_skip(table)
            .values(
                account_id=self._account,
                id=id,
                name=flow.flow,
                owner_id=ownership.owner,
                team_id=ownership.team,
                visibility=ownership.visibility,
                draft=_stored(flow),
                draft_revision=1,
                **_indexed(flow),
            )
            .on_conflict_do_nothing()
            .returning(table.c.id)
        )
        return id if (await self._connection.execute(statement)).scalar() else None

    async def save_draft(self, id: FlowId, flow: Flow, *, expected: int) -> bool:
        """Replace the draft, if its revision is still `expected`."""
        statement = (
            update(table)
            .where(self._mine(), table.c.id == id, table.c.draft_revision == expected)
            .values(
                draft=_stored(flow),
                draft_revision=table.c.draft_revision + 1,
                updated_at=func.now(),
            )
        )
        return (await self._connection.execute(statement)).rowcount == 1

    async def publish(self, id: FlowId, flow: Flow, *, by: PersonId | None) -> VersionId:
        """Make `flow` the next version; the draft is gone. The caller has checked it."""
        statement = (
            update(table)
            .where(self._mine(), table.c.id == id)
            .values(
                published=table.c.published + 1,
                version_id=(version := VersionId(new_id())),
                draft=None,
                draft_revision=table.c.draft_revision + 1,
                archived_at=None,
                updated_at=func.now(),
                **_indexed(flow),
            )
            .returning(table.c.published)
        )
        number = (await self._connection.execute(statement)).scalar_one()
        await self._connection.execute(
            insert(flow_version).values(
                account_id=self._account,
                id=version,
                flow_id=id,
                number=number,
                document=_stored(flow),
                published_by=by,
            )
        )
        return version

    async def archive(self, id: FlowId, *, archived: bool) -> bool:
        """Take a flow out of every list, or bring it back; its sessions go on."""
        when = func.now() if archived else None
        statement = update(table).where(self._mine(), table.c.id == id).values(archived_at=when)
        return (await self._connection.execute(statement)).rowcount == 1

    def _mine(self) -> ColumnElement[bool]:
        return table.c.account_id == self._account

    async def _one(self, where: ColumnElement[bool]) -> FlowRecord | None:
        row = (
            (await self._connection.execute(records().where(self._mine(), where)))
            .mappings()
            .first()
        )
        return record_of(row) if row else None


def records() -> Select[Any]:
    """The columns of a FlowRecord, unbounded: the caller adds the account."""
    c = table.c
    return select(
        c.id, c.name, c.title, c.category, c.tags, c.owner_id, c.visibility, c.team_id,
        c.published, c.version_id, c.draft.is_not(None).label("has_draft"), c.draft_revision,
        c.archived_at,
    )  # fmt: skip


def record_of(row: Mapping[str, Any]) -> FlowRecord:
    """A FlowRecord from the columns of `records`, by name."""
    return FlowRecord(
        FlowId(row["id"]),
        row["name"],
        row["title"],
        row["category"],
        tuple(row["tags"]),
        Ownership(
            row["owner_id"] and PersonId(row["owner_id"]),
            Visibility(row["visibility"]),
            row["team_id"] and TeamId(row["team_id"]),
        ),
        row["published"],
        row["version_id"] and VersionId(row["version_id"]),
        row["has_draft"],
        row["draft_revision"],
        row["archived_at"],
    )


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """`core.access.may_see_flow` as a condition; a test holds the two together."""
    if not actor.is_at_least(Role.VIEWER):
        return false()
    if actor.is_admin:
        return true()
    return or_(
        table.c.visibility == Visibility.ACCOUNT,
        table.c.owner_id == actor.id if actor.id else false(),
        (table.c.visibility == Visibility.TEAM) & table.c.team_id.in_(actor.teams),
    )


def _stored(flow: Flow) -> str:
    return flow.model_dump_json(by_alias=True, exclude_defaults=True)


def _indexed(flow: Flow) -> dict[str, object]:
    """What lists and the search know of a flow."""
    parts = [flow.flow.replace("-", " "), flow.summary or "", flow.category or "", *flow.tags]
    parts += [text.value for node in flow.nodes for text in node.texts()]
    return {
        "title": flow.title,
        "category": flow.category,
        "tags": list(flow.tags),
        # A tsvector holds 1 MB; 200,000 characters of words stay well below it.
        "body": _APART.sub(" ", " ".join(parts))[:200_000],
    }
