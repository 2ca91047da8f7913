"""Where a session lives, which chat messages its notes came from, what was typed and not sent."""

from core.ids import SessionId
from storage.ids import new_id
from storage.places import POINTER, Place, Spot
from storage.upkeep import prune
from tests.company import Company


def spot(company: Company, thread: str) -> Spot:
    return Spot(company.workspace, "general", thread)


async def moves(company: Company, session: SessionId, thread: str, revision: int = 1) -> Place:
    async with company.storage.work(company.account) as work:
        id = await work.places.open(session, spot(company, thread), revision=revision)
        place = await work.places.at(spot(company, thread))
    assert place is not None
    assert place.id == id
    return place


async def at(company: Company, thread: str) -> Place:
    async with company.storage.work(company.account) as work:
        place = await work.places.at(spot(company, thread))
    assert place is not None
    return place


async def wanted(company: Company) -> dict[str, list[int]]:
    """What the messages of each thread want."""
    async with company.storage.database.raw() as raw:
        rows = await raw.fetch(
            "SELECT p.thread, array_agg(m.wanted) AS wanted FROM message m"
            " JOIN place p ON p.id = m.place_id WHERE m.wanted > m.shown GROUP BY p.thread"
        )
    return {row["thread"]: row["wanted"] for row in rows}


async def test_a_session_lives_in_one_place(company: Company) -> None:
    session = await company.starts("sam")
    async with company.storage.work(company.account) as work:
        assert await work.places.active(session) is None
        assert await work.places.repost(session, revision=1) is None
    place = await moves(company, session, "1")
    assert place == Place(place.id, session, spot(company, "1"), None)
    assert await moves(company, session, "1") == place
    assert await wanted(company) == {"1": [1, 1]}


async def test_the_old_place_points_to_the_new_one_and_says_so(company: Company) -> None:
    session = await company.starts("sam")
    old = await moves(company, session, "1")
    async with company.storage.work(company.account) as work:
        await work.raw.execute("UPDATE message SET shown = wanted")
    new = await moves(company, session, "2", revision=4)
    assert (await at(company, "1")).moved_to == new.id
    assert new.moved_to is None
    assert await wanted(company) == {"1": [POINTER, POINTER], "2": [4, 4]}
    async with company.storage.work(company.account) as work:
        assert await work.places.active(session) == new
    third = await moves(company, session, "3")
    assert (await at(company, "2")).moved_to == third.id
    assert (await at(company, "1")).moved_to == new.id
    assert old.id != new.id


async def test_a_session_comes_back_to_where_it_lived(company: Company) -> None:
    session = await company.starts("sam")
    first = await moves(company, session, "1")
    await moves(company, session, "2")
    async with company.storage.work(company.account) as work:
        await work.raw.execute("UPDATE message SET shown = wanted")
    assert await moves(company, session, "1", revision=7) == first
    assert (await at(company, "2")).moved_to == first.id
    assert await wanted(company) == {"1": [7, 7], "2": [POINTER, POINTER]}


async def test_a_thread_holds_one_session_for_good(company: Company) -> None:
    mine, other = await company.starts("sam"), await company.starts("kim")
    await moves(company, mine, "1")
    await moves(company, mine, "2")
    home = await moves(company, other, "3")
    async with company.storage.work(company.account) as work:
        for taken in ("1", "2"):
            assert await work.places.open(other, spot(company, taken), revision=1) is None
        assert await work.places.active(other) == home
        nowhere = await work.places.open(SessionId(new_id()), spot(company, "9"), revision=1)
        assert nowhere is None


async def test_what_was_typed_and_not_sent_is_kept_for_who_typed_it(company: Company) -> None:
    session = await company.starts("sam")
    sam, kim = company.people["sam"], company.people["kim"]
    async with company.storage.work(company.account) as work:
        places = work.places
        assert await places.form(sam, session, "note") == {}
        await places.save_form(sam, session, "note", {"text": "half"})
        await places.save_form(sam, session, "note", {"text": "half a\x00 note ✓", "b": "\ud800"})
        assert await places.form(sam, session, "note") == {"text": "half a note ✓", "b": "\ufffd"}
        assert await places.form(kim, session, "note") == {}
        assert await places.form(sam, session, "other") == {}
        await places.drop_form(kim, session, "note")
        assert await places.form(sam, session, "note")
        await places.drop_form(sam, session, "note")
        assert await places.form(sam, session, "note") == {}


async def test_forms_that_nobody_came_back_to_are_forgotten(company: Company) -> None:
    session = await company.starts("sam")
    sam = company.people["sam"]
    async with company.storage.work(company.account) as work:
        await work.places.save_form(sam, session, "old", {"a": "b"})
        await work.raw.execute("UPDATE form_draft SET updated_at = now() - interval '31 days'")
        await work.places.save_form(sam, session, "new", {"a": "b"})
    assert await prune(company.storage.database) == 1
    async with company.storage.work(company.account) as work:
        assert await work.places.form(sam, session, "new") == {"a": "b"}
