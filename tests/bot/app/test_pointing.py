"""Pointing at a message: whose note it becomes, and how a session begins with it."""

import asyncio
from dataclasses import dataclass, field, replace
from itertools import count

import pytest

from bot.app.front import Front
from bot.app.membership import change_role
from bot.app.showing import ticket
from bot.port import (
    NOTHING,
    Answer,
    Clicked,
    Deleted,
    Edited,
    File,
    Form,
    Pointed,
    Purpose,
    Reacted,
    Reaction,
    Receipt,
    Replied,
    Submitted,
)
from bot.token import Token
from core.access import Role
from core.flow.model import Flow
from core.ids import SessionId
from core.session.deeds import Attached, NoteAdded
from core.verbs import ProductVerb
from core.views import FieldView, NoteView, NoticeView
from storage.upkeep import prune
from tests.bot.app.talking import Talk, told
from tests.company import FLOW, Company

HELP = "The printer in room 4 prints only stripes"
FILE = File("stripes.txt", "text/plain", 7, "f1")


@dataclass
class House:
    """A chat in which people point at each other's messages."""

    talk: Talk
    front: Front
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    async def points(
        self,
        name: str,
        purpose: Purpose = Purpose.NOTE,
        *,
        at: str = "k1",
        text: str = HELP,
        author: str = "Kim",
        where: tuple[str, str] = ("C9", ""),
        files: tuple[File, ...] = (),
        delivery: str = "",
    ) -> Answer:
        """Somebody picks it from the menu of a message."""
        by = self.talk.at(name, *where)
        delivery = delivery or f"pointed-{next(self.numbers)}"
        return await self.front.receive(Pointed(by, delivery, purpose, at, text, author, files))

    async def sends(
        self,
        name: str,
        form: Form,
        values: dict[str, str],
        *,
        where: tuple[str, str] = ("C9", ""),
        delivery: str = "",
    ) -> Answer:
        """Somebody fills in a form: what they leave as it is, is sent too."""
        held = {each.name: each.value or "" for each in form.view.fields}
        delivery = delivery or f"sent-{next(self.numbers)}"
        by = self.talk.at(name, *where)
        return await self.front.receive(Submitted(by, delivery, form.token, held | values))

    async def presses(
        self, name: str, answer: Answer, label: str, where: tuple[str, str] = ("C9", "")
    ) -> Answer:
        """Somebody presses a button of what they were told."""
        [(notice, choice)] = [
            (shown, each)
            for shown in answer.whispers
            if isinstance(shown, NoticeView)
            for each in shown.choices
            if each.label == label
        ]
        session = choice.session or notice.session or SessionId(self.talk.company.account)
        token = Token(session, notice.visit, choice.verb, choice.argument).pack()
        by = self.talk.at(name, *where)
        return await self.front.receive(Clicked(by, f"pressed-{next(self.numbers)}", token))

    async def notes(self, session: SessionId) -> list[NoteAdded | Attached]:
        """What was written down in a session."""
        trail = await self.talk.company.trail(session)
        return [e.deed for e in trail if isinstance(e.deed, NoteAdded | Attached)]

    async def ticket(self, session: SessionId) -> str:
        """The ticket note as it reads now."""
        note = await ticket(self.talk.chat.desk, self.talk.company.identity("sam"), session)
        assert isinstance(note, NoteView)
        return note.text

    def by_kim(self, channel: str = "C9") -> "Changes":
        return Changes(self, "kim", channel)


@dataclass
class Changes:
    """What who wrote a message does to it."""

    house: House
    name: str
    channel: str

    async def edits(self, message: str, text: str) -> Answer:
        by = self.house.talk.at(self.name, self.channel)
        delivery = f"edited-{next(self.house.numbers)}"
        return await self.house.front.receive(Edited(by, delivery, message, text))

    async def deletes(self, message: str) -> Answer:
        by = self.house.talk.at(self.name, self.channel)
        delivery = f"deleted-{next(self.house.numbers)}"
        return await self.house.front.receive(Deleted(by, delivery, message))


@pytest.fixture
def house(talk: Talk) -> House:
    return House(talk, Front(talk.chat.desk, talk.chat.senders))


def opened(answer: Answer) -> Form:
    """The form that is answered with, and nothing else."""
    assert answer.form is not None
    assert replace(answer, form=None) == NOTHING
    return answer.form


def field_of(form: Form, name: str) -> FieldView:
    [found] = [each for each in form.view.fields if each.name == name]
    return found


def said(answer: Answer) -> str:
    """What is whispered, whatever else is done."""
    return "\n".join(s.text for s in answer.whispers if isinstance(s, NoticeView))


PRINTER = Flow.model_validate(
    FLOW.model_dump(mode="json", by_alias=True, exclude_none=True)
    | {"flow": "printer-stripes", "title": "Printer prints stripes"}
)


# Notes


async def test_in_a_sessions_thread_the_message_becomes_its_note_by_both(house: House) -> None:
    session, thread = await house.talk.begins()
    answer = await house.points("vic", where=("C1", thread))
    assert answer.receipt is Receipt.TAKEN
    assert said(answer) == "Noted."
    assert await house.notes(session) == [NoteAdded(HELP, author="Kim")]
    assert f"Vic: Kim wrote: {HELP}" in (await house.ticket(session)).replace("\\", "")


async def test_ones_own_message_is_noted_as_ones_own(house: House) -> None:
    session, thread = await house.talk.begins()
    await house.points("sam", author="", where=("C1", thread))
    assert "wrote" not in await house.ticket(session)
    assert await house.notes(session) == [NoteAdded(HELP)]


async def test_at_its_header_the_message_becomes_a_note_too(house: House) -> None:
    session, thread = await house.talk.begins()
    answer = await house.points("vic", at=thread, where=("C1", ""))
    assert said(answer) == "Noted."
    assert len(await house.notes(session)) == 1


async def test_where_a_session_lived_the_note_follows_it(house: House) -> None:
    session, thread = await house.talk.begins()
    await house.talk.types("sam", "resume", "C2")
    other, _ = await house.talk.begins("sam", "small anyway", "C3")
    answer = await house.points("sam", where=("C1", thread))
    assert said(answer) == "Noted."
    assert len(await house.notes(session)) == 1
    assert await house.notes(other) == []


async def test_elsewhere_it_is_the_one_open_session_and_the_whisper_says_which(
    house: House,
) -> None:
    session, _ = await house.talk.begins()
    answer = await house.points("sam")
    assert said(answer) == "Noted: “A small flow”."
    assert await house.notes(session) == [NoteAdded(HELP, author="Kim")]


async def test_a_message_that_is_a_note_already_is_said_to_be_one(house: House) -> None:
    session, thread = await house.talk.begins()
    by = house.talk.at("kim", "C1", thread)
    await house.front.receive(Replied(by, "k1", HELP))
    answer = await house.points("sam", where=("C1", thread))
    assert told(answer) == "It is a note already."
    assert len(await house.notes(session)) == 1
    elsewhere = ("C2", "")
    await house.points("sam", at="k2", where=elsewhere)
    again = await house.points("sam", at="k2", where=elsewhere)
    assert told(again) == "It is a note already: “A small flow”."
    other, there = await house.talk.begins("kim", "small anyway", "C2")
    again = await house.points("kim", at="k2", where=("C2", there))
    assert told(again) == "It is a note already: “A small flow”."
    assert await house.notes(other) == []


async def test_a_message_that_answered_a_step_is_said_to_be_in_the_record(house: House) -> None:
    session, thread = await house.talk.begins()
    await house.front.receive(Replied(house.talk.at("sam", "C1", thread), "k1", "yes"))
    answer = await house.points("sam", text="yes", author="", where=("C1", thread))
    assert "answered a step" in told(answer)
    assert await house.notes(session) == []


async def test_delivered_twice_or_by_two_at_once_it_is_one_note(house: House) -> None:
    session, thread = await house.talk.begins()
    for round in range(10):
        message = f"k{round}"
        await asyncio.gather(
            *(
                house.points(name, at=message, where=("C1", thread), delivery=f"{round}{name}")
                for name in ("sam", "sam", "vic")
            )
        )
        assert len(await house.notes(session)) == round + 1


async def test_two_who_point_at_once_for_two_sessions_make_one_note_that_follows(
    house: House,
) -> None:
    mine, _ = await house.talk.begins("sam")
    kims, _ = await house.talk.begins("kim", "small anyway", "C2")
    for round in range(10):
        message = f"k{round}"
        await asyncio.gather(*(house.points(name, at=message) for name in ("sam", "kim")))
        await house.by_kim().edits(message, f"changed {round}")
    made = [*await house.notes(mine), *await house.notes(kims)]
    assert len(made) == 10
    both = await house.ticket(mine) + await house.ticket(kims)
    assert all(f"changed {round}" in both for round in range(10))


async def test_edits_and_the_deletion_of_who_wrote_it_follow(house: House) -> None:
    session, _ = await house.talk.begins()
    await house.points("sam", files=(FILE,), text="Only stripes")
    assert await house.by_kim().edits("k1", "Only stripes, in colour") == NOTHING
    text = await house.ticket(session)
    assert "Kim wrote: Only stripes, in colour" in text
    assert await house.by_kim().deletes("k1") == NOTHING
    assert "stripes" not in await house.ticket(session)


async def test_only_who_may_change_it_keeps_the_note_out(house: House) -> None:
    session, _ = await house.talk.begins()
    await house.points("sam")
    no_entry = Reacted(house.talk.at("vic", "C9"), "r1", "k1", Reaction.KEEP_OUT)
    assert "Only the person" in told(await house.front.receive(no_entry))
    assert "stripes" in await house.ticket(session)
    mine = replace(no_entry, by=house.talk.at("sam", "C9"), delivery="r2")
    assert await house.front.receive(mine) == NOTHING
    assert "stripes" not in await house.ticket(session)


async def test_what_was_kept_out_of_the_ticket_goes_in_when_it_is_pointed_at(
    house: House,
) -> None:
    session, thread = await house.talk.begins()
    by = house.talk.at("kim", "C1", thread)
    await house.front.receive(Replied(by, "k1", "// the router is old"))
    assert await house.notes(session) == []
    await house.points("sam", text="// the router is old", where=("C1", thread))
    assert "the router is old" in await house.ticket(session)


async def test_a_deleted_message_is_no_note(house: House) -> None:
    session, thread = await house.talk.begins()
    by = house.talk.at("kim", "C1", thread)
    await house.front.receive(Deleted(by, "d1", "k1"))
    answer = await house.points("sam", where=("C1", thread))
    assert told(answer) == "This message was deleted: nothing was written down."
    assert await house.notes(session) == []


async def test_its_files_become_attachments_from_who_sent_them(house: House) -> None:
    session, _ = await house.talk.begins()
    house.talk.platform.files["f1"] = b"stripes"
    answer = await house.points("sam", files=(FILE,))
    assert answer.receipt is Receipt.TAKEN
    file = (await house.notes(session))[1]
    assert isinstance(file, Attached)
    assert (file.name, file.author) == ("stripes.txt", "Kim")
    assert "file from Kim: stripes.txt" in (await house.ticket(session)).replace("\\", "")


async def test_a_file_given_to_us_alone_goes_to_the_one_open_session(house: House) -> None:
    session, _ = await house.talk.begins()
    house.talk.platform.files["f1"] = b"stripes"
    alone = house.talk.at("sam", "D-sam")
    reply = Replied(alone, "d1", "As it prints", (FILE,), meant=True)
    for _ in range(2):
        answer = await house.front.receive(reply)
    assert told(answer) == "It is a note already: “A small flow”."
    note, file = await house.notes(session)
    assert isinstance(note, NoteAdded)
    assert isinstance(file, Attached)
    assert (note.text, note.author, file.name) == ("As it prints", "", "stripes.txt")
    for other in (replace(reply, meant=False), replace(reply, files=())):
        assert await house.front.receive(replace(other, message="d2")) == NOTHING
    assert len(await house.notes(session)) == 2


async def test_a_file_that_was_not_kept_is_said_and_fetched_when_pointed_at_again(
    house: House,
) -> None:
    session, _ = await house.talk.begins()
    answer = await house.points("sam", text="", files=(FILE,))
    assert answer.receipt is Receipt.NOT_TAKEN
    assert said(answer).startswith("“stripes.txt” was not kept")
    assert await house.notes(session) == []
    house.talk.platform.files["f1"] = b"stripes"
    again = await house.points("sam", text="", files=(FILE,))
    assert again.receipt is Receipt.TAKEN
    assert len(await house.notes(session)) == 1


async def test_a_crash_between_its_words_and_its_files_is_made_good(house: House) -> None:
    session, _ = await house.talk.begins()
    await house.points("sam", files=(FILE,), delivery="p1")  # its file cannot be fetched yet
    assert len(await house.notes(session)) == 1
    house.talk.platform.files["f1"] = b"stripes"
    await house.points("sam", files=(FILE,), delivery="p1")
    assert len(await house.notes(session)) == 2


async def test_a_pasted_output_stays_one(house: House) -> None:
    session, _ = await house.talk.begins()
    await house.points("sam", text="```\nC:\\> ipconfig\n```")
    assert "output from Kim:" in (await house.ticket(session)).replace("\\", "")


async def test_nothing_to_write_down_and_too_much_of_it(house: House) -> None:
    session, _ = await house.talk.begins()
    assert "nothing in this message" in told(await house.points("sam", text=" \n"))
    assert "40,000" in told(await house.points("sam", text="x" * 40_001))
    assert await house.notes(session) == []


async def test_with_several_sessions_a_form_asks_which_and_shows_the_text(house: House) -> None:
    first, _ = await house.talk.begins()
    second, _ = await house.talk.begins("sam", "small anyway", "C2")
    form = opened(await house.points("sam", delivery="p1"))
    assert {option.value for option in field_of(form, "session").options} == {
        first.hex,
        second.hex,
    }
    assert field_of(form, "text").value == HELP
    assert form.view.prose == "Kim wrote it, and the note will say so."
    assert opened(await house.points("sam", delivery="p1")) == form
    changed = {"session": first.hex, "text": "Prints stripes"}
    for _ in range(2):
        answer = await house.sends("sam", form, changed, delivery="s1")
    assert told(answer) == "It is a note already: “A small flow”."
    assert await house.notes(first) == [NoteAdded("Prints stripes", author="Kim")]
    assert await house.notes(second) == []
    await house.by_kim().edits("k1", "It prints stripes since Monday")
    assert "since Monday" in await house.ticket(first)


async def test_what_is_missing_in_the_form_is_said_at_its_field(house: House) -> None:
    await house.talk.begins()
    await house.talk.begins("sam", "small anyway", "C2")
    form = opened(await house.points("sam"))
    assert (await house.sends("sam", form, {})).errors.keys() == {"session"}
    picked = {"session": field_of(form, "session").options[0].value}
    assert (await house.sends("sam", form, picked | {"text": " "})).errors.keys() == {"text"}


async def test_another_accounts_session_cannot_be_picked(house: House, rival: Company) -> None:
    theirs = await rival.starts("sam")
    await house.talk.begins()
    await house.talk.begins("sam", "small anyway", "C2")
    form = opened(await house.points("sam"))
    await house.sends("sam", form, {"session": theirs.hex})
    assert "note-added" not in await rival.kinds(theirs)


async def test_a_form_that_was_left_open_for_days_still_takes_the_text(house: House) -> None:
    first, _ = await house.talk.begins()
    await house.talk.begins("sam", "small anyway", "C2")
    form = opened(await house.points("sam"))
    await forgets(house)
    for _ in range(2):
        await house.sends("sam", form, {"session": first.hex}, delivery="s1")
    assert await house.notes(first) == [NoteAdded(HELP)]


async def test_a_form_is_of_use_to_nobody_else(house: House) -> None:
    await house.talk.begins()
    await house.talk.begins("sam", "small anyway", "C2")
    form = opened(await house.points("sam"))
    clicked = Clicked(house.talk.at("vic", "C9"), "c1", form.token)
    assert "too long ago" in told(await house.front.receive(clicked))


async def test_with_no_session_it_is_said_how_to_begin_one_and_offered(house: House) -> None:
    answer = await house.points("sam")
    assert "no open session" in told(answer)
    form = opened(await house.presses("sam", answer, "Start a flow from it…"))
    assert form.view.title == "Start a flow"
    assert field_of(form, "text").value == HELP


@pytest.mark.parametrize("purpose", Purpose)
async def test_guests_and_strangers_are_refused(
    house: House, company: Company, purpose: Purpose
) -> None:
    session, thread = await house.talk.begins()
    ada = await company.actor("ada")
    await change_role(house.talk.chat.desk, ada, company.people["vic"], Role.GUEST)
    answer = await house.points("vic", purpose, where=("C1", thread))
    assert "Guests cannot take part" in told(answer)
    outside = replace(house.talk.at("eve", "C1", thread), guest=True)
    answer = await house.front.receive(Pointed(outside, "p1", purpose, "k1", HELP))
    assert "Guests of this workspace" in told(answer)
    elsewhere = replace(outside, guest=False, workspace="nowhere")
    answer = await house.front.receive(Pointed(elsewhere, "p2", purpose, "k1", HELP))
    assert "not linked" in told(answer)
    assert await house.notes(session) == []


# Sessions that begin


async def test_the_form_offers_first_what_the_message_is_about(
    house: House, company: Company
) -> None:
    await company.publishes(PRINTER)
    form = opened(await house.points("sam", Purpose.START))
    flow = field_of(form, "flow")
    assert [option.label for option in flow.options] == ["Printer prints stripes", "A small flow"]
    assert flow.value == flow.options[0].value
    assert field_of(form, "text").value == HELP
    assert not field_of(form, "text").required


async def test_a_message_about_nothing_known_picks_no_flow(house: House) -> None:
    form = opened(await house.points("sam", Purpose.START, text="Hello there"))
    assert field_of(form, "flow").value is None
    assert len(field_of(form, "flow").options) == 1


async def test_the_session_begins_where_they_are_and_the_message_is_its_first_note(
    house: House, company: Company
) -> None:
    form = opened(await house.points("sam", Purpose.START))
    picked = {"flow": company.flow_id.hex}
    for _ in range(2):
        assert await house.sends("sam", form, picked, delivery="s1") == NOTHING
    [session] = await house.talk.sessions("sam")
    await house.talk.shown()
    place = await house.talk.place(session)
    assert place is not None
    assert place.spot.channel == "C9"
    assert await house.notes(session) == [NoteAdded(HELP, author="Kim")]
    await house.by_kim().edits("k1", "It prints stripes since Monday")
    assert "Kim wrote: It prints stripes since Monday" in await house.ticket(session)
    assert told(await house.points("sam")) == "It is a note already: “A small flow”."


async def test_its_text_can_be_changed_or_left_out(house: House, company: Company) -> None:
    form = opened(await house.points("sam", Purpose.START))
    await house.sends("sam", form, {"flow": company.flow_id.hex, "text": "Stripes"})
    [first] = await house.talk.sessions("sam")
    assert await house.notes(first) == [NoteAdded("Stripes", author="Kim")]
    form = opened(await house.points("kim", Purpose.START, at="k2", where=("C8", "")))
    answer = await house.sends(
        "kim", form, {"flow": company.flow_id.hex, "text": ""}, where=("C8", "")
    )
    await house.presses("kim", answer, "Start anyway", ("C8", ""))
    [second] = await house.talk.sessions("kim")
    assert await house.notes(second) == []


async def test_who_else_is_on_it_is_said_first_and_nothing_typed_is_lost(
    house: House, company: Company
) -> None:
    await house.talk.begins("kim")
    form = opened(await house.points("sam", Purpose.START, files=(FILE,)))
    house.talk.platform.files["f1"] = b"stripes"
    changed = {"flow": company.flow_id.hex, "text": "Stripes in room 4"}
    answer = await house.sends("sam", form, changed)
    assert "Kim is on this" in told(answer)
    assert await house.talk.sessions("sam") == []
    await house.presses("sam", answer, "Start anyway")
    [session] = await house.talk.sessions("sam")
    [note, file] = await house.notes(session)
    assert note == NoteAdded("Stripes in room 4", author="Kim")
    assert isinstance(file, Attached)


async def test_in_a_thread_that_has_a_session_it_begins_beside(
    house: House, company: Company
) -> None:
    _, thread = await house.talk.begins("kim", "small", "C9")
    form = opened(await house.points("sam", Purpose.START, where=("C9", thread)))
    answer = await house.sends("sam", form, {"flow": company.flow_id.hex}, where=("C9", thread))
    answer = await house.presses("sam", answer, "Start anyway", ("C9", thread))
    assert "in a thread of its own" in said(answer)
    [session] = await house.talk.sessions("sam")
    assert len(await house.notes(session)) == 1


async def test_where_the_bot_was_not_let_in_it_begins_in_person(
    house: House, company: Company
) -> None:
    house.talk.platform.closed.add("C9")
    form = opened(await house.points("sam", Purpose.START))
    answer = await house.sends("sam", form, {"flow": company.flow_id.hex})
    assert "I cannot write in this channel" in said(answer)
    [session] = await house.talk.sessions("sam")
    place = await house.talk.place(session)
    assert place is not None
    assert place.spot.channel == "D-sam"
    assert len(await house.notes(session)) == 1


async def test_a_note_of_one_session_can_be_what_another_begins_with(
    house: House, company: Company
) -> None:
    before, _ = await house.talk.begins("kim")
    await house.points("kim")
    form = opened(await house.points("sam", Purpose.START))
    answer = await house.sends("sam", form, {"flow": company.flow_id.hex})
    await house.presses("sam", answer, "Start anyway")
    [session] = await house.talk.sessions("sam")
    assert await house.notes(session) == await house.notes(before)


async def test_a_flow_that_is_not_there_any_more_and_none_picked(
    house: House, company: Company
) -> None:
    form = opened(await house.points("sam", Purpose.START))
    assert (await house.sends("sam", form, {"flow": ""})).errors.keys() == {"flow"}
    gone = await house.sends("sam", form, {"flow": company.account.hex})
    assert "no such flow" in told(gone)
    assert await house.talk.sessions("sam") == []


async def test_a_form_left_open_for_days_still_begins_with_the_text(
    house: House, company: Company
) -> None:
    form = opened(await house.points("sam", Purpose.START))
    await forgets(house)
    await house.sends("sam", form, {"flow": company.flow_id.hex})
    [session] = await house.talk.sessions("sam")
    assert await house.notes(session) == [NoteAdded(HELP)]


async def test_every_token_fits(house: House, company: Company) -> None:
    await house.talk.begins("kim")
    form = opened(await house.points("sam", Purpose.START, delivery="x" * 500))
    answer = await house.sends("sam", form, {"flow": company.flow_id.hex})
    [notice] = [s for s in answer.whispers if isinstance(s, NoticeView)]
    [anyway] = [c for c in notice.choices if c.verb == ProductVerb.START_ANYWAY]
    assert Token(SessionId(company.account), 36**7 - 1, anyway.verb, anyway.argument).pack()
    assert Token.unpack(form.token).verb == ProductVerb.START_FROM


async def forgets(house: House) -> None:
    """Days pass."""
    async with house.talk.company.storage.database.raw() as raw:
        await raw.execute("UPDATE pointed SET at = now() - interval '25 hours'")
    assert await prune(house.talk.company.storage.database) == 1
