"""Flows of an account: drafts, versions that stay, and who sees which."""

from itertools import product

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from core.access import Actor, Ownership, Role, Visibility, may_see_flow
from core.flow.model import Flow
from core.ids import PersonId, TeamId
from storage.flows import FlowRecord
from storage.ids import new_id
from tests.company import FLOW, Company
from tests.flows import valid_flows

ACCOUNT_WIDE = Ownership(None, Visibility.ACCOUNT)


def named(name: str, title: str = "A flow") -> Flow:
    return FLOW.model_copy(update={"flow": name, "title": title})


async def record(company: Company, name: str) -> FlowRecord:
    async with company.storage.work(company.account) as work:
        found = await work.flows.by_name(name)
    assert found is not None
    return found


async def test_a_flow_is_a_draft_until_it_is_published(company: Company) -> None:
    async with company.storage.work(company.account) as work:
        id = await work.flows.create(named("new", "New"), ACCOUNT_WIDE)
        assert id is not None
        assert await work.flows.create(named("new"), ACCOUNT_WIDE) is None
        assert await work.flows.draft(id) == named("new", "New")
    draft = await record(company, "new")
    assert (draft.published, draft.version, draft.has_draft) == (0, None, True)
    async with company.storage.work(company.account) as work:
        version = await work.flows.publish(id, named("new", "Newer"), by=company.people["sam"])
    out = await record(company, "new")
    assert (out.published, out.version, out.has_draft, out.title) == (1, version, False, "Newer")
    async with company.storage.work(company.account) as work:
        assert await work.flows.draft(id) is None
        assert await work.flows.version(version) == named("new", "Newer")
        assert await work.flows.names() == {"small", "new"}


async def test_a_draft_is_saved_over_the_one_it_was_made_from(company: Company) -> None:
    before = await record(company, "small")
    async with company.storage.work(company.account) as work:
        saved = await work.flows.save_draft(
            before.id, named("small", "Mine"), expected=before.draft_revision
        )
        assert saved
        late = await work.flows.save_draft(
            before.id, named("small", "Late"), expected=before.draft_revision
        )
        assert not late
    after = await record(company, "small")
    assert after.draft_revision == before.draft_revision + 1
    async with company.storage.work(company.account) as work:
        draft = await work.flows.draft(after.id)
        assert draft is not None
        assert draft.title == "Mine"
        await work.flows.publish(after.id, draft, by=None)
        stale = await work.flows.save_draft(after.id, named("small"), expected=after.draft_revision)
        assert not stale


async def test_a_session_stays_on_the_version_it_began_on(company: Company) -> None:
    session = await company.starts("sam")
    async with company.storage.work(company.account) as work:
        newest = await work.flows.publish(company.flow_id, named("small", "Newer"), by=None)
        assert await work.flows.newest_of(company.version) == newest
    snapshot = await company.reads("sam", session)
    assert snapshot.flows == {company.version: FLOW}


async def test_a_published_version_cannot_be_changed_in_the_database(company: Company) -> None:
    from asyncpg import RaiseError

    async with company.storage.database.raw() as raw:
        with pytest.raises(RaiseError, match="never changes"):
            await raw.execute("UPDATE flow_version SET document = '{}'")
    async with company.storage.work(company.account) as work:
        assert await work.flows.version(company.version) == FLOW


async def test_an_archived_flow_leaves_the_lists_and_its_sessions_go_on(company: Company) -> None:
    session, sam = await company.starts("sam"), await company.actor("sam")
    async with company.storage.work(company.account) as work:
        assert await work.flows.archive(company.flow_id, archived=True)
        assert await work.flows.all(sam) == []
        (archived,) = await work.flows.all(sam, archived=True)
        assert archived.id == company.flow_id
    assert (await company.reads("sam", session)).flows
    await company.chooses("sam", session, "yes")
    async with company.storage.work(company.account) as work:
        assert await work.flows.archive(company.flow_id, archived=False)
        assert len(await work.flows.all(sam)) == 1


async def test_who_sees_a_flow_in_a_list_is_who_may_see_it(company: Company) -> None:
    sam, kim = company.people["sam"], company.people["kim"]
    async with company.storage.work(company.account) as work:
        teams = [await work.people.add_team(name) for name in ("Day", "Night")]
    day, night = (team for team in teams if team)
    owned = [
        Ownership(owner, visibility, team)
        for owner, visibility, team in product(
            (None, sam, kim), Visibility, (None, TeamId(day), TeamId(night))
        )
    ]
    for number, ownership in enumerate(owned):
        await company.publishes(named(f"flow-{number}"), owned=ownership)
    actors = [
        Actor(who, company.account, role, frozenset(of))
        for who, role, of in product(
            (None, sam, kim, PersonId(new_id())), Role, ((), (day,), (day, night))
        )
    ]
    async with company.storage.work(company.account) as work:
        for actor in actors:
            seen = {flow.name for flow in await work.flows.all(actor)} - {"small"}
            assert seen == {
                f"flow-{number}" for number, own in enumerate(owned) if may_see_flow(actor, own)
            }, actor


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(flow=valid_flows())
async def test_any_flow_is_read_back_as_it_was(company: Company, flow: Flow) -> None:
    flow = flow.model_copy(update={"flow": f"f-{new_id().hex}"})
    (version,) = await company.publishes(flow)
    async with company.storage.work(company.account) as work:
        assert await work.flows.version(version) == flow


async def test_a_flow_of_any_length_is_stored(company: Company) -> None:
    words = " ".join(f"{n:x}\U00020000\U00020001{chr(0x20000 + n % 40_000)}" for n in range(60_000))
    flow = named("long", "word " * 2_000).model_copy(update={"summary": words})
    (version,) = await company.publishes(flow)
    async with company.storage.work(company.account) as work:
        assert await work.flows.version(version) == flow
