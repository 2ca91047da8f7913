"""The other end of a wire, which answers what a test says: what no Teams in its right mind does."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass(frozen=True)
class Asked:
    """A request that came; `path` is as it was sent."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def bearer(self) -> str:
        """The token that was shown, "" for none."""
        return self.headers.get("Authorization", "").removeprefix("Bearer ")


@dataclass
class Answer:
    """What a request is answered with; `body` as JSON, unless it is bytes. `waits`: only then."""

    status: int = 200
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    waits: asyncio.Event | None = None


@dataclass
class Wire:
    """Answers `answers`, one a request and the last one for ever, but at a path that is in `at`;
    and remembers what was asked.
    """

    answers: list[Answer] = field(default_factory=lambda: [Answer()])
    at: dict[str, Answer] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""
    came: asyncio.Event = field(default_factory=asyncio.Event)  # that something was asked

    def says(self, *answers: Answer) -> None:
        """From now on it answers that."""
        self.answers = [*answers]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Whatever it is."""
        body = await request.read()
        self.asked.append(Asked(request.method, request.raw_path, request.headers.copy(), body))
        self.came.set()
        one = self.at.get(request.path) or self._next()
        if one.waits is not None:
            await one.waits.wait()
        if isinstance(one.body, bytes):
            return web.Response(status=one.status, body=one.body, headers=one.headers)
        return web.json_response(one.body, status=one.status, headers=one.headers)

    def _next(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@asynccontextmanager
async def listening() -> AsyncIterator[Wire]:
    """A wire, until the end."""
    made = Wire()
    app = web.Application(client_max_size=64 * 1_024**2)
    app.router.add_route("*", "/{rest:.*}", made.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield made
    finally:
        for each in (*made.answers, *made.at.values()):
            if each.waits is not None:
                each.waits.set()
        await runner.cleanup()
