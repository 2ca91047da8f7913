"""Tokens for the connector: one is asked for at a time and used until shortly before its end; why
there is none is told in Entra's own number.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import parse_qs

import pytest
from aiohttp import ClientSession
from structlog.typing import EventDict

from bot.platforms.teams.application import Registration
from bot.platforms.teams.calls import talking
from bot.platforms.teams.tokens import SCOPE, Refused, Tokens
from bot.port import Unavailable
from tests.bot.platforms.teams.wire import Answer, Wire

SECRET = secrets.token_urlsafe()
ACME = Registration("client-acme", SECRET, "tenant-acme")
OTHER = Registration("client-other", SECRET, "tenant-other")


@dataclass
class Hand:
    """Time that passes only when a test says so."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with talking() as made:
        yield made


@pytest.fixture
def tokens(wire: Wire, hand: Hand, session: ClientSession) -> Tokens:
    return Tokens(session, f"{wire.url}/{{tenant}}/token", clock=hand)


def given(token: object = "a.b.c", lasts: object = 3600) -> Answer:
    return Answer(body={"token_type": "Bearer", "expires_in": lasts, "access_token": token})


def refuses(status: int, error: str, code: int, says: str = "It says why.") -> Answer:
    told = f"AADSTS{code}: {says} Trace ID: 1\r\nTimestamp: 2"
    return Answer(status, {"error": error, "error_description": told, "error_codes": [code]})


async def test_a_token_is_asked_for_as_entra_wants_it(tokens: Tokens, wire: Wire) -> None:
    wire.says(given("one"))
    assert await tokens.of(ACME) == "one"
    [asked] = wire.asked
    assert (asked.method, asked.path) == ("POST", "/tenant-acme/token")
    assert parse_qs(asked.body.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["client-acme"],
        "client_secret": [SECRET],
        "scope": [SCOPE],
    }


async def test_who_asks_at_once_is_given_the_same(tokens: Tokens, wire: Wire) -> None:
    free = asyncio.Event()
    wire.says(Answer(body=given("one").body, waits=free), given("two"))
    every = [asyncio.ensure_future(tokens.of(ACME)) for _ in range(20)]
    await wire.came.wait()
    free.set()
    assert set(await asyncio.gather(*every)) == {"one"}
    assert len(wire.asked) == 1


async def test_each_registration_has_its_own(tokens: Tokens, wire: Wire) -> None:
    wire.says(given("one"), given("two"))
    assert [await tokens.of(each) for each in (ACME, OTHER, ACME)] == ["one", "two", "one"]
    renewed = Registration(ACME.client_id, secrets.token_urlsafe(), ACME.tenant)
    wire.says(given("three"))
    assert await tokens.of(renewed) == "three"


async def test_it_is_renewed_before_its_end(tokens: Tokens, wire: Wire, hand: Hand) -> None:
    wire.says(given("one", 3600), given("two", "3600"))
    assert await tokens.of(ACME) == "one"
    hand.now += 3290
    assert await tokens.of(ACME) == "one"
    hand.now += 20
    assert await tokens.of(ACME) == "two"
    hand.now += 3290
    assert await tokens.of(ACME) == "two"


@pytest.mark.parametrize("lasts", [60, 299, 301, "nonsense", None, -5, True, [], "1e400", "nan"])
async def test_however_long_it_lasts_it_is_not_used_afterwards(
    tokens: Tokens, wire: Wire, hand: Hand, lasts: object
) -> None:
    wire.says(given("one", lasts), given("two", lasts))
    assert await tokens.of(ACME) == "one"
    hand.now += 302
    assert await tokens.of(ACME) == "two"


async def test_one_that_was_forgotten_is_asked_for_anew(tokens: Tokens, wire: Wire) -> None:
    wire.says(given("one"), given("two"), given("three"))
    one = await tokens.of(ACME)
    tokens.forget(ACME, one)
    assert await tokens.of(ACME) == "two"
    tokens.forget(ACME, one)  # by who was told late
    assert await tokens.of(ACME) == "two"


REFUSED = {
    7000215: (401, "invalid_client"),
    7000222: (401, "invalid_client"),
    7000218: (401, "invalid_client"),
    700016: (400, "unauthorized_client"),
    90002: (400, "invalid_request"),
    900144: (400, "invalid_request"),
    1002012: (400, "invalid_scope"),
    500011: (400, "invalid_resource"),
    53003: (403, "access_denied"),
    7000112: (400, "unauthorized_client"),
}


@pytest.mark.parametrize("code", REFUSED)
async def test_a_refusal_is_told_by_its_number(
    tokens: Tokens, wire: Wire, code: int, log: list[EventDict]
) -> None:
    wire.says(refuses(*REFUSED[code], code))
    with pytest.raises(Refused) as refused:
        await tokens.of(ACME)
    assert refused.value.code == f"AADSTS{code}"
    [line] = log
    assert (line["event"], line["code"]) == ("teams-no-token", f"AADSTS{code}")
    assert SECRET not in repr((line, refused.value, str(refused.value)))
    wire.says(given("now"))
    assert await tokens.of(ACME) == "now"


@pytest.mark.parametrize(
    "answer",
    [
        refuses(400, "temporarily_unavailable", 90033),
        refuses(400, "server_error", 90024),
        refuses(429, "invalid_request", 90055),
        refuses(503, "temporarily_unavailable", 90006),
        Answer(500, b"<html>"),
        Answer(302, headers={"Location": "https://elsewhere.example"}),
        Answer(400, b"<html>Bad Request</html>"),
        Answer(404, b""),
        Answer(200, b""),
        Answer(200, b"{"),
        Answer(200, []),
        Answer(200, {"access_token": ""}),
        Answer(200, {"access_token": 5}),
        Answer(200, {"error": None}),
    ],
)
async def test_what_makes_no_sense_is_as_if_nobody_answered(
    tokens: Tokens, wire: Wire, answer: Answer
) -> None:
    wire.says(answer)
    with pytest.raises(Unavailable):
        await tokens.of(ACME)
    wire.says(given("now"))
    assert await tokens.of(ACME) == "now"


async def test_where_nobody_listens_that_is_said(session: ClientSession) -> None:
    for url in ("http://127.0.0.1:9/{tenant}", "http://[::/{tenant}", "ftp://a.example", ""):
        with pytest.raises(Unavailable):
            await Tokens(session, url).of(ACME)


async def test_the_secret_goes_nowhere_else(tokens: Tokens, wire: Wire, other: Wire) -> None:
    for status in (301, 302, 303, 307, 308):
        wire.says(Answer(status, headers={"Location": f"{other.url}/token"}))
        with pytest.raises(Unavailable):
            await tokens.of(ACME)
    assert other.asked == []


async def test_who_gives_up_leaves_the_others_their_turn(tokens: Tokens, wire: Wire) -> None:
    free = asyncio.Event()
    wire.says(Answer(body=given("one").body, waits=free), given("two"))
    first = asyncio.ensure_future(tokens.of(ACME))
    await wire.came.wait()
    second = asyncio.ensure_future(tokens.of(ACME))
    await asyncio.sleep(0)
    first.cancel()
    free.set()
    assert await second in ("one", "two")
