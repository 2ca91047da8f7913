"""The product as one process, in our small Discord, where everybody has the role that stories give
them: settled once, as an admin would, and copied.
"""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from bot.platforms.discord import commands
from bot.platforms.discord.application import Application
from bot.platforms.discord.calls import talking
from tests.discord.server import Discord, serving
from tests.drivers.discord import DiscordDriver
from tests.drivers.driver import Driver
from tests.inprocess import Here, here
from tests.installation import Installation, staged
from tests.settling import Settled, settled_on
from tests.slack.clock import Clock

PACE = 120.0  # stories are told faster than people type
_PATIENCE = 15.0  # seconds; Discord has three, but the machine may be busy with other tests
_BEGAN = 1_760_000_000.0  # when everybody came, in each Discord


@dataclass(frozen=True)
class InDiscord:
    """An installation, the Discord that it is in, and people at their clients."""

    stage: Installation | Here
    discord: Discord
    driver: DiscordDriver


class _Clock(Clock):
    """Ids are made of the time: in every Discord the same people, channels and guild have the same,
    as an installation that was settled in one is told on in another.
    """

    began = False

    def now(self) -> float:
        return time.time() if self.began else _BEGAN


@contextmanager
def settled(server: str) -> Iterator[Settled]:
    """Settle an installation, on a database of its own."""
    with settled_on(server, _people) as made:
        yield made


@asynccontextmanager
async def _people(key: str) -> AsyncIterator[tuple[Driver, dict[str, str]]]:
    async with discord_of(key) as (discord, settings):
        yield DiscordDriver(discord), settings


@asynccontextmanager
async def in_discord(
    server: str, of: Settled, *, dies: bool = False, **more: str
) -> AsyncIterator[InDiscord]:
    """An installation on a copy of that database; as a process of its own where it `dies` in the
    story. `more` are settings by their variables.
    """
    async with discord_of(of.key) as (discord, settings):
        made = staged if dies else here
        async with made(server, of.name, **settings, **more) as stage:
            await discord.gateway.reachable()
            yield InDiscord(stage, discord, DiscordDriver(discord))


@asynccontextmanager
async def discord_of(key: str) -> AsyncIterator[tuple[Discord, dict[str, str]]]:
    """A Discord in which the commands are registered, and the settings with which the product
    finds it.
    """
    clock = _Clock(PACE)
    discord = Discord(clock=clock)
    clock.began = True
    discord.interactions.patience = _PATIENCE
    discord.file_size = 50 * 1024**2  # of a guild that is boosted
    async with serving(discord):
        application = Application(
            discord.bot_token, api_url=discord.api_url, gateway_url=discord.gateway_url
        )
        async with talking(application) as calls:
            await commands.sync(calls, await calls.me(), "")  # in direct conversations too
        yield (
            discord,
            {
                "DISCORD_API_URL": discord.api_url,
                "DISCORD_GATEWAY_URL": discord.gateway_url,
                "DISCORD_BOT_TOKEN": discord.bot_token,
                "DISCORD_ROLES": "Newcomers=guest",
                "RESOLUTIONFLOW_KEYS": key,
                "RESOLUTIONFLOW_PLAYGROUND": "off",
            },
        )
