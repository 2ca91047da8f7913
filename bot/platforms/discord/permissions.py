"""What somebody may do in a guild and in its channels, counted from Discord's own payloads of the
guild, the member and the channel. Nothing is asked here.

https://docs.discord.com/developers/topics/permissions#permission-hierarchy
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.platforms.discord.surface import PERMISSIONS

ADMINISTRATOR = 1 << 3
_ALL = (1 << 64) - 1


def lacking(
    guild: Mapping[str, Any], member: Mapping[str, Any], channel: Mapping[str, Any] | None = None
) -> list[str]:
    """Which of our permissions must be granted to `member`: in the guild by their roles, or in a
    channel; for a thread, give its parent. Without View Channels nothing else counts, yet only
    what would still be lacking is named.
    """
    return missing(held(guild, member, channel))


def missing(number: int) -> list[str]:
    """Which of our permissions are not in a number, such as an interaction's `app_permissions`."""
    if number & ADMINISTRATOR:
        return []
    return [name for name, (bit, _) in PERMISSIONS.items() if not number & bit]


def held(
    guild: Mapping[str, Any], member: Mapping[str, Any], channel: Mapping[str, Any] | None = None
) -> int:
    """Everything that is granted, as Discord's number; an owner and an administrator have all."""
    mine = {str(guild["id"]), *map(str, member["roles"])}  # everyone's role has the guild's id
    number = 0
    for role in guild["roles"]:
        if str(role["id"]) in mine:
            number |= int(role["permissions"])
    user = str(member["user"]["id"])
    if number & ADMINISTRATOR or str(guild.get("owner_id")) == user:
        return _ALL
    overwrites = (channel or {}).get("permission_overwrites") or ()
    found = {str(each["id"]): (int(each["deny"]), int(each["allow"])) for each in overwrites}
    for deny, allow in _in_order(found, str(guild["id"]), mine, user):
        number = number & ~deny | allow
    return number


def _in_order(
    found: Mapping[str, tuple[int, int]], everyone: str, mine: set[str], user: str
) -> Iterator[tuple[int, int]]:
    """What is denied and then allowed: to everyone, to the roles taken together, to the member."""
    nothing = 0, 0
    yield found.get(everyone, nothing)
    deny = allow = 0
    for role in mine - {everyone}:
        denied, allowed = found.get(role, nothing)
        deny, allow = deny | denied, allow | allowed
    yield deny, allow
    yield found.get(user, nothing)
