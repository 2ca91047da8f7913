"""The floor of `bench slack`: the same Bolt, the same web server, the same socket; for a click the
one statement, an acknowledgement, and the same message again. Nothing else.

`python -m bot.bench.slack_floor` reads what it needs to know as JSON, and prints where it listens.
"""

import asyncio
import gc
import json
import re
import sys
from typing import Any

import uvloop
from aiohttp import ClientSession
from pydantic_core import to_json
from slack_bolt import BoltResponse
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from starlette.applications import Starlette
from starlette.routing import Route

from bot.bench.bare import POOL, Bare, Click
from bot.platforms.slack.app import unheard
from bot.platforms.slack.installations import Application, Installations
from bot.platforms.slack.platform import talking
from bot.platforms.slack.socket import Socket
from bot.platforms.slack.surface import NAME, PATH
from bot.web.listener import address_of, listen
from bot.web.server import answer

Json = dict[str, Any]
_ANY = re.compile("")
_HEADERS = {"Content-Type": "application/json"}


class Floor:
    """Answers a command with a message, and a click with the same one again."""

    def __init__(self, bare: Bare, installations: Installations, session: ClientSession) -> None:
        """`session` posts to response_urls."""
        self._bare = bare
        self._installations = installations
        self._session = session
        self._sessions: dict[str, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.shown: Json = {}

    async def command(self, body: Json) -> BoltResponse:
        """A session begins."""
        session = await self._bare.ready(body["trigger_id"])
        said = {"text": self.shown["text"], "blocks": self.shown["blocks"]}
        where = {"channel": body["channel_id"], "thread_ts": body["trigger_id"]}
        call = self._installations.call
        posted = await call(body["team_id"], "chat.postMessage", **where, **said)
        self._sessions[posted["ts"]] = session
        return BoltResponse(status=200, body="")

    async def action(self, body: Json) -> BoltResponse:
        """The statement, and what is left for after the acknowledgement."""
        session = self._sessions[body["container"]["message_ts"]]
        await self._bare.click(Click(message=session, action="yes"))
        task = asyncio.create_task(self._respond(body["response_url"]))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return BoltResponse(status=200, body="")

    async def _respond(self, address: str) -> None:
        said = to_json(self.shown)
        async with self._session.post(address, data=said, headers=_HEADERS) as response:
            response.raise_for_status()


async def main(known: Json) -> None:
    """Serve until killed."""
    bare = Bare()
    await bare.open(known["database"], pool=POOL)
    application = Application(
        url=f"{known['url']}/api/",
        token=known["token"],
        app_token=known["app_token"],
        signing_secret=known["secret"],
    )
    async with talking() as session:
        memory = bare.storage.memories.of(NAME)
        installations = Installations(application, memory, session)
        floor = Floor(bare, installations, session)
        floor.shown = known["shown"]
        made = unheard(installations, secret=application.signing_secret)
        made.command(_ANY)(floor.command)
        made.action(_ANY)(floor.action)
        socket, never = Socket(made, application.app_token, application.url), asyncio.Event()
        with listen("127.0.0.1", 0) as listener:
            print(json.dumps({"address": address_of(listener)}), flush=True)  # noqa: T201
            # As `up` does.
            gc.freeze()
            gc.set_threshold(20_000, 20, 50)
            handler = AsyncSlackRequestHandler(made)
            app = Starlette(routes=[Route(PATH, handler.handle, methods=["POST"])])
            await asyncio.gather(answer(app, listener, never), socket.work(never))


if __name__ == "__main__":
    uvloop.run(main(json.loads(sys.stdin.readline())))
