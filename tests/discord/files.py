"""Files of messages, at addresses that die: whoever has one that is alive gets the bytes.

docs.discord.com/developers/reference#signed-attachment-cdn-urls
"""

import hashlib
import hmac
import re
import secrets
import unicodedata
from os.path import splitext

from aiohttp import web

from tests.discord.payloads import attachment_json
from tests.discord.world import Attachment, Json
from tests.slack.clock import Clock


class Files:
    """All files; `lives` is how long an address does, in seconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._secret = secrets.token_bytes(16)
        self._files: dict[str, Attachment] = {}
        self.lives = 86_400.0
        self.url = ""
        self.asked = 0  # how often bytes were

    def keep(self, id: str, name: str, kind: str, content: bytes) -> Attachment:
        """A new file, under the name that Discord gives it; its own stays beside it."""
        named = cleansed(name)
        title = "" if named == name else splitext(name)[0]
        file = Attachment(id, named, kind, content, secrets.token_hex(4), title)
        self._files[id] = file
        return file

    def attachment(self, file: Attachment, channel: str) -> Json:
        """A file as messages have it, with an address made now."""
        told = attachment_json(file, channel, self.url)
        ends = f"{int(self._clock.now() + self.lives):x}"
        made = f"{int(self._clock.now()):x}"
        signed = f"?ex={ends}&is={made}&hm={self._signature(file, ends)}&"
        return told | {"url": told["url"] + signed, "proxy_url": told["proxy_url"] + signed}

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """The bytes, for an address that is alive."""
        self.asked += 1
        file = self._files.get(request.match_info["id"])
        ends, given = request.query.get("ex", "0"), request.query.get("hm", "")
        if file is None or not hmac.compare_digest(given, self._signature(file, ends)):
            return web.Response(status=404, text="This content is no longer available.")
        if int(ends, 16) < self._clock.now():
            return web.Response(status=404, text="This content is no longer available.")
        return web.Response(body=file.content, content_type=file.kind)

    def _signature(self, file: Attachment, ends: str) -> str:
        signed = f"{file.id}-{file.secret}-{ends}".encode()
        return hmac.new(self._secret, signed, hashlib.sha256).hexdigest()


def cleansed(name: str) -> str:
    """What Discord makes of a file's name: letters without their marks, blanks as underscores,
    other signs left out, and none of them at its ends; a number, where nothing is left
    (github.com/discord/discord-api-docs/issues/7754, 4847, pull/6945).
    """
    stem, end = splitext(name)
    letters = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    joined = "_".join(re.sub(r"[/\\]", " ", letters).split())
    plain = re.sub(r"[^\w.-]", "", joined, flags=re.ASCII).strip("._")
    return (plain or hashlib.sha256(name.encode()).hexdigest()[:16]) + end.rstrip(".")
