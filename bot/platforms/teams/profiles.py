"""Who somebody in Teams is: their name, whether they are a guest. Asked once in a while."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import structlog

from bot.platforms.teams.answers import Rejected
from bot.platforms.teams.calls import Calls
from bot.port import Gone, PlatformError
from core.frozen import frozen

FRESH = 15 * 60.0  # seconds that what Teams said of somebody is gone by
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
        self._known: dict[tuple[str, str], tuple[float, Profile]] = {}

    async def of(self, workspace: str, channel: str, user: str, *, called: str = "") -> Profile:
        """Somebody who is in that conversation; where Teams does not say, as they are `called`,
        and as a guest: who is known to us already is let in all the same, and who is not must wait
        until Teams says.
        """
        at, known = self._known.get((workspace, user), (-FRESH, None))
        if known is not None and self._clock() - at < FRESH:
            return known
        try:
            found = await self._calls.member(workspace, channel, user)
        except (PlatformError, Rejected) as error:
            _log.warning("teams-somebody-unknown", why=str(error))
            return known or Profile(called or user, guest=True)
        profile = _profile(workspace, found, called or user)
        if len(self._known) >= _KNOWN:
            self._known.clear()
        self._known[workspace, user] = self._clock(), profile
        return profile

    async def is_in(self, workspace: str, channel: str, user: str) -> bool:
        """Whether somebody is in that conversation, unless Teams does not say."""
        try:
            await self._calls.member(workspace, channel, user)
        except Gone:
            return False
        except (PlatformError, Rejected) as error:
            _log.warning("teams-somebody-unknown", why=str(error))
        return True


def _profile(workspace: str, member: Mapping[str, Any], called: str) -> Profile:
    role = str(member.get("userRole") or "user").casefold()
    home = str(member.get("tenantId") or workspace)
    return Profile(str(member.get("name") or called), role != "user" or home != workspace)
