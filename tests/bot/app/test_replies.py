"""Messages in a session's thread, as a platform hands them in: answers, notes, files, chatter."""

import asyncio
from dataclasses import dataclass, replace

import pytest

from bot.app import replies
from bot.app.chat import Chat
from bot.app.desk import Desk
from bot.app.front import Front
from bot.app.membership import Member
from bot.app.showing import ticket
from bot.port import (
    NOTHING,
    Answer,
    Deleted,
    Edited,
    File,
    Origin,
    Reacted,
    Reaction,
    Receipt,
    Replied,
    Unavailable,
)
from core.access import Role
from core.flow.model import Flow
from core.flow.outcome import Outcome
from core.ids import SessionId
from core.session import deeds
from core.session.deeds import Started
from core.session.state import Status
from core.session.verbs import SessionVerb as Can
from core.views import NoteView, NoticeView
from storage.places import Spot
from tests.company import Company
from tests.recorder import Recorder
from tests.storage.barrier import at_once

ASKING = Flow.model_validate(
    {
        "flow": "asking",
        "title": "Asking",
        "nodes": [
            {
                "input": "serial",
                "ask": "Which serial number?",
                "variable": {"name": "serial", "label": "Serial number", "type": "text"},
                "to": "done",
            },
            {"solution": "done", "resolved": "It is known."},
        ],
    }
)
CONFUSING = Flow.model_validate(
    {
        "flow": "confusing",
        "title": "Confusing",
        "nodes": [
            {
                "decision": "phase",
                "ask": "Which phase fails?",
                "options": [
                    {"id": "two", "label": "2", "to": "done"},
                    {"id": "one", "label": "1", "to": "done"},
                ],
            },
            {"solution": "done", "resolved": "It is known."},
        ],
    }
)


@dataclass
class Thread:
    """A session's thread, and people who write there."""

    company: Company
    session: SessionId
    recorder: Recorder
    thread: str = "17.5"
    written: int = 0

    @property
    def chat(self) -> Chat:
        return Chat(Desk(self.company.storage, self.company.now), {"test": self.recorder})

    def by(self, name: str) -> Origin:
        return Origin("test", "Acme IT", name, name.capitalize(), "C1", self.thread)

    async def member(self, name: str) -> Member:
        return Member(await self.company.actor(name), self.company.identity(name))

    async def writes(
        self,
        name: str,
        text: str,
        *files: File,
        message: str | None = None,
        meant: bool = False,
    ) -> Answer:
        """Somebody writes a message, or (`message`) it is delivered again."""
        if message is None:
            self.written += 1
            message = f"m{self.written}"
        sent = Replied(self.by(name), message, text, files, meant)
        return await replies.replied(self.chat, await self.member(name), sent)

    async def edits(self, name: str, message: str, text: str) -> Answer:
        self.written += 1
        change = Edited(self.by(name), f"e{self.written}", message, text)
        return await replies.edited(self.chat, await self.member(name), change)

    async def deletes(self, name: str, message: str) -> Answer:
        self.written += 1
        change = Deleted(self.by(name), f"d{self.written}", message)
        return await replies.deleted(self.chat, await self.member(name), change)

    async def reacts(self, name: str, message: str, *, added: bool = True) -> Answer:
        self.written += 1
        by = self.by(name)
        reaction = Reacted(by, f"r{self.written}", message, Reaction.KEEP_OUT, added)
        return await replies.reacted(self.chat, await self.member(name), reaction)

    async def kinds(self) -> list[str]:
        """What happened since the session began."""
        return (await self.company.kinds(self.session))[1:]

    async def node(self) -> str:
        return (await self.company.reads("sam", self.session)).session.here.node

    async def note(self) -> str:
        """The ticket note as it reads now."""
        who = self.company.identity("sam")
        view = await ticket(self.chat.desk, who, self.session)
        assert isinstance(view, NoteView)
        return view.text

    async def lives(self, thread: str) -> None:
        """The session lives in another thread from now on."""
        async with self.company.storage.work(self.company.account) as work:
            spot = Spot(self.company.workspace, "C1", thread)
            assert await work.places.open(self.session, spot, revision=1)


async def living(company: Company, flow: Flow | None = None, thread: str = "17.5") -> Thread:
    """A session that lives in a thread."""
    started = Started((await company.publishes(flow))[0]) if flow else None
    made = Thread(company, await company.starts("sam", started=started), Recorder(), thread)
    await made.lives(thread)
    return made


@pytest.fixture
async def thread(company: Company) -> Thread:
    """A session of the small flow in a thread."""
    return await living(company)


def whisper(answer: Answer) -> NoticeView:
    """The one thing that who wrote is told."""
    [shown] = answer.whispers
    assert isinstance(shown, NoticeView)
    return shown


def file(name: str, content: bytes, thread: Thread, kind: str = "text/plain") -> File:
    """A file that the platform has."""
    thread.recorder.files[f"ref-{name}"] = content
    return File(name, kind, len(content), f"ref-{name}")


# Notes


async def test_a_reply_is_a_note_on_the_step_and_says_so(thread: Thread) -> None:
    answer = await thread.writes("kim", "The router was rebooted at nine.")
    assert answer == Answer(receipt=Receipt.TAKEN)
    assert await thread.kinds() == ["note-added"]
    assert "rebooted at nine" in await thread.note()


async def test_the_same_message_again_is_the_same_note(thread: Thread) -> None:
    for _ in range(3):
        assert (await thread.writes("sam", "hm", message="m1")).receipt is Receipt.TAKEN
    assert await thread.kinds() == ["note-added"]


async def test_40000_characters_are_a_note_and_one_more_is_told_what_to_do(thread: Thread) -> None:
    assert (await thread.writes("sam", "word " * 7_999 + "end.")).receipt is Receipt.TAKEN
    answer = await thread.writes("sam", "x" * 40_001)
    assert answer.receipt is Receipt.NOT_TAKEN
    assert "Attach it as a file" in whisper(answer).text
    assert await thread.kinds() == ["note-added"]


async def test_a_pasted_output_is_kept_as_output(thread: Thread) -> None:
    await thread.writes("sam", "```\nno route to host\n```")
    assert (await thread.company.trail(thread.session))[-1].deed == deeds.NoteAdded(
        "no route to host", deeds.NoteKind.OUTPUT
    )


async def test_a_message_anywhere_else_is_left_alone(thread: Thread) -> None:
    thread.thread = "99.9"
    assert await thread.writes("sam", "Yes") == NOTHING
    assert await thread.edits("sam", "m1", "No") == NOTHING
    assert await thread.deletes("sam", "m1") == NOTHING
    assert await thread.reacts("sam", "m1") == NOTHING
    async with thread.company.storage.database.raw() as raw:
        assert await raw.fetchval("SELECT count(*) FROM note_source") == 0


async def test_in_a_direct_conversation_only_what_is_meant_counts(company: Company) -> None:
    direct = await living(company, thread="")
    assert await direct.writes("sam", "1") == NOTHING
    assert await direct.kinds() == []
    assert (await direct.writes("sam", "hm", meant=True)).receipt is Receipt.TAKEN
    assert (await direct.writes("sam", "1", meant=True)).receipt is Receipt.ANSWERED
    assert await direct.kinds() == ["note-added", "acted"]


async def test_an_old_place_takes_notes_and_no_answers(thread: Thread) -> None:
    await thread.lives("18.0")
    assert (await thread.writes("sam", "1")).receipt is Receipt.TAKEN
    assert await thread.kinds() == ["note-added"]


async def test_somebody_without_a_part_is_told_and_nothing_is_kept(thread: Thread) -> None:
    await thread.company.hires("gus", Role.GUEST)
    answer = await thread.writes("gus", "hm", file("a.txt", b"a", thread))
    assert "Guests cannot take part" in whisper(answer).text
    assert await thread.kinds() == []
    async with thread.company.storage.database.raw() as raw:
        assert await raw.fetchval("SELECT count(*) FROM file") == 0


async def test_whatever_is_written_stands_below_the_step(thread: Thread) -> None:
    async def covered() -> bool:
        async with thread.company.storage.database.raw() as raw:
            found: bool = await raw.fetchval("SELECT covered FROM message WHERE role = 'step'")
            await raw.execute("UPDATE message SET covered = false")
        return found

    async with thread.company.storage.database.raw() as raw:
        await raw.execute("UPDATE message SET reference = 'shown'")
    for name, text in (("sam", "a note"), ("kim", "// chatter")):
        await thread.writes(name, text)
        assert await covered(), text
        await thread.writes(name, text, message=f"m{thread.written}")
        assert not await covered(), f"{text}, delivered again"


# Answers


@pytest.mark.parametrize("text", ["2", "2.", "#2", "no", " No. "])
async def test_a_number_or_label_answers_the_step_and_can_be_undone(
    thread: Thread, text: str
) -> None:
    answer = await thread.writes("kim", text)
    assert answer.receipt is Receipt.ANSWERED
    notice = whisper(answer)
    assert notice.text == "Answered: No."
    assert notice.session == thread.session
    [undo] = notice.choices
    assert (undo.verb, undo.label, undo.argument) == (Can.BACK, "Undo", "2")
    assert await thread.node() == "switch-on"
    [_, entry] = await thread.company.trail(thread.session)
    assert entry.by == thread.company.people["kim"]


async def test_a_number_that_no_button_has_is_a_note(thread: Thread) -> None:
    assert (await thread.writes("sam", "7")).receipt is Receipt.TAKEN
    assert await thread.node() == "first"


async def test_an_answer_delivered_again_never_answers_the_next_step(thread: Thread) -> None:
    await thread.writes("sam", "1", message="m1")
    assert await thread.node() == "second"
    again = await thread.writes("sam", "1", message="m1")
    assert again == Answer(receipt=Receipt.ANSWERED)
    assert await thread.node() == "second"
    assert await thread.kinds() == ["acted"]


async def test_two_who_answer_at_once_have_one_winner_and_the_other_is_told(
    thread: Thread,
) -> None:
    company = thread.company
    for turn in range(8):
        first, second = await at_once(
            company.storage,
            "session",
            thread.writes("sam", "1", message=f"s{turn}"),
            thread.writes("kim", "1", message=f"k{turn}"),
        )
        [lost] = [a for a in (first, second) if a.receipt is not Receipt.ANSWERED]
        assert lost.receipt is Receipt.NOT_TAKEN
        winner = "Sam" if lost is second else "Kim"
        assert whisper(lost).text.startswith(f"{winner} answered “Yes” at ")
        assert await thread.node() == "second"
        await company.does("sam", thread.session, deeds.Returned(2 * turn + 2))
    assert await thread.kinds() == ["acted", "returned"] * 8


async def test_an_answer_that_lost_answers_no_later_step_when_it_comes_again(
    thread: Thread,
) -> None:
    company = thread.company
    async with company.storage.work(company.account) as work:
        spot = Spot(company.workspace, "C1", thread.thread)
        await work.sources.claim(spot, "k1", visit=1)  # it came while the first step was asked
    await company.chooses("sam", thread.session, "no")
    for text in ("1", "yes"):
        lost = await thread.writes("kim", text, message="k1")
        assert lost.receipt is Receipt.NOT_TAKEN
        assert whisper(lost).text.startswith("Sam answered “No” at ")
    assert await thread.node() == "switch-on"
    assert (await thread.writes("kim", "two of them", message="k1")).receipt is Receipt.TAKEN
    assert await thread.kinds() == ["acted", "note-added"]


async def test_the_same_answer_delivered_twice_at_once(thread: Thread) -> None:
    both = await at_once(
        thread.company.storage,
        "session",
        *(thread.writes("sam", "1", message="m1") for _ in range(2)),
    )
    assert [answer.receipt for answer in both] == [Receipt.ANSWERED] * 2
    assert await thread.kinds() == ["acted"]


async def test_what_opens_a_form_is_pressed_instead(company: Company) -> None:
    thread = await living(company, ASKING)
    notice = whisper(await thread.writes("sam", "enter serial number"))
    assert [each.label for each in notice.choices] == ["Enter Serial number"]
    assert (notice.session, notice.visit) == (thread.session, 1)
    assert (await thread.writes("sam", "1")).receipt is Receipt.TAKEN  # here it may be a value
    assert (await thread.writes("sam", "Couldn't find out")).receipt is Receipt.ANSWERED
    ending = await thread.writes("sam", "complete")
    assert ending.receipt is Receipt.NOT_TAKEN
    assert [each.verb for each in whisper(ending).choices] == ["complete"]
    assert await thread.kinds() == ["note-added", "acted"]


async def test_where_the_flow_does_not_say_the_branch_is_picked(thread: Thread) -> None:
    answer = await thread.writes("sam", "Couldn’t check")
    assert answer.receipt is Receipt.NOT_TAKEN
    notice = whisper(answer)
    assert "Pick the branch" in notice.text
    assert [each.argument for each in notice.choices] == ["yes", "no"]
    assert (notice.session, notice.visit) == (thread.session, 1)
    assert await thread.kinds() == []


async def test_what_could_be_either_is_asked_back(company: Company) -> None:
    thread = await living(company, CONFUSING)
    answer = await thread.writes("sam", "1")
    assert answer.receipt is Receipt.NOT_TAKEN
    assert [each.label for each in whisper(answer).choices] == ["2", "1"]
    assert await thread.kinds() == []


async def test_a_parked_session_is_resumed_by_its_word(thread: Thread) -> None:
    await thread.company.does("sam", thread.session, deeds.Paused("parts"))
    answer = await thread.writes("kim", "resume")
    assert answer.receipt is Receipt.ANSWERED
    assert whisper(answer) == NoticeView("Done: Resume.", (), thread.session)
    now = (await thread.company.reads("sam", thread.session)).session
    assert now.status is Status.ACTIVE


async def test_changing_a_message_that_answered_changes_nothing_and_says_so_once(
    thread: Thread,
) -> None:
    await thread.writes("sam", "1", message="m1")
    assert "answered a step" in whisper(await thread.edits("sam", "m1", "2")).text
    assert await thread.edits("sam", "m1", "3") == NOTHING
    assert await thread.deletes("sam", "m1") == NOTHING
    assert await thread.reacts("sam", "m1") == NOTHING
    await thread.writes("sam", "1", message="m2")
    assert "answered a step" in whisper(await thread.deletes("sam", "m2")).text
    assert await thread.writes("sam", "1", message="m2") == NOTHING
    assert await thread.kinds() == ["acted", "acted"]


async def test_what_was_edited_before_it_came_is_a_note_and_no_answer(thread: Thread) -> None:
    assert await thread.edits("sam", "m1", "2 users, in fact") == NOTHING
    assert (await thread.writes("sam", "2", message="m1")).receipt is Receipt.TAKEN
    assert "2 users, in fact" in await thread.note()
    assert await thread.node() == "first"


async def test_what_was_edited_to_a_number_before_it_came_is_a_note_too(thread: Thread) -> None:
    await thread.edits("sam", "m1", "2")
    assert (await thread.writes("sam", "Two users.", message="m1")).receipt is Receipt.TAKEN
    assert await thread.kinds() == ["note-added"]


async def test_what_was_deleted_before_it_came_is_nothing(thread: Thread) -> None:
    await thread.deletes("sam", "m1")
    assert await thread.writes("sam", "1", file("a", b"a", thread), message="m1") == NOTHING
    assert await thread.kinds() == []


# Edits and deletions


async def test_edits_and_deletions_follow(thread: Thread) -> None:
    await thread.writes("sam", "At nine.", message="m1")
    assert await thread.edits("sam", "m1", "At ten.") == NOTHING
    assert "At ten" in await thread.note()
    assert await thread.deletes("sam", "m1") == NOTHING
    assert "At ten" not in await thread.note()
    assert await thread.edits("sam", "m1", "At eleven.") == NOTHING  # came late
    assert "At eleven" not in await thread.note()


async def test_somebody_elses_note_is_not_changed(thread: Thread) -> None:
    await thread.writes("sam", "At nine.", message="m1")
    for answer in (
        await thread.edits("kim", "m1", "Never."),
        await thread.deletes("kim", "m1"),
        await thread.reacts("kim", "m1"),
    ):
        assert "Only the person who wrote a note" in whisper(answer).text
    assert "At nine" in await thread.note()


# What stays out


async def test_chatter_stays_out_without_a_word(thread: Thread) -> None:
    for _ in range(2):
        assert await thread.writes("sam", "// lunch?", message="m1") == NOTHING
    assert await thread.kinds() == []


async def test_slashes_that_are_taken_away_make_it_a_note(thread: Thread) -> None:
    await thread.writes("sam", "// the router is hot", message="m1")
    assert await thread.edits("sam", "m1", "// the router is very hot") == NOTHING
    answer = await thread.edits("sam", "m1", "The router is hot.")
    assert answer == Answer(receipt=Receipt.TAKEN)
    assert "router is hot" in await thread.note()
    assert (await thread.writes("sam", "// the router", message="m1")).receipt is Receipt.TAKEN
    await thread.edits("sam", "m1", "// The router is cold.")
    assert "router" not in await thread.note()
    await thread.edits("sam", "m1", "The router is cold.")
    assert "router is cold" in await thread.note()


async def test_slashes_that_are_added_take_it_out_until_they_go(thread: Thread) -> None:
    await thread.writes("sam", "The router is hot.", file("hot.png", b"x", thread), message="m1")
    for _ in range(2):
        assert await thread.edits("sam", "m1", "// The router is hot.") == NOTHING
    note = await thread.note()
    assert "router" not in note
    assert "hot.png" not in note
    assert await thread.kinds() == ["note-added", "attached"] + ["note-kept-out"] * 2
    await thread.edits("sam", "m1", "The router was hot.")
    note = await thread.note()
    assert "router was hot" in note
    assert "hot.png" in note


async def test_slashes_that_were_added_before_it_came(thread: Thread) -> None:
    await thread.edits("sam", "m1", "// never mind")
    assert await thread.writes("sam", "The router is hot.", message="m1") == NOTHING
    assert await thread.kinds() == []


async def test_slashes_that_were_taken_away_before_it_came(thread: Thread) -> None:
    await thread.edits("sam", "m1", "The router is hot.")
    answer = await thread.writes("sam", "// The router is hot.", message="m1")
    assert answer.receipt is Receipt.TAKEN
    assert "router is hot" in await thread.note()


async def test_the_no_entry_sign_keeps_a_note_and_its_files_out(thread: Thread) -> None:
    await thread.writes("sam", "The router is hot.", file("hot.png", b"x", thread), message="m1")
    for who in ("sam", "ada"):
        assert await thread.reacts(who, "m1") == NOTHING
        note = await thread.note()
        assert "router" not in note
        assert "hot.png" not in note
        assert await thread.reacts(who, "m1", added=False) == NOTHING
        note = await thread.note()
        assert "router is hot" in note
        assert "hot.png" in note


async def test_a_sign_that_comes_before_its_message(thread: Thread) -> None:
    await thread.reacts("sam", "m1")
    await thread.writes("sam", "The router is hot.", file("hot.png", b"x", thread), message="m1")
    note = await thread.note()
    assert "router" not in note
    assert "hot.png" not in note
    await thread.reacts("sam", "m1", added=False)
    assert "router is hot" in await thread.note()


async def test_a_sign_that_was_taken_off_before_its_message_came(thread: Thread) -> None:
    await thread.reacts("sam", "m1")
    await thread.reacts("sam", "m1", added=False)
    await thread.writes("sam", "The router is hot.", message="m1")
    assert "router is hot" in await thread.note()


@pytest.mark.parametrize(("who", "out"), [("kim", False), ("ada", True)])
async def test_a_sign_of_somebody_elses_before_the_message(
    thread: Thread, who: str, out: bool
) -> None:
    await thread.reacts(who, "m1")
    await thread.writes("sam", "The router is hot.", message="m1")
    assert ("router" not in await thread.note()) is out


async def test_slashes_that_go_leave_the_sign_what_it_says(thread: Thread) -> None:
    await thread.writes("sam", "The router is hot.", message="m1")
    await thread.edits("sam", "m1", "// The router is hot.")
    await thread.reacts("sam", "m1")
    await thread.edits("sam", "m1", "The router was hot.")
    assert "router" not in await thread.note()
    await thread.reacts("sam", "m1", added=False)
    assert "router was hot" in await thread.note()


async def test_a_sign_that_goes_leaves_the_slashes_what_they_say(thread: Thread) -> None:
    await thread.writes("sam", "The router is hot.", message="m1")
    await thread.edits("sam", "m1", "// The router is hot.")
    await thread.reacts("sam", "m1")
    await thread.reacts("sam", "m1", added=False)
    assert "router" not in await thread.note()


# Files


async def test_text_and_files_of_one_message_both_count(thread: Thread) -> None:
    sent = file("log.txt", b"12:00 link down\n", thread), file("b.png", b"x", thread, "image/png")
    for _ in range(2):
        answer = await thread.writes("sam", "See the log.", *sent, message="m1")
        assert answer == Answer(receipt=Receipt.TAKEN)
    assert await thread.kinds() == ["note-added", "attached", "attached"]
    note = await thread.note()
    assert "See the log" in note
    assert "log.txt" in note
    assert thread.recorder.log.count("fetch") == 2


async def test_a_file_alone_counts(thread: Thread) -> None:
    answer = await thread.writes("sam", "", file("log.txt", b"x", thread))
    assert answer == Answer(receipt=Receipt.TAKEN)
    assert await thread.kinds() == ["attached"]


async def test_a_caption_that_is_added_to_a_file_is_a_note(thread: Thread) -> None:
    await thread.writes("sam", "", file("log.txt", b"x", thread), message="m1")
    assert (await thread.edits("sam", "m1", "From the router.")).receipt is Receipt.TAKEN
    assert await thread.kinds() == ["attached", "note-added"]


async def test_a_file_with_an_answer_belongs_to_the_step_that_it_answers(thread: Thread) -> None:
    answer = await thread.writes("sam", "1", file("log.txt", b"x", thread))
    assert answer.receipt is Receipt.ANSWERED
    assert await thread.kinds() == ["attached", "acted"]
    trail = await thread.company.trail(thread.session)
    assert {entry.stack[-1].node for entry in trail[1:]} == {"first"}


async def test_a_files_name_and_type_are_only_data(thread: Thread) -> None:
    await thread.writes("sam", "", file("../../etc/pass\nwd\x1b", b"x", thread, "text/<script>"))
    [_, entry] = await thread.company.trail(thread.session)
    assert isinstance(entry.deed, deeds.Attached)
    assert entry.deed.name == "pass wd"
    assert entry.deed.media_type == "application/octet-stream"


async def test_what_can_be_kept_is_kept_and_the_rest_is_told(thread: Thread) -> None:
    good = file("good.txt", b"x", thread)
    lying = replace(file("lying.bin", b"\0" * (25 * 1024**2 + 1), thread), size=5)
    large = File("large.bin", "", 26 * 1024**2, "never-fetched")
    gone = File("gone.txt", "text/plain", 5, "nowhere")
    answer = await thread.writes("sam", "See these.", lying, large, gone, good)
    assert answer.receipt is Receipt.NOT_TAKEN
    told = whisper(answer).text.split("\n")
    assert told[0].startswith("“lying.bin” was not kept: 25 MB is the most.")
    assert told[1].startswith("“large.bin” was not kept: 25 MB is the most.")
    assert told[2] == "“gone.txt” was not kept: it is not there any more. Send it again."
    assert len(told) == 3
    assert await thread.kinds() == ["note-added", "attached"]
    assert thread.recorder.log.count("fetch") == 3


async def test_a_file_that_could_not_be_fetched_is_when_it_comes_again(thread: Thread) -> None:
    sent = file("log.txt", b"x", thread)
    thread.recorder.faults.append(Unavailable("down"))
    answer = await thread.writes("sam", "", sent, message="m1")
    assert answer.receipt is Receipt.NOT_TAKEN
    assert "Send it again in a minute" in whisper(answer).text
    assert (await thread.writes("sam", "", sent, message="m1")).receipt is Receipt.TAKEN
    assert await thread.kinds() == ["attached"]


async def test_an_account_without_room_says_so(thread: Thread) -> None:
    async with thread.company.storage.database.raw() as raw:
        await raw.execute("UPDATE account SET file_quota = 3")
    answer = await thread.writes("sam", "See it.", file("log.txt", b"xxxx", thread))
    assert answer.receipt is Receipt.NOT_TAKEN
    assert "room for files is used up" in whisper(answer).text
    assert await thread.kinds() == ["note-added"]


async def test_more_files_than_any_platform_sends_are_told(thread: Thread) -> None:
    sent = [file(f"{n}.txt", b"%d" % n, thread) for n in range(21)]
    answer = await thread.writes("sam", "", *sent)
    assert "The first 20 files" in whisper(answer).text
    assert await thread.kinds() == ["attached"] * 20


async def test_deleting_a_message_takes_its_files_out(thread: Thread) -> None:
    sent = file("one.txt", b"1", thread), file("two.txt", b"2", thread)
    await thread.writes("sam", "See these.", *sent, message="m1")
    await thread.deletes("sam", "m1")
    note = await thread.note()
    assert "one.txt" not in note
    assert "two.txt" not in note
    assert "See these" not in note


async def test_a_file_follows_a_message_that_is_deleted_while_it_is_fetched(
    thread: Thread,
) -> None:
    sent = file("late.txt", b"x", thread)
    with thread.recorder.held("fetch") as hold:
        writing = asyncio.create_task(thread.writes("sam", "See it.", sent, message="m1"))
        await hold.begun.wait()
        await thread.deletes("sam", "m1")
    await writing
    note = await thread.note()
    assert "late.txt" not in note
    assert "See it" not in note


async def test_an_edit_while_the_message_is_being_taken_is_not_lost(company: Company) -> None:
    thread = await living(company)
    for turn in range(10):
        message = f"m{turn}"
        await at_once(
            company.storage,
            "note_source",
            thread.writes("sam", f"At nine, {turn}.", message=message),
            thread.edits("sam", message, f"At ten, {turn}."),
        )
        note = await thread.note()
        assert f"At ten, {turn}" in note
        assert f"At nine, {turn}" not in note


async def test_an_edit_that_looked_just_before_its_message_was_bound_is_not_lost(
    thread: Thread,
) -> None:
    company = thread.company
    delivery = f"note:{company.workspace}:C1:m1"
    await company.does("sam", thread.session, deeds.NoteAdded("At nine."), delivery)
    async with company.storage.database.raw() as raw:
        async with raw.transaction():
            await raw.execute(
                "INSERT INTO note_source (account_id, workspace_id, channel, message,"
                " session_id, seq, visit) VALUES ($1, $2, 'C1', 'm1', $3, 2, 1)",
                company.account,
                company.workspace,
                thread.session,
            )
            editing = asyncio.create_task(thread.edits("sam", "m1", "At ten."))
            async with asyncio.timeout(1.5):
                while not await raw.fetchval(_WAITING):  # noqa: ASYNC110
                    await asyncio.sleep(0.001)
        await editing
    assert "At ten" in await thread.note()


_WAITING = """
SELECT count(*) FROM pg_locks
WHERE NOT granted AND locktype = 'transactionid'
  AND transactionid = (SELECT backend_xid FROM pg_stat_activity WHERE pid = pg_backend_pid())
"""


async def test_after_the_end_a_number_is_a_note_and_reopens_nothing(thread: Thread) -> None:
    await thread.company.does("sam", thread.session, deeds.Completed(Outcome.RESOLVED))
    assert (await thread.writes("sam", "1")).receipt is Receipt.TAKEN
    assert await thread.kinds() == ["completed", "note-added"]


async def test_what_counts_for_nothing_in_a_direct_conversation_is_said_once(
    company: Company,
) -> None:
    direct = await living(company, thread="")
    front = Front(direct.chat.desk, {"test": direct.recorder})
    by = replace(direct.by("sam"), direct=True, threads=False)
    assert await front.receive(Replied(by, "m1", "// only for me")) == NOTHING
    assert "not written down" in whisper(await front.receive(Replied(by, "m2", "1"))).text
    assert await front.receive(Replied(by, "m3", "and this")) == NOTHING
    assert await direct.kinds() == []
