"""A product that takes its time, and interactions that come too late, twice, or are answered
already: whoever waits is told something true, and nothing is done twice.
"""

import asyncio

import pytest
from structlog.typing import EventDict

from bot.platforms.discord import receive
from bot.port import NOTHING, Answer, Clicked, Command, Form, Settled, Submitted
from core.views import FieldKind, FieldView, FormView, NoticeView
from storage.ids import new_id
from tests.bot.platforms.discord.earshot import TOKEN, Earshot, buttons, words
from tests.discord.people import Person

REASON = FieldView("reason", "Why & how <now>?", FieldKind.TEXT)
FORM = Form(TOKEN, FormView("Why?", "Save", (REASON,)))
DEFERRED, UPDATE_DEFERRED = 5, 6
LEVELS = ("warning", "error", "critical")


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Discord is told a little sooner than it has to be."""
    monkeypatch.setattr(receive, "PATIENCE", 0.2)


def settled() -> Settled:
    """That a message is up to date, as the product would say it."""
    return Settled(new_id().hex, new_id().hex, new_id().hex, 1)


async def answers(place: Earshot, answer: Answer) -> None:
    """The product has thought about it."""
    place.product.answer = answer
    place.product.free.set()
    await place.quiet()


def said(place: Earshot, id: str) -> str:
    """What a message says now."""
    return words(place.sam.message(id))


def worries(log: list[EventDict]) -> list[str]:
    """What was logged that somebody would look after."""
    return [str(line["event"]) for line in log if line["log_level"] in LEVELS]


async def opened(place: Earshot, form: Form = FORM, person: Person | None = None) -> str:
    """Somebody has a form before them; its key."""
    who = person or place.sam
    place.product.answer = Answer(form=form)
    await who.types("/flow do x", "support")
    await place.quiet()
    assert who.modal is not None
    place.product.told.clear()
    return who.modal.custom_id.split(":")[1]


async def test_whoever_waits_is_not_told_by_discord_that_we_did_not_answer(
    place: Earshot,
) -> None:
    id, menu = await place.shown()
    place.product.free.clear()
    kim, vic = place.server.person("kim"), place.server.person("vic")
    began = asyncio.get_running_loop().time()
    pressed, typed, pointed = await asyncio.gather(
        place.sam.presses(id, menu),
        kim.types("/flow do vpn", "support"),
        vic.points(id, "Add as note"),
    )
    took = asyncio.get_running_loop().time() - began
    assert place.sam.toasts == kim.toasts == vic.toasts == []
    assert 1.9 < took < place.server.interactions.patience
    assert (pressed.answer, typed.answer, pointed.answer) == (UPDATE_DEFERRED, DEFERRED, DEFERRED)
    await answers(place, Answer(replace=NoticeView("Here."), whispers=(NoticeView("Psst."),)))
    assert "Here." in said(place, id)
    assert "Psst." in place.private(kim)
    assert "Psst." in place.private(place.sam)
    assert [each for each in kim.sees("support") if each.loading] == []


@pytest.mark.usefixtures("soon")
async def test_who_is_answered_with_nothing_is_not_left_waiting(place: Earshot) -> None:
    place.product.free.clear()
    await place.sam.types("/flow do vpn", "support")
    await answers(place, NOTHING)
    assert place.sam.sees("support") == []


@pytest.mark.parametrize("patience", [0.3, 0.0])
async def test_a_click_that_was_decided_too_late_is_done_and_its_message_up_to_date(
    place: Earshot, log: list[EventDict], patience: float
) -> None:
    id, menu = await place.shown()
    place.product.free.clear()
    place.server.interactions.patience = patience
    made = await place.sam.presses(id, menu)
    assert made.failed
    done = settled()
    await answers(
        place, Answer(replace=NoticeView("Here."), whispers=(NoticeView("Psst."),), settled=done)
    )
    assert [type(each) for each in place.product.told] == [Clicked]
    assert "Here." in said(place, id)
    assert place.direct() == ["Psst."]
    assert place.product.settled == [done]
    assert worries(log) == []


@pytest.mark.usefixtures("soon")
async def test_who_asked_too_late_for_discord_is_told_alone(
    place: Earshot, log: list[EventDict]
) -> None:
    place.product.free.clear()
    place.server.interactions.patience = 0.05
    await place.sam.types("/flow do x", "support")
    await answers(place, Answer(whispers=(NoticeView("Psst."), NoticeView("And that."))))
    assert place.private() == []
    assert place.direct() == ["Psst.", "And that."]
    assert worries(log) == []


async def test_a_form_that_can_open_no_more_is_behind_a_button(
    place: Earshot, log: list[EventDict]
) -> None:
    place.product.free.clear()
    place.server.interactions.patience = 0.05
    await place.sam.types("/flow do x", "support")
    place.server.interactions.patience = 3.0
    await answers(place, Answer(form=FORM))
    offered = place.sam.sees("direct")[-1]
    assert "To go on, press “Why?…”" in words(offered)
    await place.sam.presses(offered.id, buttons(offered)[0])
    await place.quiet()
    place.sam.fills("reason", "because")
    place.product.answer = NOTHING
    await place.sam.submits()
    sent = await place.product.hears(Submitted)
    assert sent.values == {"reason": "because"}
    assert sent.by.channel == place.support.channel  # where it was asked for
    assert worries(log) == []


@pytest.mark.usefixtures("soon")
async def test_a_form_that_comes_after_a_wait_is_behind_a_button(place: Earshot) -> None:
    id, menu = await place.shown()
    place.product.free.clear()
    await place.sam.presses(id, menu)
    await answers(place, Answer(form=FORM))
    assert "To go on, press “Why?…”" in place.private()[-1]


@pytest.mark.parametrize("what", ["click", "command"])
async def test_what_discord_tells_twice_is_done_once(
    place: Earshot, log: list[EventDict], what: str
) -> None:
    id, menu = await place.shown()
    place.product.answer = Answer(whispers=(NoticeView("Psst."),))
    if what == "click":
        await place.sam.presses(id, menu)
    else:
        await place.sam.types("/flow do x", "support")
    [(kind, data)] = [e for e in place.server.gateway.log if e[0] == "INTERACTION_CREATE"]
    for _ in range(3):
        place.server.gateway.tell(kind, data, 0)
    told = await place.told()
    assert [type(each) for each in told] == [Clicked if what == "click" else Command]
    assert place.private() == ["Psst."]
    assert place.direct() == []
    assert worries(log) == []


async def test_what_is_told_again_while_it_is_decided_is_decided_once(place: Earshot) -> None:
    place.product.free.clear()
    doing = asyncio.ensure_future(place.sam.types("/flow do x", "support"))
    await place.product.hears(Command)
    [(kind, data)] = [e for e in place.server.gateway.log if e[0] == "INTERACTION_CREATE"]
    place.server.gateway.tell(kind, data, 0)
    await place.server.gateway.settled()
    await answers(place, Answer(whispers=(NoticeView("Psst."),)))
    await doing
    assert place.product.told == []
    assert [*place.private(), *place.direct()] == ["Psst."]
    assert place.sam.toasts == []


async def test_a_form_that_is_sent_twice_is_taken_once(place: Earshot) -> None:
    await opened(place)
    place.sam.fills("reason", "because")
    modal = place.sam.modal
    place.product.answer = NOTHING
    await place.sam.submits()
    await place.quiet()
    place.sam.modal = modal  # another of his clients has it open
    place.sam.fills("reason", "because of that")
    await place.sam.submits()
    told = [each for each in await place.told() if isinstance(each, Submitted)]
    assert [each.values for each in told] == [{"reason": "because"}]
    assert "This form was sent already, or is too old. Open it again." in place.private()


async def test_a_form_of_somebody_elses_is_not_taken(place: Earshot) -> None:
    key = await opened(place)
    kim = place.server.person("kim")
    await opened(place, person=kim)
    assert kim.modal is not None
    kim.modal.custom_id = f"form:{key}:1"
    kim.fills("reason", "not mine")
    await kim.submits()
    assert [each for each in await place.told() if isinstance(each, Submitted)] == []
    assert "This form was sent already, or is too old. Open it again." in place.private(kim)
    place.sam.fills("reason", "mine")
    await place.sam.submits()
    assert (await place.product.hears(Submitted)).values == {"reason": "mine"}


@pytest.mark.parametrize("id", ["form:x:1", "form::1", "form:KEY:99", "form:KEY:0", "nonsense", ""])
async def test_a_form_that_nobody_opened_is_answered_and_not_taken(
    place: Earshot, log: list[EventDict], id: str
) -> None:
    key = await opened(place)
    assert place.sam.modal is not None
    place.sam.modal.custom_id = id.replace("KEY", key)
    place.sam.fills("reason", "because")
    await place.sam.submits()
    assert place.sam.toasts == []
    assert [line for line in log if line["log_level"] == "error"] == []


@pytest.mark.usefixtures("soon")
async def test_what_could_not_be_saved_is_there_again_with_what_is_wrong(place: Earshot) -> None:
    await opened(place)
    place.sam.fills("reason", "because & <why>")
    place.product.free.clear()
    await place.sam.submits()
    await answers(place, Answer(errors={"reason": "Say more."}))
    offered = [each for each in place.sam.sees("support") if each.only_for][-1]
    assert "Say more." in words(offered)
    await place.sam.presses(offered.id, buttons(offered)[0])
    await place.quiet()
    modal = place.sam.modal
    assert modal is not None
    assert modal.typed["reason"] == "because & <why>"
    place.product.answer = NOTHING
    await place.sam.submits()
    values = [each.values for each in await place.told() if isinstance(each, Submitted)]
    assert values == [{"reason": "because & <why>"}] * 2


async def test_a_form_that_comes_too_late_is_saved_and_who_sent_it_told(
    place: Earshot, log: list[EventDict]
) -> None:
    await opened(place)
    place.sam.fills("reason", "because")
    place.product.free.clear()
    place.server.interactions.patience = 0.05
    await place.sam.submits()
    await answers(place, Answer(whispers=(NoticeView("Saved."),)))
    assert [type(each) for each in place.product.told] == [Submitted]
    assert place.direct() == ["Saved."]
    assert worries(log) == []


async def test_a_product_that_fails_is_told_of_with_a_reference(
    place: Earshot, log: list[EventDict]
) -> None:
    place.product.failure = RuntimeError("the customer's gateway")
    await place.sam.types("/flow do x", "support")
    await place.quiet()
    [line] = [line for line in log if line["log_level"] == "error"]
    assert line["ref"] in place.private()[-1]
