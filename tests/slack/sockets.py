"""Socket Mode: the app's connections, hello and disconnect, envelopes and their acknowledgements
(docs.slack.dev/apis/events-api/using-socket-mode). Each envelope goes to one of them.
"""

import asyncio
import json
import secrets
from contextlib import suppress
from itertools import count
from typing import Any

from aiohttp import WSMsgType, web

from tests.slack.app import App
from tests.slack.world import Json

MOST = 10  # connections at a time


class Sockets:
    """The connections of one app."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.open: list[web.WebSocketResponse] = []
        self.received: list[Json] = []
        self._tickets: set[str] = set()
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._over: dict[str, web.WebSocketResponse] = {}
        self._turn = count()
        self._news = asyncio.Event()

    def ticket(self) -> str:
        """What apps.connections.open gives: good for one connection."""
        ticket = secrets.token_urlsafe(12)
        self._tickets.add(ticket)
        return ticket

    async def connected(self) -> None:
        """Until there is a connection."""
        while not self.open:
            self._news.clear()
            await self._news.wait()

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """A connection, until it ends."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets or len(self.open) >= MOST:
            return web.Response(status=404)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        await socket.send_json(self._hello())
        self.open.append(socket)
        self._news.set()
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._hears(message.data)
        finally:
            self._leaves(socket)
            for id, over in self._over.items():  # nobody acknowledges that any more
                if over is socket and not self._waiting[id].done():
                    self._waiting[id].set_exception(ConnectionError("it is gone"))
        return socket

    async def send(self, envelope: Json, payload: Json, seconds: float) -> Json | None:
        """Send it to one of them; its acknowledgement, None where none comes in time."""
        ready = [socket for socket in self.open if not socket.closed]
        if not ready:
            return None
        socket = ready[next(self._turn) % len(ready)]
        id = secrets.token_hex(16)
        answer = self._waiting[id] = asyncio.get_running_loop().create_future()
        self._over[id] = socket
        try:
            await socket.send_json({**envelope, "envelope_id": id, "payload": payload})
            return await asyncio.wait_for(answer, seconds)
        except (TimeoutError, ConnectionError):
            return None
        finally:
            del self._waiting[id], self._over[id]

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Slack asks to connect anew, and closes soon after (`link_disabled`: for good)."""
        for socket in [*self.open]:
            self._leaves(socket)  # nothing is sent to it any more
            told = {"type": "disconnect", "reason": reason, "debug_info": {"host": "here"}}
            with suppress(ConnectionError):
                await socket.send_json(told)
                await socket.close()

    async def close(self) -> None:
        """Everything, at once."""
        for socket in [*self.open]:
            await socket.close()
        self.open.clear()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.open) + 1,
            "debug_info": {"host": "here", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._app.id},
        }

    def _hears(self, data: Any) -> None:
        with suppress(ValueError):
            said = json.loads(data)
            self.received.append(said)
            waiting = self._waiting.get(said.get("envelope_id"))
            if waiting is not None and not waiting.done():
                waiting.set_result(said)

    def _leaves(self, socket: web.WebSocketResponse) -> None:
        if socket in self.open:
            self.open.remove(socket)
