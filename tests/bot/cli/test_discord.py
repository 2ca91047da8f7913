"""`resolutionflow discord`, and what `doctor` says of Discord."""

import asyncio
import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.cli.main import run
from bot.platforms.discord.surface import PERMISSIONS, permissions
from tests.discord.server import Discord as Server
from tests.discord.server import serving

Captured = pytest.CaptureFixture[str]
NOWHERE = "http://127.0.0.1:9/api/v10"
APPLICATION = "1100220033004400"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BOT_TOKEN", "GUILD_ID", "ROLES", "API_URL", "GATEWAY_URL"):
        monkeypatch.setenv(f"DISCORD_{name}", "")


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Server]:
    """Discord, as the settings name it."""
    async with serving(Server()) as made:
        monkeypatch.setenv("DISCORD_BOT_TOKEN", made.bot_token)
        monkeypatch.setenv("DISCORD_API_URL", made.api_url)
        monkeypatch.setenv("DISCORD_GATEWAY_URL", made.gateway_url)
        yield made


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


async def test_the_address_is_for_the_app_whose_token_it_is(
    capsys: Captured, server: Server
) -> None:
    code, said, _ = await ran(capsys, "invite")
    assert code == 0
    [asked] = parse_qs(urlsplit(said[0]).query)["client_id"]
    assert asked == server.application_id


async def test_commands_are_registered_if_they_have_changed(
    capsys: Captured, server: Server
) -> None:
    code, said, _ = await ran(capsys, "sync")
    assert code == 0
    assert said == [
        "Registered: /flow with 25 commands, “Add as note”, “Start a flow from this”,"
        " in Acme (at once)"
    ]
    assert await ran(capsys, "sync") == (0, ["Nothing has changed."], "")
    code, said, _ = await ran(capsys, "sync", "--everywhere")
    assert "everywhere. Clients that are open may take up to an hour" in said[0]
    assert said[1:] == ["Taken away where they were twice: Acme"]
    assert await ran(capsys, "sync") == (0, ["Nothing has changed."], "")
    code, _, told = await ran(capsys, "sync", "--guild", server.guild.id)
    assert (code, "--everywhere" in told) == (1, True)


async def test_a_token_that_is_refused(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    monkeypatch.setenv("DISCORD_BOT_TOKEN", token())
    for verb in ("invite", "sync"):
        code, _, told = await ran(capsys, verb)
        assert code == 1
        assert "Discord refuses the token" in told


async def test_doctor_looks_at_discord(
    capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
    server: Server,
    address: str,
) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("DISCORD_ROLES", "Technicians=engineer, Bosses=team-admin")
    found = await doctor(capsys)
    assert found["Discord token"][0]
    assert found["Discord in Acme, commands"][1] == "not registered"
    assert "“Bosses”" in found["Discord in Acme, roles"][1]
    await ran(capsys, "sync")
    assert (await doctor(capsys))["Discord in Acme, commands"][0]
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/nothing")
    assert (await doctor(capsys))["Discord in Acme, commands"][0]


async def ran(capsys: Captured, *arguments: str) -> tuple[int, list[str], str]:
    """How a verb ended, what it printed, what it complained of."""
    code = await asyncio.to_thread(run, ["discord", *arguments])
    told = capsys.readouterr()
    return code, told.out.splitlines(), told.err


async def doctor(capsys: Captured) -> dict[str, tuple[bool, str, str]]:
    await asyncio.to_thread(run, ["doctor", "--json"])
    found = json.loads(capsys.readouterr().out)
    return {each["about"]: (each["fine"], each["how"], each["advice"]) for each in found}
