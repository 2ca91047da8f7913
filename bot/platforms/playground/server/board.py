"""Every change of a message: stored, remembered for clicks, sent to who looks, told the bot."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.platforms.playground.server.buttons import Buttons
from bot.platforms.playground.server.check import actions_of
from bot.platforms.playground.server.connection import Row
from bot.platforms.playground.server.files import Files, Upload
from bot.platforms.playground.server.hub import Hub
from bot.platforms.playground.server.ids import digest
from bot.platforms.playground.server.known import Known, Memory
from bot.platforms.playground.server.messages import Messages, New, Shape
from bot.platforms.playground.server.shows import Shows
from bot.platforms.playground.server.store import BOT
from bot.platforms.playground.server.texts import dumps, parsed

Content = Mapping[str, Any]  # a wire.Content, checked and filled in


class Board:
    """Changes messages."""

    def __init__(
        self,
        messages: Messages,
        files: Files,
        hub: Hub,
        *,
        shows: Shows,
        buttons: Buttons,
        wake: Callable[[], None],
    ) -> None:
        """`wake` says that there may be an event for the bot."""
        self._shows = shows
        self._buttons = buttons
        self._messages = messages
        self._files = files
        self._hub = hub
        self._wake = wake
        self._memory = Memory()

    async def known(self, number: int) -> Known | None:
        """What a click must know of a message; read only when this process does not know it."""
        return self._memory.get(number) or await self.known_anew(number)

    async def known_anew(self, number: int) -> Known | None:
        """The same, read: another process may have changed it."""
        row = await self._messages.one(number)
        if row is None:
            return None
        return self._memory.remember(row, (*row["actions"], *_digests(parsed(row["blocks"]))))

    async def post(self, new: New, files: Sequence[int] = ()) -> Row | None:
        """A new message; None where its mark is there already."""
        rows = await (self._files.post_with(new, files) if files else self._messages.post(new))
        if rows and new.shape.actions:
            self._memory.remember(rows[0], new.shape.actions)
        return next(iter(self._changed(rows)), None)

    async def post_file(self, new: New, upload: Upload) -> Row | None:
        """A file of the bot's as a message; None where its mark is there already."""
        return next(iter(self._changed(await self._files.post_alone(new, upload))), None)

    async def show(self, number: int, content: Content) -> Row | None:
        """A message of the bot shows something else; None where it is gone."""
        shape = shape_of(content)
        row = await self._shows.show(number, shape)
        if row is None:
            return None
        known = self._memory.get(number)
        had = known.actions if known else ()
        fresh = [action for action in shape.actions if action not in had]
        if fresh:
            self._buttons.had(number, fresh)
        self._memory.remember(row, fresh)
        self._hub.publish((row,))
        return row

    async def rewrite(self, number: int, text: str, event: str) -> Row | None:
        """Somebody edited what they wrote; None where it is gone."""
        return self._one(await self._messages.rewrite(number, text, event))

    async def react(self, number: int, name: str, user: str, *, event: str = "") -> Row | None:
        """A reaction; None where it was there already, or the message is gone."""
        return self._one(await self._messages.react(number, name, user, event=event))

    async def unreact(self, number: int, name: str, user: str, *, event: str) -> Row | None:
        """A reaction taken back; None where there was none, or the message is gone."""
        return self._one(await self._messages.unreact(number, name, user, event=event))

    async def delete(self, number: int, event: str = "") -> bool:
        """Whether there was something to delete."""
        return bool(self._changed(await self._messages.delete(number, event)))

    async def whisper(self, user: str, channel: str, thread: int | None, content: Content) -> None:
        """Something that one person alone sees."""
        shape = shape_of(content)
        await self.post(
            New(channel=channel, thread=thread, author=BOT.id, shape=shape, audience=user)
        )

    def heard(self, rows: Sequence[Row]) -> None:
        """What another process changed."""
        for row in rows:
            if row["actions"]:
                self._memory.remember(row, row["actions"])
        self._memory.update(rows)

    def _one(self, row: Row | None) -> Row | None:
        if row is not None:
            self._changed((row,))
        return row

    def _changed(self, rows: Sequence[Row]) -> Sequence[Row]:
        if rows:
            self._memory.update(rows)
            self._hub.publish(rows)
            self._wake()
        return rows


def shape_of(content: Content) -> Shape:
    """What is stored of it."""
    blocks = content["blocks"]
    return Shape(content["text"], dumps(blocks), _digests(blocks))


def _digests(blocks: Sequence[Mapping[str, Any]]) -> list[int]:
    return [digest(action) for action in actions_of(blocks)]
