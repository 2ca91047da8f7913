"""In which guild somebody is to whom we talk alone: the one where they were seen last. Discord says
no guild in a direct conversation, and everything we know belongs to one.
"""

import structlog

from bot.platforms.discord.calls import Calls, Rejected
from bot.platforms.discord.guilds import guilds
from bot.port import Gone, Memory, PlatformError

_SEEN = "seen-in"  # the kind of what is remembered: a guild by user
_KNOWN = 20_000
_log = structlog.get_logger(__name__)


class Whereabouts:
    """Where people were seen."""

    def __init__(self, calls: Calls, memory: Memory) -> None:
        """`memory` is asked for whom this process has not seen."""
        self._calls = calls
        self._memory = memory
        self._seen: dict[str, str] = {}

    async def saw(self, user: str, guild: str) -> None:
        """Somebody did something in a guild. Raises a StorageError."""
        if self._seen.get(user) != guild:
            if len(self._seen) >= _KNOWN:
                self._seen.clear()
            if await self._memory.recall(_SEEN, user) != guild:
                await self._memory.keep(_SEEN, user, guild)
            self._seen[user] = guild

    async def of(self, user: str) -> str:
        """Somebody's guild; "" where they are in none of ours. Raises a PlatformError."""
        known = self._seen.get(user) or await self._memory.recall(_SEEN, user)
        if known:
            return known
        for guild in await guilds(self._calls):
            if await self._has(guild, user):
                await self.saw(user, guild)
                return guild
        return ""

    async def _has(self, guild: str, user: str) -> bool:
        path = "/guilds/{guild_id}/members/{user_id}"
        try:
            await self._calls.call("GET", path, guild_id=guild, user_id=user)
        except Gone:
            return False
        except (PlatformError, Rejected) as error:
            _log.warning("discord-member-unknown", why=str(error))
            return False
        return True
