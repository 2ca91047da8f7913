"""Messages in the database. Each change is one statement, returns the rows it changed, and takes
along the event that tells the bot (`undelivered`), so that neither is ever there alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.platforms.playground.server import statements
from bot.platforms.playground.server.connection import Connect, Connection, Row
from bot.platforms.playground.server.texts import storable

PAGE = 100  # of a channel's messages at most; of a thread THREAD_PAGE
THREAD_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Shape:
    """What a bot's message shows: `blocks` as JSON, `actions` as digests."""

    text: str
    blocks: str = "[]"
    actions: Sequence[int] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class New:
    """A message to post. `thread` is the number of the message it hangs under."""

    channel: str
    author: str
    shape: Shape
    thread: int | None = None
    audience: str | None = None
    quote: int | None = None
    files: str = "[]"
    mark: str = ""
    event: str = ""


@dataclass(frozen=True, slots=True)
class Signs:
    """The last change of a channel, and the faults: whether other processes changed them."""

    channels: int | None = None
    faults: str | None = None


class Messages:
    """The messages, over `connect`."""

    def __init__(self, connect: Connect) -> None:
        """`connect` as Store's."""
        self._connect = connect

    async def post(self, new: New) -> Sequence[Row]:
        """The message, then the one it hangs under; nothing where its mark is there already."""
        async with self._connect() as connection:
            return await posted(connection, new)

    async def marked(self, channel: str, thread: int | None, mark: str) -> int | None:
        """The number of the message that carries `mark` there."""
        async with self._connect() as connection:
            found: int | None = await connection.fetchval(
                statements.MARKED, channel, thread or 0, storable(mark)
            )
        return found

    async def one(self, number: int) -> Row | None:
        """A message, with `actions`."""
        async with self._connect() as connection:
            return await connection.fetchrow(statements.ONE, number)

    async def rewrite(self, number: int, text: str, event: str) -> Row | None:
        """A person changed what they wrote; None where it is gone."""
        async with self._connect() as connection:
            return await connection.fetchrow(statements.REWRITE, number, storable(text), event)

    async def react(self, number: int, name: str, user: str, *, event: str = "") -> Row | None:
        """Add a reaction; None where it was there already, or the message is gone."""
        async with self._connect() as connection:
            return await connection.fetchrow(statements.REACT, number, name, user, event)

    async def unreact(self, number: int, name: str, user: str, *, event: str) -> Row | None:
        """Take a reaction back; None where it was not there, or the message is gone."""
        async with self._connect() as connection:
            return await connection.fetchrow(statements.UNREACT, number, name, user, event)

    async def delete(self, number: int, event: str) -> Sequence[Row]:
        """A message, what hangs under it, and their files; the rows that changed."""
        async with self._connect() as connection:
            return await connection.fetch(statements.DELETE, number, event)

    async def page(self, user: str, channel: str, *, before: int | None, limit: int) -> list[Row]:
        """The newest messages of a channel itself that somebody sees, oldest first."""
        async with self._connect() as connection:
            rows = await connection.fetch(statements.PAGE, channel, user, before, limit)
        return list(reversed(rows))

    async def thread(self, user: str, root: int, *, before: int | None, limit: int) -> list[Row]:
        """A message and the newest that hang under it, oldest first: one query."""
        async with self._connect() as connection:
            return list(await connection.fetch(statements.THREAD, root, user, before, limit))

    async def numbered(self) -> tuple[int, set[int]]:
        """The last number of a change, and which of the hundred before it are to be seen."""
        async with self._connect() as connection:
            last: int = await connection.fetchval("SELECT last_value FROM playground.change")
            rows = await connection.fetch(
                "SELECT changed FROM playground.message WHERE changed > $1", last - 100
            )
        return last, {row["changed"] for row in rows}

    async def changed(self, after: int, but: Sequence[int]) -> tuple[int, Signs, Sequence[Row]]:
        """The last number of a change, signs of other changes, and messages that changed after a
        number, oldest first.
        """
        async with self._connect() as connection:
            rows = await connection.fetch(statements.CHANGED, after, but)
        signs = Signs(rows[0]["channels"], rows[0]["faults"])
        return rows[0]["last"], signs, [row for row in rows if row["id"] is not None]

    async def missed(self, user: str, after: int, limit: int) -> Sequence[Row] | None:
        """What somebody sees that changed after a number; None where that was never reached."""
        async with self._connect() as connection:
            last: int = await connection.fetchval("SELECT last_value FROM playground.change")
            if not 0 <= after <= last:
                return None
            return await connection.fetch(statements.MISSED, after, user, limit)


async def posted(connection: Connection, new: New) -> Sequence[Row]:
    """Messages.post on a connection that the caller has, with what belongs to it."""
    return await connection.fetch(
        statements.POST,
        new.channel,
        new.thread,
        new.author,
        storable(new.shape.text),
        new.shape.blocks,
        new.shape.actions,
        new.files,
        new.audience,
        new.quote,
        storable(new.mark),
        new.event,
    )
