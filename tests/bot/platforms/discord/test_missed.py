"""What was written while nobody listened is read at the next start: all of it, once, in the order
of each place; of what was heard before, nothing.
"""

import asyncio

import pytest
from structlog.typing import EventDict

from bot.platforms.discord import missed
from bot.platforms.discord.platform import hearing
from bot.port import Edited, Replied
from core.access import Role
from storage.storage import Storage
from tests.bot.platforms.discord.earshot import Earshot, unheard
from tests.discord.limits import Trouble
from tests.discord.payloads import guild_whole


async def heard(place: Earshot, number: int) -> list[tuple[str, str]]:
    """Where what was written, as the product heard it."""
    await place.notes(number)
    said = [each for each in place.product.told if isinstance(each, Replied)]
    return [(each.by.thread, each.text) for each in said]


async def begun(place: Earshot) -> tuple[str, str]:
    """Two threads in which something was heard."""
    threads = (await place.thread()).thread, (await place.thread()).thread
    for thread in threads:
        place.sam.writes("before", "support", thread)
    place.sam.writes("before", "direct")
    await place.notes(3)
    place.product.told.clear()
    return threads


async def test_after_a_stop_and_a_start_everything_is_heard_once_and_in_its_order(
    kept: Storage,
) -> None:
    async with unheard(kept) as place:
        async with place.listening():
            one, other = await begun(place)
        kim = place.server.person("kim")
        for number in range(120):  # more than one page of history
            (kim if number % 3 else place.sam).writes(f"note {number}", "support", one)
        place.sam.writes("a note there", "support", other)
        place.sam.writes("and alone", "direct")
        place.sam.writes("to nobody", "support")
        async with place.listening():
            place.sam.writes("written just now", "support", one)
            place.sam.writes("there, too", "support", other)
            found = await heard(place, 124)
    notes = [f"note {number}" for number in range(120)]
    assert [text for thread, text in found if thread == one] == [*notes, "written just now"]
    assert [text for thread, text in found if thread == other] == ["a note there", "there, too"]
    assert [text for thread, text in found if not thread] == ["and alone"]


async def test_another_process_goes_on_where_one_was_killed(
    kept: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missed, "STORED", 0.05)
    async with unheard(kept) as place:
        async with place.listening():
            one, _ = await begun(place)
            await asyncio.sleep(0.2)  # what was heard last is kept
        place.sam.writes("while nobody listens", "support", one)
        async with hearing(place.adapter, place.product) as ears:
            place.ears = ears
            async with place.listening():
                assert ("while nobody listens") in await place.notes(1)
                assert place.product.told != []


async def test_a_history_that_cannot_be_read_at_once_is_read_later(
    kept: Storage, log: list[EventDict]
) -> None:
    async with unheard(kept) as place:
        async with place.listening():
            one, _ = await begun(place)
        place.sam.writes("while nobody listens", "support", one)
        async with place.listening():
            place.server.trouble = Trouble.DOWN
            place.sam.writes("just now", "support", one)
            await place.until(lambda: "discord-not-caught-up" in [e["event"] for e in log])
            place.server.trouble = None
            assert await place.notes(2) == ["while nobody listens", "just now"]


async def test_a_guild_that_comes_late_is_read_when_it_comes(
    kept: Storage, log: list[EventDict]
) -> None:
    async with unheard(kept) as place:
        async with place.listening():
            one, _ = await begun(place)
        place.sam.writes("while nobody listens", "support", one)
        chat, gateway = place.server.chat, place.server.gateway
        gateway.welcomes = lambda _: []  # an outage
        log.clear()
        async with place.listening():
            await place.until(lambda: "discord-connected" in [e["event"] for e in log])
            await place.quiet()
            assert place.product.told == []
            gateway.tell("GUILD_CREATE", guild_whole(chat, chat.guild) | {"unavailable": False}, 1)
            assert await place.notes(1) == ["while nobody listens"]


async def test_what_was_changed_meanwhile_is_heard_as_it_reads_now(kept: Storage) -> None:
    async with unheard(kept) as place:
        async with place.listening():
            one, _ = await begun(place)
        written = place.sam.writes("the lamp is red", "support", one)
        place.sam.edits(written.id, "the lamp is green")
        gone = place.sam.writes("the lamp is blue", "support", one)
        place.sam.deletes(gone.id)
        async with place.listening():
            assert await place.notes(1) == ["the lamp is green"]
            place.sam.edits(written.id, "the lamp is yellow")
            changed = [each.text for each in await place.told() if isinstance(each, Edited)]
    assert changed == ["the lamp is yellow"]


async def test_what_others_threads_hold_is_nobodys_business(kept: Storage) -> None:
    async with unheard(kept) as place:
        async with place.listening():
            await begun(place)
            root = place.sam.writes("lunch?", "support")
            theirs = place.sam.opens_thread(root.id, "Lunch")
            await place.quiet()
            place.product.told.clear()
        place.sam.writes("pizza", "support", theirs.id)
        async with place.listening():
            await asyncio.sleep(3)  # the library waits for guilds
            await place.quiet()
            assert place.product.told == []


async def test_who_is_a_guest_is_one_in_what_they_wrote_meanwhile_too(kept: Storage) -> None:
    async with unheard(kept, roles={"Newcomers": Role.GUEST}) as place:
        gus = place.server.person("gus")
        async with place.listening():
            one, _ = await begun(place)
            gus.writes("I am new", "support", one)
            await place.notes(1)
        gus.writes("while nobody listens", "support", one)
        place.sam.writes("nor now", "support", one)
        async with place.listening():
            await place.notes(3)
    said = [each for each in place.product.told if isinstance(each, Replied)]
    assert [(each.text, each.by.guest) for each in said] == [
        ("I am new", True),
        ("while nobody listens", True),
        ("nor now", False),
    ]


async def test_what_is_not_saved_yet_does_not_count_as_heard(kept: Storage) -> None:
    async with unheard(kept) as place, place.listening():
        await begun(place)
        thread = (await place.thread()).thread
        await place.quiet()
        place.product.free.clear()
        slow = place.sam.writes("takes long", "support", thread)
        place.sam.writes("waits behind it", "support", thread)
        await place.until(lambda: len(place.product.told) or None)
        await place.ears.missed.store()
        assert int(await place.memory.recall("heard", "last") or 0) < int(slow.id)
        place.product.free.set()
        await place.notes(2)
        await place.ears.missed.store()
        assert int(await place.memory.recall("heard", "last") or 0) > int(slow.id)
