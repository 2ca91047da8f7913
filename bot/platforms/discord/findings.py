"""What is wrong with the app, its commands and its permissions, told from Discord's own payloads.
Nothing is asked here (see `examine`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.platforms.discord.commands import differing
from bot.platforms.discord.guilds import INVITE
from bot.platforms.discord.permissions import lacking
from bot.platforms.discord.surface import PERMISSIONS
from bot.port import Finding

CONTENT = 1 << 18 | 1 << 19  # flags of an app that may read messages: a large one, a small one
_TEXT = (0, 5)  # types of the channels where a session can live: text, announcements
_SHUT = {"View Channels", "Send Messages"}  # whoever denies one of these means to keep the bot out
_MOST = 10  # channels that are named
Payload = Mapping[str, Any]


def of_app(app: Payload) -> Iterator[Finding]:
    """Whether the app's settings let it hear what it must."""
    fine = bool(int(app.get("flags") or 0) & CONTENT)
    how = "on" if fine else "off: replies in threads do not become notes; /flow note does"
    advice = "Switch it on: on the app's page “Bot”, “Message Content Intent”."
    yield Finding(fine, "Discord, Message Content intent", how, advice)
    if elsewhere := app.get("interactions_endpoint_url"):
        advice = "Empty “Interactions Endpoint URL” on the app's page “General Information”."
        how = f"what people press and type is sent to {elsewhere}, not here"
        yield Finding(False, "Discord, interactions", how, advice)
    if app.get("bot_require_code_grant"):
        advice = "Switch “Requires OAuth2 Code Grant” off on the app's page “Bot”."
        yield Finding(False, "Discord, invitation", "nobody can take the bot into a server", advice)


def of_commands(about: str, registered: Sequence[Payload], verb: str) -> Finding:
    """Whether they are those of now; `verb` registers them."""
    differ = differing(registered)
    how = "not as they are now: " + ", ".join(differ) if registered else "not registered"
    return Finding(not differ, about, how if differ else "registered", f"Run `{verb}`.")


def twice(about: str) -> Finding:
    """They are registered in a guild and everywhere."""
    how = "offered twice: they are registered everywhere as well"
    return Finding(False, about, how, "Run `resolutionflow discord sync --everywhere`.")


def of_guild(about: str, guild: Payload, member: Payload) -> Iterator[Finding]:
    """What its roles do not let the bot do."""
    names = lacking(guild, member)
    advice = f"{INVITE} again in that server, or grant it to the bot's role."
    for name in names:
        how = f"missing; cannot {_why(name)}"
        yield Finding(False, f"{about}, {name}", how, advice)
    if not names:
        yield Finding(True, f"{about}, permissions", f"all {len(PERMISSIONS)}")


def of_channels(
    about: str, guild: Payload, member: Payload, channels: Iterable[Payload]
) -> Iterator[Finding]:
    """What its channels deny the bot beyond that. A channel that keeps it out is no mistake, unless
    all do; one that lets it in by half is.
    """
    everywhere = set(lacking(guild, member))
    denied: dict[str, list[str]] = {}
    shut: list[str] = []
    let_in = 0
    for channel in (each for each in channels if each["type"] in _TEXT):
        names = set(lacking(guild, member, channel)) - everywhere
        if names & _SHUT:
            shut.append(f"#{channel['name']}")
            continue
        let_in += 1
        for name in names:
            denied.setdefault(name, []).append(f"#{channel['name']}")
    if shut:
        advice = "Let the bot's role view one channel, and send messages there."
        how = f"kept out of {_listed(shut)}"
        yield Finding(let_in > 0, f"{about}, channels", how, advice)
    for name in filter(denied.__contains__, PERMISSIONS):
        how = f"denied in {_listed(denied[name])}; cannot {_why(name)}"
        advice = "Allow it to the bot's role in the channel's settings, “Permissions”."
        yield Finding(False, f"{about}, {name}", how, advice)


def of_roles(about: str, guild: Payload, wanted: Iterable[str]) -> Iterator[Finding]:
    """Roles that are set to stand for ours, and are not in the guild."""
    there = {str(each[key]).casefold() for each in guild["roles"] for key in ("id", "name")}
    for name in wanted:
        if name.casefold() not in there:
            advice = "Correct DISCORD_ROLES: names are written as in the server's settings."
            yield Finding(False, f"{about}, roles", f"“{name}” is no role there", advice)


def _why(name: str) -> str:
    return PERMISSIONS[name][1]


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST
    return ", ".join(names[:_MOST]) + (f" and {more} more" if more > 0 else "")
