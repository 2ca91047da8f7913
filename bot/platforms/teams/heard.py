"""Whether messages that do not mention us come at all, which takes a permission that is given where
the app is added. It is remembered, so that `doctor` can tell.
"""

from datetime import UTC, datetime, timedelta

from bot.platforms.teams.handle import Handle
from bot.platforms.teams.places import key_of
from bot.port import Memory

HEARD, MENTIONED = "heard", "mentioned"  # kinds of what is remembered: when, by conversation
_OFTEN = timedelta(hours=1)
_KNOWN = 5_000


class Heard:
    """Where what was noticed, and when."""

    def __init__(self, memory: Memory) -> None:
        """`memory` is the same for every process."""
        self._memory = memory
        self._noticed: dict[tuple[str, str], datetime] = {}

    async def noticed(self, handle: Handle, *, mentioned: bool = False) -> None:
        """A message came there, with a mention of us or without. Raises a StorageError."""
        kind = MENTIONED if mentioned else HEARD
        now, what = datetime.now(UTC), (kind, handle.channel)
        last = self._noticed.get(what)
        if last is not None and now - last < _OFTEN:
            return
        if len(self._noticed) >= _KNOWN:
            self._noticed.clear()
        self._noticed[what] = now
        await self._memory.keep(kind, key_of(handle.channel), now.isoformat(timespec="seconds"))
