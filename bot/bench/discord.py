"""`bench discord`: a click in Discord, from the interaction as the library is handed it to the
answer that Discord has taken; beside a bare handler of the same library that runs one statement and
edits the message to the same.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import discord

from bot.app.desk import Desk
from bot.app.front import Front
from bot.bench.bare import POOL, Bare
from bot.bench.bare import Click as Written
from bot.bench.beside import AT_ONCE, Click, beside, settled
from bot.bench.discord_payloads import (
    GUILD,
    NAME,
    USER,
    Json,
    clicked,
    guild,
    ready,
    typed,
    yes,
)
from bot.bench.ground import PATIENCE, database, process, server
from bot.bench.result import Result
from bot.platforms.discord.application import Application
from bot.platforms.discord.buckets import Http
from bot.platforms.discord.calls import Calls, point
from bot.platforms.discord.platform import Discord, hearing
from bot.worker import work
from storage.database import Pool
from storage.sealing import Seal, fresh_key
from storage.storage import opened

_SERVER = [sys.executable, "-m", "bot.bench.discord_server"]
_TOKEN = "bench"  # noqa: S105 - nobody looks at it


async def run(*, quick: bool) -> Result:
    """Measure."""
    async with server() as address, AsyncExitStack() as stack:
        with process(_SERVER, os.environ) as started:
            assert started.stdout is not None
            told = json.loads(await asyncio.to_thread(started.stdout.readline))
            url = f"http://127.0.0.1:{told['port']}"
            application = Application(_TOKEN, GUILD, f"{url}/api/v10", url)
            point(application)
            ours = await stack.enter_async_context(
                _ours(await database(address, "ours"), application)
            )
            bare = await stack.enter_async_context(_bare(await database(address, "bare"), ours))
            return await beside("discord", ours=ours.click, bare=bare, quick=quick)


class Heard(Http):
    """The library's client; what was answered and posted is seen."""

    def __init__(self) -> None:
        """Signs in when it is first used."""
        super().__init__()
        self.answered: dict[str, asyncio.Future[Json]] = {}
        self.posted: list[tuple[str, str, Json]] = []

    async def request(self, route: discord.http.Route, **more: Any) -> Any:
        """As the library's."""
        said = more.get("json") or {}
        found = await super().request(route, **more)
        parts = route.url.rpartition("/api/v10/")[2].split("/")
        if parts[-1] == "callback":
            waiting = self.answered.pop(parts[1], None)
            if waiting is not None:
                waiting.set_result(said)
        elif route.method == "POST" and parts[-1] == "messages":
            self.posted.append((parts[1], str(found["id"]), said))
        return found


class People:
    """Engineers, each in a thread of their own."""

    def __init__(self, client: discord.Client, http: Heard) -> None:
        """`client` is handed what they do."""
        self._client = client
        self._http = http
        self._steps: list[tuple[str, str]] = []
        self.shown: dict[int, list[Json]] = {}

    async def begin(self, sessions: int) -> None:
        """Start sessions, until each one's step is on screen."""
        for _ in range(sessions):
            await self._does(typed("circle"))
        deadline = time.monotonic() + PATIENCE
        while len(steps := [each for each in self._http.posted if _shows(each)]) < sessions:
            if time.monotonic() > deadline:
                raise RuntimeError("not every session came to its first step")
            await asyncio.sleep(0.02)
        for number, (thread, message, said) in enumerate(steps):
            self._steps.append((message, thread))
            self.shown[number] = said["components"]

    async def click(self, number: int) -> None:
        """Press "Yes", until Discord has taken the new step."""
        message, thread = self._steps[number]
        shown = self.shown[number]
        said = await self._does(clicked(message, thread, yes(shown), shown))
        if said["type"] != 7:
            raise RuntimeError(f"the step was not replaced: {said}")
        self.shown[number] = said["data"]["components"]

    async def _does(self, told: Json) -> Json:
        waiting = asyncio.get_running_loop().create_future()
        self._http.answered[told["id"]] = waiting
        happens(self._client, told)
        answer: Json = await waiting
        return answer


def happens(client: discord.Client, told: Json) -> None:
    """An interaction, as the gateway hands it to the library."""
    state: Any = client._connection
    state.parse_interaction_create(told)


@asynccontextmanager
async def _ours(address: str, application: Application) -> AsyncIterator[People]:
    seal = Seal.of([fresh_key()])
    async with opened(address, Pool(size=POOL), seal) as storage:
        await settled(storage, "discord", GUILD, user=USER, name=NAME)
        desk, http, stop = Desk(storage), Heard(), asyncio.Event()
        there = Discord(application, storage.memories.of("discord"), Calls(http, _TOKEN))
        senders = {there.name: there.sender}
        front = Front(desk, senders)
        async with hearing(there, front) as ears:
            client = await _handed(ears.gateway.client())
            working = asyncio.create_task(work(desk, senders, stop))
            people = People(client, http)
            try:
                await people.begin(max(AT_ONCE))
                yield people
            finally:
                stop.set()
                await working
                await front.settled()
                await there.calls.close()


async def _handed(client: discord.Client) -> discord.Client:
    """A client that is handed what the gateway would tell it."""
    await client._async_setup_hook()
    state: Any = client._connection
    state.parse_ready(ready())
    state.parse_guild_create(guild())
    return client


class Handler(discord.Client):
    """A bare one: the one statement, then the message shows what ours would show."""

    def __init__(self, bare: Bare, view: discord.ui.LayoutView) -> None:
        """`view` is what every click shows."""
        super().__init__(intents=discord.Intents.none(), max_messages=None)
        self._bare = bare
        self._view = view
        self.done: dict[int, asyncio.Future[None]] = {}

    async def on_interaction(self, told: discord.Interaction) -> None:
        """A click: `custom_id` is the session."""
        data: Any = told.data
        await self._bare.click(Written(message=data["custom_id"], action="yes"))
        await told.response.edit_message(view=self._view)
        self.done.pop(told.id).set_result(None)


@asynccontextmanager
async def _bare(address: str, ours: People) -> AsyncIterator[Click]:
    bare = Bare()
    await bare.open(address, pool=POOL)
    ids = [await bare.ready(f"s{number}") for number in range(max(AT_ONCE))]
    shown = ours.shown[0]
    view = discord.ui.LayoutView(timeout=None)
    for item in _items(shown):
        view.add_item(item)
    client = Handler(bare, view)
    await _handed(client)
    await client.http.static_login(_TOKEN)

    async def click(number: int) -> None:
        told = clicked("1", "2", ids[number], shown)
        client.done[int(told["id"])] = done = asyncio.get_running_loop().create_future()
        happens(client, told)
        await done

    try:
        yield click
    finally:
        await client.http.close()
        await bare.close()


def _items(components: list[Json]) -> list[discord.ui.Item[Any]]:
    """What ours shows, as the library's own things."""
    found: list[discord.ui.Item[Any]] = []
    for each in components:
        if each["type"] == 10:
            found.append(discord.ui.TextDisplay(each["content"]))
        elif each["type"] == 1:
            row: discord.ui.ActionRow[Any] = discord.ui.ActionRow()
            for inner in each["components"]:
                row.add_item(_control(inner))
            found.append(row)
    return found


def _control(told: Json) -> discord.ui.Item[Any]:
    if told["type"] == 2:
        style = discord.ButtonStyle(told["style"])
        return discord.ui.Button(label=told["label"], custom_id=told["custom_id"], style=style)
    options = [discord.SelectOption(label=o["label"], value=o["value"]) for o in told["options"]]
    return discord.ui.Select(custom_id=told["custom_id"], options=options)


def _shows(posted: tuple[str, str, Json]) -> bool:
    return bool(yes(posted[2].get("components", [])))
