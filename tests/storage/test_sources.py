"""Chat messages and the entries they became, in whatever order things come."""

from core.session import deeds
from storage.places import Spot
from storage.sources import Made, Source
from storage.upkeep import prune
from tests.company import Company


def spot(company: Company, thread: str) -> Spot:
    return Spot(company.workspace, "general", thread)


async def test_a_message_becomes_one_note(company: Company) -> None:
    session = await company.starts("sam")
    await company.does("sam", session, deeds.NoteAdded("hm"))
    here = spot(company, "1")
    async with company.storage.work(company.account) as work:
        assert await work.sources.get(here, "m") is None
        assert await work.sources.claim(here, "m")
        assert await work.sources.claim(here, "m")  # not bound: whoever had it is gone
        await work.sources.bind(here, "m", session, 2)
        assert not await work.sources.claim(here, "m")
        assert await work.sources.get(here, "m") == Source(session, 2)
        assert await work.sources.get(here, "other") is None


async def test_an_edit_before_its_message_is_kept_for_it(company: Company) -> None:
    session = await company.starts("sam")
    await company.does("sam", session, deeds.NoteAdded("hm"))
    here = spot(company, "1")
    async with company.storage.work(company.account) as work:
        assert await work.sources.hold_change(here, "m", "first\x00")
        assert await work.sources.hold_change(here, "m", "second")
        assert await work.sources.claim(here, "m")
        assert await work.sources.get(here, "m") == Source(None, None, "second")
        await work.sources.bind(here, "m", session, 2)
        assert await work.sources.get(here, "m") == Source(session, 2)


async def test_an_edit_of_what_is_a_note_by_now_is_not_kept(company: Company) -> None:
    session = await company.starts("sam")
    await company.does("sam", session, deeds.NoteAdded("hm"))
    here = spot(company, "1")
    async with company.storage.work(company.account) as work:
        await work.sources.claim(here, "m")
        await work.sources.bind(here, "m", session, 2)
        assert not await work.sources.hold_change(here, "m", "late")
        assert await work.sources.get(here, "m") == Source(session, 2)


async def test_what_was_deleted_before_it_came_stays_deleted(company: Company) -> None:
    here = spot(company, "1")
    async with company.storage.work(company.account) as work:
        assert await work.sources.hold_change(here, "m", "edited")
        assert await work.sources.hold_change(here, "m", None)
        assert await work.sources.hold_change(here, "m", "an edit that was overtaken")
        source = await work.sources.get(here, "m")
    assert source is not None
    assert source.deleted


async def test_a_deletion_of_a_note_is_remembered_for_what_still_comes_of_its_message(
    company: Company,
) -> None:
    session = await company.starts("sam")
    await company.does("sam", session, deeds.NoteAdded("hm"))
    here = spot(company, "1")
    async with company.storage.work(company.account) as work:
        await work.sources.claim(here, "m")
        await work.sources.bind(here, "m", session, 2)
        assert not await work.sources.hold_change(here, "m", None)
        assert await work.sources.get(here, "m") == Source(session, 2, deleted=True)


async def test_what_a_message_was_written_at_is_said_once(company: Company) -> None:
    here = spot(company, "1")
    async with company.storage.work(company.account) as work:
        await work.sources.hold_change(here, "m", "edited first")
        for visit in (3, 4):
            assert await work.sources.claim(here, "m", visit=visit)
        source = await work.sources.get(here, "m")
    assert source == Source(waiting_text="edited first", visit=3)


async def test_what_keeps_a_message_out_is_known_by_its_kind(company: Company) -> None:
    here, sam = spot(company, "1"), company.people["sam"]
    async with company.storage.work(company.account) as work:
        sources = work.sources
        await sources.set_out(here, "m", sam)
        await sources.set_aside(here, "m", aside=True)
        assert await sources.get(here, "m") == Source(aside=True, out_by=sam)
        await sources.set_out(here, "m", None)
        source = await sources.get(here, "m")
        assert source is not None
        assert source.out
        await sources.set_aside(here, "m", aside=False)
        assert await sources.get(here, "m") == Source()


async def test_the_entries_of_deliveries_come_in_order(company: Company) -> None:
    session = await company.starts("sam")
    await company.does("kim", session, deeds.NoteAdded("hm"), "b")
    await company.does("sam", session, deeds.NoteAdded("hm"), "a")
    async with company.storage.work(company.account) as work:
        made = await work.sources.made(["a", "b", "c"])
        assert await work.sources.made([]) == ()
    kim, sam = company.people["kim"], company.people["sam"]
    assert made == (
        Made("b", session, 2, "note-added", kim),
        Made("a", session, 3, "note-added", sam),
    )


async def test_messages_that_became_nothing_are_forgotten_after_months(company: Company) -> None:
    session = await company.starts("sam")
    await company.does("sam", session, deeds.NoteAdded("hm"))
    here = spot(company, "1")
    async with company.storage.work(company.account) as work:
        for message in ("note", "chatter", "new chatter"):
            await work.sources.claim(here, message)
        await work.sources.bind(here, "note", session, 2)
        await work.raw.execute(
            "UPDATE note_source SET seen_at = now() - interval '91 days'"
            " WHERE message <> 'new chatter'"
        )
    assert await prune(company.storage.database) == 1
    async with company.storage.work(company.account) as work:
        assert await work.sources.get(here, "chatter") is None
        assert await work.sources.get(here, "new chatter") is not None
        assert await work.sources.get(here, "note") is not None
