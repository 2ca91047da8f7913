"""Files are fetched from Slack, and the bot's token is shown to nobody else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.port import File, Gone, PlatformError, TooLarge, Unauthorized, Unavailable
from tests.bot.platforms.slack.earshot import Earshot


@asynccontextmanager
async def stranger(answers: int = 200) -> AsyncIterator[tuple[str, list[web.Request]]]:
    """Somebody else's server; its address by a name that is not Slack's, and who came."""
    came: list[web.Request] = []

    async def answer(request: web.Request) -> web.Response:
        came.append(request)
        return web.Response(status=answers, body=b"x" * 10, headers={"Location": "/sign-in"})

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://localhost:{runner.addresses[0][1]}", came
    finally:
        await runner.cleanup()


def wrote(place: Earshot, content: bytes = b"log") -> File:
    """Sam has posted a file."""
    [file] = place.sam.writes("", "support", files={"log.txt": content}).files
    return File(file.name, file.mimetype, file.size, file.id)


async def fetched(place: Earshot, file: File, limit: int = 100) -> bytes:
    """What the adapter gets of it."""
    return await place.adapter.sender.fetch(place.server.team.id, file, limit=limit)


async def test_a_file_that_is_kept_elsewhere_is_not_asked_for(place: Earshot) -> None:
    file = wrote(place)
    async with stranger() as (address, came):
        port = address.rpartition(":")[2]
        elsewhere = [
            address,
            f"http://127.0.0.1@localhost:{port}",
            f"http://slack.com@localhost:{port}",
            f"http://files.slack.com:{port}",
            "https://files.slack.com.example",
            "https://notslack.com",
            "",
        ]
        for base in elsewhere:
            place.server.url = base
            with pytest.raises(Gone):
                await fetched(place, file)
        assert came == []


async def test_a_file_of_ours_is_fetched_and_no_more_of_it_than_is_allowed(place: Earshot) -> None:
    assert await fetched(place, wrote(place, b"the log")) == b"the log"
    with pytest.raises(TooLarge):
        await fetched(place, wrote(place, b"x" * 101))
    longer = wrote(place, b"x" * 101)
    place.server.team.files[longer.reference].size = 5  # Slack says less than it sends
    with pytest.raises(TooLarge):
        await fetched(place, longer)


async def test_a_page_to_sign_in_is_no_file(place: Earshot) -> None:
    file = wrote(place)
    place.server.tokens[place.server.bot_token].scopes -= {"files:read"}
    with pytest.raises(Unauthorized):
        await fetched(place, file)


async def test_a_file_that_was_deleted_is_gone(place: Earshot) -> None:
    file = wrote(place)
    place.server.team.files[file.reference].deleted = True
    with pytest.raises(Gone):
        await fetched(place, file)


async def test_what_came_instead_of_a_file_says_whether_to_ask_again(place: Earshot) -> None:
    means: dict[int, type[PlatformError]] = {
        302: Unauthorized,
        403: Unauthorized,
        404: Gone,
        410: Gone,
        429: Unavailable,
        503: Unavailable,
    }
    file = wrote(place)
    for status, failure in means.items():
        async with stranger(status) as (address, came):
            place.server.url = address.replace("localhost", "127.0.0.1")
            with pytest.raises(failure):
                await fetched(place, file)
            assert len(came) == 1
