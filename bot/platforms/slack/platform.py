"""Slack, put together: what sends, and what hears by HTTP, by Socket Mode, or both."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar
from starlette.routing import BaseRoute

from bot.platforms.slack.app import bolt, door
from bot.platforms.slack.carry import Carrier
from bot.platforms.slack.heard import Heard
from bot.platforms.slack.homes import Homes
from bot.platforms.slack.incoming import Incoming
from bot.platforms.slack.installations import Application, Installations
from bot.platforms.slack.profiles import Profiles
from bot.platforms.slack.receive import Receiver
from bot.platforms.slack.send import SlackSender
from bot.platforms.slack.socket import Socket
from bot.platforms.slack.surface import NAME
from bot.port import Front, Memory

_PATIENCE = ClientTimeout(total=30, connect=3, sock_read=10)


@dataclass(frozen=True, slots=True)
class Ears:
    """What hears: `doors` are for the web part, `socket` is for one process at a time."""

    receiver: Receiver
    homes: Homes
    doors: Sequence[BaseRoute]
    socket: Socket | None

    async def close(self) -> None:
        """What was acknowledged is carried out first."""
        await self.receiver.finish()
        await self.homes.close()


class Slack:
    """Slack as this process knows it."""

    name = NAME

    def __init__(self, application: Application, memory: Memory, session: ClientSession) -> None:
        """Use `slack`."""
        self.application = application
        self.installations = Installations(application, memory, session)
        self.sender = SlackSender(self.installations, memory, session)
        self._memory = memory
        self._session = session

    async def named(self) -> tuple[str, str]:
        """The id and name of the workspace that the settings name. Raises a PlatformError."""
        own = await self.installations.own()
        assert own is not None
        return own.workspace, own.name

    def ears(self, front: Front) -> Ears:
        """Hear for `front`."""
        carrier = Carrier(front, self.installations, self.sender, self._session)
        homes = Homes(front, carrier, self._memory)
        profiles = Profiles(self.installations)
        incoming = Incoming(self.installations, profiles, self.sender)
        receiver = Receiver(front, incoming, carrier, homes)
        heard = Heard(self._memory)
        app = self.application
        made = bolt(receiver, self.installations, heard, secret=app.signing_secret)
        socket = Socket(made, app.app_token, app.url) if app.app_token else None
        return Ears(receiver, homes, [door(made)] if app.signing_secret else [], socket)


@asynccontextmanager
async def slack(application: Application, memory: Memory) -> AsyncIterator[Slack]:
    """Slack, until the end. Asks nobody yet."""
    async with ClientSession(timeout=_PATIENCE, cookie_jar=DummyCookieJar()) as session:
        yield Slack(application, memory, session)


@asynccontextmanager
async def hearing(there: Slack, front: Front) -> AsyncIterator[Ears]:
    """Its ears, until the end: then what was acknowledged is carried out."""
    ears = there.ears(front)
    try:
        yield ears
    finally:
        await asyncio.shield(ears.close())
