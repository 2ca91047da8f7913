"""What is answered when something is not there or goes wrong: JSON with a reference, no details."""

from collections.abc import Iterable

import structlog
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.logs import new_reference

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
}
# As they are sent, made once.
_RAW = [(name.lower().encode(), value.encode()) for name, value in _HEADERS.items()]
_SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address cannot be used that way.",
}
_log = structlog.get_logger()


async def refuse(request: Request, error: Exception) -> Response:
    """The answer to a request that cannot be served."""
    assert isinstance(error, HTTPException)
    sentence = _SENTENCES.get(error.status_code, "This request cannot be answered.")
    reference = new_reference()
    _log.info("http-refused", ref=reference, status=error.status_code, method=request.method)
    return _failure(error.status_code, sentence, reference, error.headers)


async def misunderstood(request: Request, error: Exception) -> Response:
    """The answer to a request that is not as `/openapi.json` says: which field, and why."""
    assert isinstance(error, RequestValidationError)
    first = next(iter(error.errors()), {"loc": (), "msg": "not understood"})
    where = ".".join(str(part) for part in first["loc"])
    reference = new_reference()
    _log.info("http-misunderstood", ref=reference, method=request.method, where=where)
    return _failure(400, f"{where or 'request'}: {first['msg']}.", reference)


class Safely:
    """Middleware: safe headers on every answer, and an answer whatever goes wrong inside.

    A page that needs more than the strict policy for its content says so itself.
    """

    def __init__(self, app: ASGIApp) -> None:
        """`app` is what is kept safe."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def send_safely(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message = {**message, "headers": _safe(message.get("headers", ()))}
            await send(message)

        try:
            await self._app(scope, receive, send_safely)
        except Exception as error:
            reference = new_reference()
            _log.error("http-failed", ref=reference, path=_route(scope), exc_info=error)
            if begun:  # nothing more can be said; the connection is cut
                raise
            sentence = "Something went wrong here. Try again; if it stays, tell the reference."
            await _failure(500, sentence, reference)(scope, receive, send_safely)


def _safe(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The same, and what they do not say themselves."""
    said = list(headers)
    names = {name.lower() for name, _ in said}
    return said + [field for field in _RAW if field[0] not in names]


def _route(scope: Scope) -> str:
    """The route's pattern: a path may hold what somebody typed."""
    return str(getattr(scope.get("route"), "path", "?"))


def _failure(status: int, sentence: str, reference: str, headers: object = None) -> JSONResponse:
    extra = dict(headers) if isinstance(headers, dict) else None
    body = {"error": sentence, "reference": reference}
    return JSONResponse(body, status_code=status, headers=extra)
