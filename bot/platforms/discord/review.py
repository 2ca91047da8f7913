"""What became of messages that mean something to us while nobody listened: they are read again, and
what is otherwise than it was heard is told like what happens now.
"""

from collections.abc import AsyncIterator, Coroutine
from typing import Any

import discord

from bot.platforms.discord.events import REACTIONS, Events
from bot.platforms.discord.following import Following, Note, changed_at
from bot.platforms.discord.incoming import Came

Reading = Coroutine[Any, Any, Came | None]


class Review:
    """Compares them."""

    def __init__(self, events: Events, following: Following) -> None:
        """`following` knows what was heard of them."""
        self._events = events
        self._following = following

    async def notes(self) -> dict[int, dict[int, Note]]:
        """What is to be compared, by place and message. Raises a StorageError."""
        found: dict[int, dict[int, Note]] = {}
        for note in await self._following.notes():
            found.setdefault(int(note.place), {})[int(note.message)] = note
        return found

    async def readings(
        self, message: discord.Message, note: Note | None, me: int
    ) -> AsyncIterator[Reading]:
        """What is told of a message that is there: of a new one (without a `note`), who keeps it
        out. Raises what the library raises.
        """
        if note is not None and changed_at(message) > note.edited:
            yield self._changed(message, me)
        out = {str(user.id): user async for user in _who_keep_out(message)}
        before = note.out if note is not None else ()
        for id, user in out.items():
            if id not in before:
                yield self._events.stands(message, user)
        for id in before:
            if id not in out:
                yield self._events.stands(message, discord.Object(int(id)), added=False)

    async def deleted(self, note: Note) -> Came | None:
        """What is told of a message that is not there any more."""
        guild = int(note.guild) if note.guild else None
        return await self._events.deleted(int(note.place), guild, note.message)

    async def _changed(self, message: discord.Message, me: int) -> Came | None:
        """In its turn: a change that came meanwhile may be a newer one."""
        note = await self._following.note(str(message.id))
        if note is None or changed_at(message) <= note.edited:
            return None
        return await self._events.changed(message, me)


async def _who_keep_out(
    message: discord.Message,
) -> AsyncIterator[discord.User | discord.Member]:
    for reaction in message.reactions:
        if str(reaction.emoji) in REACTIONS:
            async for user in reaction.users():
                yield user
