"""The chat platform of the soak: a strict HTTP server that keeps every message's whole history.

Like a real one it does not recognise a message that is posted twice: it shows it twice.
"""

import asyncio
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.soak.wire import Json

FAULTS = (429, 503, 504)  # 504: done, but the answer is lost


@dataclass
class Message:
    """What one message showed, the newest last."""

    channel: str
    mark: str
    history: list[Json]

    @property
    def shows(self) -> Json:
        """What it shows now."""
        return self.history[-1]


@dataclass
class Screen:
    """Everything that was ever posted. `faulty` is how often a request goes wrong, from 0 to 1."""

    chance: random.Random
    faulty: float = 0.03
    messages: dict[str, Message] = field(default_factory=dict)
    address: str = ""

    def at(self, channel: str) -> list[Message]:
        """What a channel shows, oldest first."""
        return [message for message in self.messages.values() if message.channel == channel]

    async def post(self, request: Request) -> Response:
        body = await _body(request)
        if set(body) != {"mark", "shown"} or not 0 < len(body["mark"]) <= 25:
            return Response(status_code=400)
        fault = self._fault()
        if fault in (429, 503):
            return _refused(fault)
        reference = f"m{len(self.messages) + 1}"
        channel = request.path_params["channel"]
        self.messages[reference] = Message(channel, body["mark"], [body["shown"]])
        return _refused(fault) if fault else JSONResponse({"reference": reference}, 201)

    async def edit(self, request: Request) -> Response:
        body = await _body(request)
        message = self.messages.get(request.path_params["reference"])
        if set(body) != {"shown"}:
            return Response(status_code=400)
        if message is None or message.channel != request.path_params["channel"]:
            return Response(status_code=404)
        fault = self._fault()
        if fault in (429, 503):
            return _refused(fault)
        message.history.append(body["shown"])
        return _refused(fault) if fault else JSONResponse({})

    async def find(self, request: Request) -> Response:
        here = request.path_params["channel"]
        mark = request.query_params["mark"]
        fault = self._fault()
        if fault:
            return _refused(fault)
        found = [r for r, m in self.messages.items() if (m.channel, m.mark) == (here, mark)]
        return JSONResponse({"reference": found[0] if found else None})

    def _fault(self) -> int | None:
        return self.chance.choice(FAULTS) if self.chance.random() < self.faulty else None


async def _body(request: Request) -> Json:
    """What was asked; nothing where who asked was killed in the middle of it."""
    try:
        body: Json = await request.json()
    except ClientDisconnect:
        return {}
    return body


def _refused(status: int) -> Response:
    return Response(status_code=status, headers={"Retry-After": "0.05"} if status == 429 else {})


@asynccontextmanager
async def shown(chance: random.Random) -> AsyncIterator[Screen]:
    """A screen that answers on loopback."""
    screen = Screen(chance)
    many, one = "/{channel}/messages", "/{channel}/messages/{reference}"
    app = Starlette(
        routes=[
            Route(many, screen.post, methods=["POST"]),
            Route(many, screen.find, methods=["GET"]),
            Route(one, screen.edit, methods=["PUT"]),
        ]
    )
    with socket.create_server(("127.0.0.1", 0)) as door:
        screen.address = f"http://127.0.0.1:{door.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
        serving = asyncio.create_task(server.serve(sockets=[door]))
        try:
            yield screen
        finally:
            server.should_exit = True
            await serving
