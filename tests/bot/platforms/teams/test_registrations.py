"""The registrations that Teams may speak to us for: one that is set, others that were added; each
process knows soon what another added or took away.
"""

import secrets
from dataclasses import dataclass, replace

import pytest

from bot.platforms.teams.application import Application, Registration
from bot.platforms.teams.registrations import FRESH, Registrations
from bot.port import Memory
from storage.storage import Storage

OWN = Registration("client-own", secrets.token_urlsafe(), "tenant-own")
RIVAL = Registration("client-rival", secrets.token_urlsafe(), "tenant-rival")


@dataclass
class Hand:
    """Time that passes only when a test says so."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hand() -> Hand:
    return Hand()


def known(memory: Memory, hand: Hand, own: Registration | None = OWN) -> Registrations:
    """A process."""
    return Registrations(Application(own, "", "", ""), memory, clock=hand)


async def test_the_one_that_is_set_comes_first_and_others_follow(
    memory: Memory, hand: Hand
) -> None:
    one = known(memory, hand)
    assert await one.all() == (OWN,)
    await one.keep(RIVAL)
    assert await one.all() == (OWN, RIVAL)
    assert await one.of_client("client-rival") == RIVAL
    assert await one.of_tenant("tenant-own") == OWN
    assert await one.of_tenant("nobody") is None
    assert await known(memory, hand, None).all() == (RIVAL,)


async def test_what_is_set_stands_for_its_tenant_whatever_was_added(
    memory: Memory, hand: Hand
) -> None:
    await known(memory, hand, None).keep(replace(OWN, client_id="client-old"))
    one = known(memory, hand)
    assert await one.all() == (OWN,)
    assert await one.of_client("client-old") is None


async def test_another_process_knows_soon(memory: Memory, hand: Hand) -> None:
    one, other = known(memory, hand), known(memory, hand)
    assert await other.of_client("client-rival") is None
    await one.keep(RIVAL)
    hand.now += 1
    assert await other.of_client("client-rival") == RIVAL
    newer = replace(RIVAL, client_secret=secrets.token_urlsafe())
    await one.keep(newer)
    assert await one.of_tenant("tenant-rival") == newer
    assert await other.of_tenant("tenant-rival") == RIVAL
    hand.now += FRESH
    assert await other.of_tenant("tenant-rival") == newer
    assert await one.forget("tenant-rival")
    assert not await one.forget("tenant-rival")
    assert await one.of_client("client-rival") is None
    hand.now += FRESH
    assert await other.of_client("client-rival") is None


async def test_who_asks_for_nobody_that_there_is_does_not_wear_the_memory_out(
    memory: Memory, hand: Hand, kept: Storage
) -> None:
    one = known(memory, hand)
    await one.of_client("nobody")
    await known(memory, hand, None).keep(RIVAL)
    for number in range(100):
        assert await one.of_client(f"nobody-{number}") is None
    assert await one.of_client("client-rival") is None  # it was looked for a moment ago
    hand.now += 1
    assert await one.of_client("client-rival") == RIVAL


async def test_a_secret_is_not_readable_where_it_is_kept(
    memory: Memory, hand: Hand, kept: Storage
) -> None:
    await known(memory, hand).keep(RIVAL)
    async with kept.database.raw() as raw:
        rows = await raw.fetch("SELECT * FROM memory")
    assert rows
    assert RIVAL.client_secret not in str([dict(row) for row in rows])
    assert RIVAL.client_secret not in repr(RIVAL)
