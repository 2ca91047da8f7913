"""`resolutionflow admin account`."""

import asyncio
import json

import pytest

from bot.app.desk import Desk
from bot.app.starter import prepare
from bot.cli.main import run
from bot.cli.product import at_terminal
from storage.storage import opened


@pytest.fixture
def office(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database as `up` leaves it after the first start."""

    async def make() -> None:
        async with opened(address) as storage:
            await prepare(Desk(storage), "Acme IT", at_terminal())

    asyncio.run(make())
    monkeypatch.setenv("DATABASE_URL", address)


@pytest.mark.usefixtures("office")
def test_the_settings_of_the_account_are_shown_and_changed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["admin", "account"]) == 0
    assert capsys.readouterr().out.split() == (
        ["name", "Acme", "IT", "time", "zone", "UTC", "verification", "hours", "72"]
    )
    change = ["--name", "Acme", "--time-zone", "Europe/Berlin", "--verification-hours", "48"]
    assert run(["admin", "account", *change]) == 0
    assert run(["admin", "account", "--time-zone", "Mars/Base"]) == 1
    assert "Europe/Berlin" in capsys.readouterr().err
    assert run(["admin", "account", "--verification-hours", "0"]) == 2
    capsys.readouterr()
    assert run(["admin", "account", "--json"]) == 0
    now = {"name": "Acme", "time_zone": "Europe/Berlin", "verification_hours": 48}
    assert json.loads(capsys.readouterr().out) == now
