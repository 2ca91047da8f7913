"""Whether messages that do not mention us come at all, which takes a permission that is given where
the app is added. It is remembered, so that `doctor` can tell.
"""

from datetime import UTC, datetime, timedelta

from bot.platforms.teams.handle import Handle
from bot.platforms.teams.places import key_of
from bot.port import Memory

KIND = "heard"  # of what is remembered: when, by conversation
_OFTEN = timedelta(hours=1)
_KNOWN = 5_000


class Heard:
    """Where that was noticed, and when."""

    def __init__(self, memory: Memory) -> None:
        """`memory` is the same for every process."""
        self._memory = memory
        self._noticed: dict[str, datetime] = {}

    async def noticed(self, handle: Handle) -> None:
        """Such a message came there. Raises a StorageError."""
        now = datetime.now(UTC)
        last = self._noticed.get(handle.channel)
        if last is not None and now - last < _OFTEN:
            return
        if len(self._noticed) >= _KNOWN:
            self._noticed.clear()
        self._noticed[handle.channel] = now
        await self._memory.keep(KIND, key_of(handle.channel), now.isoformat(timespec="seconds"))
