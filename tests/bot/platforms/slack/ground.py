"""Our small Slack and our adapter as an app that workspaces install: its pages, over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urljoin, urlsplit

import httpx
from starlette.applications import Starlette

from bot.platforms.slack.installations import Application, Installation
from bot.platforms.slack.platform import Ears, hearing, slack
from bot.platforms.slack.platform import Slack as Adapter
from bot.platforms.slack.surface import INSTALL_PATH, PATH
from bot.port import Front, Memory, Sender
from bot.web.failing import Safely
from bot.web.listener import address_of, listen
from bot.web.server import answer
from storage.memory import Memories
from storage.sealing import Seal, fresh_key
from storage.storage import Storage
from tests.contracts.product import Product
from tests.slack.server import Slack as Server
from tests.slack.server import serving


@dataclass
class Ground:
    """All of it; `address` is where our pages are."""

    server: Server
    adapter: Adapter
    ears: Ears
    product: Product
    memory: Memory
    address: str

    @property
    def install(self) -> str:
        """Where people begin."""
        return self.address + INSTALL_PATH

    async def settled(self) -> None:
        """Until all that happened was told and answered."""
        await self.server.delivery.settled()
        await self.ears.receiver.finish()

    async def remembered(self, workspace: str = "") -> Installation | None:
        """What is remembered of a workspace, whatever this process had read before."""
        workspace = workspace or self.server.team.id
        return Installation.loads(await self.memory.recall("installation", workspace))


@dataclass
class Browser:
    """Somebody's browser, which takes a page of this machine for secure, as they all do."""

    cookies: dict[str, str] = field(default_factory=dict)

    async def goes(self, address: str, host: str = "") -> httpx.Response:
        """One request; where it leads is in its headers."""
        headers = {"Host": host} if host else {}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        async with httpx.AsyncClient(trust_env=False, timeout=20) as client:
            found = await client.get(address, headers=headers)
        for line in found.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return found

    async def opens(self, address: str, until: str = "") -> httpx.Response:
        """As `goes`, and on to wherever one is sent; not into a page whose path is `until`."""
        found = await self.goes(address)
        while found.is_redirect:
            address = urljoin(address, found.headers["location"])
            if until and urlsplit(address).path == until:
                break
            found = await self.goes(address)
        return found


@asynccontextmanager
async def grounds(
    storage: Storage,
    *,
    rotation: bool = False,
    public_url: str = "",
    real: Callable[[Sender], Front] | None = None,
) -> AsyncIterator[Ground]:
    """A Slack, and us as an app of it that is installed nowhere yet; `real` makes the product."""
    memory = Memories(storage.database, Seal.of([fresh_key()])).of("slack")
    server, product, stop = Server(), Product(), asyncio.Event()
    server.app.socket_mode = False
    server.app.rotation = rotation
    server.throttle.off = True
    server.team.installed = False
    async with serving(server):
        app = Application(
            url=server.api_url,
            signing_secret=server.app.signing_secret,
            client_id=server.app.client_id,
            client_secret=server.app.client_secret,
            authorize_url=f"{server.url}/oauth/v2/authorize",
            public_url=public_url,
        )
        async with slack(app, memory) as adapter:
            front = real(adapter.sender) if real else product
            async with hearing(adapter, front) as ears:
                with listen("127.0.0.1", 0) as listener:
                    address = address_of(listener)
                    server.app.request_url = address + PATH
                    async with asyncio.TaskGroup() as group:
                        site = Safely(Starlette(routes=list(ears.doors)))
                        group.create_task(answer(site, listener, stop))
                        try:
                            yield Ground(server, adapter, ears, product, memory, address)
                        finally:
                            stop.set()
