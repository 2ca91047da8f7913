"""Our small Discord and our adapter on one loop, and a product that answers as the test says, when
the test says. What Discord tells can be told by hand too.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from bot.platforms.discord import commands
from bot.platforms.discord.application import Application
from bot.platforms.discord.platform import Discord as Adapter
from bot.platforms.discord.platform import Ears, hearing
from bot.platforms.discord.platform import discord as adapter
from bot.port import Inbound, Memory, Replied, Target
from bot.token import Token
from core.access import Role
from core.ids import SessionId
from core.verbs import ProductVerb
from core.views import Choice, NoticeView
from storage.ids import new_id
from storage.memory import Memories
from storage.sealing import Seal, fresh_key
from storage.storage import Storage
from tests.bot.platforms.slack.earshot import Thinking
from tests.discord.people import Person
from tests.discord.server import Discord as Server
from tests.discord.server import serving
from tests.discord.world import Json, Message

SOON = 10.0  # seconds in which something must have happened
TOKEN = Token(SessionId(new_id()), 0, ProductVerb.ROLE).pack()
MENU = Choice(ProductVerb.MENU, "Menu")
_T = TypeVar("_T")


@dataclass
class Earshot:
    """All of it."""

    server: Server
    adapter: Adapter
    ears: Ears
    product: Thinking
    memory: Memory

    @property
    def sam(self) -> Person:
        """Sam at his client."""
        return self.server.person("sam")

    @property
    def support(self) -> Target:
        """A channel that the bot may write in."""
        chat = self.server.chat
        return Target(chat.guild.id, chat.channel("support").id)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[asyncio.Event]:
        """The adapter is connected, until the end or until the event is set."""
        stop = asyncio.Event()
        task = asyncio.ensure_future(self.ears.gateway.work(stop))
        try:
            await self.server.gateway.reachable()
            yield stop
        finally:
            self.product.free.set()
            stop.set()
            await asyncio.wait_for(task, SOON)

    async def quiet(self) -> None:
        """Until all that happened was told and answered."""
        for _ in range(2):
            await self.server.gateway.settled()
            for _ in range(3):
                await asyncio.sleep(0)  # what was told begins to be read
            await self.ears.receiver.finish()
        await self.server.gateway.settled()

    async def told(self) -> list[Inbound]:
        """What the product was told so far, and not asked for before."""
        await self.quiet()
        found = [*self.product.told]
        self.product.told.clear()
        return found

    async def notes(self, number: int) -> list[str]:
        """What was written, in the order in which the product heard it: so many, now or soon; and
        what comes just after them too.
        """
        await self.until(lambda: len(self._notes()) >= number or None)
        await self.quiet()
        return self._notes()

    def _notes(self) -> list[str]:
        return [each.text for each in self.product.told if isinstance(each, Replied)]

    async def until(self, find: Callable[[], _T | None], seconds: float = SOON) -> _T:
        """What is found, now or soon."""
        async with asyncio.timeout(seconds):
            while not (found := find()):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.01)
        return found

    async def thread(self) -> Target:
        """A thread of ours in #support."""
        header = await self.adapter.sender.post(
            self.support, NoticeView("A session"), mark=new_id().hex[:24]
        )
        thread = await self.adapter.sender.open_thread(self.support, header)
        return Target(self.support.workspace, self.support.channel, thread)

    async def shown(self, choice: Choice = MENU, target: Target | None = None) -> tuple[str, str]:
        """A message of ours with this button; its id, and the button's custom_id."""
        there = target or self.support
        notice = NoticeView("Which?", (choice,))
        id = await self.adapter.sender.post(there, notice, mark=new_id().hex[:24])
        found = self.server.chat.message(id)
        assert found is not None
        return id, buttons(found)[0]

    def private(self, person: Person | None = None) -> list[str]:
        """What somebody is told alone in #support, oldest first."""
        who = person or self.sam
        return [words(each) for each in who.sees("support") if each.only_for and not each.loading]

    def direct(self) -> list[str]:
        """What Sam is told in his conversation with the bot."""
        return [words(each) for each in self.sam.sees("direct") if each.by_app]


def words(message: Message) -> str:
    """What a message says."""
    return "\n".join(each["content"] for each in _each(message.components) if "content" in each)


def buttons(message: Message) -> list[str]:
    """The custom_ids of its buttons."""
    return [each["custom_id"] for each in _each(message.components) if each["type"] == 2]


def _each(components: tuple[Json, ...] | list[Json]) -> list[Json]:
    found: list[Json] = []
    for component in components:
        found += [component, *_each(component.get("components", []))]
    return found


@asynccontextmanager
async def unheard(
    storage: Storage,
    server: Server | None = None,
    gateway_url: str = "",
    roles: Mapping[str, Role] | None = None,
) -> AsyncIterator[Earshot]:
    """All of it, not connected yet."""
    memory = Memories(storage.database, Seal.of([fresh_key()])).of("discord")
    if server is None:
        server = Server()
        server.throttle.off = True
    product = Thinking()
    product.free.set()
    async with serving(server):
        reached = (server.api_url, gateway_url or server.gateway_url)
        application = Application(server.bot_token, "", *reached, roles=roles or {})
        async with adapter(application, memory) as there, hearing(there, product) as ears:
            await commands.sync(there.calls, server.application_id, "")
            yield Earshot(server, there, ears, product, memory)
            product.free.set()


@asynccontextmanager
async def earshot(storage: Storage) -> AsyncIterator[Earshot]:
    """All of it, connected."""
    async with unheard(storage) as made, made.listening():
        yield made
