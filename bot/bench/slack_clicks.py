"""People who press "Yes" in the small Slack of `bench slack`, a session each, as often as they can,
by signed HTTP or by Socket Mode. A click is whole when it is acknowledged and its message shows the
next step.

`python -m bot.bench.slack_clicks` serves both and prints what the app needs to know.
"""

import asyncio
import gc
import hashlib
import hmac
import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from pydantic_core import to_json

from bot.bench.slack_server import APP, BOT, BOT_ID, CHANNEL, USER, WORKSPACE, Json, Slack

PATIENCE = 30.0  # seconds
_STARTING = 8  # sessions at once
_WAYS = {"command": "slash_commands", "interaction": "interactive"}  # in Socket Mode
Sent = tuple[float, float]  # when it was sent and when it was acknowledged


class People:
    """All of them are one user: nobody is asked whether they know of each other."""

    def __init__(self, slack: Slack, client: aiohttp.ClientSession) -> None:
        """`client` sends what goes by HTTP."""
        self._slack = slack
        self._client = client
        self._steps: list[str] = []
        self._app = ""

    async def begin(self, app: str, sessions: int) -> Json:
        """Start sessions in the app that listens at `app`, until each one's step is on screen."""
        self._app = app
        left = iter(range(sessions))

        async def starter() -> None:
            for _ in left:
                await self._sent("http", "command", self._command())

        async with asyncio.timeout(4 * PATIENCE):
            await self._slack.connected.wait()
            await asyncio.gather(*(starter() for _ in range(_STARTING)))
            while len(self._found()) < sessions:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.05)
        self._steps = self._found()
        return {}

    async def click(self, way: str, together: int, clicks: int) -> Json:
        """At least so many clicks, by so many people: seconds until each one was acknowledged and
        until its message had changed, and how long all took.
        """
        acknowledged: list[float] = []
        changed: list[float] = []

        async def person(step: str) -> None:
            for _ in range(max(clicks // together, 5)):
                news = self._slack.news(step)
                at, acknowledgement = await self._pressed(way, step)
                async with asyncio.timeout(PATIENCE):
                    changed.append(await news - at)
                acknowledged.append(acknowledgement - at)

        began = time.perf_counter()
        await asyncio.gather(*(person(step) for step in self._steps[:together]))
        took = time.perf_counter() - began
        return {"acknowledged": acknowledged, "changed": changed, "took": took}

    async def burst(self, way: str, sessions: int, each: int) -> Json:
        """So many sessions' buttons, `each` pressed so often, all at once: the slowest
        acknowledgement, in seconds; at the end everybody has seen what came of their click.
        """
        steps = self._steps[:sessions]
        news = [self._slack.news(step) for step in steps]
        told = self._slack.told + sessions * (each - 1)
        pressed = (self._pressed(way, step) for step in steps for _ in range(each))
        sent = await asyncio.gather(*pressed)
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*news)
            while self._slack.told < told:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.02)
        return {"slowest": max(acknowledged - at for at, acknowledged in sent)}

    def last(self) -> Json:
        """How a message was replaced last."""
        return self._slack.last

    def _found(self) -> list[str]:
        return [ts for ts, message in self._slack.messages.items() if message.yes is not None]

    async def _pressed(self, way: str, step: str) -> Sent:
        return await self._sent(way, "interaction", self._click(step))

    async def _sent(self, way: str, kind: str, payload: Json) -> Sent:
        if way == "socket":
            envelope = {"type": _WAYS[kind], "envelope_id": self._slack.next(), "payload": payload}
            began = time.perf_counter()
            acknowledged = await self._slack.send(envelope)
            async with asyncio.timeout(PATIENCE):
                return began, await acknowledged
        form = payload if kind == "command" else {"payload": to_json(payload).decode()}
        body = urlencode(form).encode()
        headers, begun = _signed(self._slack.secret, body), list[float]()
        async with self._client.post(
            self._app, data=body, headers=headers, trace_request_ctx=begun
        ) as answer:
            await answer.read()
            answer.raise_for_status()
            return begun[0], time.perf_counter()

    def _command(self) -> Json:
        return {
            "team_id": WORKSPACE,
            "channel_id": CHANNEL,
            "user_id": USER,
            "user_name": "sam",
            "command": "/flow",
            "text": "circle",
            "api_app_id": APP,
            "response_url": f"{self._slack.url}/respond/none/0",
            "trigger_id": self._slack.next(),
        }

    def _click(self, step: str) -> Json:
        """A block_actions payload (docs.slack.dev/reference/interaction-payloads)."""
        message = self._slack.messages[step]
        button = message.yes
        assert button is not None
        number = self._slack.next()
        container = {"type": "message", "message_ts": step, "channel_id": CHANNEL}
        shown = {"type": "message", "ts": step, "user": BOT, "team": WORKSPACE, **message.said}
        profile = {"id": BOT_ID, "app_id": APP, "name": "ResolutionFlow", "deleted": False}
        return {
            "type": "block_actions",
            "user": {"id": USER, "username": "sam", "name": "sam", "team_id": WORKSPACE},
            "api_app_id": APP,
            "token": "",
            "container": {**container, "is_ephemeral": False, "thread_ts": message.thread},
            "trigger_id": number,
            "team": {"id": WORKSPACE, "domain": "bench"},
            "enterprise": None,
            "is_enterprise_install": False,
            "channel": {"id": CHANNEL, "name": "bench"},
            "message": {
                **shown,
                "bot_id": BOT_ID,
                "app_id": APP,
                "bot_profile": profile,
                "thread_ts": message.thread,
            },
            "state": {"values": {}},
            "response_url": f"{self._slack.url}/respond/{step}/{number}",
            "actions": [{**button, "action_ts": number}],
        }


def _tracing() -> aiohttp.TraceConfig:
    """Notes when a request is written, for which a connection may have to be made first."""

    async def written(session: object, context: Any, params: object) -> None:
        context.trace_request_ctx.append(time.perf_counter())

    tracing = aiohttp.TraceConfig()
    tracing.on_request_headers_sent.append(written)
    return tracing


def _signed(secret: str, body: bytes) -> dict[str, str]:
    """The headers of docs.slack.dev/authentication/verifying-requests-from-slack."""
    at = str(int(time.time()))
    mac = hmac.new(secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256)
    return {
        "x-slack-request-timestamp": at,
        "x-slack-signature": f"v0={mac.hexdigest()}",
        "content-type": "application/x-www-form-urlencoded",
    }


def _doing(people: People) -> Callable[[web.Request], Awaitable[web.Response]]:
    """What the benchmark asks of people, by the name of the method."""

    async def do(request: web.Request) -> web.Response:
        try:
            done = await _done(people, request.match_info["what"], await request.json())
        except (TimeoutError, aiohttp.ClientError) as error:
            return web.Response(status=500, text=repr(error))
        return web.json_response(done)

    return do


async def _done(people: People, what: str, asked: dict[str, Any]) -> Json:
    match what:
        case "begin":
            return await people.begin(**asked)
        case "click":
            return await people.click(**asked)
        case "burst":
            return await people.burst(**asked)
        case _:
            return people.last()


async def main() -> None:
    """Serve until killed."""
    slack = Slack()
    # Idle connections are closed here before the app closes them; a burst needs one each.
    connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=2)
    tracing = [_tracing()]
    async with aiohttp.ClientSession(connector=connector, trace_configs=tracing) as client:
        app = slack.application()
        app.router.add_post("/do/{what}", _doing(People(slack, client)))
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        known = {"url": slack.url, "token": slack.token}
        known |= {"app_token": slack.app_token, "secret": slack.secret}
        print(json.dumps(known), flush=True)  # noqa: T201 - for whoever started this process
        gc.freeze()
        await asyncio.Event().wait()


if __name__ == "__main__":
    if sys.platform == "win32":
        asyncio.run(main())
    else:
        import uvloop

        uvloop.run(main())
