"""What one person finds at their Home: read by indexes, however much there is."""

from datetime import timedelta
from typing import Any

from core.access import Ownership, Visibility
from core.flow.outcome import Outcome
from core.ids import FlowId, PersonId
from core.session.deeds import (
    Completed,
    HandoverDeclined,
    HandoverOffered,
    Started,
    VerificationAwaited,
)
from core.session.engine import advance
from core.session.scene import Event, Moved
from storage import overview
from storage.ids import new_id
from storage.overview import Counts, Mine
from storage.work import Work
from storage.writing import write
from tests.company import FLOW, Company, choice

MANY = 1_000
COUNTS = Counts()


async def mine(company: Company, name: str, counts: Counts = COUNTS) -> Mine:
    """Somebody's sessions."""
    async with company.storage.work(company.account) as work:
        found = await work.overview.sessions(company.people[name], company.now(), counts)
    assert found is not None
    return found


async def test_a_session_is_offered_until_it_is_answered(company: Company) -> None:
    session = await company.starts("sam")
    await company.does("sam", session, HandoverOffered(company.people["kim"]))
    [offered] = (await mine(company, "kim")).offered
    assert (offered.listed.session.id, offered.by) == (session, "Sam")
    assert (await mine(company, "vic")).offered == ()
    await company.does("kim", session, HandoverDeclined(""))
    assert (await mine(company, "kim")).offered == ()


async def test_an_offer_ends_with_the_session(company: Company) -> None:
    session = await company.starts("sam")
    await company.does("sam", session, HandoverOffered(company.people["kim"]))
    await company.does("sam", session, Completed(Outcome.RESOLVED))
    assert (await mine(company, "kim")).offered == ()


async def test_what_was_due_longest_comes_first_and_what_was_touched_last(
    company: Company,
) -> None:
    sessions = []
    for hours in (3, 1, 2, 9):
        session = await company.starts("sam")
        for option in ("yes", "yes"):
            await company.chooses("sam", session, option)
        due = company.now() + timedelta(hours=hours)
        await company.does("sam", session, VerificationAwaited(due))
        sessions.append(session)
    company.ahead = timedelta(hours=4)
    found = await mine(company, "sam")
    first, second, third, later = sessions
    assert [listed.session.id for listed in found.due] == [second, third, first]
    assert [listed.session.id for listed in found.open] == [later, third, second, first]
    assert found.count == 4
    few = await mine(company, "sam", Counts(waiting=1, open=2))
    assert [listed.session.id for listed in few.due] == [second]
    assert ([listed.session.id for listed in few.open], few.count) == ([later, third], 4)


async def test_what_was_completed_last_comes_first_whenever_it_began(company: Company) -> None:
    first, second = await company.starts("sam"), await company.starts("sam")
    assert not (await mine(company, "sam")).finished
    for session in (second, first):
        await company.does("sam", session, Completed(Outcome.RESOLVED))
    found = await mine(company, "sam")
    assert [ended.listed.session.id for ended in found.ended] == [first, second]
    assert found.finished
    assert (await mine(company, "kim")).finished
    few = await mine(company, "sam", Counts(ended=1))
    assert [ended.listed.session.id for ended in few.ended] == [first]


async def test_nobody_has_nothing(company: Company, rival: Company) -> None:
    async with company.storage.work(company.account) as work:
        now = company.now()
        assert await work.overview.sessions(PersonId(new_id()), now) is None
        assert await work.overview.sessions(rival.people["sam"], now) is None


async def test_pins_are_of_one_person_and_of_flows_of_the_account(
    company: Company, rival: Company
) -> None:
    sam, kim = company.people["sam"], company.people["kim"]
    mine, theirs = company.flow_id, rival.flow_id
    async with company.storage.work(company.account) as work:
        assert await work.pins.add(sam, [mine, theirs, FlowId(new_id())]) == {mine}
        assert await work.pins.add(sam, [mine]) == frozenset()
        assert await work.pins.add(rival.people["sam"], [mine]) == frozenset()
        assert await work.pins.remove(kim, [mine]) == frozenset()
        assert await work.pins.remove(sam, [mine, theirs]) == {mine}
        assert await work.pins.remove(sam, [mine]) == frozenset()


async def test_the_shelf_has_every_flow_once(company: Company) -> None:
    names = ("named", "others", "pinned", "used")
    for name in names:
        await company.publishes(FLOW.model_copy(update={"flow": name, "title": name.title()}))
    mine = Ownership(company.people["kim"], Visibility.PRIVATE)
    await company.publishes(FLOW.model_copy(update={"flow": "secret"}), owned=mine)
    async with company.storage.work(company.account) as work:
        flows = {flow.name: flow for flow in await work.flows.all(await company.actor("sam"))}
        await work.pins.add(company.people["sam"], [flows["pinned"].id])
    for name in ("pinned", "named", "used"):
        version = flows[name].version
        assert version is not None
        await company.starts("sam", started=Started(version))
    async with company.storage.work(company.account) as work:
        shelf = await work.overview.shelf(await company.actor("sam"), 10, named="named")
        few = await work.overview.shelf(await company.actor("sam"), 1)
    assert [flow.name for flow in shelf.pinned] == ["pinned"]
    assert [flow.name for flow in shelf.used] == ["used"]
    assert [flow.name for flow in shelf.others] == ["small", "others"]
    assert shelf.named == flows["named"]
    assert [flow.name for flow in few.flows] == ["pinned", "used", "named", "small"]


async def test_a_thousand_sessions_are_read_by_indexes(company: Company) -> None:
    """Of those that are completed only the newest are touched."""
    session = await company.starts("sam")
    await company.does("sam", session, Completed(Outcome.RESOLVED))
    async with company.storage.work(company.account) as work:
        await work.raw.execute(_COPIES, MANY)
    async with company.storage.work(company.account) as work:
        await work.raw.execute("ANALYZE session")
        plan = await _plan(work, company)
    scanned = {node["Relation Name"] for node in plan if node["Node Type"] == "Seq Scan"}
    assert "session" not in scanned
    touched = [
        node["Actual Rows"] * node["Actual Loops"]
        for node in plan
        if node.get("Relation Name") == "session"
    ]
    assert max(touched) <= COUNTS.ended
    assert len((await mine(company, "sam")).ended) == COUNTS.ended


async def test_a_click_changes_no_index_for_what_home_reads(company: Company) -> None:
    before = await company.reads("sam", await company.starts("sam"))
    event = Event(before.actor, choice(before, "no"))
    moved = advance(before.flows, before.session, event, company.now())
    assert isinstance(moved, Moved)
    async with company.storage.work(company.account) as work:
        assert await write(work.raw, moved, "delivery")
        written = await work.raw.fetchrow(_WRITTEN)
    assert (written["n_tup_upd"], written["n_tup_hot_upd"]) == (1, 1)


async def _plan(work: Work, company: Company) -> list[dict[str, Any]]:
    """Every node of the plan by which Sam's sessions are read."""
    values = (company.account, company.people["sam"], company.now(), 10, 30, COUNTS.ended)
    explain = f"EXPLAIN (ANALYZE, FORMAT JSON) {overview._SESSIONS}"
    [plan] = await work.raw.fetchval(explain, *values)
    return [*_nodes(plan["Plan"])]


def _nodes(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node, *(inner for child in node.get("Plans", ()) for inner in _nodes(child))]


_COPIES = """
INSERT INTO session (account_id, id, revision, status, version_id, driver_id, state, started_at,
                     updated_at)
SELECT account_id, gen_random_uuid(), revision, status, version_id, driver_id, state, started_at,
       updated_at + n * interval '1 second'
FROM session, generate_series(1, $1::int) AS n
"""
_WRITTEN = """
SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = 'session'
"""
