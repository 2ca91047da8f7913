"""What is done to messages that became notes while nobody listens: it is told at the next start,
once; of what the product does not know, and of what it was told before, nothing is.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from bot.platforms.discord.platform import hearing
from bot.port import NOTHING, Answer, Deleted, Edited, Inbound, Reacted, Receipt, Replied
from storage.storage import Storage
from tests.bot.platforms.discord.earshot import Earshot, unheard
from tests.contracts.product import Product
from tests.discord.limits import Trouble
from tests.discord.people import DIRECT, Person
from tests.discord.world import Message

TAKEN = Answer(receipt=Receipt.TAKEN)
HISTORY = "GET /channels/{}/messages"
Told = list[tuple[type[Inbound], str]]


class Noting(Product):
    """A product to which every message is a note that does not begin with two slashes."""

    async def receive(self, inbound: Inbound) -> Answer:
        """What to answer."""
        await super().receive(inbound)
        is_note = isinstance(inbound, Replied) and not inbound.text.startswith("//")
        return TAKEN if is_note else NOTHING


@dataclass
class Thread:
    """A thread of ours, and what its product is told of it."""

    place: Earshot
    id: str

    @asynccontextmanager
    async def heard(self) -> AsyncIterator[Told]:
        """A process that listens until the end; what is told by then, with what it is about."""
        product, told = Noting(), Told()
        ears = hearing(self.place.adapter, product)
        async with ears as self.place.ears, self.place.listening():
            await self.place.until(lambda: not self.place.ears.missed.is_behind)
            yield told
            await self.place.quiet()
        told += [(type(each), about(each)) for each in product.told]

    async def missed(self) -> Told:
        """What is told of what happened since the last process."""
        async with self.heard() as told:
            pass
        return told

    def writes(self, text: str, who: Person | None = None) -> Message:
        """Sam, or somebody else, writes in it."""
        return (who or self.place.sam).writes(text, "support", self.id)


def about(inbound: Inbound) -> str:
    """What it says, or whether it was put on."""
    match inbound:
        case Replied(text=text) | Edited(text=text):
            return text
        case Reacted(by=by, added=added):
            return f"{by.name} {'on' if added else 'off'}"
        case Deleted(message=message):
            return message
        case _:
            return ""


@pytest.fixture
async def thread(kept: Storage) -> AsyncIterator[Thread]:
    """Nobody listens; somebody did before."""
    async with unheard(kept) as place:
        made = Thread(place, (await place.thread()).thread)
        await made.missed()
        yield made


async def test_what_was_changed_is_heard_as_it_reads_now(thread: Thread) -> None:
    async with thread.heard():
        red, blue = thread.writes("The lamp is red."), thread.writes("The cable is blue.")
    sam = thread.place.sam
    sam.edits(red.id, "The lamp is yellow.")
    sam.edits(red.id, "The lamp is green.")
    assert await thread.missed() == [(Edited, "The lamp is green.")]
    assert await thread.missed() == []
    sam.edits(blue.id, "The cable is black.")
    assert await thread.missed() == [(Edited, "The cable is black.")]


async def test_what_was_heard_when_it_was_changed_is_not_told_again(thread: Thread) -> None:
    async with thread.heard() as told:
        red = thread.writes("The lamp is red.")
        await thread.place.quiet()
        thread.place.sam.edits(red.id, "The lamp is green.")
    assert told == [(Replied, "The lamp is red."), (Edited, "The lamp is green.")]
    assert await thread.missed() == []


@asynccontextmanager
async def while_it_is_read(thread: Thread) -> AsyncIterator[Noting]:
    """A process that reads what was missed, and has not got it yet; until it has."""
    place, product = thread.place, Noting()
    place.server.trouble = Trouble.SLOW
    before = place.server.counts[HISTORY]
    async with hearing(place.adapter, product) as place.ears, place.listening():
        await place.until(lambda: place.server.counts[HISTORY] > before)
        yield product
        await place.until(lambda: not place.ears.missed.is_behind)
        place.server.trouble = None
        await place.quiet()


async def test_a_change_that_is_heard_before_its_message_is_not_told_again(
    thread: Thread,
) -> None:
    async with thread.heard():
        thread.writes("Look at the router.")
    async with while_it_is_read(thread) as product:
        red = thread.writes("The lamp is red.")
        thread.place.sam.edits(red.id, "The lamp is green.")
    assert [type(each) for each in product.told] == [Edited, Replied]
    assert await thread.missed() == []


async def test_a_change_that_comes_while_an_older_one_is_read_is_the_last_one_told(
    thread: Thread,
) -> None:
    async with thread.heard():
        red = thread.writes("The lamp is red.")
    thread.place.sam.edits(red.id, "The lamp is yellow.")
    async with while_it_is_read(thread) as product:
        thread.place.sam.edits(red.id, "The lamp is green.")
    assert [about(each) for each in product.told] == ["The lamp is green."]
    assert await thread.missed() == []


async def test_what_was_taken_back_is_told_once(thread: Thread) -> None:
    async with thread.heard():
        written = [thread.writes(f"note {number}") for number in range(3)]
    thread.place.sam.deletes(written[1].id)
    assert await thread.missed() == [(Deleted, written[1].id)]
    assert await thread.missed() == []


async def test_what_was_heard_just_before_a_process_was_killed_follows_too(
    thread: Thread,
) -> None:
    async with thread.heard():
        red, blue = thread.writes("The lamp is red."), thread.writes("The cable is blue.")
    before = str(int(red.id) - 1)
    await thread.place.memory.keep("heard", "last", before)  # it had no time to store it
    thread.place.sam.edits(red.id, "The lamp is green.")
    thread.place.sam.deletes(blue.id)
    assert await thread.missed() == [(Edited, "The lamp is green."), (Deleted, blue.id)]


async def test_what_may_not_be_read_is_not_taken_for_deleted(thread: Thread) -> None:
    async with thread.heard():
        thread.writes("The lamp is red.")
    thread.place.server.person("ada").permits("support", "Read Message History", on=False)
    assert await thread.missed() == []


async def test_who_keeps_a_note_out_and_who_does_not_any_more_is_told_once(thread: Thread) -> None:
    kim, sam = thread.place.server.person("kim"), thread.place.sam
    async with thread.heard():
        note = thread.writes("The lamp is red.")
    kim.reacts(note.id, "⛔")
    sam.reacts(note.id, "👍")
    assert await thread.missed() == [(Reacted, "Kim on")]
    assert await thread.missed() == []
    kim.reacts(note.id, "⛔", on=False)
    [(_, said)] = await thread.missed()
    assert said.endswith(" off")
    async with thread.heard():
        sam.reacts(note.id, "⛔")
    assert await thread.missed() == []


async def test_what_was_written_and_kept_out_is_both_told_in_its_order(thread: Thread) -> None:
    note = thread.writes("The lamp is red.")
    thread.place.server.person("kim").reacts(note.id, "🚫")
    assert await thread.missed() == [(Replied, "The lamp is red."), (Reacted, "Kim on")]
    assert await thread.missed() == []


async def test_in_a_direct_conversation_it_is_the_same(thread: Thread) -> None:
    sam = thread.place.sam
    async with thread.heard():
        sam.writes("Hello", "support")
        red, blue = sam.writes("The lamp is red.", DIRECT), sam.writes("So is the other.", DIRECT)
    sam.edits(red.id, "The lamp is green.")
    sam.deletes(blue.id)
    assert await thread.missed() == [(Edited, "The lamp is green."), (Deleted, blue.id)]


async def test_in_a_thread_that_has_archived_itself_it_is_the_same(thread: Thread) -> None:
    async with thread.heard():
        note = thread.writes("The lamp is red.")
    thread.place.sam.deletes(note.id)
    thread.place.server.person("ada").archives(thread.id)
    assert await thread.missed() == [(Deleted, note.id)]


async def test_what_is_no_note_is_not_looked_at_again(thread: Thread) -> None:
    async with thread.heard():
        aside, other = thread.writes("// lunch?"), thread.writes("// pizza")
    sam, calls = thread.place.sam, thread.place.server.calls
    sam.edits(aside.id, "// dinner?")
    sam.deletes(other.id)
    sam.reacts(aside.id, "⛔")
    before = len(calls)
    assert await thread.missed() == []
    asked = [path for method, path, _ in calls[before:] if method == "GET" and thread.id in path]
    assert asked == []


async def test_after_a_day_a_note_is_not_looked_at_again(thread: Thread, kept: Storage) -> None:
    async with thread.heard():
        note = thread.writes("The lamp is red.")
    async with kept.database.raw() as raw:
        await raw.execute("UPDATE memory SET expires_at = expires_at - interval '25 hours'")
    thread.place.sam.deletes(note.id)
    assert await thread.missed() == []
