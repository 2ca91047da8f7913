"""What Slack sends of clicks, forms, commands and shortcuts: by whom, where, whatever lacks."""

import json
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from bot.port import (
    NOTHING,
    Answer,
    Clicked,
    Command,
    Form,
    Pointed,
    Purpose,
    Replied,
    Submitted,
    Suggestion,
    Target,
    Typing,
)
from bot.token import Token
from core.ids import SessionId
from core.verbs import ProductVerb
from core.views import Choice, FieldKind, FieldView, FormView, HomeView, NoticeView
from storage.ids import new_id
from tests.bot.platforms.slack.earshot import FORM as URLENCODED
from tests.bot.platforms.slack.earshot import Earshot
from tests.slack.delivery import signed
from tests.slack.people import HOME
from tests.slack.world import Json

TOKEN = Token(SessionId(new_id()), 0, ProductVerb.MENU).pack()
MENU = Choice(ProductVerb.MENU, "Menu")
ASK = NoticeView("Which?", (MENU,))
SEARCH = HomeView("Sam", (), (Choice(ProductVerb.FIND, "Find a flow…"),))
REASON = FieldView("reason", "Why & how?", FieldKind.TEXT)


def form(*fields: FieldView) -> Form:
    """A form of these fields."""
    return Form(TOKEN, FormView("Why?", "Save", fields))


async def shown(place: Earshot) -> str:
    """A message of ours with one button; its ts."""
    target = Target(place.server.team.id, place.support)
    return await place.adapter.sender.post(target, ASK, mark="shown")


async def at_home(place: Earshot, view: HomeView) -> None:
    """Sam's Home tab shows it."""
    place.product.answer = Answer(home=view)
    place.sam.opens_home()
    await place.told()


# Of an organisation, of another workspace


def org_level(payload: Json) -> Json:
    """As it comes where the app is in an organisation: no team, but the user's."""
    return {**payload, "team": None, "enterprise": {"id": "E01", "name": "Acme Group"}}


def elsewhere(payload: Json) -> Json:
    """As it comes from somebody of another workspace, in a shared channel."""
    user = {**payload["user"], "team_id": "T0OTHER"}
    return {**payload, "user": user, "team": {"id": "T0OTHER", "domain": "other"}}


async def test_without_a_team_it_is_the_users(place: Earshot) -> None:
    ts = await shown(place)
    acts, sam = place.sam.acts, place.sam
    block = {"type": "button", "block_id": "b", "value": TOKEN, "text": {"text": "Menu"}}
    click = acts.on_message(sam.message(ts)) | {
        "actions": [{**block, "action_id": "a", "action_ts": "1.1"}]
    }
    written = sam.writes("the printer", "support")
    await place.told()
    for payload in (
        click,
        acts.pointing(written, "note"),
        acts.pointing(written, "resume"),
        acts.beginning("begin"),
        acts.about_message(sam.message(ts))
        | {"type": "block_suggestion", "action_id": "a", "block_id": "b", "value": "vp"},
    ):
        assert (await place.interaction(org_level(payload))).status_code == 200
    heard = await place.told()
    assert [type(each) for each in heard] == [Clicked, Pointed, Command, Command, Typing]
    assert {each.by.workspace for each in heard if hasattr(each, "by")} == {place.server.team.id}


async def test_a_form_of_somebody_from_another_workspace_is_told_where_we_are(
    place: Earshot,
) -> None:
    place.product.answer = Answer(form=form(REASON))
    await place.sam.types("/flow x", "support")
    await place.quiet()
    assert place.sam.view is not None
    place.sam.fills("reason", "because")
    place.product.answer = NOTHING
    await place.interaction(elsewhere(place.sam.acts.submission(place.sam.view)))
    [heard] = [each for each in await place.told() if isinstance(each, Submitted)]
    assert (heard.by.workspace, heard.values) == (place.server.team.id, {"reason": "because"})


async def test_where_we_are_not_installed_is_said_in_words(place: Earshot) -> None:
    payload = place.sam.acts.command(place.server.team.channel("support"), "/flow", "vpn")
    alien = {**payload, "team_id": "T0OTHER"}
    before = len(place.sam.sees("support"))
    reply = await place.server.delivery.ask("command", alien)
    assert not reply.failed
    assert await place.told() == []
    [said] = place.sam.sees("support")[before:]
    assert "not installed in this workspace" in said.text


# Lists that are searched, menus, the Home tab


async def test_what_was_found_by_typing_is_a_command(place: Earshot) -> None:
    await at_home(place, SEARCH)
    long = "x" * 151
    place.product.answer = Answer(
        suggestions=(Suggestion("VPN is down", "vpn-down"), Suggestion("Too long", long))
    )
    found = await place.sam.suggested(HOME, "vp")
    assert [each["value"] for each in found] == ["vpn-down"]
    await place.sam.chooses(HOME, found[0])
    [typing, heard] = await place.told()
    assert isinstance(typing, Typing)
    assert isinstance(heard, Command)
    assert heard.text == "start vpn-down"


async def test_nothing_is_suggested_where_nothing_can_be_said(place: Earshot) -> None:
    await at_home(place, SEARCH)
    place.product.failure = RuntimeError("broken")
    assert await place.sam.suggested(HOME, "vp") == []
    assert place.sam.toasts == []  # an empty list, not an error of Slack's


async def test_an_entry_of_a_menu_that_overflows_is_a_click(place: Earshot) -> None:
    ts = await shown(place)
    picked = {"type": "overflow", "action_id": "m", "block_id": "b", "action_ts": "1.2"}
    chosen = {
        **picked,
        "selected_option": {"text": {"type": "plain_text", "text": "Menu"}, "value": TOKEN},
    }
    await place.interaction(
        place.sam.acts.on_message(place.sam.message(ts)) | {"actions": [chosen]}
    )
    [heard] = await place.told()
    assert isinstance(heard, Clicked)
    assert (heard.token, heard.message) == (TOKEN, ts)


async def test_a_click_in_the_home_tab_is_done_in_the_direct_conversation(place: Earshot) -> None:
    await at_home(place, HomeView("Sam", (), (MENU,)))
    place.product.answer = Answer(replace=NoticeView("Here you are."))
    await place.sam.presses(HOME, flow_token(place))
    [heard, *_] = await place.told()
    assert isinstance(heard, Clicked)
    assert heard.by.direct
    assert heard.by.channel == place.sam.direct.id
    assert "Here you are." in place.sam.sees("direct")[-1].text


def flow_token(place: Earshot) -> str:
    """The value of the button in Sam's Home tab."""
    assert place.sam.home is not None
    found = [
        each["value"]
        for block in place.sam.home.blocks
        if block["type"] == "actions"
        for each in block["elements"]
        if each["type"] == "button"
    ]
    return str(found[-1])


# Shortcuts


@pytest.mark.parametrize("purpose", [Purpose.NOTE, Purpose.START])
async def test_a_message_that_is_pointed_at(place: Earshot, purpose: Purpose) -> None:
    kim = place.server.person("kim")
    root = kim.writes("vpn?", "support")
    reply = kim.writes("see <b>", "support", root.ts, files={"log.txt": b"x"})
    await place.told()
    await place.sam.points(reply.ts, purpose)
    [heard] = await place.told()
    assert isinstance(heard, Pointed)
    assert (heard.purpose, heard.message, heard.text) == (purpose, reply.ts, "see <b>")
    assert (heard.author, heard.by.name, heard.by.thread) == ("Kim", "Sam", root.ts)
    assert [file.name for file in heard.files] == ["log.txt"]


async def test_a_message_of_a_bot_can_be_pointed_at(place: Earshot) -> None:
    team = place.server.team
    alarm = team.writes(team.channel("support"), "B0ALARM", "Disk full", bot_name="Alarms")
    await place.told()
    payload = place.sam.acts.pointing(alarm, "note")
    payload["message"]["user"] = None
    await place.interaction(payload)
    [heard] = await place.told()
    assert isinstance(heard, Pointed)
    assert heard.author == "Alarms"


async def test_resuming_is_below_the_message_that_was_pointed_at(place: Earshot) -> None:
    root = place.sam.writes("vpn?", "support")
    await place.told()
    await place.sam.points(root.ts, "resume")
    [heard] = await place.told()
    assert isinstance(heard, Command)
    assert (heard.text, heard.by.thread) == ("resume", root.ts)


async def test_in_a_conversation_of_two_people_we_are_not_alone_with_anybody(
    place: Earshot,
) -> None:
    written = place.sam.writes("vpn?", "support")
    await place.told()
    payload = place.sam.acts.pointing(written, "note")
    payload["channel"] = {"id": "D0OTHER", "name": "directmessage"}
    await place.interaction(payload)
    typed = place.sam.acts.command(place.server.team.channel("support"), "/flow", "vpn")
    await place.server.delivery.ask("command", {**typed, "channel_id": "D0OTHER"})
    [pointed, command] = await place.told()
    assert isinstance(pointed, Pointed)
    assert isinstance(command, Command)
    assert not pointed.by.direct
    assert not command.by.direct


# Forms


async def test_a_form_without_inputs_can_be_sent(place: Earshot) -> None:
    place.product.answer = Answer(form=Form(TOKEN, FormView("Sure?", "Yes", (), prose="Really?")))
    await place.sam.types("/flow x", "support")
    await place.told()
    place.product.answer = NOTHING
    await place.sam.submits()
    [heard] = await place.told()
    assert isinstance(heard, Submitted)
    assert dict(heard.values) == {}
    assert place.sam.view is None


async def test_what_is_wrong_with_a_form_without_inputs_is_said_in_it(place: Earshot) -> None:
    place.product.answer = Answer(form=Form(TOKEN, FormView("Sure?", "Yes", (), prose="Really?")))
    await place.sam.types("/flow x", "support")
    await place.told()
    place.product.answer = Answer(errors={"": "Too late."})
    await place.sam.submits()
    assert place.sam.view is not None
    assert "Too late." in json.dumps(place.sam.view.blocks)
    assert place.sam.toasts == []


# What lacks what it should have


def lacking(name: str) -> Callable[[Json], Json]:
    """The same without `name`; a dot leads inside."""

    def strip(payload: Json) -> Json:
        stripped: Json = json.loads(json.dumps(payload))
        inner: Any = stripped
        *way, last = name.split(".")
        for step in way:
            inner = inner[int(step) if step.isdigit() else step]
        inner.pop(last, None)
        return stripped

    return strip


async def test_what_lacks_something_is_acknowledged_and_no_error_of_slacks(
    place: Earshot,
) -> None:
    ts = await shown(place)
    place.product.answer = Answer(form=form(REASON))
    await place.sam.types("/flow x", "support")
    await place.quiet()
    acts, view, message = place.sam.acts, place.sam.view, place.sam.message(ts)
    assert view is not None
    action = {"type": "button", "action_id": "a", "block_id": "b", "value": TOKEN, "action_ts": "1"}
    common = ["user", "user.id", "team", "channel", "trigger_id"]
    lacks = {
        "actions.0.action_id container message response_url": acts.on_message(message)
        | {"actions": [action]},
        "view.state view.blocks view.private_metadata": acts.submission(view),
        "message response_url": acts.pointing(message, "note"),
        "": acts.beginning("begin"),
    }
    for names, payload in lacks.items():
        for name in (*names.split(), *common):
            if name.partition(".")[0] in payload:
                answered = await place.interaction(lacking(name)(payload))
                assert answered.status_code == 200, (payload["type"], name)
    broken = json.loads(json.dumps(acts.submission(view)))
    broken["view"]["private_metadata"] = '{"page": "x", "pages": []}'
    assert (await place.interaction(broken)).status_code == 200
    await place.quiet()


EVENTS: list[Json] = [
    {"type": "message"},
    {"type": "message", "subtype": "message_changed", "channel": "C1", "ts": "1.1"},
    {"type": "message", "subtype": "message_deleted", "channel": "C1", "ts": "1.1"},
    {"type": "message", "user": ["U1"], "channel": "C1", "ts": "1.1", "text": 5},
    {"type": "reaction_added", "reaction": "no_entry", "user": "U1", "item": {"type": "message"}},
    {"type": "app_home_opened"},
    {"type": "member_joined_channel"},
    {"type": "channel_archive"},
    {"type": "tokens_revoked", "tokens": None},
    {"type": "something_new"},
]


async def test_nor_is_an_event_and_what_comes_next_is_heard(place: Earshot) -> None:
    for event in EVENTS:
        assert (await place.event(event)).status_code == 200, event
    place.sam.writes("and then this", "support")
    heard = [each.text for each in await place.told() if isinstance(each, Replied)]
    assert heard == ["and then this"]


NONSENSE = [b"", b"{", b"[]", b"null", b"7", b'"x"', b"payload=", b"payload=[]", b"payload=null"]
NONSENSE += [b"\xff\xfe{", b"[" * 100_000, b'{"type": "event_callback", "event": "x"}']
NONSENSE += [b'{"type": "event_callback"}', b"payload={}", b"payload=%7B%22type%22%3A1%7D"]


async def test_nonsense_is_refused_to_strangers_and_is_no_error(place: Earshot) -> None:
    for kind, body in product(("application/json", URLENCODED), NONSENSE):
        stranger = await place.sends(body, kind, {})
        assert stranger.status_code == 401, body[:40]
        guess = await place.sends(
            body, kind, signed("a guess", body) if body[0:1] < b"\x80" else {}
        )
        assert guess.status_code == 401, body[:40]
        if body[0:1] < b"\x80":
            assert (await place.sends(body, kind)).status_code < 500, body[:40]
    assert await place.told() == []


async def test_a_signature_that_is_none(place: Earshot) -> None:
    times = ("soon", "", "9" * 5000, "-1", "1e9", "٣")
    for at, signature in [*((at, "v0=00") for at in times), ("1700000000", "ü")]:
        headers = {
            b"x-slack-request-timestamp": at.encode(),
            b"x-slack-signature": signature.encode(),
            b"content-type": b"application/json",
        }
        answer = await place.client.post(place.door, content=b"{}", headers=headers)
        assert answer.status_code == 401, at[:20]
    assert (await place.client.get(place.door)).status_code == 405


async def test_what_is_larger_than_anything_of_slacks_is_not_read(place: Earshot) -> None:
    body = b"x" * 5_000_000
    headers = {"x-slack-request-timestamp": "1700000000", "x-slack-signature": "v0=00"}
    assert (await place.sends(body, URLENCODED, headers)).status_code == 413
