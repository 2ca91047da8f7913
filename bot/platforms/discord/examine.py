"""What `doctor` asks of Discord: whose the token is, what the app may hear, which servers it is in,
whether its commands are registered, what it may not do where. Changes nothing; a network that fails
is a finding.
"""

import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar

from bot.platforms.discord.application import Application
from bot.platforms.discord.calls import Calls, Rejected, talking
from bot.platforms.discord.commands import known
from bot.platforms.discord.findings import (
    of_app,
    of_channels,
    of_commands,
    of_guild,
    of_roles,
    twice,
)
from bot.platforms.discord.guilds import INVITE, Unclear, guilds, home
from bot.port import Finding, Gone, PlatformError, RateLimited, Unauthorized, Unavailable

CLOSE = 60.0  # seconds between two clocks
MOST = 20  # servers that are looked at
_PATIENCE = ClientTimeout(total=10, connect=5)
_SYNC = "resolutionflow discord sync"


class Examination:
    """Implements bot.port.Checkup."""

    def __init__(
        self,
        application: Application,
        calls: Calls,
        session: ClientSession,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`clock` tells Unix seconds."""
        self._application = application
        self._calls = calls
        self._session = session
        self._clock = clock

    async def look(self) -> AsyncIterator[Finding]:
        """What is found."""
        try:
            async for finding in self._found():
                yield finding
        except RateLimited:
            how = "not known: Discord was asked too often; look again in a minute"
            yield Finding(True, "Discord", how)
        except (Unavailable, LookupError, TypeError, ValueError):  # or it is not Discord
            advice = "Check this machine's way there (proxy, firewall, DNS), and DISCORD_API_URL."
            how = f"does not answer at {self._application.api_url}"
            yield Finding(False, "Discord", how, advice)
        except (PlatformError, Rejected) as error:
            advice = f"{INVITE} again, in each server."
            yield Finding(False, "Discord", f"does not tell: {error}", advice)

    async def _found(self) -> AsyncIterator[Finding]:
        yield self._clocks(await self._date())
        try:
            me = await self._calls.me()
        except Unauthorized:
            advice = "Reset it on the app's page “Bot”, and set DISCORD_BOT_TOKEN to the new one."
            yield Finding(False, "Discord token", "refused", advice)
            return
        except Gone as error:  # everybody has a self in Discord
            raise Unavailable("not Discord") from error
        app = await self._calls.call("GET", "/applications/@me")
        yield Finding(True, "Discord token", str(app["name"]))
        for finding in of_app(app):
            yield finding
        async for finding in self._servers(str(app["id"]), me):
            yield finding

    async def _servers(self, application_id: str, me: str) -> AsyncIterator[Finding]:
        found = await guilds(self._calls)
        ours = ""
        try:
            ours = home(found, self._application.guild)
        except Unclear as unclear:
            yield Finding(False, "Discord server", unclear.how, unclear.advice)
        else:
            yield Finding(True, "Discord server", found[ours])
        everywhere = await known(self._calls, application_id, "")
        if everywhere:
            yield of_commands("Discord commands", everywhere, f"{_SYNC} --everywhere")
        for guild in list(found)[:MOST]:
            about = f"Discord in {found[guild]}"
            here = await known(self._calls, application_id, guild)
            if here and everywhere:
                yield twice(f"{about}, commands")
            elif not everywhere:
                verb = _SYNC if guild == ours else f"{_SYNC} --guild {guild}"
                yield of_commands(f"{about}, commands", here, verb)
            roles = self._application.roles if guild == ours else ()
            async for finding in self._rights(guild, me, about, roles):
                yield finding

    async def _rights(
        self, guild: str, me: str, about: str, roles: Iterable[str]
    ) -> AsyncIterator[Finding]:
        ask = self._calls.call
        there = await ask("GET", "/guilds/{guild_id}", guild_id=guild)
        path = "/guilds/{guild_id}/members/{member_id}"
        member = await ask("GET", path, guild_id=guild, member_id=me)
        channels = await ask("GET", "/guilds/{guild_id}/channels", guild_id=guild)
        for found in (
            of_guild(about, there, member),
            of_channels(about, there, member, channels),
            of_roles(about, there, roles),
        ):
            for finding in found:
                yield finding

    def _clocks(self, date: str) -> Finding:
        try:
            theirs = parsedate_to_datetime(date).timestamp()
        except ValueError:
            return Finding(True, "Discord's clock", "not told")
        apart = abs(self._clock() - theirs)
        advice = "Set this machine's clock: let it take its time from a server (NTP)."
        return Finding(apart <= CLOSE, "Discord's clock", f"{apart:.0f} s apart", advice)

    async def _date(self) -> str:
        """What time it is there. Raises Unavailable."""
        try:
            async with self._session.get(f"{self._application.api_url}/gateway") as answer:
                if answer.status < 500:
                    return answer.headers.get("Date", "")
        except (ClientError, TimeoutError, OSError, ValueError):
            pass
        raise Unavailable("Discord does not answer")


@asynccontextmanager
async def examined(application: Application) -> AsyncIterator[Examination]:
    """Discord, to be looked at until the end."""
    async with (
        ClientSession(timeout=_PATIENCE, cookie_jar=DummyCookieJar()) as session,
        talking(application) as calls,
    ):
        yield Examination(application, calls, session)
