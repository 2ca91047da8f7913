"""A product, or a Slack, that takes its time: Slack is told in time all the same, and the answer
follows, whatever became of what it was to be shown in.
"""

import asyncio
import json

import pytest

from bot.platforms.slack import receive
from bot.port import NOTHING, Answer, Clicked, Command, Form, Replied, Submitted, Target
from bot.token import Token
from core.ids import SessionId
from core.verbs import ProductVerb
from core.views import Choice, FieldKind, FieldView, FormView, NoticeView
from storage.ids import new_id
from tests.bot.platforms.slack.earshot import Earshot
from tests.slack.limits import Trouble

TOKEN = Token(SessionId(new_id()), 0, ProductVerb.ROLE).pack()
REASON = FieldView("reason", "Why & how <now>?", FieldKind.TEXT)
FORM = Form(TOKEN, FormView("Why?", "Save", (REASON,)))
MENU, ASKS = Choice(ProductVerb.MENU, "Menu"), Choice(ProductVerb.ROLE, "Change the role…")


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack is told a little sooner than it has to be."""
    monkeypatch.setattr(receive, "PATIENCE", 0.2)
    monkeypatch.setattr(receive, "LOADING", 0.1)


async def shown(place: Earshot, choice: Choice) -> tuple[str, str]:
    """A message of ours with this button; its ts, and the button's value."""
    target = Target(place.server.team.id, place.support)
    notice = NoticeView("Which?", (choice,))
    ts = await place.adapter.sender.post(target, notice, mark=choice.verb)
    blocks = place.sam.message(ts).blocks
    return ts, next(each["elements"][0]["value"] for each in blocks if each["type"] == "actions")


async def opened(place: Earshot, form: Form = FORM) -> None:
    """Sam has a form before him."""
    place.product.answer = Answer(form=form)
    await place.sam.types("/flow x", "support")
    await place.quiet()
    assert place.sam.view is not None
    place.product.told.clear()


def view_of(place: Earshot) -> str:
    """What Sam's form says, and holds."""
    view = place.sam.view
    assert view is not None
    held = [each.get("value") for each in view.typed.values()]
    return json.dumps([view.content["title"], view.blocks, held], ensure_ascii=False)


async def answers(place: Earshot, answer: Answer) -> None:
    """The product has thought about it."""
    place.product.answer = answer
    place.product.free.set()
    await place.quiet()


async def test_whoever_waits_is_not_told_by_slack_that_we_did_not_answer(place: Earshot) -> None:
    ts, menu = await shown(place, MENU)
    place.product.free.clear()
    kim, vic = place.server.person("kim"), place.server.person("vic")
    began = asyncio.get_running_loop().time()
    acts = vic.acts.pointing(vic.message(ts), "note")
    await asyncio.gather(
        place.sam.presses(ts, menu),
        kim.types("/flow vpn", "support"),
        place.server.delivery.ask("interaction", acts),
    )
    took = asyncio.get_running_loop().time() - began
    assert place.sam.toasts == kim.toasts == []
    assert 2 < took < place.server.delivery.ack
    await answers(place, Answer(replace=NoticeView("Here."), whispers=(NoticeView("Psst."),)))
    assert "Here." in place.sam.message(ts).text
    assert [each.only_for for each in kim.sees("support")].count(kim.user.id) > 0


@pytest.mark.usefixtures("soon")
async def test_a_form_that_is_to_come_is_announced_and_then_there(place: Earshot) -> None:
    ts, asks = await shown(place, ASKS)
    place.product.free.clear()
    await place.sam.presses(ts, asks)
    await place.product.hears(Clicked)
    changed = place.server.team.watch()
    while place.sam.view is None:
        changed.clear()
        await changed.wait()
    assert "One moment…" in view_of(place)
    await answers(place, Answer(form=FORM))
    assert "Why & how <now>?" in view_of(place)
    place.sam.fills("reason", "because")
    place.product.answer = NOTHING
    await place.sam.submits()
    assert (await place.product.hears(Submitted)).values == {"reason": "because"}


@pytest.mark.usefixtures("soon")
async def test_where_no_form_comes_the_view_says_why_and_nobody_says_it_twice(
    place: Earshot,
) -> None:
    ts, asks = await shown(place, ASKS)
    place.product.free.clear()
    await place.sam.presses(ts, asks)
    await answers(place, Answer(whispers=(NoticeView("Only an admin may."),)))
    assert "Only an admin may." in view_of(place)
    assert [each for each in place.sam.sees("support") if each.only_for] == []


@pytest.mark.usefixtures("soon")
async def test_a_form_that_is_being_saved_says_so_and_then_that_it_was(place: Earshot) -> None:
    await opened(place)
    place.sam.fills("reason", "because")
    place.product.free.clear()
    await place.sam.submits()
    assert "Saving" in view_of(place)
    await answers(place, NOTHING)
    assert "Done." in view_of(place)
    assert place.sam.toasts == []


@pytest.mark.usefixtures("soon")
async def test_what_could_not_be_saved_is_there_again_with_what_is_wrong(place: Earshot) -> None:
    await opened(place)
    place.sam.fills("reason", "because & <why>")
    place.product.free.clear()
    await place.sam.submits()
    await answers(place, Answer(errors={"reason": "Say more."}))
    said = view_of(place)
    assert "Say more." in said
    assert "because & <why>" in said
    assert "Why & how <now>?" in said
    place.product.answer = NOTHING
    await place.sam.submits()
    assert place.sam.view is None
    values = [each.values for each in await place.told() if isinstance(each, Submitted)]
    assert values == [{"reason": "because & <why>"}] * 2


@pytest.mark.usefixtures("soon")
async def test_who_closed_the_form_is_told_beside_it(place: Earshot) -> None:
    await opened(place)
    place.sam.fills("reason", "because")
    place.product.free.clear()
    await place.sam.submits()
    [gone] = place.server.team.stacks[place.sam.user.id]
    await place.sam.closes()
    del place.server.team.views[gone]  # Slack knows it no more
    await answers(place, Answer(errors={"": "The session has ended."}))
    assert "The session has ended." in place.sam.sees("support")[-1].text


@pytest.mark.usefixtures("soon")
async def test_a_form_that_comes_too_late_for_its_trigger_is_behind_a_button(
    place: Earshot,
) -> None:
    place.product.free.clear()
    await place.sam.types("/flow x", "support")
    await place.product.hears(Command)
    await answers(place, Answer(form=FORM))
    offered = place.sam.sees("support")[-1]
    assert "To go on, press “Why?…”" in offered.text
    await place.sam.presses(offered.ts, TOKEN)
    await place.quiet()
    assert "Why & how <now>?" in view_of(place)


@pytest.mark.parametrize("why", ["expired", "exchanged"])
async def test_a_trigger_that_slack_takes_no_more_is_no_dead_end(place: Earshot, why: str) -> None:
    place.server.triggers.lives = -1.0 if why == "expired" else 3.0
    place.product.answer = Answer(form=FORM)
    payload = place.sam.acts.command(place.server.team.channel("support"), "/flow", "x")
    if why == "exchanged":
        place.server.triggers.spend(payload["trigger_id"], place.server.team)
    await place.server.delivery.ask("command", payload)
    await place.quiet()
    assert "To go on, press “Why?…”" in place.sam.sees("support")[-1].text


@pytest.mark.usefixtures("soon")
async def test_a_page_that_comes_late_is_the_next_one(place: Earshot) -> None:
    fields = tuple(FieldView(f"f{n}", f"Field {n}", FieldKind.LINE) for n in range(99))
    await opened(place, Form(TOKEN, FormView("Many", "Save", fields)))
    place.sam.fills("f0", "first")
    place.product.free.clear()
    await place.sam.submits()
    await answers(place, place.product.answer)
    assert "Field 98" in view_of(place)
    place.sam.fills("f98", "last")
    place.product.answer = NOTHING
    await place.sam.submits()
    heard = await place.product.hears(Submitted)
    assert (heard.values["f0"], heard.values["f98"]) == ("first", "last")


async def test_what_does_not_fit_into_the_next_page_is_said_and_stays(place: Earshot) -> None:
    fields = tuple(FieldView(f"f{n}", f"Field {n}", FieldKind.TEXT, limit=3000) for n in range(99))
    await opened(place, Form(TOKEN, FormView("Many", "Save", fields)))
    place.sam.fills("f0", "x" * 2_990)
    await place.sam.submits()
    view = place.sam.view
    assert view is not None
    assert "Shorten it" in view.errors["f0"]
    place.sam.fills("f0", "short")
    await place.sam.submits()
    assert "Field 98" in view_of(place)


@pytest.mark.usefixtures("soon")
async def test_a_slack_that_answers_late_is_answered_in_time(place: Earshot) -> None:
    ts, menu = await shown(place, MENU)
    place.product.answer = Answer(replace=NoticeView("Here."))
    place.server.trouble = Trouble.SLOW  # who Sam is must be asked first
    began = asyncio.get_running_loop().time()
    await place.sam.presses(ts, menu)
    assert asyncio.get_running_loop().time() - began < 0.9
    await place.quiet()
    assert "Here." in place.sam.message(ts).text


@pytest.mark.usefixtures("soon")
async def test_what_is_written_while_the_product_thinks_is_told_once_and_in_order(
    place: Earshot,
) -> None:
    root = place.sam.writes("first", "support")
    await place.told()
    place.product.free.clear()
    for text in ("second", "third", "fourth"):
        place.sam.writes(text, "support", root.ts)
    place.server.person("kim").writes("elsewhere", "network")
    heard = await place.product.hears(Replied)
    also = await place.product.hears(Replied)
    assert {heard.text, also.text} == {"second", "elsewhere"}
    await place.server.delivery.settled()
    assert all(each.acknowledged for each in place.server.delivery.log)
    assert place.product.told == []
    await answers(place, NOTHING)
    assert [each.text for each in await place.told() if isinstance(each, Replied)] == [
        "third",
        "fourth",
    ]
