"""Home tabs: kept up to date for who may be looking, each in its order; and who is greeted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiohttp import ClientSession

from bot.platforms.slack import homes as lately
from bot.platforms.slack.carry import Carrier
from bot.platforms.slack.homes import LOOKED, Homes
from bot.port import Answer, Arrived, Opened, Origin
from core.views import HomeView, NoticeView
from tests.bot.platforms.slack.earshot import Earshot


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several changes within a moment are shown as one."""
    monkeypatch.setattr(lately, "LATER", 0.02)


class Minutes:
    """A clock that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def homes_of(place: Earshot, clock: Minutes) -> AsyncIterator[Homes]:
    """Homes of a process of their own."""
    async with ClientSession() as session:
        carrier = Carrier(place.product, place.adapter.installations, place.adapter.sender, session)
        homes = Homes(place.product, carrier, place.memory, clock=clock)
        try:
            yield homes
        finally:
            await homes.close()


def sam(place: Earshot) -> Origin:
    """Sam, alone with the bot."""
    who, team = place.sam.user.id, place.server.team.id
    return Origin("slack", team, who, "Sam", place.sam.direct.id, direct=True, threads=False)


async def changed(place: Earshot, homes: Homes) -> None:
    """Something of Sam's changed, three times."""
    for _ in range(3):
        homes.refresh(place.server.team.id, place.sam.user.id)


def published(place: Earshot) -> int:
    """How often Sam's tab was filled."""
    return [method for method, _ in place.server.calls].count("views.publish")


async def test_a_tab_that_was_opened_follows_for_half_an_hour(place: Earshot) -> None:
    clock = Minutes()
    place.product.answer = Answer(home=HomeView("Sam", (), ()))
    async with homes_of(place, clock) as homes:
        await changed(place, homes)
        homes.look(sam(place))
        await changed(place, homes)
        await place.product.hears(Opened)
        ring = place.server.team.watch()
        while not published(place):
            ring.clear()
            await ring.wait()
        clock.now = LOOKED
        await changed(place, homes)
        kim = place.server.person("kim").user.id
        homes.look(replace(sam(place), user=kim))
        homes.refresh(place.server.team.id, kim)
        assert (await place.product.hears(Opened)).by.user == kim  # and Sam was not told before


async def test_what_is_under_way_is_ended_with_the_process(place: Earshot) -> None:
    place.product.free.clear()
    async with homes_of(place, Minutes()) as homes:
        homes.look(sam(place))
        await changed(place, homes)
        await place.product.hears(Opened)
    place.product.free.set()
    assert [task for task in asyncio.all_tasks() if "_refresh" in repr(task.get_coro())] == []
    assert published(place) == 0


async def test_a_product_that_fails_breaks_no_tab_for_ever(place: Earshot) -> None:
    async with homes_of(place, Minutes()) as homes:
        homes.look(sam(place))
        place.product.failure = RuntimeError("broken")
        await changed(place, homes)
        await place.product.hears(Opened)
        place.product.failure = None
        place.product.answer = Answer(home=HomeView("Sam", (), ()))
        ring = place.server.team.watch()
        while not published(place):
            ring.clear()
            await changed(place, homes)
            await asyncio.wait_for(ring.wait(), 5)
    assert place.sam.home is not None


async def test_what_is_decided_first_is_never_shown_last(place: Earshot) -> None:
    async with homes_of(place, Minutes()) as homes:
        homes.look(sam(place))
        place.product.free.clear()
        await changed(place, homes)
        await place.product.hears(Opened)
        await changed(place, homes)
        await asyncio.sleep(0.05)  # the second is due, and waits for the first
        assert place.product.told == []


async def test_who_has_no_tab_is_told_why_in_it(place: Earshot) -> None:
    place.product.answer = Answer(whispers=(NoticeView("You are a guest here."),))
    place.sam.opens_home()
    await place.quiet()
    assert place.sam.home is not None
    assert "You are a guest here." in str(place.sam.home.blocks)


async def test_people_are_greeted_once_whatever_process_they_come_to(place: Earshot) -> None:
    arrived = Arrived(sam(place), "slack:met")
    async with homes_of(place, Minutes()) as one, homes_of(place, Minutes()) as other:
        first = await asyncio.gather(*(homes.is_first(arrived) for homes in (one, other, one)))
    assert sorted(first) == [False, False, True]


async def test_a_channel_is_greeted_whenever_we_come(place: Earshot) -> None:
    by = Origin("slack", place.server.team.id, place.sam.user.id, "Sam", place.support)
    async with homes_of(place, Minutes()) as homes:
        assert await homes.is_first(Arrived(by, "one"))
        assert await homes.is_first(Arrived(by, "two"))
