"""One open stream of server-sent events: a bounded queue and the bytes that go out."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable

ROOM = 256  # frames that wait for a slow reader
_RELOAD = b"event: reload\ndata: {}\n\n"


class Stream:
    """What one browser is sent. A reader who falls too far behind is told to read anew."""

    def __init__(self, user: str) -> None:
        """`user` is whose view it is."""
        self.user = user
        self._waiting: deque[bytes] = deque()
        self._any = asyncio.Event()
        self._ended = False

    def push(self, frame: bytes) -> None:
        """Send this next."""
        if self._ended:
            return
        if len(self._waiting) >= ROOM:
            self._waiting.clear()
            self._waiting.append(_RELOAD)
            self._ended = True
        else:
            self._waiting.append(frame)
        self._any.set()

    def end(self) -> None:
        """Send what waits, and no more."""
        self._ended = True
        self._any.set()

    async def sent(self, heartbeat: float, beat: Callable[[], bytes]) -> AsyncIterator[bytes]:
        """What goes out; after `heartbeat` seconds of silence, what `beat` says."""
        while True:
            if not self._waiting:
                if self._ended:
                    return
                self._any.clear()
                try:
                    async with asyncio.timeout(heartbeat):
                        await self._any.wait()
                except TimeoutError:
                    yield beat()
                continue
            frames = b"".join(self._waiting)
            self._waiting.clear()
            yield frames
