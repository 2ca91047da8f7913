"""The connection on which Discord tells what happens. The library keeps it, resumes it and signs in
anew; what happened is handed on.

https://docs.discord.com/developers/events/gateway
"""

import asyncio
from contextlib import suppress

import discord
import structlog
from aiohttp import ClientError

from bot.platforms.discord.application import Application
from bot.platforms.discord.calls import point
from bot.platforms.discord.client import Client, Heard
from bot.platforms.discord.missed import Missed
from bot.platforms.discord.surface import MESSAGE_CONTENT, intents

AGAIN, LONGEST = 0.5, 60.0  # seconds between two tries to connect
_FAILURES = (discord.DiscordException, ClientError, TimeoutError, OSError)
_NO_CONTENT = (
    "Discord does not let us read what people write: switch on the Message Content intent of the "
    "application (Discord's developer portal, Bot), then start again. Until then replies are no "
    "notes; /flow note and “Add as note” work."
)
_log = structlog.get_logger(__name__)


class Gateway:
    """Takes what Discord tells, for as long as it is let."""

    def __init__(self, application: Application, heard: Heard, missed: Missed) -> None:
        """`heard` takes what is told, `missed` knows how far that went."""
        self._application = application
        self._heard = heard
        self._missed = missed
        self._intents = intents()

    async def work(self, stop: asyncio.Event) -> None:
        """Be connected until `stop`; where that fails, try again ever more slowly."""
        await self._missed.begin()
        keeping = asyncio.create_task(self._missed.keep_stored(stop))
        clock = asyncio.get_running_loop().time
        wait = AGAIN
        while not stop.is_set():
            client, began = self.client(), clock()
            try:
                await self._connected(client, stop)
            except discord.PrivilegedIntentsRequired:
                _log.error("discord-no-message-content", advice=_NO_CONTENT)
                self._intents &= ~MESSAGE_CONTENT
                continue
            except _FAILURES as error:
                why = (
                    str(error) if isinstance(error, discord.LoginFailure) else type(error).__name__
                )
                _log.warning("discord-not-connected", why=why, again=wait)
            except Exception as error:  # the library's own failures, such as at a first connection
                _log.warning("discord-not-connected", why="see below", again=wait, exc_info=error)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), wait)
            wait = AGAIN if clock() - began > 2 * LONGEST else min(2 * wait, LONGEST)
        await keeping

    def client(self) -> Client:
        """A client that is not connected yet."""
        point(self._application)
        return Client(self._heard, self._intents)

    async def _connected(self, client: discord.Client, stop: asyncio.Event) -> None:
        """One client's life, until `stop`."""
        started = asyncio.create_task(client.start(self._application.token))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({started, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            await client.close()
        await started
