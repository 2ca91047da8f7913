"""What people do with channels and messages."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.platforms.playground import wire
from bot.platforms.playground.server.connection import Connection
from storage.storage import Storage
from tests.bot.platforms.playground.server.chatting import (
    House,
    buttons,
    channel_of,
    good,
    housed,
    refused,
)


async def test_a_new_server_has_people_and_channels(house: House) -> None:
    found = good(await house.client.get("/api/workspace"))
    users = [wire.User.model_validate(user) for user in found["users"]]
    assert [user.name for user in users] == ["Sam", "Kim", "Vic", "Ada", "Gus", "ResolutionFlow"]
    assert [user.id for user in users if user.guest] == ["gus"]
    assert [user.id for user in users if user.bot] == ["resolutionflow"]
    writable = {entry["name"]: entry["writable"] for entry in found["channels"]}
    assert writable == {"support": True, "network": True, "general": False}


async def test_two_that_begin_at_once_begin_once(storage: Storage) -> None:
    async with housed(storage) as one, housed(storage) as other:
        apps = await asyncio.gather(*(h.store.app() for h in (one, other) for _ in range(5)))
        assert len({app.token for app in apps}) == 1
        assert len(good(await one.client.get("/api/workspace"))["channels"]) == 3


async def test_a_message_is_there_for_everybody_and_the_bot_hears_it(house: House) -> None:
    written = wire.Message.model_validate(await house.write("sam", "The VPN is down"))
    assert (written.author, written.text, written.thread) == ("sam", "The VPN is down", None)
    assert [entry["id"] for entry in await house.seen("vic")] == [written.id]
    (event,) = await house.bot.heard("message")
    told = wire.Event.model_validate(event)
    assert (told.message, told.text, told.mentioned) == (written.id, "The VPN is down", False)
    assert (told.user.id, told.channel.name, told.thread) == ("sam", "support", None)


@pytest.mark.parametrize(
    ("written", "heard"),
    [("@ResolutionFlow vpn", "vpn"), ("  @resolutionflow: vpn", "vpn"), ("@ResolutionFlow", "")],
)
async def test_a_mention_is_told_without_the_name(house: House, written: str, heard: str) -> None:
    await house.write("sam", written)
    (event,) = await house.bot.heard("message")
    assert (event["mentioned"], event["text"]) == (True, heard)


async def test_a_name_in_the_middle_or_with_more_letters_is_no_mention(house: House) -> None:
    await house.write("sam", "ask @ResolutionFlow")
    await house.write("sam", "@ResolutionFlowers please")
    events = await house.bot.heard("message", 2)
    assert [event["mentioned"] for event in events] == [False, False]


async def test_replies_are_in_the_thread_and_counted(house: House) -> None:
    root = await house.write("sam", "root")
    reply = await house.write("kim", "reply", thread=root["id"])
    assert reply["thread"] == root["id"]
    (seen,) = await house.seen("ada")
    assert (seen["replies"], seen["last_reply"] is None) == (1, False)
    found = await house.thread("ada", root["id"])
    assert [entry["text"] for entry in found["messages"]] == ["reply"]
    assert found["root"]["id"] == root["id"]
    events = await house.bot.heard("message", 2)
    assert events[1]["thread"] == root["id"]


async def test_a_thread_hangs_under_a_message_of_the_same_channel(house: House) -> None:
    root = await house.write("sam", "root")
    reply = await house.write("kim", "reply", thread=root["id"])
    path = "/api/as/sam/channels/{}/messages"
    for channel, thread in (("c2", root["id"]), ("c1", reply["id"]), ("c1", "m999"), ("c1", "x")):
        body = {"text": "lost", "thread": thread}
        answer = await house.client.post(path.format(channel), json=body)
        assert "thread" in refused(answer, 404)


async def test_nothing_hangs_under_a_whisper(house: House) -> None:
    whisper = await house.post(text="psst", audience="sam")
    body = {"text": "what?", "thread": whisper}
    answer = await house.client.post("/api/as/sam/channels/c1/messages", json=body)
    assert "alone sees" in refused(answer, 400)


async def test_pages_go_back_from_the_newest(house: House) -> None:
    for number in range(5):
        await house.write("sam", str(number))
    path = "/api/as/kim/channels/c1/messages"
    newest = good(await house.client.get(path, params={"limit": 2}))
    assert [entry["text"] for entry in newest] == ["3", "4"]
    older = good(await house.client.get(path, params={"limit": 2, "before": newest[0]["id"]}))
    assert [entry["text"] for entry in older] == ["1", "2"]
    assert "before" in refused(await house.client.get(path, params={"before": "x"}), 400)


async def test_who_wrote_it_can_change_it_and_the_bot_is_told_which_version(
    house: House,
) -> None:
    message = await house.write("sam", "rebooted the ruter")
    path = f"messages/{message['id']}"
    changed = good(
        await house.client.patch(f"/api/as/sam/{path}", json={"text": "rebooted the router"})
    )
    assert (changed["text"], changed["edited"]) == ("rebooted the router", True)
    assert changed["version"] > message["version"]
    (event,) = await house.bot.heard("message-changed")
    assert (event["version"], event["text"]) == (changed["version"], "rebooted the router")
    answer = await house.client.patch(f"/api/as/kim/{path}", json={"text": "mine"})
    assert "Only who wrote" in refused(answer, 403)


async def test_deleting_a_message_takes_its_thread_and_leaves_nothing_of_it(house: House) -> None:
    root = await house.post(text="step", blocks=buttons("a"))
    reply = await house.write("sam", "secret", thread=root)
    good(await house.client.delete(f"/api/as/kim/messages/{root}"))
    assert await house.seen("sam") == []
    refused(await house.client.get(f"/api/as/sam/threads/{root}"), 404)
    refused(await house.click("sam", root, "a"), 404)
    gone = await house.client.patch(f"/api/as/sam/messages/{reply['id']}", json={"text": "x"})
    refused(gone, 404)
    refused(await house.call("PATCH", f"/messages/{root}", json={"text": "x"}), 404)
    refused(await house.call("POST", "/messages", json={"channel": "c1", "thread": root}), 404)
    (event,) = await house.bot.heard("message-deleted")
    assert event["message"] == root
    async with house.store.connect() as connection:
        texts = await connection.fetch("SELECT DISTINCT text, blocks FROM playground.message")
    assert [(row["text"], row["blocks"]) for row in texts] == [("", "[]")]


async def test_one_deletes_what_one_wrote_and_what_the_bot_wrote(house: House) -> None:
    mine = await house.write("sam", "mine")
    posted = await house.post(text="step")
    refused(await house.client.delete(f"/api/as/kim/messages/{mine['id']}"), 403)
    refused(await house.client.delete(f"/api/as/gus/messages/{posted}"), 403)
    good(await house.client.delete(f"/api/as/sam/messages/{mine['id']}"))
    refused(await house.client.delete(f"/api/as/sam/messages/{mine['id']}"), 404)


async def test_a_deleted_reply_is_counted_no_more(house: House) -> None:
    root = await house.write("sam", "root")
    reply = await house.write("sam", "reply", thread=root["id"])
    await house.client.delete(f"/api/as/sam/messages/{reply['id']}")
    assert (await house.seen("sam"))[0]["replies"] == 0
    assert (await house.thread("sam", root["id"]))["messages"] == []


async def test_reactions_are_there_once_each_and_told(house: House) -> None:
    message = await house.write("sam", "note")
    path = f"/messages/{message['id']}/reactions/no-entry"
    for _ in range(2):
        found = good(await house.client.put(f"/api/as/kim{path}"))
        assert found["reactions"] == {"no-entry": ["kim"]}
    good(await house.client.put(f"/api/as/sam{path}"))
    for _ in range(2):
        found = good(await house.client.delete(f"/api/as/kim{path}"))
        assert found["reactions"] == {"no-entry": ["sam"]}
    assert good(await house.client.delete(f"/api/as/sam{path}"))["reactions"] == {}
    events = await house.bot.heard("reaction", 4)
    told = [(event["user"]["id"], event["added"]) for event in events]
    assert told == [("kim", True), ("sam", True), ("kim", False), ("sam", False)]
    unknown = await house.client.put(f"/api/as/kim/messages/{message['id']}/reactions/party")
    assert "no-entry" in refused(unknown, 404)


async def test_where_the_bot_was_not_let_in_it_hears_nothing(house: House) -> None:
    message = await house.write("sam", "hush", channel="c3")
    await house.client.patch(f"/api/as/sam/messages/{message['id']}", json={"text": "hush!"})
    await house.client.put(f"/api/as/sam/messages/{message['id']}/reactions/eyes")
    await house.client.delete(f"/api/as/sam/messages/{message['id']}")
    await house.write("sam", "hello")
    await house.bot.heard("message")
    assert {event["channel"]["id"] for event in house.bot.events} == {"c1"}


async def test_letting_the_bot_in_and_out_is_told_once_each(house: House) -> None:
    path = "/api/channels/c3"
    for writable in (False, True, True, False, False, True):
        good(await house.client.patch(path, json={"writable": writable}))
    await house.bot.heard("joined", 2)
    told = [(event["type"], event["channel"]["writable"]) for event in house.bot.events]
    assert told == [("joined", True), ("left", False), ("joined", True)]
    assert await house.post("c3", text="hello")
    refused(await house.client.patch("/api/channels/c99", json={"writable": True}), 404)


async def test_a_new_channel_needs_a_name_of_its_own(house: House) -> None:
    made = good(await house.client.post("/api/channels", json={"name": "#Störungen"}))
    assert (made["name"], made["writable"]) == ("störungen", True)
    taken = await house.client.post("/api/channels", json={"name": "störungen"})
    assert "#störungen" in refused(taken, 409)
    for name in ("", "two words", "a/b", "x" * 41):
        refused(await house.client.post("/api/channels", json={"name": name}), 400)
    second = good(await house.client.post("/api/channels", json={"name": "b", "writable": False}))
    assert (await house.write("vic", "first!", channel=second["id"]))["text"] == "first!"


async def test_a_conversation_is_opened_once_and_is_private(house: House) -> None:
    for _ in range(2):
        listed = good(await house.client.get("/api/as/sam/channels"))
    mine = channel_of(listed, direct=True)
    assert len(listed) == 4
    (event,) = await house.bot.heard("joined")
    assert (event["channel"]["direct"], event["user"]["id"]) == (True, "sam")
    await house.write("sam", "hi", channel=mine.id)
    refused(await house.client.get(f"/api/as/kim/channels/{mine.id}/messages"), 404)
    answer = await house.client.post(
        f"/api/as/sam/channels/{mine.id}/messages", json={"text": "x", "thread": "m1"}
    )
    assert "no threads" in refused(answer, 400)


async def test_a_conversation_the_bot_made_is_opened_when_its_owner_looks(house: House) -> None:
    made = good(await house.call("POST", "/direct", json={"user": "kim"}))
    await house.post(made["id"], text="still fine?")
    await house.client.get("/api/as/kim/channels")
    (event,) = await house.bot.heard("joined")
    assert event["channel"]["id"] == made["id"]
    assert [entry["text"] for entry in await house.seen("kim", made["id"])] == ["still fine?"]


async def test_a_quote_is_told_by_its_message(house: House) -> None:
    posted = await house.post(text="step")
    written = await house.write("sam", "this one", quote=posted)
    assert written["quote"] == posted
    (event,) = await house.bot.heard("message")
    assert event["quote"] == posted
    path = "/api/as/sam/channels/c2/messages"
    refused(await house.client.post(path, json={"text": "x", "quote": posted}), 400)
    refused(await house.client.post(path, json={"text": "x", "quote": "m999"}), 404)


async def test_forty_thousand_characters_are_a_message_and_one_more_is_not(house: House) -> None:
    long = "ü" * 40_000
    assert (await house.write("sam", long))["text"] == long
    answer = await house.client.post("/api/as/sam/channels/c1/messages", json={"text": long + "x"})
    assert "40,000 characters" in refused(answer, 400)


_NOTHING = ["", "   \n", "\t"]


async def test_nothing_is_no_message(house: House) -> None:
    for text in _NOTHING:
        path = "/api/as/sam/channels/c1/messages"
        assert "Write something" in refused(await house.client.post(path, json={"text": text}), 400)


_ANY = ["<script>alert(1)</script>", "a\0b", "’; DROP TABLE", "👩‍💻 \u202e", '"\\\n\u2028']


async def test_any_text_comes_back_as_it_went(house: House) -> None:
    for text in _ANY:
        await house.write("sam", text)
        seen = (await house.seen("kim"))[-1]
        assert seen["text"] == text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    events = await house.bot.heard("message", len(_ANY))
    assert events[1]["text"] == "a\N{REPLACEMENT CHARACTER}b"


_WRONG = [
    ({"text": "x", "colour": "red"}, "colour"),
    ({"text": 5}, "text"),
    ({"text": "x", "files": ["f1"] * 11}, "files"),
    ([], "body"),
]


async def test_what_is_wrong_is_named(house: House) -> None:
    for body, field in _WRONG:
        answer = await house.client.post("/api/as/sam/channels/c1/messages", json=body)
        assert field in refused(answer, 400).lower()


async def test_half_a_character_and_no_json_are_refused(house: House) -> None:
    path = "/api/as/sam/channels/c1/messages"
    kind = {"Content-Type": "application/json"}
    for content in (b'{"text":"\\ud800"}', b"{", b"", b'{"text":"' + b"x" * 9_000_000 + b'"}'):
        answer = await house.client.post(path, content=content, headers=kind)
        refused(answer, 413 if len(content) > 100 else 400)
    assert await house.seen("sam") == []


_NOBODY = ["nobody", "resolutionflow", "Sam", "%00", "sam%2F.."]


async def test_nobody_is_played_who_is_not_there(house: House) -> None:
    for user in _NOBODY:
        for path in ("channels", "home", "channels/c1/messages"):
            answer = await house.client.get(f"/api/as/{user}/{path}")
            assert answer.status_code == 404


class Counted:
    """Connections whose statements are kept."""

    def __init__(self, storage: Storage) -> None:
        self.heard: list[str] = []
        self._storage = storage

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[Connection]:
        async with self._storage.database.raw() as raw:
            raw.add_query_logger(self._hear)
            try:
                yield raw
            finally:
                await asyncio.sleep(0)  # what is logged is told at the loop's next turn
                raw.remove_query_logger(self._hear)

    def _hear(self, record: Any) -> None:
        self.heard.append(record.query)


async def test_a_thread_of_five_hundred_messages_is_one_query(storage: Storage) -> None:
    counted = Counted(storage)
    async with housed(storage, connect=counted, working=False) as house:
        root = await house.write("sam", "root")
        async with storage.database.raw() as raw:
            await raw.execute(
                "INSERT INTO playground.message (channel, thread, author, text)"
                " SELECT 'c1', $1, 'sam', 'note ' || n FROM generate_series(1, 600) n",
                int(root["id"][1:]),
            )
        counted.heard.clear()
        found = await house.thread("sam", root["id"])
    texts = [entry["text"] for entry in found["messages"]]
    assert texts == [f"note {number}" for number in range(101, 601)]
    assert len([query for query in counted.heard if "playground.message" in query]) == 1
