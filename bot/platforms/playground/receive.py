"""The endpoint that the playground calls: who calls is verified, what was done is handed to the
product, what it answers is the body. The hot path: plain dicts, no models.
"""

import hmac
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

import structlog
from pydantic_core import from_json, to_json
from starlette.types import Receive, Scope, Send

from bot.cards.layout import gathered
from bot.logs import new_reference
from bot.platforms.playground.events import Event, inbound
from bot.platforms.playground.render import answered, apology
from bot.platforms.playground.wire import SIGNATURE, TIMESTAMP
from bot.port import Front, Settled, Submitted
from core.frozen import frozen

PATH = "/platforms/playground"
FRESH = 300  # seconds that a signature counts
LARGEST = 10 * 1024**2  # bytes: a form with every field full, each character escaped
_SIGNATURE, _TIMESTAMP = SIGNATURE.lower().encode(), TIMESTAMP.lower().encode()  # as ASGI has them
_Headers = Mapping[bytes, bytes]
_log = structlog.get_logger(__name__)


@frozen
class _Reply:
    """What is answered: a wire.BotAnswer, or what is wrong."""

    body: bytes
    settled: Settled | None = None
    status: int = 200


class Receiver:
    """ASGI: POST, signed as wire.Event says; the body is a wire.BotAnswer."""

    def __init__(
        self, front: Front, secret: str, *, clock: Callable[[], float] = time.time
    ) -> None:
        """`secret` is what the playground signs with; `clock` tells Unix seconds."""
        self._front = front
        self._secret = secret.encode()
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one event; once that has gone out, the product hears that it has."""
        body = await _read(receive)
        reply = await self._reply(dict(scope["headers"]), body)
        size = b"%d" % len(reply.body)
        headers = [(b"content-type", b"application/json"), (b"content-length", size)]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})
        if reply.settled is not None:
            await self._front.settle(reply.settled)

    async def _reply(self, headers: _Headers, body: bytes | None) -> _Reply:
        if body is None:
            return _refused(413, "An event has at most 10 MB.")
        if not self._genuine(headers, body):
            _log.warning("playground-refused")
            return _refused(401, "The signature or its time is not right.")
        try:
            event = from_json(body, allow_inf_nan=False)
            did = inbound(event)
        except (KeyError, TypeError, ValueError, AttributeError):
            return _refused(400, "This is no event of the playground.")
        if did is None:
            return _Reply(b"{}")
        if isinstance(did, Submitted):
            values, errors = gathered(did.values)
            if errors:
                return _Reply(to_json({"errors": errors}))
            did = replace(did, values=values)
        try:
            answer = await self._front.receive(did)
            return _Reply(to_json(answered(answer, event["type"])), answer.settled)
        except Exception as error:
            return self._failed(event, error)

    def _genuine(self, headers: _Headers, body: bytes) -> bool:
        """Whether the playground sent this, just now."""
        said = headers.get(_TIMESTAMP, b"").decode("latin-1")
        if not said.isdecimal() or len(said) > 12 or abs(self._clock() - int(said)) > FRESH:
            return False
        wanted = signature(self._secret, said, body)
        return hmac.compare_digest(wanted.encode(), headers.get(_SIGNATURE, b""))

    def _failed(self, event: Event, error: Exception) -> _Reply:
        """A sentence for who waits. The next event is none the worse for it."""
        reference = new_reference()
        _log.error("playground-failed", ref=reference, type=event["type"], exc_info=error)
        return _Reply(to_json(apology(reference, event)))


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """What the header SIGNATURE holds for `body`, sent at `timestamp` (Unix seconds)."""
    return "v1=" + hmac.digest(secret, timestamp.encode() + b"." + body, "sha256").hex()


async def _read(receive: Receive) -> bytes | None:
    """The whole body; None where it is too large, or its sender gave up."""
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return None
        part = message.get("body", b"")
        size += len(part)
        if size > LARGEST:
            return None
        parts.append(part)
        more = message.get("more_body", False)
    return b"".join(parts)


def _refused(status: int, sentence: str) -> _Reply:
    return _Reply(to_json({"error": sentence}), status=status)
