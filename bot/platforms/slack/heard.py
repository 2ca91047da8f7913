"""Which kinds of events have come from a workspace: by what never comes, `doctor` can tell that
the app is not subscribed to it.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

import structlog

from bot.port import Memory

KIND = "heard"
AGAIN = 6 * 3600.0  # seconds after which it is noted once more
_log = structlog.get_logger(__name__)


class Heard:
    """Notes each kind once in a while, aside from what else is done. Raises nothing."""

    def __init__(self, memory: Memory, *, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` tells seconds."""
        self._memory = memory
        self._clock = clock
        self._noted: dict[str, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def note(self, body: Mapping[str, Any]) -> None:
        """An event came."""
        key = f"{body.get('team_id', '')} {kind_of(body.get('event', {}))}"
        if self._clock() - self._noted.get(key, -AGAIN) < AGAIN:
            return
        self._noted[key] = self._clock()
        task = asyncio.create_task(self._keep(key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def of(self, workspace: str) -> set[str]:
        """The kinds that came from a workspace, as the manifest names them."""
        kept = await self._memory.all(KIND)
        return {key.partition(" ")[2] for key in kept if key.startswith(f"{workspace} ")}

    async def _keep(self, key: str) -> None:
        try:
            await self._memory.keep(KIND, key[:200], "1")
        except Exception as error:
            _log.warning("slack-heard-not-noted", exc_info=error)


def kind_of(event: Mapping[str, Any]) -> str:
    """An event's name as one subscribes to it: messages by the kind of their channel."""
    if event.get("type") != "message":
        return str(event.get("type", ""))
    kinds = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
    return f"message.{kinds.get(event.get('channel_type', ''), 'channels')}"
