"""In which guilds the bot is, as it was last known: who took it in or out while nobody listened is
told like who does it now. And whom it has greeted: each is, and none of them again.
"""

from collections.abc import Collection, Iterable

import discord
import structlog

from bot.platforms.discord.calls import Rejected
from bot.platforms.discord.events import Events
from bot.platforms.discord.incoming import Came
from bot.platforms.discord.receive import Receiver
from bot.platforms.discord.send import DiscordSender
from bot.port import Loss, Memory, PlatformError
from bot.port.lanes import Lanes

_IN, _OWED, _GREETED = "guild", "owed", "greeted"  # by guild: whether its owner was greeted
_LOOKED = "guilds"  # whether that was ever looked at
_MET = "met"  # who was greeted in a direct conversation
_log = structlog.get_logger(__name__)


class Joined:
    """Raises a StorageError. What cannot be told now is told at the next sign-in."""

    def __init__(
        self, memory: Memory, events: Events, receiver: Receiver, sender: DiscordSender
    ) -> None:
        """`receiver` has the product told, `sender` knows where to greet."""
        self._memory = memory
        self._events = events
        self._receiver = receiver
        self._sender = sender
        self._lanes = Lanes()
        self._met: set[int] = set()

    async def signed_in(self, guilds: Iterable[discord.Guild], at_first: Collection[int]) -> None:
        """These are all guilds, of which some were there `at_first`: what the bot was in before
        anybody looked is no news.
        """
        known = await self._memory.all(_IN)
        if await self._memory.recall(_LOOKED, _LOOKED) is None:
            for id in at_first:
                await self._memory.keep(_IN, str(id), _GREETED)
            await self._memory.keep(_LOOKED, _LOOKED, "")
        here = {guild.id: guild for guild in guilds}
        for guild in here.values():
            if known.get(str(guild.id)) != _GREETED and not guild.unavailable:
                await self.here(guild)
        for left in {int(id) for id in known} - here.keys():
            await self.gone(left)

    async def here(self, guild: discord.Guild) -> None:
        """The bot is in a guild: unless that is known, its owner is greeted."""
        async with self._lanes.of(guild.id):
            state = await self._memory.recall(_IN, str(guild.id))
            if state is None:
                await self._memory.keep(_IN, str(guild.id), _OWED)
            if state != _GREETED and await self._greeted(guild):
                await self._memory.keep(_IN, str(guild.id), _GREETED)

    async def gone(self, guild: int) -> None:
        """The bot is in a guild no more, nor in any of its channels."""
        async with self._lanes.of(guild):
            came = await self._events.closed(guild, None, Loss.REMOVED)
            if await self._receiver.told(guild, came):
                await self._memory.forget(_IN, str(guild))

    async def meet(self, message: discord.Message) -> None:
        """Somebody has written in their own conversation with us; if that is for the first time,
        they are greeted: Discord does not tell when somebody opens it.
        """
        channel = message.channel.id
        if message.author.bot or channel in self._met:
            return
        self._met.add(channel)  # who writes twice in a row is greeted once
        is_met = False
        try:
            is_met = await self._memory.recall(_MET, str(channel)) is not None
            if not is_met and await self._told(channel, await self._events.met(message)):
                await self._memory.keep(_MET, str(channel), str(message.author.id))
                is_met = True
        finally:
            if not is_met:
                self._met.discard(channel)

    async def _greeted(self, guild: discord.Guild) -> bool:
        try:
            own = await self._sender.direct(str(guild.id), str(guild.owner_id))
            came = await self._events.installed(guild, own.channel)
        except (PlatformError, Rejected) as error:
            _log.warning("discord-not-greeted", why=str(error))
            return False
        return await self._told(guild.id, came)

    async def _told(self, lane: int, came: Came | None) -> bool:
        return came is not None and await self._receiver.told(lane, came)
