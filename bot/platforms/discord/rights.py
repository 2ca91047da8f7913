"""What the bot may do in a channel, asked of Discord and known for a minute; and in words, what it
may not.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import structlog

from bot.platforms.discord.calls import Calls, Rejected
from bot.platforms.discord.permissions import lacking
from bot.port import PlatformError, Target, Unauthorized

FRESH = 60.0  # seconds
_DIRECT = (1, 3)  # types of channels in which nothing is granted or denied
_TEXT, _NEWS = 0, 5  # types of channels whose messages can have threads
_CHANNEL = "/channels/{channel_id}"
_KNOWN = 1_000
Json = dict[str, Any]
_log = structlog.get_logger(__name__)


class Rights:
    """The bot's permissions, by channel."""

    def __init__(self, calls: Calls, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` tells seconds."""
        self._calls = calls
        self._clock = clock
        self._guilds: dict[str, tuple[float, Json, Json]] = {}

    async def lacking(self, target: Target) -> list[str]:
        """Which permissions the bot lacks there, by the names that Discord shows. Raises a
        PlatformError where it does not see the channel at all.
        """
        channel = await self._calls.call("GET", _CHANNEL, channel_id=target.channel)
        if channel.get("type") in _DIRECT:
            return []
        try:
            guild, member = await self._guild(str(channel["guild_id"]))
            return lacking(guild, member, channel)
        except (PlatformError, Rejected, KeyError) as error:  # then it is tried, and Discord says
            _log.info("discord-rights-unknown", why=str(error))
            return []

    async def can_host(self, target: Target) -> bool:
        """Whether a session can live there at all: some channels have no threads, such as those
        for voice, and some threads are locked. Raises a PlatformError.
        """
        where = target.thread or target.channel
        channel = await self._calls.call("GET", _CHANNEL, channel_id=where)
        if target.thread:
            return not is_locked(channel)
        return channel.get("type", _TEXT) in (_TEXT, _NEWS, *_DIRECT)

    async def explained(self, target: Target, error: Unauthorized) -> Unauthorized:
        """The same error, naming what is lacking and where, if that can be found out."""
        try:
            channel = await self._calls.call("GET", _CHANNEL, channel_id=target.channel)
            names = await self.lacking(target)
        except (PlatformError, Rejected):
            return error
        if not names:
            return error
        told = f"An admin has to grant me {', '.join(names)} in #{channel.get('name')}."
        return Unauthorized(str(error), told=told)

    def forget(self, workspace: str) -> None:
        """Something was granted or taken there."""
        self._guilds.pop(workspace, None)

    async def _guild(self, workspace: str) -> tuple[Json, Json]:
        at, guild, member = self._guilds.get(workspace, (-FRESH, {}, {}))
        if guild and self._clock() - at < FRESH:
            return guild, member
        me = await self._calls.me()
        path = "/guilds/{guild_id}"
        guild, member = await asyncio.gather(
            self._calls.call("GET", path, guild_id=workspace),
            self._calls.call("GET", f"{path}/members/{{user_id}}", guild_id=workspace, user_id=me),
        )
        if len(self._guilds) >= _KNOWN:
            self._guilds.clear()
        self._guilds[workspace] = self._clock(), guild, member
        return guild, member


def is_locked(channel: Json) -> bool:
    """Whether it is a thread that an admin has closed for everybody."""
    return bool((channel.get("thread_metadata") or {}).get("locked"))
