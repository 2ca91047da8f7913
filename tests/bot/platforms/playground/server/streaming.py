"""The server over real HTTP, and a reader of its streams."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from bot.web.listener import address_of, listen
from bot.web.server import answer
from tests.bot.platforms.playground.server.chatting import PATIENCE, House


@dataclass
class Told:
    """One event of a stream."""

    kind: str
    data: Any
    id: int


@dataclass
class Reader:
    """Reads a stream."""

    lines: AsyncIterator[str]
    last: int = 0
    comments: int = 0
    seen: list[Told] = field(default_factory=list)

    async def next(self, kind: str = "message") -> Told:
        """The next event of a kind."""
        async with asyncio.timeout(PATIENCE):
            while True:
                told = await self._read()
                if told.kind == kind:
                    return told

    async def until(self, **what: Any) -> Any:
        """The first message that is so."""
        while True:
            data = (await self.next()).data
            if all(data[name] == value for name, value in what.items()):
                return data

    async def comment(self) -> None:
        """Wait until something was said that means nothing."""
        async with asyncio.timeout(PATIENCE):
            async for line in self.lines:
                self._take(line)
                if line.startswith(":"):
                    return

    async def ended(self) -> None:
        """Read to the end."""
        async with asyncio.timeout(PATIENCE):
            async for line in self.lines:
                self._take(line)

    async def opened(self) -> "Reader":
        """Read the first id."""
        async with asyncio.timeout(PATIENCE):
            async for line in self.lines:
                self._take(line)
                if line.startswith("id:"):
                    return self
        raise AssertionError("the stream ended")

    async def _read(self) -> Told:
        kind, data = "", ""
        async for line in self.lines:
            self._take(line)
            name, _, value = line.partition(": ")
            if name == "event":
                kind = value
            elif name == "data":
                data = value
            elif not line and kind:
                told = Told(kind, json.loads(data), self.last)
                self.seen.append(told)
                return told
        raise AssertionError("the stream ended")

    def _take(self, line: str) -> None:
        if line.startswith("id: "):
            assert int(line[4:]) >= self.last
            self.last = int(line[4:])


@asynccontextmanager
async def served(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """A client over HTTP."""
    stop = asyncio.Event()
    with listen("127.0.0.1", 0) as listener:
        task = asyncio.create_task(answer(house.site, listener, stop))
        try:
            async with httpx.AsyncClient(
                base_url=address_of(listener),
                trust_env=False,
                limits=httpx.Limits(),
                timeout=PATIENCE,
            ) as client:
                yield client
        finally:
            stop.set()
            await asyncio.wait_for(task, PATIENCE)


@asynccontextmanager
async def looking(
    client: httpx.AsyncClient,
    user: str = "sam",
    *,
    after: int | None = None,
    params: Mapping[str, str] | None = None,
) -> AsyncIterator[Reader]:
    """A stream that is open."""
    headers = {} if after is None else {"Last-Event-ID": str(after)}
    path = f"/api/as/{user}/events"
    async with client.stream("GET", path, headers=headers, params=params) as response:
        assert response.status_code == 200, await response.aread()
        assert response.headers["content-type"].startswith("text/event-stream")
        yield await Reader(response.aiter_lines()).opened()
