"""What the bot may do, and what it may not."""

import asyncio
from typing import Any

from bot.platforms.playground import wire
from tests.bot.platforms.playground.server.chatting import House, buttons, good, refused

_NO_TOKENS: list[Any] = [
    {},
    {"Authorization": "Bearer "},
    {"Authorization": "Bearer nonsense"},
    {"Authorization": "Basic nonsense"},
    {"Authorization": b"Bearer \xff"},
]


async def test_without_the_token_nothing_is_done(house: House) -> None:
    for headers in _NO_TOKENS:
        body = {"channel": "c1", "text": "x"}
        answer = await house.client.post("/api/bot/messages", json=body, headers=headers)
        assert "token" in refused(answer, 401)
        answer = await house.client.get("/api/bot/channels/c1", headers=headers)
        refused(answer, 401)
        assert await house.seen("sam") == []


async def test_the_token_must_be_whole(house: House) -> None:
    for token in (house.app.token[:-1], house.app.token + "x", house.app.secret):
        answer = await house.client.get(
            "/api/bot/channels/c1", headers={"Authorization": f"Bearer {token}"}
        )
        refused(answer, 401)
    assert good(await house.call("GET", "/channels/c1"))["writable"] is True


async def test_a_mark_posts_once_in_its_place(house: House) -> None:
    first = await house.post(text="one", mark="k")
    assert await house.post(text="two", mark="k") == first
    other = await house.post("c2", text="three", mark="k")
    below = await house.post(text="four", mark="k", thread=first)
    assert await house.post(text="five", mark="k", thread=first) == below
    assert len({first, other, below}) == 3
    assert [entry["text"] for entry in await house.seen("sam")] == ["one"]
    assert (await house.seen("sam"))[0]["replies"] == 1

    async def found(**where: str) -> str | None:
        answer = good(await house.call("GET", "/messages", params={"mark": "k", **where}))
        return str(answer["id"]) if answer["id"] else None

    assert await found(channel="c1") == first
    assert await found(channel="c2") == other
    assert await found(channel="c1", thread=first) == below
    assert await found(channel="c1", thread=below) is None
    assert await found(channel="c1", thread="nonsense") is None
    assert await found(channel="c3") is None


async def test_a_mark_sent_twice_at_once_posts_once(house: House) -> None:
    posted = await asyncio.gather(*(house.post(text="x", mark="k") for _ in range(10)))
    assert len(set(posted)) == 1
    assert len(await house.seen("sam")) == 1


async def test_without_a_mark_each_is_posted(house: House) -> None:
    assert await house.post(text="x") != await house.post(text="x")


async def test_an_edit_shows_everything_anew(house: House) -> None:
    step = await house.post(text="one", blocks=buttons("a"))
    before = (await house.seen("sam"))[0]
    good(await house.call("PATCH", f"/messages/{step}", json={"text": "two"}))
    after = (await house.seen("sam"))[0]
    assert (after["text"], after["blocks"]) == ("two", [])
    assert after["version"] > before["version"]
    assert after["edited"] is False  # the mark is for what people change


async def test_what_is_gone_is_gone(house: House) -> None:
    step = await house.post(text="one")
    good(await house.client.delete(f"/api/as/sam/messages/{step}"))
    for message in (step, "m9999", "x"):
        refused(await house.call("PATCH", f"/messages/{message}", json={"text": "x"}), 404)
        refused(await house.call("POST", f"/messages/{message}/reactions/taken"), 404)
        body = {"channel": "c1", "thread": message, "text": "x"}
        refused(await house.call("POST", "/messages", json=body), 404)
    refused(await house.call("POST", "/messages", json={"channel": "c9"}), 404)
    refused(await house.call("GET", "/channels/c9"), 404)
    refused(await house.call("POST", "/direct", json={"user": "nobody"}), 404)


async def test_it_takes_its_own_messages_away(house: House) -> None:
    step = await house.post(text="one", mark="k")
    good(await house.call("DELETE", f"/messages/{step}"))
    assert await house.seen("sam") == []
    refused(await house.call("DELETE", f"/messages/{step}"), 404)
    refused(await house.call("PATCH", f"/messages/{step}", json={"text": "x"}), 404)


async def test_it_changes_only_its_own_messages(house: House) -> None:
    mine = await house.write("sam", "mine")
    refused(await house.call("PATCH", f"/messages/{mine['id']}", json={"text": "x"}), 403)
    refused(await house.call("DELETE", f"/messages/{mine['id']}"), 403)
    assert (await house.seen("sam"))[0]["text"] == "mine"


async def test_it_posts_only_where_it_was_let_in(house: House) -> None:
    refused(await house.call("POST", "/messages", json={"channel": "c3", "text": "x"}), 403)
    path = "/files?channel=c3&name=a.txt"
    refused(await house.call("POST", path, content=b"x"), 403)
    assert await house.seen("sam", "c3") == []
    step = await house.post(text="one")
    good(await house.client.patch("/api/channels/c1", json={"writable": False}))
    refused(await house.call("PATCH", f"/messages/{step}", json={"text": "x"}), 403)
    assert good(await house.call("GET", "/channels/c1"))["writable"] is False


async def test_a_receipt_is_a_reaction(house: House) -> None:
    note = await house.write("sam", "note")
    for _ in range(2):
        good(await house.call("POST", f"/messages/{note['id']}/reactions/taken"))
    assert (await house.seen("sam"))[0]["reactions"] == {"taken": ["resolutionflow"]}
    refused(await house.call("POST", f"/messages/{note['id']}/reactions/party"), 400)


async def test_a_conversation_is_one_however_often_it_is_asked_for(house: House) -> None:
    asked = await asyncio.gather(
        *(house.call("POST", "/direct", json={"user": "ada"}) for _ in range(5))
    )
    made = [wire.Channel.model_validate(good(answer)) for answer in asked]
    assert len({channel.id for channel in made}) == 1
    assert made[0].direct
    whisper = {"channel": made[0].id, "text": "x", "audience": "sam"}
    assert "audience" in refused(await house.call("POST", "/messages", json=whisper), 400)


_WRONG: list[tuple[dict[str, Any], str]] = [
    ({"text": "x" * 40_001}, "text"),
    ({"blocks": [{"type": "markdown", "text": "x"}] * 51}, "blocks"),
    ({"blocks": [{"type": "picture"}]}, "blocks[0].type"),
    ({"blocks": [{"type": "heading"}]}, "blocks[0].text"),
    ({"blocks": buttons("two words")}, "blocks[1].buttons[0].action"),
    ({"blocks": [*buttons("a"), *buttons("a")]}, "blocks"),
    ({"mark": "x" * 65}, "mark"),
    ({"colour": "red"}, "colour"),
    ({"audience": 5}, "audience"),
]


async def test_what_is_wrong_is_named(house: House) -> None:
    for content, field in _WRONG:
        body = {"channel": "c1", **content}
        assert f"“{field}”" in refused(await house.call("POST", "/messages", json=body), 400)
        assert await house.seen("sam") == []


_NO_TEXTS = [
    b"{",
    b"",
    b"\xff",
    b"[" * 100_000,
    b'{"channel": "c1", "text": "\\ud800"}',
    b'{"channel": "c1", "\\ud800": 1}',
    b'{"channel": "c1", "blocks": [{"type": "heading", "text": "\\udfff"}]}',
    b'{"channel": "\\u0000"}',
]


async def test_what_is_no_text_is_refused(house: House) -> None:
    for content in _NO_TEXTS:
        headers = {**house.token, "Content-Type": "application/json"}
        answer = await house.client.post("/api/bot/messages", content=content, headers=headers)
        refused(answer, 404 if b"u0000" in content else 400)


async def test_it_is_slowed_down_as_asked(house: House) -> None:
    await house.faults(rate=2)
    answers = [
        await house.call("POST", "/messages", json={"channel": "c1", "text": str(number)})
        for number in range(3)
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["retry-after"] == "1"
    assert await house.post("c2", text="another channel")
    await house.faults(rate=0)
    assert await house.post(text="no limit")


async def test_a_lost_answer_is_of_something_done(house: House) -> None:
    await house.faults(lose_answers=1)
    body = {"channel": "c1", "text": "x", "mark": "k"}
    refused(await house.call("POST", "/messages", json=body), 502)
    await house.faults()
    assert len(await house.seen("sam")) == 1
    assert good(await house.call("POST", "/messages", json=body))["id"]
    assert len(await house.seen("sam")) == 1


async def test_an_unavailable_server_does_nothing(house: House) -> None:
    await house.faults(unavailable=1)
    refused(await house.call("POST", "/messages", json={"channel": "c1", "text": "x"}), 503)
    assert good(await house.client.get("/api/faults"))["unavailable"] == 1
    assert await house.seen("sam") == []


async def test_many_messages_are_changed_at_once_and_each_shows_what_it_was_told_last(
    house: House,
) -> None:
    ids = [await house.post(text=f"old {number}") for number in range(12)]
    gone = await house.post(text="gone")
    await house.client.delete(f"/api/as/sam/messages/{gone}")

    async def change(id: str, turn: int) -> int:
        body = {"text": f"{id} {turn}", "blocks": buttons(f"{id}-{turn}")}
        return (await house.call("PATCH", f"/messages/{id}", json=body)).status_code

    for turn in range(4):
        wanted = [*ids, gone, *ids] if turn < 3 else [gone, *ids]  # some twice at once
        statuses = await asyncio.gather(*(change(id, turn) for id in wanted))
        assert statuses == [404 if id == gone else 200 for id in wanted]
    seen = {entry["id"]: entry for entry in await house.seen("sam")}
    assert {id: seen[id]["text"] for id in ids} == {id: f"{id} 3" for id in ids}
    for id in ids:  # every button that it ever had can still be pressed
        for turn in range(4):
            click = {"message": id, "action": f"{id}-{turn}"}
            assert good(await house.client.post("/api/as/sam/clicks", json=click)) is not None


async def test_who_gives_up_while_others_wait_takes_nothing_from_them(house: House) -> None:
    ids = [await house.post(text="old") for _ in range(6)]
    calls = [
        asyncio.create_task(house.call("PATCH", f"/messages/{id}", json={"text": "new"}))
        for id in ids
    ]
    await asyncio.sleep(0)
    calls[0].cancel()
    calls[3].cancel()
    answers = await asyncio.gather(*calls, return_exceptions=True)
    others = [answer for n, answer in enumerate(answers) if n not in (0, 3)]
    assert [getattr(answer, "status_code", answer) for answer in others] == [200] * 4
    good(await house.call("PATCH", f"/messages/{ids[0]}", json={"text": "newer"}))
