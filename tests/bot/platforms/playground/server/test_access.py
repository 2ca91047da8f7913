"""The door: this machine alone, or whoever knows the password; never another site's page."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from bot.platforms.playground.server.access import COOKIE, Door
from storage.storage import Storage
from tests.bot.platforms.playground.server.chatting import House, good, housed, refused

PASSWORD = "correct horse battery"
ASKED = ("/api/workspace", "/api/as/sam/channels", "/playground", "/api/bot/channels/c1")


@asynccontextmanager
async def client_from(
    house: House, peer: str, base: str = "http://localhost:8080"
) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(house.site, client=(peer, 4242))
    async with httpx.AsyncClient(transport=transport, base_url=base) as client:
        yield client


_OURSELVES = ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"]
_OUR_NAMES = ["http://localhost", "http://127.0.0.1:8080", "http://[::1]:80"]


async def test_this_machine_is_let_in(house: House) -> None:
    for peer in _OURSELVES:
        for base in _OUR_NAMES:
            async with client_from(house, peer, base) as client:
                good(await client.get("/api/workspace"))
                good(await client.get("/api/bot/channels/c1", headers=house.token))


_OTHER_MACHINES = ["10.0.0.5", "203.0.113.7", "::ffff:10.0.0.5", "fe80::1", "unix"]


async def test_another_machine_is_told_what_to_set(house: House) -> None:
    for peer in _OTHER_MACHINES:
        async with client_from(house, peer) as client:
            for path in ASKED:
                answer = await client.get(path, headers=house.token)
                assert "RESOLUTIONFLOW_PLAYGROUND=everyone" in refused(answer, 403)


_DETOURS = [
    {"Host": "rebound.example"},
    {"Host": "localhost.evil.example"},
    {"Host": "127.0.0.1.nip.example"},
    {"Host": ""},
    {"X-Forwarded-For": "127.0.0.1"},
    {"X-Forwarded-Host": "localhost"},
    {"Forwarded": "for=127.0.0.1"},
    {"Via": "1.1 proxy"},
]


async def test_what_came_by_another_name_or_through_a_proxy_is_not_here(house: House) -> None:
    for headers in _DETOURS:
        async with client_from(house, "127.0.0.1") as client:
            for path in ASKED:
                refused(await client.get(path, headers={**house.token, **headers}), 403)


_OTHER_PAGES = [
    {"Origin": "https://evil.example"},
    {"Origin": "http://localhost:9999"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


async def test_a_page_of_another_site_does_nothing(house: House) -> None:
    for headers in _OTHER_PAGES:
        async with client_from(house, "127.0.0.1") as client:
            path = "/api/as/sam/channels/c1/messages"
            answer = await client.post(path, json={"text": "x"}, headers=headers)
            assert "another web site" in refused(answer, 403)
            refused(await client.put("/api/faults", json={"rate": 1}, headers=headers), 403)
            refused(await client.post("/api/as/sam/files", content=b"x", headers=headers), 403)
            assert good(await client.get(path)) == []


async def test_its_own_page_is_let_in(house: House) -> None:
    headers = {"Origin": "http://localhost:8080", "Sec-Fetch-Site": "same-origin"}
    async with client_from(house, "127.0.0.1") as client:
        path = "/api/as/sam/channels/c1/messages"
        good(await client.post(path, json={"text": "x"}, headers=headers))


_FORM_TYPES = ["text/plain", "application/x-www-form-urlencoded", ""]


async def test_what_a_form_of_another_site_can_send_is_not_taken(house: House) -> None:
    for kind in _FORM_TYPES:
        headers = {"Content-Type": kind} if kind else {}
        for path in ("/api/as/sam/clicks", "/api/as/sam/channels/c1/messages"):
            answer = await house.client.post(path, content=b'{"text":"x"}', headers=headers)
            assert "application/json" in refused(answer, 415)
        answer = await house.client.post(
            "/api/bot/messages", content=b"{}", headers={**house.token, **headers}
        )
        refused(answer, 415)


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def signed_house(
    storage: Storage, password: str = PASSWORD, clock: Clock | None = None
) -> AsyncIterator[tuple[House, httpx.AsyncClient]]:
    door = Door(password, clock=clock or Clock())
    async with (
        housed(storage, door=door, working=False) as house,
        client_from(house, "203.0.113.7", "https://chat.example") as client,
    ):
        yield house, client


async def sign_in(client: httpx.AsyncClient, password: str = PASSWORD) -> httpx.Response:
    return await client.post("/api/sign-in", json={"password": password})


async def test_with_a_password_everybody_signs_in_first(storage: Storage) -> None:
    async with signed_house(storage) as (house, client):
        for path in ("/api/workspace", "/api/as/sam/channels", "/api/as/sam/events"):
            assert "Sign in" in refused(await client.get(path), 401)
        refused(await client.put("/api/faults", json={}), 401)
        answer = await sign_in(client)
        cookie = answer.headers["set-cookie"]
        assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
        good(await client.get("/api/workspace"))
        good(await client.get("/api/bot/channels/c1", headers=house.token))
        good(await client.delete("/api/sign-in"))
        refused(await client.get("/api/workspace"), 401)


async def test_the_bot_needs_its_token_and_no_password(storage: Storage) -> None:
    async with signed_house(storage) as (house, client):
        good(await client.get("/api/bot/channels/c1", headers=house.token))
        await sign_in(client)
        refused(await client.get("/api/bot/channels/c1"), 401)


async def test_the_sign_in_itself_is_not_taken_from_another_site(storage: Storage) -> None:
    async with signed_house(storage) as (_, client):
        headers = {"Origin": "https://evil.example"}
        answer = await client.post("/api/sign-in", json={"password": PASSWORD}, headers=headers)
        refused(answer, 403)


async def test_six_guesses_a_minute_are_too_many(storage: Storage) -> None:
    clock = Clock()
    async with signed_house(storage, clock=clock) as (_, client):
        for _ in range(5):
            assert "not the playground's password" in refused(await sign_in(client, "guess"), 401)
            clock.now += 1
        answer = await sign_in(client)  # not even the right one: it would tell
        assert "Wait a minute" in refused(answer, 429)
        assert answer.headers["retry-after"] == "55"
        clock.now += 55
        good(await sign_in(client))


_MADE_UP = ["", ".", "x.y", "9999999999.", "9999999999." + "0" * 64, "²."]


async def test_a_made_up_cookie_opens_nothing(storage: Storage) -> None:
    for cookie in _MADE_UP:
        async with signed_house(storage) as (_, client):
            headers = [(b"cookie", f"{COOKIE}={cookie}".encode())]
            refused(await client.get("/api/workspace", headers=headers), 401)


async def test_a_cookie_ends_and_cannot_be_made_to_last(storage: Storage) -> None:
    clock = Clock()
    async with signed_house(storage, clock=clock) as (_, client):
        value = (await sign_in(client)).cookies[COOKIE]
        until, _, code = value.partition(".")
        client.cookies.clear()
        longer = {"Cookie": f"{COOKIE}={int(until) + 1}.{code}"}
        refused(await client.get("/api/workspace", headers=longer), 401)
        genuine = {"Cookie": f"{COOKIE}={value}"}
        good(await client.get("/api/workspace", headers=genuine))
        clock.now = float(until)
        refused(await client.get("/api/workspace", headers=genuine), 401)


async def test_a_new_password_signs_everybody_out(storage: Storage) -> None:
    async with signed_house(storage) as (_, client):
        value = (await sign_in(client)).cookies[COOKIE]
    async with signed_house(storage, "another password") as (_, client):
        headers = {"Cookie": f"{COOKIE}={value}"}
        refused(await client.get("/api/workspace", headers=headers), 401)
