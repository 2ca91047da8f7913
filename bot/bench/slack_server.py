"""A small Slack for `bench slack`: as much of the Web API, of response_urls and of Socket Mode as a
click needs, for one app in one workspace. It checks nothing; who clicks is in slack_clicks.
"""

import asyncio
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiohttp import WSMsgType, web
from pydantic_core import from_json, to_json

Json = dict[str, Any]
WORKSPACE, CHANNEL, USER, NAME = "T1", "C1", "U1", "Sam"
BOT, BOT_ID, APP = "U0", "B0", "A1"


@dataclass
class Message:
    """What stands in a thread: `said` has its text and its blocks."""

    ts: str
    thread: str
    said: Json

    @property
    def yes(self) -> Json | None:
        """The button "Yes" with the block that it is in, if there is one."""
        for block in self.said["blocks"]:
            for element in block.get("elements", ()) if block["type"] == "actions" else ():
                if element["type"] == "button" and element["text"]["text"].endswith("Yes"):
                    return {**element, "block_id": block["block_id"]}
        return None


@dataclass
class Slack:
    """The server, once `url` is where it listens. `told` counts what one person alone was shown;
    `last` is how a message was replaced last.
    """

    url: str = ""
    secret: str = field(default_factory=lambda: secrets.token_hex(16))
    token: str = field(default_factory=lambda: f"xoxb-{secrets.token_hex(16)}")
    app_token: str = field(default_factory=lambda: f"xapp-{secrets.token_hex(16)}")
    messages: dict[str, Message] = field(default_factory=dict)
    told: int = 0
    last: Json = field(default_factory=dict)
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    _numbers: "count[int]" = field(default_factory=count)
    _news: dict[str, "asyncio.Future[float]"] = field(default_factory=dict)
    _acknowledged: dict[str, "asyncio.Future[float]"] = field(default_factory=dict)
    _socket: web.WebSocketResponse | None = None

    def application(self) -> web.Application:
        """What answers."""
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/respond/{ts}/{number}", self._respond)
        app.router.add_get("/link", self._link)
        return app

    def next(self) -> str:
        """A timestamp that nothing else has."""
        return f"1700000000.{next(self._numbers):06}"

    def news(self, ts: str) -> "asyncio.Future[float]":
        """When the message shows another step (seconds of perf_counter)."""
        return self._news.setdefault(ts, asyncio.get_running_loop().create_future())

    async def send(self, envelope: Json) -> "asyncio.Future[float]":
        """Send it by the socket; when it is acknowledged (seconds of perf_counter)."""
        assert self._socket is not None
        made: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._acknowledged[envelope["envelope_id"]] = made
        await self._socket.send_str(to_json(envelope).decode())
        return made

    async def _api(self, request: web.Request) -> web.Response:
        is_json = request.content_type == "application/json"
        asked = from_json(await request.read()) if is_json else dict(request.query)
        return _answer(self._done(request.match_info["method"], asked))

    def _done(self, method: str, asked: Json) -> Json:
        match method:
            case "auth.test":
                named = {"team_id": WORKSPACE, "team": "Bench", "user_id": BOT, "bot_id": BOT_ID}
                return {**named, "url": f"{self.url}/"}
            case "users.info":
                profile = {"real_name": NAME, "display_name": NAME}
                user = {"id": asked["user"], "name": "sam", "team_id": WORKSPACE}
                return {"user": {**user, "profile": profile}}
            case "conversations.open":
                return {"channel": {"id": "D1"}}
            case "conversations.info":
                return {"channel": {"id": asked["channel"], "is_member": True}}
            case "chat.postMessage":
                return self._post(asked)
            case "chat.update":
                self._change(asked["ts"], asked)
                return {"channel": asked["channel"], "ts": asked["ts"], "text": asked["text"]}
            case "chat.postEphemeral":
                self.told += 1
                return {"message_ts": self.next()}
            case "apps.connections.open":
                return {"url": f"{self.url.replace('http', 'ws')}/link"}
            case _:
                return {"ok": False, "error": "unknown_method"}

    def _post(self, asked: Json) -> Json:
        message = Message(self.next(), asked.get("thread_ts", ""), _said(asked))
        self.messages[message.ts] = message
        shown = {"ts": message.ts, "thread_ts": message.thread, **message.said}
        return {"channel": asked["channel"], "ts": message.ts, "message": shown}

    async def _respond(self, request: web.Request) -> web.Response:
        """What a click is answered with."""
        said = from_json(await request.read())
        if said.get("replace_original"):
            self.last = said
            self._change(request.match_info["ts"], said, answers=True)
        else:
            self.told += 1
        return _answer({})

    def _change(self, ts: str, said: Json, *, answers: bool = False) -> None:
        """Another step is news; the same one sent again is none, unless it `answers` a click."""
        at = time.perf_counter()
        message = self.messages[ts]
        before, message.said = message.yes, _said(said)
        if answers or message.yes != before:
            news = self._news.pop(ts, None)
            if news is not None:
                news.set_result(at)

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        """The socket, until it ends."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str(to_json({"type": "hello", "num_connections": 1}).decode())
        self._socket = socket
        self.connected.set()
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                at = time.perf_counter()
                self._acknowledged.pop(from_json(message.data)["envelope_id"]).set_result(at)
        self.connected.clear()
        return socket


def _answer(body: Json) -> web.Response:
    return web.Response(body=to_json({"ok": True, **body}), content_type="application/json")


def _said(asked: Mapping[str, Any]) -> Json:
    """As Slack keeps it: each block has an id."""
    blocks = [{"block_id": f"b{at}", **block} for at, block in enumerate(asked["blocks"])]
    return {"text": asked["text"], "blocks": blocks}
