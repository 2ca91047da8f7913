"""What the bot sends when nobody waits, over Slack's Web API: posts, edits, files. No handles here.

A post carries its mark as metadata, by which it is found again after a crash.
"""

from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientResponse, ClientSession

from bot.platforms.slack import render
from bot.platforms.slack.calls import Answered
from bot.platforms.slack.installations import Installations
from bot.port import (
    File,
    Gone,
    Memory,
    Shown,
    Target,
    TooLarge,
    Unauthorized,
    Unavailable,
    Upload,
)
from core.views import NoticeView

MARKED = "resolutionflow_message"  # the type of our messages' metadata
_PAGE, _PAGES = 100, 20  # of messages that are looked through for a mark
_KEPT = timedelta(days=90)  # that an upload is known as done
_RECENT = 2_000  # posts whose marks this process knows
_PART = 64 * 1024
_UPLOAD = "upload"


class SlackSender:
    """Implements bot.port.Sender."""

    def __init__(
        self, installations: Installations, memory: Memory, session: ClientSession
    ) -> None:
        """`session` fetches files."""
        self._installations = installations
        self._memory = memory
        self._session = session
        self._posted: OrderedDict[tuple[Target, str], str] = OrderedDict()
        self._direct: dict[tuple[str, str], str] = {}

    async def post(self, target: Target, shown: Shown, *, mark: str) -> str:
        """Post it; its ts."""
        known = self._posted.get((target, mark))
        if known is not None:
            return known
        metadata = {"event_type": MARKED, "event_payload": {"mark": mark}}
        found = await self._call(
            target,
            "chat.postMessage",
            **_in_thread(target),
            **render.message(shown),
            metadata=metadata,
            unfurl_links=False,
            unfurl_media=False,
        )
        ts = _ts(found)
        if target.thread and (found.get("message") or {}).get("thread_ts") != target.thread:
            # Below a message that was deleted Slack posts into the channel, and says nothing.
            await self.withdraw(target, ts)
            raise Gone("the thread is not there any more")
        return self._known(target, mark, ts)

    async def edit(self, target: Target, reference: str, shown: Shown) -> None:
        """Show something else in the message."""
        await self._call(
            target, "chat.update", ts=reference, parse="none", **render.message(shown, update=True)
        )

    async def withdraw(self, target: Target, reference: str) -> None:
        """Take the message away; one that is gone already is as good."""
        with suppress(Gone):
            await self._call(target, "chat.delete", ts=reference)

    async def find(self, target: Target, *, mark: str) -> str | None:
        """The ts of the message that carries `mark` there; newest first where Slack allows it."""
        known = self._posted.get((target, mark))
        if known is not None:
            return known
        async for message in self._messages(target):
            said = message.get("metadata") or {}
            if said.get("event_type") == MARKED and said["event_payload"].get("mark") == mark:
                return self._known(target, mark, str(message["ts"]))
        return None

    async def open_thread(self, target: Target, reference: str) -> str:
        """A thread is named by the message it hangs under: there is nothing to open."""
        return reference

    async def upload(self, target: Target, upload: Upload, *, mark: str) -> str:
        """Post a file; its id. What was posted with this mark is not posted again."""
        done = await self._memory.recall(_UPLOAD, mark)
        if done is not None:
            return done
        where = {"channel_id": target.channel, **_in_thread(target)}
        asked = {"filename": upload.name, "length": str(len(upload.content))}
        place = await self._call_in(target.workspace, "files.getUploadURLExternal", **asked)
        await self._put(place["upload_url"], upload.content)
        file = {"id": place["file_id"], "title": upload.title}
        await self._call_in(target.workspace, "files.completeUploadExternal", files=[file], **where)
        await self._memory.keep(_UPLOAD, mark, place["file_id"], lasts=_KEPT)
        return str(place["file_id"])

    async def fetch(self, workspace: str, file: File, *, limit: int) -> bytes:
        """A file's bytes, by its id; no more than `limit` of them are ever read."""
        found = (await self._call_in(workspace, "files.info", file=file.reference))["file"]
        if int(found.get("size", 0)) > limit:
            raise TooLarge
        address = found.get("url_private_download") or found.get("url_private") or ""
        there = await self._installations.of(workspace)
        if there is None or not self._is_slacks(address):
            raise Gone("the file has no address")
        headers = {"Authorization": f"Bearer {there.token}"}
        try:
            # Somebody who may not see it is sent to a page to sign in: that is no file.
            async with self._session.get(
                address, headers=headers, allow_redirects=False
            ) as response:
                _check(response)
                return await _at_most(response, limit)
        except (ClientError, TimeoutError, OSError) as error:
            raise Unavailable("Slack does not answer") from error

    async def tell(self, workspace: str, person: str, shown: NoticeView, *, mark: str) -> None:
        """Tell one person, in their conversation with the bot, once."""
        target = await self.direct(workspace, person)
        if await self.find(target, mark=mark) is None:
            await self.post(target, shown, mark=mark)

    async def may_write(self, target: Target) -> bool:
        """Whether the bot is a member of the channel."""
        try:
            found = await self._call(target, "conversations.info")
        except Gone:
            return False
        channel = found["channel"]
        is_member = bool(channel.get("is_member") or channel.get("is_im"))
        return is_member and not channel.get("is_archived")

    async def lacking(self, target: Target) -> Sequence[str]:
        """Nothing: it is let in, or it is not."""
        return ()

    async def direct(self, workspace: str, person: str) -> Target:
        """The conversation with one person, opened if it was not yet."""
        known = self._direct.get((workspace, person))
        if known is None:
            found = await self._call_in(workspace, "conversations.open", users=person)
            known = self._direct[workspace, person] = str(found["channel"]["id"])
        return Target(workspace, known)

    async def link(self, target: Target, reference: str = "") -> str | None:
        """Where the message, the thread or the channel opens: Slack's own permalinks, made here
        (https://docs.slack.dev/reference/methods/chat.getPermalink).
        """
        there = await self._installations.of(target.workspace)
        if there is None or not there.url:
            return None
        channel = f"{there.url}archives/{target.channel}"
        ts = reference or target.thread
        if not ts:
            return channel
        message = f"{channel}/p{ts.replace('.', '')}"
        thread = f"?thread_ts={target.thread}&cid={target.channel}"
        return message + thread if target.thread else message

    async def _messages(self, target: Target) -> AsyncIterator[Mapping[str, Any]]:
        method, where = "conversations.history", {}
        if target.thread:
            method, where = "conversations.replies", {"ts": target.thread}
        cursor = ""
        for _ in range(_PAGES):
            try:
                found = await self._call(
                    target,
                    method,
                    **where,
                    limit=_PAGE,
                    include_all_metadata="true",
                    **({"cursor": cursor} if cursor else {}),
                )
            except Gone:
                return
            for message in found.get("messages", ()):
                if message["ts"] != target.thread:  # it stands in the channel
                    yield message
            cursor = (found.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return

    async def _call(self, target: Target, method: str, **body: Any) -> Answered:
        body["channel"] = target.channel
        return await self._call_in(target.workspace, method, **body)

    async def _call_in(self, workspace: str, method: str, **body: Any) -> Answered:
        return await self._installations.call(workspace, method, **body)

    async def _put(self, address: str, content: bytes) -> None:
        """The bytes of a file, where Slack said that they go."""
        try:
            async with self._session.post(address, data=BytesIO(content)) as response:
                if response.status != 200:
                    raise Unavailable(f"Slack took no file: {response.status}")
        except (ClientError, TimeoutError, OSError) as error:
            raise Unavailable("Slack does not answer") from error

    def _is_slacks(self, address: str) -> bool:
        """Whether the token may be shown there: to Slack, or to whatever stands in for it."""
        host = urlsplit(address).hostname or ""
        own = urlsplit(self._installations.application.url).hostname
        is_slack = address.startswith("https://") and f".{host}".endswith(".slack.com")
        return is_slack or host == own

    def _known(self, target: Target, mark: str, ts: str) -> str:
        self._posted[target, mark] = ts
        if len(self._posted) > _RECENT:
            self._posted.popitem(last=False)
        return ts


def _in_thread(target: Target) -> dict[str, str]:
    return {"thread_ts": target.thread} if target.thread else {}


def _ts(found: Mapping[str, Any]) -> str:
    if not isinstance(found.get("ts"), str):
        raise Unavailable("Slack's answer makes no sense")
    return str(found["ts"])


def _check(response: ClientResponse) -> None:
    match response.status:
        case 200:
            return
        case 404 | 410:
            raise Gone("the file is not there any more")
        case 429:
            raise Unavailable("Slack asks for patience")
        case status if status < 500:
            raise Unauthorized(f"the file may not be read: {status}")
        case status:
            raise Unavailable(f"Slack answered {status}")


async def _at_most(response: ClientResponse, limit: int) -> bytes:
    if (response.content_length or 0) > limit:
        raise TooLarge
    found = bytearray()
    async for part in response.content.iter_chunked(_PART):
        found += part
        if len(found) > limit:
            raise TooLarge
    return bytes(found)
