"""Where a session lives, what it shows there, and which messages its notes came from."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.ext.asyncio import AsyncConnection

from core.ids import AccountId, PersonId, PlaceId, SessionId, WorkspaceId
from core.session.scene import Showing
from core.text import cleaned
from storage.ids import new_id
from storage.tables import form_draft, message, note_source, place
from storage.tables import session as sessions

POINTER = 2**31 - 1  # what messages want, and show, once their session lives elsewhere: for good


@dataclass(frozen=True, slots=True)
class Spot:
    """A thread in a channel of a workspace; `thread` is '' where chat has no threads."""

    workspace: WorkspaceId
    channel: str
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A spot that a session lives in, or (`moved_to`) lived in."""

    id: PlaceId
    session: SessionId
    spot: Spot
    moved_to: PlaceId | None


@dataclass(frozen=True, slots=True)
class Source:
    """A chat message that a note came from, or that was changed before the note arrived."""

    session: SessionId | None
    seq: int | None
    waiting_text: str | None = None
    waiting_deletion: bool = False


class Places:
    """Every query sees one account only."""

    def __init__(self, connection: AsyncConnection, account: AccountId) -> None:
        """`connection` is inside a transaction."""
        self._connection = connection
        self._account = account

    async def open(self, session: SessionId, spot: Spot, *, revision: int) -> PlaceId | None:
        """Let `session` live at `spot`, and want its messages there; None when it is taken.

        Holds the session until the transaction ends: two who move it at once do so in turn.

        Where the session lived before keeps a pointer here, and is rendered once more to say so.
        Where it lived at this very spot before, its messages are posted anew.
        """
        if not await self._hold(session):
            return None
        taken = await self.at(spot)
        if taken is not None and taken.session != session:
            return None
        if taken is not None and taken.moved_to is None:
            return taken.id
        id = taken.id if taken else await self._add(session, spot)
        if id is None:
            return None
        old = await self.active(session)
        if old is not None:
            await self._leave(old.id, id)
        await self._point(id, None)
        await self._connection.execute(delete(message).where(self._shown_at(id)))
        await self._want(session, id, revision)
        return id

    async def repost(self, session: SessionId, *, revision: int) -> PlaceId | None:
        """Want the session's step anew where it lives, because the old one is deleted or far up.

        The header too, where it is gone. None when the session lives nowhere.
        """
        await self._hold(session)
        here = await self.active(session)
        if here is not None:
            step = self._shown_at(here.id) & (message.c.role == Showing.STEP)
            await self._connection.execute(delete(message).where(step))
            await self._want(session, here.id, revision)
        return here.id if here else None

    async def _hold(self, session: SessionId) -> bool:
        c = sessions.c
        mine = select(c.id).where(c.account_id == self._account, c.id == session)
        held = await self._connection.execute(mine.with_for_update(key_share=True))
        return held.first() is not None

    async def _add(self, session: SessionId, spot: Spot) -> PlaceId | None:
        """A place that points at itself until it is the one: a session has one active place."""
        id = new_id()
        values = {
            "account_id": self._account,
            "id": id,
            "session_id": session,
            "workspace_id": spot.workspace,
            "channel": spot.channel,
            "thread": spot.thread,
            "moved_to": id,
        }
        made = insert_or(place).values(values).on_conflict_do_nothing().returning(place.c.id)
        return PlaceId(id) if (await self._connection.execute(made)).scalar() else None

    async def at(self, spot: Spot) -> Place | None:
        """The place at `spot`, if any session lives or lived there."""
        return await self._one(
            and_(
                place.c.workspace_id == spot.workspace,
                place.c.channel == spot.channel,
                place.c.thread == spot.thread,
            )
        )

    async def active(self, session: SessionId) -> Place | None:
        """Where a session lives now."""
        return await self._one(and_(place.c.session_id == session, place.c.moved_to.is_(None)))

    async def _one(self, where: Any) -> Place | None:
        statement = select(place).where(place.c.account_id == self._account, where)
        row = (await self._connection.execute(statement)).first()
        return _place(row) if row else None

    async def _leave(self, id: PlaceId, onward: PlaceId) -> None:
        await self._point(id, onward)
        await self._connection.execute(
            update(message).where(self._shown_at(id)).values(wanted=POINTER)
        )

    def _shown_at(self, id: PlaceId) -> Any:
        return (message.c.account_id == self._account) & (message.c.place_id == id)

    async def _point(self, old: PlaceId, new: PlaceId | None) -> None:
        here = (place.c.account_id == self._account) & (place.c.id == old)
        await self._connection.execute(update(place).where(here).values(moved_to=new))

    async def _want(self, session: SessionId, where: PlaceId, revision: int) -> None:
        rows = [
            {
                "account_id": self._account,
                "id": new_id(),
                "session_id": session,
                "place_id": where,
                "role": role,
                "wanted": revision,
            }
            for role in (Showing.HEADER, Showing.STEP)
        ]
        await self._connection.execute(insert_or(message).values(rows).on_conflict_do_nothing())

    async def source(self, spot: Spot, message_id: str) -> Source | None:
        """What is known of a chat message as a note; holds it until the transaction ends."""
        statement = select(note_source).where(self._source_is(spot, message_id)).with_for_update()
        row = (await self._connection.execute(statement)).first()
        if row is None:
            return None
        session = SessionId(row.session_id) if row.session_id else None
        return Source(session, row.seq, row.waiting_text, row.waiting_deletion)

    async def claim_source(self, spot: Spot, message_id: str) -> bool:
        """Be the one that turns a chat message into a note; False when it was done already."""
        values = self._source_key(spot, message_id)
        made = insert_or(note_source).values(values).on_conflict_do_nothing()
        if (await self._connection.execute(made.returning(note_source.c.message))).scalar():
            return True
        known = await self.source(spot, message_id)
        return known is not None and known.seq is None

    async def bind_source(self, spot: Spot, message_id: str, session: SessionId, seq: int) -> None:
        """The note of a chat message is entry `seq` of `session`."""
        await self._connection.execute(
            update(note_source)
            .where(self._source_is(spot, message_id))
            .values(session_id=session, seq=seq, waiting_text=None, waiting_deletion=False)
        )

    async def hold_change(self, spot: Spot, message_id: str, text: str | None) -> bool:
        """Keep an edit, or (None) a deletion, that came before its message.

        False when the message is a note by now: the change belongs to that. What was deleted
        stays so, however late an edit comes in.
        """
        key = self._source_key(spot, message_id)
        change = {"waiting_text": text and cleaned(text), "waiting_deletion": text is None}
        statement = insert_or(note_source).values({**key, **change})
        deleted = note_source.c.waiting_deletion | statement.excluded.waiting_deletion
        held = statement.on_conflict_do_update(
            index_elements=list(key),
            set_={**change, "waiting_deletion": deleted},
            where=note_source.c.seq.is_(None),
        )
        kept = await self._connection.execute(held.returning(note_source.c.message))
        return kept.scalar() is not None

    def _source_key(self, spot: Spot, message_id: str) -> dict[str, object]:
        return {
            "account_id": self._account,
            "workspace_id": spot.workspace,
            "channel": spot.channel,
            "message": message_id,
        }

    def _source_is(self, spot: Spot, message_id: str) -> Any:
        key = self._source_key(spot, message_id)
        return and_(*(note_source.c[name] == value for name, value in key.items()))

    async def save_form(
        self, who: PersonId, session: SessionId, form: str, fields: dict[str, str]
    ) -> None:
        """Keep what somebody typed into a form that is not submitted yet."""
        fields = {name: cleaned(text) for name, text in fields.items()}
        key = {"account_id": self._account, "person_id": who, "session_id": session, "form": form}
        statement = insert_or(form_draft).values(**key, fields=fields)
        changed = {"fields": fields, "updated_at": func.now()}
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=list(key), set_=changed)
        )

    async def form(self, who: PersonId, session: SessionId, form: str) -> dict[str, str]:
        """What somebody typed so far; empty when nothing."""
        statement = select(form_draft.c.fields).where(self._form_is(who, session, form))
        fields: dict[str, str] | None = (await self._connection.execute(statement)).scalar()
        return fields or {}

    async def drop_form(self, who: PersonId, session: SessionId, form: str) -> None:
        """The form was submitted or given up."""
        await self._connection.execute(delete(form_draft).where(self._form_is(who, session, form)))

    def _form_is(self, who: PersonId, session: SessionId, form: str) -> Any:
        c = form_draft.c
        return and_(
            c.account_id == self._account,
            c.person_id == who,
            c.session_id == session,
            c.form == form,
        )


def _place(row: Row[Any]) -> Place:
    return Place(
        PlaceId(row.id),
        SessionId(row.session_id),
        Spot(WorkspaceId(row.workspace_id), row.channel, row.thread),
        row.moved_to and PlaceId(row.moved_to),
    )
