"""Files: sent in as raw bytes that are counted while they come, and handed out so that no browser
takes them for anything else.
"""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response

from bot.platforms.playground import wire
from bot.platforms.playground.server.files import Stored, Upload
from bot.platforms.playground.server.ids import file_number
from bot.platforms.playground.server.refusals import Documented, Failure, Refused, not_found
from bot.platforms.playground.server.routing import taking_bytes
from bot.platforms.playground.server.server import Server
from bot.platforms.playground.server.texts import file_name, media_type, storable

_PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
_TOO_LARGE = f"The file is larger than {wire.FILE_LIMIT // 1024**2} MB."
TOO_LARGE: Documented = {413: {"model": Failure, "description": _TOO_LARGE}}
Name = Annotated[str, Query(description="What it is called")]
Type = Annotated[str, Query(description="Its media type, as the sender says")]


class Uploads:
    """The routes below /api/as/{user} for files."""

    def __init__(self, server: Server) -> None:
        """`server` is what they work on."""
        self._server = server

    def add_to(self, router: APIRouter) -> None:
        """Add them."""
        router.add_api_route(
            "/api/as/{user}/files",
            self.upload,
            methods=["POST"],
            responses={**TOO_LARGE},
            openapi_extra=taking_bytes(),
            summary="Send a file, to be part of a message",
        )
        router.add_api_route(
            "/api/as/{user}/files/{file}",
            self.download,
            response_class=Response,
            summary="A file's bytes",
        )

    async def upload(
        self, user: str, request: Request, name: Name = "file", type: Type = ""
    ) -> wire.FileInfo:
        """The body is the file. Its id is for a message's `files`, for a day."""
        await self._server.directory.fresh()
        self._server.directory.user(user)
        return await self._server.files.add(user, await received(request, name, type))

    async def download(self, user: str, file: str) -> Response:
        """Pictures are shown, everything else is saved."""
        server = self._server
        await server.directory.fresh()
        server.directory.user(user)
        number = file_number(file)
        found = None if number is None else await server.files.one(number)
        if found is None or not self._sees(user, found):
            raise not_found("file")
        return handed_out(found.upload)

    def _sees(self, user: str, file: Stored) -> bool:
        if file.channel is None:
            return file.owner == user
        place = self._server.directory.place(file.channel)
        return place is not None and place.owner in (None, user) and file.audience in (None, user)


async def received(request: Request, name: str, kind: str) -> Upload:
    """The file that a request carries. Refused where it is too large, before it is all read."""
    said = request.headers.get("content-length", "")
    if said.isdecimal() and int(said) > wire.FILE_LIMIT:
        raise Refused(413, _TOO_LARGE)
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > wire.FILE_LIMIT:
            raise Refused(413, _TOO_LARGE)
    return Upload(storable(file_name(name)), media_type(kind), bytes(content))


def handed_out(upload: Upload) -> Response:
    """A file as an answer."""
    shown = upload.media_type in _PICTURES
    place = "inline" if shown else "attachment"
    headers = {
        "Content-Disposition": f"{place}; filename*=UTF-8''{quote(upload.name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, max-age=3600",
    }
    kind = upload.media_type if shown else "application/octet-stream"
    return Response(upload.content, headers=headers, media_type=kind)
