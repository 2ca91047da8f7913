"""An account's own settings."""

import pytest

from bot.app.account import change_settings, settings_of
from bot.app.desk import Desk
from core.errors import Because, Refusal
from storage.people import Account
from tests.company import Company


async def test_an_admin_changes_what_is_given_and_nothing_else(
    company: Company, rival: Company
) -> None:
    desk, ada = Desk(company.storage), await company.actor("ada")
    before = await settings_of(desk, ada)
    changed = await change_settings(desk, ada, time_zone="Europe/Berlin")
    assert changed == Account(company.account, before.name, "Europe/Berlin", 72)
    await change_settings(desk, ada, name=" Acme\x00 Ltd ", verification_hours=1)
    everybody = await settings_of(desk, await company.actor("vic"))
    assert everybody == Account(company.account, "Acme Ltd", "Europe/Berlin", 1)
    there = await settings_of(desk, await rival.actor("ada"))
    assert there == Account(rival.account, "Rival IT", "UTC", 72)


async def test_nobody_else_changes_them(company: Company) -> None:
    desk, sam = Desk(company.storage), await company.actor("sam")
    refused = await change_settings(desk, sam, name="Sam's")
    assert isinstance(refused, Refusal)
    assert refused.because is Because.NOT_ALLOWED
    assert (await settings_of(desk, sam)).name == "Acme IT"


@pytest.mark.parametrize(
    ("name", "zone", "hours"),
    [
        (" \x00", None, None),
        ("x" * 201, None, None),
        *((None, zone, None) for zone in ("", "Mars/Base", "Europe", "../x", "/etc/passwd", "\0")),
        (None, None, 0),
        (None, None, 2161),
    ],
)
async def test_what_is_wrong_is_refused_and_nothing_is_changed(
    company: Company, name: str | None, zone: str | None, hours: int | None
) -> None:
    desk, ada = Desk(company.storage), await company.actor("ada")
    before = await settings_of(desk, ada)
    refused = await change_settings(desk, ada, name=name, time_zone=zone, verification_hours=hours)
    assert isinstance(refused, Refusal)
    assert refused.because is Because.INVALID
    assert await settings_of(desk, ada) == before
