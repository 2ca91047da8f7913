"""The gateway: connections are cut, forgotten and asked for anew; nonsense comes on them. Nothing
that anybody wrote is lost, or heard twice.
"""

import asyncio

import pytest
from structlog.typing import EventDict

from bot.platforms.discord import gateway as module
from bot.port import Command, Pointed, Replied
from storage.storage import Storage
from tests.bot.platforms.discord.earshot import Earshot, unheard
from tests.discord.limits import Trouble
from tests.discord.payloads import guild_whole
from tests.discord.world import Json


@pytest.mark.parametrize("how", ["cut", "asked to"])
async def test_what_is_written_while_the_connection_is_lost_is_heard_once(
    place: Earshot, how: str
) -> None:
    written = []
    thread = (await place.thread()).thread
    for number in range(12):
        if number in (3, 7):
            gateway = place.server.gateway
            gateway.drop() if how == "cut" else gateway.reconnect()
        written.append(f"note {number}")
        place.sam.writes(written[-1], "support", thread)
        if number % 4 == 0:
            await place.server.gateway.reachable()
    await place.server.gateway.reachable()
    assert await place.notes(len(written)) == written
    gateway = place.server.gateway
    assert (gateway.identified, gateway.resumed >= 1) == (1, True)


async def test_where_discord_has_forgotten_us_what_was_written_is_read_in_its_order(
    place: Earshot, log: list[EventDict]
) -> None:
    thread = (await place.thread()).thread
    place.sam.writes("before", "support", thread)
    place.sam.writes("before, alone", "direct")
    await place.notes(2)
    await place.until(lambda: "discord-connected" in [line["event"] for line in log])
    place.server.gateway.forget()
    place.server.gateway.drop()
    place.sam.writes("while nobody listens", "support", thread)
    place.server.person("kim").writes("neither now", "support", thread)
    place.sam.writes("alone", "direct")
    await place.server.gateway.reachable()
    place.sam.writes("and after", "support", thread)
    heard = await place.notes(6)
    assert sorted(heard[:2]) == ["before", "before, alone"]
    in_thread = ["while nobody listens", "neither now", "and after"]
    assert [each for each in heard[2:] if each in in_thread] == in_thread
    assert sorted(heard[2:]) == sorted([*in_thread, "alone"])
    assert place.server.gateway.identified == 2


async def test_a_resume_that_is_put_off_is_tried_again(place: Earshot) -> None:
    thread = (await place.thread()).thread
    place.server.gateway.stalls = True
    place.server.gateway.drop()
    place.sam.writes("meanwhile", "support", thread)
    assert await place.notes(1) == ["meanwhile"]
    assert place.server.gateway.identified == 1


async def test_without_the_intent_it_says_so_once_and_hears_all_but_replies(
    kept: Storage, log: list[EventDict]
) -> None:
    async with unheard(kept) as place:
        place.server.message_content = False
        async with place.listening():
            thread = (await place.thread()).thread
            written = place.sam.writes("The lamp is red.", "support", thread)
            await place.sam.types("/flow note The lamp is green.", "support", thread)
            await place.sam.points(written.id, "Add as note")
            place.server.gateway.forget()
            place.server.gateway.drop()
            await place.server.gateway.reachable()
            heard = await place.told()
    told = [line for line in log if line["event"] == "discord-no-message-content"]
    assert [line["log_level"] for line in told] == ["error"]
    assert "switch on the Message Content intent" in told[0]["advice"]
    assert [each.text for each in heard if isinstance(each, Command)] == ["note The lamp is green."]
    assert [each.text for each in heard if isinstance(each, Pointed)] == ["The lamp is red."]
    assert not [each.text for each in heard if isinstance(each, Replied) and each.text]
    assert place.sam.toasts == []


NONSENSE: list[tuple[str, Json]] = [
    ("MESSAGE_CREATE", {}),
    ("MESSAGE_CREATE", {"id": "1", "channel_id": "x", "content": "?"}),
    ("MESSAGE_UPDATE", {}),
    ("MESSAGE_DELETE", {"id": "x"}),
    ("MESSAGE_REACTION_ADD", {"emoji": None}),
    ("THREAD_DELETE", {"id": "1"}),
    ("THREAD_UPDATE", {}),
    ("CHANNEL_DELETE", {}),
    ("CHANNEL_UPDATE", {"id": None}),
    ("GUILD_CREATE", {}),
    ("GUILD_DELETE", {}),
    ("INTERACTION_CREATE", {}),
    ("INTERACTION_CREATE", {"id": "1", "type": 3, "token": "x", "data": None}),
    ("INTERACTION_CREATE", {"type": 99}),
    ("NO_SUCH_EVENT", {"a": 1}),
]


async def test_nonsense_is_logged_and_the_next_event_is_none_the_worse(
    place: Earshot, log: list[EventDict]
) -> None:
    thread = (await place.thread()).thread
    for kind, data in NONSENSE:
        place.server.gateway.tell(kind, data, 0)
        place.sam.writes(f"after {kind}", "support", thread)
    heard = await place.notes(len(NONSENSE))
    assert heard == [f"after {kind}" for kind, _ in NONSENSE]
    assert place.server.gateway.identified == 1
    assert place.server.gateway.resumed == 0
    events = [line["event"] for line in log if line["log_level"] in ("warning", "error")]
    assert len(events) >= 10
    assert {*events} <= {"discord-misunderstood", "discord-not-taken"}


async def test_nonsense_within_an_interaction_is_answered_or_let_be(place: Earshot) -> None:
    id, menu = await place.shown()
    await place.sam.presses(id, menu)
    await place.sam.types("/flow do x", "support")
    told = [data for kind, data in place.server.gateway.log if kind == "INTERACTION_CREATE"]
    await place.told()
    for whole in told:
        for lacking in whole:
            data = {key: value for key, value in whole.items() if key != lacking}
            fresh = {"id": str(int(whole["id"]) + 1)} if lacking != "id" else {}
            place.server.gateway.tell("INTERACTION_CREATE", data | fresh, 0)
        odd: list[object] = [None, [], {}, {"custom_id": None}, {"options": []}, {"options": [{}]}]
        for wrong in odd:
            place.server.gateway.tell("INTERACTION_CREATE", whole | {"data": wrong}, 0)
    await place.quiet()
    made = await place.sam.types("/flow do y", "support")
    assert not made.failed
    assert place.server.gateway.identified == 1


async def test_a_guild_that_is_away_for_a_while_is_not_left_and_not_joined(place: Earshot) -> None:
    """Discord has outages: its guilds come back as they were."""
    thread = (await place.thread()).thread
    chat, gateway = place.server.chat, place.server.gateway
    place.sam.writes("before", "support", thread)
    await place.notes(1)
    gateway.tell("GUILD_DELETE", {"id": chat.guild.id, "unavailable": True}, 1)
    await place.quiet()
    back = guild_whole(chat, chat.guild) | {"unavailable": False}
    gateway.tell("GUILD_CREATE", back, 1)
    await place.quiet()
    place.sam.writes("after", "support", thread)
    assert await place.notes(2) == ["before", "after"]
    kinds = {type(each) for each in place.product.told}
    assert kinds == {Replied}


async def test_a_token_that_is_wrong_is_said_and_never_told(
    kept: Storage, log: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AGAIN", 0.05)
    async with unheard(kept) as place:
        token = place.server.bot_token
        place.server.bot_token = "another"
        stop = asyncio.Event()
        task = asyncio.ensure_future(place.ears.gateway.work(stop))
        await place.until(lambda: [e for e in log if e["event"] == "discord-not-connected"])
        place.server.bot_token = token  # somebody has set it right
        await place.server.gateway.reachable()
        stop.set()
        await task
    assert token not in str(log)


@pytest.mark.parametrize("what", ["api", "gateway"])
async def test_a_discord_that_cannot_be_reached_is_tried_ever_more_slowly(
    kept: Storage, log: list[EventDict], monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(module, "AGAIN", 0.05)
    nowhere = "ws://127.0.0.1:1/" if what == "gateway" else ""
    async with unheard(kept, gateway_url=nowhere) as place:
        if what == "api":
            place.server.trouble = Trouble.DOWN
        stop = asyncio.Event()
        task = asyncio.ensure_future(place.ears.gateway.work(stop))
        lines = await place.until(lambda: tries(log) if len(tries(log)) > 2 else None, 60)
        assert lines[:3] == [0.05, 0.1, 0.2]
        stop.set()
        await asyncio.wait_for(task, 1)


def tries(log: list[EventDict]) -> list[float]:
    """After how long it is tried again, each time that it failed."""
    return [line["again"] for line in log if line["event"] == "discord-not-connected"]
