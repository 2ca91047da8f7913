"""Events that nobody waits for: signed, in order, again when they are not taken, never lost."""

import asyncio
import hashlib
import hmac
import time

from bot.platforms.playground import wire
from bot.platforms.playground.server.caller import signed
from storage.storage import Storage
from tests.bot.platforms.playground.server.chatting import (
    PATIENCE,
    House,
    buttons,
    good,
    housed,
)

LAST = "that was all"  # written last: who hears it has heard everything before


async def left(house: House) -> int:
    """How many events were not taken yet."""
    async with house.store.connect() as connection:
        return int(await connection.fetchval("SELECT count(*) FROM playground.undelivered"))


async def settled(house: House) -> None:
    """Wait until the bot took everything in the first channel, or it was given up."""
    await house.write("ada", LAST)
    async with asyncio.timeout(PATIENCE):
        times = 1
        while house.bot.told("message")[-1:] == [] or texts(house)[-1] != LAST:
            await house.bot.heard("message", times)
            times += 1


def texts(house: House) -> list[str]:
    return [event["text"] for event in house.bot.told("message")]


async def test_an_event_is_signed_as_the_contract_says(house: House) -> None:
    await house.write("sam", "grüße")
    await house.bot.heard("message")
    headers, body = house.bot.headers[0], house.bot.bodies[0]
    stamp = headers[wire.TIMESTAMP]
    assert abs(int(stamp) - time.time()) < 60
    code = hmac.new(house.app.secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256)
    assert headers[wire.SIGNATURE] == f"v1={code.hexdigest()}"
    assert wire.RETRY not in headers


def test_another_secret_time_or_body_is_another_signature() -> None:
    codes = {
        signed("secret", b"{}", now=1)[wire.SIGNATURE],
        signed("secre", b"{}", now=1)[wire.SIGNATURE],
        signed("secret", b"{} ", now=1)[wire.SIGNATURE],
        signed("secret", b"{}", now=2)[wire.SIGNATURE],
    }
    assert len(codes) == 4


async def test_events_of_a_channel_come_in_order(house: House) -> None:
    written = [str(number) for number in range(30)]
    for text in written:
        await house.write("sam", text)
    await house.bot.heard("message", 30)
    assert texts(house) == written


async def test_an_event_that_is_not_taken_comes_again_before_the_next(house: House) -> None:
    house.bot.statuses = [500, 503, 404]
    await house.write("sam", "one")
    await house.write("sam", "two")
    await house.bot.heard("message", 5)
    assert texts(house) == ["one", "one", "one", "one", "two"]
    assert len({event["id"] for event in house.bot.events}) == 2
    assert [headers.get(wire.RETRY) for headers in house.bot.headers] == [
        None,
        "1",
        "2",
        "3",
        None,
    ]


async def test_after_three_more_tries_it_is_given_up(house: House) -> None:
    house.bot.statuses = [500] * 4
    await house.write("sam", "one")
    await settled(house)
    assert texts(house) == ["one"] * 4 + [LAST]


async def test_trouble_in_one_channel_does_not_stop_another(house: House) -> None:
    house.bot.talks.clear()
    await house.write("sam", "slow")
    await house.bot.heard("message")
    house.bot.says["message"] = {}
    await house.write("sam", "fast", channel="c2")
    await house.bot.heard("message", 2)
    assert texts(house) == ["slow", "fast"]


async def test_a_server_that_ended_loses_nothing(storage: Storage) -> None:
    async with housed(storage, working=False) as house:
        note = await house.write("sam", "one")
        good(await house.client.put(f"/api/as/sam/messages/{note['id']}/reactions/eyes"))
        good(await house.client.delete(f"/api/as/sam/messages/{note['id']}"))
        assert house.bot.events == []
    async with housed(storage) as restarted:
        await restarted.bot.heard("message-deleted")
        kinds = [event["type"] for event in restarted.bot.events]
        assert kinds == ["message", "reaction", "message-deleted"]
        assert {event["message"] for event in restarted.bot.events} == {note["id"]}


async def test_what_one_process_took_and_died_with_another_tries(storage: Storage) -> None:
    async with housed(storage, working=False) as house:
        await house.write("sam", "one")
        async with house.store.connect() as connection:
            await connection.execute(
                "UPDATE playground.undelivered SET attempts = 1, due = now() - interval '1 s'"
            )
    async with housed(storage) as other:
        await other.bot.heard("message")
        assert other.bot.headers[0][wire.RETRY] == "1"


async def test_two_processes_deliver_each_event_once(storage: Storage) -> None:
    async with housed(storage) as one, housed(storage) as other:
        for number in range(20):
            await one.write("sam", str(number), channel=f"c{1 + number % 2}")
        async with asyncio.timeout(PATIENCE):
            while await left(one):
                await asyncio.wait(
                    [asyncio.ensure_future(h.bot.heard("message", 21)) for h in (one, other)],
                    timeout=0.05,
                )
        heard = sorted(int(text) for house in (one, other) for text in texts(house))
    assert heard == list(range(20))


async def test_a_changed_message_is_told_after_it_was_written(house: House) -> None:
    house.bot.statuses = [500]
    note = await house.write("sam", "one")
    path = f"/api/as/sam/messages/{note['id']}"
    good(await house.client.patch(path, json={"text": "two"}))
    await house.bot.heard("message-changed")
    kinds = [(event["type"], event["text"]) for event in house.bot.events]
    assert kinds == [("message", "one"), ("message", "one"), ("message-changed", "two")]


async def test_an_answer_that_breaks_the_rules_counts_as_none(house: House) -> None:
    house.bot.says["message"] = lambda event: {} if event["text"] == LAST else {"more": 1}
    await house.write("sam", "one")
    await settled(house)
    assert texts(house) == ["one"] * 4 + [LAST]
    assert all(entry["text"] in ("one", LAST) for entry in await house.seen("sam"))


async def test_dropped_events_come_again_and_who_waits_is_told(house: House) -> None:
    step = await house.post(blocks=buttons("a"))
    await house.faults(drop_events=1)
    assert "did not answer" in good(await house.click("sam", step, "a"))["failed"]
    await house.write("sam", "one")
    async with asyncio.timeout(PATIENCE):
        while await left(house):  # given up after four tries that never left
            await asyncio.wait([asyncio.ensure_future(house.bot.heard("message"))], timeout=0.02)
    assert house.bot.events == []
    await house.faults()
    assert good(await house.click("sam", step, "a"))["failed"] == ""


async def test_repeated_events_have_their_own_id_or_a_new_one(house: House) -> None:
    step = await house.post(blocks=buttons("a"))
    await house.faults(repeat_events=1)
    for _ in range(40):
        good(await house.click("sam", step, "a"))
    heard = await house.bot.heard("click", 80)
    assert 40 < len({event["id"] for event in heard}) < 80
    assert sum(wire.RETRY in headers for headers in house.bot.headers) == 40


async def test_delayed_events_arrive(house: House) -> None:
    step = await house.post(blocks=buttons("a"))
    await house.faults(delay=0.01)
    assert good(await house.click("sam", step, "a"))["failed"] == ""
    await house.write("sam", "one")
    await house.bot.heard("message")


_TOO_MUCH = [{"drop_events": 2}, {"rate": -1}, {"colour": 1}]


async def test_faults_have_limits(house: House) -> None:
    for faults in _TOO_MUCH:
        assert (await house.client.put("/api/faults", json=faults)).status_code == 400
        assert (
            wire.Faults.model_validate(good(await house.client.get("/api/faults"))) == wire.Faults()
        )


async def test_faults_hold_for_every_process_and_after_a_restart(storage: Storage) -> None:
    async with housed(storage) as house:
        await house.faults(rate=3)
    async with housed(storage) as restarted:
        assert good(await restarted.client.get("/api/faults"))["rate"] == 3
