"""From Slack's events to what happened: messages, changes of them, reactions, channels that come
and go. https://docs.slack.dev/reference/events
"""

from typing import Any

from bot.platforms.slack.handle import Handle
from bot.platforms.slack.incoming import Came, Incoming, Payload, files, workspace_of
from bot.platforms.slack.installations import Installation
from bot.platforms.slack.surface import NAME
from bot.platforms.slack.words import mentioned
from bot.port import (
    Arrived,
    Closed,
    Command,
    Deleted,
    Edited,
    Inbound,
    Loss,
    Opened,
    Reacted,
    Reaction,
    Replied,
)

REACTIONS = {"no_entry": Reaction.KEEP_OUT, "no_entry_sign": Reaction.KEEP_OUT}
_SLACKBOT = "USLACKBOT"
_LOSSES = {
    "channel_archive": Loss.ARCHIVED,
    "group_archive": Loss.ARCHIVED,
    "channel_deleted": Loss.DELETED,
    "group_deleted": Loss.DELETED,
    "channel_left": Loss.REMOVED,
    "group_left": Loss.REMOVED,
}


class Events:
    """Reads what happens; ours, and other bots', is not heard."""

    def __init__(self, incoming: Incoming) -> None:
        """`incoming` reads who and where."""
        self._incoming = incoming

    async def read(self, body: Payload, there: Installation) -> Came | None:
        """What the event means; None where it means nothing here. Raises KeyError, TypeError."""
        event = body["event"]
        match event["type"]:
            case "message" | "app_mention":
                return await self._message(body, event, there)
            case "reaction_added" | "reaction_removed":
                return await self._reaction(body, event, there)
            case "app_home_opened":
                return await self._opened(body, event)
            case "member_joined_channel" if event.get("user") == there.bot:
                return await self._let_in(body, event)
            case kind if kind in _LOSSES:
                return self._closed(body, event, _LOSSES[kind])
            case _:
                return None

    async def _message(self, body: Payload, event: Payload, there: Installation) -> Came | None:
        match event.get("subtype"):
            case "message_changed":
                return await self._changed(body, event, there)
            case "message_deleted":
                return await self._deleted(body, event, event["deleted_ts"], there)
            case None | "file_share" | "thread_broadcast" | "me_message":
                return await self._written(body, event, there)
            case _:
                return None

    async def _written(self, body: Payload, event: Payload, there: Installation) -> Came | None:
        if _is_by_no_person(event, there):
            return None
        handle = self._at(body, event, event["user"], event["ts"], event.get("thread_ts") or "")
        by = await self._incoming.origin(handle)
        said = event.get("text") or ""
        text = await self._incoming.read(handle.workspace, said)
        told, is_meant = files(event), there.bot in mentioned(said)
        if is_meant and by.threads and not told:
            return Command(
                by, _named(handle, "message", handle.channel, handle.message), text
            ), handle
        quotes = handle.direct and bool(handle.thread)
        return Replied(by, handle.message, text, told, is_meant or quotes), handle

    async def _changed(self, body: Payload, event: Payload, there: Installation) -> Came | None:
        message, before = event["message"], event.get("previous_message") or {}
        if message.get("subtype") == "tombstone":
            return await self._deleted(body, event, message["ts"], there)
        if _is_by_no_person(message, there):
            return None
        if message.get("text") == before.get("text"):
            return None  # a link was unfurled, or a file went
        thread = message.get("thread_ts") or ""
        handle = self._at(body, event, message["user"], message["ts"], thread)
        by = await self._incoming.origin(handle)
        text = await self._incoming.read(handle.workspace, message.get("text") or "")
        when = (message.get("edited") or {}).get("ts") or event.get("event_ts", "")
        delivery = _named(handle, "changed", handle.channel, handle.message, when)
        return Edited(by, delivery, handle.message, text), handle

    async def _deleted(
        self, body: Payload, event: Payload, ts: str, there: Installation
    ) -> Came | None:
        """A message was taken back. Of the bot's own nobody says by whom."""
        before = event.get("previous_message") or {}
        writer = before.get("user") or there.bot
        handle = self._at(body, event, writer, ts, before.get("thread_ts") or "")
        delivery = _named(handle, "deleted", handle.channel, ts)
        if before.get("bot_id") or writer == there.bot:
            where = (NAME, handle.workspace, handle.channel)
            return Closed(*where, Loss.DELETED, delivery, thread=ts), handle
        return Deleted(await self._incoming.origin(handle), delivery, ts), handle

    async def _reaction(self, body: Payload, event: Payload, there: Installation) -> Came | None:
        item, meaning = event["item"], REACTIONS.get(event["reaction"])
        if meaning is None or item.get("type") != "message" or event["user"] == there.bot:
            return None
        handle = self._at(body, item, event["user"], item["ts"], "")
        by = await self._incoming.origin(handle)
        what = (handle.channel, handle.message, handle.user, event.get("event_ts", ""))
        is_added = event["type"] == "reaction_added"
        delivery = _named(handle, "reaction", *what)
        return Reacted(by, delivery, handle.message, meaning, is_added), handle

    async def _opened(self, body: Payload, event: Payload) -> Came:
        """Somebody came to us: to the Home tab, or to the direct conversation."""
        handle = Handle(workspace_of(body), event["user"], event.get("channel", ""), direct=True)
        by = await self._incoming.origin(handle)
        if event.get("tab") == "home":
            return Opened(by), handle
        return Arrived(by, _named(handle, "met", handle.user)), handle

    async def _let_in(self, body: Payload, event: Payload) -> Came | None:
        """The bot was added to a channel: whoever did it is told what it is."""
        if not event.get("inviter"):
            return None
        handle = Handle(workspace_of(body), event["inviter"], event["channel"])
        by = await self._incoming.origin(handle)
        when = str(event.get("event_ts") or body.get("event_id", ""))
        return Arrived(by, _named(handle, "joined", handle.channel, when)), handle

    def _closed(self, body: Payload, event: Payload, loss: Loss) -> Came:
        handle = Handle(workspace_of(body), "", event["channel"])
        when = str(event.get("event_ts") or body.get("event_id", ""))
        delivery = _named(handle, "closed", handle.channel, when)
        closed = Closed(NAME, handle.workspace, handle.channel, loss, delivery)
        return closed, handle

    def _at(self, body: Payload, event: Payload, user: str, ts: str, thread: str) -> Handle:
        channel = event["channel"]
        direct = event.get("channel_type") == "im" or channel.startswith("D")
        return Handle(workspace_of(body), user, channel, thread, ts, direct=direct)


def _is_by_no_person(message: Payload, there: Installation) -> bool:
    """Whether a bot wrote it, or Slack itself."""
    return bool(message.get("bot_id")) or message.get("user") in (None, there.bot, _SLACKBOT)


def met(inbound: Inbound) -> bool:
    """Whether somebody came to us, whom we greet when it is for the first time."""
    return isinstance(inbound, Opened | Arrived)


def _named(handle: Handle, *what: Any) -> str:
    return ":".join((NAME, handle.workspace, *map(str, what)))
