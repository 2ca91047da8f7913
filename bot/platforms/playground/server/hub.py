"""Who looks at this process's streams, and what they are sent: each change is written out once
for all of them. What other processes changed is found by `poll`.
"""

import asyncio
from collections.abc import Iterable

from bot.platforms.playground.server.connection import Row
from bot.platforms.playground.server.directory import Directory
from bot.platforms.playground.server.floor import Floor
from bot.platforms.playground.server.messages import Messages, Signs
from bot.platforms.playground.server.refusals import Refused
from bot.platforms.playground.server.rows import message_json
from bot.platforms.playground.server.stream import Stream

STREAMS = 500  # open at once, in one process
BEHIND = 500  # changes that are sent again; who missed more reads everything anew
_RELOAD = "event: reload\ndata: {}\n"
# No line ends in the standard of streams, but in some readers'.
_LINE_ENDS = {"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_CHANNELS = b"event: channels\ndata: {}\n\n"


class Hub:
    """The open streams of this process."""

    def __init__(self, directory: Directory, messages: Messages) -> None:
        """Nobody looks yet."""
        self._directory = directory
        self._messages = messages
        self._floor = Floor()
        self._streams: dict[str, set[Stream]] = {}
        self._count = 0
        self._priming = asyncio.Lock()
        self._signs: Signs | None = None
        self.closed = False

    async def open(self, user: str, after: int | None) -> Stream:
        """A stream of what somebody sees from now on, and what they missed since `after`."""
        if self._count >= STREAMS or self.closed:
            sentence = "Too many people look at once. Try again in a minute."
            raise Refused(503, sentence, {"Retry-After": "60"})
        stream = Stream(user)
        self._count += 1
        try:
            async with self._priming:
                if not self._streams:
                    self._floor.start(*await self._messages.numbered())
                self._streams.setdefault(user, set()).add(stream)
            stream.push(f"retry: 1000\nid: {self._floor.number}\n\n".encode())
            if after is not None:
                await self._catch_up(stream, after)
        except BaseException:
            self.leave(stream)
            raise
        return stream

    def beat(self) -> bytes:
        """For whoever waits in silence: that we are here, and where to go on from."""
        return f": still here\nid: {self._floor.number}\n\n".encode()

    def leave(self, stream: Stream) -> None:
        """Nobody looks at it any more."""
        self._count -= 1
        looking = self._streams.get(stream.user, set())
        looking.discard(stream)
        if not looking:
            self._streams.pop(stream.user, None)

    def publish(self, rows: Iterable[Row]) -> None:
        """Send messages that changed to everybody who sees them, once."""
        if not self._streams:
            return
        for row in rows:
            if self._floor.see(row["changed"]):
                frame = self._frame(row)
                for stream in self._lookers(row):
                    stream.push(frame)

    def channels_changed(self) -> None:
        """Tell everybody to read the list of channels again."""
        for looking in self._streams.values():
            for stream in looking:
                stream.push(_CHANNELS)

    async def poll(self) -> list[Row]:
        """Send what other processes changed; the messages it found."""
        if not self._streams:
            return []
        given = self._floor.highest
        last, signs, rows = await self._messages.changed(self._floor.number, self._floor.seen)
        if last < given:
            await self._begin_anew()
        if signs != self._signs:
            await self._directory.reload()
            if self._signs is not None and signs.channels != self._signs.channels:
                self.channels_changed()
            self._signs = signs
        self.publish(rows)
        return list(rows)

    async def _begin_anew(self) -> None:
        """The database crashed and forgot its last changes; their numbers are given again."""
        self._floor.start(*await self._messages.numbered())
        for looking in self._streams.values():
            for stream in looking:
                stream.push(f"{_RELOAD}id: {self._floor.number}\n\n".encode())

    def close(self) -> None:
        """End every stream; no other opens."""
        self.closed = True
        for looking in self._streams.values():
            for stream in looking:
                stream.end()

    async def _catch_up(self, stream: Stream, after: int) -> None:
        rows = await self._messages.missed(stream.user, after, BEHIND + 1)
        if rows is None or len(rows) > BEHIND:
            stream.push(f"{_RELOAD}id: {self._floor.number}\n\n".encode())
            return
        if rows:
            stream.push(b"".join(map(self._frame, rows)))

    def _frame(self, row: Row) -> bytes:
        # The id is where to go on from: below every change that may still be missing here.
        data = message_json(row)
        for end, escaped in _LINE_ENDS.items():
            data = data.replace(end, escaped)
        return f"event: message\nid: {self._floor.number}\ndata: {data}\n\n".encode()

    def _lookers(self, row: Row) -> Iterable[Stream]:
        place = self._directory.place(row["channel"])
        only = row["audience"] or (place.owner if place else None)
        if only is not None:
            return tuple(self._streams.get(only, ()))
        return [stream for looking in self._streams.values() for stream in looking]
