"""The server: the REST API under /api/v10/, the gateway and the files, in memory and on one loop.
`serving` runs it on a free port.
"""

import json
import re
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.discord.acts import FILE_SIZE
from tests.discord.api_guilds import application_json
from tests.discord.bodies import read
from tests.discord.calls import Call, Refused
from tests.discord.chat import Chat
from tests.discord.gateway import Gateway
from tests.discord.interactions import Interactions
from tests.discord.limits import Bucket, Throttle, Trouble
from tests.discord.payloads import guild_whole, member_json, user_json
from tests.discord.people import Person
from tests.discord.routes import ROUTES, Route
from tests.discord.world import Guild, Json, User
from tests.slack.clock import Clock

LATE = 1.0  # seconds that a slow Discord takes
_NAME = re.compile(r"\{[^}]*\}")
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Discord:
    """All of it: one app, its guilds, everybody there.

    chat          `guild` (the first), `channel(name)`, `user(name)`, `message(id)`, `watch()`,
                  `until(find, seconds)`, `versions`; whoever acts there, and in `chat.places`, is
                  asked no questions
    gateway       `reachable()`, `settled()`, `until(true)`, `drop()`, `forget()`, `reconnect()`,
                  `stalls`, `deaf`, `sessions`, `identified`, `resumed`, `log`
    interactions  `patience` and `lives`
    commands      what is registered, by guild ("" is everywhere)
    calls         (method, path, body) of each call, in order; `counts` by route, as
                  "POST /channels/{}/messages"
    """

    def __init__(self, *, clock: Clock | None = None, pace: float = 1.0) -> None:
        self.clock = clock or Clock(pace)
        self.bot_token = secrets.token_urlsafe(32)
        self.message_content = True  # whether the app may have that intent
        self.file_size = FILE_SIZE  # bytes of one file that somebody sends
        self.trouble: Trouble | None = None
        self.throttle = Throttle(self.clock)
        self.gateway = Gateway(lambda: self.bot_token, lambda: self.message_content)
        self.interactions = Interactions(self.clock)
        self.chat = Chat(self.clock, self.gateway, self.interactions)
        self.calls: list[tuple[str, str, Json]] = []
        self.counts: Counter[str] = Counter()
        self.commands: dict[str, list[Json]] = {}
        self.created: dict[str, list[float]] = {}  # when commands were, by guild
        self.people: dict[tuple[str, str], Person] = {}
        self.url = ""
        self.gateway.ready = self._ready
        self.gateway.welcomes = self._welcomes
        self.gateway.members = self._members

    @property
    def api_url(self) -> str:
        """What DISCORD_API_URL must be."""
        return f"{self.url}/api/v10"

    @property
    def gateway_url(self) -> str:
        """What DISCORD_GATEWAY_URL must be."""
        return f"{self.url.replace('http', 'ws', 1)}/gateway/"

    @property
    def application_id(self) -> str:
        """The app's id, which is the bot's too."""
        return self.chat.bot.id

    @property
    def bot(self) -> User:
        """The bot."""
        return self.chat.bot

    @property
    def guild(self) -> Guild:
        """The first one, Acme."""
        return self.chat.guild

    def person(self, name: str, guild: Guild | None = None) -> Person:
        """Somebody at their client: sam, kim, vic, ada (an admin), gus (new here)."""
        guild = guild or self.chat.guild
        made = Person(self, guild, self.chat.user(name))
        return self.people.setdefault((guild.id, name), made)

    def adds_guild(self, name: str) -> Guild:
        """A new guild: the same people, the same channels, the bot."""
        guild = self.chat.founds(name)
        self.chat.telling.joined(guild)
        return guild

    def application(self) -> web.Application:
        """What answers."""
        app = web.Application(client_max_size=64 * 1024**2)
        for route in ROUTES:
            app.router.add_route(route.method, f"/api/v10{route.path}", self._answering(route))
        app.router.add_get("/gateway/", self.gateway.accept)
        app.router.add_get("/attachments/{channel}/{id}/{name}", self.chat.files.answer)
        app.router.add_route("*", "/{rest:.*}", _nothing)
        return app

    # Answering

    def _answering(self, route: Route) -> _Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            self.gateway.works(+1)
            try:
                return await self._answer(route, request)
            finally:
                self.gateway.works(-1)

        return answer

    async def _answer(self, route: Route, request: web.Request) -> web.StreamResponse:
        named = f"{route.method} {_NAME.sub('{}', route.path)}"
        self.counts[named] += 1
        if self.trouble is Trouble.DOWN:
            return _down()
        if self.trouble is Trouble.BUSY and (bucket := self.throttle.one_a_second()).wait:
            return self._limited(bucket)
        if not route.open and request.headers.get("Authorization") != f"Bot {self.bot_token}":
            return _json({"message": "401: Unauthorized", "code": 0}, 401)
        names = request.match_info
        major = names.get("token") or names.get("channel") or names.get("guild") or ""
        bucket_now = self.throttle.count(named, major)
        if bucket_now is not None and bucket_now.wait:
            return self._limited(bucket_now)
        headers = bucket_now.headers(self.clock.now()) if bucket_now else {}
        answer, status = await self._done(route, request)
        if self.trouble is Trouble.SLOW:
            await self.clock.sleep(LATE)
        if self.trouble is Trouble.MUMBLES:
            return _down()
        return _json(answer, status, headers)

    async def _done(self, route: Route, request: web.Request) -> tuple[Any, int]:
        """What is answered, and the status."""
        try:
            body, files = await read(request, self.chat)
            path = request.path.removeprefix("/api/v10")
            self.calls.append((route.method, path, body))
            answer = await route.does(Call(self, request.match_info, request.query, body, files))
        except Refused as error:
            return error.body, error.status
        return answer, 204 if answer is None else 200

    def _limited(self, bucket: Bucket) -> web.Response:
        told = {
            "message": "You are being rate limited.",
            "retry_after": round(bucket.wait, 3),
            "global": bucket.everything,
        }
        return _json(told, 429, bucket.headers(self.clock.now()))

    # What the gateway tells at first

    def _ready(self) -> Json:
        app = application_json(self)
        here = [each for each in self.chat.guilds.values() if self.chat.bot.id in each.members]
        return {
            "user": user_json(self.chat.bot) | {"verified": True, "mfa_enabled": False},
            "guilds": [{"id": each.id, "unavailable": True} for each in here],
            "private_channels": [],
            "relationships": [],
            "user_settings": {},
            "application": {"id": app["id"], "flags": app["flags"]},
        }

    def _welcomes(self, intents: int) -> list[tuple[str, Json]]:
        """Every guild, to who listens to guilds."""
        here = [each for each in self.chat.guilds.values() if self.chat.bot.id in each.members]
        found = [("GUILD_CREATE", guild_whole(self.chat, each)) for each in here]
        return found if intents & 1 else []

    def _members(self, asked: Json) -> list[Json]:
        """GUILD_MEMBERS_CHUNK: who is in a guild, by ids or the beginning of a name."""
        guild = self.chat.guilds.get(str(asked.get("guild_id")))
        if guild is None:
            return []
        ids = asked.get("user_ids")
        ids = [ids] if isinstance(ids, str) else ids
        query = str(asked.get("query") or "").lower()
        found = [
            each
            for each in guild.members.values()
            if (each.user.id in map(str, ids) if ids else each.user.name.startswith(query))
        ]
        told: Json = {
            "guild_id": guild.id,
            "members": [member_json(each) for each in found],
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": [],
        }
        return [told | {"nonce": asked["nonce"]} if asked.get("nonce") else told]


def _json(answer: Any, status: int, headers: dict[str, str] | None = None) -> web.Response:
    """An answer of the type application/json and nothing more: the library looks for that."""
    if status == 204:
        return web.Response(status=204, headers=headers)
    body = json.dumps(answer).encode()
    return web.Response(body=body, status=status, content_type="application/json", headers=headers)


def _down() -> web.Response:
    return web.Response(status=503, text="upstream connect error", content_type="text/plain")


async def _nothing(_: web.Request) -> web.StreamResponse:
    return _json({"message": "404: Not Found", "code": 0}, 404)


@asynccontextmanager
async def serving(discord: Discord, port: int = 0) -> AsyncIterator[Discord]:
    """Serve it on this machine until the end; afterwards nothing of it runs."""
    runner = web.AppRunner(discord.application(), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    discord.url = discord.chat.files.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    discord.gateway.url = discord.gateway_url
    try:
        yield discord
    finally:
        await discord.gateway.close()
        await runner.cleanup()
