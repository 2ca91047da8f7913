"""What the app is told of what happens: what its intents and its permissions let it hear.

Shapes: docs.discord.com/developers/events/gateway-events. Nothing changes here.
"""

from typing import TYPE_CHECKING

from tests.discord.payloads import (
    channel_json,
    guild_whole,
    member_json,
    message_json,
    role_json,
)
from tests.discord.world import DM, Channel, Guild, Json, Message, Role, Thread, User

if TYPE_CHECKING:
    from tests.discord.chat import Chat
    from tests.discord.gateway import Gateway

# docs.discord.com/developers/events/gateway#list-of-intents
GUILDS, GUILD_MESSAGES, GUILD_REACTIONS = 1 << 0, 1 << 9, 1 << 10
DIRECT_MESSAGES, DIRECT_REACTIONS, MESSAGE_CONTENT = 1 << 12, 1 << 13, 1 << 15


class Telling:
    """Tells the app."""

    def __init__(self, chat: "Chat", gateway: "Gateway") -> None:
        self._chat = chat
        self._gateway = gateway

    # Messages

    def wrote(self, channel: Channel, message: Message) -> None:
        """A message."""
        self._of_message("MESSAGE_CREATE", channel, message, self._said(channel, message))

    def changed(self, channel: Channel, message: Message) -> None:
        """A message that reads or looks differently."""
        self._of_message("MESSAGE_UPDATE", channel, message, self._said(channel, message))

    def deleted(self, channel: Channel, message: Message) -> None:
        """A message that is no more."""
        told = {"id": message.id, "channel_id": channel.id, **_guild(channel)}
        self._of_message("MESSAGE_DELETE", channel, message, told)

    def reacted(
        self, channel: Channel, message: Message, user: User, emoji: str, *, on: bool
    ) -> None:
        """A reaction that came or went."""
        if message.only_for or not self._sees(channel):
            return
        told: Json = {
            "user_id": user.id,
            "channel_id": channel.id,
            "message_id": message.id,
            **_guild(channel),
            "emoji": {"id": None, "name": emoji},
            "burst": False,
            "type": 0,
        }
        if on:
            told["message_author_id"] = message.author
            if channel.guild:
                told["member"] = member_json(self._guild(channel).members[user.id])
        kind = "MESSAGE_REACTION_ADD" if on else "MESSAGE_REACTION_REMOVE"
        intent = DIRECT_REACTIONS if channel.kind == DM else GUILD_REACTIONS
        self._gateway.tell(kind, told, intent)

    def _said(self, channel: Channel, message: Message) -> Json:
        told = message_json(message, self._chat) | _guild(channel)
        told["channel_type"] = channel.kind
        if message.nonce:
            told["nonce"] = message.nonce
        if channel.guild and (member := self._guild(channel).members.get(message.author)):
            told["member"] = member_json(member, whole=False)
        return told

    def _of_message(self, kind: str, channel: Channel, message: Message, told: Json) -> None:
        if message.only_for or not self._sees(channel):
            return
        bare = told if kind == "MESSAGE_DELETE" else self._chat.bare(message, told)
        intent = DIRECT_MESSAGES if channel.kind == DM else GUILD_MESSAGES
        self._gateway.tell(kind, told, intent, bare)

    # Places

    def of_channel(self, kind: str, channel: Channel) -> None:
        """A channel that came, changed, or is no more."""
        if self._is_in(channel):
            self._gateway.tell(kind, channel_json(channel, self._chat), GUILDS)

    def of_thread(self, kind: str, thread: Thread, **more: object) -> None:
        """A thread that came or changed."""
        if self._sees(thread):
            self._gateway.tell(kind, channel_json(thread, self._chat) | more, GUILDS)

    def thread_deleted(self, thread: Thread) -> None:
        """A thread that is no more."""
        if self._sees(thread):
            told = {"id": thread.id, "guild_id": thread.guild, "parent_id": thread.parent}
            self._gateway.tell("THREAD_DELETE", told | {"type": thread.kind}, GUILDS)

    def threads_synced(self, channel: Channel) -> None:
        """The open threads of a channel that the bot has just come to see."""
        open = [each for each in self._chat.threads(channel) if not each.archived]
        told: Json = {"guild_id": channel.guild, "channel_ids": [channel.id]}
        told["threads"] = [channel_json(each, self._chat) for each in open]
        told["members"] = [each["member"] for each in told["threads"] if "member" in each]
        self._gateway.tell("THREAD_LIST_SYNC", told, GUILDS)

    def role_changed(self, guild: Guild, role: Role) -> None:
        """A role that lets its members do other things."""
        position = [*guild.roles].index(role.id)
        told = {"guild_id": guild.id, "role": role_json(role, position)}
        self._gateway.tell("GUILD_ROLE_UPDATE", told, GUILDS)

    def bot_changed(self, guild: Guild) -> None:
        """The bot as a member of a guild: it is told of itself whatever its intents are
        (docs.discord.com/developers/events/gateway#caveats).
        """
        told = {"guild_id": guild.id} | member_json(guild.members[self._chat.bot.id])
        self._gateway.tell("GUILD_MEMBER_UPDATE", told, 0)

    def left(self, guild: Guild) -> None:
        """The bot was taken out of a guild."""
        self._gateway.tell("GUILD_DELETE", {"id": guild.id}, GUILDS)

    def joined(self, guild: Guild) -> None:
        """The bot came into a guild."""
        self._gateway.tell("GUILD_CREATE", guild_whole(self._chat, guild, joined=True), GUILDS)

    def asked(self, told: Json) -> None:
        """An interaction, which needs no intent."""
        self._gateway.tell("INTERACTION_CREATE", told, 0)

    def _guild(self, channel: Channel) -> Guild:
        return self._chat.guilds[channel.guild]

    def _is_in(self, channel: Channel) -> bool:
        guild = self._chat.guilds.get(channel.guild)
        return guild is None or self._chat.bot.id in guild.members

    def _sees(self, channel: Channel) -> bool:
        return self._chat.may(channel, "View Channels")


def _guild(channel: Channel) -> Json:
    return {"guild_id": channel.guild} if channel.guild else {}
