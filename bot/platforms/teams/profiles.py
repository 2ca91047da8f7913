"""Who somebody in Teams is: their name, whether they are a guest. Asked once in a while."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

import structlog

from bot.platforms.teams.answers import Rejected
from bot.platforms.teams.calls import Calls
from bot.port import Gone, PlatformError, Unauthorized
from bot.port.lanes import Lanes
from core.frozen import frozen

FRESH = 15 * 60.0  # seconds that what Teams said of somebody is gone by
_SOON = 10.0  # the same where it said nothing
_PATIENCE = 1.5  # seconds that somebody waits for it
_OURS = ("user", "member", "owner")  # roles of who is no guest
_KNOWN = 20_000
_log = structlog.get_logger(__name__)


@frozen
class Profile:
    """Somebody. A guest is whom Teams calls one, or who belongs to another tenant."""

    name: str
    guest: bool


class Profiles:
    """Everybody who was met lately."""

    def __init__(self, calls: Calls, *, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` tells seconds."""
        self._calls = calls
        self._clock = clock
        self._lanes = Lanes()
        self._known: dict[tuple[str, str], tuple[float, Profile]] = {}

    async def of(self, workspace: str, channel: str, user: str, *, called: str = "") -> Profile:
        """Somebody who is in that conversation; where Teams does not say, as they are `called`,
        and as a guest: who is known to us already is let in all the same, and who is not must wait
        until Teams says.
        """
        known = self._fresh(workspace, user)
        if known is not None:
            return known
        async with self._lanes.of(workspace, user):
            return self._fresh(workspace, user) or await self._asked(
                workspace, channel, user, called or user
            )

    def _fresh(self, workspace: str, user: str) -> Profile | None:
        until, known = self._known.get((workspace, user), (0.0, None))
        return known if self._clock() < until else None

    async def _asked(self, workspace: str, channel: str, user: str, called: str) -> Profile:
        _, known = self._known.get((workspace, user), (0.0, None))
        try:
            async with asyncio.timeout(_PATIENCE):
                found = await self._calls.member(workspace, channel, user)
            profile, lasts = _profile(workspace, found, called), FRESH
        except (PlatformError, Rejected, TimeoutError) as error:
            _log.warning("teams-somebody-unknown", why=str(error))
            profile, lasts = known or Profile(called, guest=True), _SOON
        if len(self._known) >= _KNOWN:
            self._known.clear()
        self._known[workspace, user] = self._clock() + lasts, profile
        return profile

    async def is_in(self, workspace: str, channel: str, user: str) -> bool | None:
        """Whether somebody is in that conversation; None where Teams does not say."""
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._calls.member(workspace, channel, user)
        except (Gone, Unauthorized):
            return False
        except (PlatformError, Rejected, TimeoutError) as error:
            _log.warning("teams-somebody-unknown", why=str(error))
            return None
        return True


def _profile(workspace: str, member: Mapping[str, Any], called: str) -> Profile:
    role = str(member.get("userRole") or "user").casefold()
    home = str(member.get("tenantId") or workspace)
    return Profile(str(member.get("name") or called), role not in _OURS or home != workspace)
