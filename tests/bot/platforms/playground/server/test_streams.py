"""The streams: nothing is lost, nothing is seen by who must not, whoever changed it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest

from bot.platforms.playground import wire
from bot.platforms.playground.server.caller import Pace
from bot.platforms.playground.server.directory import Directory
from bot.platforms.playground.server.floor import SETTLED, Floor
from bot.platforms.playground.server.hub import STREAMS, Hub
from bot.platforms.playground.server.messages import Messages
from bot.platforms.playground.server.refusals import Refused
from bot.platforms.playground.server.store import Store
from bot.platforms.playground.server.stream import ROOM, Stream
from storage.storage import Storage
from tests.bot.platforms.playground.server.chatting import (
    Event,
    House,
    buttons,
    channel_of,
    good,
    housed,
    refused,
)
from tests.bot.platforms.playground.server.streaming import looking, served


@pytest.fixture
async def client(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with served(house) as made:
        yield made


async def test_what_changes_is_told_at_once_as_it_is_then(
    house: House, client: httpx.AsyncClient
) -> None:
    async with looking(client) as reader:
        step = await house.post(text="one", blocks=buttons("a"))
        first = wire.Message.model_validate((await reader.next()).data)
        house.bot.says["click"] = {"replace": {"text": "two"}}
        await house.click("kim", step, "a")
        second = wire.Message.model_validate((await reader.next()).data)
        await house.client.put(f"/api/as/kim/messages/{step}/reactions/eyes")
        third = wire.Message.model_validate((await reader.next()).data)
        await house.client.delete(f"/api/as/kim/messages/{step}")
        last = wire.Message.model_validate((await reader.next()).data)
    assert [m.text for m in (first, second, third, last)] == ["one", "two", "two", ""]
    assert first.version < second.version < third.version < last.version
    assert (third.reactions, last.deleted) == ({"eyes": ["kim"]}, True)


async def test_a_reply_tells_of_the_message_it_hangs_under_too(
    house: House, client: httpx.AsyncClient
) -> None:
    root = await house.post(text="root")
    async with looking(client) as reader:
        await house.write("kim", "reply", thread=root)
        assert (await reader.until(text="reply"))["thread"] == root
        assert (await reader.until(id=root))["replies"] == 1


async def test_replies_are_answered_with_a_reaction_and_whispers(
    house: House, client: httpx.AsyncClient
) -> None:
    def taken(event: Event) -> dict[str, Any]:
        return {"reaction": "taken", "whispers": [{"text": f"Noted: {event['text']}"}]}

    house.bot.says["message"] = taken
    root = await house.post(text="root")
    async with looking(client) as reader:
        note = await house.write("sam", "rebooted", thread=root)
        await reader.until(id=note["id"], reactions={"taken": ["resolutionflow"]})
        whisper = await reader.until(text="Noted: rebooted")
    assert (whisper["thread"], whisper["audience"]) == (root, "sam")


async def test_nobody_hears_what_is_for_another(house: House, client: httpx.AsyncClient) -> None:
    listed = good(await house.client.get("/api/as/sam/channels"))
    mine = channel_of(listed, direct=True).id
    async with looking(client, "sam") as sam, looking(client, "kim") as kim:
        await house.post(mine, text="in private")
        await house.post(text="psst", audience="sam")
        await house.post(text="for all")
        assert (await kim.next()).data["text"] == "for all"
        assert [(await sam.next()).data["text"] for _ in range(3)] == [
            "in private",
            "psst",
            "for all",
        ]
        left = sam.last
    await house.post(mine, text="in private again")
    await house.post(text="psst again", audience="sam")
    await house.post(text="for all again")
    async with looking(client, "kim", after=left) as kim:
        await kim.until(text="for all again")
        assert not [told for told in kim.seen if "p" in told.data["text"]]
    async with looking(client, "sam", after=left) as sam:
        await sam.until(text="psst again")
        await sam.until(text="for all again")


async def test_a_stream_that_broke_off_goes_on_without_a_loss(
    house: House, client: httpx.AsyncClient
) -> None:
    step = await house.post(text="one")
    async with looking(client) as reader:
        await house.post(text="seen")
        last = (await reader.next()).id
    posted = [await house.post(text=f"away {number}") for number in range(20)]
    await house.call("PATCH", f"/messages/{step}", json={"text": "one, edited"})
    async with looking(client, after=last) as reader:
        assert (await reader.until(id=step))["text"] == "one, edited"
    assert {told.data["id"] for told in reader.seen} >= set(posted)
    async with looking(client, params={"after": str(last)}) as reader:
        await reader.until(id=posted[-1])


async def test_a_stream_that_never_said_anything_goes_on_too(
    house: House, client: httpx.AsyncClient
) -> None:
    async with looking(client) as reader:
        last = reader.last
    posted = await house.post(text="away")
    async with looking(client, after=last) as reader:
        await reader.until(id=posted)


async def test_who_is_too_far_behind_reads_everything_anew(
    house: House, client: httpx.AsyncClient
) -> None:
    async with looking(client) as reader:
        last = reader.last
    async with house.store.connect() as connection:
        await connection.execute(
            "INSERT INTO playground.message (channel, author, text)"
            " SELECT 'c1', 'sam', 'x' FROM generate_series(1, 700)"
        )
    async with looking(client, after=last) as reader:
        told = await reader.next("reload")
    async with looking(client, after=told.id) as reader:
        posted = await house.post(text="new")
        await reader.until(id=posted)
        assert not [told for told in reader.seen if told.kind == "reload"]


async def test_a_number_of_another_time_means_reading_anew(
    house: House, client: httpx.AsyncClient
) -> None:
    async with looking(client, after=10**12) as reader:
        await reader.next("reload")
    for after in ("x", "-1", "1.5", "9" * 30, "²"):
        answer = await client.get("/api/as/sam/events", params={"after": after})
        assert "number" in refused(answer, 400)


async def test_what_another_process_changes_is_told(
    house: House, client: httpx.AsyncClient, storage: Storage
) -> None:
    async with housed(storage) as other, looking(client) as reader:
        step = await other.post(text="one", blocks=buttons("a"))
        await reader.until(id=step)
        other.bot.says["click"] = {"replace": {"text": "two"}}
        await other.click("kim", step, "a")
        await reader.until(id=step, text="two")
        made = good(await other.client.post("/api/channels", json={"name": "new"}))
        await reader.next("channels")
        posted = await other.post(made["id"], text="in the new one")
        await reader.until(id=posted)
        await other.client.delete(f"/api/as/sam/messages/{step}")
        await reader.until(id=step, deleted=True)
        refused(await house.click("kim", step, "a"), 404)


async def test_what_is_committed_late_is_told_nevertheless(
    house: House, client: httpx.AsyncClient, storage: Storage
) -> None:
    insert = "INSERT INTO playground.message (channel, author, text) VALUES ('c1', 'sam', $1)"
    async with storage.database.raw() as raw:
        async with looking(client) as reader:
            async with raw.transaction():
                await raw.execute(insert, "late")
                later = await house.post(text="took a later number")
                await reader.until(id=later)
            await reader.until(text="late")
        async with looking(client) as reader, raw.transaction():
            await raw.execute(insert, "later still")
            later = await house.post(text="seen before it left")
            await reader.until(id=later)
        async with looking(client, after=reader.last) as again:
            await again.until(text="later still")


async def test_after_a_crash_that_lost_changes_everything_is_read_anew_and_told_again(
    house: House, client: httpx.AsyncClient
) -> None:
    """A change of the bot's is not waited for on disk: its number may be given twice then."""
    step = await house.post(text="one")
    async with looking(client) as reader, house.store.connect() as connection:
        last = await connection.fetchval("SELECT last_value FROM playground.change")
        for text in ("two", "three", "four"):
            await house.call("PATCH", f"/messages/{step}", json={"text": text})
        await reader.until(text="four")
        await connection.fetchval("SELECT setval('playground.change', $1)", last)
        await reader.next("reload")
        await house.post(text="with a number that was seen before")
        await reader.until(text="with a number that was seen before")


async def test_any_text_is_one_event(house: House, client: httpx.AsyncClient) -> None:
    text = 'a\r\nb\u2028c\u2029d\x85e\n\ndata: "f"'
    async with looking(client) as reader:
        await house.write("sam", text)
        assert (await reader.next()).data["text"] == text


async def test_channels_are_told(house: House, client: httpx.AsyncClient) -> None:
    async with looking(client) as reader:
        await house.client.post("/api/channels", json={"name": "new"})
        await reader.next("channels")
        await house.client.patch("/api/channels/c3", json={"writable": True})
        await reader.next("channels")


async def test_two_hundred_look_at_once(house: House, client: httpx.AsyncClient) -> None:
    people = ("sam", "kim", "vic", "ada", "gus")
    async with AsyncExitStack() as stack:
        readers = await asyncio.gather(
            *(
                stack.enter_async_context(looking(client, people[number % 5]))
                for number in range(200)
            )
        )
        posted = [await house.post(text=f"number {number}") for number in range(5)]
        found = await asyncio.gather(*(reader.until(id=posted[-1]) for reader in readers))
    assert len(found) == 200
    for reader in readers:
        assert [told.data["id"] for told in reader.seen] == posted


async def test_silence_is_broken_with_where_to_go_on_from(storage: Storage) -> None:
    pace = Pace(heartbeat=0.01, poll=0.02)
    async with (
        housed(storage, pace=pace) as house,
        served(house) as client,
        looking(client) as reader,
    ):
        await reader.comment()
        await reader.comment()


async def test_streams_end_when_the_server_does(storage: Storage) -> None:
    async with AsyncExitStack() as stack:
        async with housed(storage) as house:
            client = await stack.enter_async_context(served(house))
            reader = await stack.enter_async_context(looking(client))
        await reader.ended()
        refused(await client.get("/api/as/sam/events"), 503)


async def test_five_hundred_may_look_and_no_more(storage: Storage) -> None:
    store = Store(storage.database.raw)
    await store.app()
    hub = Hub(Directory(store), Messages(store.connect))
    streams = [await hub.open("sam", None) for _ in range(STREAMS)]
    with pytest.raises(Refused, match="Too many") as raised:
        await hub.open("sam", None)
    assert (raised.value.status_code, raised.value.headers) == (503, {"Retry-After": "60"})
    hub.leave(streams[0])
    await hub.open("kim", None)


async def test_a_reader_that_is_too_slow_is_told_to_read_anew() -> None:
    stream = Stream("sam")
    for number in range(ROOM + 1):
        stream.push(f"data: {number}\n\n".encode())
    sent = [part async for part in stream.sent(60, lambda: b"")]
    assert sent == [b"event: reload\ndata: {}\n\n"]


def test_a_number_is_certain_once_all_before_it_must_have_ended() -> None:
    now = 0.0
    floor = Floor(clock=lambda: now)
    floor.start(1_000, {990, 998})
    assert floor.number == 900
    assert [floor.see(number) for number in (990, 995, 1_002, 1_002)] == [
        False,
        True,
        True,
        False,
    ]
    now = SETTLED
    assert floor.number == 1_002
    assert floor.see(1_001)
    assert floor.seen == []
