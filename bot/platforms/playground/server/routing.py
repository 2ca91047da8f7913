"""How every request is taken: let in at the door, its body bounded and of the right type, and
whatever cannot be done answered with a sentence.
"""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send

from bot.platforms.playground.server.refusals import Documented, Failure, Refused, wrong_field

LARGEST = 8 * 1024**2  # bytes of a body that is not a file
_Handle = Callable[[Request], Coroutine[Any, Any, Response]]
Admit = Callable[[Request], Awaitable[None]]
Take = Callable[[Request, bytes], Awaitable[Response]]

# What any request may be answered with.
FAILURES: Documented = {
    400: {"model": Failure, "description": "Something in it is not right; says what."},
    401: {"model": Failure, "description": "Sign in first."},
    403: {"model": Failure, "description": "Not from there, or not by you."},
    404: {"model": Failure, "description": "There is no such thing."},
    "default": {"model": Failure, "description": "It could not be done; says what to do."},
}


def route(admit: Admit) -> type[APIRoute]:
    """The class of routes that let in whom `admit` does not refuse."""

    class Guarded(APIRoute):
        """A route behind the door."""

        def get_route_handler(self) -> _Handle:
            """FastAPI's, guarded."""
            handle = super().get_route_handler()

            async def guarded(request: Request) -> Response:
                try:
                    await admit(request)
                    _require_json(request)
                    return await handle(_bounded(request))
                except Refused as refused:
                    return failed(refused)
                except RequestValidationError as error:
                    return failed(Refused(400, wrong_field(error.errors()[0])))

            return guarded

    return Guarded


class Straight:
    """ASGI: a POST of JSON, guarded as `route` guards it, without a framework around it.

    For what happens most: the framework takes longer than the click. A route describes it.
    """

    def __init__(self, admit: Admit, take: Take) -> None:
        """`take` answers a request and its body."""
        self._admit = admit
        self._take = take

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            await self._admit(request)
            _require_json(request)
            response = await self._take(request, await _read(receive))
        except Refused as refused:
            response = failed(refused)
        await response(scope, receive, send)


def failed(refused: Refused) -> Response:
    """The answer that says so."""
    # What came in is named in it, whatever that was.
    sentence = refused.sentence.encode(errors="replace").decode()
    body = Failure(error=sentence).model_dump(exclude_none=True)
    return JSONResponse(body, refused.status_code, refused.headers)


def raw(text: str, status: int = 200) -> Response:
    """JSON that is written already."""
    return Response(text.encode(), status, media_type="application/json")


def taking(model: type[BaseModel]) -> dict[str, Any]:
    """For /openapi.json: the body of a request that is checked by hand.

    The blocks in it are described where they are sent.
    """
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    return {"requestBody": body}


def taking_bytes() -> dict[str, Any]:
    """For /openapi.json: a body that is a file's bytes."""
    schema = {"type": "string", "format": "binary"}
    return {"requestBody": {"content": {"application/octet-stream": {"schema": schema}}}}


def is_upload(request: Request) -> bool:
    """Whether the body is a file, which is read as it comes."""
    path: str = request.scope["path"]
    return request.method == "POST" and path.endswith("/files")


def _require_json(request: Request) -> None:
    headers = request.headers
    if request.method == "GET" or is_upload(request):
        return
    size = headers.get("content-length", "0" if "transfer-encoding" not in headers else "1")
    if size.isdecimal() and int(size) > LARGEST:
        raise _too_large()
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if size != "0" and kind != "application/json":
        raise Refused(415, "Send JSON, with Content-Type: application/json.")


def _bounded(request: Request) -> Request:
    """The same, until a body that is no file grows too large."""
    if request.method == "GET" or is_upload(request):
        return request
    receive: Receive = request.receive
    size = 0

    async def bounded() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > LARGEST:
            raise _too_large()
        return message

    return Request(request.scope, bounded)


async def _read(receive: Receive) -> bytes:
    """The whole body. Refused where it grows too large."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientDisconnect
        body += message.get("body", b"")
        if len(body) > LARGEST:
            raise _too_large()
        more = message.get("more_body", False)
    return bytes(body)


def _too_large() -> Refused:
    return Refused(413, f"The request is larger than {LARGEST // 1024**2} MB.")
