"""Files: pictures of messages for who has the bot's token, others by addresses that are good for a
while, and where a bot puts what somebody wants to have
(learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4).
"""

import re
from typing import TYPE_CHECKING

from aiohttp import web

from tests.teams.calls import Call, Refused
from tests.teams.world import File

if TYPE_CHECKING:
    from tests.teams.server import Teams

LIVES = 3_600.0  # seconds
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


async def picture(call: Call) -> web.StreamResponse:
    """GET /v3/attachments/{file}/views/original"""
    found = call.chat.files.get(call.names["file"])
    if found is None or not found.inline:
        raise Refused("ActivityNotFoundInConversation")
    return web.Response(body=found.content, content_type=found.kind)


class Drive:
    """Everybody's OneDrive. `lives` is in seconds; `got` is what bots have put there, by name."""

    def __init__(self, teams: "Teams") -> None:
        self.lives = LIVES
        self.got: dict[str, bytes] = {}
        self._teams = teams
        self._places: dict[str, File] = {}

    def place(self, name: str, size: int) -> File:
        """Where a file of that size may be put, once."""
        made = self._teams.chat.keeps(name, str(size), b"")
        del self._teams.chat.files[made.id]
        self._places[made.id] = made
        return made

    async def download(self, request: web.Request) -> web.StreamResponse:
        """GET /files/{file}?tempauth="""
        found = self._teams.chat.files.get(request.match_info["file"])
        if found is None or found.inline:
            return web.json_response({"error": {"code": "itemNotFound"}}, status=404)
        over = self._teams.clock.now() > found.made + self.lives
        if over or request.query.get("tempauth") != found.secret:
            return web.json_response({"error": {"code": "unauthenticated"}}, status=401)
        return web.Response(body=found.content, content_type=found.kind)

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """PUT /uploads/{file}?tempauth=: whole, with the range that it is"""
        found = self._places.get(request.match_info["file"])
        if found is None or request.query.get("tempauth") != found.secret:
            return web.json_response({"error": {"code": "itemNotFound"}}, status=404)
        content = await request.read()
        said = _RANGE.fullmatch(request.headers.get("Content-Range", ""))
        whole = said is not None and [int(each) for each in said.groups()] == [
            0,
            len(content) - 1,
            len(content),
        ]
        if not whole:
            return web.json_response({"error": {"code": "invalidRange"}}, status=416)
        del self._places[found.id]
        self.got[found.name] = content
        return web.json_response({"id": found.id, "name": found.name}, status=201)
