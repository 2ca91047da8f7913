"""The workspace that the settings name belongs to the first account."""

import pytest

from bot.app.adopting import Adopted, adopt
from bot.app.desk import Desk
from bot.app.membership import Joined, Member, Visitor, enter, identify, issue_workspace_code
from bot.app.starter import prepare
from core.access import Role
from storage.storage import Storage
from tests.company import founded

OPS = Visitor("terminal", "terminal", "ops", "ops")
ADA = Visitor("slack", "T1", "U1", "Ada")


@pytest.fixture
async def desk(storage: Storage) -> Desk:
    """An installation after its first start."""
    made = Desk(storage)
    await prepare(made, "Acme IT", OPS)
    return made


async def test_it_is_linked_and_whoever_enters_the_code_is_its_first_admin(desk: Desk) -> None:
    adopted = await adopt(desk, "slack", "T1", "Acme")
    assert (adopted.name, adopted.ours) == ("Acme", True)
    joined = await enter(desk, ADA, adopted.code)
    assert isinstance(joined, Joined)
    assert joined.member.actor.role is Role.TEAM_ADMIN
    ops = await identify(desk, OPS)
    assert isinstance(ops, Member)
    assert joined.member.actor.account == ops.actor.account
    assert await adopt(desk, "slack", "T1", "Acme") == Adopted("Acme")


async def test_until_then_each_start_shows_another_code(desk: Desk) -> None:
    first = await adopt(desk, "slack", "T1", "Acme")
    second = await adopt(desk, "slack", "T1", "Acme")
    assert first.code
    assert second.code
    assert first.code != second.code


async def test_one_that_belongs_to_another_account_stays_there(desk: Desk) -> None:
    rival = await founded(desk.storage, "Rival IT")
    await rival.hires("Rita", Role.TEAM_ADMIN)
    code = await issue_workspace_code(desk, await rival.actor("Rita"))
    assert isinstance(code, str)
    assert isinstance(await enter(desk, ADA, code), Joined)
    assert await adopt(desk, "slack", "T1", "Acme") == Adopted("Acme", ours=False)
