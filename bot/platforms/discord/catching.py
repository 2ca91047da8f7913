"""Catching up: what was missed is read and handed on first, with what became of messages that were
heard before, and what is written meanwhile waits for that, so that every place is heard in its
order.

Discord tells nothing again after a new sign-in; after a resume it does, and nothing was missed.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import discord
import structlog
from aiohttp import ClientError

from bot.platforms.discord.following import Note
from bot.platforms.discord.missed import Missed, Notes, Place
from bot.platforms.discord.review import Review

AGAIN = (1.0, 4.0, 15.0, 60.0)  # seconds before what could not be read is tried again
Reading = Coroutine[Any, Any, Any]
_log = structlog.get_logger(__name__)


class Waiting:
    """Hands on what happens in a channel, or lets it wait."""

    def __init__(self, hand_on: Callable[[int, Reading], None], *, waits: bool) -> None:
        """`waits`: at first everything does."""
        self._hand_on = hand_on
        self._is_for_all = waits
        self._for: set[int] = set()
        self._held: list[tuple[int, Reading]] = []
        self._is_over = False

    def take(self, channel: int, reading: Reading) -> None:
        """Something happened there."""
        if self._is_over:
            reading.close()
        elif self._waits(channel):
            self._held.append((channel, reading))
        else:
            self._hand_on(channel, reading)

    def hold(self) -> None:
        """From now on everything waits."""
        self._is_for_all = True

    def only(self, channels: set[int]) -> None:
        """Nothing waits any more but what happens there."""
        self._is_for_all, self._for = False, channels
        held, self._held = self._held, []
        for channel, reading in held:
            self.take(channel, reading)

    def release(self, channel: int) -> None:
        """Nor does what happens there."""
        if not self._is_for_all:
            self.only(self._for - {channel})

    def close(self) -> None:
        """What waits is for whoever connects next."""
        self._is_over = True
        for _, reading in self._held:
            reading.close()
        self._held = []

    def _waits(self, channel: int) -> bool:
        return self._is_for_all or channel in self._for


class CatchingUp:
    """Knows whether something was missed, and reads it."""

    def __init__(
        self,
        missed: Missed,
        hand_on: Callable[[int, Reading], None],
        read: Callable[[discord.Message], Reading],
        review: Review,
    ) -> None:
        """`read` reads a message; `hand_on` takes what happens in a channel, in its order."""
        self._missed = missed
        self._hand_on = hand_on
        self._read = read
        self._review = review
        self._waiting = Waiting(hand_on, waits=missed.is_behind)
        self._task: asyncio.Task[None] | None = None
        self._is_lost = True
        self._owes = self._is_ready = False

    def take(self, channel: int, reading: Reading) -> None:
        """Something happened there."""
        self._waiting.take(channel, reading)

    def lost(self) -> None:
        """The connection is lost."""
        self._is_lost = True
        self._missed.break_off()
        self._waiting.hold()

    def connected(self) -> None:
        """Signed in anew: what there is is not known yet."""
        self._is_lost, self._owes, self._is_ready = False, True, False
        if self._missed.is_behind:
            self._waiting.hold()

    def ready(self, client: discord.Client) -> None:
        """What there is is known; the library says so some time later, and so after a loss too."""
        self._is_ready = True
        if not self._is_lost:
            self._begin(client)

    def available(self, client: discord.Client) -> None:
        """A guild is known later than the rest: what was written there was not read yet."""
        if self._is_ready and not self._is_lost:
            self._begin(client)

    def resumed(self, client: discord.Client) -> None:
        """Discord has told what was missed since the loss."""
        self._is_lost = False
        if not self._owes:
            self._all_is_told()
        elif self._is_ready and (self._task is None or self._task.done()):
            self._begin(client)

    def close(self) -> None:
        """Whoever connects next catches up."""
        if self._task is not None:
            self._task.cancel()
        self._waiting.close()

    def _begin(self, client: discord.Client) -> None:
        if self._task is not None:
            self._task.cancel()  # there is more to catch up with now, and all of that still
        self._task = asyncio.create_task(self._catch_up(client))

    async def _catch_up(self, client: discord.Client) -> None:
        try:
            notes = await self._review.notes()
            places = await self._missed.places(client, notes)
            me = client.user.id if client.user else 0
            if not self._is_lost:
                self._waiting.only({place.id for place in places})
            left = await self._read_all(places, notes, me)
            for wait in AGAIN:
                if left:
                    await asyncio.sleep(wait)
                    left = await self._read_all(left, notes, me)
        except Exception as error:  # later is better than never: it is tried at the next start
            _log.warning("discord-not-caught-up", exc_info=error)
            self._waiting.only(set())
            return
        if left:
            self._waiting.only(set())
            return
        self._owes = False
        if not self._is_lost:
            self._all_is_told()

    async def _read_all(self, places: Sequence[Place], notes: Notes, me: int) -> list[Place]:
        """Hand on what happened there; the places where that failed, and may not fail later."""
        left = []
        for place in places:
            try:
                await self._read_one(place, dict(notes.get(place.id, {})), me)
            except (discord.NotFound, discord.Forbidden) as error:
                _log.warning("discord-not-caught-up", why=str(error))
            except (discord.DiscordException, ClientError, TimeoutError, OSError) as error:
                _log.warning("discord-not-caught-up", why=type(error).__name__)
                left.append(place)
                continue
            self._waiting.release(place.id)
        return left

    async def _read_one(self, place: Place, notes: dict[int, Note], me: int) -> None:
        """What is new, and what became of what was heard; in the end, what is not there any more.
        Raises what the library raises.
        """
        async for message in self._missed.messages(place, [*notes]):
            is_new, note = self._missed.is_new(message), notes.pop(message.id, None)
            if note is not None:  # so it was heard, whatever is stored of how far we were
                await self._missed.heard(message)
            elif is_new:
                self._hand_on(place.id, self._read(message))
            if is_new or note is not None:
                async for reading in self._review.readings(message, note, me):
                    self._hand_on(place.id, reading)
        for id, note in notes.items():
            try:
                await place.fetch_message(id)  # it may be that we are not let read it
            except discord.NotFound:
                self._hand_on(place.id, self._review.deleted(note))

    def _all_is_told(self) -> None:
        self._missed.resume()
        self._waiting.only(set())
