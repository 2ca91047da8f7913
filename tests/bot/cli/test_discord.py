"""`resolutionflow discord`, and what `doctor` says of Discord."""

import secrets
from base64 import urlsafe_b64encode
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.cli.main import run
from bot.platforms.discord.surface import PERMISSIONS, permissions

Captured = pytest.CaptureFixture[str]
NOWHERE = "http://127.0.0.1:9/api/v10"
APPLICATION = "1100220033004400"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BOT_TOKEN", "GUILD_ID", "ROLES", "API_URL", "GATEWAY_URL"):
        monkeypatch.setenv(f"DISCORD_{name}", "")


def token(application: str = APPLICATION) -> str:
    """As Discord's are made: whose it is, when it was made, a secret."""
    first = urlsafe_b64encode(application.encode()).decode().rstrip("=")
    return f"{first}.{secrets.token_urlsafe(4)}.{secrets.token_urlsafe(20)}"


@pytest.mark.parametrize("verb", ["invite", "sync"])
def test_without_a_token_it_is_said_where_there_is_one(capsys: Captured, verb: str) -> None:
    assert run(["discord", verb]) == 1
    told = capsys.readouterr().err
    assert "DISCORD_BOT_TOKEN" in told
    assert "“Bot”" in told


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--guild", "1100", "--everywhere"], "not both"),
        (["--guild", "Acme"], "a server's id, a number"),
        (["--guild", ""], "a server's id, a number"),
    ],
)
def test_what_cannot_be_is_wrong_usage(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, arguments: list[str], says: str
) -> None:
    monkeypatch.setenv("DISCORD_BOT_TOKEN", token())
    assert run(["discord", "sync", *arguments]) == 2
    assert says in capsys.readouterr().err


def test_a_wrong_setting_is_said_in_one_line(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_BOT_TOKEN", token())
    monkeypatch.setenv("DISCORD_ROLES", "Support=super-admin")
    assert run(["discord", "invite"]) == 2
    assert capsys.readouterr().err.startswith("Error: DISCORD_ROLES is not right: it must be ")


def test_the_address_is_known_while_discord_does_not_answer(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_BOT_TOKEN", token())
    monkeypatch.setenv("DISCORD_API_URL", NOWHERE)
    assert run(["discord", "invite"]) == 0
    address, _, number, *lines = capsys.readouterr().out.splitlines()
    assert parse_qs(urlsplit(address).query)["client_id"] == [APPLICATION]
    assert number == f"Permissions: {permissions()}"
    assert [line.split("  ")[1] for line in lines] == [*PERMISSIONS]


def test_discord_does_not_answer(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_BOT_TOKEN", token())
    monkeypatch.setenv("DISCORD_API_URL", NOWHERE)
    assert run(["discord", "sync"]) == 1
    assert NOWHERE in capsys.readouterr().err
