"""What was written while nobody listened: after a new start, and where Discord would not go on
where we broke off. Messages are read after the last one that was heard before that; what is heard
twice is known.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import suppress

import discord
import structlog

from bot.platforms.discord.following import Note
from bot.port import Memory

STORED = 2.0  # seconds after which what was heard last is kept
_HEARD, _LAST = "heard", "last"  # what is remembered: the number of a message
_DIRECT = "direct"  # conversations with one person, by channel
Place = discord.Thread | discord.PartialMessageable
Notes = Mapping[int, Mapping[int, Note]]  # by place and message
_log = structlog.get_logger(__name__)


class Missed:
    """Knows what was heard last."""

    def __init__(self, memory: Memory) -> None:
        """`memory` is every process's."""
        self._memory = memory
        self._last = 0
        self._kept = 0
        self._since = 0
        self._is_behind = False
        self._direct: set[int] = set()
        self._coming: set[int] = set()

    async def begin(self) -> None:
        """We begin to listen: whoever did before has kept what they heard last; for the first time
        there is nothing to catch up with. Raises a StorageError.
        """
        kept = int(await self._memory.recall(_HEARD, _LAST) or 0)
        now = discord.utils.time_snowflake(discord.utils.utcnow())
        before = max(kept, self._last)
        self._last = before or now
        self.break_off()
        self._is_behind = before > 0
        await self.store()

    @property
    def is_behind(self) -> bool:
        """Whether there may be something to catch up with."""
        return self._is_behind

    def break_off(self) -> None:
        """The connection is not there: until all is caught up with, nothing later counts."""
        if not self._is_behind:
            self._since, self._is_behind = self._last, True

    def resume(self) -> None:
        """Discord has told everything that was missed."""
        self._is_behind = False

    def coming(self, message: int) -> None:
        """A message is on its way to the product: until it is `done`, nothing later counts."""
        self._coming.add(message)

    def done(self, message: int) -> None:
        """What it means to the product is saved, or it means nothing."""
        self._coming.discard(message)

    async def heard(self, message: discord.Message) -> None:
        """A message was handed in. Raises a StorageError."""
        self._last = max(self._last, message.id)
        if message.guild is None and message.channel.id not in self._direct:
            self._direct.add(message.channel.id)
            await self._memory.keep(_DIRECT, str(message.channel.id), str(message.author.id))

    async def store(self) -> None:
        """Keep what was heard last, if that is news. Raises a StorageError."""
        last = self._since if self._is_behind else self._last
        last = min(last, *(number - 1 for number in self._coming)) if self._coming else last
        if last > self._kept:
            await self._memory.keep(_HEARD, _LAST, str(last))
            self._kept = last

    async def try_to_store(self) -> None:
        """The same; what cannot be kept now is kept later, or heard twice."""
        try:
            await self.store()
        except Exception as error:  # the database is away
            _log.warning("discord-heard-not-kept", exc_info=error)

    async def keep_stored(self, stop: asyncio.Event) -> None:
        """Store it again and again until `stop`."""
        while not stop.is_set():
            await self.try_to_store()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), STORED)

    async def places(self, client: discord.Client, notes: Notes) -> list[Place]:
        """Where something may have happened since: threads of ours and direct conversations in
        which somebody may have written, and wherever `notes` are. Raises a StorageError.
        """
        me = client.user.id if client.user else 0
        found: dict[int, Place] = {
            thread.id: thread
            for guild in client.guilds
            for thread in guild.threads
            if thread.owner_id == me and (thread.last_message_id or 0) > self._since
        }
        direct = {int(id): None for id in await self._memory.all(_DIRECT)}
        of_notes = {id: _guild(there.values()) for id, there in notes.items()}
        for id, guild in (direct | of_notes).items():
            known = client.get_channel(id)
            partial = client.get_partial_messageable(id, guild_id=guild)
            found.setdefault(id, known if isinstance(known, discord.Thread) else partial)
        return [*found.values()]

    def is_new(self, message: discord.Message) -> bool:
        """Whether it was written since."""
        return message.id > self._since

    async def messages(
        self, place: Place, notes: Collection[int]
    ) -> AsyncIterator[discord.Message]:
        """What was written there since, or since the first of these `notes`; oldest first. Raises
        what the library raises.
        """
        since = discord.Object(min([self._since, *(note - 1 for note in notes)]))
        async for message in place.history(after=since, oldest_first=True, limit=None):
            yield message


def _guild(notes: Iterable[Note]) -> int | None:
    """Where all of these are; None in a direct conversation."""
    [guild] = {note.guild for note in notes}
    return int(guild) if guild else None
