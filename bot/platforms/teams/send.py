"""What the bot sends when nobody waits, over Teams' connector: posts, edits, files, reactions.

The connector has no list of messages and no key that a post could be known by: which message
carries a mark is remembered here.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from bot.platforms.teams import papers, render
from bot.platforms.teams.answers import Rejected
from bot.platforms.teams.calls import Calls
from bot.platforms.teams.places import Kind, Place, Places
from bot.platforms.teams.registrations import Registrations
from bot.port import (
    File,
    Gone,
    Memory,
    Shown,
    Target,
    Unauthorized,
    Unavailable,
    Upload,
)
from bot.port.lanes import Lanes
from bot.port.patience import patiently
from core.views import NoticeView

Payload = dict[str, Any]
_T = TypeVar("_T")
FILE = "file"  # the kind of what waits for somebody's consent
_POSTED = "posted"  # the kind of what is remembered: a message by its mark
_LASTS = timedelta(days=2)
_PICTURE = 700_000  # bytes that can be sent within a message
_PICTURES = ("image/png", "image/jpeg", "image/gif")
_PAGES = 12  # cards that a text takes at most: more would fill a channel
_ONLY_ALONE = "Microsoft Teams lets a bot post files in personal chats only."
_LINK = "https://teams.microsoft.com/l"


class TeamsSender:
    """Implements bot.port.Sender. Every method may raise a StorageError too."""

    def __init__(
        self, calls: Calls, places: Places, registrations: Registrations, memory: Memory
    ) -> None:
        """`memory` knows what was posted."""
        self._calls = calls
        self._places = places
        self._registrations = registrations
        self._memory = memory
        self._lanes = Lanes()

    async def post(self, target: Target, shown: Shown, *, mark: str) -> str:
        """Post it, unless it was; its id."""
        return await self._once(target, render.message(shown), mark)

    async def edit(self, target: Target, reference: str, shown: Shown) -> None:
        """Show something else in the message."""
        await self.show(target, reference, render.message(shown))

    async def show(self, target: Target, reference: str, activity: Payload) -> None:
        """The same, of what is rendered already."""
        with _refusals():
            await self._calls.put(target, reference, activity)

    async def withdraw(self, target: Target, reference: str) -> None:
        """Take the message away; one that is gone already is as good."""
        with suppress(Gone), _refusals():
            await self._calls.delete(target, reference)

    async def find(self, target: Target, *, mark: str) -> str | None:
        """The id of the message that was posted with `mark`."""
        return await self._memory.recall(_POSTED, _key(target, mark))

    async def open_thread(self, target: Target, reference: str) -> str:
        """Every post of a channel is the root of its replies."""
        return reference

    async def upload(self, target: Target, upload: Upload, *, mark: str) -> str:
        """Post a file: a picture within a message; a text as a card to copy from; anything else to
        one person, who is asked whether they want it.
        """
        if upload.media_type in _PICTURES and len(upload.content) <= _PICTURE:
            return await self._once(target, _picture(upload), mark)
        if await self._places.is_chat(target.channel):
            return await self._offered(target, upload, mark)
        if not upload.media_type.startswith("text/"):
            raise Unauthorized("no file there", told=_ONLY_ALONE)
        pages = papers.document(upload.title, upload.name, upload.content.decode(errors="replace"))
        if len(pages) > _PAGES:
            raise Unauthorized("too many cards", told=_ONLY_ALONE)
        posted = [
            await patiently(
                partial(self._once, target, page, f"{mark} {number}" if number else mark)
            )
            for number, page in enumerate(pages)
        ]
        return posted[0]

    async def fetch(self, workspace: str, file: File, *, limit: int) -> bytes:
        """A file's bytes, from the address that came with it."""
        if not file.reference.startswith(("https://", "http://")):
            raise Gone("the file is not there")
        return await self._calls.fetch(workspace, file.reference, limit=limit)

    async def tell(self, workspace: str, person: str, shown: NoticeView, *, mark: str) -> None:
        """Tell one person, in their conversation with the bot, once."""
        await self.alone(workspace, person, lambda own: self.post(own, shown, mark=mark))

    async def alone(self, workspace: str, person: str, do: Callable[[Target], Awaitable[_T]]) -> _T:
        """Do something in somebody's conversation with the bot; one that is not there any more is
        begun again.
        """
        known = await self._places.chat_of(workspace, person)
        try:
            return await do(await self.direct(workspace, person))
        except (Gone, Unauthorized):
            if known is None:
                raise
            await self._places.lost_chat(workspace, person)
        return await do(await self.direct(workspace, person))

    async def may_write(self, target: Target) -> bool:
        """Whether the bot is in that conversation."""
        try:
            with _refusals():
                await self._calls.roster(target.workspace, target.channel)
        except (Gone, Unauthorized):
            return False
        return True

    async def lacking(self, target: Target) -> Sequence[str]:
        """Whoever is in a conversation may write there."""
        return ()

    async def direct(self, workspace: str, person: str) -> Target:
        """The conversation with one person, begun if it was not yet."""
        known = await self._places.chat_of(workspace, person)
        if known is None:
            account = await self._places.account_of(workspace, person) or person
            with _refusals():
                known = await self._calls.converse(workspace, account)
            service = await self._calls.service(workspace)
            await self._places.met(workspace, known, Place(service, Kind.PERSONAL))
            await self._places.met_chat(workspace, person, known)
        return Target(workspace, known)

    async def link(self, target: Target, reference: str = "") -> str | None:
        """Where the message, or the thread, opens."""
        place = await self._places.of(target.channel)
        if place is None:
            return None
        if place.kind is Kind.PERSONAL:
            found = await self._registrations.of_tenant(target.workspace)
            return f"{_LINK}/chat/0/0?users=28:{found.client_id}" if found else None
        message = reference or target.thread
        if not message:
            return None
        path = f"{_LINK}/message/{quote(target.channel, safe='')}/{message}"
        if place.kind is Kind.GROUP:
            context = json.dumps({"contextType": "chat"}, separators=(",", ":"))
            return f"{path}?{urlencode({'context': context})}"
        parent = target.thread or message
        return f"{path}?{urlencode({'tenantId': target.workspace, 'parentMessageId': parent})}"

    async def react(self, target: Target, reference: str, reaction: str) -> None:
        """Put a reaction on a message."""
        with _refusals():
            await self._calls.react(target, reference, reaction)

    async def say(self, target: Target, activity: Mapping[str, Any]) -> None:
        """Post what is rendered already, without a mark."""
        with _refusals():
            await self._calls.post(target, activity)

    async def consented(self, target: Target, key: str, told: Mapping[str, Any]) -> None:
        """Put a file where somebody agreed to have it, and show it in their conversation."""
        name, shown = _file_key(target, key), _stored(told)
        async with self._lanes.of(name):
            kept = await self._memory.recall(FILE, name)
            if kept is None:
                raise Gone("nobody waits for that file")
            try:
                await self._calls.store(target.workspace, str(told["uploadUrl"]), b64decode(kept))
            except Gone as error:  # who agrees once more is given another place
                raise Unavailable("it cannot be put there any more") from error
            await patiently(lambda: self.say(target, shown))
            await self._memory.forget(FILE, name)

    async def declined(self, target: Target, key: str) -> None:
        """They did not want it."""
        await self._memory.forget(FILE, _file_key(target, key))

    async def _offered(self, target: Target, upload: Upload, mark: str) -> str:
        key = sha256(f"{target} {mark}".encode()).hexdigest()[:32]
        content = b64encode(upload.content).decode()
        await self._memory.keep(FILE, _file_key(target, key), content, lasts=_LASTS)
        return await self._once(target, _consent(upload, key), mark)

    async def _once(self, target: Target, activity: Payload, mark: str) -> str:
        """Post it, unless that mark was posted there."""
        key = _key(target, mark)
        known = await self._memory.recall(_POSTED, key)
        if known is not None:
            return known
        with _refusals():
            posted = await self._calls.post(target, activity)
        await self._memory.keep(_POSTED, key, posted, lasts=_LASTS)
        return posted


@contextmanager
def _refusals() -> Iterator[None]:
    """What was sent wrongly is as if Teams did not answer: the log says what is wrong with it."""
    try:
        yield
    except Rejected as error:
        raise Unavailable("Teams did not take it") from error


def _file_key(target: Target, key: str) -> str:
    """A file is for who it was offered to."""
    return sha256(f"{target.workspace} {target.channel} {key}".encode()).hexdigest()


def _key(target: Target, mark: str) -> str:
    return sha256(f"{target.channel} {target.thread} {mark}".encode()).hexdigest()


def _picture(upload: Upload) -> Payload:
    content = b64encode(upload.content).decode()
    attached = {
        "contentType": upload.media_type,
        "contentUrl": f"data:{upload.media_type};base64,{content}",
        "name": upload.name,
    }
    return {
        "type": "message",
        "text": upload.title,
        "textFormat": "plain",
        "attachments": [attached],
    }


def _consent(upload: Upload, key: str) -> Payload:
    """What asks somebody whether they want a file.

    https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4
    """
    context = {"key": key}
    attached = {
        "contentType": "application/vnd.microsoft.teams.card.file.consent",
        "name": upload.name,
        "content": {
            "description": upload.title,
            "sizeInBytes": len(upload.content),
            "acceptContext": context,
            "declineContext": context,
        },
    }
    return {"type": "message", "attachments": [attached]}


def _stored(told: Mapping[str, Any]) -> Payload:
    """A file that lies in somebody's OneDrive now."""
    attached = {
        "contentType": "application/vnd.microsoft.teams.card.file.info",
        "name": str(told["name"]),
        "contentUrl": str(told["contentUrl"]),
        "content": {"uniqueId": told.get("uniqueId"), "fileType": told.get("fileType")},
    }
    return {"type": "message", "attachments": [attached]}
