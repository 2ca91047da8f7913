"""How events reach the bot: over HTTP, or straight into an ASGI application of this process."""

import asyncio
from collections.abc import Mapping
from typing import Protocol

import aiohttp
import structlog
from starlette.types import ASGIApp, Message, Scope

_PATIENCE = aiohttp.ClientTimeout(total=15, connect=3)
_ANSWER = 4 * 1024**2  # bytes of an answer at most
_log = structlog.get_logger(__name__)


class Delivery(Protocol):
    """Carries a signed event to the bot; its status and the body of its answer.

    Raises OSError, TimeoutError or aiohttp.ClientError where nobody answers.
    """

    async def __call__(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Deliver once."""
        ...


class OverHttp:
    """To an address."""

    def __init__(self, url: str) -> None:
        """`url` is what the bot answers at. Connects when first used."""
        self._url = url
        self._session: aiohttp.ClientSession | None = None

    async def __call__(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """POST it."""
        if self._session is None:
            jar = aiohttp.DummyCookieJar()
            self._session = aiohttp.ClientSession(timeout=_PATIENCE, cookie_jar=jar)
        async with self._session.post(
            self._url, data=body, headers=headers, allow_redirects=False
        ) as response:
            answer = bytearray()
            async for part in response.content.iter_chunked(64 * 1024):
                answer += part
                if len(answer) > _ANSWER:
                    return 502, b""
            return response.status, bytes(answer)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None


class InProcess:
    """To `app`, as a server would call it for a POST of `path`.

    Like a server it does not end the call when nobody waits for the answer any more, and what the
    app does after its answer goes on.
    """

    def __init__(self, app: ASGIApp, path: str) -> None:
        """`app` is the bot's, or the site that it is part of."""
        self._app = app
        self._static = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "client": ("127.0.0.1", 0),
            "server": ("localhost", 80),
        }
        self._running: set[asyncio.Task[None]] = set()

    async def __call__(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Call the application."""
        exchange = _Exchange(body)
        task = asyncio.create_task(self._call(exchange, self._scope(headers, len(body))))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await exchange.answer

    async def close(self) -> None:
        """Wait for what goes on."""
        while self._running:
            await asyncio.wait(self._running)

    async def _call(self, exchange: "_Exchange", scope: Scope) -> None:
        try:
            await self._app(scope, exchange.receive, exchange.send)
        except Exception as error:
            _log.error("playground-bot-failed", exc_info=error)
        finally:
            exchange.give(500, b"")  # unless it answered

    def _scope(self, headers: Mapping[str, str], size: int) -> Scope:
        fields = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        fields += ((b"host", b"localhost"), (b"content-length", b"%d" % size))
        return {**self._static, "headers": fields, "state": {}}


class _Exchange:
    """One request and its answer."""

    def __init__(self, body: bytes) -> None:
        self._body: bytes | None = body
        self._status = 500
        self._parts: list[bytes] = []
        self.answer: asyncio.Future[tuple[int, bytes]] = asyncio.get_running_loop().create_future()

    async def receive(self) -> Message:
        """The body at once, then nothing until all was answered."""
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        await asyncio.wait([self.answer])
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Take the answer in parts."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
        elif message["type"] == "http.response.body":
            self._parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                self.give(self._status, b"".join(self._parts))

    def give(self, status: int, body: bytes) -> None:
        """Answer, unless that was done or nobody waits."""
        if not self.answer.done():
            self.answer.set_result((status, body))
