"""The chat server with a bot that does as it is told, and a strict client."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import FastAPI
from starlette.types import ASGIApp

from bot.platforms.playground import wire
from bot.platforms.playground.server.access import Door
from bot.platforms.playground.server.caller import Pace
from bot.platforms.playground.server.connection import Connect
from bot.platforms.playground.server.delivery import Delivery
from bot.platforms.playground.server.site import chat
from bot.platforms.playground.server.store import App, Store
from bot.web.swift import Swift
from storage.storage import Storage

PATIENCE = 10.0  # seconds; the machine may be busy with other tests
Event = dict[str, Any]
Said = Mapping[str, Any] | Callable[[Event], Mapping[str, Any]]


class Bot:
    """The other end of Delivery: keeps what it was told, and answers as `says` has it."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.headers: list[Mapping[str, str]] = []
        self.bodies: list[bytes] = []
        self.says: dict[str, Said] = {}
        self.statuses: list[int] = []  # of the next answers; then 200
        self.talks = asyncio.Event()  # cleared: it hears, and does not answer yet
        self.talks.set()
        self._news = asyncio.Event()

    async def __call__(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        event = json.loads(body)
        self.events.append(event)
        self.bodies.append(body)
        self.headers.append(headers)
        self._news.set()
        await self.talks.wait()
        said = self.says.get(event["type"], {})
        answer = said(event) if callable(said) else said
        return self.statuses.pop(0) if self.statuses else 200, json.dumps(answer).encode()

    async def heard(self, kind: str, times: int = 1) -> list[Event]:
        """Wait until it was told so many events of a kind."""
        async with asyncio.timeout(PATIENCE):
            while len(found := self.told(kind)) < times:
                self._news.clear()
                await self._news.wait()
        return found

    def told(self, kind: str) -> list[Event]:
        return [event for event in self.events if event["type"] == kind]


@dataclass
class House:
    """The server, and a client of it."""

    client: httpx.AsyncClient
    bot: Bot
    store: Store
    app: App
    site: ASGIApp
    tidy: Callable[[], Awaitable[None]]

    @property
    def token(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.app.token}"}

    async def write(self, user: str, text: str, channel: str = "c1", **more: Any) -> Any:
        """A person writes; the message."""
        body = {"text": text, **more}
        return good(
            await self.client.post(f"/api/as/{user}/channels/{channel}/messages", json=body)
        )

    async def post(self, channel: str = "c1", **content: Any) -> str:
        """The bot posts; the message's id."""
        body = {"channel": channel, **content}
        answer = await self.client.post("/api/bot/messages", json=body, headers=self.token)
        return str(good(answer)["id"])

    async def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        """The bot calls."""
        return await self.client.request(method, f"/api/bot{path}", headers=self.token, **more)

    async def click(self, user: str, message: str, action: str) -> httpx.Response:
        body = {"message": message, "action": action}
        return await self.client.post(f"/api/as/{user}/clicks", json=body)

    async def seen(self, user: str, channel: str = "c1") -> list[Any]:
        """What somebody sees in a channel."""
        found: list[Any] = good(
            await self.client.get(f"/api/as/{user}/channels/{channel}/messages")
        )
        return found

    async def thread(self, user: str, root: str) -> Any:
        return good(await self.client.get(f"/api/as/{user}/threads/{root}"))

    async def faults(self, **faults: float) -> None:
        good(await self.client.put("/api/faults", json=faults))


def good(answer: httpx.Response) -> Any:
    assert answer.status_code in (200, 204), (answer.status_code, answer.text)
    return answer.json() if answer.content else None


def refused(answer: httpx.Response, status: int) -> str:
    """The sentence of a refusal."""
    assert answer.status_code == status, (answer.status_code, answer.text)
    sentence = answer.json()["error"]
    assert isinstance(sentence, str)
    assert sentence.endswith((".", "!"))
    return sentence


QUICK = Pace(answer_within=5.0, backoff=(0.0, 0.0, 0.0), poll=0.02)


@asynccontextmanager
async def housed(
    storage: Storage,
    *,
    connect: Connect | None = None,
    bot: Delivery | None = None,
    door: Door | None = None,
    pace: Pace = QUICK,
    working: bool = True,
    swift: bool = True,
) -> AsyncIterator[House]:
    """A server, at work; another one on the same storage is another process's.

    `swift`: clicks are served before the framework, as the product serves them.
    """
    told = Bot()
    store = Store(connect or storage.database.raw)
    made = chat(store, bot or told, door=door, pace=pace)
    framework = FastAPI()
    framework.include_router(made.router)
    site = Swift(framework, made.swift if swift else ())
    stop = asyncio.Event()
    task = asyncio.create_task(made.work(stop)) if working else None
    transport = httpx.ASGITransport(site)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            yield House(client, told, store, await store.app(), site, made.tidy)
    finally:
        told.talks.set()
        stop.set()
        if task is not None:
            await asyncio.wait_for(task, PATIENCE)


def buttons(*actions: str) -> Sequence[Mapping[str, Any]]:
    """A card with buttons."""
    shown = [{"action": action, "label": action.upper()} for action in actions]
    return [{"type": "markdown", "text": "Which?"}, {"type": "actions", "buttons": shown}]


def channel_of(found: Any, **what: Any) -> wire.Channel:
    """The one channel that is so."""
    channels = [wire.Channel.model_validate(entry) for entry in found]
    (one,) = [c for c in channels if all(getattr(c, k) == v for k, v in what.items())]
    return one
