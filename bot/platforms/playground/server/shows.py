"""Showing something else in messages of the bot: what comes while a statement is on its way is
taken along by the next one, so that many clicks at once are few statements.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from bot.platforms.playground.server import statements
from bot.platforms.playground.server.connection import Connect, Row
from bot.platforms.playground.server.messages import Shape
from bot.platforms.playground.server.texts import storable

AT_ONCE = 64  # messages in one statement


@dataclass(slots=True, eq=False)
class _Wanted:
    """A message that is to show something; `turn` is over when `row` is what came of it."""

    number: int
    shape: Shape
    turn: "asyncio.Future[None] | None" = None
    row: Row | None = None
    is_done: bool = False


class Shows:
    """Shows, over `connect`."""

    def __init__(self, connect: Connect) -> None:
        """`connect` as Store's."""
        self._connect = connect
        self._waiting: deque[_Wanted] = deque()
        self._is_busy = False

    async def show(self, number: int, shape: Shape) -> Row | None:
        """Let a message of the bot show something else; None where it is gone.

        Raises what the statement raised that it was part of.
        """
        wanted = _Wanted(number, shape)
        if self._is_busy:
            wanted.turn = asyncio.get_running_loop().create_future()
            self._waiting.append(wanted)
            await wanted.turn
            if wanted.is_done:
                return wanted.row
        self._is_busy = True
        try:
            await self._store([wanted, *self._taken_along(wanted)])
        finally:
            self._pass_on()
        return wanted.row

    def _taken_along(self, first: _Wanted) -> list[_Wanted]:
        """Who waits, as long as each message comes once: a second change must follow the first."""
        numbers = {first.number}
        others: list[_Wanted] = []
        while self._waiting and len(others) + 1 < AT_ONCE:
            if self._waiting[0].number in numbers:
                break
            others.append(self._waiting.popleft())
            numbers.add(others[-1].number)
        return others

    def _pass_on(self) -> None:
        """The next one who still waits goes on."""
        while self._waiting:
            turn = self._waiting.popleft().turn
            if turn is not None and not turn.done():
                turn.set_result(None)
                return
        self._is_busy = False

    async def _store(self, several: list[_Wanted]) -> None:
        try:
            rows = await self._rows(several)
        except asyncio.CancelledError:  # who began it gave up; the others did not
            self._waiting.extendleft(reversed(several[1:]))
            raise
        except Exception as error:
            for wanted in several[1:]:
                if wanted.turn is not None and not wanted.turn.done():
                    wanted.turn.set_exception(error)
            raise
        for wanted in several:
            wanted.row, wanted.is_done = rows.get(wanted.number), True
            if wanted.turn is not None and not wanted.turn.done():
                wanted.turn.set_result(None)

    async def _rows(self, several: list[_Wanted]) -> dict[int, Row]:
        texts = [storable(wanted.shape.text) for wanted in several]
        numbers = [wanted.number for wanted in several]
        blocks = [wanted.shape.blocks for wanted in several]
        async with self._connect() as connection:
            if len(several) == 1:
                row = await connection.fetchrow(statements.SHOW, *numbers, *texts, *blocks)
                found: Sequence[Row] = () if row is None else (row,)
            else:
                found = await connection.fetch(statements.SHOW_MANY, numbers, texts, blocks)
        shown = dict(zip(numbers, zip(texts, blocks, strict=True), strict=True))
        return {row["id"]: _whole(row, *shown[row["id"]]) for row in found}


def _whole(row: Row, text: str, blocks: str) -> Row:
    return {**row, "text": text, "blocks": blocks}
