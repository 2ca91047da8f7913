"""What the bot sends when nobody waits, over Discord's REST API: posts, edits, files, reactions.

A post carries its mark twice: as a nonce, by which Discord posts it once for some minutes, and as
the number of its first component, by which it is found for good.
"""

from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from bot.platforms.discord import render
from bot.platforms.discord.calls import ARCHIVED, HAS_THREAD, LOCKED, Calls, Rejected
from bot.platforms.discord.filenames import plain_name
from bot.platforms.discord.markdown import plain
from bot.platforms.discord.rights import Rights, is_locked
from bot.port import (
    File,
    Gone,
    Locked,
    Shown,
    Target,
    TooLarge,
    Unauthorized,
    Unavailable,
    Upload,
)
from core.views import NoticeView

_THREAD_NAME = 100
_A_WEEK = 10_080  # minutes without a message, after which a thread archives itself
_PAGE, _PAGES = 100, 10  # of messages that are looked through for a mark
_RECENT = 2_000  # posts whose marks this process knows
_OPEN = {"archived": False}
_IN_THREADS = {"View Channels", "Send Messages in Threads"}
_IN_CHANNELS = {*_IN_THREADS, "Send Messages", "Create Public Threads"}
_MESSAGE = "/channels/{channel_id}/messages/{message_id}"
_MESSAGES = "/channels/{channel_id}/messages"
Payload = dict[str, Any]


class _HasThread(Unavailable):
    """A message has a thread already."""


class DiscordSender:
    """Implements bot.port.Sender."""

    def __init__(self, calls: Calls) -> None:
        """`calls` is how Discord is called."""
        self._calls = calls
        self.rights = Rights(calls)
        self._posted: OrderedDict[tuple[Target, str], str] = OrderedDict()
        self._direct: dict[str, str] = {}

    async def post(self, target: Target, shown: Shown, *, mark: str) -> str:
        """Post it; its id."""
        known = self._posted.get((target, mark))
        if known is not None:
            return known
        payload = render.message(shown, mark=number_of(mark))
        once = {"nonce": mark, "enforce_nonce": True}
        found = await self._do(target, "POST", _MESSAGES, {**payload, **once})
        return self._known(target, mark, str(found["id"]))

    async def edit(self, target: Target, reference: str, shown: Shown) -> None:
        """Show something else in the message: from then on it is known, and needs no mark."""
        await self.show(target, reference, render.message(shown))

    async def show(self, target: Target, reference: str, payload: Payload) -> None:
        """The same, of what is rendered already."""
        await self._do(target, "PATCH", _MESSAGE, payload, message_id=reference)

    async def withdraw(self, target: Target, reference: str) -> None:
        """Take the message away; one that is gone already is as good."""
        with suppress(Gone):
            await self._do(target, "DELETE", _MESSAGE, message_id=reference)

    async def find(self, target: Target, *, mark: str) -> str | None:
        """The id of the message that carries `mark` there, the newest first."""
        known = self._posted.get((target, mark))
        if known is not None:
            return known
        me, wanted = await self._calls.me(), number_of(mark)
        async for message in self._messages(target):
            if message["author"]["id"] != me:
                continue
            first: Payload = next(iter(message.get("components") or ()), {})
            if first.get("id") == wanted or message.get("nonce") == mark:
                return self._known(target, mark, str(message["id"]))
        return None

    async def open_thread(self, target: Target, reference: str) -> str:
        """The thread below a message has the message's id."""
        where: dict[str, Any] = {"channel_id": target.channel, "message_id": reference}
        named = await self._in(target, partial(self._calls.call, "GET", _MESSAGE, **where))
        body = {"name": _title(named), "auto_archive_duration": _A_WEEK}
        open_below = partial(self._calls.call, "POST", f"{_MESSAGE}/threads", json=body, **where)
        try:
            found = await self._in(target, open_below)
        except _HasThread:
            return reference
        return str(found["id"])

    async def upload(self, target: Target, upload: Upload, *, mark: str) -> str:
        """Post a file as a message; its id."""
        known = await self.find(target, mark=mark)
        if known is not None:
            return known
        name = plain_name(upload.name)
        title = upload.title if name == upload.name else f"{upload.title}: {upload.name}"
        payload = {
            **render.file(title, name, mark=number_of(mark)),
            "attachments": [{"id": 0, "filename": name}],
            "nonce": mark,
            "enforce_nonce": True,
        }
        where = _place(target)
        named = replace(upload, name=name)
        post = partial(self._calls.send, _MESSAGES, payload, [named], channel_id=where)
        found = await self._in(target, post)
        return self._known(target, mark, str(found["id"]))

    async def fetch(self, workspace: str, file: File, *, limit: int) -> bytes:
        """A file's bytes: its address is asked for anew, since it is good for a day."""
        channel, _, rest = file.reference.partition("-")
        message, _, wanted = rest.partition("-")
        if not wanted:
            raise Gone("the file is not there")
        there = await self._calls.call("GET", _MESSAGE, channel_id=channel, message_id=message)
        for found in there.get("attachments", ()):
            if str(found["id"]) == wanted:
                if int(found["size"]) > limit:
                    raise TooLarge
                content = await self._calls.fetch(found["url"])
                if len(content) > limit:
                    raise TooLarge
                return content
        raise Gone("the file is not there")

    async def tell(self, workspace: str, person: str, shown: NoticeView, *, mark: str) -> None:
        """Tell one person, in their conversation with the bot, once."""
        target = await self.direct(workspace, person)
        if await self.find(target, mark=mark) is None:
            await self.post(target, shown, mark=mark)

    async def may_write(self, target: Target) -> bool:
        """Whether a session can live there: the bot can post, and open threads in a channel."""
        try:
            return await self.rights.can_host(target) and not await self.lacking(target)
        except (Gone, Unauthorized):
            return False

    async def lacking(self, target: Target) -> Sequence[str]:
        """Of what a session needs, what the bot may not do there."""
        needed = _IN_THREADS if target.thread else _IN_CHANNELS
        return [name for name in await self.rights.lacking(target) if name in needed]

    async def direct(self, workspace: str, person: str) -> Target:
        """The conversation with one person, opened if it was not yet."""
        known = self._direct.get(person)
        if known is None:
            body = {"recipient_id": person}
            found = await self._calls.call("POST", "/users/@me/channels", json=body)
            known = self._direct[person] = str(found["id"])
        return Target(workspace, known)

    async def link(self, target: Target, reference: str = "") -> str | None:
        """Where the message, the thread or the channel opens."""
        guild = "@me" if target.channel in self._direct.values() else target.workspace
        end = f"/{reference}" if reference else ""
        return f"https://discord.com/channels/{guild}/{_place(target)}{end}"

    async def react(self, target: Target, reference: str, emoji: str) -> None:
        """Put a reaction on a message."""
        path = f"{_MESSAGE}/reactions/{quote(emoji)}/@me"
        await self._do(target, "PUT", path, message_id=reference)

    async def say(self, target: Target, payload: Mapping[str, Any]) -> None:
        """Post what is rendered already, without a mark."""
        await self._do(target, "POST", _MESSAGES, payload)

    async def _do(
        self, target: Target, method: str, path: str, body: object = None, **where: Any
    ) -> Any:
        """A call about a message of `target`."""
        place = _place(target)
        call = partial(self._calls.call, method, path, json=body, channel_id=place, **where)
        return await self._in(target, call)

    async def _in(self, target: Target, do: Callable[[], Awaitable[Any]]) -> Any:
        """Do it there; a thread that archived itself is opened first. Raises a PlatformError."""
        try:
            return await self._opened(target, do)
        except Rejected as error:
            if error.code == HAS_THREAD:
                raise _HasThread from error
            if error.code == LOCKED:
                raise Locked(str(error)) from error
            raise Unavailable("Discord did not take it") from error
        except Locked:
            raise
        except Unauthorized as error:
            raise await self.rights.explained(target, error) from error

    async def _opened(self, target: Target, do: Callable[[], Awaitable[Any]]) -> Any:
        try:
            return await do()
        except Rejected as error:
            if error.code != ARCHIVED:
                raise
        await self._open(_place(target))
        return await do()

    async def _open(self, thread: str) -> None:
        """Open a thread that archived itself. Who locked it meant to close it, for us too, whatever
        else we may do. Raises a PlatformError, or Rejected.
        """
        path = "/channels/{channel_id}"
        if is_locked(await self._calls.call("GET", path, channel_id=thread)):
            raise Locked(f"{thread} is archived")
        await self._calls.call("PATCH", path, json=_OPEN, channel_id=thread)

    async def _messages(self, target: Target) -> AsyncIterator[Payload]:
        params = {"limit": str(_PAGE)}
        for _ in range(_PAGES):
            page = await self._do_reading(target, params)
            for message in page:
                yield message
            if len(page) < _PAGE:
                return
            params["before"] = str(page[-1]["id"])

    async def _do_reading(self, target: Target, params: dict[str, str]) -> list[Payload]:
        found: list[Payload] = await self._calls.call(
            "GET", _MESSAGES, params=params, channel_id=_place(target)
        )
        return found

    def _known(self, target: Target, mark: str, reference: str) -> str:
        self._posted[target, mark] = reference
        if len(self._posted) > _RECENT:
            self._posted.popitem(last=False)
        return reference


def number_of(mark: str) -> int:
    """A mark as a component's id: 1 to 2,147,483,647."""
    return int.from_bytes(sha256(mark.encode()).digest()[:4]) & 0x7FFFFFFF or 1


def _title(message: Payload) -> str:
    """What a thread below a message is called: the first line of what it says."""
    texts = (str(each["content"]) for each in message.get("components", ()) if "content" in each)
    first = next(texts, "").strip().partition("\n")[0]
    return plain(first.lstrip("#- "), {})[:_THREAD_NAME].strip() or "Session"


def _place(target: Target) -> str:
    return target.thread or target.channel
