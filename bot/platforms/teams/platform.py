"""Microsoft Teams, put together: what sends, and what hears by HTTP."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiohttp import ClientSession
from starlette.routing import BaseRoute

from bot.platforms.teams.application import Application
from bot.platforms.teams.calls import Calls, talking
from bot.platforms.teams.carry import Carrier
from bot.platforms.teams.door import door
from bot.platforms.teams.events import Events
from bot.platforms.teams.forms import Forms
from bot.platforms.teams.heard import Heard
from bot.platforms.teams.incoming import Incoming
from bot.platforms.teams.keys import Keys
from bot.platforms.teams.outside import outside
from bot.platforms.teams.places import Places
from bot.platforms.teams.profiles import Profiles
from bot.platforms.teams.receive import Receiver
from bot.platforms.teams.registrations import Registrations
from bot.platforms.teams.send import TeamsSender
from bot.platforms.teams.surface import NAME, TITLE
from bot.platforms.teams.tokens import Tokens
from bot.platforms.teams.verify import Verifier
from bot.port import Front, Memory, Unavailable
from core.frozen import frozen


@frozen
class Ears:
    """What hears: `doors` are for the web part."""

    receiver: Receiver
    doors: Sequence[BaseRoute]

    async def close(self) -> None:
        """What came in is answered first."""
        await self.receiver.finish()


class Teams:
    """Teams as this process knows it."""

    name = NAME

    def __init__(
        self,
        application: Application,
        memory: Memory,
        session: ClientSession,
        *,
        files: ClientSession,
    ) -> None:
        """Use `teams`."""
        self.application = application
        self.registrations = Registrations(application, memory)
        self.keys = Keys(session, application.openid_url)
        self._places = Places(memory)
        tokens = Tokens(session, application.token_url)
        known = (self.registrations, self._places, tokens)
        self.calls = Calls(application, session, *known, files=files)
        self.sender = TeamsSender(self.calls, self._places, self.registrations, memory)
        self._memory = memory

    async def named(self) -> tuple[str, str]:
        """The tenant that belongs to the first account; its own name is not told. Raises a
        PlatformError where none is set.
        """
        registration = self.application.registration
        if registration is None:
            raise Unavailable("no tenant is set")
        return registration.tenant, TITLE

    def ears(self, front: Front) -> Ears:
        """Hear for `front`."""
        forms, heard = Forms(self._memory), Heard(self._memory)
        incoming = Incoming(self._places, Profiles(self.calls), heard, forms)
        events = Events(incoming, self._places, self._memory)
        carrier = Carrier(front, self.sender)
        receiver = Receiver(front, incoming, events, carrier, forms=forms)
        verifier = Verifier(self.application, self.keys, self.registrations)
        return Ears(receiver, (door(receiver, verifier),))


@asynccontextmanager
async def teams(application: Application, memory: Memory) -> AsyncIterator[Teams]:
    """Teams, until the end. Asks nobody yet."""
    async with talking() as session, outside() as files:
        yield Teams(application, memory, session, files=files)


@asynccontextmanager
async def hearing(there: Teams, front: Front) -> AsyncIterator[Ears]:
    """Its ears, until the end: then what came in is answered."""
    ears = there.ears(front)
    try:
        yield ears
    finally:
        await asyncio.shield(ears.close())
