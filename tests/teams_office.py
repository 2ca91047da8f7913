"""The whole product in our small Teams, and who works there: what they see and press, for tests in
which something goes wrong.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

import asyncpg

from tests.drivers.teams_reading import words
from tests.settling import Settled
from tests.teams.parts import pressables
from tests.teams.people import DIRECT, Person
from tests.teams.server import Teams
from tests.teams.world import Asked, Message
from tests.teams_installation import InTeams, in_teams

SOON = 15.0  # seconds in which something must be seen; the machine may be busy
_T = TypeVar("_T")


@dataclass
class Office:
    """The product in Teams, and who works there. A `thread` is the post that it hangs on, "" for
    chats.
    """

    made: InTeams

    @property
    def teams(self) -> Teams:
        """The small Teams."""
        return self.made.teams

    @property
    def database(self) -> str:
        """The address of the database."""
        return self.made.stage.database

    def person(self, name: str) -> Person:
        """Somebody at their client."""
        return self.teams.person(name)

    async def until(self, find: Callable[[], _T | None], seconds: float = SOON) -> _T:
        """What is found, now or soon."""
        try:
            return await self.teams.chat.until(find, seconds)
        except TimeoutError as error:
            seen = "\n---\n".join(everything(self.teams))
            raise AssertionError(f"It was not seen: {seen}") from error

    async def sees(
        self, who: str, said: str, channel: str = "support", thread: str = ""
    ) -> Message:
        """The newest message that says that to them, now or soon."""
        person = self.person(who)

        def find() -> Message | None:
            shown = reversed(person.sees(channel, thread))
            return next((each for each in shown if said in text(each, person.user.id)), None)

        return await self.until(find)

    async def told(self, who: str, said: str) -> None:
        """They are told that, where they pressed or in their chat with the bot, now or soon."""
        person = self.person(who)

        def find() -> bool:
            alone = [text(each) for each in person.sees(DIRECT) if each.by_app]
            return any(said in each for each in [*person.toasts, *alone])

        await self.until(find)

    async def starts(
        self,
        who: str = "sam",
        channel: str = "support",
        flow: str = "vpn-down",
        asks: str = "Everyone",
    ) -> str:
        """Somebody starts a session, which begins with a question; its thread, "" in a chat."""
        person = self.person(who)
        before = {each.id for each in person.sees(channel)}
        await person.types(flow, channel)

        def thread() -> str | None:
            found = [m for m in person.sees(channel) if m.id not in before and m.by_app]
            return found[0].id if found else None

        place = person.direct if channel == DIRECT else self.teams.chat.channel(channel)
        found = await self.until(thread)
        at = found if place.kind == "channel" else ""
        await self.button(who, at, asks, channel)
        return at

    async def button(
        self, who: str, thread: str, label: str, channel: str = "support"
    ) -> tuple[str, str]:
        """A button in a thread: the message's id, and the button's handle."""
        person = self.person(who)

        def find() -> tuple[str, str] | None:
            for message in reversed(person.sees(channel, thread)):
                for each in pressables(message.shown(person.user.id).card):
                    if label in each.title:
                        return message.id, each.handle
            return None

        return await self.until(find)

    async def presses(
        self, who: str, thread: str, label: str, channel: str = "support"
    ) -> Asked | None:
        """Somebody presses a button in a thread, wherever it is folded away."""
        id, handle = await self.button(who, thread, label, channel)
        person = self.person(who)
        await person.opens(id, handle)
        return await person.presses(id, handle)

    async def summary(self, thread: str, who: str = "sam", channel: str = "support") -> str:
        """The ticket note as it reads now."""
        person = self.person(who)
        before = {each.id for each in person.sees(DIRECT)}
        await person.types("summary", channel, thread)

        def note() -> str | None:
            new = [each for each in person.sees(DIRECT) if each.by_app and each.id not in before]
            return "\n".join(map(text, new)) if new else None

        await self.until(note)
        await self.settled()
        return await self.until(note)

    async def deeds(self) -> list[str]:
        """What is on the record, oldest first, of all sessions."""
        connection = await asyncpg.connect(self.database)
        try:
            found = await connection.fetch("SELECT kind FROM trail ORDER BY at, seq")
        finally:
            await connection.close()
        return [str(each["kind"]) for each in found]

    async def settled(self) -> None:
        """Until everything that happened was told and answered, as far as Teams knows."""
        await self.teams.delivery.settled()
        await asyncio.sleep(0.3)
        await self.teams.delivery.settled()


def text(message: Message, viewer: str = "") -> str:
    """What a message says to somebody."""
    shown = message.shown(viewer)
    return "\n".join(filter(None, [shown.text, *map(words, shown.cards)]))


def everything(teams: Teams) -> list[str]:
    """All that stands anywhere."""
    places = [*teams.chat.places.values()]
    every = [each for place in places for each in place.messages.values() if not each.deleted]
    return [text(each) for each in sorted(every, key=lambda each: int(each.id))]


@asynccontextmanager
async def office(
    server: str, of: Settled, *, dies: bool = False, **more: str
) -> AsyncIterator[Office]:
    """An office on a copy of a database; `more` are settings by their variables."""
    async with in_teams(server, of, all_messages=True, dies=dies, **more) as made:
        yield Office(made)
