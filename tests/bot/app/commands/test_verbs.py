"""Verbs of a session as they are typed: each does what its button does, and says so."""

import pytest

from bot.port import Answer
from bot.token import Token
from core.flow.model import Flow
from core.flow.outcome import Outcome
from core.ids import SessionId
from core.session.deeds import HandoverOffered
from core.session.state import Session, Status
from core.session.verbs import SessionVerb as Can
from core.views import FormView, PastView, SessionsView, StatusView
from tests.bot.app.talking import Talk, labels, notice, told, whisper
from tests.company import Company

Lived = tuple[SessionId, str]

ASKS = Flow.model_validate(
    {
        "flow": "asks",
        "title": "It asks for a value",
        "intake": [{"name": "user", "label": "User"}],
        "nodes": [
            {
                "input": "asset",
                "ask": "Which asset is it?",
                "variable": {"name": "asset", "label": "Asset"},
                "to": "seen",
            },
            {
                "decision": "seen",
                "ask": "Was {{asset}} seen?",
                "options": [
                    {"id": "yes", "label": "Yes, it was", "to": "end"},
                    {"id": "no", "label": "No", "to": "end"},
                ],
            },
            {"solution": "end", "resolved": "Done."},
        ],
    }
)
VERIFIED = Flow.model_validate(
    {
        "flow": "verified",
        "title": "It is verified",
        "nodes": [
            {
                "solution": "end",
                "resolved": "Done.",
                "verify": {"after": "24h", "ask": "Is it fine?", "reopen": "end"},
            }
        ],
    }
)


@pytest.fixture
async def lived(talk: Talk) -> Lived:
    """A session of Sam's, and the thread that it lives in."""
    return await talk.begins()


async def now(talk: Talk, lived: Lived) -> Session:
    """The session as it stands."""
    return (await talk.company.reads("sam", lived[0])).session


async def types(talk: Talk, lived: Lived, text: str, name: str = "sam") -> Answer:
    """Somebody types in the session's thread."""
    return await talk.types(name, text, "C1", lived[1])


def form(answer: Answer) -> FormView:
    """The form that opens."""
    assert answer.form is not None
    assert not answer.whispers
    return answer.form.view


async def test_a_note_is_on_the_step(talk: Talk, lived: Lived) -> None:
    answer = await types(talk, lived, "note  The LED blinks.\nTwice.")
    assert told(answer) == "Noted."
    [*_, entry] = await talk.company.trail(lived[0])
    assert getattr(entry.deed, "text", "") == "The LED blinks.\nTwice."


async def test_a_note_of_forty_thousand_characters_is_kept(talk: Talk, lived: Lived) -> None:
    await types(talk, lived, "note " + "x" * 40_000)
    [*_, entry] = await talk.company.trail(lived[0])
    assert len(getattr(entry.deed, "text", "")) == 40_000
    assert "40,000" in told(await types(talk, lived, "note " + "x" * 40_001))


async def test_the_same_note_delivered_again_is_one(talk: Talk, lived: Lived) -> None:
    for _ in range(2):
        await talk.types("sam", "note once", "C1", lived[1], delivery="the-same")
    assert (await talk.company.kinds(lived[0])).count("note-added") == 1


@pytest.mark.parametrize(
    ("typed", "fields", "verb"),
    [
        ("note", ["text"], Can.NOTE),
        ("scratchpad", ["text"], Can.SCRATCHPAD),
        ("custom", ["text"], Can.CUSTOM_STEP),
        ("pause", ["reason"], Can.PAUSE),
        ("cancel", ["reason"], Can.CANCEL),
        ("done", ["outcome", "next_steps", "minutes"], Can.FINISH),
        ("handover", ["to", "message"], Can.HAND_OVER),
    ],
)
async def test_without_words_the_form_opens(
    talk: Talk, lived: Lived, typed: str, fields: list[str], verb: Can
) -> None:
    answer = await types(talk, lived, typed)
    assert [field.name for field in form(answer).fields] == fields
    assert answer.form is not None
    token = Token.unpack(answer.form.token)
    assert (token.session, token.verb) == (lived[0], verb)


async def test_the_scratchpad_is_saved_and_comes_back_in_its_form(talk: Talk, lived: Lived) -> None:
    assert "saved" in told(await types(talk, lived, "scratchpad call back at 14:00"))
    [field] = form(await types(talk, lived, "scratchpad")).fields
    assert field.value == "call back at 14:00"


async def test_back_asks_the_step_before_again(talk: Talk, lived: Lived) -> None:
    assert "no step before" in told(await types(talk, lived, "back"))
    await types(talk, lived, "answer yes")
    assert (await now(talk, lived)).here.node == "second"
    await types(talk, lived, "Back")
    assert (await now(talk, lived)).here.node == "first"


async def test_an_answer_by_number_and_in_words(talk: Talk, lived: Lived) -> None:
    assert told(await types(talk, lived, "answer #1")) == "Answered: Yes"
    assert (await now(talk, lived)).here.node == "second"
    assert told(await types(talk, lived, "answer NO.")) == "Answered: No"
    assert (await now(talk, lived)).here.node == "first"


async def test_what_is_no_answer_gets_the_answers_to_press(talk: Talk, lived: Lived) -> None:
    for typed in ("answer 9", "answer perhaps", "answer"):
        answer = await types(talk, lived, typed)
        assert labels(answer)[:2] == ["Yes", "No"]
        assert notice(answer).session == lived[0]
        assert notice(answer).visit == (await now(talk, lived)).here.visit
    assert (await now(talk, lived)).here.node == "first"


async def test_could_not_check_that_leads_nowhere_asks_how_to_go_on(
    talk: Talk, lived: Lived
) -> None:
    answer = await types(talk, lived, "answer couldn't check")
    assert labels(answer) == ["Go on as if “Yes”", "Go on as if “No”"]


async def test_a_value_that_is_asked_for(talk: Talk, company: Company) -> None:
    await company.publishes(ASKS)
    lived = await talk.begins("sam", "asks")
    await types(talk, lived, "answer PC 17")
    assert (await now(talk, lived)).variables["asset"] == "PC 17"
    assert (await now(talk, lived)).here.node == "seen"
    fields = form(await types(talk, lived, "variables")).fields
    assert {field.name for field in fields} == {"user", "asset"}


async def test_correct_lists_the_answers_and_opens_the_form_of_one(
    talk: Talk, lived: Lived
) -> None:
    assert "Nothing was answered" in told(await types(talk, lived, "correct"))
    await types(talk, lived, "1")
    past = whisper(await types(talk, lived, "correct"))
    assert isinstance(past, PastView)
    assert [line.answer for line in past.lines] == ["Yes"]
    view = form(await types(talk, lived, "correct 1"))
    assert (view.verb, view.argument) == (Can.CORRECT, str(past.lines[0].seq))


async def test_parked_and_resumed(talk: Talk, lived: Lived) -> None:
    await types(talk, lived, "pause the customer is back at 14:00")
    assert (await now(talk, lived)).parked == "the customer is back at 14:00"
    assert "parked" in told(await types(talk, lived, "pause again"))
    refused = await types(talk, lived, "pause")
    assert "parked" in told(refused)
    assert labels(refused) == ["Show the step"]
    await types(talk, lived, "resume")
    assert (await now(talk, lived)).status is Status.ACTIVE


async def test_what_is_too_long_is_said_with_how_long_it_may_be(talk: Talk, lived: Lived) -> None:
    assert "300 characters" in told(await types(talk, lived, "pause " + "x" * 40_000))


async def test_cancelled_with_a_reason_and_reopened(talk: Talk, lived: Lived) -> None:
    await types(talk, lived, "cancel it was the wrong flow")
    assert (await now(talk, lived)).outcome is Outcome.CANCELLED
    assert "completed" in told(await types(talk, lived, "done"))
    await types(talk, lived, "reopen it came back")
    assert (await now(talk, lived)).status is Status.ACTIVE


async def test_handed_over_by_name_accepted_elsewhere(talk: Talk, lived: Lived) -> None:
    answer = await types(talk, lived, "handover @kim please go on,\nthe VPN is next")
    assert "Kim is asked to take over" in told(answer)
    offer = (await now(talk, lived)).offer
    assert offer is not None
    assert offer.to == talk.company.people["kim"]
    [*_, entry] = await talk.company.trail(lived[0])
    assert entry.deed == HandoverOffered(offer.to, "please go on,\nthe VPN is next")
    assert "A small flow" in told(await talk.types("kim", "accept", "C5"))
    assert (await now(talk, lived)).driver == offer.to


async def test_a_hand_over_that_is_declined_and_one_that_is_withdrawn(
    talk: Talk, lived: Lived
) -> None:
    assert "Nobody asks you" in told(await talk.types("kim", "accept", "C5"))
    await types(talk, lived, "hand over Kim")
    await talk.types("kim", "decline I am on the phone", "C5")
    assert (await now(talk, lived)).offer is None
    await types(talk, lived, "handover kim")
    await types(talk, lived, "withdraw")
    assert (await now(talk, lived)).offer is None


async def test_a_name_that_nobody_has_keeps_what_was_typed(talk: Talk, lived: Lived) -> None:
    view = form(await types(talk, lived, "handover bob he knows it"))
    to, message = view.fields
    assert "Nobody here is called that" in (view.prose or "")
    assert message.value == "bob he knows it"
    assert {option.label for option in to.options} == {"Kim", "Vic", "Ada"}


async def test_a_name_that_several_have_is_picked(talk: Talk, lived: Lived) -> None:
    role = (await talk.member("kim")).actor.role
    await talk.company.hires("kimberly", role)
    view = form(await types(talk, lived, "handover ki it is yours"))
    to, message = view.fields
    assert {option.label for option in to.options} == {"Kim", "Kimberly"}
    assert message.value == "it is yours"
    assert "asked" in told(await types(talk, lived, "handover kim it is yours"))


@pytest.mark.parametrize("typed", ["takeover", "take over", "Take-Over"])
async def test_taken_over_in_its_thread_only(talk: Talk, lived: Lived, typed: str) -> None:
    assert "in the thread" in told(await talk.types("kim", typed, "C5"))
    assert told(await types(talk, lived, typed, "kim")) == "You drive this session now."
    assert (await now(talk, lived)).driver == talk.company.people["kim"]


async def test_elsewhere_the_one_open_session_is_meant_and_named(talk: Talk, lived: Lived) -> None:
    assert told(await talk.types("sam", "note from afar", "C5")) == "Noted. (“A small flow”)"
    assert "note-added" in await talk.company.kinds(lived[0])


async def test_elsewhere_with_several_open_it_asks_which(talk: Talk, lived: Lived) -> None:
    await talk.begins()
    view = whisper(await talk.types("sam", "note from afar", "C5"))
    assert isinstance(view, SessionsView)
    assert len(view.lines) == 2
    assert "note-added" not in await talk.company.kinds(lived[0])


@pytest.mark.parametrize(
    "typed",
    ["resume", "note x", "back", "correct", "status", "scratchpad x", "time", "summary", "how",
     "handover kim", "done", "cancel x", "pause x", "answer 1", "variables", "fine", "list"],
)  # fmt: skip
async def test_without_any_session_it_says_what_to_do(talk: Talk, typed: str) -> None:
    answer = await talk.types("sam", typed)
    assert "you have none open" in told(answer)
    assert labels(answer) == ["Menu", "Find a flow…"]


async def test_still_fine_or_not(talk: Talk, company: Company) -> None:
    await company.publishes(VERIFIED)
    lived = await talk.begins("sam", "verified")
    assert "still fine" not in told(await types(talk, lived, "fine"))
    for typed, status in (("not fine", Status.ACTIVE), ("fine", Status.COMPLETED)):
        await types(talk, lived, "answer verify after 24h")
        assert (await now(talk, lived)).status is Status.AWAITING
        await types(talk, lived, typed)
        assert (await now(talk, lived)).status is status


async def test_a_verb_is_known_as_a_question_and_behind_a_second_flow(
    talk: Talk, lived: Lived
) -> None:
    for typed in ("status", "status?", "/flow status", "/FLOW  Status!"):
        assert isinstance(whisper(await types(talk, lived, typed)), StatusView)
