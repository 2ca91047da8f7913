"""How often what may be called, and what a Discord in trouble does.

docs.discord.com/developers/topics/rate-limits. Discord tells a route's limit by headers only; these
are those that are usually seen there.
"""

import math
import zlib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from tests.slack.clock import Clock

GLOBAL, SECOND = 50, 1.0  # calls a second, but those that answer interactions
# How often in how many seconds, by route, for one channel, guild or token each.
ROUTES: Mapping[str, tuple[int, float]] = {
    "POST /channels/{}/messages": (5, 5.0),
    "PATCH /channels/{}/messages/{}": (5, 5.0),
    "DELETE /channels/{}/messages/{}": (5, 1.0),
    "PUT /channels/{}/messages/{}/reactions/{}/@me": (1, 0.25),
    "DELETE /channels/{}/messages/{}/reactions/{}/@me": (1, 0.25),
    "POST /channels/{}/messages/{}/threads": (50, 300.0),
    "PATCH /channels/{}": (10, 15.0),
    "GET /channels/{}/messages": (5, 5.0),
    "POST /webhooks/{}/{}": (5, 2.0),
    "PATCH /webhooks/{}/{}/messages/{}": (5, 2.0),
}
OTHERS = (50, 1.0)


class Trouble(Enum):
    """What can be wrong with Discord."""

    BUSY = "it takes one call a second"
    DOWN = "it answers 503"
    MUMBLES = "it does what it is asked, and answers 503"
    SLOW = "it answers late"


@dataclass(frozen=True)
class Bucket:
    """What the headers of an answer tell of a route's limit; `wait` is 0 where it was not passed.
    Times in seconds on the wall.
    """

    name: str
    limit: int
    left: int
    reset: float
    wait: float = 0.0
    everything: bool = False

    def headers(self, now: float) -> dict[str, str]:
        """As HTTP headers."""
        told = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.left),
            "X-RateLimit-Reset": f"{now + self.reset:.3f}",
            "X-RateLimit-Reset-After": f"{self.reset:.3f}",
            "X-RateLimit-Bucket": self.name,
        }
        if self.wait:
            # The library takes an answer without Via for a ban.
            told |= {"Retry-After": str(math.ceil(self.wait)), "Via": "1.1 google"}
            told["X-RateLimit-Scope"] = "global" if self.everything else "user"
        if self.everything:
            told["X-RateLimit-Global"] = "true"
        return told


@dataclass
class Throttle:
    """Who called what how often. `off` counts nothing."""

    clock: Clock
    off: bool = False
    _calls: dict[tuple[str, ...], deque[float]] = field(default_factory=dict)

    def count(self, route: str, major: str) -> Bucket | None:
        """Count a call of a route for one channel, guild or token; None where nothing is."""
        if self.off:
            return None
        answers = route.startswith(("POST /interactions", "GET /gateway")) or "/webhooks" in route
        if not answers and (every := self._window(("global",), GLOBAL, SECOND)).wait:
            return Bucket("global", GLOBAL, 0, every.reset, every.wait, everything=True)
        most, span = ROUTES.get(route, OTHERS)
        return self._window((route, major), most, span)

    def one_a_second(self) -> Bucket:
        """The same for a Discord that is busy; whatever `off` says."""
        return self._window(("busy",), 1, SECOND)

    def _window(self, key: tuple[str, ...], most: int, span: float) -> Bucket:
        now, calls = self.clock.counted(), self._calls.setdefault(key, deque())
        while calls and calls[0] <= now - span:
            calls.popleft()
        refused = len(calls) >= most
        if not refused:
            calls.append(now)
        reset = max(self.clock.on_the_wall(calls[0] + span - now), 0.001)
        name = f"{zlib.crc32(key[0].encode()):08x}"
        return Bucket(name, most, most - len(calls), reset, reset if refused else 0.0)
