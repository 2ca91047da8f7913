"""What people can do at their clients, and what those do not let them do."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.app import MANIFEST
from tests.slack.filling import Impossible
from tests.slack.people import HOME, VIEW, Person
from tests.slack.samples import (
    actions,
    asked,
    button,
    home,
    modal,
    option,
    options,
    plain,
    section,
    select,
    text_input,
)
from tests.slack.server import Slack
from tests.slack.test_delivery import connection
from tests.slack.world import Json

Answer = Callable[[Json], Json | None]


@asynccontextmanager
async def answering(slack: Slack, answer: Answer) -> AsyncIterator[list[Json]]:
    """An app at a socket that answers every payload; what came to it."""
    came: list[Json] = []

    async def work(socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            envelope = message.json()
            if "payload" in envelope:
                came.append(envelope["payload"])
                said = answer(envelope["payload"]) or {}
                acknowledged = {"envelope_id": envelope["envelope_id"], "payload": said}
                await socket.send_json(acknowledged)

    async with connection(slack) as socket:
        working = asyncio.ensure_future(work(socket))
        try:
            yield came
        finally:
            working.cancel()


@pytest.fixture
def sam(slack: Slack) -> Person:
    return slack.person("sam")


async def shown(slack: Slack, *blocks: Json) -> str:
    """A message of the app's in support."""
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
    support = slack.team.channel("support").id
    posted = await client.chat_postMessage(channel=support, text="x", blocks=list(blocks))
    return str(posted["ts"])


async def opened(slack: Slack, sam: Person, view: Json) -> None:
    """A modal before Sam."""
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
    trigger = slack.triggers.make(slack.team, sam.user.id)
    await client.views_open(trigger_id=trigger, view=view)


async def test_there_is_no_slash_command_that_the_app_has_not(slack: Slack, sam: Person) -> None:
    with pytest.raises(Impossible, match="not a valid command"):
        await sam.types("/flaw vpn", "support")


async def test_the_commands_of_an_app_that_was_taken_out_are_gone(
    slack: Slack, sam: Person
) -> None:
    slack.uninstalls(slack.team)
    with pytest.raises(Impossible, match="not a valid command"):
        await sam.types("/flow vpn", "support")


async def test_somebody_elses_messages_and_private_channels_are_theirs(
    slack: Slack, sam: Person
) -> None:
    kim, ada = slack.person("kim"), slack.person("ada")
    message = kim.writes("mine", "support")
    with pytest.raises(Impossible, match="somebody else"):
        sam.edits(message.ts, "yours")
    hidden = sam.writes("between us", "cellar")
    assert [each.text for each in kim.sees("cellar")] == ["between us"]
    with pytest.raises(Impossible, match="no channel"):
        ada.sees("cellar")
    with pytest.raises(Impossible, match="no such message"):
        ada.reacts(hidden.ts, "tada")
    direct = sam.writes("for the bot", "direct")
    with pytest.raises(Impossible):
        kim.message(direct.ts)


async def test_a_button_that_never_was_and_one_that_is_gone(slack: Slack, sam: Person) -> None:
    ts = await shown(slack, actions(button(value="yes")))
    with pytest.raises(Impossible, match="no such button"):
        await sam.presses(ts, "no")
    slack.person("ada").deletes(ts)
    with pytest.raises(Impossible, match="deleted"):
        await sam.presses(ts, "yes")


async def test_an_entry_of_a_menu_is_picked(slack: Slack, sam: Person) -> None:
    overflow = {"type": "overflow", "action_id": "more", "options": options(2)}
    groups = [{"label": plain("G"), "options": [option(9, "Nine")]}]
    grouped = {"type": "static_select", "action_id": "g", "option_groups": groups}
    ts = await shown(slack, actions(select(3), grouped, overflow))
    async with answering(slack, lambda _: None) as came:
        await sam.presses(ts, "o2")
        await sam.presses(ts, "o9")
    picked = [each["actions"][0] for each in came if each["type"] == "block_actions"]
    assert [(each["type"], each["selected_option"]["value"]) for each in picked] == [
        ("static_select", "o2"),
        ("static_select", "o9"),
    ]
    assert all(each["trigger_id"] and each["response_url"] for each in came)


async def test_suggestions_are_asked_for_from_enough_letters_on(slack: Slack, sam: Person) -> None:
    search = {"type": "external_select", "action_id": "find", "min_query_length": 2}
    ts = await shown(slack, actions(search))
    said: list[Json] = [{"options": options(2)}, {"options": options(101)}]
    async with answering(slack, lambda _: said.pop(0)) as came:
        assert list(await sam.suggested(ts, "v")) == []
        assert list(await sam.suggested(ts, "vp")) == options(2)
        assert list(await sam.suggested(ts, "vpn")) == []
        assert "trouble loading" in sam.toasts[-1]
        said.append({})
        await sam.chooses(ts, option(1))
    assert [each.get("value") for each in came] == ["vp", "vpn", None]
    assert came[0]["container"]["message_ts"] == ts
    assert came[2]["actions"][0]["selected_option"] == option(1)


async def test_a_modal_is_sent_when_what_it_asks_is_there(slack: Slack, sam: Person) -> None:
    inputs = (
        asked(text_input(1, max_length=5), 1),
        asked(select(3), 2, optional=True),
        asked({"type": "checkboxes", "action_id": "c", "options": options(3)}, 3, optional=True),
    )
    await opened(slack, sam, modal(*inputs, private_metadata="about", callback_id="form"))
    async with answering(slack, lambda _: None) as came:
        assert await sam.submits() is None
        assert sam.view is not None
        assert sam.view.errors == {"b1": "Please complete this required field."}
        with pytest.raises(Impossible, match="at most 5"):
            sam.fills("b1", "sixsix")
        with pytest.raises(Impossible, match="not offered"):
            sam.fills("b2", "o7")
        with pytest.raises(Impossible, match="no input"):
            sam.fills("b9", "x")
        sam.fills("b1", "five5")
        sam.fills("b2", "o1")
        sam.fills("b3", ["o0", "o2"])
        await sam.submits()
        assert sam.view is None
    [sent] = came
    view = sent["view"]
    assert (view["private_metadata"], view["callback_id"]) == ("about", "form")
    values = view["state"]["values"]
    assert values["b1"]["t1"] == {"type": "plain_text_input", "value": "five5"}
    assert values["b2"]["pick"]["selected_option"]["value"] == "o1"
    assert [each["value"] for each in values["b3"]["c"]["selected_options"]] == ["o0", "o2"]


async def test_the_answer_to_a_modal_keeps_changes_or_clears_it(slack: Slack, sam: Person) -> None:
    said: list[Json] = [
        {"response_action": "errors", "errors": {"b1": "Say more."}},
        {"response_action": "errors", "errors": {"elsewhere": "Say more."}},
        {"response_action": "update", "view": modal(asked(text_input(2), 2), asked())},
        {"response_action": "push", "view": modal(section("One more thing"))},
        {"response_action": "clear"},
    ]
    await opened(slack, sam, modal(asked()))
    async with answering(slack, lambda _: said.pop(0)):
        sam.fills("b1", "hm")
        await sam.submits()
        assert sam.view is not None
        assert sam.view.errors == {"b1": "Say more."}
        await sam.submits()
        assert "trouble connecting" in sam.toasts[-1]
        await sam.submits()
        # What was typed is there still: it is the same input.
        assert sam.view.typed["b1", "t1"]["value"] == "hm"
        sam.fills("b2", "x")
        await sam.submits()
        assert len(slack.team.stacks[sam.user.id]) == 2
        await sam.submits()
        assert sam.view is None


async def test_a_modal_that_is_closed_tells_who_wants_to_know(slack: Slack, sam: Person) -> None:
    await opened(slack, sam, modal(asked(), notify_on_close=True))
    async with answering(slack, lambda _: None) as came:
        await sam.closes()
    assert sam.view is None
    assert [(each["type"], each["is_cleared"]) for each in came] == [("view_closed", False)]


async def test_home_is_opened_filled_and_worked(slack: Slack, sam: Person) -> None:
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
    with pytest.raises(Impossible, match="empty"):
        await sam.presses(HOME, "yes")
    async with answering(slack, lambda _: None) as came:
        sam.opens_home()
        await slack.delivery.settled()
        await client.views_publish(user_id=sam.user.id, view=home(actions(button(value="yes"))))
        await sam.presses(HOME, "yes")
    first, pressed = came
    assert first["event"]["tab"] == "home"
    assert pressed["view"]["type"] == "home"
    assert pressed["container"]["type"] == "view"
    assert "response_url" not in pressed


async def test_shortcuts_are_in_their_menus(slack: Slack, sam: Person) -> None:
    message = slack.person("kim").writes("The line is down.", "general")
    async with answering(slack, lambda _: None) as came:
        await sam.points(message.ts, "note")
        await sam.begins("begin")
    pointed, began = came
    assert (pointed["type"], pointed["callback_id"]) == ("message_action", "note")
    assert (pointed["message"]["text"], pointed["message_ts"]) == ("The line is down.", message.ts)
    assert (began["type"], began["callback_id"]) == ("shortcut", "begin")
    assert "channel" not in began
    with pytest.raises(Impossible):
        await sam.begins("note")
    with pytest.raises(LookupError):
        await sam.points(message.ts, "nothing")


async def test_a_view_is_worked_with_a_trigger_of_its_own(slack: Slack, sam: Person) -> None:
    await opened(slack, sam, modal(actions(button(value="more"))))
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
    async with answering(slack, lambda _: None) as came:
        await sam.presses(VIEW, "more")
        await client.views_push(trigger_id=came[0]["trigger_id"], view=modal(section("More")))
    assert sam.view is not None
    assert sam.view.previous


def test_an_app_is_what_its_manifest_says() -> None:
    features = {**MANIFEST["features"], "slash_commands": []}
    slack = Slack({**MANIFEST, "features": features})
    assert slack.app.commands == frozenset()
    assert slack.app.shortcut("note").kind == "message"
    assert slack.app.hears("message.channels", slack.app.scopes)
    assert not slack.app.hears("message.channels", {"chat:write"})
