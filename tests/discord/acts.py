"""How Discord tells the app of what somebody does: interactions, whole
(docs.discord.com/developers/interactions/receiving-and-responding#interaction-object).
"""

from typing import TYPE_CHECKING

from tests.discord.payloads import channel_json, member_json, message_json, user_json
from tests.discord.world import DM, Channel, Interaction, Json, Message, User

if TYPE_CHECKING:
    from tests.discord.server import Discord

FILE_SIZE = 10 * 1024 * 1024  # where nobody has boosted the guild


class Acts:
    """What one person does."""

    def __init__(self, discord: "Discord", user: User) -> None:
        self._discord = discord
        self._user = user

    async def asks(
        self, kind: int, channel: Channel, data: Json, message: Message | None = None
    ) -> Interaction:
        """Send an interaction, and wait until it is answered, or not."""
        discord = self._discord
        made = Interaction(
            discord.chat.ids.next(),
            discord.interactions.token(),
            kind,
            self._user.id,
            channel.guild,
            channel.id,
            discord.clock.now(),
            data,
            message.id if message else "",
        )
        discord.interactions.begin(made)
        told = self._told(made, channel, message)
        await discord.interactions.ask(made, discord.chat.telling.asked, told)
        return made

    def _told(self, made: Interaction, channel: Channel, message: Message | None) -> Json:
        chat = self._discord.chat
        held = str(chat.permissions(channel, self._user))
        told: Json = {
            "id": made.id,
            "application_id": chat.bot.id,
            "type": made.kind,
            "token": made.token,
            "version": 1,
            "data": made.data,
            "channel_id": channel.id,
            "channel": channel_json(channel, chat) | {"permissions": held},
            "app_permissions": str(chat.permissions(channel)),
            "locale": "en-US",
            "entitlements": [],
            "entitlement_sku_ids": [],
            "attachment_size_limit": self._discord.file_size,
            "authorizing_integration_owners": {"0": channel.guild or "0"},
            "context": 1 if channel.kind == DM else 0,
        }
        if message is not None:
            told["message"] = message_json(message, chat)
        if channel.kind == DM:
            return told | {"user": user_json(self._user)}
        member = chat.guilds[channel.guild].members[self._user.id]
        return told | {
            "guild_id": channel.guild,
            "guild": {"id": channel.guild, "locale": "en-US", "features": []},
            "guild_locale": "en-US",
            "member": member_json(member) | {"permissions": held},
        }
