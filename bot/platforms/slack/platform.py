"""Slack, put together: what sends, and what hears by HTTP, by Socket Mode, or both."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import structlog
from aiohttp import ClientSession, ClientTimeout, DummyCookieJar
from starlette.routing import BaseRoute

from bot.platforms.slack.app import bolt
from bot.platforms.slack.calls import Rejected
from bot.platforms.slack.carry import Carrier
from bot.platforms.slack.door import door
from bot.platforms.slack.handle import Handle
from bot.platforms.slack.heard import Heard
from bot.platforms.slack.homes import Homes
from bot.platforms.slack.incoming import Incoming
from bot.platforms.slack.installations import Application, Installation, Installations
from bot.platforms.slack.oauth import Installing, Welcome
from bot.platforms.slack.profiles import Profiles
from bot.platforms.slack.receive import Receiver
from bot.platforms.slack.send import SlackSender
from bot.platforms.slack.socket import Socket
from bot.platforms.slack.surface import NAME
from bot.port import Front, Installed, Memory, PlatformError
from core.frozen import frozen

_PATIENCE = ClientTimeout(total=30, connect=3, sock_read=10)
_log = structlog.get_logger(__name__)


@frozen
class Ears:
    """What hears: `doors` are for the web part, `socket` is for one process at a time."""

    receiver: Receiver
    homes: Homes
    doors: Sequence[BaseRoute]
    socket: Socket | None

    async def close(self) -> None:
        """What was acknowledged is carried out first."""
        await self.receiver.close()
        await self.homes.close()


class Slack:
    """Slack as this process knows it."""

    name = NAME

    def __init__(self, application: Application, memory: Memory, session: ClientSession) -> None:
        """Use `slack`."""
        self.application = application
        self.heard = Heard(memory)
        self.installations = Installations(application, memory, session, posted=self.heard.posted)
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
        app = self.application
        made = bolt(receiver, self.installations, self.heard, secret=app.signing_secret)
        socket = Socket(made, app.app_token, app.url) if app.app_token else None
        doors: list[BaseRoute] = [door(made)] if app.signing_secret else []
        if app.client_id and app.client_secret:
            hello = self._hello(receiver, incoming)
            doors += Installing(self.installations, self._memory, hello).doors()
        return Ears(receiver, homes, doors, socket)

    async def close(self) -> None:
        """What was noted and what was renewed is kept."""
        await self.heard.close()
        await self.installations.renewals.close()

    def _hello(self, receiver: Receiver, incoming: Incoming) -> Welcome:
        """What says hello to whoever has installed us, in their conversation with us."""

        async def hello(there: Installation, code: str, visit: str) -> None:
            try:
                own = await self.sender.direct(there.workspace, there.installer)
            except (PlatformError, Rejected) as error:  # it is installed all the same
                _log.warning("slack-no-welcome", workspace=there.workspace, why=str(error))
                return
            handle = Handle(there.workspace, there.installer, own.channel, direct=True)
            by = await incoming.origin(handle)
            delivery = f"{NAME}:{there.workspace}:installed:{visit}"
            await receiver.installed(Installed(by, delivery, there.name, code), handle)

        return hello


def talking() -> ClientSession:
    """What all calls of Slack share."""
    return ClientSession(timeout=_PATIENCE, cookie_jar=DummyCookieJar())


@asynccontextmanager
async def slack(application: Application, memory: Memory) -> AsyncIterator[Slack]:
    """Slack, until the end. Asks nobody yet."""
    async with talking() as session:
        there = Slack(application, memory, session)
        try:
            yield there
        finally:
            await asyncio.shield(there.close())


@asynccontextmanager
async def hearing(there: Slack, front: Front) -> AsyncIterator[Ears]:
    """Its ears, until the end: then what was acknowledged is carried out."""
    ears = there.ears(front)
    try:
        yield ears
    finally:
        await asyncio.shield(ears.close())
