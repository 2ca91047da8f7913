"""`resolutionflow slack`, and what `doctor` says of Slack."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from bot.app.desk import Desk
from bot.app.membership import Joined, Visitor, enter, members
from bot.app.starter import prepare
from bot.cli.main import run
from bot.cli.product import at_terminal
from core.access import Role
from storage.sealing import fresh_key
from storage.storage import Storage
from tests.slack.server import Slack as Server
from tests.slack.server import serving

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("URL", "KEYS"):
        monkeypatch.delenv(f"RESOLUTIONFLOW_{name}", raising=False)
    for name in ("BOT_TOKEN", "APP_TOKEN", "SIGNING_SECRET", "CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.setenv(f"SLACK_{name}", "")


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving(Server()) as made:
        yield made


def printed(capsys: Captured, *arguments: str) -> dict[str, dict[str, object]]:
    assert run(["slack", "manifest", *arguments]) == 0
    made = yaml.safe_load(capsys.readouterr().out)
    assert isinstance(made, dict)
    return made


def test_without_an_address_the_app_is_for_socket_mode(capsys: Captured) -> None:
    made = printed(capsys)
    assert made["settings"]["socket_mode_enabled"] is True
    assert "http" not in str(made)
    assert printed(capsys, "--json") == made


def test_with_an_address_it_is_for_http(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESOLUTIONFLOW_URL", "https://flow.example.com/")
    made = printed(capsys)
    assert made["settings"]["socket_mode_enabled"] is False
    assert made["oauth_config"]["redirect_urls"] == [
        "https://flow.example.com/slack/oauth_redirect"
    ]
    assert printed(capsys, "--url", "https://flow.example.com") == made
    assert printed(capsys, "--socket")["settings"]["socket_mode_enabled"] is True
    monkeypatch.setenv("SLACK_APP_TOKEN", f"xapp-{secrets.token_hex(8)}")
    monkeypatch.setenv("SLACK_BOT_TOKEN", f"xoxb-{secrets.token_hex(8)}")
    assert printed(capsys)["settings"]["socket_mode_enabled"] is True
    assert printed(capsys, "--http") == made


def test_tokens_that_rotate_are_asked_for_by_name(capsys: Captured) -> None:
    http = ("--url", "https://flow.example.com")
    assert printed(capsys, *http)["settings"]["token_rotation_enabled"] is False
    assert printed(capsys, *http, "--rotation")["settings"]["token_rotation_enabled"] is True


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--http"], "RESOLUTIONFLOW_URL"),
        (["--rotation"], "--rotation needs --http"),
        (["--url", "http://flow.example.com"], "https://"),
        (["--url", "flow.example.com"], "https://"),
    ],
)
def test_what_cannot_be_is_wrong_usage(capsys: Captured, arguments: list[str], says: str) -> None:
    assert run(["slack", "manifest", *arguments]) == 2
    assert says in capsys.readouterr().err


async def test_a_link_makes_whoever_installs_the_app_an_admin(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, storage: Storage, address: str
) -> None:
    desk = Desk(storage)
    await prepare(desk, "Acme IT", at_terminal())
    monkeypatch.setenv("DATABASE_URL", address)
    assert await asyncio.to_thread(run, ["slack", "install-link"]) == 1
    assert "SLACK_CLIENT_ID" in capsys.readouterr().err
    for name in ("CLIENT_ID", "CLIENT_SECRET", "SIGNING_SECRET"):
        monkeypatch.setenv(f"SLACK_{name}", "set")
    monkeypatch.setenv("RESOLUTIONFLOW_URL", "https://flow.example.com")
    assert await asyncio.to_thread(run, ["slack", "install-link"]) == 0
    link = urlsplit(capsys.readouterr().out.strip())
    assert link.geturl().startswith("https://flow.example.com/slack/install?code=")
    [code] = parse_qs(link.query)["code"]
    ada = Visitor("slack", "T1", "U1", "Ada", workspace_name="Acme")
    joined = await enter(desk, ada, code)
    assert isinstance(joined, Joined)
    everybody = {one.name: one.role for one in await members(desk, joined.member.actor)}
    assert everybody["Ada"] is Role.TEAM_ADMIN


async def test_doctor_looks_at_slack(
    capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
    storage: Storage,
    address: str,
    server: Server,
) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("RESOLUTIONFLOW_KEYS", fresh_key())
    monkeypatch.setenv("SLACK_API_URL", server.api_url)
    monkeypatch.setenv("SLACK_BOT_TOKEN", server.bot_token)
    monkeypatch.setenv("SLACK_APP_TOKEN", server.app.token)
    found = await _doctor(capsys)
    assert found["Slack token"] == (True, "Acme, as resolutionflow", "")
    assert found["Slack events"][0]
    monkeypatch.setenv("SLACK_BOT_TOKEN", server.bot_token + "0")
    fine, how, advice = (await _doctor(capsys))["Slack token"]
    assert (fine, how) == (False, "refused: invalid_auth")
    assert "SLACK_BOT_TOKEN" in advice
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/nothing")
    assert (await _doctor(capsys))["Slack token"][1] == "refused: invalid_auth"


async def test_doctor_without_a_key_says_so(
    capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
    storage: Storage,
    address: str,
    server: Server,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("RESOLUTIONFLOW_DATA", str(tmp_path_factory.mktemp("data")))
    monkeypatch.setenv("SLACK_API_URL", server.api_url)
    monkeypatch.setenv("SLACK_BOT_TOKEN", server.bot_token)
    monkeypatch.setenv("SLACK_APP_TOKEN", server.app.token)
    fine, how, advice = (await _doctor(capsys))["Slack"]
    assert (fine, how) == (False, "what is remembered of it cannot be read")
    assert "RESOLUTIONFLOW_KEYS" in advice


async def _doctor(capsys: Captured) -> dict[str, tuple[bool, str, str]]:
    await asyncio.to_thread(run, ["doctor", "--json"])
    found = json.loads(capsys.readouterr().out)
    return {each["about"]: (each["fine"], each["how"], each["advice"]) for each in found}
