"""What is nobody's own: the workspace, its channels, faults, signing in."""

from dataclasses import replace

from fastapi import APIRouter, Request, Response

from bot.platforms.playground import wire
from bot.platforms.playground.server import shapes
from bot.platforms.playground.server.caller import event_of
from bot.platforms.playground.server.refusals import Documented, Failure, not_found
from bot.platforms.playground.server.server import Server
from bot.platforms.playground.server.store import BOT, WORKSPACE, WORKSPACE_NAME
from bot.platforms.playground.server.texts import dumps

_TAKEN: Documented = {409: {"model": Failure, "description": "There is a channel with that name."}}
_TRIES: Documented = {429: {"model": Failure, "description": "Too many wrong passwords."}}


class Office:
    """The routes for everybody."""

    def __init__(self, server: Server) -> None:
        """`server` is what they work on."""
        self._server = server

    def add_to(self, router: APIRouter) -> None:
        """Add those that need whoever asks to be let in."""
        add = router.add_api_route
        add("/api/workspace", self.workspace, summary="Who and what is here")
        add(
            "/api/channels",
            self.add_channel,
            methods=["POST"],
            responses={**_TAKEN},
            summary="Make a channel",
        )
        add(
            "/api/channels/{channel}",
            self.let_in,
            methods=["PATCH"],
            summary="Let the bot into a channel, or out of it",
        )
        add("/api/faults", self.faults, summary="What goes wrong on purpose")
        add("/api/faults", self.set_faults, methods=["PUT"], summary="Let things go wrong")

    def add_sign_in(self, router: APIRouter) -> None:
        """Add those for who is not let in yet."""
        add = router.add_api_route
        add(
            "/api/sign-in",
            self.sign_in,
            methods=["POST"],
            responses={**_TRIES},
            status_code=204,
            summary="Sign in, where a password is asked for",
        )
        add(
            "/api/sign-in",
            self.sign_out,
            methods=["DELETE"],
            status_code=204,
            summary="Sign out",
        )

    async def workspace(self) -> shapes.Workspace:
        """The people who can be played, the bot, and the channels that everybody sees."""
        directory = self._server.directory
        await directory.fresh()
        return shapes.Workspace(
            id=WORKSPACE,
            name=WORKSPACE_NAME,
            users=[*directory.users, BOT],
            channels=[place.shown for place in directory.channels],
        )

    async def add_channel(self, body: shapes.NewChannel) -> wire.Channel:
        """Everybody sees it."""
        name = body.name.lstrip("#").lower()
        place = await self._server.store.add_channel(name, writable=body.writable)
        await self._server.channels_changed()
        return place.shown

    async def let_in(self, channel: str, body: shapes.ChannelChange) -> wire.Channel:
        """The bot is told."""
        server = self._server
        await server.directory.fresh()
        known = server.directory.place(channel)
        if known is None or known.owner is not None:
            raise not_found("channel")
        who = server.directory.users[0]
        happened = wire.Happened.JOINED if body.writable else wire.Happened.LEFT
        event = dumps(event_of(happened, who, replace(known, writable=body.writable)))
        place = await server.store.let_in(channel, writable=body.writable, event=event)
        if place is None:
            raise not_found("channel")
        await server.channels_changed()
        return place.shown

    async def faults(self) -> wire.Faults:
        """Off by default."""
        await self._server.directory.fresh()
        return self._server.directory.faults

    async def set_faults(self, body: wire.Faults) -> wire.Faults:
        """For every process of this server."""
        await self._server.store.set_faults(body)
        await self._server.directory.reload()
        return body

    async def sign_in(self, body: shapes.Password) -> Response:
        """Sets a cookie. At most five wrong passwords a minute."""
        secret = (await self._server.directory.loaded()).secret
        return Response(status_code=204, headers=self._server.door.sign_in(body.password, secret))

    async def sign_out(self, request: Request) -> Response:
        """Takes the cookie back."""
        return Response(status_code=204, headers=self._server.door.sign_out())
