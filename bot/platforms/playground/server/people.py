"""What people do with channels and messages: read, write, change, delete, react."""

import re
from typing import Annotated

from fastapi import APIRouter, Query, Response

from bot.platforms.playground import wire
from bot.platforms.playground.server import shapes
from bot.platforms.playground.server.connection import Row
from bot.platforms.playground.server.ids import file_number, message_id, message_number
from bot.platforms.playground.server.messages import PAGE, THREAD_PAGE, New, Shape
from bot.platforms.playground.server.refusals import Refused, not_found
from bot.platforms.playground.server.routing import raw
from bot.platforms.playground.server.rows import message_json
from bot.platforms.playground.server.server import Server, thread_of, told
from bot.platforms.playground.server.store import BOT
from bot.platforms.playground.server.texts import storable

_MENTION = re.compile(rf"\s*@{BOT.name}\b[:,]?\s*", re.IGNORECASE)
_AS = "/api/as/{user}"


class People:
    """The routes below /api/as/{user} that read and change messages."""

    def __init__(self, server: Server) -> None:
        """`server` is what they work on."""
        self._server = server

    def add_to(self, router: APIRouter) -> None:
        """Add them."""
        message = f"{_AS}/messages/{{message}}"
        add = router.add_api_route
        add(f"{_AS}/channels", self.channels, summary="The channels that somebody sees")
        add(
            f"{_AS}/channels/{{channel}}/messages",
            self.page,
            response_model=list[wire.Message],
            summary="A channel's newest messages, oldest first",
        )
        add(
            f"{_AS}/threads/{{message}}",
            self.thread,
            response_model=shapes.Thread,
            summary="A thread's newest messages, oldest first",
        )
        add(
            f"{_AS}/channels/{{channel}}/messages",
            self.write,
            methods=["POST"],
            response_model=wire.Message,
            summary="Write a message",
        )
        add(
            message,
            self.edit,
            methods=["PATCH"],
            response_model=wire.Message,
            summary="Change what one wrote",
        )
        add(
            message,
            self.delete,
            methods=["DELETE"],
            status_code=204,
            summary="Delete a message of one's own or of the bot, and what hangs under it",
        )
        add(
            f"{message}/reactions/{{name}}",
            self.react,
            methods=["PUT"],
            response_model=wire.Message,
            summary="React to a message",
        )
        add(
            f"{message}/reactions/{{name}}",
            self.unreact,
            methods=["DELETE"],
            response_model=wire.Message,
            summary="Take a reaction back",
        )
        add(
            f"{_AS}/whispers/{{message}}",
            self.dismiss,
            methods=["DELETE"],
            status_code=204,
            summary="Dismiss what one alone sees",
        )

    async def channels(self, user: str) -> list[wire.Channel]:
        """The public ones, and their own conversation with the bot, opened if it was not yet."""
        server = self._server
        await server.directory.fresh()
        direct = await server.direct(server.directory.user(user))
        return [*(place.shown for place in server.directory.channels), direct.shown]

    async def page(
        self,
        user: str,
        channel: str,
        before: str | None = None,
        limit: Annotated[int, Query(ge=1, le=PAGE)] = 50,
    ) -> Response:
        """Those of the channel itself, not of its threads; `before` a message, the older ones."""
        await self._server.seen(user, channel)
        rows = await self._server.messages.page(user, channel, before=_before(before), limit=limit)
        return raw(_list(rows))

    async def thread(
        self,
        user: str,
        message: str,
        before: str | None = None,
        limit: Annotated[int, Query(ge=1, le=THREAD_PAGE)] = 500,
    ) -> Response:
        """The message it hangs under, and its own; `before` a message, the older ones."""
        server = self._server
        await server.directory.fresh()
        server.directory.user(user)
        number = message_number(message)
        rows = (
            []
            if number is None
            else await server.messages.thread(user, number, before=_before(before), limit=limit)
        )
        if not rows or rows[0]["deleted"] or rows[0]["audience"] not in (None, user):
            raise not_found("thread")
        server.directory.seen_by(user, rows[0]["channel"])
        return raw(f'{{"root":{message_json(rows[0])},"messages":{_list(rows[1:])}}}')

    async def write(self, user: str, channel: str, body: wire.Write) -> Response:
        """In the channel, or in a thread of it."""
        server = self._server
        who, place = await server.seen(user, channel)
        files = [file_number(file) for file in body.files]
        known = [number for number in files if number is not None]
        if len(set(known)) < len(files):
            raise Refused(400, "A file is not there, or is there twice. Attach it again.")
        if not body.text.strip() and not files:
            raise Refused(400, "Write something, or attach a file.")
        thread = await server.root(place, body.thread)
        quote = await self._quoted(user, place.id, body.quote)
        written = storable(body.text)
        mentioned, text = _mention(written)
        event = told(
            wire.Happened.MESSAGE,
            who,
            place,
            thread=thread_of(thread),
            text=text,
            mentioned=mentioned,
            quote=thread_of(quote),
        )
        new = New(
            channel=place.id,
            thread=thread,
            author=user,
            shape=Shape(written),
            quote=quote,
            event=event,
        )
        row = await server.board.post(new, known)
        assert row is not None
        return raw(message_json(row))

    async def edit(self, user: str, message: str, body: shapes.NewText) -> Response:
        """The bot is told."""
        row = await self._server.message(user, message)
        if row["author"] != user:
            raise Refused(403, "Only who wrote a message can change it.")
        if not body.text.strip() and row["files"] == "[]":
            raise Refused(400, "Write something, or delete the message.")
        written = storable(body.text)
        mentioned, text = _mention(written)
        event = self._about(wire.Happened.CHANGED, user, row, text=text, mentioned=mentioned)
        return _changed(await self._server.board.rewrite(row["id"], written, event))

    async def delete(self, user: str, message: str) -> Response:
        """Where messages hang under it, they go too. The bot is told of this one."""
        row = await self._server.message(user, message)
        who = self._server.directory.user(user)
        if row["author"] != user and (row["author"] != BOT.id or who.guest):
            raise Refused(403, "You can delete what you wrote, and what ResolutionFlow wrote.")
        event = "" if row["audience"] else self._about(wire.Happened.DELETED, user, row)
        await self._server.board.delete(row["id"], event)
        return Response(status_code=204)

    async def react(self, user: str, message: str, name: str) -> Response:
        """With one of the names in `limits.reactions` of the workspace. The bot is told."""
        row = await self._server.message(user, message)
        event = self._reaction(user, row, name, added=True)
        found = await self._server.board.react(row["id"], name, user, event=event)
        return _changed(found or await self._server.messages.one(row["id"]))

    async def unreact(self, user: str, message: str, name: str) -> Response:
        """The bot is told."""
        row = await self._server.message(user, message)
        event = self._reaction(user, row, name, added=False)
        found = await self._server.board.unreact(row["id"], name, user, event=event)
        return _changed(found or await self._server.messages.one(row["id"]))

    async def dismiss(self, user: str, message: str) -> Response:
        """It is gone for good."""
        row = await self._server.message(user, message)
        if row["audience"] != user:
            raise Refused(403, "Others see this message too: it cannot be dismissed.")
        await self._server.board.delete(row["id"])
        return Response(status_code=204)

    async def _quoted(self, user: str, channel: str, quote: str | None) -> int | None:
        if quote is None:
            return None
        row = await self._server.message(user, quote)
        if row["channel"] != channel:
            raise Refused(400, "What is quoted must be in the same channel.")
        number: int = row["id"]
        return number

    def _reaction(self, user: str, row: Row, name: str, *, added: bool) -> str:
        if name not in wire.REACTIONS:
            raise Refused(404, f"Use one of these reactions: {', '.join(wire.REACTIONS)}.")
        if row["audience"] is not None:
            return ""
        return self._about(wire.Happened.REACTION, user, row, reaction=name, added=added)

    def _about(self, happened: wire.Happened, user: str, row: Row, **about: object) -> str:
        """The event that something happened to a message."""
        directory = self._server.directory
        place = directory.seen_by(user, row["channel"])
        who = directory.user(user)
        return told(happened, who, place, thread=thread_of(row["thread"]), **about)


def _changed(row: Row | None) -> Response:
    if row is None or row["deleted"]:
        raise not_found("message")
    return raw(message_json(row))


def _mention(text: str) -> tuple[bool, str]:
    """Whether the bot is addressed, and the text without that."""
    found = _MENTION.match(text)
    return (True, text[found.end() :]) if found else (False, text)


def _before(message: str | None) -> int | None:
    if not message:
        return None
    number = message_number(message)
    if number is None:
        raise Refused(400, f"“before” must be the id of a message, such as {message_id(12)}.")
    return number


def _list(rows: list[Row]) -> str:
    return f"[{','.join(map(message_json, rows))}]"
