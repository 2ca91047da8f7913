"""What comes with a call: JSON, or files beside it
(docs.discord.com/developers/reference#uploading-files).
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from aiohttp.web_request import FileField

from tests.discord.calls import Refused
from tests.discord.chat import Chat
from tests.discord.world import Attachment

MOST = 10 * 1024 * 1024  # bytes in a request, about
_FILE = re.compile(r"files\[(\d+)\]")


async def read(request: web.Request, chat: Chat) -> tuple[Any, Mapping[int, Attachment]]:
    """The body, and its files by number. Raises Refused."""
    if request.content_type == "multipart/form-data":
        return await _parts(request, chat)
    said = await request.read()
    if len(said) > MOST:
        raise Refused(40005)
    if not said:
        return {}, {}
    if request.content_type != "application/json":
        raise Refused(50109)
    return _json(said.decode()), {}


async def _parts(request: web.Request, chat: Chat) -> tuple[Any, Mapping[int, Attachment]]:
    body: Any = {}
    files: dict[int, Attachment] = {}
    for name, part in (await request.post()).items():
        found = _FILE.fullmatch(name)
        if name == "payload_json" and isinstance(part, str):
            body = _json(part)
        elif name == "payload_json" and isinstance(part, FileField):
            body = _json(part.file.read().decode())
        elif found and isinstance(part, FileField):
            content = part.file.read()
            files[int(found[1])] = chat.files.keep(
                chat.ids.next(), part.filename, part.content_type, content
            )
    if sum(len(each.content) for each in files.values()) > MOST:
        raise Refused(40005)
    return body, files


def _json(said: str) -> Any:
    try:
        return json.loads(said)
    except ValueError as error:
        raise Refused(50109) from error
