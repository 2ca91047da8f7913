"""What comes in is told once and in order, answered in time, and whoever waits is told something
true, whatever the product does.
"""

import asyncio
from typing import Any, cast

import pytest
from structlog.typing import EventDict

from bot.platforms.teams import receive
from bot.port import (
    NOTHING,
    Answer,
    Clicked,
    Command,
    Deleted,
    Edited,
    Form,
    Inbound,
    Opened,
    Pointed,
    Receipt,
    Replied,
    Settled,
    Shown,
    Submitted,
    Suggestion,
    Typing,
)
from core.verbs import ProductVerb
from core.views import Choice, FieldKind, FieldView, FormView, NoticeView
from storage.ids import new_id
from tests.bot.platforms.teams.earshot import MENU, TOKEN, Earshot, buttons, words
from tests.teams.people import DIRECT
from tests.teams.world import Json

REASON = FieldView("reason", "Why & how <now>?", FieldKind.TEXT)
FORM = Form(TOKEN, FormView("Why?", "Save", (REASON,)))
ASKS = Choice(ProductVerb.FIND, "Find…")  # opens a form
WAIT = "One moment"
SORRY = "Something went wrong here"
DONE = Answer(whispers=(NoticeView("It is done."),))
LEVELS = ("warning", "error", "critical")


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Teams is told a little sooner than it has to be."""
    monkeypatch.setattr(receive, "PATIENCE", 0.3)


def settled() -> Settled:
    """That a message is up to date, as the product would say it."""
    return Settled(new_id().hex, new_id().hex, new_id().hex, 1)


def worries(log: list[EventDict]) -> list[str]:
    """What was logged that somebody would look after."""
    return [str(line["event"]) for line in log if line["log_level"] in LEVELS]


async def answers(place: Earshot, answer: Answer) -> None:
    """The product has thought about it."""
    place.product.answer = answer
    place.product.free.set()
    await place.quiet()


async def opened(place: Earshot, form: Form = FORM, **about: object) -> str:
    """Sam has a form before him, which a message of ours opened; the id of that."""
    id = await place.shown(ASKS)
    place.product.answer = Answer(form=form)
    await place.sam.presses(id, "Find…")
    assert place.sam.dialog is not None
    place.product.told.clear()
    place.product.answer = NOTHING
    return id


def said(place: Earshot, id: str) -> str:
    """What a message says to everybody."""
    return words(place.server.person("kim").message(id))


# What is told


async def test_an_invoke_that_nobody_knows_is_refused(place: Earshot) -> None:
    id = await place.shown()
    await place.sam.presses(id, "Menu")
    told = place.last(type="invoke")
    await place.told()
    odd: list[object] = ["signin/verifyState", "tab/fetch", "", None, 5, [], {}, "x" * 10_000]
    for name in odd:
        answered = await place.sends(told | {"name": name, "id": f"f:{new_id()}"})
        assert answered.status_code == 400
        assert len(answered.text) < 500
    assert await place.told() == []


async def test_what_is_told_again_is_done_once(place: Earshot) -> None:
    every = [
        place.unheard("It is slow", DIRECT),
        place.unheard("@ResolutionFlow start vpn", "support"),
        place.unheard("It was slow", "support"),
    ]
    for activity in every:
        await asyncio.gather(*(place.sends(activity) for _ in range(5)))
        assert len(await place.told()) == 1
        await place.sends(activity)
        assert await place.told() == []


async def test_a_change_that_is_told_again_is_the_same_and_another_is_another(
    place: Earshot,
) -> None:
    written = place.sam.writes("It is slow", "support")
    place.sam.edits(written.id, "It was slow")
    await place.told()
    told = place.last(type="messageUpdate")
    await place.sends(told)
    assert await place.told() == []
    place.sam.edits(written.id, "It is slow")
    place.sam.edits(written.id, "It was slow")
    assert [type(each) for each in await place.told()] == [Edited, Edited]


async def test_a_message_that_the_product_failed_at_may_come_again(place: Earshot) -> None:
    activity = place.unheard("It is slow", DIRECT)
    place.product.failure = RuntimeError("no")
    await place.sends(activity)
    await place.quiet()
    place.product.failure = None
    await place.sends(activity)
    assert len(await place.told()) == 2


async def test_what_happens_in_one_conversation_is_told_in_its_order(place: Earshot) -> None:
    place.product.free.clear()
    sam = place.sam
    one = sam.writes("one", "support")
    sam.edits(one.id, "One")
    other = sam.writes("elsewhere", "network")
    two = sam.writes("two", "support", one.id)
    sam.deletes(two.id)
    place.server.delivery.deaf = True  # what follows comes at once, and not in turn
    sam.edits(one.id, "ONE")
    sam.deletes(one.id)
    place.server.delivery.deaf = False
    late = [each.activity for each in place.server.delivery.log[-2:]]
    await place.until(lambda: len(place.product.told) == 2 or None)
    place.product.free.set()
    await place.quiet()
    for activity in late:
        await place.sends(activity)
    told = await place.told()

    def what(each: Inbound) -> tuple[str, str]:
        assert isinstance(each, (Replied, Edited, Deleted))
        return type(each).__name__, each.message

    here = [what(each) for each in told if what(each)[1] != other.id]
    assert here == [
        ("Replied", one.id),
        ("Edited", one.id),
        ("Replied", two.id),
        ("Deleted", two.id),
        ("Edited", one.id),
        ("Deleted", one.id),
    ]


async def test_messages_that_come_at_once_are_told_one_after_the_other(place: Earshot) -> None:
    every = [place.unheard(f"note {number}", DIRECT) for number in range(20)]
    place.product.free.clear()
    sending = [asyncio.ensure_future(place.sends(activity)) for activity in every]
    await place.until(lambda: place.product.told or None)
    assert len(place.product.told) == 1
    place.product.free.set()
    await asyncio.gather(*sending)
    assert len(await place.told()) == 20


async def test_our_own_messages_and_other_bots_are_not_told(place: Earshot) -> None:
    written = place.unheard("It is slow", "support")
    await place.shown()
    for who in (
        {"id": f"28:{place.server.app.client_id}", "name": "ResolutionFlow"},
        {"id": "28:another", "name": "Alarms"},
        {"id": "29:x", "name": "Alarms", "role": "bot"},
    ):
        for kind in ("message", "messageUpdate", "messageDelete"):
            answered = await place.sends(written | {"from": who, "type": kind})
            assert answered.status_code == 200
    assert await place.told() == []


async def test_what_is_not_for_us_is_taken_and_nothing_is_done(place: Earshot) -> None:
    activity = place.unheard("It is slow", DIRECT)
    for kind in ("typing", "endOfConversation", "event", "handoff", "trace", "xyz", "Message"):
        answered = await place.sends(activity | {"type": kind})
        assert answered.status_code == 200
    assert await place.told() == []


# Clicks


async def test_a_click_is_answered_with_the_card_and_the_message_follows_for_all(
    place: Earshot, log: list[EventDict]
) -> None:
    id = await place.shown()
    done = settled()
    place.product.answer = Answer(replace=NoticeView("Here."), settled=done)
    asked = await place.sam.presses(id, "Menu")
    assert asked is not None
    assert asked.body["value"]["type"] == "AdaptiveCard"
    await place.quiet()
    assert "Here." in said(place, id)
    assert place.product.settled == [done]
    assert worries(log) == []


async def test_a_click_that_is_told_again_is_answered_with_what_is_now(place: Earshot) -> None:
    """The product knows what was done; whoever pressed sees something in any case."""
    id = await place.shown()
    await place.sam.presses(id, "Menu")
    told = place.last(type="invoke")
    place.product.answer = Answer(replace=NoticeView("Now."))
    answered = await place.sends(told)
    assert answered.json()["value"]["type"] == "AdaptiveCard"
    first, second = await place.told()
    assert isinstance(first, Clicked)
    assert isinstance(second, Clicked)
    assert first.delivery == second.delivery


@pytest.mark.parametrize("verb", ["drop", "", None, 5, [], "PRESS", "x" * 5_000])
async def test_a_verb_that_was_forged_is_refused_and_nothing_is_done(
    place: Earshot, verb: object
) -> None:
    id = await place.shown()
    await place.sam.presses(id, "Menu")
    told = place.last(type="invoke")
    await place.told()
    told["value"]["action"]["verb"] = verb
    answered = await place.sends(told | {"id": f"f:{new_id()}"})
    assert (answered.status_code, answered.json()["statusCode"]) == (200, 400)
    assert answered.json()["type"] == "application/vnd.microsoft.error"
    assert answered.json()["value"]["message"]
    assert await place.told() == []


async def test_who_picked_nothing_is_told_so(place: Earshot) -> None:
    many = tuple(Choice(ProductVerb.PIN, f"Flow {n}", f"{n:032x}") for n in range(30))
    id = await place.adapter.sender.post(place.support, NoticeView("Which?", many), mark="many")
    [picked] = [e["id"] for e in place.sam.card(id)["body"] if e["type"] == "Input.ChoiceSet"]
    with place.server.allowing():
        asked = await place.sam.presses(id, "Go")
    assert asked is not None
    assert place.sam.toasts == ["Choose one first."]
    value = place.sam.card(id)["body"]
    [choices] = [each["choices"] for each in value if each.get("id") == picked]
    await place.sam.picks(id, picked, choices[2]["value"])
    [inbound] = await place.told()
    assert isinstance(inbound, Clicked)
    assert inbound.token == choices[2]["value"]


@pytest.mark.usefixtures("soon")
async def test_whoever_presses_is_not_told_that_we_did_not_answer(
    place: Earshot, log: list[EventDict]
) -> None:
    id = await place.shown()
    place.product.free.clear()
    asked = await place.sam.presses(id, "Menu")
    assert asked is not None
    assert asked.took < 3
    [toast] = place.sam.toasts
    assert WAIT in toast
    done = settled()
    await answers(
        place, Answer(replace=NoticeView("Here."), whispers=(NoticeView("Psst."),), settled=done)
    )
    assert "Here." in said(place, id)
    assert place.direct() == ["Psst."]
    assert place.product.settled == [done]
    assert worries(log) == []


async def test_five_seconds_are_what_teams_waits(place: Earshot) -> None:
    id = await place.shown()
    place.product.free.clear()
    began = asyncio.get_running_loop().time()
    asked = await place.sam.presses(id, "Menu")
    took = asyncio.get_running_loop().time() - began
    assert asked is not None
    assert not asked.failed
    assert 3 < took < 5
    await answers(place, DONE)
    assert place.direct() == ["It is done."]


@pytest.mark.usefixtures("soon")
async def test_a_message_that_takes_long_is_told_again_and_taken_once(place: Earshot) -> None:
    log = place.server.delivery.log
    place.product.free.clear()
    with place.server.allowing():
        written = place.sam.writes("It is slow", "support")
        await place.until(lambda: [each for each in log if each.status == 503] or None)
        await answers(place, Answer(receipt=Receipt.TAKEN, whispers=(NoticeView("Psst."),)))
        await place.until(lambda: [each for each in log if each.status == 200] or None)
        await place.quiet()
    assert place.sam.message(written.id).reactions
    assert place.direct() == ["Psst."]


async def test_a_product_that_fails_at_a_click_says_so(place: Earshot) -> None:
    id = await place.shown()
    place.product.failure = RuntimeError("no")
    asked = await place.sam.presses(id, "Menu")
    assert asked is not None
    assert not asked.failed
    [toast] = place.sam.toasts
    assert SORRY in toast


async def test_what_we_cannot_show_is_our_failure_and_is_said(
    place: Earshot, log: list[EventDict]
) -> None:
    id = await place.shown()
    place.product.answer = Answer(replace=cast(Shown, "nonsense"))
    asked = await place.sam.presses(id, "Menu")
    assert asked is not None
    assert not asked.failed
    assert SORRY in place.sam.toasts[-1]
    assert "error" in [line["log_level"] for line in log]


async def test_a_click_on_a_message_that_was_deleted_is_done_and_said(place: Earshot) -> None:
    id = await place.shown()
    place.product.answer = Answer(replace=NoticeView("Here."), settled=settled())
    person = place.sam
    message = person.message(id)
    place.product.free.clear()
    pressing = asyncio.ensure_future(person.presses(id, "Menu"))
    await place.until(lambda: place.product.told or None)
    place.server.person("ada").deletes(message.id)
    place.product.free.set()
    await pressing
    await place.quiet()
    assert place.direct() == ["That message is not there any more."]
    assert place.product.settled == []


async def test_two_press_at_once_and_both_are_answered(place: Earshot) -> None:
    id = await place.shown()
    place.product.answer = Answer(replace=NoticeView("Here."))
    sam, kim = place.sam, place.server.person("kim")
    one, other = await asyncio.gather(sam.presses(id, "Menu"), kim.presses(id, "Menu"))
    assert one is not None
    assert other is not None
    assert not one.failed
    assert not other.failed
    assert len(await place.told()) == 2
    assert "Here." in said(place, id)


async def test_an_older_clients_click_is_a_click(place: Earshot) -> None:
    id = await place.shown()
    place.sam.client.old = True
    place.product.answer = Answer(replace=NoticeView("Here."), whispers=(NoticeView("Psst."),))
    await place.sam.presses(id, "Menu")
    [inbound] = await place.told()
    assert isinstance(inbound, Clicked)
    assert inbound.message == id
    assert "Here." in said(place, id)
    assert place.direct() == ["Psst."]


# Forms


async def test_a_form_that_is_sent_twice_is_taken_once(place: Earshot) -> None:
    await opened(place)
    place.sam.fills("in.reason", "Because")
    await place.sam.submits()
    told = place.last(type="invoke", name="task/submit")
    for id in (told["id"], f"f:{new_id()}"):
        answered = await place.sends(told | {"id": id})
        assert answered.status_code == 200
    [inbound] = await place.told()
    assert isinstance(inbound, Submitted)
    assert inbound.values == {"reason": "Because"}


async def test_a_form_that_is_sent_twice_at_once_is_taken_once(place: Earshot) -> None:
    await opened(place)
    place.sam.fills("in.reason", "Because")
    place.product.free.clear()
    one = asyncio.ensure_future(place.sam.submits())
    told = await place.until(lambda: place.product.told or None)
    assert len(told) == 1
    again = place.last(type="invoke", name="task/submit")
    other = asyncio.ensure_future(place.sends(again | {"id": f"f:{new_id()}"}))
    await asyncio.sleep(0.1)
    place.product.free.set()
    await one
    assert (await other).status_code == 200
    assert len(await place.told()) == 1


async def test_two_people_may_send_what_one_form_was_opened_for(place: Earshot) -> None:
    id = await opened(place)
    kim = place.server.person("kim")
    place.product.answer = Answer(form=FORM)
    await kim.presses(id, "Find…")
    place.product.answer = NOTHING
    place.product.told.clear()
    place.sam.fills("in.reason", "Mine")
    kim.fills("in.reason", "Hers")
    await asyncio.gather(place.sam.submits(), kim.submits())
    told = [each for each in await place.told() if isinstance(each, Submitted)]
    assert sorted(each.values["reason"] for each in told) == ["Hers", "Mine"]


async def test_a_form_that_was_not_taken_stays_open_with_what_was_typed(place: Earshot) -> None:
    await opened(place)
    place.sam.fills("in.reason", "Because")
    place.product.answer = Answer(errors={"reason": "Say more."})
    await place.sam.submits()
    assert place.sam.dialog is not None
    assert place.sam.dialog.typed == {"in.reason": "Because"}
    assert "Say more." in str(place.sam.dialog.card)
    place.product.answer = NOTHING
    place.sam.fills("in.reason", "Because it was slow")
    await place.sam.submits()
    assert place.sam.dialog is None
    submitted = [each for each in await place.told() if isinstance(each, Submitted)]
    assert [each.values["reason"] for each in submitted] == ["Because", "Because it was slow"]


async def test_a_product_that_fails_at_a_form_keeps_what_was_typed(place: Earshot) -> None:
    await opened(place)
    place.sam.fills("in.reason", "Because")
    place.product.failure = RuntimeError("no")
    await place.sam.submits()
    assert SORRY in place.sam.toasts[-1]
    place.product.failure = None
    await _opened_again(place)
    assert place.sam.dialog is not None
    assert place.sam.dialog.typed == {"in.reason": "Because"}
    await place.sam.submits()
    [*_, inbound] = await place.told()
    assert isinstance(inbound, Submitted)
    assert inbound.values == {"reason": "Because"}


async def _opened_again(place: Earshot) -> None:
    """By the button that Sam is led to it with."""
    await place.quiet()
    [leads] = [each for each in place.sam.sees(DIRECT) if buttons(each.card)]
    await place.sam.presses(leads.id, buttons(leads.card)[0])


@pytest.mark.usefixtures("soon")
async def test_a_form_that_takes_long_is_closed_and_its_answer_follows(place: Earshot) -> None:
    await opened(place)
    place.sam.fills("in.reason", "Because")
    place.product.free.clear()
    await place.sam.submits()
    assert place.sam.dialog is None
    assert WAIT in place.sam.toasts[-1]
    await answers(place, DONE)
    assert place.direct() == ["It is done."]


@pytest.mark.usefixtures("soon")
async def test_what_is_wrong_with_a_form_that_took_long_is_said_and_what_was_typed_is_kept(
    place: Earshot,
) -> None:
    await opened(place)
    place.sam.fills("in.reason", "Because it is slow")
    place.product.free.clear()
    await place.sam.submits()
    assert place.sam.dialog is None
    await answers(place, Answer(errors={"reason": "Say more."}))
    assert "Say more." in "\n".join(place.direct())
    await _opened_again(place)
    assert place.sam.dialog is not None
    assert place.sam.dialog.typed == {"in.reason": "Because it is slow"}


async def test_a_form_whose_button_says_nothing_that_makes_sense_is_refused(
    place: Earshot,
) -> None:
    await opened(place)
    place.sam.fills("in.reason", "Because")
    await place.sam.submits()
    told = place.last(type="invoke", name="task/submit")
    await place.told()
    form = told["value"]["data"]["form"]
    odd: list[Any] = [
        {},
        {**form, "key": "x" * 5_000},
        {**form, "key": "a b"},
        {**form, "token": None},
        {**form, "message": ".."},
        {**form, "message": "1\x002"},
        {**form, "page": "x"},
        {**form, "page": "-1", "pages": "0"},
        {**form, "page": "1", "pages": "10000000000000000000000"},
        "x",
        None,
        [],
    ]
    for each in odd:
        value = {"data": {"form": each, "in.reason": "x"}}
        answered = await place.sends(told | {"id": f"f:{new_id()}", "value": value})
        assert answered.status_code in (200, 400), each
    submitted = [each for each in await place.told() if isinstance(each, Submitted)]
    assert all(each.token for each in submitted)


# The message extension


async def test_a_search_that_takes_long_says_so_as_a_search_does(place: Earshot) -> None:
    place.product.answer = Answer(suggestions=(Suggestion("VPN down", "vpn-down"),))
    assert [each.name for each in await place.sam.searches("vpn", "support")] == ["VPN down"]
    [inbound] = await place.told()
    assert isinstance(inbound, Typing)
    assert inbound.text == "vpn"


@pytest.mark.usefixtures("soon")
async def test_a_search_that_nobody_answers_is_no_dialog(place: Earshot) -> None:
    place.product.free.clear()
    assert await place.sam.searches("vpn", "support") == []
    place.product.free.set()
    place.product.failure = RuntimeError("no")
    assert await place.sam.searches("vpn", "support") == []


@pytest.mark.usefixtures("soon")
async def test_a_message_action_that_takes_long_is_led_to_its_form(place: Earshot) -> None:
    post = place.sam.writes("The log says no", "support")
    await place.quiet()
    place.product.free.clear()
    place.product.told.clear()
    await place.sam.points(post.id, "note")
    assert place.sam.dialog is None
    assert WAIT in place.sam.toasts[-1]
    await answers(place, Answer(form=FORM))
    assert isinstance(place.product.told[0], Pointed)
    await _opened_again(place)
    assert place.sam.dialog is not None


async def test_a_message_action_that_is_told_again_is_done_once(place: Earshot) -> None:
    post = place.sam.writes("The log says no", "support")
    await place.told()
    await place.sam.points(post.id, "note")
    told = place.last(type="invoke")
    await place.sends(told)
    assert [type(each) for each in await place.told()] == [Pointed]


async def test_what_a_search_offers_is_begun_once(place: Earshot) -> None:
    place.product.answer = Answer(suggestions=(Suggestion("VPN down", "vpn-down"),))
    [found] = await place.sam.searches("vpn", "support")
    card = place.sam.posts(found, "support")
    place.product.told.clear()
    place.product.answer = NOTHING
    await place.sam.presses(card.id, "Begin here")
    await place.sends(place.last(type="invoke"))
    told = [each for each in await place.told() if isinstance(each, Command)]
    assert {each.delivery for each in told} == {told[0].delivery}
    assert told[0].text == "vpn-down"


# What is meant


async def test_home_is_opened_by_its_word(place: Earshot) -> None:
    await place.sam.types("Home", DIRECT)
    await place.sam.types("home", "crew")
    assert [type(each) for each in await place.told()] == [Opened, Opened]


async def test_everything_is_answered_before_we_go(place: Earshot) -> None:
    id = await place.shown()
    place.product.answer = Answer(replace=NoticeView("Here."))
    activity = await _pressed(place, id)
    await place.sends(activity | {"id": f"f:{new_id()}"})
    await place.ears.close()
    assert "Here." in said(place, id)


async def _pressed(place: Earshot, id: str) -> Json:
    place.product.answer, kept = NOTHING, place.product.answer
    await place.sam.presses(id, MENU.label or "Menu")
    place.product.answer = kept
    place.sam.toasts.clear()
    return place.last(type="invoke")
