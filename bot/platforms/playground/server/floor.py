"""Up to which number every change has been seen. Numbers come from a sequence, and what took a
lower one may be committed later than what took a higher.
"""

import time
from collections import deque
from collections.abc import Callable

SETTLED = 5.0  # seconds after which a statement that took a number has ended


class Floor:
    """What was seen, and the number up to which nothing can come any more."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with `start`."""
        self._clock = clock
        self._seen: set[int] = set()
        self._order: deque[tuple[float, int]] = deque()
        self._number = 0
        self.highest = 0  # of the numbers that are known to have been given

    def start(self, last: int, seen: set[int]) -> None:
        """`last` is the newest number; of the hundred before it `seen` are there."""
        self._number = max(0, last - 100)
        self.highest = last
        self._seen = {*seen, last}
        self._order = deque((self._clock(), number) for number in sorted(self._seen))

    def see(self, number: int) -> bool:
        """Whether this is the first time."""
        self._settle()
        if number in self._seen:
            return False
        self._seen.add(number)
        self.highest = max(self.highest, number)
        self._order.append((self._clock(), number))
        return True

    @property
    def number(self) -> int:
        """Every change up to this one was seen."""
        self._settle()
        return self._number

    @property
    def seen(self) -> list[int]:
        """What was seen above `number`."""
        lowest = self.number
        return [number for number in self._seen if number > lowest]

    def _settle(self) -> None:
        until = self._clock() - SETTLED
        while self._order and self._order[0][0] <= until:
            number = self._order.popleft()[1]
            self._seen.discard(number)
            self._number = max(self._number, number)
