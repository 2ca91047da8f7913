"""Buttons and forms as a platform hands them in, through the product's front door."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from bot.app.answered import LATER
from bot.app.deliver import deliver
from bot.app.desk import Desk
from bot.app.front import Front
from bot.app.telling import tell
from bot.cards import card_of
from bot.cards.card import Choices
from bot.port import Answer, Clicked, Origin, Submitted
from bot.token import Token
from core.access import Role
from core.ids import SessionId
from core.session.deeds import (
    Cancelled,
    Deed,
    HandoverAccepted,
    HandoverOffered,
    HandoverWithdrawn,
    NoteAdded,
    ScratchpadSaved,
    TakenOver,
)
from core.verbs import ProductVerb
from core.views import NoteView, NoticeView, StepView, WhereWasIView
from storage.jobs import TELL, Job
from storage.places import Spot
from tests.bot.sessions import at_once, moved
from tests.company import Company
from tests.recorder import Recorder

THREAD = "17.5"


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def front(company: Company, recorder: Recorder) -> Front:
    """The product, with a platform that records."""
    return Front(Desk(company.storage, company.now), {"test": recorder})


@pytest.fixture
async def session(company: Company, recorder: Recorder) -> SessionId:
    """A session on screen in a thread."""
    session = await company.starts("sam")
    async with company.storage.work(company.account) as work:
        spot = Spot(company.workspace, "C1", THREAD)
        assert await work.places.open(session, spot, revision=1)
    await sent(company, recorder)
    return session


async def sent(company: Company, recorder: Recorder) -> None:
    desk = Desk(company.storage, company.now)
    while await deliver(desk, {"test": recorder}):
        pass


def origin(name: str, *, guest: bool = False) -> Origin:
    return Origin("test", "Acme IT", name, name.capitalize(), "C1", THREAD, guest)


class Pressing:
    """Somebody who presses what is on screen."""

    def __init__(self, front: Front, recorder: Recorder, name: str = "sam") -> None:
        self.front, self.recorder, self.name = front, recorder, name
        self.count = 0

    async def press(self, session: SessionId, verb: str, argument: str = "", **more: int) -> Answer:
        visit = more.get("visit", self.recorder.step().step.visit)
        token = Token(session, visit, verb, argument)
        return await self.raw(token.pack())

    async def raw(self, token: str) -> Answer:
        self.count += 1
        delivery = f"{self.name}-{self.count}"
        return await self.front.receive(Clicked(origin(self.name), delivery, token, self.screen))

    @property
    def screen(self) -> str:
        """The reference of the step's message."""
        step = self.recorder.step()
        return next(r for r, m in self.recorder.messages.items() if m is step)

    async def fills(self, answer: Answer, **values: str) -> Answer:
        assert answer.form is not None
        self.count += 1
        sent = Submitted(
            origin(self.name), f"{self.name}-{self.count}", answer.form.token, values, self.screen
        )
        return await self.front.receive(sent)


@pytest.fixture
def sam(front: Front, recorder: Recorder) -> Pressing:
    return Pressing(front, recorder)


@pytest.fixture
def kim(front: Front, recorder: Recorder) -> Pressing:
    return Pressing(front, recorder, "kim")


def whispers(answer: Answer) -> str:
    return " ".join(w.text for w in answer.whispers if isinstance(w, NoticeView))


async def test_a_press_is_answered_with_the_next_step(sam: Pressing, session: SessionId) -> None:
    answer = await sam.press(session, "choose", "yes")
    assert isinstance(answer.replace, StepView)
    assert answer.replace.prose == "Does it work now?"
    assert [line.answer for line in answer.replace.past] == ["Yes"]
    assert answer.replace.past[0].by == "Sam"
    assert answer.settled is not None
    assert not answer.whispers


async def test_quick_clicks_in_a_row_leave_nothing_to_send_again(
    company: Company, recorder: Recorder, session: SessionId, sam: Pressing
) -> None:
    first = await sam.press(session, "choose", "yes")
    assert first.settled
    await sam.front.settle(first.settled)  # stored a moment later, when the next one is under way
    assert isinstance(first.replace, StepView)
    second = await sam.press(session, "choose", "no", visit=first.replace.visit)
    assert second.settled
    await asyncio.sleep(2 * LATER)
    await sam.front.settle(second.settled)
    await sam.front.settled()
    assert await deliver(Desk(company.storage, company.now), {"test": recorder}) == 0


async def test_what_was_answered_is_not_sent_again_once_it_is_settled(
    sam: Pressing, session: SessionId, company: Company, recorder: Recorder
) -> None:
    answer = await sam.press(session, "choose", "yes")
    assert answer.settled
    recorder.log.clear()
    await sent(company, recorder)
    await sam.front.settle(answer.settled)
    await sam.front.settled()
    await sent(company, recorder)
    assert recorder.log == []
    assert await company.storage.outbox.behind() == 0


async def test_a_button_of_a_place_that_the_session_left_answers_nothing(
    sam: Pressing, session: SessionId, company: Company, recorder: Recorder
) -> None:
    before = await sam.press(session, "choose", "yes")  # so that the next needs no reading
    assert isinstance(before.replace, StepView)
    token, old = Token(session, before.replace.visit, "choose", "yes").pack(), sam.screen
    await moved(company, session, "C2")
    trail = await company.trail(session)
    for delivery in ("late", "later"):
        late = await sam.front.receive(Clicked(origin("sam"), delivery, token, old))
        assert late.replace is None
        assert "goes on somewhere else" in whispers(late)
    assert await company.trail(session) == trail
    await at_once(company)
    await sent(company, recorder)
    [step] = [ref for ref, each in recorder.messages.items() if each is recorder.step("C2")]
    here = await sam.front.receive(Clicked(origin("sam"), "here", token, step))
    assert here.replace is not None


async def test_who_comes_second_is_told_who_answered_what_and_the_step_is_sent_anew(
    sam: Pressing, kim: Pressing, session: SessionId, company: Company, recorder: Recorder
) -> None:
    await sam.press(session, "choose", "yes")
    late = await kim.press(session, "choose", "no", visit=1)
    assert whispers(late).startswith("Sam answered “Yes” at ")
    assert late.replace is None  # an older view might cover a newer one
    async with company.storage.database.raw() as raw:
        await raw.execute("UPDATE message SET claimed_until = now()")
    await sent(company, recorder)
    assert recorder.step().step.prose == "Does it work now?"
    assert await company.kinds(session) == ["started", "acted"]


async def test_a_press_that_comes_twice_is_one(
    sam: Pressing, session: SessionId, company: Company
) -> None:
    token = Token(session, 1, "choose", "yes").pack()
    first = Clicked(origin("sam"), "once", token, sam.screen)
    await sam.front.receive(first)
    again = await sam.front.receive(first)
    assert again == Answer()
    assert await company.kinds(session) == ["started", "acted"]


@pytest.mark.parametrize("token", ["", "x", "A" * 22 + ".1.choose.yes", "💥" * 30, "a.b.c.d"])
async def test_what_is_no_button_of_ours_changes_nothing(
    token: str, sam: Pressing, session: SessionId, company: Company
) -> None:
    answer = await sam.raw(token)
    assert whispers(answer)
    assert await company.kinds(session) == ["started"]


async def test_a_button_of_another_account_is_answered_like_one_of_no_session(
    sam: Pressing, session: SessionId, rival: Company
) -> None:
    theirs = await rival.starts("sam")
    nobodys = SessionId(UUID(int=7))
    assert whispers(await sam.press(theirs, "choose", "yes")) == whispers(
        await sam.press(nobodys, "choose", "yes")
    )
    assert await rival.kinds(theirs) == ["started"]


async def test_a_newcomer_is_a_viewer_and_a_guest_is_nobody(
    front: Front, recorder: Recorder, session: SessionId, company: Company
) -> None:
    new = await Pressing(front, recorder, "new").press(session, "choose", "yes")
    assert isinstance(new.replace, StepView)
    assert (await company.actor("new")).role is Role.VIEWER
    token = Token(session, 2, "choose", "yes").pack()
    guest = Clicked(origin("gus", guest=True), "g1", token, "m2")
    assert "Guests" in whispers(await front.receive(guest))
    assert await company.kinds(session) == ["started", "acted"]


async def test_a_form_opens_is_sent_and_what_is_wrong_keeps_it_open(
    sam: Pressing, session: SessionId, company: Company
) -> None:
    opened = await sam.press(session, "finish")
    assert opened.form is not None
    wrong = await sam.fills(opened, outcome="resolved", minutes="soon")
    assert "whole number" in wrong.errors[""]
    done = await sam.fills(opened, outcome="resolved", minutes="5")
    assert not done.errors
    assert (await company.kinds(session))[-1] == "completed"


async def test_what_was_typed_too_late_is_kept_for_who_typed_it(
    sam: Pressing, kim: Pressing, session: SessionId
) -> None:
    parked = await sam.press(session, "pause")
    for _ in range(2):
        await kim.fills(await kim.press(session, "pause"), reason="lunch")
    late = await sam.fills(parked, reason="The customer is back at 14:00.")
    assert "What you typed is kept" in whispers(late)
    await kim.press(session, "resume")
    again = await sam.press(session, "pause")
    assert again.form is not None
    assert again.form.view.fields[0].value == "The customer is back at 14:00."
    await sam.fills(again, reason="The customer is back at 15:00.")
    await kim.press(session, "resume")
    empty = await sam.press(session, "pause")
    assert empty.form is not None
    assert empty.form.view.fields[0].value is None


async def test_the_scratchpad_opens_with_what_it_says(
    sam: Pressing, session: SessionId, company: Company
) -> None:
    await company.does("kim", session, ScratchpadSaved("0800 123"))
    opened = await sam.press(session, "scratchpad")
    assert opened.form is not None
    assert opened.form.view.fields[0].value == "0800 123"


async def test_who_was_away_reads_where_they_were_first(
    sam: Pressing, kim: Pressing, session: SessionId, company: Company
) -> None:
    company.ahead = timedelta(minutes=14)
    assert (await sam.press(session, "choose", "yes")).whispers == ()
    company.ahead = timedelta(minutes=40)
    answer = await sam.press(session, "choose", "no", visit=2)
    [recap] = answer.whispers
    assert isinstance(recap, WhereWasIView)
    assert recap.asked == "Is it on?"
    assert "Is it on? Yes" in recap.known
    stranger = await kim.press(session, "choose", "yes", visit=3)
    assert stranger.whispers == ()  # was never there


async def test_where_the_flow_does_not_say_the_person_is_asked(
    sam: Pressing, session: SessionId
) -> None:
    answer = await sam.press(session, "could-not-check")
    [asked] = answer.whispers
    assert isinstance(asked, NoticeView)
    assert (asked.session, asked.visit) == (session, 1)
    assert [c.argument for c in asked.choices] == ["yes", "no"]
    gone = await sam.press(session, asked.choices[1].verb, "no")
    assert isinstance(gone.replace, StepView)
    assert gone.replace.prose == "Switch it on."


async def test_a_covered_step_folds_and_the_next_is_posted_below(
    sam: Pressing, session: SessionId, company: Company, recorder: Recorder
) -> None:
    first = sam.screen
    async with company.storage.work(company.account) as work:
        await work.places.wrote_below(Spot(company.workspace, "C1", THREAD))
    await company.does("sam", session, NoteAdded("the user called"))
    answer = await sam.press(session, "choose", "yes")
    assert answer.settled is None
    await sent(company, recorder)
    assert "Yes" in repr(recorder.messages[first].shows)
    assert sam.screen != first
    assert recorder.step().step.prose == "Does it work now?"


async def test_the_ticket_note_is_posted_at_the_end(
    sam: Pressing, session: SessionId, company: Company, recorder: Recorder
) -> None:
    await sam.fills(await sam.press(session, "finish"), outcome="resolved")
    await sent(company, recorder)
    assert "# A small flow" in repr(recorder.at("C1")[-1].shows)


async def test_a_note_that_does_not_fit_is_read_on_as_one_file_however_often_it_is_pressed(
    sam: Pressing, session: SessionId, company: Company, recorder: Recorder
) -> None:
    await sam.fills(await sam.press(session, "finish"), outcome="resolved")
    await sent(company, recorder)
    [note] = [r for r, m in recorder.messages.items() if isinstance(m.shows, NoteView)]
    token = Token(session, 1, ProductVerb.READ_ON, "2").pack()
    for delivery in ("once", "again"):
        answer = await sam.front.receive(Clicked(origin("sam"), delivery, token, note))
        assert "below" in whispers(answer)
    [(target, file)] = [(t.thread, u.content) for t, u in recorder.uploads.values()]
    assert (target, b"# A small flow" in file) == (THREAD, True)


async def test_reading_shows_something_to_the_asker_alone(
    sam: Pressing, session: SessionId, company: Company
) -> None:
    for verb in ("ticket", "earlier", "help"):
        answer = await sam.press(session, verb)
        assert len(answer.whispers) == 1, verb
        assert answer.replace is None
    assert await company.kinds(session) == ["started"]


async def test_a_form_that_could_not_be_saved_stays_open(
    sam: Pressing, session: SessionId, company: Company
) -> None:
    opened = await sam.press(session, "pause")
    async with company.storage.database.raw() as raw, raw.transaction():
        await raw.execute("SELECT FROM session FOR UPDATE")
        answer = await sam.fills(opened, reason="lunch")
    assert "Not saved" in answer.errors[""]
    assert not (await sam.fills(opened, reason="lunch")).errors


async def test_an_error_is_told_with_its_reference_and_the_next_press_works(
    sam: Pressing, session: SessionId, company: Company
) -> None:
    async with company.storage.database.raw() as raw:
        await raw.execute("ALTER TABLE message RENAME COLUMN covered TO gone")
    try:
        broken = await sam.press(session, "choose", "yes")
    finally:
        async with company.storage.database.raw() as raw:
            await raw.execute("ALTER TABLE message RENAME COLUMN gone TO covered")
    assert "reference" in whispers(broken)
    assert isinstance((await sam.press(session, "choose", "yes")).replace, StepView)


class Asked:
    """Kim, who was asked in person to take a session over; the message she presses is "d1"."""

    def __init__(self, company: Company, front: Front, recorder: Recorder) -> None:
        self.company, self.front, self.recorder = company, front, recorder
        self.count = 0

    async def is_asked(self, session: SessionId) -> list[str]:
        """Sam asks; what can be pressed below the message that she gets."""
        kim = self.company.people["kim"]
        await self.company.does("sam", session, HandoverOffered(kim, "I am off at four."))
        revision = (await self.company.reads("kim", session)).session.revision
        job = Job(TELL, self.company.account, session, revision, kim, "handover-offered")
        desk = Desk(self.company.storage, self.company.now)
        await tell(desk, {"test": self.recorder}, job)
        _, _, notice = self.recorder.told[-1]
        [row] = [block for block in card_of(notice).blocks if isinstance(block, Choices)]
        self.tokens = {button.label: button.token for button in row.buttons}
        return list(self.tokens)

    async def presses(self, label: str) -> Answer:
        self.count += 1
        token, by = self.tokens[label], Origin("test", "Acme IT", "kim", "Kim", "D-kim")
        return await self.front.receive(Clicked(by, f"kim-{self.count}", token, "d1"))

    async def declines(self, opened: Answer) -> Answer:
        assert opened.form is not None
        self.count += 1
        by, reason = Origin("test", "Acme IT", "kim", "Kim", "D-kim"), {"reason": "No time."}
        sent = Submitted(by, f"kim-{self.count}", opened.form.token, reason, "d1")
        return await self.front.receive(sent)


@pytest.fixture
def asked(company: Company, front: Front, recorder: Recorder) -> Asked:
    return Asked(company, front, recorder)


def becomes(answer: Answer) -> str:
    """What the message that was pressed says from now on, with nothing left to answer."""
    assert isinstance(answer.replace, NoticeView)
    assert answer.replace.choices == ()
    assert (answer.whispers, answer.form) == ((), None)
    return answer.replace.text


OPENS = "Its thread: https://chat.example/C1/17.5"
OVER = "You are no longer asked to take over “A small flow”.\n"


async def test_who_accepts_in_person_reads_what_they_drive_and_where_it_is(
    asked: Asked, session: SessionId, company: Company
) -> None:
    assert await asked.is_asked(session) == ["Accept", "Decline…"]
    drives = f"You drive “A small flow” now.\nIt stands at: Is it on?\n{OPENS}"
    assert becomes(await asked.presses("Accept")) == drives
    assert (await company.reads("kim", session)).session.driver == company.people["kim"]
    for label in asked.tokens:  # an answer that was lost on its way leaves them there
        assert becomes(await asked.presses(label)) == drives


async def test_who_accepts_what_lives_in_anothers_conversation_can_move_it(
    asked: Asked, company: Company
) -> None:
    session = await company.starts("sam")
    async with company.storage.work(company.account) as work:
        assert await work.places.open(session, Spot(company.workspace, "D-sam"), revision=1)
    await asked.is_asked(session)
    notice = (await asked.presses("Accept")).replace
    assert isinstance(notice, NoticeView)
    assert notice.text == "You drive “A small flow” now.\nIt stands at: Is it on?"
    [move] = notice.choices
    assert (move.verb, notice.session) == (ProductVerb.MOVE, session)


async def test_who_declines_in_person_reads_that_they_have(
    asked: Asked, session: SessionId, company: Company
) -> None:
    await asked.is_asked(session)
    declined = await asked.declines(await asked.presses("Decline…"))
    assert becomes(declined) == "You have declined to take over “A small flow”.\nSam drives it."
    assert (await company.kinds(session))[-1] == "handover-declined"
    assert becomes(await asked.presses("Accept")) == f"{OVER}Sam drives it."
    assert (await company.reads("kim", session)).session.driver == company.people["sam"]


@pytest.mark.parametrize("label", ["Accept", "Decline…"])
@pytest.mark.parametrize(
    ("name", "deed", "said"),
    [
        ("sam", HandoverWithdrawn(), f"{OVER}Sam drives it."),
        ("vic", TakenOver(), f"{OVER}Vic drives it."),
        ("sam", Cancelled("A duplicate"), f"{OVER}It is completed by now."),
        (
            "kim",
            HandoverAccepted(),
            f"You drive “A small flow” now.\nIt stands at: Is it on?\n{OPENS}",
        ),
    ],
)
async def test_an_offer_that_is_over_leaves_nothing_to_press(
    asked: Asked, session: SessionId, company: Company, name: str, deed: Deed, said: str, label: str
) -> None:
    await asked.is_asked(session)
    await company.does(name, session, deed)
    before = await company.kinds(session)
    assert becomes(await asked.presses(label)) == said
    assert await company.kinds(session) == before


async def test_an_offer_that_went_to_somebody_else_by_now_is_over(
    asked: Asked, session: SessionId, company: Company
) -> None:
    await asked.is_asked(session)
    await company.does("sam", session, HandoverWithdrawn())
    await company.does("sam", session, HandoverOffered(company.people["vic"]))
    assert becomes(await asked.presses("Accept")) == f"{OVER}Sam drives it."


async def test_a_refusal_that_is_written_too_late_is_over_as_well(
    asked: Asked, session: SessionId, company: Company
) -> None:
    await asked.is_asked(session)
    form = await asked.presses("Decline…")
    await company.does("sam", session, HandoverWithdrawn())
    assert becomes(await asked.declines(form)) == f"{OVER}Sam drives it."


async def test_what_was_declined_at_the_step_leaves_the_step_there(
    asked: Asked, kim: Pressing, session: SessionId
) -> None:
    await asked.is_asked(session)
    answer = await kim.fills(await kim.press(session, "decline"), reason="No time.")
    assert isinstance(answer.replace, StepView)
    assert answer.replace.offer is None
