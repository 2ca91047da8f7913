"""Who somebody is, as Teams says: asked seldom, and waited for not at all long."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.platforms.teams.application import Application, Registration
from bot.platforms.teams.calls import Calls, talking
from bot.platforms.teams.places import Places
from bot.platforms.teams.profiles import FRESH, Profile, Profiles
from bot.platforms.teams.registrations import Registrations
from bot.platforms.teams.tokens import Tokens
from bot.port import Memory
from tests.bot.platforms.teams.wire import Answer, Wire

TENANT, CHANNEL, SAM = "tenant-acme", "19:a@thread.tacv2", "29:sam"


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
async def profiles(wire: Wire, other: Wire, memory: Memory, hand: Hand) -> AsyncIterator[Profiles]:
    registration = Registration("client", secrets.token_urlsafe(), TENANT)
    application = Application(registration, "", other.url, wire.url)
    other.says(Answer(body={"access_token": "a.b.c", "expires_in": 3600}))
    async with talking() as session:
        tokens = Tokens(session, other.url)
        registrations = Registrations(application, memory)
        known = (registrations, Places(memory), tokens)
        calls = Calls(application, session, *known, files=session)
        yield Profiles(calls, clock=hand)


def member(**more: object) -> Answer:
    return Answer(body={"id": SAM, "name": "Sam Example", "tenantId": TENANT, **more})


@pytest.mark.parametrize(
    ("told", "guest"),
    [
        ({"userRole": "user"}, False),
        ({"userRole": "User"}, False),
        ({"userRole": "owner"}, False),
        ({"userRole": "member"}, False),
        ({}, False),
        ({"userRole": None}, False),
        ({"userRole": "guest"}, True),
        ({"userRole": "Guest"}, True),
        ({"userRole": "anonymous"}, True),
        ({"userRole": "something new"}, True),
        ({"tenantId": "rival"}, True),
        ({"tenantId": None}, False),
    ],
)
async def test_who_is_a_guest(
    profiles: Profiles, wire: Wire, told: dict[str, object], guest: bool
) -> None:
    wire.says(member(**told))
    found = await profiles.of(TENANT, CHANNEL, SAM)
    assert found == Profile("Sam Example", guest)


async def test_somebody_is_asked_about_once_in_a_while(
    profiles: Profiles, wire: Wire, hand: Hand
) -> None:
    wire.says(member(), member(userRole="guest"))
    for _ in range(5):
        assert not (await profiles.of(TENANT, CHANNEL, SAM)).guest
    assert len(wire.asked) == 1
    hand.now += FRESH
    assert (await profiles.of(TENANT, CHANNEL, SAM)).guest


async def test_who_comes_at_once_is_asked_about_once(profiles: Profiles, wire: Wire) -> None:
    wire.says(member())
    found = await asyncio.gather(*(profiles.of(TENANT, CHANNEL, SAM) for _ in range(10)))
    assert {each.guest for each in found} == {False}
    assert len(wire.asked) == 1


async def test_whom_teams_does_not_tell_of_waits_as_a_guest(profiles: Profiles, wire: Wire) -> None:
    wire.says(Answer(404))
    assert await profiles.of(TENANT, CHANNEL, SAM, called="Sam") == Profile("Sam", guest=True)
    assert await profiles.of(TENANT, CHANNEL, "29:kim") == Profile("29:kim", guest=True)


async def test_who_was_known_stays_who_they_were(
    profiles: Profiles, wire: Wire, hand: Hand
) -> None:
    wire.says(member())
    await profiles.of(TENANT, CHANNEL, SAM)
    hand.now += FRESH
    for answer in (Answer(502), Answer(200, b"<html>"), Answer(403), Answer(200, {"name": 5})):
        wire.says(answer)
        assert not (await profiles.of(TENANT, CHANNEL, SAM)).guest
        hand.now += FRESH


async def test_teams_is_not_asked_again_at_once_where_it_did_not_answer(
    profiles: Profiles, wire: Wire, hand: Hand
) -> None:
    wire.says(Answer(403))
    for _ in range(20):
        await profiles.of(TENANT, CHANNEL, SAM)
    assert len(wire.asked) == 1
    wire.says(member())
    hand.now += 60
    assert not (await profiles.of(TENANT, CHANNEL, SAM)).guest


async def test_nobody_waits_for_long_where_teams_hangs(profiles: Profiles, wire: Wire) -> None:
    wire.says(Answer(waits=asyncio.Event()))
    async with asyncio.timeout(3.5):
        assert (await profiles.of(TENANT, CHANNEL, SAM)).guest
        assert await profiles.is_in(TENANT, CHANNEL, "29:kim") is None


async def test_who_is_in_a_conversation(profiles: Profiles, wire: Wire) -> None:
    wire.says(member())
    assert await profiles.is_in(TENANT, CHANNEL, SAM)
    wire.says(Answer(404))
    assert await profiles.is_in(TENANT, CHANNEL, SAM) is False
