"""What the bot may do: post, edit, react, hand over files; with its token, at its rate."""

import hmac
import random
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from bot.platforms.playground import wire
from bot.platforms.playground.server import check, shapes
from bot.platforms.playground.server.board import shape_of
from bot.platforms.playground.server.ids import file_number, message_id, message_number
from bot.platforms.playground.server.messages import New, Shape
from bot.platforms.playground.server.rate import Rate
from bot.platforms.playground.server.refusals import Documented, Failure, Refused, not_found
from bot.platforms.playground.server.routing import raw, taking, taking_bytes
from bot.platforms.playground.server.server import Server
from bot.platforms.playground.server.shape import Check, Wrong
from bot.platforms.playground.server.store import BOT, Place
from bot.platforms.playground.server.texts import dumps, parsed
from bot.platforms.playground.server.uploads import TOO_LARGE, Name, Type, handed_out, received

_BUSY: Documented = {
    429: {"model": Failure, "description": "Too many calls; Retry-After says how long."}
}
Mark = Annotated[str, Query(max_length=wire.MARK_LIMIT)]


class BotApi:
    """The routes below /api/bot."""

    def __init__(self, server: Server, *, chance: Callable[[], float] = random.random) -> None:
        """`chance` is from 0 to 1 and decides about faults."""
        self._server = server
        self._chance = chance
        self._rate = Rate()

    def add_to(self, router: APIRouter) -> None:
        """Add them."""
        add = router.add_api_route
        add(
            "/api/bot/messages",
            self.post,
            methods=["POST"],
            response_model=wire.Posted,
            responses={**_BUSY},
            openapi_extra=taking(wire.NewBotMessage),
            summary="Post a message",
        )
        add(
            "/api/bot/messages",
            self.find,
            response_model=shapes.Found,
            summary="Find a message by its mark",
        )
        add(
            "/api/bot/messages/{message}",
            self.edit,
            methods=["PATCH"],
            response_model=wire.Posted,
            responses={**_BUSY},
            openapi_extra=taking(wire.Content),
            summary="Let a message show something else",
        )
        add(
            "/api/bot/messages/{message}",
            self.delete,
            methods=["DELETE"],
            response_model=wire.Posted,
            responses={**_BUSY},
            summary="Take a message of the bot away, and what hangs under it",
        )
        add(
            "/api/bot/messages/{message}/reactions/{name}",
            self.react,
            methods=["POST"],
            response_model=wire.Posted,
            responses={**_BUSY},
            summary="React to a message",
        )
        add(
            "/api/bot/files",
            self.post_file,
            methods=["POST"],
            response_model=wire.Posted,
            responses={**_BUSY, **TOO_LARGE},
            openapi_extra=taking_bytes(),
            summary="Post a file",
        )
        add(
            "/api/bot/files/{file}",
            self.download,
            response_class=Response,
            summary="A file's bytes",
        )
        add("/api/bot/channels/{channel}", self.channel, summary="A channel")
        add("/api/bot/direct", self.direct, methods=["POST"], summary="Somebody's conversation")

    async def admit(self, request: Request) -> None:
        """Let the bot in. Raises Refused."""
        self._server.door.enter(request)
        app = await self._server.directory.loaded()
        said = request.headers.get("authorization", "")
        if not hmac.compare_digest(said.encode(), f"Bearer {app.token}".encode()):
            raise Refused(401, "The bot's token is missing or wrong.")
        await self._server.directory.fresh()
        if self._unlucky(self._server.directory.faults.unavailable):
            raise Refused(503, "The playground was told to be unavailable now and then.")

    async def post(self, request: Request) -> Response:
        """The same `mark` in the same place posts once."""
        body = await _checked(request, check.message)
        place, thread = await self._spot(body["channel"], body["thread"])
        audience = body["audience"]
        if audience is not None and place.owner not in (None, self._user(audience)):
            raise Refused(400, "“audience” does not see this channel.")
        new = New(
            channel=place.id,
            thread=thread,
            author=BOT.id,
            shape=shape_of(body),
            audience=audience,
            mark=body["mark"],
        )
        row = await self._server.board.post(new)
        number = row["id"] if row else await self._marked(new)
        return self._done(number)

    async def find(self, channel: str, mark: Mark, thread: str | None = None) -> Response:
        """`id` is null where there is none."""
        place = self._place(channel)
        number = message_number(thread) if thread else None
        known = thread is None or thread == "" or number is not None
        found = await self._server.messages.marked(place.id, number, mark) if known else None
        return raw(dumps({"id": None if found is None else message_id(found)}))

    async def edit(self, message: str, request: Request) -> Response:
        """The whole of it: nothing of what it showed stays."""
        body = await _checked(request, check.content)
        number = await self._reached(message, own=True)
        if await self._server.board.show(number, body) is None:
            raise not_found("message")
        return self._done(number)

    async def delete(self, message: str) -> Response:
        """Once: then there is no such message."""
        number = await self._reached(message, own=True)
        if not await self._server.board.delete(number):
            raise not_found("message")
        return self._done(number)

    async def react(self, message: str, name: str) -> Response:
        """Once each."""
        if name not in wire.REACTIONS:
            raise Refused(400, f"“name” must be one of {', '.join(wire.REACTIONS)}.")
        number = await self._reached(message, own=False)
        await self._server.board.react(number, name, BOT.id)
        return self._done(number)

    async def post_file(
        self,
        request: Request,
        channel: str,
        name: Name = "file",
        type: Type = "",
        title: Annotated[str, Query(max_length=300)] = "",
        mark: Mark = "",
        thread: str | None = None,
    ) -> Response:
        """The body is the file; `title` says what it is to whoever cannot see it."""
        place, root = await self._spot(channel, thread)
        upload = await received(request, name, type)
        new = New(channel=place.id, thread=root, author=BOT.id, shape=Shape(title), mark=mark)
        row = await self._server.board.post_file(new, upload)
        return self._done(row["id"] if row else await self._marked(new))

    async def download(self, file: str) -> Response:
        """Of a file that somebody sent."""
        number = file_number(file)
        found = None if number is None else await self._server.files.one(number)
        place = self._server.directory.place(found.channel or "") if found else None
        if found is None or place is None or not place.writable:
            raise not_found("file")
        return handed_out(found.upload)

    async def channel(self, channel: str) -> wire.Channel:
        """`writable` says whether the bot can post there."""
        await self._server.directory.reload()
        return self._place(channel).shown

    async def direct(self, body: shapes.Direct) -> wire.Channel:
        """Made if it was not there yet; who it belongs to is not disturbed by that."""
        user = self._user(body.user)
        known = self._server.directory.direct(user)
        if known is None:
            known = await self._server.store.direct(user, event=None)
            await self._server.channels_changed()
        return known.shown

    async def _spot(self, channel: str, thread: str | None) -> tuple[Place, int | None]:
        """Where to post. Refused where the bot was not let in."""
        place = self._place(channel)
        self._count(place.id)
        if not place.writable:
            raise Refused(403, "The bot was not let into this channel.")
        return place, await self._server.root(place, thread)

    async def _reached(self, message: str, *, own: bool) -> int:
        """The number of a message that the bot may change or react to."""
        number = message_number(message)
        row = None if number is None else await self._server.messages.one(number)
        place = self._server.directory.place(row["channel"]) if row else None
        if number is None or row is None or row["deleted"] or place is None:
            raise not_found("message")
        self._count(place.id)
        if not place.writable or (own and row["author"] != BOT.id):
            raise Refused(403, "This message is not the bot's, or it was not let in there.")
        return number

    async def _marked(self, new: New) -> int:
        found = await self._server.messages.marked(new.channel, new.thread, new.mark)
        assert found is not None
        return found

    def _place(self, channel: str) -> Place:
        place = self._server.directory.place(channel)
        if place is None:
            raise not_found("channel")
        return place

    def _user(self, user: str) -> str:
        return self._server.directory.user(user).id

    def _count(self, channel: str) -> None:
        self._rate.count(channel, self._server.directory.faults.rate)

    def _done(self, number: int) -> Response:
        if self._unlucky(self._server.directory.faults.lose_answers):
            raise Refused(502, "It was done, but the playground was told to lose this answer.")
        return raw(f'{{"id":"{message_id(number)}"}}')

    def _unlucky(self, share: float) -> bool:
        return share > 0 and self._chance() < share


async def _checked(request: Request, checking: Check) -> dict[str, Any]:
    try:
        found: dict[str, Any] = checking(parsed(await request.body()))
    except Wrong as wrong:
        raise Refused(400, str(wrong)) from None
    except ValueError:
        raise Refused(400, "The body is not JSON.") from None
    return found
