"""The door: where Teams posts everything. Who knocks is looked at before anything is read closely;
what is done about it is not known here.
"""

import re
from collections.abc import Mapping
from typing import Any

import structlog
from pydantic_core import from_json, to_json
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.logs import new_reference
from bot.loopback import is_loopback
from bot.platforms.teams.receive import Receiver, Reply
from bot.platforms.teams.surface import PATH
from bot.platforms.teams.verify import Stranger, Verifier
from bot.port import Unavailable

LARGEST = 1_000_000  # bytes; what Teams sends is a tenth of it
_PROXY = re.compile(r"forwarded|via|cf-.*|true-client-ip|x-(?!ms-).*")  # headers that are its own
_PAGES = ("origin", "sec-fetch-site")  # what only browsers say
_log = structlog.get_logger(__name__)


def door(receiver: Receiver, verifier: Verifier) -> Route:
    """Everything of Teams', by POST."""
    return Route(PATH, Door(receiver, verifier), methods=["POST"])


class Door:
    """ASGI: one activity."""

    def __init__(self, receiver: Receiver, verifier: Verifier) -> None:
        """`verifier` knows who may knock."""
        self._receiver = receiver
        self._verifier = verifier

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            reply = await self._replied(request)
        except ClientDisconnect:
            return
        content = None if reply.body is None else to_json(reply.body)
        response = Response(content, reply.status, media_type="application/json")
        await response(scope, receive, send)

    async def _replied(self, request: Request) -> Reply:
        raw = await _body(request)
        if raw is None:
            return _refused(413, "That is too large.")
        activity = _activity(raw)
        authorization = request.headers.get("authorization", "")
        try:
            await self._verifier.check(authorization, activity or {}, _peer(request))
        except Stranger as error:
            _log.warning("teams-stranger", status=error.status, why=str(error))
            return _refused(error.status, "You are not Microsoft Teams speaking to this app.")
        except Exception as error:
            unknown = isinstance(error, Unavailable)
            _log.error("teams-not-verified", ref=new_reference(), exc_info=error, keys=unknown)
            return _refused(503, "It cannot be told now who you are. Try again.")
        if activity is None:
            return _refused(400, "That is no activity.")
        return await self._receiver.take(activity)


async def _body(request: Request) -> bytes | None:
    """The whole of it, unless that is too much."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > LARGEST:
        return None
    raw = b""
    async for part in request.stream():
        raw += part
        if len(raw) > LARGEST:
            return None
    return raw


def _activity(raw: bytes) -> Mapping[str, Any] | None:
    """What was posted, if it can be an activity at all."""
    try:
        found = from_json(raw)
    except ValueError:
        return None
    is_one = isinstance(found, dict) and isinstance(found.get("type"), str)
    return found if is_one else None


def _peer(request: Request) -> str:
    """Who is at the other end; "" where a proxy may stand between, or a page in a browser, or where
    another name was used.
    """
    try:
        host = request.url.hostname or ""
    except ValueError:
        return ""
    # Some proxies add nothing, but speak as nobody else does any more.
    by_proxy = request.scope.get("http_version") == "1.0" or any(
        map(_PROXY.fullmatch, request.headers)
    )
    by_page = any(name in request.headers for name in _PAGES)
    if by_proxy or by_page or not is_loopback(host):
        return ""
    return request.client.host if request.client else ""


def _refused(status: int, why: str) -> Reply:
    return Reply(status, {"error": {"code": str(status), "message": why}})
