"""Pointing at a message by its menu: what the bot is asked, and what comes of its answer."""

from typing import Any

from bot.platforms.playground import wire
from storage.storage import Storage
from tests.bot.platforms.playground.server.chatting import House, good, housed, refused

DONE: dict[str, Any] = {"form": None, "errors": {}, "failed": ""}
FORM = {"token": "form.1", "title": "Which?", "fields": [{"name": "text", "label": "Note"}]}


async def point(house: House, message: str, purpose: str = "note", user: str = "sam") -> Any:
    path = f"/api/as/{user}/messages/{message}/points"
    return await house.client.post(path, json={"purpose": purpose})


async def test_the_bot_is_told_what_it_says_who_wrote_it_and_where(house: House) -> None:
    root = await house.write("kim", "The printer prints stripes")
    upload = await house.client.post(
        "/api/as/kim/files", params={"name": "a.txt", "type": "text/plain"}, content=b"stripes"
    )
    reply = await house.write("kim", "Look", thread=root["id"], files=[good(upload)["id"]])
    assert good(await point(house, reply["id"])) == DONE
    [event] = house.bot.told("pointed")
    assert wire.Event.model_validate(event)
    assert (event["user"]["id"], event["channel"]["id"], event["thread"]) == (
        "sam",
        "c1",
        root["id"],
    )
    said = (event["purpose"], event["message"], event["text"], event["author"])
    assert said == ("note", reply["id"], "Look", "Kim")
    assert [file["name"] for file in event["files"]] == ["a.txt"]


async def test_ones_own_message_and_one_of_the_bot(house: House) -> None:
    mine = await house.write("sam", "mine")
    step = await house.post(text="The step")
    for message in (mine["id"], step):
        good(await point(house, message, "start"))
    assert [event["author"] for event in house.bot.told("pointed")] == ["", "ResolutionFlow"]


async def test_the_bot_answers_with_a_reaction_words_and_a_form(house: House) -> None:
    message = await house.write("kim", "The printer prints stripes")
    house.bot.says["pointed"] = {
        "reaction": "taken",
        "whispers": [{"text": "Noted."}],
        "form": FORM,
    }
    outcome = good(await point(house, message["id"]))
    assert outcome["form"]["form"]["title"] == "Which?"
    [shown, whisper] = await house.seen("sam")
    assert shown["reactions"] == {"taken": ["resolutionflow"]}
    assert (whisper["text"], whisper["audience"]) == ("Noted.", "sam")
    assert [entry["text"] for entry in await house.seen("kim")] == [shown["text"]]
    house.bot.says["submit"] = {"reaction": "eyes"}
    form = outcome["form"]["id"]
    body = {"values": {"text": "stripes"}}
    good(await house.client.post(f"/api/as/sam/forms/{form}", json=body))
    [submitted] = house.bot.told("submit")
    assert submitted["message"] == message["id"]
    assert "eyes" in (await house.seen("sam"))[0]["reactions"]


async def test_what_cannot_be_pointed_at_is_refused(house: House) -> None:
    whisper = await house.post(text="psst", audience="sam")
    assert "others see" in refused(await point(house, whisper), 400)
    mine = await house.write("sam", "mine")
    refused(await point(house, mine["id"], "eat"), 400)
    refused(await point(house, mine["id"], user="nobody"), 404)
    good(await house.client.delete(f"/api/as/sam/messages/{mine['id']}"))
    for message in (mine["id"], whisper, "m999", "x"):
        refused(await point(house, message, user="kim"), 404)
    assert house.bot.told("pointed") == []


async def test_a_bot_that_does_not_answer_is_said(storage: Storage) -> None:
    async def silent(body: bytes, headers: Any) -> tuple[int, bytes]:
        raise OSError

    async with housed(storage, bot=silent) as house:
        message = await house.write("kim", "The printer prints stripes")
        outcome = good(await point(house, message["id"]))
        assert outcome == {**DONE, "failed": "ResolutionFlow did not answer. Try again."}
