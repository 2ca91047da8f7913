"""Replies in a thread: each is one note, and follows its message, in whatever order things come."""

from dataclasses import replace

import asyncpg
import pytest

from bot.app import showing
from bot.app.attaching import Attachment, attach
from bot.app.desk import Desk, Done, do
from bot.app.following import deleted, edited
from bot.app.membership import Member
from bot.app.notes import Reply, take
from bot.app.showing import ticket
from core.access import Role
from core.errors import Refusal
from core.ids import SessionId
from core.session.deeds import NoteAdded
from core.views import NoteView
from storage.places import Spot
from tests.company import Company


@pytest.fixture
async def thread(company: Company) -> tuple[SessionId, Reply]:
    """A session in a thread, and a reply that Sam wrote there."""
    session = await company.starts("sam")
    spot = Spot(company.workspace, "C1", "17.5")
    async with company.storage.work(company.account) as work:
        assert await work.places.open(session, spot, revision=1)
    return session, Reply(spot, "m1", "The router was rebooted at nine.")


def desk(company: Company) -> Desk:
    """Where the use cases work."""
    return Desk(company.storage, company.now)


async def member(company: Company, name: str) -> Member:
    """Somebody as the use cases know them."""
    return Member(await company.actor(name), company.identity(name))


async def note_of(company: Company, session: SessionId) -> str:
    """The ticket note as it reads now."""
    note = await ticket(desk(company), company.identity("sam"), session)
    assert isinstance(note, NoteView)
    return note.text


async def test_a_reply_is_a_note_however_often_it_is_delivered(
    company: Company, thread: tuple[SessionId, Reply]
) -> None:
    session, reply = thread
    for _ in range(3):
        done = await take(desk(company), await member(company, "sam"), reply)
        assert isinstance(done, Done)
        assert done.refusal is None
    assert await company.kinds(session) == ["started", "note-added"]
    assert "rebooted at nine" in await note_of(company, session)


async def test_an_edit_and_a_deletion_follow(
    company: Company, thread: tuple[SessionId, Reply]
) -> None:
    session, reply = thread
    await take(desk(company), await member(company, "sam"), reply)
    changed = replace(reply, text="The router was rebooted at ten.")
    await edited(desk(company), await member(company, "sam"), changed, delivery="e1")
    assert "at ten" in await note_of(company, session)
    await deleted(desk(company), await member(company, "sam"), reply, delivery="e2")
    assert "router" not in await note_of(company, session)


async def test_an_edit_that_comes_before_its_message(
    company: Company, thread: tuple[SessionId, Reply]
) -> None:
    session, reply = thread
    changed = replace(reply, text="The router was rebooted at ten.")
    assert await edited(desk(company), await member(company, "sam"), changed, delivery="e1") is None
    await take(desk(company), await member(company, "sam"), reply)
    text = await note_of(company, session)
    assert "at ten" in text
    assert "at nine" not in text


async def test_a_deletion_that_comes_before_its_message(
    company: Company, thread: tuple[SessionId, Reply]
) -> None:
    session, reply = thread
    assert await deleted(desk(company), await member(company, "sam"), reply, delivery="e1") is None
    await take(desk(company), await member(company, "sam"), reply)
    assert "router" not in await note_of(company, session)


async def test_a_crash_before_a_waiting_change_is_made_loses_nothing(
    company: Company, thread: tuple[SessionId, Reply]
) -> None:
    session, reply = thread
    await deleted(desk(company), await member(company, "sam"), reply, delivery="e1")
    async with company.storage.database.raw() as raw:
        await raw.execute(
            "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'stopped here'; END $$;"
            "CREATE TRIGGER stop BEFORE INSERT ON trail FOR EACH ROW"
            " WHEN (NEW.kind = 'note-deleted') EXECUTE FUNCTION stop()"
        )
    try:
        with pytest.raises(asyncpg.RaiseError):
            await take(desk(company), await member(company, "sam"), reply)
    finally:
        async with company.storage.database.raw() as raw:
            await raw.execute("DROP FUNCTION stop CASCADE")
    await take(desk(company), await member(company, "sam"), reply)
    assert "router" not in await note_of(company, session)


async def test_a_crash_between_the_note_and_its_binding_loses_nothing(
    company: Company, thread: tuple[SessionId, Reply]
) -> None:
    session, reply = thread
    await take(desk(company), await member(company, "sam"), reply)
    async with company.storage.database.raw() as raw:
        await raw.execute("DELETE FROM note_source")  # as if the process had died before it
    await take(desk(company), await member(company, "sam"), reply)
    changed = replace(reply, text="At ten.")
    assert (
        await edited(desk(company), await member(company, "sam"), changed, delivery="e1")
        is not None
    )
    assert await company.kinds(session) == ["started", "note-added", "note-edited"]


async def test_somebody_else_cannot_change_a_note(
    company: Company, thread: tuple[SessionId, Reply]
) -> None:
    session, reply = thread
    await take(desk(company), await member(company, "sam"), reply)
    done = await deleted(desk(company), await member(company, "vic"), reply, delivery="e1")
    assert isinstance(done, Done)
    assert done.refusal is not None
    assert "rebooted" in await note_of(company, session)


async def test_a_message_anywhere_else_is_no_note(
    company: Company, thread: tuple[SessionId, Reply]
) -> None:
    _, reply = thread
    elsewhere = replace(reply, spot=replace(reply.spot, thread="99.9"))
    assert isinstance(await take(desk(company), await member(company, "sam"), elsewhere), Refusal)


async def test_the_longest_message_of_all_platforms_is_kept_whole(
    company: Company, thread: tuple[SessionId, Reply]
) -> None:
    session, reply = thread
    long = "word " * 7_999 + "end."
    await take(desk(company), await member(company, "sam"), replace(reply, text=long))
    assert "end." in await note_of(company, session)
    too_long = replace(reply, message="m2", text="x" * 40_001)
    done = await take(desk(company), await member(company, "sam"), too_long)
    assert isinstance(done, Done)
    assert done.refusal is not None
    assert "40,000" in done.refusal.message


async def test_a_file_is_kept_once_and_named_in_the_note(
    company: Company, thread: tuple[SessionId, Reply]
) -> None:
    session, _ = thread
    file = Attachment("../../etc/log.txt", "text/plain", b"12:00 link down\n")
    for _ in range(2):
        await attach(desk(company), await member(company, "sam"), session, file, delivery="f1")
    assert await company.kinds(session) == ["started", "attached"]
    text = await note_of(company, session)
    assert "log.txt" in text
    assert "etc" not in text


async def test_a_file_over_the_cap_is_refused_with_its_size(
    company: Company, thread: tuple[SessionId, Reply]
) -> None:
    session, _ = thread
    file = Attachment("dump.bin", "application/octet-stream", b"\0" * (25 * 1024**2 + 1))
    done = await attach(desk(company), await member(company, "sam"), session, file, delivery="f1")
    assert done.refusal is not None
    assert "25 MB" in done.refusal.message
    assert await company.kinds(session) == ["started"]


_READINGS = (
    showing.step,
    showing.how,
    showing.variables,
    showing.completing,
    showing.ticket,
    showing.past,
)


async def test_a_guest_reads_nothing_of_a_session_and_leaves_no_file(company: Company) -> None:
    session = await company.starts("sam")
    await company.hires("gus", Role.GUEST)
    guest = company.identity("gus")
    for read in _READINGS:
        assert isinstance(await read(desk(company), guest, session), Refusal), read
    gus = await member(company, "gus")
    done = await attach(
        desk(company), gus, session, Attachment("a.txt", "text/plain", b"a"), delivery="f1"
    )
    assert done.refusal is not None
    async with company.storage.database.raw() as raw:
        assert await raw.fetchval("SELECT count(*) FROM file") == 0
    pressed = await do(desk(company), guest, session, NoteAdded("x"))
    assert pressed.refusal is not None
    assert pressed.session is None
    assert pressed.before is None
