"""What is told of an app, a server and its channels, and what is to be done."""

from typing import Any

import pytest

from bot.platforms.discord import findings
from bot.platforms.discord.guilds import Unclear, home
from bot.platforms.discord.surface import PERMISSIONS, commands, permissions
from bot.port import Finding

ALL = permissions()
VIEW, SEND, FILES, HISTORY = (
    PERMISSIONS[name][0]
    for name in ("View Channels", "Send Messages", "Attach Files", "Read Message History")
)
MEMBER: dict[str, Any] = {"user": {"id": "7"}, "roles": ["2"]}
ON = {"flags": 1 << 19}


def guild(ours: int = ALL) -> dict[str, Any]:
    roles = [
        {"id": "1", "name": "@everyone", "permissions": "0"},
        {"id": "2", "name": "ResolutionFlow", "permissions": str(ours)},
    ]
    return {"id": "1", "owner_id": "9", "roles": roles}


def channel(name: str, deny: int = 0, kind: int = 0) -> dict[str, Any]:
    overwrite = {"id": "1", "type": 0, "deny": str(deny), "allow": "0"}
    return {"name": name, "type": kind, "permission_overwrites": [overwrite]}


def in_channels(*channels: dict[str, Any], ours: int = ALL) -> list[Finding]:
    return [*findings.of_channels("Discord in Acme", guild(ours), MEMBER, channels)]


@pytest.mark.parametrize("flag", [1 << 18, 1 << 19])
def test_the_intent_is_on(flag: int) -> None:
    [found] = findings.of_app({"flags": flag | 1 << 23})
    assert (found.fine, found.how) == (True, "on")


@pytest.mark.parametrize("app", [{"flags": 1 << 12 | 1 << 15}, {"flags": 0}, {}])
def test_the_intent_is_off_and_what_that_means(app: dict[str, Any]) -> None:
    [found] = findings.of_app(app)
    assert not found.fine
    assert "/flow note" in found.how
    assert "“Message Content Intent”" in found.advice


def test_what_else_of_the_app_keeps_it_deaf() -> None:
    app = {**ON, "interactions_endpoint_url": "https://old.example.com/x"}
    _, found = findings.of_app(app)
    assert not found.fine
    assert "https://old.example.com/x" in found.how
    _, found = findings.of_app({**ON, "bot_require_code_grant": True})
    assert "“Requires OAuth2 Code Grant”" in found.advice


def test_commands_that_are_missing_outdated_or_there() -> None:
    verb = "resolutionflow discord sync"
    none = findings.of_commands("x", [], verb)
    assert (none.fine, none.how, none.advice) == (False, "not registered", f"Run `{verb}`.")
    old = findings.of_commands(
        "x", [{**commands()[0], "description": "Old"}, *commands()[1:]], verb
    )
    assert (old.fine, old.how) == (False, "not as they are now: flow")
    assert findings.of_commands("x", commands(), verb).fine


def test_a_permission_is_missing_and_what_that_means() -> None:
    [found] = findings.of_guild("Discord in Acme", guild(ALL & ~FILES), MEMBER)
    assert (found.fine, found.about) == (False, "Discord in Acme, Attach Files")
    assert found.how == "missing; cannot post the ticket note as a file"
    assert "`resolutionflow discord invite`" in found.advice
    [found] = findings.of_guild("Discord in Acme", guild(), MEMBER)
    assert (found.fine, found.how) == (True, f"all {len(PERMISSIONS)}")


def test_a_channel_that_lets_the_bot_in_by_half_is_named() -> None:
    found = in_channels(
        channel("support"), channel("network", FILES), channel("vpn", FILES | HISTORY)
    )
    assert [(each.fine, each.about) for each in found] == [
        (False, "Discord in Acme, Attach Files"),
        (False, "Discord in Acme, Read Message History"),
    ]
    assert found[0].how == "denied in #network, #vpn; cannot post the ticket note as a file"
    assert "#vpn;" in found[1].how


def test_what_the_roles_lack_is_not_told_again_for_each_channel() -> None:
    assert in_channels(channel("support"), ours=ALL & ~FILES) == []


def test_a_channel_that_keeps_the_bot_out_means_to_unless_all_do() -> None:
    board, rules = channel("board", VIEW | FILES), channel("rules", SEND)
    [found] = in_channels(board, rules, channel("support"))
    assert (found.fine, found.how) == (True, "kept out of #board, #rules")
    [found] = in_channels(board, rules, channel("voice", kind=2))
    assert not found.fine
    assert "view one channel" in found.advice


def test_of_many_channels_some_are_named() -> None:
    [found] = in_channels(*(channel(f"c{number}", FILES) for number in range(14)))
    assert "#c9 and 4 more; cannot" in found.how


def test_a_role_that_is_set_and_not_there() -> None:
    wanted = ["@everyone", "2", "resolutionflow", "Suport"]
    [found] = findings.of_roles("Discord in Acme", guild(), wanted)
    assert (found.fine, found.how) == (False, "“Suport” is no role there")
    assert "DISCORD_ROLES" in found.advice


def test_which_server_is_ours() -> None:
    assert home({"1": "Acme"}, "") == "1"
    assert home({"1": "Acme", "2": "Beta"}, "2") == "2"


@pytest.mark.parametrize(
    ("found", "wanted", "how", "advice"),
    [
        ({}, "", "in no server yet", "`resolutionflow discord invite`"),
        ({}, "1", "in no server yet", "`resolutionflow discord invite`"),
        ({"1": "Acme", "2": "Beta"}, "", "several servers: Acme (1), Beta (2)", "DISCORD_GUILD_ID"),
        ({"1": "Acme"}, "2", "not in the server 2, but in Acme (1)", "DISCORD_GUILD_ID"),
    ],
)
def test_it_is_not_clear_which_server_is_ours(
    found: dict[str, str], wanted: str, how: str, advice: str
) -> None:
    with pytest.raises(Unclear) as told:
        home(found, wanted)
    assert how in told.value.how
    assert advice in told.value.advice
