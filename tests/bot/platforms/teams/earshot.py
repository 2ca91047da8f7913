"""Our small Teams and our adapter on one loop, and a product that answers as the test says, when
the test says. What Teams tells can be told by hand too.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import httpx
from starlette.applications import Starlette

from bot.platforms.teams.application import Application, Registration
from bot.platforms.teams.pace import Pace
from bot.platforms.teams.platform import Ears, hearing
from bot.platforms.teams.platform import Teams as Adapter
from bot.platforms.teams.platform import teams as adapter
from bot.platforms.teams.surface import PATH
from bot.port import Answer, Inbound, Memory, Target
from bot.token import Token
from bot.web.failing import Safely
from bot.web.listener import address_of, listen
from bot.web.server import answer
from core.ids import SessionId
from core.verbs import ProductVerb
from core.views import Choice, NoticeView
from storage.ids import new_id
from tests.contracts.product import Product
from tests.teams.parts import pressables, texts
from tests.teams.people import DIRECT, Person
from tests.teams.server import Teams as Server
from tests.teams.server import serving
from tests.teams.world import Json, Message

SOON = 10.0  # seconds in which something must have happened
TOKEN = Token(SessionId(new_id()), 0, ProductVerb.ROLE).pack()
MENU = Choice(ProductVerb.MENU, "Menu")
_T = TypeVar("_T")


@dataclass
class Thinking(Product):
    """A product that answers only while it is `free`."""

    free: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self, inbound: Inbound) -> Answer:
        """What to answer, once it is free; the token of a form opens it again."""
        found = await super().receive(inbound)
        await self.free.wait()
        return found if found.form else self.answer


@dataclass
class Earshot:
    """All of it; `door` is where Teams posts."""

    server: Server
    adapter: Adapter
    ears: Ears
    product: Thinking
    memory: Memory
    door: str
    client: httpx.AsyncClient

    @property
    def sam(self) -> Person:
        """Sam at his client."""
        return self.server.person("sam")

    @property
    def support(self) -> Target:
        """A channel that the bot may write in."""
        return Target(self.server.tenant.id, self.server.chat.channel("support").id)

    @property
    def crew(self) -> Target:
        """A group chat that it is in."""
        return Target(self.server.tenant.id, self.server.chat.channel("crew").id)

    @property
    def alone(self) -> Target:
        """Sam's chat with the bot."""
        return Target(self.server.tenant.id, self.sam.direct.id)

    async def quiet(self) -> None:
        """Until all that happened was told and answered."""
        for _ in range(2):
            await self.server.delivery.settled()
            await self.ears.receiver.finish()
        await self.server.delivery.settled()

    async def told(self) -> list[Inbound]:
        """What the product was told so far, and not asked for before."""
        await self.quiet()
        found = [*self.product.told]
        self.product.told.clear()
        return found

    async def until(self, find: Callable[[], _T | None], seconds: float = SOON) -> _T:
        """What is found, now or soon."""
        async with asyncio.timeout(seconds):
            while not (found := find()):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.01)
        return found

    async def sends(
        self, activity: object, *, token: str | None = None, **headers: str
    ) -> httpx.Response:
        """Post something; None for the token is a good one, "" for none."""
        app = self.server.app
        good = self.server.identity.token(app.client_id, self.server.service_url)
        shown = good if token is None else token
        told = {"Authorization": f"Bearer {shown}"} if shown else {}
        body = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
        return await self.client.post(self.door, content=body, headers=told | headers)

    def unheard(self, text: str, channel: str = DIRECT, thread: str = "", **more: Any) -> Json:
        """What Teams would tell of something that Sam writes."""
        delivery = self.server.delivery
        delivery.deaf = True
        self.sam.writes(text, channel, thread, **more)
        delivery.deaf = False
        return delivery.log.pop().activity

    def last(self, **about: object) -> Json:
        """The last activity that Teams told of that kind."""
        for each in reversed(self.server.delivery.log):
            if all(each.activity.get(name) == value for name, value in about.items()):
                copy: Json = json.loads(json.dumps(each.activity))
                return copy
        raise AssertionError(f"nothing like {about} was told")

    async def shown(self, choice: Choice = MENU, target: Target | None = None) -> str:
        """A message of ours with this button; its id."""
        notice = NoticeView("Which?", (choice,))
        there = target or self.support
        return await self.adapter.sender.post(there, notice, mark=new_id().hex[:24])

    def direct(self, who: Person | None = None) -> list[str]:
        """What somebody is told in their chat with the bot, oldest first."""
        person = who or self.sam
        return [words(each) for each in person.sees(DIRECT) if each.by_app]


def words(message: Message) -> str:
    """What a message says."""
    return "\n".join([message.text, *texts(message.card)]).strip()


def buttons(card: Mapping[str, Any]) -> list[str]:
    """The titles of what can be pressed."""
    return [each.title for each in pressables(dict(card))]


def application_of(server: Server) -> Application:
    """How our Teams is reached."""
    app = server.app
    return Application(
        Registration(app.client_id, app.secret, app.tenant),
        openid_url=server.identity.configuration_url,
        token_url=server.entra.token_url,
        service_url=server.service_url,
    )


@asynccontextmanager
async def earshot(
    memory: Memory, server: Server | None = None, *, unauthenticated: bool = False
) -> AsyncIterator[Earshot]:
    """All of it."""
    server = server or Server()
    server.throttle.off = True
    server.delivery.waits = (0.01, 0.01)
    product = Thinking()
    product.free.set()
    async with serving(server), httpx.AsyncClient() as client:
        application = replace(application_of(server), unauthenticated=unauthenticated)
        async with adapter(application, memory) as there:
            there.calls.pace = Pace(())
            async with hearing(there, product) as ears, _listening(ears) as address:
                server.delivery.bot_url = address
                yield Earshot(server, there, ears, product, memory, address, client)
                product.free.set()


@asynccontextmanager
async def _listening(ears: Ears) -> AsyncIterator[str]:
    stop = asyncio.Event()
    with listen("127.0.0.1", 0) as listener:
        web = Safely(Starlette(routes=list(ears.doors)))
        async with asyncio.TaskGroup() as group:
            group.create_task(answer(web, listener, stop))
            try:
                yield address_of(listener) + PATH
            finally:
                stop.set()
