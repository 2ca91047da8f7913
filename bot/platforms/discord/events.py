"""From Discord's events to what a person did, or what became of a channel. A delivery is named
after what was done: the same message told again is the same one.

https://docs.discord.com/developers/events/gateway-events
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import discord

from bot.platforms.discord.calls import Calls
from bot.platforms.discord.following import Following, changed_at
from bot.platforms.discord.handle import Handle
from bot.platforms.discord.incoming import Came, Incoming, files, named, origin
from bot.platforms.discord.markdown import plain, without
from bot.platforms.discord.surface import NAME
from bot.port import (
    Allowed,
    Arrived,
    Closed,
    Command,
    Deleted,
    Edited,
    File,
    Installed,
    Loss,
    Reacted,
    Reaction,
    Replied,
)

REACTIONS = {"⛔": Reaction.KEEP_OUT, "🚫": Reaction.KEEP_OUT}
_WRITTEN = (discord.MessageType.default, discord.MessageType.reply)


class Events:
    """Reads events; None where they mean nothing here. Raises PlatformError, StorageError."""

    def __init__(self, incoming: Incoming, calls: Calls, following: Following) -> None:
        """`calls` asks where a channel is that the library does not know."""
        self._incoming = incoming
        self._calls = calls
        self._following = following

    async def written(
        self, message: discord.Message, me: int, guilds: Sequence[discord.Guild] = ()
    ) -> Came | None:
        """Somebody wrote a message; `guilds` are those that the bot is in."""
        if message.author.bot or message.type not in _WRITTEN or message.webhook_id:
            return None
        handle = await self._at(message.channel, message.channel.id, message.guild, message.author)
        role = await self._incoming.ranks.of_writer(message, guilds)
        handle = replace(handle, message=str(message.id), role=role)
        by = origin(handle, message.author.display_name)
        text, came_with = said(message, me), _files(message, handle.place)
        self._following.saw(message)
        is_meant = any(user.id == me for user in message.mentions)
        if is_meant and by.threads and not came_with and message.type is _WRITTEN[0]:
            return Command(by, named(handle, "message", handle.message), text), handle
        quoted = message.reference.resolved if message.reference else None
        quotes = isinstance(quoted, discord.Message) and quoted.author.id == me
        return Replied(by, handle.message, text, came_with, is_meant or quotes), handle

    async def met(self, message: discord.Message) -> Came | None:
        """Somebody has written in their own conversation with us for the first time."""
        handle = await self._at(message.channel, message.channel.id, None, message.author)
        if not handle.workspace:
            return None
        by = origin(handle, message.author.display_name)
        return Arrived(by, named(handle, "met", handle.user)), handle

    async def changed(self, message: discord.Message, me: int) -> Came | None:
        """Somebody changed what they wrote; not: Discord found a picture to a link in it."""
        if message.author.bot or message.edited_at is None or message.type not in _WRITTEN:
            return None
        handle = await self._at(message.channel, message.channel.id, message.guild, message.author)
        handle = replace(handle, message=str(message.id))
        self._following.saw(message)
        when = str(changed_at(message))
        delivery = named(handle, "changed", handle.message, when)
        by = origin(handle, message.author.display_name)
        return Edited(by, delivery, handle.message, said(message, me)), handle

    async def deleted(self, channel: int, guild: int | None, message: str) -> Came | None:
        """A message was taken back; whoever did, it was its writer's."""
        writer = await self._following.writer(message)
        if writer is None:
            return None
        handle = replace(await self._placed(channel, guild, writer), message=message)
        delivery = named(handle, "deleted", message)
        return Deleted(origin(handle, writer), delivery, message), handle

    async def reacted(self, told: discord.RawReactionActionEvent, me: int) -> Came | None:
        """A reaction was put on a message or taken off."""
        meaning = REACTIONS.get(told.emoji.name)
        if meaning is None or told.user_id == me:
            return None
        handle = await self._placed(told.channel_id, told.guild_id, str(told.user_id))
        handle = replace(handle, message=str(told.message_id))
        name = told.member.display_name if told.member else handle.user
        return _reacted(handle, name, meaning, added=told.event_type == "REACTION_ADD")

    async def stands(
        self, message: discord.Message, user: discord.abc.Snowflake, *, added: bool = True
    ) -> Came:
        """Somebody keeps a message out by a reaction that stands there, or does not any more."""
        place, guild = message.channel.id, message.guild.id if message.guild else None
        handle = replace(await self._placed(place, guild, str(user.id)), message=str(message.id))
        name = user.display_name if isinstance(user, discord.abc.User) else handle.user
        return _reacted(handle, name, Reaction.KEEP_OUT, added=added)

    async def closed(
        self, guild: int, channel: int | None, loss: Loss, thread: int | None = None
    ) -> Came:
        """A channel, or a thread of one, or without either a whole guild, in which the bot can
        write no more.
        """
        place, below = ("" if id is None else str(id) for id in (channel, thread))
        handle = Handle(str(guild), "", place, below)
        delivery = named(handle, "closed", handle.place, secrets.token_hex(4))
        where = (NAME, handle.workspace, handle.channel)
        return Closed(*where, loss, delivery, thread=handle.thread), handle

    async def allowed(
        self, guild: int, channel: int | None = None, thread: int | None = None
    ) -> Came:
        """What was not allowed there, or without either anywhere in the guild, is now."""
        place, below = ("" if id is None else str(id) for id in (channel, thread))
        handle = Handle(str(guild), "", place, below)
        delivery = named(handle, "allowed", handle.place, secrets.token_hex(4))
        where = (NAME, handle.workspace, handle.channel)
        return Allowed(*where, delivery, thread=handle.thread), handle

    async def let_in(self, channel: discord.abc.GuildChannel) -> Came:
        """The bot can write in a channel again. Nobody says who let it."""
        guild = channel.guild
        handle = Handle(str(guild.id), str(guild.owner_id), str(channel.id))
        delivery = named(handle, "joined", handle.channel, secrets.token_hex(4))
        return Arrived(origin(handle, await self._name(guild)), delivery), handle

    async def installed(self, guild: discord.Guild, direct: str) -> Came:
        """The bot was added to a guild: its owner is told, in their conversation `direct`."""
        handle = Handle(str(guild.id), str(guild.owner_id), direct, direct=True)
        by = origin(handle, await self._name(guild))
        delivery = named(handle, "installed", secrets.token_hex(4))
        return Installed(by, delivery, guild.name), handle

    async def _name(self, guild: discord.Guild) -> str:
        path = "/guilds/{guild_id}/members/{user_id}"
        found = await self._calls.call(
            "GET", path, guild_id=str(guild.id), user_id=str(guild.owner_id)
        )
        user = found["user"]
        return str(found.get("nick") or user.get("global_name") or user["username"])

    async def _at(
        self, channel: Any, id: int, guild: Any, user: discord.User | discord.Member
    ) -> Handle:
        number = guild.id if isinstance(guild, discord.Guild) else guild
        return await self._placed(id, number, str(user.id), channel)

    async def _placed(self, id: int, guild: int | None, user: str, channel: Any = None) -> Handle:
        workspace = await self._incoming.guild(user, guild)
        at = await self._incoming.places.of(id, guild, channel)
        return Handle(workspace, user, at.channel, at.thread, direct=at.direct)


def _reacted(handle: Handle, name: str, meaning: Reaction, *, added: bool) -> Came:
    # Discord numbers no reactions, and what is told twice means the same.
    delivery = named(handle, "reaction", handle.message, secrets.token_hex(8))
    return Reacted(origin(handle, name), delivery, handle.message, meaning, added), handle


def said(message: discord.Message, me: int) -> str:
    """What somebody wrote, as plain text; a mention of the bot itself is left out."""
    names = {str(user.id): user.display_name for user in message.mentions}
    return plain(without(message.content, str(me)), names)


def _files(message: discord.Message, place: str) -> tuple[File, ...]:
    told = [{**each.to_dict(), "title": each.title} for each in message.attachments]
    return files({"id": message.id, "attachments": told}, place)
