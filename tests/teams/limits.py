"""How often what may be called, and what a Teams in trouble does
(learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit).
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from tests.slack.clock import Clock

# How often in how many seconds, by what is done, in one conversation.
_SENDS = ((7, 1.0), (8, 2.0), (60, 30.0), (1_800, 3_600.0))
_READS = ((14, 1.0), (16, 2.0), (120, 30.0), (3_600, 3_600.0))
WINDOWS: Mapping[str, tuple[tuple[int, float], ...]] = {
    "send": _SENDS,
    "create": _SENDS,
    "members": _READS,
    "conversations": _READS,
    "react": ((2, 1.0),),
}
EVERYTHING = (50, 1.0)  # of one app in one tenant


class Trouble(Enum):
    """What can be wrong with Teams."""

    BUSY = "it takes one call a second"
    DOWN = "it answers 502"
    MUMBLES = "it does what it is asked, and the answer is lost"
    FLAKY = "it answers 412, 502 and 504 once each, then it works"
    SLOW = "it answers late"


@dataclass
class Throttle:
    """Who called what how often. `off` counts nothing; `waits` is in seconds on the wall."""

    clock: Clock
    off: bool = False
    _calls: dict[tuple[str, ...], deque[float]] = field(default_factory=dict)

    def count(self, what: str, place: str, app: str) -> float:
        """Count a call; how long to wait where it is one too many, else 0."""
        if self.off:
            return 0.0
        windows = [((what, place, str(n)), *w) for n, w in enumerate(WINDOWS.get(what, ()))]
        windows.append((("everything", app, ""), *EVERYTHING))
        waits = [self._waits(*window) for window in windows]
        if not any(waits):
            for key, *_ in windows:
                self._calls[key].append(self.clock.counted())
        return max(waits)

    def one_a_second(self) -> float:
        """The same for a Teams that is busy; whatever `off` says."""
        key = ("busy",)
        wait = self._waits(key, 1, 1.0)
        if not wait:
            self._calls[key].append(self.clock.counted())
        return wait

    def _waits(self, key: tuple[str, ...], most: int, span: float) -> float:
        now, calls = self.clock.counted(), self._calls.setdefault(key, deque())
        while calls and calls[0] <= now - span:
            calls.popleft()
        if len(calls) < most:
            return 0.0
        return max(self.clock.on_the_wall(calls[0] + span - now), 0.001)
