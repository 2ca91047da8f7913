"""How Discord is reached, as it was set: the values, and what does not fit together. Nobody is
asked here.
"""

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType

from core.access import Role
from core.frozen import frozen

API_URL = "https://discord.com/api/v10"
GATEWAY_URL = "wss://gateway.discord.gg/"
# Whoever may give somebody a role in Discord gives ours with it: never more than a team admin's.
GIVEN = (Role.GUEST, Role.VIEWER, Role.ENGINEER, Role.TEAM_ADMIN)
ROLES_ADVICE = (
    "it must be roles of the guild by name or id, each with guest, viewer, engineer or team-admin,"
    " and commas between them, for instance Support=engineer, Trainees=viewer"
)


@frozen
class DiscordSettings:
    """What was set; empty where nothing was. `api_url` ends without a slash.

    `guild` is the id of the one that belongs to the first account; "" for the only one the bot is
    in. `roles` are ours by the names or ids of the guild's.
    """

    bot_token: str = field(default="", repr=False)
    guild: str = ""
    api_url: str = API_URL
    gateway_url: str = GATEWAY_URL
    roles: Mapping[str, Role] = field(default_factory=lambda: MappingProxyType({}))


def is_configured(discord: DiscordSettings) -> bool:
    """Whether anything was set that is for Discord alone."""
    return bool(discord.bot_token or discord.guild or discord.roles)


def wrong(discord: DiscordSettings) -> str | None:
    """What is wrong with what was set, in one line that names the variable; None if nothing is."""
    token = discord.bot_token
    if not token and is_configured(discord):
        needs = "DISCORD_GUILD_ID" if discord.guild else "DISCORD_ROLES"
        return f"DISCORD_BOT_TOKEN is missing: {needs} needs it. {_WHERE}"
    if any(map(str.isspace, token)) or not token.isascii():
        return f"DISCORD_BOT_TOKEN is not right: it must be the token alone. {_WHERE}"
    if mistaken := _mistaken(token):
        return f"DISCORD_BOT_TOKEN is not right: that is the app's “{mistaken}”. {_WHERE}"
    if discord.guild and not (discord.guild.isascii() and discord.guild.isdecimal()):
        return (
            "DISCORD_GUILD_ID is not right: it must be a number. With Discord's developer mode on,"
            " the menu of a server copies its id."
        )
    return None


def read_roles(text: str) -> Mapping[str, Role]:
    """Our roles by the guild's: `Support=engineer, Trainees=viewer`. Raises ValueError with one
    line that names the variable.
    """
    found: dict[str, Role] = {}
    for part in filter(None, map(str.strip, text.split(","))):
        name, _, given = (each.strip() for each in part.rpartition("="))
        role = _called(given)
        if not name or role is None:
            raise ValueError(f"{_ROLES}: {ROLES_ADVICE}. “{part}” is not.")
        if name.casefold() in map(str.casefold, found):
            raise ValueError(f"{_ROLES}: it must be one role of ours for each; “{name}” has two.")
        found[name] = role
    return MappingProxyType(found)


def _mistaken(token: str) -> str | None:
    """What else of the app's that is; a token of Discord's has dots."""
    if token.isdecimal():
        return "Application ID"
    return None if "." in token else {32: "Client Secret", 64: "Public Key"}.get(len(token))


def _called(name: str) -> Role | None:
    called = "-".join(name.casefold().replace("-", " ").split())
    return next((role for role in GIVEN if role == called), None)


_ROLES = "DISCORD_ROLES is not right"
_WHERE = "The app's page “Bot” shows it once, when it is reset."
