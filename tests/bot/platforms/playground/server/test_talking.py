"""Commands, clicks, forms, suggestions, the home tab: what the bot answers while somebody waits."""

import asyncio
import json
from typing import Any

import pytest

from bot.platforms.playground import wire
from bot.platforms.playground.server.caller import Pace
from bot.platforms.playground.server.routing import LARGEST
from storage.storage import Storage
from tests.bot.platforms.playground.server.chatting import (
    PATIENCE,
    House,
    buttons,
    channel_of,
    good,
    housed,
    refused,
)

DONE: dict[str, Any] = {"form": None, "errors": {}, "failed": ""}
SILENT = {**DONE, "failed": "ResolutionFlow did not answer. Try again."}
FORM = {
    "token": "form.1",
    "title": "Intake",
    "fields": [
        {"name": "client", "label": "Client", "required": True},
        {
            "name": "scope",
            "label": "Who?",
            "kind": "some-of",
            "options": [["one", "One user"], ["all", "Everyone"]],
        },
        {"name": "note", "label": "Note", "kind": "text", "limit": 5},
    ],
}


async def command(house: House, text: str, user: str = "sam", **more: Any) -> Any:
    body = {"channel": "c1", "text": text, **more}
    return good(await house.client.post(f"/api/as/{user}/commands", json=body))


async def opened(house: House) -> str:
    """A form that the bot opens; its id."""
    house.bot.says["command"] = {"form": FORM}
    found = wire.Outcome.model_validate(await command(house, "start vpn"))
    assert found.form is not None
    assert found.form.form.title == "Intake"
    return found.form.id


async def fill(house: House, form: str, user: str = "sam", **values: str) -> Any:
    return await house.client.post(f"/api/as/{user}/forms/{form}", json={"values": values})


async def test_a_click_shows_what_the_bot_answers_to_everybody(house: House) -> None:
    step = await house.post(text="one", blocks=buttons("a", "b"))
    house.bot.says["click"] = {"replace": {"text": "two", "blocks": buttons("c")}}
    assert good(await house.click("sam", step, "b")) == DONE
    (seen,) = await house.seen("kim")
    shown = wire.Message.model_validate(seen)
    assert (shown.id, shown.text, len(shown.blocks)) == (step, "two", 2)
    (event,) = house.bot.told("click")
    told = wire.Event.model_validate(event)
    assert (told.message, told.action, told.user.id) == (step, "b", "sam")
    assert told.channel == wire.Channel(
        id="c1", name="support", about="Where first line asks for help"
    )


async def test_a_button_that_was_there_once_can_be_pressed_and_no_other(house: House) -> None:
    step = await house.post(blocks=buttons("old"))
    good(await house.call("PATCH", f"/messages/{step}", json={"blocks": buttons("new")}))
    for action in ("old", "new"):
        assert good(await house.click("sam", step, action)) == DONE
    assert "never had" in refused(await house.click("sam", step, "other"), 400)
    assert "never had" in refused(
        await house.click("sam", (await house.write("sam", "x"))["id"], "new"), 400
    )
    assert [event["action"] for event in house.bot.told("click")] == ["old", "new"]


async def test_a_restarted_server_and_another_one_know_every_button(storage: Storage) -> None:
    async with housed(storage) as house, housed(storage) as other:
        step = await house.post(blocks=buttons("a"))
        assert good(await other.click("sam", step, "a")) == DONE
        good(await house.call("PATCH", f"/messages/{step}", json={"blocks": buttons("b")}))
        good(await other.call("PATCH", f"/messages/{step}", json={"blocks": buttons("c")}))
        async with housed(storage) as restarted:
            for action in ("a", "b", "c"):
                assert good(await restarted.click("sam", step, action)) == DONE


async def test_the_last_five_hundred_buttons_are_remembered(storage: Storage) -> None:
    async with housed(storage) as house:
        step = await house.post(blocks=buttons("first"))
        for number in range(26):
            shown = buttons(*(f"{number}.{place}" for place in range(20)))
            good(await house.call("PATCH", f"/messages/{step}", json={"blocks": shown}))
    async with housed(storage) as restarted:
        refused(await restarted.click("sam", step, "first"), 400)
        assert good(await restarted.click("sam", step, "1.0")) == DONE


_NO_CLICKS = [
    {"message": "m1"},
    {"message": "m1", "action": ""},
    {"message": "m1", "action": "two words"},
    {"message": "m1", "action": "x" * 101},
    {"message": "m1", "action": "a", "more": 1},
    {"message": 1, "action": "a"},
    ["m1", "a"],
]


async def test_a_click_that_is_none_is_refused(house: House) -> None:
    for body in _NO_CLICKS:
        refused(await house.client.post("/api/as/sam/clicks", json=body), 400)
        with pytest.raises(ValueError):
            wire.Click.model_validate(body)


_ELSEWHERE = {"Origin": "https://elsewhere.example", "Host": "localhost"}
_JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("swift", [True, False])
@pytest.mark.parametrize(
    ("user", "headers", "body", "status"),
    [
        ("sam", _JSON, b'{"message": "%b", "action": "a"}', 200),
        ("sam", {**_JSON, **_ELSEWHERE}, b'{"message": "%b", "action": "a"}', 403),
        ("sam", {**_JSON, "X-Forwarded-For": "203.0.113.7"}, b"{}", 403),
        ("sam", {"Content-Type": "text/plain"}, b'{"message": "%b", "action": "a"}', 415),
        ("sam", _JSON, b" " * (LARGEST + 1), 413),
        ("sam", {**_JSON, "Content-Length": "0" * 5 + "7"}, b" " * (LARGEST + 1), 413),
        ("sam", _JSON, b'{"message": "%b"', 400),
        ("sam", _JSON, b'{"message": "%b", "action": "a", "more": 1}', 400),
        ("sam", _JSON, b'{"message": "%b", "action": "\\ud800"}', 400),
        ("nobody", _JSON, b'{"message": "%b", "action": "a"}', 404),
    ],
)
async def test_a_click_is_guarded_alike_before_the_framework_and_in_it(
    storage: Storage,
    swift: bool,
    user: str,
    headers: dict[str, str],
    body: bytes,
    status: int,
) -> None:
    async with housed(storage, swift=swift) as house:
        step = await house.post(blocks=buttons("a"))
        sent = body.replace(b"%b", step.encode())
        path = f"/api/as/{user}/clicks"
        answer = await house.client.post(path, content=sent, headers=headers)
    assert (answer.status_code, "error" in answer.json()) == (status, status != 200)
    assert len(house.bot.told("click")) == (status == 200)


async def test_only_who_sees_a_message_can_press_its_buttons(house: House) -> None:
    whisper = await house.post(blocks=buttons("a"), audience="sam")
    assert good(await house.click("sam", whisper, "a")) == DONE
    listed = good(await house.client.get("/api/as/sam/channels"))
    private = await house.post(channel_of(listed, direct=True).id, blocks=buttons("a"))
    assert good(await house.click("sam", private, "a")) == DONE
    for message in (whisper, private, "m9999", "9", "m0", "m" + "9" * 30, "’"):
        refused(await house.click("kim", message, "a"), 404)
    assert len(house.bot.told("click")) == 2


async def test_a_click_on_what_was_deleted_meanwhile_says_so(house: House) -> None:
    step = await house.post(blocks=buttons("a"))
    house.bot.says["click"] = {"replace": {"text": "too late"}}
    house.bot.talks.clear()
    clicking = asyncio.create_task(house.click("sam", step, "a"))
    await house.bot.heard("click")
    good(await house.client.delete(f"/api/as/sam/messages/{step}"))
    house.bot.talks.set()
    assert good(await clicking) == DONE  # the bot did it: there is only nothing to show it in
    assert "was deleted" in refused(await house.click("sam", step, "a"), 404)
    assert await house.seen("sam") == []


async def test_whispers_are_seen_by_one_and_can_be_dismissed(house: House) -> None:
    root = await house.post(text="root")
    house.bot.says["command"] = {"whispers": [{"text": "psst"}, {"text": "hey"}]}
    assert await command(house, "status", thread=root) == DONE
    heard = (await house.thread("sam", root))["messages"]
    assert [(entry["text"], entry["audience"]) for entry in heard] == [
        ("psst", "sam"),
        ("hey", "sam"),
    ]
    assert (await house.thread("kim", root))["messages"] == []
    assert (await house.seen("kim"))[0]["replies"] == 0
    path = f"whispers/{heard[0]['id']}"
    refused(await house.client.delete(f"/api/as/kim/{path}"), 404)
    good(await house.client.delete(f"/api/as/sam/{path}"))
    assert [e["text"] for e in (await house.thread("sam", root))["messages"]] == ["hey"]
    refused(await house.client.delete(f"/api/as/sam/whispers/{root}"), 403)


async def test_a_bot_that_does_not_say_200_did_not_answer(house: House) -> None:
    step = await house.post(text="one", blocks=buttons("a"))
    for status in (500, 401, 204):
        house.bot.says["click"] = {"replace": {"text": "two"}}
        house.bot.statuses = [status]
        assert good(await house.click("sam", step, "a")) == SILENT
        assert (await house.seen("sam"))[0]["text"] == "one"


_NO_ANSWERS: list[Any] = [
    {"replace": {"text": "two", "colour": "red"}},
    {"replace": {"blocks": [{"type": "markdown", "text": "x" * 3_001}]}},
    {"replace": {"blocks": [*buttons("a"), *buttons("a")]}},
    {"whispers": [{}] * 11},
    {"more": True},
    {"reaction": "party"},
    [],
    None,
    "two",
]


async def test_an_answer_that_breaks_the_rules_is_none(house: House) -> None:
    step = await house.post(text="one", blocks=buttons("a"))
    for answer in _NO_ANSWERS:
        house.bot.says["click"] = answer
        assert good(await house.click("sam", step, "a")) == SILENT
        assert [entry["text"] for entry in await house.seen("sam")] == ["one"]


async def test_a_late_answer_is_ignored(storage: Storage) -> None:
    async with housed(storage, pace=Pace(answer_within=0.05)) as house:
        step = await house.post(text="one", blocks=buttons("a"))
        house.bot.says["click"] = {"replace": {"text": "two"}}
        house.bot.talks.clear()
        async with asyncio.timeout(PATIENCE):
            assert good(await house.click("sam", step, "a")) == SILENT
        house.bot.talks.set()
        assert (await house.seen("sam"))[0]["text"] == "one"


async def test_a_bot_that_cannot_be_reached_did_not_answer(storage: Storage) -> None:
    class Nowhere:
        async def __call__(self, body: bytes, headers: Any) -> tuple[int, bytes]:
            raise ConnectionRefusedError

    async with housed(storage, bot=Nowhere(), working=False) as house:
        assert await command(house, "vpn") == SILENT
        answer = await house.client.get("/api/as/sam/home")
        assert "did not answer" in refused(answer, 502)
        path = "/api/as/sam/suggestions?channel=c1&text=v"
        assert good(await house.client.get(path)) == []


async def test_a_command_is_told_with_its_place(house: House) -> None:
    root = await house.post(text="root")
    await command(house, "  vpn acme ", thread=root)
    (event,) = house.bot.told("command")
    told = wire.Event.model_validate(event)
    assert (told.text, told.thread, told.channel.id) == ("vpn acme", root, "c1")
    body = {"channel": "c9", "text": "vpn"}
    refused(await house.client.post("/api/as/sam/commands", json=body), 404)
    body = {"channel": "c1", "text": "x" * 40_001}
    answer = await house.client.post("/api/as/sam/commands", json=body)
    assert "40,000 characters" in refused(answer, 400)


async def test_commands_work_where_the_bot_was_not_let_in(house: House) -> None:
    house.bot.says["command"] = {"whispers": [{"text": "Let me in"}]}
    assert await command(house, "vpn", channel="c3") == DONE
    assert [entry["text"] for entry in await house.seen("sam", "c3")] == ["Let me in"]
    assert house.bot.told("command")[0]["channel"]["writable"] is False


async def test_a_form_is_good_for_one_accepted_submission(house: House) -> None:
    form = await opened(house)
    house.bot.says["submit"] = {"errors": {"client": "Which ACME?"}}
    found = good(await fill(house, form, client="ACME", scope="one, all"))
    assert found == {**DONE, "errors": {"client": "Which ACME?"}}
    house.bot.says["submit"] = {"whispers": [{"text": "Thanks"}]}
    assert good(await fill(house, form, client="ACME Ltd")) == DONE
    assert "already" in refused(await fill(house, form, client="ACME Ltd"), 404)
    events = [wire.Event.model_validate(event) for event in house.bot.told("submit")]
    assert [event.values["client"] for event in events] == ["ACME", "ACME Ltd"]
    assert {(event.form, event.token) for event in events} == {(form, "form.1")}
    assert [entry["text"] for entry in await house.seen("sam")] == ["Thanks"]


async def test_the_form_itself_says_what_is_missing_or_too_long(house: House) -> None:
    form = await opened(house)
    found = good(await fill(house, form, client=" ", scope="one, nobody", note="123456"))
    assert found["errors"] == {
        "client": "Fill this in.",
        "scope": "Choose one of what is offered.",
        "note": "Use at most 5 characters.",
    }
    assert "“more”" in refused(await fill(house, form, client="ACME", more="x"), 400)
    assert house.bot.told("submit") == []


async def test_a_form_is_only_for_who_it_was_opened_for(house: House) -> None:
    form = await opened(house)
    refused(await fill(house, form, user="kim", client="ACME"), 404)
    for none in ("o123", "%00", "x"):
        refused(await fill(house, none, client="ACME"), 404)


async def test_a_form_answered_with_a_form_goes_on_there(house: House) -> None:
    step = await house.post(text="one", blocks=buttons("a"))
    house.bot.says["click"] = {"form": FORM}
    first = good(await house.click("sam", step, "a"))["form"]["id"]
    house.bot.says["submit"] = {"form": {**FORM, "title": "Page 2"}}
    second = good(await fill(house, first, client="ACME"))["form"]
    assert second["form"]["title"] == "Page 2"
    refused(await fill(house, first, client="ACME"), 404)
    house.bot.says["submit"] = {"replace": {"text": "two"}}
    assert good(await fill(house, second["id"], client="ACME")) == DONE
    # What the form was opened from is what is replaced.
    assert (await house.seen("kim"))[0]["text"] == "two"
    assert house.bot.told("submit")[1]["message"] == step


async def test_a_form_that_gets_no_answer_can_be_sent_again(house: House) -> None:
    form = await opened(house)
    house.bot.statuses = [500]
    assert good(await fill(house, form, client="ACME")) == SILENT
    assert good(await fill(house, form, client="ACME")) == DONE


async def test_suggestions_come_from_the_bot(house: House) -> None:
    house.bot.says["suggest"] = {"suggestions": [{"label": "VPN is down", "text": "vpn-down"}]}
    path = "/api/as/sam/suggestions"
    found = good(await house.client.get(path, params={"channel": "c1", "text": "vp"}))
    assert found == [{"label": "VPN is down", "text": "vpn-down"}]
    assert house.bot.told("suggest")[0]["text"] == "vp"


async def test_the_home_tab_shows_and_its_buttons_work(house: House) -> None:
    house.bot.says["home"] = {"home": {"text": "Hello", "blocks": buttons("sample")}}
    refused(await house.click("sam", "", "sample"), 400)
    shown = wire.Content.model_validate(good(await house.client.get("/api/as/sam/home")))
    assert shown.text == "Hello"
    house.bot.says["click"] = {"whispers": [{"text": "Here it begins"}]}
    assert good(await house.click("sam", "", "sample")) == DONE
    refused(await house.click("kim", "", "sample"), 400)
    refused(await house.click("sam", "", "other"), 400)
    mine = channel_of(good(await house.client.get("/api/as/sam/channels")), direct=True)
    assert [entry["text"] for entry in await house.seen("sam", mine.id)] == ["Here it begins"]
    (event,) = house.bot.told("click")
    assert (event["message"], event["channel"]["id"]) == ("", mine.id)


async def test_the_home_tab_says_why_there_is_none(house: House) -> None:
    house.bot.says["home"] = {"whispers": [{"text": "Ask an admin.", "blocks": buttons("ask")}]}
    shown = wire.Content.model_validate(good(await house.client.get("/api/as/gus/home")))
    assert shown.text == "Ask an admin."
    assert good(await house.click("gus", "", "ask")) == DONE


async def test_what_the_bot_is_told_is_an_event(house: House) -> None:
    step = await house.post(blocks=buttons("a"))
    await house.click("gus", step, "a")
    (event,) = house.bot.told("click")
    assert event == json.loads(wire.Event.model_validate(event).model_dump_json()) | {
        "at": event["at"]
    }
    assert event["user"]["guest"] is True


async def test_a_button_that_another_process_showed_can_be_pressed_though_nobody_looks_on(
    house: House, storage: Storage
) -> None:
    async with housed(storage) as other:
        message = await house.post(text="old", blocks=buttons("first"))
        click = {"message": message, "action": "first"}
        good(await other.client.post("/api/as/sam/clicks", json=click))
        shown = {"text": "new", "blocks": buttons("second")}
        good(await house.call("PATCH", f"/messages/{message}", json=shown))
        good(await other.client.post("/api/as/sam/clicks", json={**click, "action": "second"}))
        never = {**click, "action": "third"}
        refused(await other.client.post("/api/as/sam/clicks", json=never), 400)
