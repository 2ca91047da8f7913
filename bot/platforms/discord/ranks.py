"""What somebody is with us by what they are in the guild: its roles that stand for ours."""

from collections.abc import Sequence
from contextlib import suppress

import discord

from bot.platforms.discord.application import Application
from core.access import Role

_RANKS = tuple(Role)  # each may do what those before it may


class Ranks:
    """Roles of the one guild that the settings speak of: in another, somebody else gives roles."""

    def __init__(self, application: Application) -> None:
        """`application` says which guild that is, and what its roles stand for."""
        self._guild = application.guild
        self._roles = {name.casefold(): role for name, role in application.roles.items()}

    async def of_writer(
        self, message: discord.Message, guilds: Sequence[discord.Guild]
    ) -> Role | None:
        """The same of who wrote a message. In a history Discord does not say what roles they have:
        then it is asked.
        """
        writer = message.author
        if self._roles and message.guild and not isinstance(writer, discord.Member):
            with suppress(discord.HTTPException):
                writer = await message.guild.fetch_member(writer.id)
        return self.of(writer, guilds)

    def of(
        self, user: discord.User | discord.Member, guilds: Sequence[discord.Guild]
    ) -> Role | None:
        """The highest that their roles stand for; None where none of them does. `guilds` are those
        that the bot is in.
        """
        if not self._roles or not isinstance(user, discord.Member):
            return None
        if self._guild not in ("", str(user.guild.id)) or (not self._guild and len(guilds) != 1):
            return None
        said = [name for role in user.roles for name in (role.name.casefold(), str(role.id))]
        found = [self._roles[name] for name in said if name in self._roles]
        return max(found, key=_RANKS.index, default=None)
