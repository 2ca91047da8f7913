"""How Discord writes what there is, in answers and events (docs.discord.com/developers/resources).
Nothing is decided here but what the app may read of it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from tests.discord.permissions import ALL, of_roles
from tests.discord.world import (
    DM,
    REPLY,
    STARTER,
    Attachment,
    Channel,
    Guild,
    Interaction,
    Json,
    Member,
    Message,
    Role,
    Thread,
    User,
)

if TYPE_CHECKING:
    from tests.discord.chat import Chat


def at(seconds: float) -> str:
    """A time as Discord writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


def made_at(id: str) -> str:
    """When something with this id was made."""
    return at(((int(id) >> 22) + 1_420_070_400_000) / 1000)


def user_json(user: User) -> Json:
    """Somebody."""
    return {
        "id": user.id,
        "username": user.name,
        "global_name": None if user.is_bot else user.shown,
        "discriminator": "0",
        "avatar": None,
        "bot": user.is_bot,
        "public_flags": 0,
    }


def member_json(member: Member, *, whole: bool = True) -> Json:
    """Somebody in a guild; without `whole`, as it stands beside their user."""
    told: Json = {
        "roles": [*member.roles],
        "nick": member.nick or None,
        "avatar": None,
        "joined_at": member.joined,
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
        "communication_disabled_until": None,
    }
    return told | {"user": user_json(member.user)} if whole else told


def role_json(role: Role, position: int) -> Json:
    """A role."""
    return {
        "id": role.id,
        "name": role.name,
        "permissions": str(role.permissions),
        "position": position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": role.managed,
        "mentionable": False,
        "flags": 0,
    }


def guild_json(guild: Guild) -> Json:
    """A guild, without what is in it."""
    return {
        "id": guild.id,
        "name": guild.name,
        "icon": None,
        "splash": None,
        "banner": None,
        "description": None,
        "owner_id": guild.owner,
        "afk_channel_id": None,
        "afk_timeout": 300,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "roles": [role_json(role, n) for n, role in enumerate(guild.roles.values())],
        "emojis": [],
        "stickers": [],
        "features": [],
        "mfa_level": 0,
        "nsfw_level": 0,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "preferred_locale": "en-US",
        "premium_tier": 0,
        "vanity_url_code": None,
    }


def guild_whole(chat: "Chat", guild: Guild, *, joined: bool = False) -> Json:
    """GUILD_CREATE: with its channels, open threads and the bot; `joined` just now."""
    there = [each for each in chat.channels.values() if each.guild == guild.id]
    seen = [each for each in there if not each.deleted]
    threads = [each for each in seen if isinstance(each, Thread) and not each.archived]
    told = guild_json(guild) | {
        "joined_at": guild.members[chat.bot.id].joined,
        "large": False,
        "member_count": len(guild.members),
        "members": [member_json(guild.members[chat.bot.id])],
        "channels": [channel_json(each, chat) for each in seen if not isinstance(each, Thread)],
        "threads": [
            channel_json(each, chat) for each in threads if chat.may(each, "View Channels")
        ],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }
    return told if joined else told | {"unavailable": False}


def channel_json(channel: Channel, chat: "Chat") -> Json:
    """A channel, a thread, or a conversation of two."""
    said = [id for id, each in channel.messages.items() if not each.only_for]
    told: Json = {
        "id": channel.id,
        "type": channel.kind,
        "last_message_id": max(said, key=int, default=None),
        "flags": 0,
    }
    if channel.kind == DM:
        others = [chat.users[id] for id in channel.recipients if id != chat.bot.id]
        return told | {"recipients": [user_json(each) for each in others]}
    told |= {"guild_id": channel.guild, "name": channel.name, "rate_limit_per_user": 0}
    if isinstance(channel, Thread):
        return told | _thread(channel, chat)
    return told | {
        "position": 0,
        "topic": channel.topic or None,
        "nsfw": False,
        "parent_id": None,
        "permission_overwrites": [
            {
                "id": each.id,
                "type": each.kind,
                "allow": str(each.allow),
                "deny": str(each.deny),
            }
            for each in channel.overwrites.values()
        ],
    }


def _thread(thread: Thread, chat: "Chat") -> Json:
    said = sum(not each.deleted and each.kind != STARTER for each in thread.messages.values())
    told: Json = {
        "parent_id": thread.parent,
        "owner_id": thread.owner,
        "message_count": said,
        "total_message_sent": said,
        "member_count": len(thread.members),
        "thread_metadata": {
            "archived": thread.archived,
            "auto_archive_duration": thread.auto_archive,
            "archive_timestamp": thread.archived_at,
            "locked": thread.locked,
            "create_timestamp": made_at(thread.id),
        },
    }
    if chat.bot.id in thread.members:
        told["member"] = {
            "id": thread.id,
            "user_id": chat.bot.id,
            "join_timestamp": made_at(thread.id),
            "flags": 0,
        }
    return told


def attachment_json(file: Attachment, channel: str, address: str) -> Json:
    """A file; `address` has its end of life in it."""
    name = quote(file.name, safe="")
    url = f"{address}/attachments/{channel}/{file.id}/{name}"
    titled = {"title": file.title} if file.title else {}
    return titled | {
        "id": file.id,
        "filename": file.name,
        "size": len(file.content),
        "content_type": file.kind,
        "url": url,
        "proxy_url": url,
    }


def message_json(message: Message, chat: "Chat", *, quoted: bool = True) -> Json:
    """A message, as it is now."""
    author, now = chat.users[message.author], message.versions[-1]
    told: Json = {
        "id": message.id,
        "type": message.kind,
        "channel_id": message.channel,
        "author": user_json(author),
        "content": now.content,
        "components": [*now.components],
        "embeds": [*now.embeds],
        "attachments": [chat.files.attachment(each, message.channel) for each in message.files],
        "mentions": [user_json(each) for each in chat.mentioned(message)],
        "mention_roles": [],
        "mention_everyone": False,
        "pinned": False,
        "tts": False,
        "timestamp": made_at(message.id),
        "edited_timestamp": message.edited or None,
        "flags": message.flags,
    }
    if message.reactions:
        told["reactions"] = [
            _reaction(emoji, users, chat.bot.id) for emoji, users in message.reactions.items()
        ]
    if message.by_app:
        told["application_id"] = chat.bot.id
    if message.thread and not chat.channels[message.thread].deleted:
        told["thread"] = channel_json(chat.channels[message.thread], chat)
    if message.interaction:
        told |= _answering(chat.interactions.made[message.interaction], chat)
    if message.kind in (REPLY, STARTER) and quoted:
        told |= _quoting(message, chat)
    return told


def _reaction(emoji: str, users: list[str], bot: str) -> Json:
    return {
        "emoji": {"id": None, "name": emoji},
        "count": len(users),
        "count_details": {"burst": 0, "normal": len(users)},
        "me": bot in users,
        "me_burst": False,
        "burst_colors": [],
    }


def _answering(interaction: Interaction, chat: "Chat") -> Json:
    metadata: Json = {
        "id": interaction.id,
        "type": interaction.kind,
        "user": user_json(chat.users[interaction.user]),
        "authorizing_integration_owners": {"0": interaction.guild or "0"},
    }
    if interaction.message:
        metadata["interacted_message_id"] = interaction.message
    return {"webhook_id": chat.bot.id, "interaction_metadata": metadata}


def _quoting(message: Message, chat: "Chat") -> Json:
    found = chat.message(message.reply_to)
    where = found.channel if found else message.channel
    told: Json = {
        "message_reference": {"type": 0, "message_id": message.reply_to, "channel_id": where},
        "referenced_message": None,
    }
    guild = chat.channels[message.channel].guild
    if guild:
        told["message_reference"]["guild_id"] = guild
    if found is not None and not found.deleted:
        told["referenced_message"] = message_json(found, chat, quoted=False)
    return told


def without_content(told: Mapping[str, object]) -> Json:
    """A message as an app gets it that may not read what messages say."""
    return {**told, "content": "", "components": [], "embeds": [], "attachments": []}


def bot_permissions(guild: Guild, bot: str) -> int:
    """What the bot may do in a guild as a whole."""
    member = guild.members.get(bot)
    return of_roles(guild, member) if member else ALL
