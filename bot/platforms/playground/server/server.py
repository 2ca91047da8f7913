"""The server's parts, as its routes work with them; and what many routes ask first."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from bot.platforms.playground import wire
from bot.platforms.playground.server.access import Door
from bot.platforms.playground.server.board import Board
from bot.platforms.playground.server.caller import Caller, Pace, event_of
from bot.platforms.playground.server.connection import Row
from bot.platforms.playground.server.courier import Courier
from bot.platforms.playground.server.directory import Directory
from bot.platforms.playground.server.files import Files
from bot.platforms.playground.server.forms import Forms
from bot.platforms.playground.server.hub import Hub
from bot.platforms.playground.server.ids import message_id, message_number
from bot.platforms.playground.server.messages import Messages
from bot.platforms.playground.server.refusals import Refused, not_found
from bot.platforms.playground.server.store import Place, Store, direct_of
from bot.platforms.playground.server.texts import dumps


@dataclass(frozen=True, slots=True)
class Server:
    """All of it."""

    store: Store
    directory: Directory
    messages: Messages
    files: Files
    forms: Forms
    hub: Hub
    board: Board
    caller: Caller
    courier: Courier
    door: Door
    pace: Pace

    async def admit(self, request: Request) -> None:
        """Let a person's request in. Raises Refused."""
        self.door.enter(request)
        self.door.known(request, (await self.directory.loaded()).secret)

    async def seen(self, user: str, channel: str) -> tuple[wire.User, Place]:
        """Somebody and a channel that they see, as they are now."""
        await self.directory.fresh()
        return self.directory.user(user), self.directory.seen_by(user, channel)

    async def message(self, user: str, message: str) -> Row:
        """A message that somebody sees. Refused where it is gone."""
        await self.directory.fresh()
        self.directory.user(user)
        number = message_number(message)
        row = None if number is None else await self.messages.one(number)
        if row is None or row["deleted"] or row["audience"] not in (None, user):
            raise not_found("message")
        self.directory.seen_by(user, row["channel"])
        return row

    async def root(self, place: Place, thread: str | None) -> int | None:
        """The number of the message that a thread of `place` hangs under. Refused if it is gone."""
        if not thread:
            return None
        if place.owner is not None:
            raise Refused(400, "A conversation with ResolutionFlow has no threads.")
        number = message_number(thread)
        row = None if number is None else await self.messages.one(number)
        if row is None or row["deleted"] or row["thread"] or row["channel"] != place.id:
            raise not_found("thread")
        if row["audience"] is not None:
            raise Refused(400, "Nothing can hang under what one person alone sees.")
        assert number is not None
        return number

    async def direct(self, user: wire.User) -> Place:
        """Somebody's conversation with the bot, opened by them."""
        known = self.directory.direct(user.id)
        if known is not None and known.opened:
            return known
        place = known or direct_of(user.id)
        joined = dumps(event_of(wire.Happened.JOINED, user, place))
        place = await self.store.direct(user.id, event=joined)
        await self.channels_changed()
        return place

    async def channels_changed(self) -> None:
        """Everybody reads the channels again."""
        await self.directory.reload()
        self.hub.channels_changed()
        self.courier.wake()


def told(happened: wire.Happened, user: wire.User, place: Place, **about: Any) -> str:
    """An event for the courier; "" where the bot was not let in, and so hears nothing."""
    return dumps(event_of(happened, user, place, **about)) if place.writable else ""


def thread_of(number: int | None) -> str | None:
    """A thread by its id."""
    return None if number is None else message_id(number)
