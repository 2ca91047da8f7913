"""Who somebody is, and what codes join."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from bot.app.desk import Desk
from bot.app.membership import (
    Joined,
    Member,
    Visitor,
    change_role,
    enter,
    identify,
    issue_identity_code,
    issue_recovery_code,
    issue_workspace_code,
    members,
)
from core.access import Ownership, Role, Visibility
from core.errors import Refusal
from core.session.deeds import (
    HandoverAccepted,
    HandoverOffered,
    HandoverWithdrawn,
    NoteAdded,
    NoteEdited,
)
from core.session.engine import replay
from storage.sessions import Changed
from storage.storage import Storage
from storage.tables import link_code, person
from tests.company import Company, founded
from tests.storage.barrier import ROUNDS, at_once

SLACK = Visitor("slack", "T1", "U1", "Sam on Slack")


@pytest.fixture
def desk(storage: Storage) -> Desk:
    return Desk(storage)


def visitor(company: Company, user: str) -> Visitor:
    return Visitor("test", "Acme IT", user, user.capitalize())


async def known(desk: Desk, who: Visitor) -> Member:
    member = await identify(desk, who)
    assert isinstance(member, Member), member
    return member


def code_of(code: object) -> str:
    assert isinstance(code, str), code
    return code


async def linked(desk: Desk, company: Company, who: Visitor = SLACK) -> Member:
    """A second workspace of the company, with `who` in it."""
    code = await issue_workspace_code(desk, await company.actor("ada"))
    joined = await enter(desk, who, code_of(code))
    assert isinstance(joined, Joined), joined
    return joined.member


def refused(answer: object, words: str) -> None:
    assert isinstance(answer, Refusal), answer
    assert words in answer.message


async def test_somebody_unknown_in_a_linked_workspace_becomes_a_viewer(
    desk: Desk, company: Company
) -> None:
    member = await known(desk, visitor(company, "newcomer"))
    assert member.actor.role is Role.VIEWER
    assert member.actor.account == company.account
    again = await known(desk, visitor(company, "newcomer"))
    assert again.actor.id == member.actor.id


async def test_whom_their_workspace_makes_more_is_more_and_never_less(
    desk: Desk, company: Company
) -> None:
    newcomer = visitor(company, "newcomer")
    member = await known(desk, replace(newcomer, role=Role.ENGINEER))
    assert member.actor.role is Role.ENGINEER
    for said, role in (
        (Role.TEAM_ADMIN, Role.TEAM_ADMIN),
        (Role.VIEWER, Role.TEAM_ADMIN),  # an admin of ours may have given it
        (None, Role.TEAM_ADMIN),
    ):
        assert (await known(desk, replace(newcomer, role=said))).actor.role is role
    assert (await known(desk, newcomer)).actor.role is Role.TEAM_ADMIN  # it was saved


async def test_a_guest_is_nobody(desk: Desk, company: Company) -> None:
    refused(await identify(desk, replace(visitor(company, "g"), guest=True)), "Guests")
    assert len(await members(desk, await company.actor("ada"))) == 4


async def test_nobody_is_known_where_no_account_is(desk: Desk, company: Company) -> None:
    refused(await identify(desk, SLACK), "not linked")


async def test_ten_first_messages_of_one_person_make_one_person(
    desk: Desk, company: Company
) -> None:
    who = visitor(company, "hasty")
    found = await asyncio.gather(*(identify(desk, who) for _ in range(10)))
    assert len({member.actor.id for member in found if isinstance(member, Member)}) == 1
    async with company.storage.database.begin() as connection:
        count = select(func.count()).where(person.c.name == "Hasty")
        assert (await connection.execute(count)).scalar_one() == 1


async def test_a_workspace_is_linked_by_an_admins_code(desk: Desk, company: Company) -> None:
    refused(await issue_workspace_code(desk, await company.actor("sam")), "admin")
    member = await linked(desk, company)
    assert member.actor.role is Role.VIEWER
    assert member.actor.account == company.account


async def test_a_code_joins_the_identity_that_enters_it_to_who_showed_it(
    desk: Desk, company: Company
) -> None:
    await linked(desk, company)
    sam = await company.actor("sam")
    code = code_of(await issue_identity_code(desk, sam))
    joined = await enter(desk, SLACK, code.lower().replace("-", " "))
    assert isinstance(joined, Joined)
    assert joined.member.actor.id == sam.id
    assert (await known(desk, SLACK)).actor.role is Role.ENGINEER
    refused(await enter(desk, replace(SLACK, user="U2"), code), "used already")


async def test_flows_of_somebody_who_was_joined_are_theirs_still(
    desk: Desk, company: Company
) -> None:
    other = await linked(desk, company)
    flow = company.flow.model_copy(update={"flow": "mine"})
    async with company.storage.work(company.account) as work:
        id = await work.flows.create(flow, Ownership(other.actor.id, Visibility.PRIVATE))
        assert id is not None
    sam = await company.actor("sam")
    await enter(desk, SLACK, code_of(await issue_identity_code(desk, sam)))
    async with company.storage.work(company.account) as work:
        record = await work.flows.get(id)
    assert record is not None
    assert record.ownership.owner == sam.id


async def test_joining_takes_no_rights_away_and_the_code_can_be_entered_elsewhere(
    desk: Desk, company: Company
) -> None:
    await linked(desk, company)
    vic = await company.actor("vic")
    code = code_of(await issue_identity_code(desk, vic))
    refused(await enter(desk, visitor(company, "ada"), code), "other way round")
    assert (await company.actor("ada")).role is Role.TEAM_ADMIN
    assert isinstance(await enter(desk, SLACK, code), Joined)


async def test_entering_ones_own_code_spends_nothing(desk: Desk, company: Company) -> None:
    await linked(desk, company)
    code = code_of(await issue_identity_code(desk, await company.actor("sam")))
    refused(await enter(desk, visitor(company, "sam"), code), "your own code")
    assert isinstance(await enter(desk, SLACK, code), Joined)


async def test_of_two_who_enter_each_others_code_at_once_one_joins_and_one_keeps_the_code(
    desk: Desk, company: Company
) -> None:
    for turn in range(ROUNDS // 3):
        names = (f"a{turn}", f"b{turn}")
        for name in names:
            await company.hires(name, Role.VIEWER)
        codes = [code_of(await issue_identity_code(desk, await company.actor(n))) for n in names]
        one, other = (visitor(company, name) for name in names)
        answers = await at_once(
            company.storage, "account", enter(desk, one, codes[1]), enter(desk, other, codes[0])
        )
        assert sum(isinstance(answer, Joined) for answer in answers) == 1, answers
        (loser,) = (n for n, answer in enumerate(answers) if isinstance(answer, Refusal))
        refused(answers[loser], "this very moment")
        unspent = await enter(desk, replace(one, user=f"c{turn}"), codes[1 - loser])
        assert isinstance(unspent, Joined)


async def test_who_is_made_an_admin_while_joining_somebody_lower_stays_one(
    desk: Desk, company: Company
) -> None:
    ada = await company.actor("ada")
    for turn in range(ROUNDS // 3):
        low = await company.hires(f"low{turn}", Role.VIEWER)
        high = await company.hires(f"high{turn}", Role.VIEWER)
        shown = code_of(await issue_identity_code(desk, await company.actor(f"low{turn}")))
        raised, joined = await at_once(
            company.storage,
            "account",
            change_role(desk, ada, high, Role.TEAM_ADMIN),
            enter(desk, visitor(company, f"high{turn}"), shown),
        )
        now = await company.actor(f"high{turn}")
        if isinstance(joined, Joined):
            refused(raised, "no such member")
            assert (now.id, now.role) == (low, Role.VIEWER)
        else:
            refused(joined, "other way round")
            assert (now.id, now.role) == (high, Role.TEAM_ADMIN)


async def test_a_code_of_another_account_is_answered_like_a_wrong_one(
    desk: Desk, company: Company
) -> None:
    other = await founded(company.storage, "Other Ltd", "test")
    code = code_of(await issue_identity_code(desk, await other.actor("sam")))
    there = await enter(desk, visitor(company, "sam"), code)
    assert there == await enter(desk, visitor(company, "sam"), "0000-0000")
    fitting = Visitor("test", "Other Ltd", "fresh", "Fresh")
    assert isinstance(await enter(desk, fitting, code), Joined)


async def test_a_linked_workspace_stays_where_it_is(desk: Desk, company: Company) -> None:
    other = await founded(company.storage, "Other Ltd", "test")
    code = code_of(await issue_workspace_code(desk, await other.actor("ada")))
    refused(await enter(desk, visitor(company, "sam"), code), "linked to an account already")
    assert isinstance(await enter(desk, SLACK, code), Joined)


async def test_a_guest_links_no_workspace(desk: Desk, company: Company) -> None:
    code = code_of(await issue_workspace_code(desk, await company.actor("ada")))
    refused(await enter(desk, replace(SLACK, guest=True), code), "guest")
    refused(await identify(desk, SLACK), "not linked")
    assert isinstance(await enter(desk, SLACK, code), Joined)


@pytest.mark.parametrize("round_", range(5))
async def test_one_code_entered_by_eight_at_once_links_one_workspace(
    desk: Desk, company: Company, round_: int
) -> None:
    code = code_of(await issue_workspace_code(desk, await company.actor("ada")))
    visitors = [replace(SLACK, workspace=f"T{n}") for n in range(8)]
    answers = await asyncio.gather(*(enter(desk, who, code) for who in visitors))
    assert sum(isinstance(answer, Joined) for answer in answers) == 1
    async with company.storage.work(company.account) as work:
        assert len(await work.people.workspaces()) == 2


async def test_a_code_lasts_ten_minutes(desk: Desk, company: Company) -> None:
    code = code_of(await issue_workspace_code(desk, await company.actor("ada")))
    async with company.storage.database.begin() as connection:
        await connection.execute(update(link_code).values(expires_at=func.now()))
    refused(await enter(desk, SLACK, code), "ten minutes")


async def test_a_recovery_code_links_a_workspace_and_makes_an_admin(
    desk: Desk, company: Company
) -> None:
    joined = await enter(desk, SLACK, await issue_recovery_code(desk))
    assert isinstance(joined, Joined)
    assert joined.member.actor.role is Role.TEAM_ADMIN
    assert joined.member.actor.account == company.account


async def test_a_recovery_code_raises_a_member_and_lowers_nobody(
    desk: Desk, company: Company
) -> None:
    joined = await enter(desk, visitor(company, "vic"), await issue_recovery_code(desk))
    assert isinstance(joined, Joined)
    assert joined.member.actor.role is Role.TEAM_ADMIN
    await company.hires("boss", Role.SUPER_ADMIN)
    joined = await enter(desk, visitor(company, "boss"), await issue_recovery_code(desk))
    assert isinstance(joined, Joined)
    assert joined.member.actor.role is Role.SUPER_ADMIN


async def test_roles_are_an_admins_to_give_up_to_their_own(desk: Desk, company: Company) -> None:
    sam, ada = await company.actor("sam"), await company.actor("ada")
    vic = company.people["vic"]
    refused(await change_role(desk, sam, vic, Role.ENGINEER), "admin")
    refused(await change_role(desk, ada, vic, Role.SUPER_ADMIN), "above your own")
    await change_role(desk, ada, vic, Role.ENGINEER)
    assert (await company.actor("vic")).role is Role.ENGINEER


async def test_the_last_admin_stays_one(desk: Desk, company: Company) -> None:
    ada = await company.actor("ada")
    refused(await change_role(desk, ada, company.people["ada"], Role.ENGINEER), "last admin")


async def test_nobody_lowers_somebody_above_them(desk: Desk, company: Company) -> None:
    boss = await company.hires("boss", Role.SUPER_ADMIN)
    refused(await change_role(desk, await company.actor("ada"), boss, Role.VIEWER), "above yours")


@pytest.mark.parametrize("round_", range(5))
async def test_two_admins_cannot_lower_each_other(
    desk: Desk, company: Company, round_: int
) -> None:
    bob = await company.hires("bob", Role.TEAM_ADMIN)
    ada_id = company.people["ada"]
    ada, robert = await company.actor("ada"), await company.actor("bob")
    answers = await asyncio.gather(
        change_role(desk, ada, bob, Role.VIEWER), change_role(desk, robert, ada_id, Role.VIEWER)
    )
    assert sum(isinstance(answer, Refusal) for answer in answers) == 1


async def test_who_is_no_admin_any_more_cannot_act_as_one(desk: Desk, company: Company) -> None:
    bob = await company.hires("bob", Role.TEAM_ADMIN)
    as_he_was = await company.actor("bob")
    await change_role(desk, await company.actor("ada"), bob, Role.VIEWER)
    vic = company.people["vic"]
    refused(await change_role(desk, as_he_was, vic, Role.ENGINEER), "admin")


async def test_somebody_of_another_account_cannot_be_given_a_role(
    desk: Desk, company: Company
) -> None:
    other = await founded(company.storage, "Other Ltd", "test")
    ada = await company.actor("ada")
    refused(await change_role(desk, ada, other.people["vic"], Role.ENGINEER), "no such member")


async def test_who_was_merged_still_accepts_and_withdraws_hand_overs_and_edits_own_notes(
    company: Company,
) -> None:
    sam, kim, vic, ada = (company.people[name] for name in ("sam", "kim", "vic", "ada"))
    session = await company.starts("sam")
    await company.does("kim", session, NoteAdded("a nite"))
    await company.does("sam", session, HandoverOffered(kim))
    async with company.storage.work(company.account) as work:
        assert await work.people.merge(kim, vic)
    assert isinstance(await company.does("kim", session, NoteEdited(2, "a note")), Changed)
    accepted = await company.does("kim", session, HandoverAccepted())
    assert isinstance(accepted, Changed)
    assert accepted.moved.session.driver == vic
    await company.does("sam", session, HandoverOffered(ada))
    async with company.storage.work(company.account) as work:
        assert await work.people.merge(sam, await work.people.add("Samuel", Role.ENGINEER))
    assert isinstance(await company.does("sam", session, HandoverWithdrawn()), Changed)
    now = await company.reads("ada", session)
    trail = await company.trail(session)
    assert replay(now.flows, session, trail, company.account) == now.session
