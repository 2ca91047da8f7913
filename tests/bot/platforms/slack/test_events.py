"""What Slack tells of messages, and what is made of it: who wrote, where, and once."""

from typing import Any

import pytest

from bot.port import Arrived, Closed, Command, Deleted, Edited, Loss, Replied
from tests.bot.platforms.slack.earshot import Earshot
from tests.slack.world import Json

TS = "1763888400.000100"


def message(place: Earshot, **more: Any) -> Json:
    """Somebody writes in #support."""
    said = {"type": "message", "channel": place.support, "channel_type": "channel", "ts": TS}
    return {**said, "user": place.sam.user.id, "text": "rebooted it", **more}


NO_PERSON: list[Json] = [
    {"bot_id": "B01"},
    {"subtype": "bot_message", "user": None, "bot_id": "B01"},
    {"user": "USLACKBOT"},
    {"subtype": "channel_join"},
    {"subtype": "message_replied"},
    {"subtype": "nothing_that_anybody_knows"},
]
PERSON: list[Json] = [{"subtype": "me_message"}, {"subtype": None}, {"files": None}]


async def test_what_a_person_writes_is_heard_and_nothing_else(place: Earshot) -> None:
    for number, how in enumerate([*NO_PERSON, *PERSON]):
        said = message(place, **how, ts=f"1763888400.{number:06d}")
        assert (await place.event(said)).status_code == 200
    heard = await place.told()
    assert [each.text for each in heard if isinstance(each, Replied)] == ["rebooted it"] * 3
    assert len(heard) == len(PERSON)


async def test_a_reply_that_is_also_sent_to_the_channel_is_heard_once(place: Earshot) -> None:
    root = place.sam.writes("vpn?", "support")
    place.sam.writes("rebooted it", "support", root.ts, broadcast=True)
    heard = [each for each in await place.told() if isinstance(each, Replied)]
    assert [(each.text, each.by.thread) for each in heard] == [
        ("vpn?", ""),
        ("rebooted it", root.ts),
    ]


async def test_a_mention_is_told_twice_and_taken_once(place: Earshot) -> None:
    place.sam.writes("@ResolutionFlow vpn", "support")
    [heard] = await place.told()
    assert isinstance(heard, Command)
    assert heard.text == "vpn"


@pytest.mark.parametrize("first", ["message", "app_mention"])
async def test_a_mention_with_a_file_is_a_message_however_it_is_told(
    place: Earshot, first: str
) -> None:
    file = {"id": "F01", "name": "router.txt", "mimetype": "text/plain", "size": 7}
    bot = place.server.team.bot.id
    told = message(place, text=f"<@{bot}> the log", files=[file], subtype="file_share")
    bare = {**told, "type": "app_mention"}
    del bare["subtype"], bare["files"], bare["channel_type"]
    for event in (told, bare) if first == "message" else (bare, told):
        await place.event(event)
    if first == "message":
        assert len(place.product.told) == 1
    [heard] = [each for each in await place.told() if isinstance(each, Replied)]
    assert [file.name for file in heard.files] == ["router.txt"]
    assert heard.meant


async def test_files_that_are_gone_are_not_there_and_the_words_are(place: Earshot) -> None:
    gone: list[Json] = [
        {"id": "F01", "mode": "tombstone"},
        {"id": "F02", "mode": "hidden_by_limit"},
        {"mode": "hosted", "name": "nameless"},
        {"id": "F03", "mode": "hosted", "name": None, "title": "A title", "size": None},
    ]
    await place.event(message(place, files=gone, subtype="file_share"))
    [heard] = await place.told()
    assert isinstance(heard, Replied)
    assert heard.text == "rebooted it"
    assert [file.name for file in heard.files] == ["A title"]


async def test_a_picture_without_a_word_is_heard(place: Earshot) -> None:
    shot = {"id": "F01", "name": "shot.png", "mimetype": "image/png", "size": 7}
    await place.event(message(place, text=None, files=[shot], subtype="file_share"))
    [heard] = await place.told()
    assert isinstance(heard, Replied)
    assert (heard.text, len(heard.files)) == ("", 1)


async def test_an_unfurled_link_is_no_change(place: Earshot) -> None:
    before = message(place, text="<https://a.example>")
    after = {**before, "attachments": [{"title": "A"}]}
    changed = {"subtype": "message_changed", "message": after, "previous_message": before}
    await place.event(message(place, **changed, ts="1763888500.000100", user=None, text=None))
    assert await place.told() == []


async def test_a_change_is_heard_and_whose_it_is(place: Earshot) -> None:
    written = place.sam.writes("rebooted it", "support")
    place.sam.edits(written.ts, "rebooted it twice")
    [_, heard] = await place.told()
    assert isinstance(heard, Edited)
    assert (heard.message, heard.text, heard.by.user) == (
        written.ts,
        "rebooted it twice",
        place.sam.user.id,
    )


async def test_a_message_with_replies_leaves_a_tombstone_and_is_deleted_all_the_same(
    place: Earshot,
) -> None:
    root = place.sam.writes("vpn?", "support")
    place.sam.writes("rebooted it", "support", root.ts)
    place.sam.deletes(root.ts)
    *_, heard = await place.told()
    assert isinstance(heard, Deleted)
    assert (heard.message, heard.by.user, heard.by.thread) == (root.ts, place.sam.user.id, "")


async def test_a_thread_whose_root_of_ours_was_deleted_is_closed(place: Earshot) -> None:
    team = place.server.team
    root = team.writes(team.channel("support"), team.bot.id, "A header", by_app=True)
    place.sam.writes("rebooted it", "support", root.ts)
    place.server.person("ada").deletes(root.ts)
    *_, heard = await place.told()
    assert isinstance(heard, Closed)
    assert (heard.thread, heard.loss) == (root.ts, Loss.DELETED)


LOSSES = {
    "channel_archive": Loss.ARCHIVED,
    "group_archive": Loss.ARCHIVED,
    "channel_deleted": Loss.DELETED,
    "group_deleted": Loss.DELETED,
    "channel_left": Loss.REMOVED,
    "group_left": Loss.REMOVED,
}


async def test_a_channel_that_is_lost_is_lost_once(place: Earshot) -> None:
    for number, kind in enumerate(LOSSES):
        lost = {"type": kind, "channel": place.support, "event_ts": f"1763888400.{number:06d}"}
        await place.event(lost)
        await place.event(lost)
    heard = [each for each in await place.told() if isinstance(each, Closed)]
    assert [each.loss for each in heard] == [*LOSSES.values()]
    assert {each.channel for each in heard} == {place.support}


async def test_who_lets_the_bot_in_is_told_what_it_is(place: Earshot) -> None:
    team = place.server.team
    general = team.channel("general")
    team.lets_in(general, team.user("kim"), place.sam.user)
    assert await place.told() == []  # somebody else came
    team.lets_in(general, team.bot, place.sam.user)
    *_, heard = await place.told()
    assert isinstance(heard, Arrived)
    assert (heard.by.user, heard.by.channel) == (place.sam.user.id, general.id)


async def test_who_opens_our_conversation_is_greeted_once(place: Earshot) -> None:
    place.sam.opens_home("messages")
    place.sam.opens_home("messages")
    [heard] = await place.told()
    assert isinstance(heard, Arrived)
    assert heard.by.direct


async def test_in_a_shared_channel_the_workspace_is_the_one_that_let_us_in(
    place: Earshot,
) -> None:
    await place.event(message(place, user_team="T0OTHER", team="T0OTHER"), team_id="T0OTHER")
    [heard] = await place.told()
    assert isinstance(heard, Replied)
    assert heard.by.workspace == place.server.team.id
