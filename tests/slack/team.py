"""A workspace in which things happen: messages are written, changed, deleted, people come and go.
Whoever does it is asked no questions here; the app is told where it listens and may hear.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from tests.slack.app import App
from tests.slack.clock import Clock
from tests.slack.delivery import Delivered, Delivery
from tests.slack.payloads import message_json, tombstone, with_ids
from tests.slack.telling import Telling
from tests.slack.world import Channel, File, Ids, Json, Message, User, Version, View

_T = TypeVar("_T")


class Team:
    """One workspace with the app in it."""

    def __init__(self, name: str, app: App, delivery: Delivery, clock: Clock, ids: Ids) -> None:
        self.id = ids.next("T")
        self.name = name
        self.domain = name.lower()
        self.app = app
        self.delivery = delivery
        self.clock = clock
        self.ids = ids
        self.scopes: frozenset[str] = app.scopes
        self.installed = True
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, File] = {}
        self.views: dict[str, View] = {}
        self.homes: dict[str, View] = {}
        self.stacks: dict[str, list[str]] = {}
        self.versions = 0
        self.bot = self.joins("resolutionflow", app.name, is_bot=True)
        self.telling = Telling(self)
        self._last_ts = ""
        self._watched: set[asyncio.Event] = set()

    # Who and where

    def joins(
        self,
        name: str,
        real_name: str,
        *,
        is_bot: bool = False,
        is_admin: bool = False,
        is_restricted: bool = False,
    ) -> User:
        """Somebody new."""
        user = User(self.ids.next("U"), name, real_name, is_restricted, is_bot, is_admin)
        self.users[user.id] = user
        return user

    def opens(self, name: str, members: Iterable[User], *, private: bool = False) -> Channel:
        """A new channel, with these people in it."""
        kind = "group" if private else "channel"
        channel = Channel(self.ids.next("C"), name, kind, {user.id for user in members})
        self.channels[channel.id] = channel
        return channel

    def direct(self, user: User) -> Channel:
        """Somebody's conversation with the bot."""
        both = {user.id, self.bot.id}
        for channel in self.channels.values():
            if channel.kind == "im" and channel.members == both:
                return channel
        channel = Channel(self.ids.next("D"), "directmessage", "im", both)
        self.channels[channel.id] = channel
        return channel

    def user(self, name: str) -> User:
        """By name."""
        [found] = [each for each in self.users.values() if each.name == name]
        return found

    def channel(self, name: str) -> Channel:
        """By name, or by id."""
        if name in self.channels:
            return self.channels[name]
        [found] = [
            each for each in self.channels.values() if each.name == name and each.kind != "im"
        ]
        return found

    def message(self, ts: str, viewer: str = "") -> Message | None:
        """The message with this ts, wherever it is, if `viewer` may see it."""
        for channel in self.channels.values():
            found = channel.messages.get(ts)
            if found and (not viewer or self.may_see(channel, found, viewer)):
                return found
        return None

    def may_see(self, channel: Channel, message: Message, viewer: str) -> bool:
        """Whether somebody can have it before them: everybody may look into a public channel."""
        if message.only_for not in ("", viewer):
            return False
        return channel.kind == "channel" or viewer in channel.members

    def watch(self) -> asyncio.Event:
        """An event that is set whenever something may look different."""
        event = asyncio.Event()
        self._watched.add(event)
        return event

    async def until(self, find: Callable[[], _T | None], seconds: float) -> _T:
        """What is found, now or within so long. Raises TimeoutError."""
        changed = self.watch()
        async with asyncio.timeout(seconds):
            while not (found := find()):
                await changed.wait()
                changed.clear()
        return found

    def rings(self) -> int:
        """Something looks different now: a number that is larger than all before."""
        self.versions += 1
        for event in self._watched:
            event.set()
        return self.versions

    def ts(self) -> str:
        """A timestamp that no message of this workspace has."""
        at = f"{self.clock.now():.6f}"
        if at <= self._last_ts:
            whole, _, fraction = self._last_ts.partition(".")
            number = int(whole) * 10**6 + int(fraction) + 1
            at = f"{number // 10**6}.{number % 10**6:06d}"
        self._last_ts = at
        return at

    # Messages

    def writes(
        self,
        channel: Channel,
        user: str,
        text: str,
        blocks: Sequence[Json] = (),
        *,
        thread_ts: str = "",
        files: Sequence[File] = (),
        metadata: Json | None = None,
        broadcast: bool = False,
        by_app: bool = False,
        subtype: str = "",
        bot_name: str = "",
    ) -> Message:
        """A new message; below a message that is gone it stands in the channel, as in Slack
        (github.com/slack-go/slack/issues/1571).
        """
        root = channel.messages.get(thread_ts)
        if root is not None and root.in_thread:
            root = channel.messages.get(root.thread_ts)
        is_there = root is not None and not (root.deleted and not channel.replies(root.ts))
        message = Message(
            self.ts(),
            channel.id,
            user,
            [],
            thread_ts=root.ts if root is not None and is_there else "",
            subtype=subtype or ("file_share" if files else ""),
            by_app=by_app,
            bot_name=bot_name,
            metadata=metadata,
            broadcast=broadcast and is_there,
            files=[*files],
        )
        if message.broadcast and not message.subtype:
            message.subtype = "thread_broadcast"
        channel.messages[message.ts] = message
        self.says(message, text, blocks)
        for file in files:
            file.shared = True
        self.telling.wrote(channel, message)
        return message

    def whispers(
        self, channel: Channel, user: str, text: str, blocks: Sequence[Json], thread_ts: str = ""
    ) -> Message:
        """A message that one person sees; no event tells of it."""
        message = Message(
            self.ts(), channel.id, self.bot.id, [], thread_ts, only_for=user, by_app=True
        )
        channel.messages[message.ts] = message
        self.says(message, text, blocks)
        return message

    def says(self, message: Message, text: str, blocks: Sequence[Json]) -> None:
        """What a message shows from now on."""
        number = self.rings()
        kept = with_ids(blocks, f"{number:x}-")
        message.versions.append(Version(number, text, kept))

    def changes(self, message: Message, text: str, blocks: Sequence[Json], *, edited: bool) -> None:
        """A message is another now."""
        channel = self.channels[message.channel]
        before = self.json(message, channel)
        self.says(message, text, blocks)
        if edited:
            message.edited = self.ts()
        if not message.only_for:
            self.telling.changed(channel, before, self.json(message, channel))

    def deletes(self, message: Message) -> None:
        """A message is no more; where it has replies, a tombstone stands there."""
        channel = self.channels[message.channel]
        before = self.json(message, channel)
        replies = channel.replies(message.ts)
        message.deleted = True
        self.rings()
        if message.only_for:
            return
        if replies:
            self.telling.changed(channel, before, tombstone(message))
            return
        self.telling.deleted(channel, before)

    def reacts(self, message: Message, user: str, name: str, *, on: bool) -> bool:
        """A reaction comes or goes; False where it was so already."""
        users = message.reactions.setdefault(name, [])
        if (user in users) == on:
            if not users:
                del message.reactions[name]
            return False
        if on:
            users.append(user)
        else:
            users.remove(user)
        if not users:
            del message.reactions[name]
        self.rings()
        kind = "reaction_added" if on else "reaction_removed"
        item = {"type": "message", "channel": message.channel, "ts": message.ts}
        event = {"user": user, "reaction": name, "item": item, "item_user": message.user}
        self.event(kind, event, self.channels[message.channel])
        return True

    def json(self, message: Message, channel: Channel | None = None) -> Json:
        """A message in a payload."""
        channel = channel or self.channels[message.channel]
        return message_json(message, channel, self.app, self.id)

    # Coming and going

    def lets_in(self, channel: Channel, user: User, inviter: User) -> None:
        """Somebody, or the bot, is in a channel from now on."""
        channel.members.add(user.id)
        self.rings()
        told = {"user": user.id, "channel": channel.id, "team": self.id, "inviter": inviter.id}
        letter = channel.id[0] if channel.kind == "channel" else "G"
        self.event("member_joined_channel", {**told, "channel_type": letter}, channel)

    def removes(self, channel: Channel, user: User, actor: User) -> None:
        """Somebody, or the bot, is not in a channel any more."""
        channel.members.discard(user.id)
        self.rings()
        if user.id == self.bot.id:
            kind = "group_left" if channel.kind == "group" else "channel_left"
            self.event(kind, {"channel": channel.id, "actor_id": actor.id})
            return
        told = {"user": user.id, "channel": channel.id, "team": self.id}
        letter = channel.id[0] if channel.kind == "channel" else "G"
        self.event("member_left_channel", {**told, "channel_type": letter}, channel)

    def archives(self, channel: Channel, actor: User, *, archived: bool = True) -> None:
        """A channel is archived, or is no more."""
        channel.archived = archived
        self.rings()
        what = "archive" if archived else "unarchive"
        told = {"channel": channel.id, "user": actor.id, "is_moved": 0}
        self.event(f"{channel.kind}_{what}", told, channel)

    def deletes_channel(self, channel: Channel, actor: User) -> None:
        """A channel is no more."""
        kind = f"{channel.kind}_deleted"
        told = {"channel": channel.id, "actor_id": actor.id}
        self.event(kind, told, channel)
        channel.deleted = True
        self.rings()

    def uninstalls(self, tokens: Mapping[str, list[str]]) -> None:
        """The app is taken out; `tokens` are the ids of users whose tokens went, by kind."""
        self.event("app_uninstalled", {})
        self.event("tokens_revoked", {"tokens": dict(tokens)})
        self.installed = False

    def event(self, kind: str, event: Json, channel: Channel | None = None) -> Delivered | None:
        """Tell the app of it, where it listens, may hear, and is there."""
        return self.telling.event(kind, event, channel)
