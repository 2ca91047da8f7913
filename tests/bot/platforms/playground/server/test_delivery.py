"""Two ways to the bot that are the same to both ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from bot.platforms.playground.server.delivery import Delivery, InProcess, OverHttp
from bot.web.listener import address_of, listen
from bot.web.server import answer
from tests.bot.platforms.playground.server.chatting import PATIENCE

PATH = "/bot/events"


class Other:
    """A bot behind HTTP."""

    def __init__(self) -> None:
        self.settled = asyncio.Event()
        self.slow = asyncio.Event()
        self.slow.set()
        self.crash = False
        self.app = Starlette(routes=[Route(PATH, self.take, methods=["POST"])])

    async def take(self, request: Request) -> Response:
        body = await request.body()
        if self.crash:
            raise ValueError("hunter2")
        await self.slow.wait()
        said = body + request.headers["x-proof"].encode()
        return Response(said, 202, background=BackgroundTask(self._settle))

    async def _settle(self) -> None:
        self.settled.set()


@asynccontextmanager
async def reached(way: str, other: Other) -> AsyncIterator[Delivery]:
    if way == "in process":
        inside = InProcess(other.app, PATH)
        yield inside
        await inside.close()
        return
    stop = asyncio.Event()
    with listen("127.0.0.1", 0) as listener:
        task = asyncio.create_task(answer(other.app, listener, stop))
        over = OverHttp(address_of(listener) + PATH)
        try:
            yield over
        finally:
            await over.close()
            stop.set()
            await asyncio.wait_for(task, PATIENCE)


@pytest.mark.parametrize("way", ["in process", "over HTTP"])
async def test_body_and_headers_go_and_status_and_body_come(way: str) -> None:
    other = Other()
    async with reached(way, other) as deliver:
        assert await deliver(b"\xc3\xbc{}", {"X-Proof": "v1=abc"}) == (202, b"\xc3\xbc{}v1=abc")


@pytest.mark.parametrize("way", ["in process", "over HTTP"])
async def test_what_the_bot_does_after_its_answer_goes_on(way: str) -> None:
    other = Other()
    async with reached(way, other) as deliver:
        await deliver(b"", {"X-Proof": ""})
        await asyncio.wait_for(other.settled.wait(), PATIENCE)


@pytest.mark.parametrize("way", ["in process", "over HTTP"])
async def test_a_bot_whose_answer_nobody_waits_for_is_not_stopped(way: str) -> None:
    other = Other()
    other.slow.clear()
    async with reached(way, other) as deliver:
        waiting = asyncio.ensure_future(deliver(b"", {"X-Proof": ""}))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(waiting, 0.2)
        other.slow.set()
        await asyncio.wait_for(other.settled.wait(), PATIENCE)


@pytest.mark.parametrize("way", ["in process", "over HTTP"])
async def test_a_bot_that_crashes_says_500(way: str) -> None:
    other = Other()
    other.crash = True
    async with reached(way, other) as deliver:
        status, body = await deliver(b"", {"X-Proof": ""})
        assert status == 500
        assert b"hunter2" not in body


async def test_an_answer_in_parts_is_put_together() -> None:
    async def parts(request: Request) -> Response:
        async def each() -> AsyncIterator[bytes]:
            for part in (b"a", b"b", b"c"):
                yield part

        return StreamingResponse(each())

    app = Starlette(routes=[Route(PATH, parts, methods=["POST"])])
    assert await InProcess(app, PATH)(b"", {}) == (200, b"abc")


async def test_where_nobody_listens_it_says_so() -> None:
    with listen("127.0.0.1", 0) as listener:
        address = address_of(listener)
    over = OverHttp(address)
    with pytest.raises((OSError, aiohttp.ClientError)):
        await over(b"", {})
    await over.close()
