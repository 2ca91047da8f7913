"""A Discord of the test's own, an app on the other end of it, and the usual client."""

from collections.abc import AsyncIterator

import discord as library
import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import HTTPClient, Route

from tests.discord.server import Discord, serving
from tests.slack.clock import HandClock


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def discord(clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Discord]:
    """It, with the library pointed at it; nothing is throttled."""
    async with serving(Discord(clock=clock)) as made:
        made.throttle.off = True
        monkeypatch.setattr(Route, "BASE", made.api_url)
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(made.gateway_url))
        yield made


@pytest.fixture
async def client(discord: Discord) -> AsyncIterator[HTTPClient]:
    """The library's, logged in as the bot."""
    bare = library.Client(intents=library.Intents.none())
    async with bare:
        await bare.login(discord.bot_token)
        yield bare.http
