"""Who somebody in Slack is: their name, whether they are a guest. Asked once in a while."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import structlog

from bot.platforms.slack.calls import Rejected
from bot.platforms.slack.installations import Installations
from bot.port import PlatformError
from core.frozen import frozen

FRESH = 15 * 60.0  # seconds that what Slack said of somebody is gone by
_KNOWN = 20_000
_log = structlog.get_logger(__name__)


@frozen
class Profile:
    """Somebody. A guest is one who is restricted, or from another workspace."""

    name: str
    guest: bool
    bot: bool = False


class Profiles:
    """Everybody who was met lately."""

    def __init__(
        self, installations: Installations, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`clock` tells seconds."""
        self._installations = installations
        self._clock = clock
        self._known: dict[tuple[str, str], tuple[float, Profile]] = {}

    async def of(self, workspace: str, user: str, *, called: str = "") -> Profile:
        """Somebody; where Slack does not say, as they are `called`, and as a guest: who is known
        to us already is let in all the same, and who is not must wait until Slack says.
        """
        at, known = self._known.get((workspace, user), (-FRESH, None))
        if known is not None and self._clock() - at < FRESH:
            return known
        try:
            found = await self._installations.call(workspace, "users.info", user=user)
            profile = _profile(workspace, found["user"])
        except (PlatformError, Rejected, KeyError) as error:
            _log.warning("slack-somebody-unknown", why=str(error))
            return known or Profile(called or user, guest=True)
        if len(self._known) >= _KNOWN:
            self._known.clear()
        self._known[workspace, user] = self._clock(), profile
        return profile


def _profile(workspace: str, user: Mapping[str, Any]) -> Profile:
    said = user.get("profile") or {}
    name = said.get("display_name") or said.get("real_name") or user.get("real_name")
    teams = (
        user.get("team_id", workspace),
        *((user.get("enterprise_user") or {}).get("teams") or ()),
    )
    guest = (
        bool(user.get("is_restricted") or user.get("is_ultra_restricted"))
        or bool(user.get("is_stranger"))
        or workspace not in teams
    )
    return Profile(str(name or user.get("name") or user["id"]), guest, bool(user.get("is_bot")))
