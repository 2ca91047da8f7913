"""A press of a button: it does what it says, once, to whoever may."""

import pytest

from bot.app.desk import Desk, Done
from bot.app.step import press
from bot.metrics import REGISTRY
from bot.token import Token
from core.errors import Because
from core.flow.model import Flow
from core.flow.outcome import Outcome
from core.ids import SessionId
from core.session.deeds import Started
from core.session.state import Session, Status
from storage.ids import new_id
from storage.storage import Storage
from tests.company import Company, founded

VERIFIED = Flow.model_validate(
    {
        "flow": "verified",
        "title": "Verified",
        "nodes": [
            {"action": "fix", "do": "Fix it.", "to": "fixed"},
            {
                "solution": "fixed",
                "resolved": "It was fixed.",
                "verify": {"after": "24h", "ask": "Still fine?", "reopen": "fix"},
            },
        ],
    }
)


def desk(company: Company) -> Desk:
    """Where the use cases work."""
    return Desk(company.storage, company.now)


async def presses(
    company: Company,
    name: str,
    session: SessionId,
    button: tuple[str, str],
    **more: object,
) -> Done:
    """Somebody presses a button that is on screen now."""
    visit = (await company.reads("sam", session)).session.here.visit
    token = Token(session, visit, *button)
    values = {key: str(value) for key, value in more.items() if key != "delivery"}
    delivery = more.get("delivery")
    return await press(
        desk(company), company.identity(name), token, values,
        delivery=str(delivery) if delivery else None,
    )  # fmt: skip


def after(done: Done) -> Session:
    """The session, which the press must have changed."""
    assert done.refusal is None
    assert done.session is not None
    return done.session


async def test_an_answer_leads_to_the_next_step(company: Company) -> None:
    session = await company.starts("sam")
    assert after(await presses(company, "kim", session, ("choose", "no"))).here.node == "switch-on"
    assert after(await presses(company, "sam", session, ("done", ""))).here.node == "first"


async def test_a_press_of_an_old_button_changes_nothing_and_shows_the_step_of_now(
    company: Company,
) -> None:
    session = await company.starts("sam")
    old = Token(session, 1, "choose", "no")
    await presses(company, "sam", session, ("choose", "yes"))
    done = await press(desk(company), company.identity("kim"), old)
    assert done.refusal is not None
    assert done.refusal.because is Because.STALE
    assert done.session is not None
    assert done.session.here.node == "second"


async def test_the_same_delivery_twice_is_one_answer(company: Company) -> None:
    session = await company.starts("sam")
    token = Token(session, 1, "choose", "no")
    first = await press(desk(company), company.identity("sam"), token, delivery="d1")
    again = await press(desk(company), company.identity("sam"), token, delivery="d1")
    assert not first.repeated
    assert again.repeated
    assert again.moved is None
    assert again.session is not None
    assert again.session.here.node == "switch-on"
    assert await company.kinds(session) == ["started", "acted"]


async def test_back_and_correct_by_their_buttons(company: Company) -> None:
    session = await company.starts("sam")
    await presses(company, "sam", session, ("choose", "yes"))
    assert after(await presses(company, "sam", session, ("back", "2"))).here.node == "first"
    await presses(company, "sam", session, ("choose", "yes"))
    corrected = after(await presses(company, "sam", session, ("correct", "4"), answer="choose:no"))
    assert corrected.here.node == "switch-on"
    assert [e.struck_by for e in await company.trail(session)] == [None, 3, None, 5, None]


async def test_could_not_check_without_a_way_asks_for_a_branch(company: Company) -> None:
    session = await company.starts("sam")
    done = await presses(company, "sam", session, ("could-not-check", ""))
    assert done.refusal is not None
    assert done.refusal.because is Because.NEEDS_CHOICE
    assert after(
        await presses(company, "sam", session, ("could-not-check", "yes"))
    ).here.node == "second"  # fmt: skip


async def test_finishing_with_outcome_next_steps_and_minutes(company: Company) -> None:
    session = await company.starts("sam")
    ended = after(
        await presses(
            company, "sam", session, ("finish", ""), outcome="escalated", minutes=25,
            next_steps="Second line looks at the switch.",
        )
    )  # fmt: skip
    assert ended.status is Status.COMPLETED
    assert ended.outcome is Outcome.ESCALATED


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"outcome": "resolved", "minutes": "an hour"}, "whole number"),
        ({"outcome": "resolved", "minutes": "-5"}, "whole number"),
        ({"outcome": "resolved", "minutes": "٣"}, "whole number"),
        ({"outcome": "fixed"}, "Pick an outcome"),
        ({}, "Pick an outcome"),
    ],
)
async def test_a_form_filled_in_wrong_says_what_is_wrong(
    company: Company, values: dict[str, str], words: str
) -> None:
    session = await company.starts("sam")
    done = await presses(company, "sam", session, ("finish", ""), **values)
    assert done.refusal is not None
    assert words in done.refusal.message
    assert (await company.reads("sam", session)).session.status is Status.ACTIVE


async def test_awaiting_verification_for_as_long_as_the_flow_says(company: Company) -> None:
    [version] = await company.publishes(VERIFIED)
    session = await company.starts("sam", started=Started(version))
    await presses(company, "sam", session, ("done", ""))
    waiting = after(await presses(company, "sam", session, ("await", "")))
    assert waiting.due is not None
    assert 23.9 < (waiting.due - company.now()).total_seconds() / 3600 < 24.1
    again = after(await presses(company, "kim", session, ("not-fine", "")))
    assert again.here.node == "fix"


async def test_verifying_where_there_is_nothing_to_verify(company: Company) -> None:
    session = await company.starts("sam")
    done = await presses(company, "sam", session, ("await", ""))
    assert done.refusal is not None
    assert "nothing to verify" in done.refusal.message


@pytest.mark.parametrize("argument", ["x", "99999999999", "-1", "1e3", "٣", "0", "3"])
async def test_a_made_up_entry_is_refused(company: Company, argument: str) -> None:
    session = await company.starts("sam")
    done = await presses(company, "sam", session, ("back", argument))
    assert done.refusal is not None
    assert done.refusal.because is Because.NOT_FOUND


@pytest.mark.parametrize("verb", ["destroy", "ticket", "help", "started", "x" * 20])
async def test_a_verb_that_means_nothing_here_does_nothing(company: Company, verb: str) -> None:
    session = await company.starts("sam")
    done = await presses(company, "sam", session, (verb, ""))
    assert done.refusal is not None
    assert await company.kinds(session) == ["started"]


async def test_a_token_of_another_account_reveals_nothing(
    company: Company, storage: Storage
) -> None:
    other = await founded(storage, "Other IT")
    session = await company.starts("sam")
    token = Token(session, 1, "choose", "yes")
    done = await press(desk(other), other.identity("sam"), token)
    unknown = Token(SessionId(new_id()), 1, "choose", "yes")
    nothing = await press(desk(other), other.identity("sam"), unknown)
    assert done.session is None
    assert done.refusal == nothing.refusal
    assert await company.kinds(session) == ["started"]


async def test_an_answer_to_a_completed_session_says_to_reopen_it(company: Company) -> None:
    session = await company.starts("sam")
    await presses(company, "sam", session, ("finish", ""), outcome="resolved")
    done = await presses(company, "sam", session, ("choose", "yes"))
    assert done.refusal is not None
    assert "Reopen" in done.refusal.message


async def test_what_is_done_is_counted(company: Company) -> None:
    def counted(name: str, **labels: str) -> float:
        return REGISTRY.get_sample_value(name, labels) or 0

    done, refused, ended = (
        ("rf_deeds_total", {"kind": "acted", "result": "done"}),
        ("rf_deeds_total", {"kind": "acted", "result": "refused"}),
        ("rf_sessions_completed_total", {"outcome": "workaround"}),
    )
    before = [counted(name, **labels) for name, labels in (done, refused, ended)]
    session = await company.starts("sam")
    await presses(company, "sam", session, ("choose", "no"))
    await presses(company, "sam", session, ("choose", "no"))
    await presses(company, "sam", session, ("finish", ""), outcome="workaround")
    after = [counted(name, **labels) for name, labels in (done, refused, ended)]
    assert [b - a for a, b in zip(before, after, strict=True)] == [1, 1, 1]


async def test_a_session_is_handed_to_a_member_and_to_nobody_else(
    company: Company, storage: Storage
) -> None:
    other = await founded(storage, "Other IT")
    session = await company.starts("sam")
    for stranger in (str(other.people["kim"]), str(new_id()), "kim", ""):
        done = await presses(company, "sam", session, ("hand-over", ""), to=stranger)
        assert done.refusal is not None
    to = company.people["kim"]
    offered = after(await presses(company, "sam", session, ("hand-over", ""), to=to))
    assert offered.offer is not None
    assert offered.offer.to == to
    assert after(await presses(company, "kim", session, ("accept", ""))).driver == to
