"""The door for signed HTTP: reads what Slack sends, and hands it to the Bolt app, which looks at
who signed it. What is done about it is not known here.

Bolt would read it too; but it decodes the form that a click is sent as in Python, which takes as
long as all else that it does with a click.
"""

import re
from binascii import a2b_qp
from collections.abc import Mapping
from typing import Any

import structlog
from pydantic_core import from_json
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.platforms.slack.receive import MISUNDERSTOOD
from bot.platforms.slack.surface import PATH

LARGEST = 4_000_000  # bytes; what Slack sends is a tenth of it
_SECONDS = re.compile("[0-9]{1,12}")
_FORM = b"payload="  # begins an interaction, which is nothing but that
_log = structlog.get_logger(__name__)


def door(app: AsyncApp) -> Route:
    """Where Slack sends all of it by HTTP; what is not signed is refused with 401, and so is what
    cannot be read: that is not from Slack.
    """
    return Route(PATH, _Door(app), methods=["POST"])


class _Door:
    """ASGI: one request."""

    def __init__(self, app: AsyncApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._taken(Request(scope, receive))
        await response(scope, receive, send)

    async def _taken(self, request: Request) -> Response:
        if not _looks_signed(request.headers):
            return Response(status_code=401)
        length = request.headers.get("content-length", "")
        if not length.isdecimal():  # Slack always says it, and the server keeps to it
            return Response(status_code=411)
        if int(length) > LARGEST:
            return Response(status_code=413)
        try:
            asked = _asked(await request.body(), request.headers)
            return to_starlette_response(await self._app.async_dispatch(asked))
        except MISUNDERSTOOD as error:  # it is read before anybody looks at who signed it
            _log.info("slack-unreadable", why=type(error).__name__)
            return Response(status_code=401)


def _looks_signed(headers: Mapping[str, str]) -> bool:
    """Whether there is a signature to check, as Slack writes them."""
    at = headers.get("x-slack-request-timestamp", "")
    return bool(_SECONDS.fullmatch(at)) and headers.get("x-slack-signature", "").isascii()


def _asked(raw: bytes, headers: Any) -> AsyncBoltRequest:
    """What Bolt takes; what we do not read ourselves, it reads."""
    payload = _payload(raw)
    if payload is None:
        return AsyncBoltRequest(body=raw.decode(), headers=headers)
    # Only by a socket Bolt takes what is read already; but this is signed, and that is looked at.
    asked = AsyncBoltRequest(body=payload, headers=headers, mode="socket_mode")
    asked.raw_body, asked.mode = raw.decode(), "http"
    return asked


def _payload(raw: bytes) -> dict[str, Any] | None:
    """The payload of an interaction."""
    value = raw[len(_FORM) :]
    if not raw.startswith(_FORM) or b"&" in value or b"=" in value:
        return None
    # Quoted-printable is percent-encoding with another sign; that one is decoded in C.
    decoded = a2b_qp(value.replace(b"+", b" ").replace(b"%", b"="))
    try:
        found = from_json(decoded)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
