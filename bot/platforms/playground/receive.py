"""The endpoint that the playground calls: who calls is verified, what was done is handed to the
product, what it answers is the body. The hot path: plain dicts, no models.
"""

import hmac
import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import structlog
from starlette.background import BackgroundTask
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.cards.layout import gathered
from bot.logs import new_reference
from bot.platforms.playground.events import Event, inbound
from bot.platforms.playground.render import answered, apology
from bot.platforms.playground.wire import SIGNATURE, TIMESTAMP
from bot.port import Answer, Front, Submitted

PATH = "/platforms/playground"
FRESH = 300  # seconds that a signature counts
LARGEST = 10 * 1024**2  # bytes: a form with every field full, each character escaped
_log = structlog.get_logger(__name__)


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
        """Answer one event."""
        body = await _read(receive)
        response = await self._answer(Headers(scope=scope), body)
        await response(scope, receive, send)

    async def _answer(self, headers: Headers, body: bytes | None) -> Response:
        if body is None:
            return _refused(413, "An event has at most 10 MB.")
        if not self._genuine(headers, body):
            _log.warning("playground-refused")
            return _refused(401, "The signature or its time is not right.")
        try:
            event = json.loads(body)
            did = inbound(event)
        except (KeyError, TypeError, ValueError, AttributeError):
            return _refused(400, "This is no event of the playground.")
        if did is None:
            return _json(200, {})
        if isinstance(did, Submitted):
            values, errors = gathered(did.values)
            if errors:
                return _json(200, {"errors": errors})
            did = replace(did, values=values)
        try:
            answer = await self._front.receive(did)
            return _carrying(answered(answer, event["type"]), answer, self._front)
        except Exception as error:
            return self._failed(event, error)

    def _genuine(self, headers: Headers, body: bytes) -> bool:
        """Whether the playground sent this, just now."""
        said = headers.get(TIMESTAMP, "")
        if not said.isdecimal() or len(said) > 12 or abs(self._clock() - int(said)) > FRESH:
            return False
        wanted = signature(self._secret, said, body)
        return hmac.compare_digest(wanted.encode(), headers.get(SIGNATURE, "").encode())

    def _failed(self, event: Event, error: Exception) -> Response:
        """A sentence for who waits. The next event is none the worse for it."""
        reference = new_reference()
        _log.error("playground-failed", ref=reference, type=event["type"], exc_info=error)
        return _json(200, apology(reference, event))


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """What the header SIGNATURE holds for `body`, sent at `timestamp` (Unix seconds)."""
    return "v1=" + hmac.digest(secret, timestamp.encode() + b"." + body, "sha256").hex()


def _carrying(body: dict[str, Any], answer: Answer, front: Front) -> Response:
    """What was answered; once it has gone out, the product hears that it has."""
    response = _json(200, body)
    if answer.settled is not None:
        response.background = BackgroundTask(front.settle, answer.settled)
    return response


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


def _refused(status: int, sentence: str) -> Response:
    return _json(status, {"error": sentence})


def _json(status: int, body: dict[str, Any]) -> Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text.encode(), status, media_type="application/json")
