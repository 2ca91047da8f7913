"""Our small Slack and our adapter on one loop, and a product that answers as the test says, when
the test says. What Slack sends can be sent by hand too, signed.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

import httpx
from starlette.applications import Starlette

from bot.platforms.slack.installations import Application
from bot.platforms.slack.platform import Ears, hearing, slack
from bot.platforms.slack.platform import Slack as Adapter
from bot.platforms.slack.surface import PATH
from bot.port import Answer, Inbound, Memory
from bot.web.failing import Safely
from bot.web.listener import address_of, listen
from bot.web.server import answer
from storage.memory import Memories
from storage.sealing import Seal, fresh_key
from storage.storage import Storage
from tests.contracts.product import Product
from tests.slack.delivery import signed
from tests.slack.payloads import event_callback
from tests.slack.people import Person
from tests.slack.server import Slack as Server
from tests.slack.server import serving
from tests.slack.world import Json

FORM = "application/x-www-form-urlencoded"


@dataclass
class Thinking(Product):
    """A product that answers only while it is `free`."""

    free: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self, inbound: Inbound) -> Answer:
        """What to answer, once it is free."""
        await super().receive(inbound)
        await self.free.wait()
        return self.answer


@dataclass
class Earshot:
    """All of it; `door` is where Slack's requests go."""

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
    def support(self) -> str:
        """The id of the channel that the bot is in."""
        return self.server.team.channel("support").id

    async def quiet(self) -> None:
        """Until all that happened was told and answered."""
        await self.server.delivery.settled()
        await self.ears.receiver.finish()
        await self.server.delivery.settled()

    async def told(self) -> list[Inbound]:
        """What the product was told so far, and not asked for before."""
        await self.quiet()
        found = [*self.product.told]
        self.product.told.clear()
        return found

    async def event(self, event: Json, **envelope: object) -> httpx.Response:
        """An event of this workspace's, as Slack wraps it; `envelope` changes the wrapping."""
        team, app = self.server.team, self.server.app
        wrapped = event_callback(
            event, app=app, team=team.id, bot=team.bot.id, event_id=team.ids.next("Ev"), at=0.0
        )
        return await self.sends(json.dumps({**wrapped, **envelope}).encode(), "application/json")

    async def interaction(self, payload: Json) -> httpx.Response:
        """A click, a form, a shortcut."""
        return await self.sends(urlencode({"payload": json.dumps(payload)}).encode(), FORM)

    async def sends(
        self, body: bytes, kind: str, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """These bytes; signed as Slack signs them, unless there are `headers`."""
        signature = signed(self.server.app.signing_secret, body) if headers is None else headers
        said = {"Content-Type": kind, **signature}
        return await self.client.post(self.door, content=body, headers=said)


@asynccontextmanager
async def earshot(
    storage: Storage, *, socket: bool = False, pace: float = 1.0, known: bool = True
) -> AsyncIterator[Earshot]:
    """Slack tells by signed HTTP, or by a `socket`. `known`: our own token has been examined."""
    memory = Memories(storage.database, Seal.of([fresh_key()])).of("slack")
    server, product, stop = Server(pace=pace), Thinking(), asyncio.Event()
    product.free.set()
    server.app.socket_mode = socket
    server.throttle.off = True
    async with serving(server):
        app = Application(
            url=server.api_url,
            token=server.bot_token,
            app_token=server.app.token if socket else "",
            signing_secret=server.app.signing_secret,
        )
        async with slack(app, memory) as adapter, hearing(adapter, product) as ears:
            with listen("127.0.0.1", 0) as listener:
                server.app.request_url = address_of(listener) + PATH
                async with asyncio.TaskGroup() as group:
                    site = Safely(Starlette(routes=list(ears.doors)))
                    group.create_task(answer(site, listener, stop))
                    if ears.socket is not None:
                        group.create_task(ears.socket.work(stop))
                    try:
                        if known:
                            await adapter.named()
                        await server.delivery.reachable()
                        async with httpx.AsyncClient(trust_env=False, timeout=20) as client:
                            door = server.app.request_url
                            yield Earshot(server, adapter, ears, product, memory, door, client)
                    finally:
                        product.free.set()
                        stop.set()
