"""Installing the product into a workspace: who is an admin then, and who is told what."""

import asyncio
from dataclasses import replace

import pytest

from bot.app.desk import Desk
from bot.app.front import Front
from bot.app.membership import (
    issue_identity_code,
    issue_installation_code,
    issue_recovery_code,
    issue_workspace_code,
)
from bot.app.starter import add_starters
from bot.port import Answer, Command, Installed, Origin
from core.access import Role
from core.verbs import ProductVerb
from core.views import HomeView, NoticeView
from storage.sessions import Identity
from tests.bot.app.talking import Talk
from tests.company import Company


@pytest.fixture
def desk(talk: Talk) -> Desk:
    return talk.chat.desk


@pytest.fixture
def front(talk: Talk, desk: Desk) -> Front:
    return Front(desk, talk.chat.senders)


def installs(code: str = "", workspace: str = "T-new", user: str = "ivy") -> Installed:
    by = Origin("test", workspace, user, user.capitalize(), "")
    return Installed(by, "i1", "Newcomers Ltd", code)


async def role(company: Company, workspace: str = "T-new", user: str = "ivy") -> Role | None:
    """What somebody is in the company's account, by their workspace."""
    home = await company.storage.installation.home("test", workspace)
    if home is None or home.account != company.account:
        return None
    actor = await company.storage.installation.actor(Identity(home.workspace, user))
    return actor.role if actor else None


def words(answer: Answer) -> str:
    return "\n".join(s.text for s in answer.whispers if isinstance(s, NoticeView))


def home_of(answer: Answer) -> HomeView:
    [found] = [shown for shown in answer.whispers if isinstance(shown, HomeView)]
    return found


async def test_who_installs_with_an_installation_code_is_the_first_admin_and_is_greeted(
    front: Front, desk: Desk, company: Company
) -> None:
    await add_starters(desk, company.account)
    answer = await front.receive(installs(await issue_installation_code(desk)))
    assert await role(company) is Role.TEAM_ADMIN
    text = words(answer)
    assert text.startswith("Linked. Everybody here can run flows now, and you are an admin")
    assert "I am ResolutionFlow." in text
    [hello] = [s for s in answer.whispers if isinstance(s, NoticeView) and s.choices]
    assert [choice.verb for choice in hello.choices] == [ProductVerb.SAMPLE]
    async with company.storage.work(company.account) as work:
        assert "Newcomers Ltd" in {each.name for each in await work.people.workspaces()}


async def test_an_admins_workspace_code_links_and_makes_nobody_an_admin(
    front: Front, desk: Desk, company: Company
) -> None:
    code = await issue_workspace_code(desk, await company.actor("ada"))
    assert isinstance(code, str)
    answer = await front.receive(installs(code))
    assert await role(company) is Role.VIEWER
    assert "Linked. Everybody here can run flows now." in words(answer)
    assert "admin" not in words(answer)


async def test_a_recovery_code_makes_the_installer_an_admin(
    front: Front, desk: Desk, company: Company
) -> None:
    answer = await front.receive(installs(await issue_recovery_code(desk)))
    assert await role(company) is Role.TEAM_ADMIN
    assert "You are an admin" in words(answer)


async def test_an_installation_code_can_be_typed_too(
    front: Front, desk: Desk, company: Company
) -> None:
    code = await issue_installation_code(desk)
    by = installs().by
    answer = await front.receive(Command(by, "c1", f"link {code}"))
    assert "you are an admin of this account" in words(answer)
    assert await role(company) is Role.TEAM_ADMIN


async def test_without_a_code_it_is_said_what_to_type_and_whom_to_ask(
    front: Front, company: Company
) -> None:
    text = words(await front.receive(installs()))
    assert "installed in Newcomers Ltd, but it is not linked" in text
    assert "/flow link workspace" in text
    assert "whoever runs the server" in text
    assert await role(company) is None


@pytest.mark.parametrize("code", ["ABCD-EFGH", "nonsense"])
async def test_a_wrong_code_links_nothing_and_is_said(
    front: Front, company: Company, code: str
) -> None:
    text = words(await front.receive(installs(code)))
    assert "wrong, was used already" in text
    assert "/flow link workspace" in text
    assert await role(company) is None


async def test_a_code_is_good_for_one_installation(
    front: Front, desk: Desk, company: Company
) -> None:
    for round in range(10):
        code = await issue_installation_code(desk)
        names = [f"T{round}-{number}" for number in range(3)]
        await asyncio.gather(*(front.receive(installs(code, name)) for name in names))
        linked = [await role(company, name) for name in names]
        assert sorted(linked, key=str) == [None, None, Role.TEAM_ADMIN]


async def test_installed_again_they_are_greeted_again_and_stay_what_they_are(
    front: Front, desk: Desk, company: Company
) -> None:
    again = installs(workspace="Acme IT", user="vic")
    for code in ("", await issue_installation_code(desk)):
        answer = await front.receive(replace(again, code=code))
        assert "I am ResolutionFlow." in words(answer)
        assert home_of(answer)
        assert (await company.actor("vic")).role is Role.VIEWER


async def test_another_accounts_workspace_stays_theirs(
    front: Front, desk: Desk, company: Company, rival: Company
) -> None:
    for issue in (issue_installation_code, issue_recovery_code):
        code = await issue(desk)
        answer = await front.receive(installs(code, workspace="Rival IT", user="vic"))
        assert "stays so" in words(answer)
        assert (await rival.actor("vic")).role is Role.VIEWER


async def test_a_guest_who_installs_it_is_no_admin(
    front: Front, desk: Desk, company: Company
) -> None:
    came = installs(await issue_installation_code(desk))
    guest = replace(came, by=replace(came.by, guest=True))
    assert "guest cannot link" in words(await front.receive(guest))
    assert await role(company) is None


async def test_ones_own_code_from_another_chat_links_no_workspace(
    front: Front, desk: Desk, company: Company
) -> None:
    code = await issue_identity_code(desk, await company.actor("ada"))
    assert isinstance(code, str)
    assert "not linked" in words(await front.receive(installs(code)))
    assert await role(company) is None
