"""What the playground's answers mean to whoever sends."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientTimeout, web

from bot.platforms.playground import send
from bot.platforms.playground.send import PlaygroundSender, Rejected, sending
from bot.port import (
    File,
    Gone,
    RateLimited,
    Target,
    TooLarge,
    Unauthorized,
    Unavailable,
    Upload,
)
from bot.web.listener import listen
from core.views import NoticeView

Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]
HERE = Target("w1", "support", "m7")
FILE = File("a.txt", "text/plain", 3, "f1")


@asynccontextmanager
async def playground(answering: Answering) -> AsyncIterator[PlaygroundSender]:
    """A sender to a server that answers everything so."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answering)
    runner = web.AppRunner(app)
    await runner.setup()
    listener = listen("127.0.0.1", 0)
    try:
        await web.SockSite(runner, listener).start()
        async with sending(f"http://127.0.0.1:{listener.getsockname()[1]}", "t") as sender:
            yield sender
    finally:
        await runner.cleanup()


def always(status: int, **headers: str) -> Answering:
    async def answering(request: web.Request) -> web.StreamResponse:
        return web.json_response({"error": "no"}, status=status, headers=headers)

    return answering


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (400, Rejected),
        (401, Unauthorized),
        (403, Unauthorized),
        (404, Gone),
        (413, Rejected),
        (429, RateLimited),
        (500, Unavailable),
        (502, Unavailable),
        (503, Unavailable),
    ],
)
async def test_each_refusal_is_one_of_the_four_failures_or_a_bug_of_ours(
    status: int, failure: type[Exception]
) -> None:
    async with playground(always(status)) as sender:
        with pytest.raises(failure):
            await sender.post(HERE, NoticeView("Hello."), mark="mark")
        with pytest.raises(failure):
            await sender.edit(HERE, "m8", NoticeView("Hello."))
        with pytest.raises(failure):
            await sender.fetch("w1", FILE, limit=10)


@pytest.mark.parametrize(("said", "seconds"), [("7", 7.0), ("0.25", 0.25), ("soon", 1.0)])
async def test_how_long_to_wait_is_as_the_playground_says(said: str, seconds: float) -> None:
    async with playground(always(429, **{"Retry-After": said})) as sender:
        with pytest.raises(RateLimited) as limited:
            await sender.post(HERE, NoticeView("Hello."), mark="mark")
    assert limited.value.retry_after == seconds


@pytest.mark.parametrize("body", ["", "<html>", "[]", "{}", '{"id": 7}'])
async def test_an_answer_that_makes_no_sense_is_as_good_as_none(body: str) -> None:
    async def answering(request: web.Request) -> web.StreamResponse:
        return web.Response(text=body, content_type="application/json")

    async with playground(answering) as sender:
        with pytest.raises(Unavailable):
            await sender.post(HERE, NoticeView("Hello."), mark="mark")


async def test_where_nobody_answers_it_is_unavailable() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
    async with sending(f"http://127.0.0.1:{port}", "t") as sender:
        calls: list[Awaitable[object]] = [
            sender.post(HERE, NoticeView("Hello."), mark="mark"),
            sender.fetch("w1", FILE, limit=10),
            sender.may_write(HERE),
        ]
        for call in calls:
            with pytest.raises(Unavailable):
                await call


async def test_who_never_answers_is_waited_for_only_so_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(send, "PATIENCE", ClientTimeout(total=0.05))

    with listen("127.0.0.1", 0) as silent:  # takes connections, and says nothing
        async with sending(f"http://127.0.0.1:{silent.getsockname()[1]}", "t") as sender:
            with pytest.raises(Unavailable):
                await sender.post(HERE, NoticeView("Hello."), mark="mark")


async def test_no_more_of_a_file_is_read_than_was_asked_for() -> None:
    written = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal written
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 1_000)
            written += 1_000

    async with playground(endless) as sender:
        with pytest.raises(TooLarge):
            await sender.fetch("w1", FILE, limit=2_000)
    assert written < 100_000_000


async def test_a_file_that_says_it_is_too_large_is_not_read_at_all() -> None:
    async def large(request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"x" * 11)

    async with playground(large) as sender:
        with pytest.raises(TooLarge):
            await sender.fetch("w1", FILE, limit=10)
        assert await sender.fetch("w1", FILE, limit=11) == b"x" * 11


async def test_the_token_is_sent_and_names_stay_within_their_part_of_the_path() -> None:
    asked: list[tuple[str, str]] = []

    async def answering(request: web.Request) -> web.StreamResponse:
        asked.append((request.raw_path, request.headers["Authorization"]))
        return web.json_response({"id": "m9", "writable": True})

    async with playground(answering) as sender:
        await sender.edit(HERE, "../../m8?x=/", NoticeView("Hello."))
        await sender.may_write(Target("w1", "a/b"))
    assert asked == [
        ("/api/bot/messages/..%2F..%2Fm8%3Fx=%2F", "Bearer t"),
        ("/api/bot/channels/a%2Fb", "Bearer t"),
    ]


async def test_a_large_file_is_sent_whole() -> None:
    got: list[tuple[int, str, str]] = []

    async def answering(request: web.Request) -> web.StreamResponse:
        body = await request.content.read()
        got.append((len(body), request.query["name"], request.query["thread"]))
        return web.json_response({"id": "m9"})

    upload = Upload("note.md", "text/markdown", b"x" * 2_000_000, "Ticket note")
    async with playground(answering) as sender:
        assert await sender.upload(HERE, upload, mark="mark") == "m9"
    assert got == [(2_000_000, "note.md", "m7")]


async def test_an_address_that_opens_the_thread() -> None:
    async with sending("https://chat.example.com/", "t") as sender:
        there = "https://chat.example.com/playground#/channel/support"
        assert await sender.link(HERE) == f"{there}/thread/m7"
        assert await sender.link(Target("w1", "support")) == there
        assert await sender.open_thread(Target("w1", "support"), "m7") == "m7"
