"""The first start."""

import asyncio

from bot.app.desk import Desk
from bot.app.library import archive, hand_out, listed
from bot.app.membership import Member, Visitor, change_role, identify, members
from bot.app.starter import Cast, prepare, starters
from core.access import Role
from core.flow.check import check
from core.flow.document import read
from core.flow.model import Flow
from storage.storage import Storage

INSTALLER = Visitor("terminal", "terminal", "root", "root")
ADA = Visitor("chat", "w1", "ada", "Ada", workspace_name="A chat")
VIC = Visitor("chat", "w1", "vic", "Vic", workspace_name="A chat")
CASTS = (Cast(ADA, Role.TEAM_ADMIN), Cast(VIC, Role.VIEWER))


async def ada(desk: Desk) -> Member:
    member = await identify(desk, INSTALLER)
    assert isinstance(member, Member)
    return member


def test_starters_are_free_of_problems_and_named_like_their_file() -> None:
    for name, source in starters().items():
        flow = read(source)
        assert flow.flow == name
        assert check(flow) == ()
    assert set(starters()) >= {"ad-lockout", "m365-mail-not-delivered", "vpn-down"}


async def test_the_first_start_makes_an_account_its_admin_and_the_starter_flows(
    storage: Storage,
) -> None:
    desk = Desk(storage)
    await prepare(desk, "Acme", INSTALLER)
    member = await ada(desk)
    assert member.actor.role is Role.SUPER_ADMIN
    records = await listed(desk, member.actor)
    assert {record.name for record in records} == set(starters())
    assert all(record.published == 1 and not record.has_draft for record in records)
    async with storage.work(member.actor.account) as work:
        assert (await work.people.account()).name == "Acme"


async def test_the_first_account_is_in_the_time_zone_that_was_set(storage: Storage) -> None:
    desk = Desk(storage)
    await prepare(desk, "Acme", INSTALLER, time_zone="Europe/Berlin")
    await prepare(desk, "Acme", INSTALLER, time_zone="Asia/Tokyo")
    async with storage.work((await ada(desk)).actor.account) as work:
        assert (await work.people.account()).time_zone == "Europe/Berlin"


async def test_a_second_start_changes_nothing(storage: Storage) -> None:
    desk = Desk(storage)
    await prepare(desk, "Acme", INSTALLER)
    before = await listed(desk, (await ada(desk)).actor)
    await prepare(desk, "Another name", Visitor("terminal", "terminal", "kim", "kim"))
    assert await listed(desk, (await ada(desk)).actor) == before
    assert len(await storage.installation.accounts()) == 1


async def test_two_first_starts_at_once_make_one_account(storage: Storage) -> None:
    desk = Desk(storage)
    await asyncio.gather(*(prepare(desk, "Acme", INSTALLER) for _ in range(4)))
    assert len(await storage.installation.accounts()) == 1
    assert len(await listed(desk, (await ada(desk)).actor)) == len(starters())


async def test_a_starter_that_was_edited_or_archived_is_left_alone(storage: Storage) -> None:
    desk = Desk(storage)
    await prepare(desk, "Acme", INSTALLER)
    actor = (await ada(desk)).actor
    await archive(desk, actor, "ad-lockout")
    async with storage.work(actor.account) as work:
        record = await work.flows.by_name("vpn-down")
        assert record is not None
        assert record.version is not None
        flow = await work.flows.version(record.version)
        assert flow is not None
        edited = flow.model_copy(update={"title": "Our VPN is down"})
        await work.flows.publish(record.id, edited, by=actor.id)
    await prepare(desk, "Acme", INSTALLER)
    assert "ad-lockout" not in {record.name for record in await listed(desk, actor)}
    kept = await hand_out(desk, actor, "vpn-down")
    assert isinstance(kept, Flow)
    assert kept.title == "Our VPN is down"


async def test_a_cast_is_known_from_the_first_start_on(storage: Storage) -> None:
    desk = Desk(storage)
    await prepare(desk, "Acme", INSTALLER, casts=CASTS)
    known = {cast: await identify(desk, cast.visitor) for cast in CASTS}
    assert {m.actor.role for m in known.values() if isinstance(m, Member)} == {
        Role.TEAM_ADMIN,
        Role.VIEWER,
    }
    installer = await ada(desk)
    assert {m.actor.account for m in known.values() if isinstance(m, Member)} == {
        installer.actor.account
    }


async def test_a_later_start_adds_nobody_twice_and_takes_no_role_back(storage: Storage) -> None:
    desk = Desk(storage)
    await prepare(desk, "Acme", INSTALLER, casts=CASTS)
    admin, vic = await ada(desk), await identify(desk, VIC)
    assert isinstance(vic, Member)
    assert vic.actor.id is not None
    await change_role(desk, admin.actor, vic.actor.id, Role.ENGINEER)
    before = await members(desk, admin.actor)
    await asyncio.gather(*(prepare(desk, "Acme", INSTALLER, casts=CASTS) for _ in range(2)))
    assert await members(desk, admin.actor) == before
    again = await identify(desk, VIC)
    assert isinstance(again, Member)
    assert again.actor.role is Role.ENGINEER


async def test_two_first_starts_at_once_make_each_of_a_cast_once(storage: Storage) -> None:
    desk = Desk(storage)
    await asyncio.gather(*(prepare(desk, "Acme", INSTALLER, casts=CASTS) for _ in range(3)))
    names = [person.name for person in await members(desk, (await ada(desk)).actor)]
    assert sorted(names) == ["Ada", "Vic", "root"]
