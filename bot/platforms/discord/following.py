"""Messages that mean something to us: who wrote them, as Discord does not say it when they are
deleted; and for a day how they were when that was last heard, as Discord tells nothing of what is
done to them while nobody listens.
"""

import json
from collections import OrderedDict
from dataclasses import replace
from datetime import timedelta

import discord

from bot.platforms.discord.handle import Handle
from bot.port import Answer, Deleted, Edited, Inbound, Memory, Reacted, Replied
from core.frozen import frozen

_WROTE, _KEPT = "wrote", timedelta(days=90)
_NOTE, _FRESH = "note", timedelta(days=1)
_KNOWN = 20_000


@frozen
class Note:
    """A message that means something to us: the channel or thread that it is in, its guild ("" in a
    direct conversation), when it was changed last (Unix seconds, 0 for never), and who keeps it out
    by a reaction.
    """

    message: str
    place: str
    guild: str
    writer: str
    edited: float = 0.0
    out: tuple[str, ...] = ()


class Following:
    """Knows them. Raises a StorageError."""

    def __init__(self, memory: Memory) -> None:
        """`memory` is every process's."""
        self._memory = memory
        self._seen: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def saw(self, message: discord.Message) -> None:
        """A message is on its way to the product; its change may have come first."""
        _, changed = self._seen.get(str(message.id), ("", 0.0))
        changed = max(changed, changed_at(message))
        self._seen[str(message.id)] = str(message.author.id), changed
        if len(self._seen) > _KNOWN:
            self._seen.popitem(last=False)

    async def writer(self, message: str) -> str | None:
        """Who wrote a message, if it was seen lately or means something to us."""
        seen = self._seen.get(message)
        return seen[0] if seen else await self._memory.recall(_WROTE, message)

    async def told(self, inbound: Inbound, handle: Handle, answer: Answer) -> None:
        """The product knows it now; a receipt says that the message means something to it."""
        match inbound:
            case Replied() | Edited() if answer.receipt is not None:
                await self._begin(handle)
            case Edited(message=message):
                await self._changed(message)
            case Reacted(message=message, by=by, added=added):
                await self._reacted(message, by.user, added=added)
            case Deleted(message=message):
                await self._memory.forget(_NOTE, message)
            case _:
                pass

    async def note(self, message: str) -> Note | None:
        """How a message was, if it came to mean something within a day."""
        found = await self._memory.recall(_NOTE, message)
        return None if found is None else _unpacked(message, found)

    async def notes(self) -> list[Note]:
        """All of them."""
        found = await self._memory.all(_NOTE)
        return [_unpacked(message, packed) for message, packed in found.items()]

    async def _begin(self, handle: Handle) -> None:
        writer, edited = self._seen.get(handle.message, ("", 0.0))
        if writer:
            await self._memory.keep(_WROTE, handle.message, writer, lasts=_KEPT)
            guild = "" if handle.direct else handle.workspace
            await self._keep(Note(handle.message, handle.place, guild, writer, edited))

    async def _changed(self, message: str) -> None:
        note, (_, edited) = await self.note(message), self._seen.get(message, ("", 0.0))
        if note is not None:
            await self._keep(replace(note, edited=edited))

    async def _reacted(self, message: str, user: str, *, added: bool) -> None:
        note = await self.note(message)
        if note is not None:
            others = tuple(each for each in note.out if each != user)
            await self._keep(replace(note, out=(*others, user) if added else others))

    async def _keep(self, note: Note) -> None:
        packed = json.dumps([note.place, note.guild, note.writer, note.edited, *note.out])
        await self._memory.keep(_NOTE, note.message, packed, lasts=_FRESH)


def changed_at(message: discord.Message) -> float:
    """When somebody changed it last, in Unix seconds; 0 where nobody did."""
    return message.edited_at.timestamp() if message.edited_at is not None else 0.0


def _unpacked(message: str, packed: str) -> Note:
    place, guild, writer, edited, *out = json.loads(packed)
    return Note(message, place, guild, writer, edited, tuple(out))
