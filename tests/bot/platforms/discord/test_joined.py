"""Guilds that the bot comes into and is taken out of, also while nobody listens; and people who
write to it for the first time: each is told once, and whoever is to be greeted is.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bot.platforms.discord.platform import hearing
from bot.port import NOTHING, Answer, Arrived, Closed, Inbound, Installed, Loss
from core.views import NoticeView
from storage.storage import Storage
from tests.bot.platforms.discord.earshot import Earshot, unheard, words
from tests.contracts.product import Product
from tests.discord.payloads import guild_whole
from tests.discord.people import DIRECT, Person

HELLO = Answer(whispers=(NoticeView("Hello."),))
CONNECTED = "discord-connected"  # is logged when all guilds are known


class Greeting(Product):
    """A product that says hello to whoever it is to greet, and nothing else."""

    async def receive(self, inbound: Inbound) -> Answer:
        """What to answer."""
        await super().receive(inbound)
        return HELLO if isinstance(inbound, Arrived | Installed) else NOTHING


@dataclass
class Process:
    """One that listens; `told` is what its product hears."""

    place: Earshot
    told: list[Inbound]
    log: list[EventDict]

    async def knows_its_guilds(self) -> None:
        """Until it knows which there are, and has told what is news of them."""
        await self.place.until(lambda: CONNECTED in [line["event"] for line in self.log])
        await self.place.quiet()


@asynccontextmanager
async def listening(place: Earshot) -> AsyncIterator[Process]:
    """A process, until its end: then all was told, and answered."""
    product = Greeting()
    with capture_logs() as log:
        async with hearing(place.adapter, product) as place.ears, place.listening():
            process = Process(place, product.told, log)
            yield process
            await process.knows_its_guilds()


async def listened(place: Earshot) -> list[type[Inbound]]:
    """A process comes and goes, and nothing happens meanwhile; what it tells."""
    async with listening(place) as process:
        pass
    return [type(each) for each in process.told]


def hellos(person: Person) -> int:
    """How often somebody was greeted."""
    return [words(each) for each in person.sees(DIRECT) if each.by_app].count("Hello.")


@pytest.fixture
async def place(kept: Storage) -> AsyncIterator[Earshot]:
    """Discord and our adapter, not connected."""
    async with unheard(kept) as made:
        yield made


async def test_what_the_bot_was_in_before_it_ever_listened_is_no_news(place: Earshot) -> None:
    assert await listened(place) == []
    assert await listened(place) == []
    assert hellos(place.server.person("ada")) == 0


async def test_a_guild_that_it_comes_into_just_after_it_connected_is_greeted_once(
    place: Earshot,
) -> None:
    async with listening(place) as process:
        rival = place.server.adds_guild("Rival")
    [installed] = process.told
    assert isinstance(installed, Installed)
    assert (installed.by.workspace, installed.workspace_name) == (rival.id, "Rival")
    assert await listened(place) == []
    assert hellos(place.server.person("ada")) == 1


async def test_a_guild_that_it_comes_into_later_is_greeted_once(place: Earshot) -> None:
    async with listening(place) as process:
        await process.knows_its_guilds()
        place.server.adds_guild("Rival")
    assert [type(each) for each in process.told] == [Installed]
    assert await listened(place) == []
    assert hellos(place.server.person("ada")) == 1


async def test_a_guild_that_it_came_into_while_nobody_listened_is_greeted_once(
    place: Earshot,
) -> None:
    assert await listened(place) == []
    place.server.adds_guild("Rival")
    assert await listened(place) == [Installed]
    assert await listened(place) == []
    assert hellos(place.server.person("ada")) == 1


async def test_a_greeting_that_could_not_be_sent_is_sent_later(place: Earshot) -> None:
    ada = place.server.person("ada")
    await listened(place)
    ada.shuts_direct()
    place.server.adds_guild("Rival")
    await listened(place)
    assert hellos(ada) == 0
    ada.shuts_direct(on=False)
    await listened(place)
    await listened(place)
    assert hellos(ada) == 1


async def test_a_guild_that_it_is_taken_out_of_is_lost_and_comes_back_as_a_new_one(
    place: Earshot,
) -> None:
    ada = place.server.person("ada")
    async with listening(place) as process:
        await process.knows_its_guilds()
        ada.kicks_bot()
    [closed] = process.told
    assert isinstance(closed, Closed)
    assert (closed.workspace, closed.channel) == (place.server.guild.id, "")
    assert (closed.thread, closed.loss) == ("", Loss.REMOVED)
    assert await listened(place) == []
    ada.adds_bot()
    assert await listened(place) == [Installed]


async def test_a_guild_that_it_was_taken_out_of_while_nobody_listened_is_lost_once(
    place: Earshot,
) -> None:
    assert await listened(place) == []
    place.server.person("ada").kicks_bot()
    assert await listened(place) == [Closed]
    assert await listened(place) == []


async def test_a_guild_that_has_an_outage_when_we_connect_is_neither_left_nor_joined(
    place: Earshot,
) -> None:
    await listened(place)
    chat, gateway = place.server.chat, place.server.gateway
    gateway.welcomes = lambda _: []
    async with listening(place) as process:
        await process.knows_its_guilds()
        gateway.tell("GUILD_CREATE", guild_whole(chat, chat.guild), 1)
    assert process.told == []


async def test_who_writes_to_it_for_the_first_time_is_greeted_once(place: Earshot) -> None:
    async with listening(place) as process:
        for text in ("Hi", "there"):
            place.sam.writes(text, DIRECT)
    assert [type(each) for each in process.told].count(Arrived) == 1
    async with listening(place) as process:
        place.sam.writes("again", DIRECT)
    assert hellos(place.sam) == 1


async def test_who_could_not_be_greeted_is_by_the_next_process(place: Earshot) -> None:
    place.sam.shuts_direct()
    async with listening(place):
        place.sam.writes("Hi", DIRECT)
    assert hellos(place.sam) == 0
    place.sam.shuts_direct(on=False)
    async with listening(place):
        for text in ("Is anybody", "there?"):
            place.sam.writes(text, DIRECT)
    assert hellos(place.sam) == 1
