"""How often a page that anybody may open is made: what it costs has an end, however many come."""

import time
from collections import deque
from collections.abc import Callable

MOST, MINUTE = 60, 60.0  # pages, within so many seconds; of a process


class Visits:
    """Of one page."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        """None yet. `clock` tells seconds."""
        self._clock = clock
        self._at: deque[float] = deque(maxlen=MOST)

    def wait(self) -> float:
        """0, and one more was let in; or the seconds until the next one is."""
        now = self._clock()
        if len(self._at) == MOST and (left := self._at[0] + MINUTE - now) > 0:
            return left
        self._at.append(now)
        return 0.0
