"""Which kinds of events have come from a workspace, and where the bot has posted there: by what
never comes, though it must have, `doctor` can tell that the app is not subscribed to it.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import structlog

from bot.port import Memory

KIND, POSTED = "heard", "posted"
AGAIN = 6 * 3600.0  # seconds after which it is noted once more
LASTS = timedelta(days=30)  # what was so before may be so no more
_log = structlog.get_logger(__name__)


class Heard:
    """Notes each kind once in a while, aside from what else is done. Raises nothing."""

    def __init__(self, memory: Memory, *, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` tells seconds."""
        self._memory = memory
        self._clock = clock
        self._noted: dict[tuple[str, str], float] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def note(self, body: Mapping[str, Any]) -> None:
        """An event came."""
        self._note(KIND, body.get("team_id", ""), kind_of(body.get("event", {})))

    def posted(self, workspace: str, channel: str) -> None:
        """The bot wrote in a channel; Slack tells us so, where we are subscribed to it."""
        self._note(POSTED, workspace, channel[:1])

    async def of(self, workspace: str) -> set[str]:
        """The kinds that came from a workspace, as the manifest names them."""
        return await self._all(KIND, workspace)

    async def places(self, workspace: str) -> set[str]:
        """In which kinds of channels the bot has posted: C for channels, D for conversations of
        two, G for private channels of old.
        """
        return await self._all(POSTED, workspace)

    async def close(self) -> None:
        """What was noted is kept."""
        await asyncio.gather(*self._tasks)

    def _note(self, kind: str, workspace: str, what: str) -> None:
        noted = kind, f"{workspace} {what}"
        if self._clock() - self._noted.get(noted, -AGAIN) < AGAIN:
            return
        self._noted[noted] = self._clock()
        task = asyncio.create_task(self._keep(*noted))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _all(self, kind: str, workspace: str) -> set[str]:
        kept = await self._memory.all(kind)
        return {key.partition(" ")[2] for key in kept if key.startswith(f"{workspace} ")}

    async def _keep(self, kind: str, key: str) -> None:
        try:
            await self._memory.keep(kind, key[:200], "1", lasts=LASTS)
        except Exception as error:
            _log.warning("slack-heard-not-noted", exc_info=error)


def kind_of(event: Mapping[str, Any]) -> str:
    """An event's name as one subscribes to it: messages by the kind of their channel."""
    if event.get("type") != "message":
        return str(event.get("type", ""))
    kinds = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
    return f"message.{kinds.get(event.get('channel_type', ''), 'channels')}"
