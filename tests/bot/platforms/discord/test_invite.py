"""The address that takes the bot in, and that the README and the registry say the same."""

import re
import secrets
from base64 import urlsafe_b64encode
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.platforms.discord import surface
from bot.platforms.discord.invite import address, application_of, reasons

README = (Path(__file__).parents[4] / "README.md").read_text()
# As Discord documents them: docs.discord.com/developers/topics/permissions
BITS = {
    "Add Reactions": 1 << 6,
    "View Channels": 1 << 10,
    "Send Messages": 1 << 11,
    "Attach Files": 1 << 15,
    "Read Message History": 1 << 16,
    "Manage Threads": 1 << 34,
    "Create Public Threads": 1 << 35,
    "Send Messages in Threads": 1 << 38,
}


def test_the_address_asks_for_everything_that_is_needed_and_nothing_else() -> None:
    found = urlsplit(address("1100220033004400"))
    assert found.scheme + "://" + found.netloc + found.path == (
        "https://discord.com/oauth2/authorize"
    )
    asked = parse_qs(found.query)
    assert asked["client_id"] == ["1100220033004400"]
    assert asked["scope"] == ["bot applications.commands"]
    assert asked["permissions"] == [str(sum(BITS.values()))]


def test_each_permission_has_its_bit_and_its_reason() -> None:
    assert {name: bit for name, (bit, _) in surface.PERMISSIONS.items()} == BITS
    for name, line in zip(surface.PERMISSIONS, reasons(), strict=True):
        assert re.fullmatch(rf"{name} +to \w.*", line)


def test_whose_a_token_is_can_be_read_from_it() -> None:
    first = urlsafe_b64encode(b"1100220033004400").decode().rstrip("=")
    assert application_of(f"{first}.{secrets.token_hex(3)}.{secrets.token_hex(8)}") == (
        "1100220033004400"
    )


@pytest.mark.parametrize("token", ["", "..", "MTEw!.a.b", "a.b.c", "öö.b.c", "aGVsbG8.a.b"])
def test_a_token_that_tells_nothing(token: str) -> None:
    assert application_of(token) is None


def test_the_readme_gives_every_permission_and_intent_its_reason() -> None:
    section = README.partition("\n## Discord\n")[2].partition("\n## ")[0]
    told = dict(re.findall(r"^\| ([A-Z][\w ]+) \| (.+) \|$", section, re.MULTILINE))
    expected = {"Permission": "To", "Intent": "To"}
    expected |= {name: why for name, (_, why) in surface.PERMISSIONS.items()}
    expected |= {
        name.replace("_", " ").capitalize(): why for name, (_, why) in surface.INTENTS.items()
    }
    assert told == expected
