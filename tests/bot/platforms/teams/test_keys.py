"""The keys that Teams signs with: found where the configuration says, asked for seldom, and good as
long as nobody says otherwise.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.platforms.teams.calls import talking
from bot.platforms.teams.keys import AGAIN, FRESH, ISSUER, Keys
from bot.port import Unavailable
from tests.bot.platforms.teams.wire import Answer, Wire
from tests.teams.keys import Key
from tests.teams.world import Json

CONFIGURATION = "/.well-known/openidconfiguration"
OTHERS = "https://issuer.example"


@dataclass
class Place:
    """Where the configuration is, and (elsewhere) the keys; time passes when a test says so."""

    wire: Wire
    elsewhere: Wire
    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now

    def publishes(self, *keys: Key | Json) -> None:
        """These keys from now on, and no others."""
        told = [key.told() if isinstance(key, Key) else key for key in keys]
        self.elsewhere.says(Answer(body={"keys": told}))
        address = f"{self.elsewhere.url}/quite/elsewhere"
        self.wire.says(Answer(body={"issuer": OTHERS, "jwks_uri": address}))

    def goes(self, answer: Answer | None = None) -> None:
        """Nobody tells any key, or anything else than this."""
        self.wire.says(answer or Answer(503))

    @property
    def asked(self) -> int:
        return len(self.wire.asked)


@pytest.fixture
def place(wire: Wire, other: Wire) -> Place:
    return Place(wire, other)


@pytest.fixture
async def keys(place: Place) -> AsyncIterator[Keys]:
    async with talking() as session:
        yield Keys(session, f"{place.wire.url}{CONFIGURATION}", clock=place)


def key(*endorsements: str) -> Key:
    return Key.make("a", *endorsements)


async def test_a_key_is_found_where_the_configuration_says(keys: Keys, place: Place) -> None:
    one, two = key("msteams", "skype"), key()
    place.publishes(one, two)
    found = await keys.of(one.kid)
    assert found is not None
    assert found.endorsements == ("msteams", "skype")
    again = await keys.of(two.kid)
    assert again is not None
    assert again.endorsements == ()
    assert keys.issuers == (ISSUER, OTHERS)
    assert [each.path for each in place.wire.asked] == [CONFIGURATION]
    assert [each.path for each in place.elsewhere.asked] == ["/quite/elsewhere"]


async def test_who_asks_at_once_waits_for_one_answer(keys: Keys, place: Place) -> None:
    one = key()
    place.publishes(one)
    place.wire.answers[0].waits = free = asyncio.Event()
    every = [asyncio.ensure_future(keys.of(one.kid)) for _ in range(20)]
    await place.wire.came.wait()
    free.set()
    assert None not in await asyncio.gather(*every)
    assert place.asked == 1


async def test_a_key_that_is_new_is_asked_for_at_once(keys: Keys, place: Place) -> None:
    one, two = key(), key()
    place.publishes(one)
    await keys.of(one.kid)
    place.publishes(two)
    place.now += AGAIN
    assert await keys.of(two.kid) is not None
    assert await keys.of(one.kid) is None


async def test_a_key_that_nobody_has_is_not_asked_for_again_and_again(
    keys: Keys, place: Place
) -> None:
    one = key()
    place.publishes(one)
    await keys.of(one.kid)
    for number in range(100):
        assert await keys.of(f"no-such-{number}") is None
    assert place.asked == 1
    place.now += AGAIN
    for number in range(100):
        assert await keys.of(f"no-such-{number}") is None
    assert place.asked == 2
    assert await keys.of(one.kid) is not None


async def test_keys_are_asked_for_once_a_day(keys: Keys, place: Place) -> None:
    one = key()
    place.publishes(one)
    await keys.of(one.kid)
    place.now += FRESH - 1
    await keys.of(one.kid)
    assert place.asked == 1
    place.now += 1
    assert await keys.of(one.kid) is not None
    assert place.asked == 2


async def test_what_is_known_counts_while_nobody_says_which_keys_there_are(
    keys: Keys, place: Place
) -> None:
    one = key()
    place.publishes(one)
    await keys.of(one.kid)
    place.goes()
    for _ in range(5):
        place.now += FRESH
        assert await keys.of(one.kid) is not None
        assert await keys.of("no-such") is None
    for _ in range(100):
        assert await keys.of(one.kid) is not None
    assert place.asked <= 1 + 5 * 2


async def test_nobody_waits_for_an_answer_that_does_not_come(keys: Keys, place: Place) -> None:
    one = key()
    place.publishes(one)
    await keys.of(one.kid)
    place.goes(Answer(waits=asyncio.Event()))
    place.now += FRESH
    place.wire.came.clear()
    asking = asyncio.ensure_future(keys.of("no-such"))
    await place.wire.came.wait()
    async with asyncio.timeout(1):
        for _ in range(10):
            assert await keys.of(one.kid) is not None
    async with asyncio.timeout(4):
        assert await asking is None


async def test_where_none_are_known_and_nobody_says_that_is_said(keys: Keys, place: Place) -> None:
    one = key()
    place.goes()
    for _ in range(100):
        with pytest.raises(Unavailable):
            await keys.of(one.kid)
    assert place.asked == 1
    place.publishes(one)
    place.now += 1
    assert await keys.of(one.kid) is not None


@pytest.mark.parametrize(
    "garbage",
    [
        Answer(200, b""),
        Answer(200, b"<html>"),
        Answer(200, []),
        Answer(200, {}),
        Answer(200, {"jwks_uri": None}),
        Answer(200, {"jwks_uri": "not an address"}),
        Answer(200, {"jwks_uri": "file:///etc/passwd"}),
        Answer(200, {"jwks_uri": "http://[::1"}),
        Answer(200, b"[" * 100_000),
        Answer(404),
        Answer(302, headers={"Location": "http://127.0.0.1:9/"}),
    ],
)
async def test_garbage_is_no_configuration_and_takes_no_key_away(
    keys: Keys, place: Place, garbage: Answer
) -> None:
    place.goes(garbage)
    with pytest.raises(Unavailable):
        await keys.of("any")
    place.now += AGAIN
    one = key()
    place.publishes(one)
    assert await keys.of(one.kid) is not None
    place.goes(garbage)
    place.now += FRESH
    assert await keys.of(one.kid) is not None


@pytest.mark.parametrize("garbage", [{}, {"keys": None}, {"keys": {}}, {"keys": []}, [], b"<html>"])
async def test_a_set_without_keys_takes_none_away(
    keys: Keys, place: Place, garbage: object
) -> None:
    one = key()
    place.publishes(one)
    await keys.of(one.kid)
    place.elsewhere.says(Answer(200, garbage))
    place.now += FRESH
    assert await keys.of(one.kid) is not None


async def test_a_key_that_makes_no_sense_takes_none_of_the_others_away(
    keys: Keys, place: Place
) -> None:
    one = key("msteams")
    odd: list[Json] = [
        {},
        {"kid": "a"},
        {"kid": "b", "kty": "RSA", "n": "!", "e": "AQAB"},
        {"kid": "c", "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kid": "d", "kty": "oct", "k": "c2VjcmV0"},
        {"kid": "e", "kty": "RSA", "n": "AQAB", "e": "AQAB"},
        {**key().told(), "kid": None},
        {**key().told(), "kid": "f", "endorsements": 5},
    ]
    place.publishes(*odd, one, {"kty": None})
    place.elsewhere.answers[0].body["keys"] += [None, "x", 5]
    found = await keys.of(one.kid)
    assert found is not None
    assert found.endorsements == ("msteams",)
    for each in "abcde":
        assert await keys.of(each) is None, each


async def test_a_shared_secret_is_no_key_of_anybodys(keys: Keys, place: Place) -> None:
    place.publishes({"kid": "oct", "kty": "oct", "alg": "HS256", "k": "c2VjcmV0"})
    with pytest.raises(Unavailable):
        await keys.of("oct")
