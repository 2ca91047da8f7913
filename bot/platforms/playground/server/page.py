"""The page of the web client and what it is made of: read once, kept in memory, under an address
that changes with it, so that a browser that was here before asks for nothing but the page.
"""

import mimetypes
import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from posixpath import dirname, join, normpath

from fastapi import APIRouter, Request, Response

from bot.platforms.playground.server.refusals import not_found

STATIC = Path(__file__).with_name("static")
PARTS = "/playground/static"
_PAGE = "index.html"
_POLICY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; form-action 'none'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_FRESH, _KEPT = "no-cache", "public, max-age=31536000, immutable"
_MAIN = "app/main.js"
_IMPORT = re.compile(r'^import\b[^;"]*"(\.[^";]+)"', re.MULTILINE)
_SCRIPTS = ("text/javascript", "application/javascript")


class Page:
    """The routes of the page, which anybody may see: it holds nothing of the workspace's."""

    def __init__(self, folder: Path = STATIC) -> None:
        """`folder` holds the page and its parts."""
        names = (path for path in folder.rglob("*") if path.is_file())
        self._parts = {path.relative_to(folder).as_posix(): path.read_bytes() for path in names}
        self._version = _version(self._parts)
        self._page = self._whole(self._parts.pop(_PAGE).decode()).encode()

    def add_to(self, router: APIRouter) -> None:
        """Add them."""
        for path, show in (
            ("/playground", self.page),
            ("/playground/", self.page),
            (PARTS + "/{version}/{path:path}", self.part),
        ):
            router.add_api_route(
                path,
                show,
                methods=["GET", "HEAD"],
                response_class=Response,
                include_in_schema=False,
            )

    async def page(self, request: Request) -> Response:
        """The web client. Whoever has this version of it already is told so."""
        tag = f'"{self._version}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={**_POLICY, "ETag": tag})
        headers = {**_POLICY, "ETag": tag, "Cache-Control": _FRESH}
        return Response(self._page, media_type="text/html; charset=utf-8", headers=headers)

    async def part(self, version: str, path: str) -> Response:
        """What the page is made of. A page that is older than this server gets what there is."""
        body = self._parts.get(path)
        if body is None:
            raise not_found("page")
        keep = _KEPT if version == self._version else _FRESH
        return Response(body, media_type=_type(path), headers={**_POLICY, "Cache-Control": keep})

    def _whole(self, page: str) -> str:
        """The page with the addresses of its parts. It names every module in its head: a browser
        would find out about one from the other, and wait for each.
        """
        links = (
            f'    <link rel="modulepreload" href="{PARTS}/{path}">\n' for path in self._modules()
        )
        page = page.replace("  </head>", f"{''.join(links)}  </head>")
        return page.replace(f"{PARTS}/", f"{PARTS}/{self._version}/")

    def _modules(self) -> list[str]:
        """What `_MAIN` imports, and what that imports, in the order in which it is found."""
        found = {_MAIN: None}
        for path in (queue := [_MAIN]):
            for name in _IMPORT.findall(self._parts[path].decode()):
                other = normpath(join(dirname(path), name))
                if other not in found:
                    found[other] = None
                    queue.append(other)
        return list(found)


def _type(path: str) -> str:
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") or kind in _SCRIPTS else kind


def _version(parts: Mapping[str, bytes]) -> str:
    told = sha256()
    for name in sorted(parts):
        told.update(f"{name}\0{len(parts[name])}\0".encode() + parts[name])
    return told.hexdigest()[:16]
