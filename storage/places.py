"""Where a session lives, and what it shows there."""

from typing import Any

from sqlalchemy import Row, and_, delete, func, select, true, update
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.ext.asyncio import AsyncConnection

from core.frozen import frozen
from core.ids import AccountId, PersonId, PlaceId, SessionId, WorkspaceId
from core.session.scene import Showing
from core.text import cleaned
from storage.ids import new_id
from storage.tables import form_draft, message, place
from storage.tables import session as sessions

POINTER = 2**31 - 1  # what messages want, and show, once their session lives elsewhere: for good
WITHDRAWN = POINTER - 1  # what messages want whose place is lost: not to be seen any more


@frozen
class Spot:
    """A thread in a channel of a workspace; `thread` is '' where chat has no threads, None where
    it is still to be opened, below the session's header.
    """

    workspace: WorkspaceId
    channel: str
    thread: str | None = ""


@frozen
class Place:
    """A spot that a session lives in, or (`moved_to`) lived in.

    `moved_to` is the place itself where the session lives nowhere now.
    """

    id: PlaceId
    session: SessionId
    spot: Spot
    moved_to: PlaceId | None


# To be sent from the beginning: whoever is sending it right now sends what it was.
_ANEW: dict[str, Any] = {
    "shown": 0,
    "retry_at": None,
    "claim": func.gen_random_uuid(),
    "claimed_until": func.now(),
}


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
        taken = await self.at(spot) if spot.thread is not None else None
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
        """Want the session's step anew where it lives, because the old one is deleted or far up;
        that one folds. The header too, where it is gone. None when the session lives nowhere.
        """
        await self._hold(session)
        here = await self.active(session)
        if here is not None:
            step = self._shown_at(here.id) & (message.c.role == Showing.STEP)
            shown = message.c.reference.is_not(None)
            fold = {"role": Showing.PAST, "wanted": revision, **_ANEW}
            await self._connection.execute(update(message).where(step, shown).values(fold))
            await self._connection.execute(delete(message).where(step))
            await self._want(session, here.id, revision)
        return here.id if here else None

    async def vacate(self, spot: Spot) -> SessionId | None:
        """Take a spot from the session that lives there, which lives nowhere then; which it was."""
        here = await self.at(spot)
        if here is None or not await self._hold(here.session):
            return None
        await self._vacated(here.id)
        await self._connection.execute(
            update(message).where(self._shown_at(here.id)).values(wanted=POINTER)
        )
        return here.session

    async def lost(self, id: PlaceId, *, in_reach: bool = True) -> bool:
        """The place is none any more; whether its session lived there until now.

        What may still stand there and looks alive is withdrawn, as far as it is `in_reach`. Ticket
        notes and folded steps tell what was, and stay.
        """
        lived = await self._vacated(id)
        c = message.c
        alive = c.role.in_((Showing.HEADER, Showing.STEP)) | (c.wanted > c.shown)
        shown = c.reference.is_not(None) | c.posting
        tidied = alive & (c.role != Showing.NOTE) & shown
        here = self._shown_at(id)
        if in_reach:
            await self._connection.execute(
                update(message).where(here, tidied).values(wanted=WITHDRAWN, **_ANEW)
            )
        await self._connection.execute(delete(message).where(here, c.wanted != WITHDRAWN))
        return lived

    async def _vacated(self, id: PlaceId) -> bool:
        c = place.c
        mine = update(place).where(c.account_id == self._account, c.id == id).values(vacated=True)
        lived = mine.where(c.moved_to.is_(None)).values(moved_to=c.id).returning(c.id)
        if (await self._connection.execute(lived)).first() is not None:
            return True
        await self._connection.execute(mine)
        return False

    async def wrote_below(self, spot: Spot) -> None:
        """Somebody wrote below the step that is shown at `spot`: the next one is posted anew."""
        here = await self.at(spot)
        if here is None:
            return
        step = self._shown_at(here.id) & (message.c.role == Showing.STEP)
        shown = message.c.reference.is_not(None) & ~message.c.covered
        await self._connection.execute(update(message).where(step, shown).values(covered=True))

    async def redraw(self, session: SessionId, showing: Showing = Showing.STEP) -> None:
        """Have the session's step, or header, sent anew, whatever it is known to show."""
        c = message.c
        these = (c.account_id == self._account) & (c.session_id == session) & (c.role == showing)
        sent = c.reference.is_not(None) & (c.wanted < WITHDRAWN)
        await self._connection.execute(update(message).where(these, sent).values(shown=0))

    async def header(self, id: PlaceId) -> str | None:
        """The reference of the header that the thread of a place hangs on; None where it hangs on
        something else, or is not there.
        """
        c = message.c
        above = self._shown_at(id) & (c.role == Showing.HEADER)
        hangs = (place.c.account_id == c.account_id) & (place.c.id == c.place_id) & place.c.rooted
        statement = select(c.reference).where(above, hangs)
        return (await self._connection.execute(statement)).scalar()

    async def is_note(self, session: SessionId, reference: str) -> bool:
        """Whether the message under `reference` is the session's ticket note."""
        c = message.c
        statement = select(c.id).where(
            c.account_id == self._account,
            c.session_id == session,
            c.reference == reference,
            c.role == Showing.NOTE,
        )
        return (await self._connection.execute(statement)).first() is not None

    async def rooted(self, id: PlaceId, thread: str) -> None:
        """The thread below the header of place `id` was opened."""
        mine = (place.c.account_id == self._account) & (place.c.id == id)
        opened = place.c.thread.is_(None)
        await self._connection.execute(
            update(place).where(mine, opened).values(thread=thread, rooted=True)
        )

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
                ~place.c.vacated,
            )
        )

    async def get(self, id: PlaceId) -> Place | None:
        """A place by its id."""
        return await self._one(place.c.id == id)

    async def active(self, session: SessionId) -> Place | None:
        """Where a session lives now."""
        return await self._one(and_(place.c.session_id == session, place.c.moved_to.is_(None)))

    async def in_channel(self, workspace: WorkspaceId, channel: str = "") -> list[Place]:
        """Where sessions live now in a channel and its threads, or in all of the workspace."""
        c = place.c
        there = (c.workspace_id == workspace) & c.moved_to.is_(None)
        there &= (c.channel == channel) if channel else true()
        statement = select(place).where(c.account_id == self._account, there).order_by(c.opened_at)
        return [_place(row) for row in await self._connection.execute(statement)]

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
