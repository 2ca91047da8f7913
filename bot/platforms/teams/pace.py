"""How often the connector may be called about a conversation: what is too much is waited for a
moment, or said.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence

from bot.port import RateLimited

MOMENT = 0.75  # seconds that are waited; what takes longer is said
WINDOWS = ((7, 1.0), (8, 2.0), (60, 30.0), (1_800, 3_600.0))  # of calls and seconds
_KNOWN = 5_000  # conversations


class Pace:
    """The calls about each conversation in the last hour."""

    def __init__(
        self,
        windows: Sequence[tuple[int, float]] = WINDOWS,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """At most so many calls in so many seconds, each; `clock` tells seconds."""
        self._windows = windows
        self._most = max((many for many, _ in windows), default=1)
        self._clock = clock
        self._calls: OrderedDict[str, deque[float]] = OrderedDict()
        self._until: dict[str, float] = {}

    async def turn(self, conversation: str) -> None:
        """Wait for one's turn. Raises RateLimited where that is longer than a moment."""
        now = self._clock()
        at = max(now, self._until.get(conversation, now))
        calls = self._of(conversation)
        for many, seconds in self._windows:
            if len(calls) >= many:
                at = max(at, calls[-many] + seconds)
        if at - now > MOMENT:
            raise RateLimited(at - now)
        calls.append(at)
        if at > now:
            await asyncio.sleep(at - now)

    def note(self, conversation: str, seconds: float) -> None:
        """The connector asks for so many seconds of patience there."""
        if len(self._until) >= _KNOWN:
            now = self._clock()
            self._until = {key: at for key, at in self._until.items() if at > now}
        until = self._clock() + seconds
        self._until[conversation] = max(until, self._until.get(conversation, until))

    def _of(self, conversation: str) -> deque[float]:
        calls = self._calls.get(conversation)
        if calls is None:
            calls = self._calls[conversation] = deque(maxlen=self._most)
            if len(self._calls) > _KNOWN:
                self._calls.popitem(last=False)
        else:
            self._calls.move_to_end(conversation)
        return calls
