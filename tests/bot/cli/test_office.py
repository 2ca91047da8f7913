"""`resolutionflow admin account`, `resolutionflow admin keys`."""

import asyncio
import json
from pathlib import Path

import pytest

from bot.app.desk import Desk
from bot.app.starter import prepare
from bot.cli.main import run
from bot.cli.product import at_terminal
from storage.sealing import Seal, fresh_key
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


@pytest.fixture
def remembered(
    office: None, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, str]:
    """An older and a newer key, each of which sealed something; none is set."""
    old, new = fresh_key(), fresh_key()

    async def keep() -> None:
        for key in (old, new):
            async with opened(address, seal=Seal.of([key])) as storage:
                await storage.memories.of("chat").keep("token", key, "a secret")

    asyncio.run(keep())
    monkeypatch.setenv("RESOLUTIONFLOW_DATA", str(tmp_path))
    monkeypatch.delenv("RESOLUTIONFLOW_KEYS", raising=False)
    return old, new


async def _readable(address: str, key: str) -> int:
    async with opened(address, seal=Seal.of([key])) as storage:
        return len(await storage.memories.of("chat").all("token"))


def test_everything_is_sealed_with_the_newest_key(
    remembered: tuple[str, str],
    address: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["admin", "keys", "rotate"]) == 3
    assert "RESOLUTIONFLOW_KEYS" in capsys.readouterr().err
    assert run(["admin", "keys", "new"]) == 0
    newest = capsys.readouterr().out.strip()
    monkeypatch.setenv("RESOLUTIONFLOW_KEYS", ",".join((newest, *remembered)))
    assert run(["admin", "keys", "rotate"]) == 0
    assert capsys.readouterr().out == "Sealed with the newest key: 2.\n"
    assert asyncio.run(_readable(address, newest)) == 2


def test_what_no_key_fits_is_kept_until_somebody_gives_it_up(
    remembered: tuple[str, str],
    address: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, new = remembered
    monkeypatch.setenv("RESOLUTIONFLOW_KEYS", new)
    assert run(["admin", "keys", "rotate"]) == 1
    assert "No key fits: 1. Add the key" in capsys.readouterr().err
    assert run(["admin", "keys", "rotate", "--forget"]) == 0
    assert "Forgotten, because no key fits: 1." in capsys.readouterr().out
    assert asyncio.run(_readable(address, new)) == 1
