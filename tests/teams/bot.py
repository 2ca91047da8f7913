"""A bot for tests of this Teams itself: it answers what it was told to answer, remembers what it
heard, and calls the connector with tokens of Entra's.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import aiohttp
from aiohttp import web

from tests.teams.entra import SCOPE
from tests.teams.server import Teams
from tests.teams.world import Json, Registration

_Answer = Json | Callable[[Json], Json | None] | None


@dataclass
class Reply:
    """What a call was answered with."""

    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def code(self) -> str:
        """The code of an error."""
        told: str = self.body["error"]["code"]
        return told


@dataclass
class Bot:
    """`answers` are what it answers to invokes, by name; `status` is that of every answer.
    `at_once` is how much it was told at the same time, at most.
    """

    teams: Teams
    session: aiohttp.ClientSession
    answers: dict[str, _Answer] = field(default_factory=dict)
    heard: list[Json] = field(default_factory=list)
    headers: list[Any] = field(default_factory=list)
    status: int = 200
    slow: float = 0.0
    at_once: int = 0
    url: str = ""
    _now: int = 0

    async def hears(self, request: web.Request) -> web.StreamResponse:
        """POST /api/messages"""
        told = await request.json()
        self.heard.append(told)
        self.headers.append(request.headers)
        self._now += 1
        self.at_once = max(self.at_once, self._now)
        await asyncio.sleep(self.slow)
        self._now -= 1
        answer = self.answers.get(told.get("name", ""))
        body = answer(told) if callable(answer) else answer
        if body is None:
            return web.Response(status=self.status)
        return web.json_response(body, status=self.status)

    async def token(
        self, app: Registration | None = None, other: Mapping[str, str] = MappingProxyType({})
    ) -> Reply:
        """What Entra answers; `other` is asked otherwise."""
        app = app or self.teams.app
        form = {
            "grant_type": "client_credentials",
            "client_id": app.client_id,
            "client_secret": app.secret,
            "scope": SCOPE,
        }
        tenant = other.get("tenant", app.tenant)
        url = self.teams.entra.token_url.replace("{tenant}", tenant)
        form = {name: value for name, value in {**form, **other}.items() if value}
        async with self.session.post(url, data=form) as response:
            return Reply(response.status, await response.json(), response.headers)

    async def does(
        self, method: str, path: str, body: Any = None, *, app: Registration | None = None
    ) -> Reply:
        """A call of the connector."""
        token = (await self.token(app)).body["access_token"]
        return await self.calls(method, path, body, token=token)

    async def calls(self, method: str, path: str, body: Any = None, *, token: str) -> Reply:
        """The same with any token."""
        url = f"{self.teams.service_url.rstrip('/')}{path}"
        headers = {"Authorization": f"Bearer {token}"}
        async with self.session.request(method, url, json=body, headers=headers) as response:
            kind = response.content_type
            told = await (response.json() if kind == "application/json" else response.read())
            return Reply(response.status, told, response.headers)

    async def says(self, where: str, activity: Json) -> str:
        """An activity, to a place by name or a conversation by id; its id."""
        id = where if ":" in where else self.teams.chat.channel(where).id
        made = await self.does(
            "POST", f"/v3/conversations/{quote(id, safe='')}/activities", activity
        )
        assert made.status == 201, made
        told: str = made.body["id"]
        return told

    async def says_wrong(self, id: str, activity: Any) -> Reply:
        """The same with what is not taken."""
        return await self.does(
            "POST", f"/v3/conversations/{quote(id, safe='')}/activities", activity
        )

    def of(self, kind: str) -> list[Json]:
        """What it heard of a type, or an invoke of a name."""
        return [each for each in self.heard if kind in (each["type"], each.get("name"))]


@asynccontextmanager
async def listening(teams: Teams) -> AsyncIterator[Bot]:
    """A bot that hears what this Teams tells."""
    async with aiohttp.ClientSession() as session:
        made = Bot(teams, session)
        app = web.Application()
        app.router.add_post("/api/messages", made.hears)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/messages"
        teams.delivery.bot_url = made.url
        try:
            yield made
        finally:
            await runner.cleanup()
