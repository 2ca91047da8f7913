"""The chat platforms that people bring along: how each is connected, as its settings say, and how
it is looked at. A platform is two functions and its line in PLATFORMS; what it stands on is
imported only where it is configured. The playground, part of the product, is not among them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import field
from typing import TYPE_CHECKING

from bot.discord_settings import DiscordSettings
from bot.port import Checkup, Front, Memory, Sender
from bot.settings import Settings
from bot.slack_settings import SlackSettings
from bot.teams_settings import TeamsSettings
from core.frozen import frozen

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from bot.platforms.discord.application import Application as DiscordApplication
    from bot.platforms.slack.installation import Application as SlackApplication
    from bot.platforms.teams.application import Application as TeamsApplication

Work = Callable[[asyncio.Event], Awaitable[None]]  # until the event is set
Named = Callable[[], Awaitable[tuple[str, str]]]  # a workspace's id and name; a PlatformError


@frozen
class Heard:
    """How a platform is heard: by `doors`, where it tells what happened; by `holds`, long
    connections by name, which one process at a time has. `named` is the workspace that the settings
    name, if they do.
    """

    doors: "Sequence[BaseRoute]" = ()
    holds: Mapping[str, Work] = field(default_factory=dict)
    named: Named | None = None


@frozen
class Connected:
    """A platform to send to; `hear` hears it for a front, as long as the stack is open."""

    sender: Sender
    hear: Callable[[AsyncExitStack, Front], Awaitable[Heard]]


@frozen
class Platform:
    """One of them. Both functions return None where it is not configured. Without a memory, it is
    looked at as far as that goes.
    """

    name: str
    connect: Callable[[AsyncExitStack, Settings, Memory], Awaitable[Connected | None]]
    examine: Callable[[Settings, Memory | None], AbstractAsyncContextManager[Checkup] | None]


async def _slack(stack: AsyncExitStack, settings: Settings, memory: Memory) -> Connected | None:
    if settings.slack is None:
        return None
    from bot.platforms.slack.platform import hearing, slack

    application = slack_application(settings, settings.slack)
    there = await stack.enter_async_context(slack(application, memory))

    async def hear(stack: AsyncExitStack, front: Front) -> Heard:
        ears = await stack.enter_async_context(hearing(there, front))
        holds = {} if ears.socket is None else {f"{there.name} socket": ears.socket.work}
        return Heard(ears.doors, holds, there.named if application.token else None)

    return Connected(there.sender, hear)


def _slack_looked_at(
    settings: Settings, memory: Memory | None
) -> AbstractAsyncContextManager[Checkup] | None:
    if settings.slack is None:
        return None
    from bot.platforms.slack.examine import examined

    return examined(slack_application(settings, settings.slack), memory)


async def _discord(stack: AsyncExitStack, settings: Settings, memory: Memory) -> Connected | None:
    if settings.discord is None:
        return None
    from bot.platforms.discord.platform import discord, hearing

    application = discord_application(settings.discord)
    there = await stack.enter_async_context(discord(application, memory))

    async def hear(stack: AsyncExitStack, front: Front) -> Heard:
        ears = await stack.enter_async_context(hearing(there, front))
        return Heard((), {f"{there.name} gateway": ears.gateway.work}, there.named)

    return Connected(there.sender, hear)


def _discord_looked_at(
    settings: Settings, _: Memory | None
) -> AbstractAsyncContextManager[Checkup] | None:
    if settings.discord is None:
        return None
    from bot.platforms.discord.examine import examined

    return examined(discord_application(settings.discord))


async def _teams(stack: AsyncExitStack, settings: Settings, memory: Memory) -> Connected | None:
    if settings.teams is None:
        return None
    from bot.platforms.teams.platform import hearing, teams

    application = teams_application(settings, settings.teams)
    there = await stack.enter_async_context(teams(application, memory))

    async def hear(stack: AsyncExitStack, front: Front) -> Heard:
        ears = await stack.enter_async_context(hearing(there, front))
        return Heard(ears.doors, named=there.named if application.registration else None)

    return Connected(there.sender, hear)


def _teams_looked_at(
    settings: Settings, memory: Memory | None
) -> AbstractAsyncContextManager[Checkup] | None:
    if settings.teams is None:
        return None
    from bot.platforms.teams.examine import examined

    return examined(teams_application(settings, settings.teams), memory)


PLATFORMS = (
    Platform("slack", _slack, _slack_looked_at),
    Platform("discord", _discord, _discord_looked_at),
    Platform("teams", _teams, _teams_looked_at),
)


def slack_application(settings: Settings, found: SlackSettings) -> "SlackApplication":
    """How Slack is reached, as its adapter wants it."""
    from bot.platforms.slack.installation import Application

    return Application(
        url=found.api_url,
        token=found.bot_token,
        app_token=found.app_token,
        signing_secret=found.signing_secret,
        client_id=found.client_id,
        client_secret=found.client_secret,
        authorize_url=found.authorize_url,
        public_url=settings.public_url,
    )


def discord_application(found: DiscordSettings) -> "DiscordApplication":
    """How Discord is reached, as its adapter wants it."""
    from bot.platforms.discord.application import Application

    where = (found.api_url, found.gateway_url)
    return Application(found.bot_token, found.guild, *where, roles=found.roles)


def teams_application(settings: Settings, found: TeamsSettings) -> "TeamsApplication":
    """How Teams is reached, as its adapter wants it; without a registration where none is set."""
    from bot.platforms.teams.application import Application, Registration

    own = Registration(found.client_id, found.client_secret, found.tenant)
    return Application(
        own if found.client_id else None,
        openid_url=found.openid_url,
        token_url=found.token_url,
        service_url=found.service_url,
        unauthenticated=found.unauthenticated,
        public_url=settings.public_url,
    )
