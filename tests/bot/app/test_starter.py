"""The first start."""

import asyncio

from bot.app.desk import Desk
from bot.app.library import archive, hand_out, listed
from bot.app.membership import Member, Visitor, identify
from bot.app.starter import prepare, starters
from core.access import Role
from core.flow.check import check
from core.flow.document import read
from core.flow.model import Flow
from storage.storage import Storage

INSTALLER = Visitor("terminal", "terminal", "root", "root")


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
