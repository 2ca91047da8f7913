"""One connection to the gateway: what is sent goes out in order, squeezed if that was asked for;
whether the other side has taken it is known by a ping behind it.
"""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from itertools import count

from aiohttp import WSMsgType, web

from tests.discord.world import Json


class Squeeze:
    """How messages are compressed: one stream over all of a connection
    (docs.discord.com/developers/events/gateway#transport-compression).
    """

    def __init__(self, squeeze: Callable[[bytes], bytes] | None) -> None:
        self.squeeze = squeeze

    @classmethod
    def of(cls, name: str) -> "Squeeze":
        """By the name in the gateway's address; "" is none."""
        if name == "zlib-stream":
            stream = zlib.compressobj()
            return cls(lambda data: stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH))
        if name == "zstd-stream":
            import zstandard

            zstd = zstandard.ZstdCompressor().compressobj()
            flush = zstandard.COMPRESSOBJ_FLUSH_BLOCK
            return cls(lambda data: zstd.compress(data) + zstd.flush(flush))
        return cls(None)


class Line:
    """A connection, while it lasts."""

    def __init__(
        self, socket: web.WebSocketResponse, request: web.Request, squeeze: Squeeze
    ) -> None:
        self._socket = socket
        self._request = request
        self._squeeze = squeeze.squeeze
        self._waiting: asyncio.Queue[Json | bytes] = asyncio.Queue()
        self._pings: dict[bytes, asyncio.Future[None]] = {}
        self._numbers = count(1)
        self._over = False
        self._writer = asyncio.ensure_future(self._writes())

    def send(self, payload: Json) -> None:
        """Send it, after all that waits to be sent."""
        # Written down now: what it tells of may be another by the time it goes out.
        self._waiting.put_nowait(json.dumps(payload).encode())

    async def taken(self, seconds: float = 10.0) -> None:
        """Until the other side has read all that was sent, or is gone. Raises TimeoutError."""
        if self._over:
            return
        mark = str(next(self._numbers)).encode()
        self._pings[mark] = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait({"ping": mark})
        try:
            await asyncio.wait_for(self._pings[mark], seconds)
        finally:
            del self._pings[mark]

    async def hears(self) -> AsyncIterator[str]:
        """What the other side says, until it goes."""
        async for message in self._socket:
            if message.type is WSMsgType.TEXT:
                yield message.data
            elif message.type is WSMsgType.PING:
                await self._socket.pong(message.data)
            elif message.type is WSMsgType.PONG:
                waiting = self._pings.get(bytes(message.data))
                if waiting is not None and not waiting.done():
                    waiting.set_result(None)

    def cut(self) -> None:
        """Without a word."""
        self._gone()
        if self._request.transport is not None:
            self._request.transport.abort()

    async def close(self, code: int, why: str) -> None:
        """With one of Discord's codes, after what was sent."""
        with suppress(ConnectionError, TimeoutError):
            await self._socket.close(code=code, message=why.encode())
        self._gone()

    async def end(self) -> None:
        """Nothing is sent any more."""
        self._gone()
        self._writer.cancel()
        with suppress(asyncio.CancelledError):
            await self._writer

    def _gone(self) -> None:
        self._over = True
        for waiting in self._pings.values():
            if not waiting.done():
                waiting.set_result(None)

    async def _writes(self) -> None:
        with suppress(ConnectionError):
            while True:
                item = await self._waiting.get()
                if isinstance(item, dict):
                    await self._socket.ping(item["ping"])
                elif self._squeeze is not None:
                    await self._socket.send_bytes(self._squeeze(item))
                else:
                    await self._socket.send_str(item.decode())
