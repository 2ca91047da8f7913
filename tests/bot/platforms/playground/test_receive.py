"""What the playground's events become, and what the playground is answered."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from bot.platforms.playground import wire
from bot.platforms.playground.receive import FRESH, LARGEST, signature
from bot.platforms.playground.wire import Happened
from bot.port import (
    Answer,
    Arrived,
    Clicked,
    Closed,
    Command,
    Deleted,
    Edited,
    File,
    Form,
    Inbound,
    Loss,
    Opened,
    Origin,
    Pointed,
    Purpose,
    Reacted,
    Reaction,
    Receipt,
    Replied,
    Settled,
    Submitted,
    Suggestion,
    Typing,
)
from core.flow.node import Certainty
from core.ids import SessionId
from core.session.state import Status
from core.views import (
    Choice,
    FieldKind,
    FieldOption,
    FieldView,
    FormView,
    HeaderView,
    NoticeView,
    PastLine,
    PastView,
)
from tests.bot.platforms.playground.events import (
    BOT,
    DIRECT,
    NOW,
    SECRET,
    event,
    read,
    send,
    told,
)
from tests.contracts.product import Product

HERE = Origin("playground", "w1", "sam", "Sam", "support")
THREAD = Origin("playground", "w1", "sam", "Sam", "support", "m7")
ALONE = Origin("playground", "w1", "sam", "Sam", "dm-sam", direct=True, threads=False)
PNG = wire.FileInfo(id="f1", name="a.png", media_type="image/png", size=7)


@pytest.mark.parametrize(
    ("type", "more", "heard"),
    [
        (Happened.COMMAND, {"text": "vpn"}, Command(HERE, "playground:w1:event:e1", "vpn")),
        (
            Happened.CLICK,
            {"message": "m8", "action": "abc", "thread": "m7"},
            Clicked(THREAD, "playground:w1:event:e1", "abc", "m8"),
        ),
        (
            Happened.SUBMIT,
            {"form": "f9", "token": "abc", "values": {"a": "1"}, "message": "m8"},
            Submitted(HERE, "playground:w1:form:f9", "abc", {"a": "1"}, "m8"),
        ),
        (Happened.MESSAGE, {"message": "m8", "text": "hi"}, Replied(HERE, "m8", "hi")),
        (
            Happened.MESSAGE,
            {"message": "m8", "files": [PNG]},
            Replied(HERE, "m8", "", (File("a.png", "image/png", 7, "f1"),)),
        ),
        (
            Happened.MESSAGE,
            {"message": "m8", "text": "hi", "quote": "m7", "channel": DIRECT},
            Replied(ALONE, "m8", "hi", meant=True),
        ),
        (
            Happened.CHANGED,
            {"message": "m8", "text": "ho", "version": 12},
            Edited(HERE, "playground:w1:changed:m8:12", "m8", "ho"),
        ),
        (
            Happened.DELETED,
            {"message": "m8"},
            Deleted(HERE, "playground:w1:deleted:m8", "m8"),
        ),
        (
            Happened.REACTION,
            {"message": "m8", "reaction": "no-entry", "added": False, "version": 12},
            Reacted(HERE, "playground:w1:reaction:m8:12", "m8", Reaction.KEEP_OUT, False),
        ),
        (Happened.SUGGEST, {"text": "vp"}, Typing(HERE, "vp")),
        (Happened.HOME, {}, Opened(HERE)),
        (Happened.JOINED, {"channel": DIRECT}, Arrived(ALONE, "playground:w1:event:e1")),
        (
            Happened.LEFT,
            {},
            Closed("playground", "w1", "support", Loss.REMOVED, "playground:w1:event:e1"),
        ),
        (
            Happened.POINTED,
            {
                "purpose": "note",
                "message": "m8",
                "text": "hi",
                "author": "Kim",
                "files": [PNG],
                "thread": "m7",
            },
            Pointed(
                THREAD,
                "playground:w1:event:e1",
                Purpose.NOTE,
                "m8",
                "hi",
                "Kim",
                (File("a.png", "image/png", 7, "f1"),),
            ),
        ),
        (
            Happened.POINTED,
            {"purpose": "start", "message": "m8", "text": "hi"},
            Pointed(HERE, "playground:w1:event:e1", Purpose.START, "m8", "hi"),
        ),
    ],
)
async def test_what_somebody_did_is_heard(
    type: Happened, more: dict[str, Any], heard: Inbound
) -> None:
    assert await told(event(type, **more)) == heard


async def test_a_guest_is_known_as_one() -> None:
    guest = wire.User(id="gus", name="Gus", guest=True)
    inbound = await told(event(Happened.COMMAND, user=guest))
    assert isinstance(inbound, Command)
    assert inbound.by.guest


async def test_a_mention_is_a_command_where_there_are_threads_and_meant_where_there_are_none() -> (
    None
):
    mention = {"message": "m8", "text": "back", "mentioned": True}
    command = await told(event(Happened.MESSAGE, **mention))
    assert command == Command(HERE, "playground:w1:message:m8", "back")
    reply = await told(event(Happened.MESSAGE, channel=DIRECT, **mention))
    assert reply == Replied(ALONE, "m8", "back", meant=True)


async def test_a_mention_with_a_file_keeps_the_file() -> None:
    mention = {"message": "m8", "text": "see", "mentioned": True, "files": [PNG]}
    reply = await told(event(Happened.MESSAGE, **mention))
    assert isinstance(reply, Replied)
    assert reply.meant
    assert [file.name for file in reply.files] == ["a.png"]


@pytest.mark.parametrize(
    "what",
    [
        {"type": Happened.SUBMIT, "form": "f9", "token": "abc"},
        {"type": Happened.MESSAGE, "message": "m8", "text": "go", "mentioned": True},
        {"type": Happened.CHANGED, "message": "m8", "text": "ho", "version": 12},
        {"type": Happened.DELETED, "message": "m8"},
        {"type": Happened.REACTION, "message": "m8", "reaction": "no-entry", "version": 12},
    ],
)
async def test_told_again_under_another_id_it_is_the_same_delivery(what: dict[str, Any]) -> None:
    first, again = await told(event(id="e1", **what)), await told(event(id="e2", **what))
    assert first == again


async def test_two_changes_of_a_message_are_two_deliveries() -> None:
    one, other = [
        await told(event(Happened.CHANGED, message="m8", text="x", version=version))
        for version in (12, 13)
    ]
    assert isinstance(one, Edited)
    assert isinstance(other, Edited)
    assert one.delivery != other.delivery


@pytest.mark.parametrize(
    "what",
    [
        event(Happened.MESSAGE, message="m8", text="hi", user=BOT),
        event(Happened.JOINED, user=BOT),
        event(Happened.REACTION, message="m8", reaction="eyes"),
        event(Happened.COMMAND).model_dump_json().replace("command", "knock").encode(),
    ],
)
async def test_our_own_messages_and_what_means_nothing_are_only_acknowledged(
    what: wire.Event | bytes,
) -> None:
    product = Product()
    answer = await send(product, what)
    assert (answer.status_code, answer.json()) == (200, {})
    assert product.told == []


BODY = event(Happened.COMMAND, text="vpn").model_dump_json().encode()


def past_line(seq: int) -> PastLine:
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    return PastLine(
        seq, f"Was {seq} looked at, and what was seen there?", "Yes", Certainty.CHECKED, "Sam", at
    )


def signed(secret: str = SECRET, at: int = NOW, body: bytes = BODY) -> dict[str, str]:
    time = str(at)
    return {wire.TIMESTAMP: time, wire.SIGNATURE: signature(secret.encode(), time, body)}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed("another secret"),
        signed(body=BODY + b" "),
        signed(at=NOW - FRESH - 1),
        signed(at=NOW + FRESH + 1),
        {**signed(), wire.TIMESTAMP: str(NOW + 1)},
        {**signed(), wire.TIMESTAMP: "soon"},
        {**signed(), wire.TIMESTAMP: "9" * 5_000},
        {**signed(), wire.SIGNATURE: "v1="},
        {**signed(), wire.SIGNATURE: "v1=é".encode("latin-1").decode("latin-1")},
    ],
)
async def test_who_is_not_the_playground_is_refused_and_nothing_is_done(
    headers: dict[str, str],
) -> None:
    product = Product()
    raw = {name: value.encode("latin-1") for name, value in headers.items()}
    answer = await send(product, BODY, raw)  # type: ignore[arg-type]
    assert answer.status_code == 401
    assert product.told == []


async def test_a_signature_counts_for_five_minutes() -> None:
    product = Product()
    answer = await send(product, BODY, signed(at=NOW - FRESH))
    assert answer.status_code == 200
    assert len(product.told) == 1


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", b'{"type": "click", "user": {}}'])
async def test_what_is_no_event_is_refused(body: bytes) -> None:
    product = Product()
    assert (await send(product, body)).status_code == 400
    assert product.told == []


async def test_what_is_too_large_is_refused() -> None:
    product = Product()
    assert (await send(product, b" " * (LARGEST + 1))).status_code == 413
    assert product.told == []


async def test_an_answer_becomes_the_playgrounds() -> None:
    choice = Choice("menu", "Menu")
    answer = Answer(
        replace=NoticeView("Replaced.", (choice,)),
        whispers=(NoticeView("One."), NoticeView("Two.")),
        errors={"client": "Say which."},
        receipt=Receipt.TAKEN,
    )
    body = read(await send(Product(answer), event(Happened.CLICK, message="m8", action="a")))
    assert body.replace is not None
    assert body.replace.text.startswith("Replaced.")
    assert any(block.type == "actions" for block in body.replace.blocks)
    assert [whisper.text for whisper in body.whispers] == ["One.", "Two."]
    assert body.errors == {"client": "Say which."}
    assert body.reaction == "taken"


async def test_suggestions_are_answered() -> None:
    answer = Answer(suggestions=(Suggestion("VPN is down", "vpn-down"),))
    body = read(await send(Product(answer), event(Happened.SUGGEST, text="vp")))
    assert [(s.label, s.text) for s in body.suggestions] == [("VPN is down", "vpn-down")]


PICK = FormView(
    "Hand over",
    "hand-over",
    (
        FieldView(
            "to",
            "To",
            FieldKind.PERSON,
            required=True,
            value="2",
            options=(FieldOption("1", "Kim"), FieldOption("2", "Vic")),
        ),
        FieldView("message", "What should they know?", FieldKind.TEXT, help="Or not.", limit=999),
    ),
    submit="Ask",
)


async def test_a_form_opens_for_who_clicked() -> None:
    answer = Answer(form=Form("token", PICK))
    form = read(await send(Product(answer), event(Happened.CLICK, message="m", action="a"))).form
    assert form is not None
    assert (form.token, form.title, form.submit) == ("token", "Hand over", "Ask")
    to, message = form.fields
    assert (to.kind, to.required, to.value) == ("person", True, "2")
    assert to.options == [("1", "Kim"), ("2", "Vic")]
    assert (message.kind, message.help, message.limit) == ("text", "Or not.", 999)


async def test_a_form_that_a_message_asks_for_is_offered_as_a_button() -> None:
    """A mention is a message: nobody waits in front of a dialog for its answer."""
    answer = Answer(form=Form("token", PICK))
    body = read(await send(Product(answer), event(Happened.MESSAGE, message="m", mentioned=True)))
    assert body.form is None
    [whisper] = body.whispers
    [block] = whisper.blocks
    assert isinstance(block, wire.ActionsBlock)
    assert [(button.action, button.label) for button in block.buttons] == [("token", "Hand over")]


async def test_once_the_answer_is_out_the_product_hears_of_it() -> None:
    settled = Settled("a", "m", "c", 3)
    product = Product(Answer(replace=NoticeView("So."), settled=settled))
    await send(product, event(Happened.CLICK, message="m8", action="a"))
    assert product.settled == [settled]


@pytest.mark.parametrize("type", [Happened.CLICK, Happened.MESSAGE, Happened.HOME])
async def test_a_product_that_fails_is_answered_for_and_hears_the_next_event(
    type: Happened, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    product = Product(failure=ValueError("hunter2"))
    answer = await send(product, event(type, message="m8", action="a"))
    body = read(answer)
    shown = body.home or body.whispers[0]
    assert "Try again" in shown.text
    assert "hunter2" not in answer.text
    reference = shown.text.rstrip(".").rpartition(" ")[2]
    logged = capsys.readouterr().out + caplog.text
    assert reference in logged
    product.failure = None
    assert json.loads((await send(product, event(type, message="m9", action="a"))).content) == {}
    assert len(product.told) == 2


async def test_a_form_that_could_not_be_taken_stays_open_with_what_was_typed() -> None:
    product = Product(failure=ValueError("hunter2"))
    submitted = event(Happened.SUBMIT, form="f", token="t", values={"text": "an hour of typing"})
    body = read(await send(product, submitted))
    assert "Try again" in body.errors["text"]
    assert body.whispers == []


async def test_the_parts_of_a_long_field_come_together_again() -> None:
    values = {"text": "one", "text~2": "two", "to|2": "kim", "to": ""}
    inbound = await told(event(Happened.SUBMIT, form="f", token="t", values=values))
    assert isinstance(inbound, Submitted)
    assert inbound.values == {"text": "one\ntwo", "to": "kim"}


async def test_two_answers_where_one_is_asked_for_keep_the_form_open() -> None:
    product = Product()
    values = {"to": "vic", "to|2": "kim"}
    body = read(await send(product, event(Happened.SUBMIT, form="f", token="t", values=values)))
    assert set(body.errors) == {"to|2"}
    assert product.told == []


async def test_what_has_too_many_pages_to_whisper_is_led_through_by_a_button() -> None:
    many = PastView(SessionId(uuid4()), 5, tuple(past_line(n) for n in range(1, 900)))
    body = read(await send(Product(Answer(whispers=(many,))), event(Happened.COMMAND)))
    assert len(body.whispers) == 1
    assert "Read on (2 of " in body.whispers[0].model_dump_json()


async def test_a_whisper_of_a_few_pages_says_all_of_it() -> None:
    words = " ".join(f"word{n}" for n in range(2_500))
    body = read(await send(Product(Answer(whispers=(NoticeView(words),))), event(Happened.COMMAND)))
    said = " ".join(whisper.model_dump_json() for whisper in body.whispers)
    assert len(body.whispers) > 1
    assert not [n for n in range(2_500) if f"word{n}" not in said]
    assert "Read on" not in said


async def test_a_time_keeps_its_zone() -> None:
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    header = HeaderView(SessionId(uuid4()), "VPN is down", None, "Sam", Status.ACTIVE, at)
    body = read(await send(Product(Answer(whispers=(header,))), event(Happened.COMMAND)))
    assert '"time":"2026-11-23T09:00:00Z"' in body.model_dump_json()
