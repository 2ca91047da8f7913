"""What the bot sends when nobody waits, over the playground's public API: posts, edits, files.

What the server answers becomes one of the four failures of a platform.
"""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from io import BytesIO
from typing import Any
from urllib.parse import quote

import structlog
from aiohttp import (
    ClientConnectionError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
)

from bot.platforms.playground.render import content
from bot.port import (
    File,
    Gone,
    RateLimited,
    Shown,
    Target,
    TooLarge,
    Unauthorized,
    Unavailable,
    Upload,
)
from core.views import NoticeView

PATIENCE = ClientTimeout(total=10, connect=3)
UPLOADING = ClientTimeout(total=60, connect=3)  # 25 MB, over a slow line
_PART = 64 * 1024
_log = structlog.get_logger(__name__)


class Rejected(Exception):
    """The playground says that what was sent is not right: a bug of ours, not its failure."""


class PlaygroundSender:
    """Implements bot.port.Sender."""

    def __init__(self, session: ClientSession, url: str) -> None:
        """`session` carries the bot's token; `url` is where the server answers. See `sending`."""
        self._session = session
        self._url = url.rstrip("/")

    async def post(self, target: Target, shown: Shown, *, mark: str) -> str:
        """Post it; the same `mark` in the same place posts once."""
        body = {**content(shown), **_place(target), "mark": mark}
        return _id(await self._call("POST", "/messages", body=body))

    async def edit(self, target: Target, reference: str, shown: Shown) -> None:
        """Show something else in the message."""
        await self._call("PATCH", f"/messages/{_segment(reference)}", body=content(shown))

    async def withdraw(self, target: Target, reference: str) -> None:
        """Take the message away, with what hangs under it."""
        with suppress(Gone):
            await self._call("DELETE", f"/messages/{_segment(reference)}")

    async def find(self, target: Target, *, mark: str) -> str | None:
        """The reference of the message that carries `mark` there."""
        found = await self._call("GET", "/messages", query={**_query(target), "mark": mark})
        return None if found.get("id") is None else _id(found)

    async def open_thread(self, target: Target, reference: str) -> str:
        """A thread is named by the message it hangs under: there is nothing to open."""
        return reference

    async def upload(self, target: Target, upload: Upload, *, mark: str) -> str:
        """Post a file."""
        about = {"name": upload.name, "type": upload.media_type, "title": upload.title}
        query = {**_query(target), **about, "mark": mark}
        return _id(await self._call("POST", "/files", body=upload.content, query=query))

    async def fetch(self, workspace: str, file: File, *, limit: int) -> bytes:
        """A file's bytes; no more than `limit` of them are ever read."""
        path = f"{self._url}/api/bot/files/{_segment(file.reference)}"
        try:
            async with self._session.get(path, timeout=UPLOADING) as response:
                await _check(response)
                return await _at_most(response, limit)
        except (ClientError, TimeoutError) as error:
            raise Unavailable(_silent(error)) from error

    async def tell(self, workspace: str, person: str, shown: NoticeView, *, mark: str) -> None:
        """Tell one person, in their conversation with the bot."""
        await self.post(await self.direct(workspace, person), shown, mark=mark)

    async def may_write(self, target: Target) -> bool:
        """Whether the bot was let into the channel."""
        try:
            channel = await self._call("GET", f"/channels/{_segment(target.channel)}")
        except Gone:
            return False
        return bool(channel.get("writable"))

    async def lacking(self, target: Target) -> Sequence[str]:
        """Nothing: it is let in, or it is not."""
        return ()

    async def direct(self, workspace: str, person: str) -> Target:
        """The conversation with one person, opened if it was not yet."""
        channel = await self._call("POST", "/direct", body={"user": person})
        return Target(workspace, _id(channel))

    async def link(self, target: Target, reference: str = "") -> str | None:
        """Where the web client shows the thread, or the channel."""
        address = f"{self._url}/playground#/channel/{_segment(target.channel)}"
        return f"{address}/thread/{_segment(target.thread)}" if target.thread else address

    async def _call(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | bytes | None = None,
        query: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """One call of the bot's API and its answer. Raises a PlatformError, or Rejected."""
        raw = isinstance(body, bytes)
        sent = BytesIO(body) if isinstance(body, bytes) else body and json.dumps(body).encode()
        kind = "application/octet-stream" if raw else "application/json"
        try:
            async with self._session.request(
                method,
                f"{self._url}/api/bot{path}",
                params=query,
                data=sent,
                headers={"Content-Type": kind} if body is not None else None,
                timeout=UPLOADING if raw else PATIENCE,
            ) as response:
                await _check(response)
                found = await response.json()
        except (ClientError, TimeoutError, ValueError) as error:
            raise Unavailable(_silent(error)) from error
        return found if isinstance(found, dict) else {}


@asynccontextmanager
async def sending(url: str, token: str) -> AsyncIterator[PlaygroundSender]:
    """A sender to the playground at `url` as the bot that `token` belongs to."""
    headers = {"Authorization": f"Bearer {token}"}
    async with ClientSession(headers=headers, cookie_jar=DummyCookieJar()) as session:
        yield PlaygroundSender(session, url)


async def _check(response: ClientResponse) -> None:
    """Raise what the answer's status means, if it means a failure."""
    match response.status:
        case status if status < 300:
            return
        case 404:
            raise Gone("it is not there any more")
        case 401 | 403:
            raise Unauthorized("the playground does not let the bot do this")
        case 429:
            raise RateLimited(_seconds(response.headers.get("Retry-After", "")))
        case status if status >= 500:
            raise Unavailable(f"the playground answered {status}")
        case status:
            why = (await response.text())[:300]
            _log.error("playground-rejected", status=status, why=why)
            raise Rejected(f"the playground answered {status}")


async def _at_most(response: ClientResponse, limit: int) -> bytes:
    if (response.content_length or 0) > limit:
        raise TooLarge
    found = bytearray()
    async for part in response.content.iter_chunked(_PART):
        found += part
        if len(found) > limit:
            raise TooLarge
    return bytes(found)


def _place(target: Target) -> dict[str, str | None]:
    return {"channel": target.channel, "thread": target.thread or None}


def _query(target: Target) -> dict[str, str]:
    """The place as a query: what is empty is left out."""
    return {name: value for name, value in _place(target).items() if value}


def _id(found: Mapping[str, Any]) -> str:
    """The id of what was made or found. Raises Unavailable where there is none."""
    if not isinstance(found.get("id"), str):
        raise Unavailable("the playground's answer makes no sense")
    return str(found["id"])


def _segment(name: str) -> str:
    """A name as one part of a path, whatever is in it."""
    return quote(name, safe="")


def _seconds(said: str) -> float:
    try:
        return max(float(said), 0.0)
    except ValueError:
        return 1.0


def _silent(error: BaseException) -> str:
    if isinstance(error, ClientConnectionError | TimeoutError):
        return "the playground does not answer"
    return "the playground's answer makes no sense"
