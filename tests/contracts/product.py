"""The product as a platform's counterpart: it writes down what it is told and answers as asked."""

import asyncio
from dataclasses import dataclass, field
from typing import TypeVar

from bot.port import NOTHING, Answer, Clicked, Form, Inbound, Settled

PATIENCE = 20.0  # seconds; the machine may be busy with other tests
_T = TypeVar("_T")


@dataclass
class Product:
    """Implements bot.port.Front: gives `answer`, or fails with `failure`. The token of a form opens
    it again.
    """

    answer: Answer = NOTHING
    failure: Exception | None = None
    told: list[Inbound] = field(default_factory=list)
    settled: list[Settled] = field(default_factory=list)
    _form: Form | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self, inbound: Inbound) -> Answer:
        """What to answer."""
        self.told.append(inbound)
        self._news.set()
        if self.failure is not None:
            raise self.failure
        if isinstance(inbound, Clicked) and self._form and inbound.token == self._form.token:
            return Answer(form=self._form)
        self._form = self.answer.form or self._form
        return self.answer

    async def settle(self, settled: Settled) -> None:
        """The answer was taken."""
        self.settled.append(settled)
        self._news.set()

    async def hears(self, kind: type[_T]) -> _T:
        """The next thing of this kind that it is told, now or soon; what came before is dropped."""
        async with asyncio.timeout(PATIENCE):
            while True:
                while self.told:
                    first = self.told.pop(0)
                    if isinstance(first, kind):
                        return first
                await self._next()

    async def settles(self) -> Settled:
        """What it is told was taken, now or soon."""
        async with asyncio.timeout(PATIENCE):
            while not self.settled:
                await self._next()
        return self.settled.pop(0)

    async def _next(self) -> None:
        self._news.clear()
        await self._news.wait()
