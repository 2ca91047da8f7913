"""The workspace that the settings name is linked as soon as its platform answers, and once."""

import asyncio
import re

import pytest

from bot.app.adopting import adopt
from bot.app.desk import Desk
from bot.introducing import introduce
from bot.port import PlatformError, Unauthorized, Unavailable
from storage.storage import Storage
from tests.company import Company

T1 = ("T1", "Acme")
SOON = 10.0  # seconds


@pytest.fixture
def desk(storage: Storage) -> Desk:
    return Desk(storage)


class Platform:
    """Says which workspace it is, after these failures."""

    def __init__(self, *failures: PlatformError) -> None:
        self.failures = [*failures]
        self.asked = asyncio.Event()

    async def named(self) -> tuple[str, str]:
        self.asked.set()
        if self.failures:
            raise self.failures.pop(0)
        return T1


async def test_two_processes_adopt_it_once(company: Company, desk: Desk) -> None:
    both = await asyncio.gather(*(adopt(desk, "slack", *T1) for _ in range(4)))
    assert all(each.ours for each in both)
    async with company.storage.work(company.account) as work:
        found = [each for each in await work.people.workspaces() if each.platform == "slack"]
    assert len(found) == 1


async def test_a_platform_that_does_not_answer_yet_is_asked_again(
    company: Company, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.introducing.AGAIN", 0.01)
    said: list[str] = []
    platform = Platform(Unavailable("down"), Unauthorized("invalid_auth"))
    stop = asyncio.Event()
    await asyncio.wait_for(introduce(desk, "slack", platform.named, stop, said.append), SOON)
    [told] = said
    assert "Slack: Acme is connected. Type /flow there." in told
    assert "/flow link" in told
    assert await company.storage.installation.home("slack", "T1") is not None


async def test_where_commands_have_no_slash_it_is_said_what_to_write(
    company: Company, desk: Desk
) -> None:
    said: list[str] = []
    await introduce(desk, "teams", Platform().named, asyncio.Event(), said.append)
    [told] = said
    assert "Teams: Acme is connected. Write to ResolutionFlow there." in told
    assert re.search("write “link [A-Z0-9-]+” to ResolutionFlow there within ten minutes", told)
    assert "/flow" not in told


async def test_before_there_is_an_account_it_is_waited_for(
    storage: Storage, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.introducing.AGAIN", 0.01)
    platform, stop = Platform(), asyncio.Event()
    task = asyncio.ensure_future(introduce(desk, "slack", platform.named, stop))
    await asyncio.wait_for(platform.asked.wait(), SOON)
    account = await storage.installation.install("Acme IT")
    await asyncio.wait_for(task, SOON)
    home = await storage.installation.home("slack", "T1")
    assert home is not None
    assert home.account == account


async def test_it_stops_in_time(
    company: Company, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.introducing.AGAIN", 60.0)
    platform, stop = Platform(*[Unavailable("down")] * 9), asyncio.Event()
    task = asyncio.ensure_future(introduce(desk, "slack", platform.named, stop))
    await asyncio.wait_for(platform.asked.wait(), SOON)
    stop.set()
    await asyncio.wait_for(task, SOON)
    assert await company.storage.installation.home("slack", "T1") is None
