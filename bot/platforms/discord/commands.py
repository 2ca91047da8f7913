"""The commands as Discord has them: whether they are ours of now, and registering them where they
are not. Registering the same again would count against the day's limit, so it is not done.

https://docs.discord.com/developers/interactions/application-commands#registering-a-command
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.platforms.discord.calls import Calls
from bot.platforms.discord.guilds import Unclear, guilds, home
from bot.platforms.discord.surface import commands
from core.frozen import frozen

_EVERYWHERE = "/applications/{application_id}/commands"
_IN_A_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"
_SLASH = 1  # the type of a command that names none
# What is not there means the same as nothing, but something there that we do not say is a change.
_SAID = ("options", "choices", "required", "autocomplete", "default_member_permissions")


@frozen
class Registered:
    """Where the commands are to be: in a guild, by its name, or everywhere for ""; whether that
    `changed`, and the guilds whose own were taken away, because they would be there twice.
    """

    where: str
    changed: bool
    cleared: tuple[str, ...] = ()


async def register(calls: Calls, application_id: str, asked: str | None, wanted: str) -> Registered:
    """Register the commands where they belong (see `place`). Raises Unclear, a PlatformError, and
    Rejected for what Discord does not take.
    """
    found, everywhere = await guilds(calls), await known(calls, application_id, "")
    guild = place(found, asked, wanted, everywhere=bool(everywhere))
    theirs = await known(calls, application_id, guild) if guild else everywhere
    changed = await _set_right(calls, application_id, guild, theirs)
    if guild:
        return Registered(found[guild], changed)
    cleared = [name for id, name in found.items() if await clear(calls, application_id, id)]
    return Registered("", changed, tuple(cleared))


def place(found: Mapping[str, str], asked: str | None, wanted: str, *, everywhere: bool) -> str:
    """The guild where they are to be registered, "" for everywhere. `asked` is such a place, or
    None for where they are already, else the guild that is set or the only one of `found`. Raises
    Unclear.
    """
    if asked == "" or (asked is None and everywhere):
        return ""
    guild = home(found, wanted if asked is None else asked)
    if everywhere:
        raise Unclear(
            "the commands are registered everywhere; in one server besides, they are there twice",
            "Use --everywhere to bring them up to date.",
        )
    return guild


async def sync(calls: Calls, application_id: str, guild: str) -> bool:
    """Register the commands in a guild, or everywhere for ""; False if nothing has changed. Raises
    a PlatformError, and Rejected for what Discord does not take.
    """
    theirs = await known(calls, application_id, guild)
    return await _set_right(calls, application_id, guild, theirs)


async def clear(calls: Calls, application_id: str, guild: str) -> bool:
    """Take the commands of a guild away, which would be offered twice beside those of everywhere;
    False if there were none. Raises a PlatformError.
    """
    if not await known(calls, application_id, guild):
        return False
    await _call(calls, "PUT", application_id, guild, [])
    return True


async def known(calls: Calls, application_id: str, guild: str) -> list[Mapping[str, Any]]:
    """The commands that Discord has in a guild, or everywhere for "". Raises a PlatformError."""
    return list(await _call(calls, "GET", application_id, guild))


def differing(theirs: Sequence[Mapping[str, Any]]) -> list[str]:
    """The names of those that are missing there, are not as ours, or are none of ours."""
    ours = {(each["name"], each["type"]): each for each in commands()}
    found = {(each["name"], each.get("type", _SLASH)): each for each in theirs}
    names = [key[0] for key, each in ours.items() if not _same(each, found.get(key))]
    return names + [key[0] for key in found if key not in ours]


async def _set_right(
    calls: Calls, application_id: str, guild: str, theirs: Sequence[Mapping[str, Any]]
) -> bool:
    if not differing(theirs):
        return False
    await _call(calls, "PUT", application_id, guild, commands())
    return True


async def _call(
    calls: Calls, method: str, application_id: str, guild: str, these: object = None
) -> Any:
    if not guild:
        return await calls.call(method, _EVERYWHERE, json=these, application_id=application_id)
    return await calls.call(
        method, _IN_A_GUILD, json=these, application_id=application_id, guild_id=guild
    )


def _same(ours: Any, theirs: Any) -> bool:
    """Whether what we say is so there; ids, versions and the like are Discord's own."""
    match ours:
        case dict():
            there = theirs or {}
            return all(_same(ours.get(name), there.get(name)) for name in {*ours, *_SAID})
        case list():
            there = theirs or []
            return len(ours) == len(there) and all(map(_same, ours, there))
        case _:
            return bool(ours == theirs) or not (ours or theirs)
