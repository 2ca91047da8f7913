"""Discord, put together: what sends, and what hears by the gateway."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.platforms.discord.application import Application
from bot.platforms.discord.calls import Calls, talking
from bot.platforms.discord.carry import Carrier
from bot.platforms.discord.client import Heard
from bot.platforms.discord.events import Events
from bot.platforms.discord.following import Following
from bot.platforms.discord.forms import Forms
from bot.platforms.discord.gateway import Gateway
from bot.platforms.discord.guilds import Unclear, guilds, home
from bot.platforms.discord.incoming import Incoming
from bot.platforms.discord.joined import Joined
from bot.platforms.discord.missed import Missed
from bot.platforms.discord.places import Places
from bot.platforms.discord.ranks import Ranks
from bot.platforms.discord.receive import Receiver
from bot.platforms.discord.review import Review
from bot.platforms.discord.send import DiscordSender
from bot.platforms.discord.surface import NAME
from bot.platforms.discord.whereabouts import Whereabouts
from bot.port import Front, Memory, Unavailable
from core.frozen import frozen


@frozen
class Ears:
    """What hears: `gateway` is for one process at a time."""

    receiver: Receiver
    gateway: Gateway
    missed: Missed

    async def close(self) -> None:
        """What came in is answered first."""
        await self.receiver.finish()
        await self.missed.try_to_store()


class Discord:
    """Discord as this process knows it."""

    name = NAME

    def __init__(self, application: Application, memory: Memory, calls: Calls) -> None:
        """Use `discord`."""
        self.application = application
        self.calls = calls
        self._whereabouts = Whereabouts(calls, memory)
        self.sender = DiscordSender(calls)
        self._memory = memory

    async def named(self) -> tuple[str, str]:
        """The id and name of the guild that belongs to the first account. Raises a PlatformError,
        as long as nobody can know which that is.
        """
        found = await guilds(self.calls)
        try:
            own = home(found, self.application.guild)
        except Unclear as error:
            raise Unavailable(str(error)) from error
        return own, found[own]

    def ears(self, front: Front) -> Ears:
        """Hear for `front`."""
        forms, missed = Forms(self._memory), Missed(self._memory)
        carrier = Carrier(front, self.calls, self.sender, forms)
        incoming = Incoming(self._whereabouts, Places(self.calls), Ranks(self.application))
        following = Following(self._memory)
        events = Events(incoming, self.calls, following)
        receiver = Receiver(front, incoming, carrier, forms, missed=missed, following=following)
        review = Review(events, following)
        joined = Joined(self._memory, events, receiver, self.sender)
        heard = Heard(receiver, events, self.sender, missed, review, joined)
        return Ears(receiver, Gateway(self.application, heard, missed), missed)


@asynccontextmanager
async def discord(application: Application, memory: Memory) -> AsyncIterator[Discord]:
    """Discord, until the end. Asks nobody yet."""
    async with talking(application) as calls:
        yield Discord(application, memory, calls)


@asynccontextmanager
async def hearing(there: Discord, front: Front) -> AsyncIterator[Ears]:
    """Its ears, until the end: then what came in is answered."""
    ears = there.ears(front)
    try:
        yield ears
    finally:
        await asyncio.shield(ears.close())
