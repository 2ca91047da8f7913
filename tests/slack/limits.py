"""How often a method may be called, and what a Slack in trouble does.

Tiers: docs.slack.dev/apis/web-api/rate-limits. Each counts a method in a workspace; messages count
by channel too.
"""

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from tests.slack.clock import Clock

TIERS: Mapping[int, int] = {1: 1, 2: 20, 3: 50, 4: 100}  # calls a minute
MINUTE = 60.0
POSTS, POSTS_A_WORKSPACE = 1.0, 300  # a second a channel, with a short burst; a minute
BURST = 4
CONNECTIONS = 10  # tier 1 lets an app open all its connections in one go
SPECIAL = 600  # a minute, where the page says "hundreds"


class Trouble(Enum):
    """What can be wrong with Slack."""

    BUSY = "it takes one call a second"
    DOWN = "it answers 503"
    MUMBLES = "it does what it is asked, and the answer is lost"
    SLOW = "it answers late"


@dataclass
class Throttle:
    """Who called what how often. `off` counts nothing."""

    clock: Clock
    off: bool = False
    _calls: dict[tuple[str, ...], deque[float]] = field(default_factory=dict)
    _posts: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)

    def wait(self, team: str, method: str, most: int, channel: str = "") -> int:
        """Count a call; 0, or the seconds to wait in which it is not done."""
        if self.off:
            return 0
        waits = [self._window((team, method), most)]
        if method == "chat.postMessage" and not waits[0]:
            waits.append(self._burst(team, channel))
        return max(waits)

    def one_a_second(self, team: str) -> int:
        """The same for a Slack that is busy; whatever `off` says."""
        return self._window((team, "busy"), 1, 1.0)

    def _window(self, key: tuple[str, ...], most: int, span: float = MINUTE) -> int:
        now, calls = self.clock.counted(), self._calls.setdefault(key, deque())
        while calls and calls[0] <= now - span:
            calls.popleft()
        if len(calls) < most:
            calls.append(now)
            return 0
        return self._seconds(calls[0] + span - now)

    def _burst(self, team: str, channel: str) -> int:
        """A bucket that fills at one message a second."""
        now = self.clock.counted()
        held, since = self._posts.get((team, channel), (float(BURST), now))
        held = min(BURST, held + (now - since) * POSTS)
        if held < 1:
            self._posts[team, channel] = (held, now)
            return self._seconds((1 - held) / POSTS)
        self._posts[team, channel] = (held - 1, now)
        return 0

    def _seconds(self, counted: float) -> int:
        return max(1, math.ceil(self.clock.on_the_wall(counted)))
