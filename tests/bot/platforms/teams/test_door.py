"""The door: whoever knocks is answered with a status that says what is wrong, and never with one
that says that we failed.
"""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.platforms.teams.door import LARGEST
from bot.port import Memory, Opened
from tests.bot.platforms.teams.earshot import Earshot, earshot
from tests.teams.identity import Wrong
from tests.teams.people import DIRECT


async def test_what_teams_tells_is_taken(place: Earshot) -> None:
    await place.sam.types("home", DIRECT)
    [inbound] = await place.told()
    assert isinstance(inbound, Opened)
    [delivered] = place.server.delivery.log
    assert delivered.status == 200


@pytest.mark.parametrize("how", Wrong)
async def test_who_shows_a_wrong_token_is_told_so_and_nothing_is_done(
    place: Earshot, how: Wrong
) -> None:
    activity = place.unheard("home")
    server = place.server
    wrong = server.identity.wrong(how, server.app.client_id, server.service_url)
    answered = await place.sends(activity, token=wrong)
    assert answered.status_code == 401
    assert answered.json()["error"]["code"] == "401"
    assert await place.told() == []


async def test_who_shows_none_is_told_so_whatever_they_send(place: Earshot) -> None:
    for body in (b"", b"{", b"[]", b"null", b'{"type": "message"}', b"\xff" * 100, b"[" * 10_000):
        answered = await place.sends(body, token="")
        assert answered.status_code == 401
    assert await place.told() == []


async def test_another_tenants_is_refused(place: Earshot) -> None:
    activity = place.unheard("home")
    activity["channelData"]["tenant"]["id"] = activity["conversation"]["tenantId"] = "rival"
    assert (await place.sends(activity)).status_code == 403
    assert await place.told() == []


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"5", b'"x"', b"{}", b'{"type": 5}', b'{"type": null}', b"\xff",
     b"[" * 100_000, b'{"type": "\\ud800"}', b'{"type": "message"} x', "{}".encode("utf-16")],
)  # fmt: skip
async def test_what_is_no_activity_is_refused(place: Earshot, body: bytes) -> None:
    answered = await place.sends(body)
    assert answered.status_code in (400, 401, 403)
    assert await place.told() == []


async def test_what_is_too_large_is_not_read(place: Earshot) -> None:
    activity = b'{"type": "message", "text": "' + b"a" * LARGEST + b'"}'
    assert (await place.sends(activity)).status_code == 413

    async def parts() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"a" * 100_000

    answered = await place.client.post(place.door, content=parts())
    assert answered.status_code == 413


async def test_there_is_nothing_to_get(place: Earshot) -> None:
    for method in ("GET", "PUT", "DELETE", "OPTIONS"):
        answered = await place.client.request(method, place.door)
        assert answered.status_code == 405
    assert (await place.client.head(place.door)).status_code == 405


async def test_where_nobody_says_which_keys_count_teams_tells_it_again(place: Earshot) -> None:
    place.server.identity.down = True
    place.server.delivery.waits = (0.5, 1.0, 1.0)
    with place.server.allowing():
        place.sam.writes("It is slow", DIRECT)
        log = place.server.delivery.log
        await place.until(lambda: [each for each in log if each.status == 503] or None)
        place.server.identity.down = False
        assert len(await place.told()) == 1


async def test_a_caller_that_hangs_up_is_no_failure(place: Earshot) -> None:
    place.product.free.clear()
    activity = place.unheard("It is slow")
    hasty = httpx.Timeout(0.2)
    async with httpx.AsyncClient(timeout=hasty) as client:
        app = place.server.app
        token = place.server.identity.token(app.client_id, place.server.service_url)
        with pytest.raises(httpx.ReadTimeout):
            await client.post(
                place.door, json=activity, headers={"Authorization": f"Bearer {token}"}
            )
    place.product.free.set()
    told = await place.told()
    assert len(told) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "[::1"},
        {"Host": "evil.example"},
        {"Host": ""},
        {"X-Forwarded-For": "127.0.0.1"},
        {"Content-Type": "text/plain"},
        {"Content-Encoding": "gzip"},
        {"Authorization": "Bearer"},
    ],
)
async def test_odd_headers_are_no_failure_of_ours(place: Earshot, headers: dict[str, str]) -> None:
    activity = place.unheard("home")
    answered = await place.sends(activity, **headers)
    assert answered.status_code in (200, 400, 401)


async def test_many_knock_at_once(place: Earshot) -> None:
    every = [place.unheard(f"note {number}") for number in range(60)]
    answered = await asyncio.gather(*(place.sends(each) for each in every))
    assert {each.status_code for each in answered} == {200}
    assert len(await place.told()) == 60


# Where whoever is on this machine may speak as Teams


@pytest.fixture
async def open_place(memory: Memory) -> AsyncIterator[Earshot]:
    async with earshot(memory, unauthenticated=True) as made:
        yield made


async def test_who_is_on_this_machine_needs_no_token_where_that_is_set(
    open_place: Earshot, place: Earshot
) -> None:
    activity = open_place.unheard("home")
    assert (await open_place.sends(activity, token="")).status_code == 200
    assert len(await open_place.told()) == 1
    assert (await place.sends(activity, token="")).status_code == 401


@pytest.mark.parametrize(
    "header",
    [
        *("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Real-IP"),
        *("Via", "CF-Connecting-IP", "True-Client-IP", "X-Original-Host", "X-Client-IP"),
    ],
)
async def test_who_may_have_come_through_a_proxy_needs_one(
    open_place: Earshot, header: str
) -> None:
    activity = open_place.unheard("home")
    answered = await open_place.sends(activity, token="", **{header: "127.0.0.1"})
    assert answered.status_code == 401
    assert await open_place.told() == []


@pytest.mark.parametrize(
    "header", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
async def test_a_page_in_a_browser_needs_one(open_place: Earshot, header: dict[str, str]) -> None:
    answered = await open_place.sends(open_place.unheard("home"), token="", **header)
    assert answered.status_code == 401
    assert await open_place.told() == []


async def test_who_calls_us_by_another_name_needs_one(open_place: Earshot) -> None:
    activity = open_place.unheard("home")
    for host in ("evil.example", "evil.example:80", "10.0.0.1", "127.0.0.1.evil.example"):
        answered = await open_place.sends(activity, token="", Host=host)
        assert answered.status_code == 401
    assert await open_place.told() == []


async def test_a_proxy_that_says_nothing_is_known_by_how_it_speaks(open_place: Earshot) -> None:
    body = json.dumps(open_place.unheard("home")).encode()
    url = httpx.URL(open_place.door)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    head = f"POST {url.path} HTTP/1.0\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    assert b" 401 " in await reader.readline()
    writer.close()
    assert await open_place.told() == []
