"""What can be set, and what is said when it is wrong."""

import os
import re
import secrets
import stat
import uuid
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest

from bot import directories, settings
from bot.discord_settings import DiscordSettings
from bot.settings import Playground, Settings, SettingsError, read_settings, unknown
from bot.slack_settings import SlackSettings
from bot.teams_settings import TeamsSettings
from core.access import Role

ROOT = Path(__file__).parents[2]
BOT, APP = (f"{kind}-{secrets.token_hex(8)}" for kind in ("xoxb", "xapp"))
SIGNING, CLIENT = secrets.token_hex(16), secrets.token_hex(16)
TOKEN = ".".join(secrets.token_urlsafe(length) for length in (14, 4, 20))


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("RESOLUTIONFLOW_", "SLACK_", "DISCORD_", "TEAMS_")) or name in (
            "PORT",
            "DATABASE_URL",
        ):
            monkeypatch.delenv(name)
    monkeypatch.setattr(settings, "env_file", lambda: tmp_path / ".env")


def test_nothing_needs_to_be_set() -> None:
    made = read_settings()
    assert (made.host, made.port, made.database_url) == ("127.0.0.1", 8080, "")
    assert made.embedded == made.data / "postgres"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("RESOLUTIONFLOW_PORT", "eighty"),
        ("RESOLUTIONFLOW_PORT", "70000"),
        ("RESOLUTIONFLOW_POOL", "0"),
        ("RESOLUTIONFLOW_LOG_LEVEL", "loud"),
        ("RESOLUTIONFLOW_LOG_FORMAT", "xml"),
        ("RESOLUTIONFLOW_TIME_ZONE", "Mars/Base"),
        ("RESOLUTIONFLOW_TIME_ZONE", "Europe"),
        ("RESOLUTIONFLOW_TIME_ZONE", "../etc/passwd"),
        ("RESOLUTIONFLOW_PLAYGROUND", "on"),
        ("RESOLUTIONFLOW_PLAYGROUND_PASSWORD", "short"),
        ("RESOLUTIONFLOW_PLAYGROUND_URL", "localhost:8080"),
        ("RESOLUTIONFLOW_PLAYGROUND_URL", "ftp://chat"),
        ("RESOLUTIONFLOW_PLAYGROUND_URL", "http://["),
        ("RESOLUTIONFLOW_URL", "flow.example.com"),
        ("RESOLUTIONFLOW_URL", "http://flow.example.com"),
        ("RESOLUTIONFLOW_URL", "http://10.0.0.1:8080"),
        ("RESOLUTIONFLOW_URL", "https://u:p@flow.example.com"),
        ("RESOLUTIONFLOW_URL", "https://flow.example.com/?a=b"),
        ("RESOLUTIONFLOW_URL", "https://flow.example.com:port"),
        ("RESOLUTIONFLOW_KEYS", "secret"),
        ("RESOLUTIONFLOW_KEYS", "A" * 44),
        ("SLACK_API_URL", "slack.com/api"),
        ("SLACK_AUTHORIZE_URL", "slack"),
        ("DISCORD_API_URL", "discord.com/api"),
        ("DISCORD_GATEWAY_URL", "https://gateway.discord.gg"),
        ("DISCORD_GATEWAY_URL", "gateway.discord.gg"),
        ("DISCORD_ROLES", "engineer"),
        ("DISCORD_ROLES", "=engineer"),
        ("DISCORD_ROLES", "Support=boss"),
        ("DISCORD_ROLES", "Support=super-admin"),
        ("DISCORD_ROLES", "Support=system"),
        ("DISCORD_ROLES", "Support=viewer, support=engineer"),
        ("TEAMS_OPENID_METADATA_URL", "login.botframework.com"),
        ("TEAMS_TOKEN_URL", "/{tenant}/oauth2/v2.0/token"),
        ("TEAMS_SERVICE_URL", "teams"),
        ("TEAMS_ALLOW_UNAUTHENTICATED", "locally"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as told:
        read_settings()
    assert str(told.value).startswith(f"{variable} is not right: it must be ")
    assert "\n" not in str(told.value)


def test_the_playground_is_for_this_machine_unless_said_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert read_settings().playground is Playground.LOCAL
    monkeypatch.setenv("RESOLUTIONFLOW_PLAYGROUND", " Off")
    assert read_settings().playground is Playground.OFF


def test_a_playground_for_everyone_needs_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESOLUTIONFLOW_PLAYGROUND", "everyone")
    for password in ("", "hunter2"):
        monkeypatch.setenv("RESOLUTIONFLOW_PLAYGROUND_PASSWORD", password)
        with pytest.raises(SettingsError) as told:
            read_settings()
        assert str(told.value).startswith("RESOLUTIONFLOW_PLAYGROUND_PASSWORD is not right")
        assert "at least 12 characters" in str(told.value)
        assert "hunter2" not in str(told.value)
    monkeypatch.setenv("RESOLUTIONFLOW_PLAYGROUND_PASSWORD", "correct horse")
    assert read_settings().playground_password == "correct horse"
    assert "correct horse" not in repr(read_settings())


def test_where_the_playground_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().playground_url == ""
    monkeypatch.setenv("RESOLUTIONFLOW_PLAYGROUND_URL", "https://chat.example.com/")
    assert read_settings().playground_url == "https://chat.example.com"


def test_a_wrong_port_from_the_platform_is_named_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "x")
    with pytest.raises(SettingsError, match="PORT is not right"):
        read_settings()


def test_our_own_port_counts_before_the_platforms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "1")
    assert read_settings().port == 1
    monkeypatch.setenv("RESOLUTIONFLOW_PORT", "2")
    assert read_settings().port == 2


def test_the_file_is_read_and_the_environment_counts_before_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("RESOLUTIONFLOW_PORT=1\nRESOLUTIONFLOW_POOL=7\n")
    monkeypatch.setenv("RESOLUTIONFLOW_PORT", "2")
    made = read_settings()
    assert (made.port, made.pool) == (2, 7)


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESOLUTIONFLOW_PORT", "")
    monkeypatch.setenv("DATABASE_URL", "")
    assert read_settings().port == 8080


def test_a_file_that_is_no_text_is_said_so(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="UTF-8"):
        read_settings()


def test_the_password_in_the_address_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:hunter2@h/d")
    assert "hunter2" not in repr(read_settings())


@pytest.mark.parametrize(
    "value",
    ["https://flow.example.com/", "http://localhost:8080", "http://127.0.0.1:80", "http://[::1]:1"],
)
def test_where_others_reach_the_web_part(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    assert read_settings().public_url == ""
    monkeypatch.setenv("RESOLUTIONFLOW_URL", value)
    assert read_settings().public_url == value.rstrip("/")


def test_keys_are_read_newest_first_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().keys == ()
    new, old = (urlsafe_b64encode(secrets.token_bytes(32)).decode() for _ in range(2))
    monkeypatch.setenv("RESOLUTIONFLOW_KEYS", f" {new},\n{old}, ")
    assert read_settings().keys == (new, old)
    assert new not in repr(read_settings())
    monkeypatch.setenv("RESOLUTIONFLOW_KEYS", f"{new},{old[:-2]}")
    with pytest.raises(SettingsError, match="RESOLUTIONFLOW_KEYS is not right") as told:
        read_settings()
    assert new not in str(told.value)


def test_a_misspelt_variable_is_found() -> None:
    assert unknown(["RESOLUTIONFLOW_PROT", "PATH"]) == {
        "RESOLUTIONFLOW_PROT": "RESOLUTIONFLOW_PORT"
    }


def test_a_misspelt_variable_that_does_not_begin_as_ours_do_is_found_too() -> None:
    variables = [*settings.names().values(), "RESOLUTIONFLOW_SLACK_BOT_TOKEN", "SLACK_BOT_TOKN"]
    assert unknown(variables) == {
        "RESOLUTIONFLOW_SLACK_BOT_TOKEN": "SLACK_BOT_TOKEN",
        "SLACK_BOT_TOKN": "SLACK_BOT_TOKEN",
    }


def test_what_other_programs_are_set_by_is_none_of_our_business() -> None:
    assert unknown(["PORT", "SLACK_WEBHOOK_URL", "SLACK_TOKEN", "SLACK_CHANNEL", "URL"]) == {}
    assert unknown(["DISCORD_TOKEN", "DISCORD_WEBHOOK_URL", "DISCORD_CHANNEL_ID"]) == {}
    assert unknown(["TEAMS_WEBHOOK_URL", "TEAMS_APP_ID", "TEAMS_CHANNEL_ID"]) == {}


def slack(monkeypatch: pytest.MonkeyPatch, **values: str) -> SlackSettings | None:
    """What is read when these, in lower case and without SLACK_, are set."""
    for name, value in values.items():
        monkeypatch.setenv(f"SLACK_{name.upper()}", value)
    try:
        return read_settings().slack
    finally:
        for name in values:
            monkeypatch.delenv(f"SLACK_{name.upper()}")


def test_slack_is_off_until_something_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert slack(monkeypatch) is None
    assert slack(monkeypatch, api_url="http://127.0.0.1:1/api") is None


def test_the_ways_to_reach_slack(monkeypatch: pytest.MonkeyPatch) -> None:
    socket_mode = slack(monkeypatch, bot_token=f" {BOT}\n", app_token=APP)
    assert socket_mode == SlackSettings(bot_token=BOT, app_token=APP)
    assert socket_mode.api_url == "https://slack.com/api/"
    assert socket_mode.authorize_url == "https://slack.com/oauth/v2/authorize"
    signed = slack(monkeypatch, bot_token=BOT, signing_secret=SIGNING, api_url="http://127.0.0.1/a")
    assert signed == SlackSettings(
        bot_token=BOT, signing_secret=SIGNING, api_url="http://127.0.0.1/a/"
    )
    oauth = {"client_id": "1.2", "client_secret": CLIENT, "signing_secret": SIGNING}
    assert slack(monkeypatch, **oauth) == SlackSettings(**oauth)


def test_secrets_of_slack_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {"bot_token": BOT, "app_token": APP, "signing_secret": SIGNING, "client_secret": CLIENT}
    for name, value in {**kept, "client_id": "1.2"}.items():
        monkeypatch.setenv(f"SLACK_{name.upper()}", value)
    made = read_settings()
    for value in kept.values():
        assert value not in repr(made)
        assert value not in repr(made.slack)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"bot_token": "xoxp-1", "app_token": APP}, "SLACK_BOT_TOKEN .* xoxb-"),
        ({"bot_token": BOT, "app_token": "xoxb-1"}, "SLACK_APP_TOKEN .* xapp-"),
        ({"client_id": "1.2", "signing_secret": SIGNING}, "SLACK_CLIENT_SECRET is missing"),
        ({"client_secret": CLIENT, "signing_secret": SIGNING}, "SLACK_CLIENT_ID is missing"),
        ({"client_id": "1.2", "client_secret": CLIENT}, "SLACK_SIGNING_SECRET is missing"),
        ({"bot_token": BOT}, "SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP"),
        ({"app_token": APP}, "SLACK_BOT_TOKEN is missing"),
        ({"signing_secret": SIGNING}, "SLACK_BOT_TOKEN is missing"),
    ],
)
def test_what_does_not_fit_together_for_slack_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], said: str
) -> None:
    with pytest.raises(SettingsError, match=said) as told:
        slack(monkeypatch, **values)
    assert "\n" not in str(told.value)
    shown = [value for value in values.values() if len(value) > 6 and value in str(told.value)]
    assert not shown


def discord(monkeypatch: pytest.MonkeyPatch, **values: str) -> DiscordSettings | None:
    """What is read when these, in lower case and without DISCORD_, are set."""
    for name, value in values.items():
        monkeypatch.setenv(f"DISCORD_{name.upper()}", value)
    try:
        return read_settings().discord
    finally:
        for name in values:
            monkeypatch.delenv(f"DISCORD_{name.upper()}")


def test_discord_is_off_until_something_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert discord(monkeypatch) is None
    assert discord(monkeypatch, api_url="http://127.0.0.1:1/api") is None


def test_how_discord_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    found = discord(monkeypatch, bot_token=f" {TOKEN}\n")
    assert found == DiscordSettings(bot_token=TOKEN)
    assert found.api_url == "https://discord.com/api/v10"
    assert found.gateway_url == "wss://gateway.discord.gg/"
    assert TOKEN not in repr(found)
    elsewhere = discord(
        monkeypatch,
        bot_token=TOKEN,
        guild_id=" 1100 ",
        api_url="http://127.0.0.1:1/api/v10/",
        gateway_url="ws://127.0.0.1:2/",
    )
    assert elsewhere == DiscordSettings(
        TOKEN, "1100", "http://127.0.0.1:1/api/v10", "ws://127.0.0.1:2/"
    )
    monkeypatch.setenv("DISCORD_BOT_TOKEN", TOKEN)
    assert TOKEN not in repr(read_settings())


def test_roles_of_a_guild_stand_for_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    roles = "Support = Engineer, a=b=viewer,1100=team admin,, @everyone=guest,"
    found = discord(monkeypatch, bot_token=TOKEN, roles=roles)
    assert found is not None
    assert found.roles == {
        "Support": Role.ENGINEER,
        "a=b": Role.VIEWER,
        "1100": Role.TEAM_ADMIN,
        "@everyone": Role.GUEST,
    }


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"guild_id": "1100"}, "DISCORD_BOT_TOKEN is missing: DISCORD_GUILD_ID needs it"),
        ({"roles": "Support=engineer"}, "DISCORD_BOT_TOKEN is missing: DISCORD_ROLES needs it"),
        ({"bot_token": secrets.token_hex(16)}, "DISCORD_BOT_TOKEN .*“Client Secret”.*“Bot”"),
        ({"bot_token": secrets.token_hex(32)}, "DISCORD_BOT_TOKEN .*“Public Key”"),
        ({"bot_token": "1100220033004400"}, "DISCORD_BOT_TOKEN .*“Application ID”"),
        ({"bot_token": f"Bot {TOKEN}"}, "DISCORD_BOT_TOKEN is not right: .*token alone"),
        ({"bot_token": TOKEN, "guild_id": "Acme"}, "DISCORD_GUILD_ID is not right: .*a number"),
        ({"bot_token": TOKEN, "roles": "Support=boss"}, "DISCORD_ROLES .*“Support=boss” is not"),
    ],
)
def test_what_does_not_fit_together_for_discord_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], said: str
) -> None:
    with pytest.raises(SettingsError, match=said) as told:
        discord(monkeypatch, **values)
    assert "\n" not in str(told.value)
    assert values.get("bot_token", TOKEN) not in str(told.value)


ID, TENANT = str(uuid.uuid4()), str(uuid.uuid4())
SECRET = f"{secrets.token_urlsafe(8)}~{secrets.token_urlsafe(20)}"
REGISTRATION = {"client_id": ID, "client_secret": SECRET, "tenant_id": TENANT}


def teams(monkeypatch: pytest.MonkeyPatch, **values: str) -> TeamsSettings | None:
    """What is read when these, in lower case and without TEAMS_, are set."""
    for name, value in values.items():
        monkeypatch.setenv(f"TEAMS_{name.upper()}", value)
    try:
        return read_settings().teams
    finally:
        for name in values:
            monkeypatch.delenv(f"TEAMS_{name.upper()}")


def test_teams_is_off_until_something_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert teams(monkeypatch) is None
    assert teams(monkeypatch, token_url="http://127.0.0.1:1/token") is None
    assert teams(monkeypatch, allow_unauthenticated="false") is None


def test_how_teams_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    pasted = {"client_id": f" {ID.upper()}\n", "client_secret": f"{SECRET} ", "tenant_id": TENANT}
    found = teams(monkeypatch, **pasted)
    assert found == TeamsSettings(ID, SECRET, TENANT)
    assert found.openid_url == "https://login.botframework.com/v1/.well-known/openidconfiguration"
    assert found.token_url == "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"
    assert found.service_url == "https://smba.trafficmanager.net/teams"
    elsewhere = teams(
        monkeypatch,
        **REGISTRATION,
        openid_metadata_url="http://127.0.0.1:1/openid",
        token_url="http://127.0.0.1:1/token",
        service_url="http://127.0.0.1:1/teams/",
    )
    assert elsewhere == TeamsSettings(
        ID,
        SECRET,
        TENANT,
        "http://127.0.0.1:1/openid",
        "http://127.0.0.1:1/token",
        "http://127.0.0.1:1/teams",
    )


def test_the_secret_of_teams_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in REGISTRATION.items():
        monkeypatch.setenv(f"TEAMS_{name.upper()}", value)
    made = read_settings()
    assert SECRET not in repr(made)
    assert SECRET not in repr(made.teams)


def test_test_clients_of_teams_need_no_registration(monkeypatch: pytest.MonkeyPatch) -> None:
    assert teams(monkeypatch, allow_unauthenticated="True") == TeamsSettings(unauthenticated=True)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"client_id": ID}, "TEAMS_CLIENT_SECRET is missing: TEAMS_CLIENT_ID .*“Value”"),
        ({"client_secret": SECRET}, "TEAMS_CLIENT_ID is missing: TEAMS_CLIENT_SECRET needs it"),
        ({"client_id": ID, "client_secret": SECRET}, "TEAMS_TENANT_ID is missing"),
        ({"tenant_id": TENANT}, "TEAMS_CLIENT_ID is missing: TEAMS_TENANT_ID needs it"),
        ({"client_id": "flow-bot"}, "TEAMS_CLIENT_ID .* a GUID.*“Application"),
        ({"client_secret": str(uuid.uuid4())}, "TEAMS_CLIENT_SECRET .*“Value”.*the “Secret ID”"),
        ({"client_secret": f"{SECRET} expires"}, "TEAMS_CLIENT_SECRET .*the secret alone"),
        ({"tenant_id": "common"}, "TEAMS_TENANT_ID .*one tenant"),
        ({"tenant_id": "Organizations"}, "TEAMS_TENANT_ID .*one tenant"),
        ({"tenant_id": "acme.onmicrosoft.com"}, "TEAMS_TENANT_ID .*not its domain.*“Directory"),
        ({"tenant_id": "Acme"}, "TEAMS_TENANT_ID .*the tenant's GUID.*“Directory"),
    ],
)
def test_what_does_not_fit_together_for_teams_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], said: str
) -> None:
    given = values if "is missing" in said else {**REGISTRATION, **values}
    with pytest.raises(SettingsError, match=said) as told:
        teams(monkeypatch, **given)
    assert "\n" not in str(told.value)
    assert not [value for value in given.values() if value in str(told.value)]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("RESOLUTIONFLOW_HOST", "0.0.0.0"),
        ("RESOLUTIONFLOW_HOST", "10.0.0.1"),
        ("RESOLUTIONFLOW_URL", "https://flow.example.com"),
    ],
)
def test_nobody_from_elsewhere_comes_in_without_a_token(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    assert teams(monkeypatch, **REGISTRATION) is not None
    with pytest.raises(SettingsError, match=f"TEAMS_ALLOW_UNAUTHENTICATED .* false .*{variable}"):
        teams(monkeypatch, **REGISTRATION, allow_unauthenticated="true")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_who_is_on_this_machine_may(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("RESOLUTIONFLOW_HOST", host)
    monkeypatch.setenv("RESOLUTIONFLOW_URL", "http://localhost:8080")
    assert teams(monkeypatch, allow_unauthenticated="true") is not None


def test_the_example_holds_every_setting_and_no_other() -> None:
    text = (ROOT / ".env.example").read_text()
    shown = set(re.findall(r"^# ([A-Z_]+)=", text, re.MULTILINE))
    assert shown == set(settings.names().values())


def test_what_the_example_says_is_the_default() -> None:
    text = (ROOT / ".env.example").read_text()
    for name, variable in settings.names().items():
        if name in ("database_url", "data"):
            continue
        default = Settings.model_fields[name].default
        shown = str(default).lower() if isinstance(default, bool) else default
        assert f"# {variable}={'' if default == () else shown}\n" in text


def test_roots_data_goes_where_the_servers_user_can_get(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home = tmp_path / "shut" / "checkout"
    home.mkdir(parents=True)
    monkeypatch.setattr(directories, "checkout", lambda: home)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    (tmp_path / "shut").chmod(0o700)
    elsewhere = directories.default_data()
    assert elsewhere.parent == Path("/var/lib/resolutionflow")
    assert elsewhere.name.startswith("checkout-")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert directories.default_data() == home / ".data"


def test_roots_data_stays_in_a_checkout_that_everybody_can_enter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = Path("/usr/share")
    assert here.stat().st_mode & stat.S_IXOTH
    monkeypatch.setattr(directories, "checkout", lambda: here)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert directories.default_data() == here / ".data"


def test_installed_as_a_package_the_data_goes_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(directories, "checkout", lambda: None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert directories.default_data() == tmp_path / "resolutionflow"
