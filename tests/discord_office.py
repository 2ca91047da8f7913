"""The whole product in our small Discord, and who works there: what they see and press, for tests
in which something goes wrong.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

import asyncpg

from tests.discord.people import Person
from tests.discord.server import Discord
from tests.discord.world import Message, Thread
from tests.discord_installation import InDiscord, in_discord
from tests.drivers.discord_reading import menu_of, words, workable
from tests.settling import Settled

SOON = 12.0  # seconds in which something must be seen; the machine may be busy
_T = TypeVar("_T")


@dataclass
class Office:
    """The product in Discord, and who works there."""

    made: InDiscord

    @property
    def discord(self) -> Discord:
        """The small Discord."""
        return self.made.discord

    @property
    def database(self) -> str:
        """The address of the database."""
        return self.made.stage.database

    def person(self, name: str) -> Person:
        """Somebody at their client."""
        return self.discord.person(name)

    async def until(self, find: Callable[[], _T | None], seconds: float = SOON) -> _T:
        """What is found, now or soon."""
        try:
            return await self.discord.chat.until(find, seconds)
        except TimeoutError as error:
            seen = "\n---\n".join(everything(self.discord))
            raise AssertionError(f"It was not seen: {seen}") from error

    async def sees(
        self, who: str, said: str, channel: str = "support", thread: str = ""
    ) -> Message:
        """The newest message that says that, now or soon."""

        def find() -> Message | None:
            shown = reversed(self.person(who).sees(channel, thread))
            return next((each for each in shown if said in text(each)), None)

        return await self.until(find)

    async def starts(
        self,
        who: str = "sam",
        channel: str = "support",
        flow: str = "vpn-down",
        asks: str = "Everyone",
    ) -> str:
        """Somebody starts a session, which begins with a question; its thread."""
        person = self.person(who)
        before = {each.id for each in person.sees(channel)}
        await person.types(f"/flow do {flow}", channel)

        def thread() -> Thread | None:
            return next((t for t in person.threads(channel) if t.id not in before), None)

        found = (await self.until(thread)).id
        await self.button(who, found, asks, channel)
        return found

    async def button(
        self, who: str, thread: str, label: str, channel: str = "support"
    ) -> tuple[str, str]:
        """A button in a thread: the message's id, and the button's custom_id."""
        person = self.person(who)

        def find() -> tuple[str, str] | None:
            for message in reversed(person.sees(channel, thread)):
                for offered in workable(message.components, ""):
                    if label in offered.label:
                        return message.id, offered.handle
            return None

        return await self.until(find)

    async def presses(self, who: str, thread: str, label: str, channel: str = "support") -> None:
        """Somebody presses a button in a thread, or picks it in a menu."""
        person = self.person(who)
        id, handle = await self.button(who, thread, label, channel)
        if menu := menu_of(person.message(id).components, handle):
            await person.picks(id, menu, handle)
        else:
            await person.presses(id, handle)

    async def summary(self, thread: str, who: str = "sam") -> str:
        """The ticket note as it reads now."""
        made = await self.person(who).types("/flow summary", "support", thread)
        return text(await self.until(lambda: self._answer(made.original)))

    async def deeds(self) -> list[str]:
        """What is on the record, oldest first, of all sessions."""
        connection = await asyncpg.connect(self.database)
        try:
            found = await connection.fetch("SELECT kind FROM trail ORDER BY at, seq")
        finally:
            await connection.close()
        return [str(each["kind"]) for each in found]

    async def settled(self) -> None:
        """Until everything that happened was told and answered, as far as Discord knows."""
        await self.discord.gateway.settled()
        await asyncio.sleep(0.3)
        await self.discord.gateway.settled()

    def _answer(self, id: str) -> Message | None:
        found = self.discord.chat.message(id) if id else None
        return None if found is None or found.loading else found


def text(message: Message) -> str:
    """What a message says."""
    return words(message.components) if message.components else message.content


def everything(discord: Discord) -> list[str]:
    """All that stands anywhere."""
    places = [*discord.chat.channels.values()]
    every = [each for place in places for each in place.messages.values() if not each.deleted]
    return [text(each) for each in sorted(every, key=lambda each: int(each.id))]


@asynccontextmanager
async def office(
    server: str, of: Settled, *, dies: bool = False, **more: str
) -> AsyncIterator[Office]:
    """An office on a copy of a database; `more` are settings by their variables."""
    async with in_discord(server, of, dies=dies, **more) as made:
        yield Office(made)
