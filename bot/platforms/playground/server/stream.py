"""One open stream of server-sent events: a bounded queue and the bytes that go out."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable

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

    async def sent(
        self, heartbeat: float, beat: Callable[[], bytes]
    ) -> AsyncGenerator[bytes, None]:
        """What goes out; after `heartbeat` seconds of silence, what `beat` says."""
        silence = _Silence(heartbeat, lambda: self.push(beat()))
        try:
            while self._waiting or not self._ended:
                if not self._waiting:
                    self._any.clear()
                    await self._any.wait()
                    continue
                frames = b"".join(self._waiting)
                self._waiting.clear()
                yield frames
                silence.broken()
        finally:
            silence.end()


class _Silence:
    """Calls `long` whenever nothing was said for `seconds`. One timer, which what is said leaves
    alone: it looks, when it rings, how long that is ago.
    """

    def __init__(self, seconds: float, long: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._seconds = seconds
        self._long = long
        self._since = self._loop.time()
        self._timer = self._loop.call_later(seconds, self._ring)

    def broken(self) -> None:
        """Something was said."""
        self._since = self._loop.time()

    def end(self) -> None:
        """Never call again."""
        self._timer.cancel()

    def _ring(self) -> None:
        left = self._since + self._seconds - self._loop.time()
        if left <= 0:
            self._long()
            left = self._seconds
        self._timer = self._loop.call_later(left, self._ring)
