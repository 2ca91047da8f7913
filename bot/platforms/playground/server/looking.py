"""The stream that keeps whoever looks up to date."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Annotated

from fastapi import APIRouter, Header, Response
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from bot.platforms.playground.server.refusals import Documented, Failure, Refused
from bot.platforms.playground.server.server import Server

_CROWDED: Documented = {503: {"model": Failure, "description": "Too many streams are open."}}


class Looking:
    """The routes that only show."""

    def __init__(self, server: Server) -> None:
        """`server` is what they show."""
        self._server = server

    def add_to(self, router: APIRouter) -> None:
        """Add the stream."""
        router.add_api_route(
            "/api/as/{user}/events",
            self.events,
            response_class=StreamingResponse,
            responses={200: {"content": {"text/event-stream": {}}}, **_CROWDED},
            summary="What happens, as it happens (server-sent events)",
        )

    async def events(
        self,
        user: str,
        after: str | None = None,
        last_event_id: Annotated[str | None, Header()] = None,
    ) -> Response:
        """`message`: a wire.Message as it is now, to everybody who sees it. `channels`: read the
        list of channels again. `reload`: read everything again.

        Goes on where it broke off: after the id in Last-Event-ID, or in `after`. Some things are
        told twice then; a message whose `version` is not higher than what is there is old news.
        """
        server = self._server
        await server.directory.fresh()
        server.directory.user(user)
        stream = await server.hub.open(user, _number(last_event_id or after))
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

        frames = stream.sent(server.pace.heartbeat, server.hub.beat)
        return _Streamed(frames, headers, stream.end, left=lambda: server.hub.leave(stream))


class _Streamed(StreamingResponse):
    """Says when nobody listens any more, even if nothing was ever sent.

    Sends by itself: Starlette's way through a group of tasks costs each frame.
    """

    def __init__(
        self,
        frames: AsyncGenerator[bytes, None],
        headers: dict[str, str],
        end: Callable[[], None],
        *,
        left: Callable[[], None],
    ) -> None:
        """`end` ends the frames; `left` is told when that is over."""
        super().__init__(frames, headers=headers, media_type="text/event-stream")
        self._frames = frames
        self._end = end
        self._left = left

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until one side ends it."""
        leaving = asyncio.create_task(self._until_gone(receive))
        try:
            start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
            await send(start)
            async for frame in self._frames:
                await send({"type": "http.response.body", "body": frame, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            leaving.cancel()
            self._left()
            await self._frames.aclose()

    async def _until_gone(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._end()


def _number(after: str | None) -> int | None:
    if not after:
        return None
    if not after.isdecimal() or not after.isascii() or len(after) > 18:
        raise Refused(400, "“after” must be the id of an event: a number.")
    return int(after)
