"""Which entries of the record chat messages became, and what is known of a message beside them."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, case, func, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.ext.asyncio import AsyncConnection

from core.frozen import frozen
from core.ids import AccountId, PersonId, SessionId
from core.text import cleaned
from storage.places import Spot
from storage.tables import note_source, trail


@frozen
class Source:
    """A chat message: the note it became, or what was changed before it became one.

    `visit` is the showing of the step that was asked when it came; None while only a change of it
    has come. `aside`: its text stays out of the record by its own mark; `out_by`: who keeps all of
    it out by a reaction.
    """

    session: SessionId | None = None
    seq: int | None = None
    waiting_text: str | None = None
    deleted: bool = False
    visit: int | None = None
    aside: bool = False
    out_by: PersonId | None = None

    @property
    def out(self) -> bool:
        """Whether it stays out of the ticket."""
        return self.aside or self.out_by is not None


@frozen
class Made:
    """An entry that a delivery became; `by` is who made it, `author` who wrote it where that is
    somebody else.
    """

    delivery: str
    session: SessionId
    seq: int
    kind: str
    by: PersonId | None
    author: str = ""


class Sources:
    """Every query sees one account only."""

    def __init__(self, connection: AsyncConnection, account: AccountId) -> None:
        """`connection` is inside a transaction."""
        self._connection = connection
        self._account = account

    async def get(self, spot: Spot, message: str) -> Source | None:
        """What is known of a message; holds it until the transaction ends."""
        statement = select(note_source).where(self._is(spot, message)).with_for_update()
        row = (await self._connection.execute(statement)).first()
        if row is None:
            return None
        return Source(
            SessionId(row.session_id) if row.session_id else None,
            row.seq,
            row.waiting_text,
            row.deleted,
            row.visit,
            row.aside,
            PersonId(row.out_by_id) if row.out_by_id else None,
        )

    async def claim(self, spot: Spot, message: str, *, visit: int | None = None) -> bool:
        """Be one that turns a message into a note; False when it is one already.

        The first to say a `visit` says it for good: whoever comes again answers no later step.
        """
        values = {**self._key(spot, message), "visit": visit}
        statement = insert_or(note_source).values(values)
        first = func.coalesce(note_source.c.visit, statement.excluded.visit)
        seen = statement.on_conflict_do_update(
            index_elements=list(self._key(spot, message)), set_={"visit": first}
        )
        free = seen.returning(note_source.c.seq.is_(None))
        return bool((await self._connection.execute(free)).scalar())

    async def bind(self, spot: Spot, message: str, session: SessionId, seq: int) -> None:
        """The note of a message is entry `seq` of `session`, and no change of it waits."""
        await self._connection.execute(
            update(note_source)
            .where(self._is(spot, message))
            .values(session_id=session, seq=seq, waiting_text=None)
        )

    async def hold_change(self, spot: Spot, message: str, text: str | None) -> bool:
        """Keep an edit, or (None) a deletion, that came before its message.

        False when the message is a note by now: the change belongs to that. What was deleted
        stays so, however late an edit comes in.
        """
        key = self._key(spot, message)
        change = {"waiting_text": text and cleaned(text), "deleted": text is None}
        statement = insert_or(note_source).values({**key, **change})
        free = note_source.c.seq.is_(None)
        held = statement.on_conflict_do_update(
            index_elements=list(key),
            set_={
                "waiting_text": case((free, statement.excluded.waiting_text)),
                "deleted": note_source.c.deleted | statement.excluded.deleted,
            },
        )
        return bool((await self._connection.execute(held.returning(free))).scalar())

    async def set_aside(self, spot: Spot, message: str, *, aside: bool) -> None:
        """A message's text has the mark that keeps it out, or has it no more."""
        await self._put(spot, message, {"aside": aside})

    async def take_up(self, spot: Spot, message: str) -> None:
        """Somebody wants the message as it reads now: what kept it out, or changed it before, is
        forgotten.
        """
        await self._put(spot, message, {"aside": False, "out_by_id": None, "waiting_text": None})

    async def set_out(self, spot: Spot, message: str, by: PersonId | None) -> None:
        """Somebody keeps a message out by a reaction, or (None) nobody does any more."""
        await self._put(spot, message, {"out_by_id": by})

    async def made(self, deliveries: Collection[str]) -> tuple[Made, ...]:
        """The entries that these deliveries became, in the record's order."""
        c = trail.c
        mine = (c.account_id == self._account) & c.delivery.in_(deliveries)
        author = c.body["author"].astext.label("author")
        columns = select(c.delivery, c.session_id, c.seq, c.kind, c.by_id, author)
        rows = await self._connection.execute(columns.where(mine).order_by(c.seq))
        return tuple(
            Made(
                row.delivery,
                SessionId(row.session_id),
                row.seq,
                row.kind,
                PersonId(row.by_id) if row.by_id else None,
                row.author or "",
            )
            for row in rows
        )

    async def _put(self, spot: Spot, message: str, values: dict[str, object]) -> None:
        key = self._key(spot, message)
        statement = insert_or(note_source).values({**key, **values})
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=list(key), set_=values)
        )

    def _key(self, spot: Spot, message: str) -> dict[str, object]:
        return {
            "account_id": self._account,
            "workspace_id": spot.workspace,
            "channel": spot.channel,
            "message": message,
        }

    def _is(self, spot: Spot, message: str) -> Any:
        key = self._key(spot, message)
        return and_(*(note_source.c[name] == value for name, value in key.items()))
