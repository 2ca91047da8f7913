"""How often the bot may call, where the faults say so."""

import time
from collections import deque
from collections.abc import Callable

from bot.platforms.playground.server.refusals import Refused


class Rate:
    """How many calls there were in each channel within the last second."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        """None yet."""
        self._clock = clock
        self._calls: dict[str, deque[float]] = {}

    def count(self, channel: str, limit: int) -> None:
        """One more. Refused where `limit` a second is reached; 0 is no limit."""
        if not limit:
            self._calls.clear()
            return
        now = self._clock()
        calls = self._calls.setdefault(channel, deque())
        while calls and calls[0] <= now - 1:
            calls.popleft()
        if len(calls) >= limit:
            raise Refused(429, "Too many calls in this channel.", {"Retry-After": "1"})
        calls.append(now)
