"""People of one account: roles, teams, and two that turn out to be one."""

from core.access import Ownership, Role, Visibility
from core.ids import PersonId
from core.session import deeds
from storage.ids import new_id
from tests.company import FLOW, Company


async def test_people_are_listed_by_name_with_their_roles(company: Company) -> None:
    async with company.storage.work(company.account) as work:
        await work.people.add("\x00 ben\u202e  " + "x" * 300, Role.VIEWER)
        members = await work.people.members()
    assert [m.name[:4] for m in members] == ["Ada", "ben ", "Kim", "Sam", "Vic"]
    assert len(members[1].name) == 200
    assert members[0].role is Role.TEAM_ADMIN


async def test_a_role_is_what_the_next_click_is_judged_by(company: Company) -> None:
    async with company.storage.work(company.account) as work:
        assert await work.people.set_role(company.people["vic"], Role.GUEST)
        assert not await work.people.set_role(PersonId(new_id()), Role.GUEST)
    assert (await company.actor("vic")).role is Role.GUEST


async def test_admins_are_counted_without_those_who_are_somebody_else(company: Company) -> None:
    bob = await company.hires("bob", Role.TEAM_ADMIN)
    async with company.storage.work(company.account) as work:
        assert await work.people.admins() == 2
        assert await work.people.merge(bob, company.people["ada"])
        assert await work.people.admins() == 1


async def test_two_who_are_one_act_as_one_and_both_names_stay_known(company: Company) -> None:
    sam, kim = company.people["sam"], company.people["kim"]
    session = await company.starts("sam")
    await company.does("sam", session, deeds.NoteAdded("mine"))
    await company.publishes(
        FLOW.model_copy(update={"flow": "own"}), owned=Ownership(sam, Visibility.PRIVATE)
    )
    async with company.storage.work(company.account) as work:
        day, night = await work.people.add_team("Day"), await work.people.add_team("Night")
        assert day is not None
        assert night is not None
        for team, who in ((day, sam), (night, sam), (night, kim)):
            await work.people.join_team(team, who)
        assert await work.people.merge(sam, kim)
        assert await work.people.names() == {
            sam: "Kim",
            kim: "Kim",
            company.people["vic"]: "Vic",
            company.people["ada"]: "Ada",
        }
        merged = await work.people.get(sam)
        assert merged is not None
        assert merged.merged_into == kim
        assert await work.people.teams_of(sam) == frozenset()
        assert await work.people.teams_of(kim) == {day, night}
        assert [listed.session.id for listed in await work.histories.open_for(kim)] == [session]
        owned = await work.flows.by_name("own")
        assert owned is not None
        assert owned.ownership.owner == kim
        assert sorted(c.external_id for c in await work.people.contacts(kim)) == ["kim", "sam"]
    actor = await company.actor("sam")
    assert (actor.id, actor.teams) == (kim, frozenset({day, night}))
    assert {entry.by for entry in await company.trail(session)} == {sam}


async def test_merging_in_a_row_or_in_a_circle_leaves_everybody_somebody(company: Company) -> None:
    sam, kim, vic = (company.people[name] for name in ("sam", "kim", "vic"))
    async with company.storage.work(company.account) as work:
        assert not await work.people.merge(sam, sam)
        assert await work.people.merge(sam, kim)
        assert not await work.people.merge(kim, sam)
        assert not await work.people.merge(sam, vic)  # sam is nobody of their own by now
        assert await work.people.merge(kim, vic)
        assert {(await work.people.names())[id] for id in (sam, kim, vic)} == {"Vic"}
        assert [p.name for p in await work.people.members()] == ["Ada", "Vic"]
        assert not await work.people.merge(company.people["ada"], PersonId(new_id()))
    for name in ("sam", "kim", "vic"):
        assert (await company.actor(name)).id == vic


async def test_merging_into_somebody_who_was_merged_is_into_who_they_are(company: Company) -> None:
    sam, kim, vic = (company.people[name] for name in ("sam", "kim", "vic"))
    async with company.storage.work(company.account) as work:
        assert await work.people.merge(kim, vic)
        assert await work.people.merge(sam, kim)
        assert (await work.people.names())[sam] == "Vic"
        assert await work.people.add_identity(company.workspace, "kim-2", who=kim, name="Kim")
    for name in ("sam", "kim-2"):
        assert (await company.actor(name)).id == vic


async def test_an_identity_is_somebody_already(company: Company) -> None:
    async with company.storage.work(company.account) as work:
        kim = company.people["kim"]
        assert not await work.people.add_identity(company.workspace, "sam", who=kim, name="x")
    assert (await company.actor("sam")).id == company.people["sam"]


async def test_a_workspace_is_linked_once(company: Company, rival: Company) -> None:
    async with rival.storage.work(rival.account) as work:
        assert await work.people.add_workspace("test", "Acme IT", "Acme") is None
        assert [w.name for w in await work.people.workspaces()] == ["Rival IT"]
    home = await company.storage.installation.home("test", "Acme IT")
    assert home is not None
    assert home.account == company.account
    assert await company.storage.installation.home("slack", "Acme IT") is None


async def test_teams_have_different_names(company: Company, rival: Company) -> None:
    async with company.storage.work(company.account) as work:
        assert await work.people.add_team("Day") is not None
        assert await work.people.add_team("Day") is None
        assert await work.people.add_team("Night") is not None
    async with rival.storage.work(rival.account) as work:
        assert await work.people.add_team("Day") is not None
