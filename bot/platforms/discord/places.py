"""Which channel something is in, and which thread of it: a thread of Discord's is a channel too,
and not everything that is told says of which other one.
"""

from typing import Any

import discord

from bot.platforms.discord.calls import Calls
from core.frozen import frozen

_KNOWN = 20_000


@frozen
class Place:
    """A channel, a `thread` of it or "", and whether it is a direct conversation."""

    channel: str
    thread: str = ""
    direct: bool = False


class Places:
    """The places that were met."""

    def __init__(self, calls: Calls) -> None:
        """`calls` asks about what nobody has told."""
        self._calls = calls
        self._met: dict[int, Place] = {}

    async def of(self, id: int, guild: int | None, channel: Any = None) -> Place:
        """The place of a channel of Discord's; `channel` is what the library knows of it. Without
        a guild it is a direct conversation. Raises a PlatformError.
        """
        if guild is None:
            return Place(str(id), direct=True)
        told = told_by(channel)
        if told is None and id in self._met:
            return self._met[id]
        if len(self._met) >= _KNOWN:
            self._met.clear()
        found = self._met[id] = told or await self._asked(id)
        return found

    async def _asked(self, id: int) -> Place:
        found = await self._calls.call("GET", "/channels/{channel_id}", channel_id=str(id))
        if "thread_metadata" in found:
            return Place(str(found["parent_id"]), str(id))
        return Place(str(id), direct=found.get("guild_id") is None)


def told_by(channel: Any) -> Place | None:
    """The place of what the library knows; None where it does not know what that is."""
    match channel:
        case discord.Thread():
            return Place(str(channel.parent_id), str(channel.id))
        case discord.DMChannel():
            return Place(str(channel.id), direct=True)
        case discord.abc.GuildChannel():
            return Place(str(channel.id))
        case _:
            return None
