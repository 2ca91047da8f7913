"""The composition root: the only place that chooses and constructs; the rest is handed it."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import field
from typing import TYPE_CHECKING

from bot.app.desk import Desk
from bot.app.membership import Visitor
from bot.app.starter import Cast
from bot.connecting import PLATFORMS, Connected, Named, Work
from bot.keys import seal_of
from bot.port import Checkup, Front, Sender
from bot.settings import Playground, Settings
from core.access import Role
from core.frozen import frozen
from storage.database import Pool
from storage.embedded import Server, start
from storage.schema import migrate, verify
from storage.storage import Storage, opened

if TYPE_CHECKING:  # what it stands on is loaded only where it is on
    from starlette.routing import BaseRoute

    from bot.app.front import Front as Answering
    from bot.platforms.playground.server.site import Chat
    from bot.platforms.playground.server.store import Store

NAME = "resolutionflow"
_PLAYERS = (
    ("sam", "Sam", Role.ENGINEER),
    ("kim", "Kim", Role.ENGINEER),
    ("vic", "Vic", Role.VIEWER),
    ("ada", "Ada", Role.TEAM_ADMIN),
)


@frozen
class Product:
    """The product, running. `server` is the embedded PostgreSQL; None with DATABASE_URL."""

    settings: Settings
    storage: Storage
    desk: Desk
    server: Server | None


@frozen
class Chats:
    """The chat platforms that are configured.

    `senders` by name; `doors` are where they tell what happened; `playground` is the chat server
    that comes with the product, which must be served and worked where the doors are. `holds` are
    long connections by name: one process at a time has each. `named` are the workspaces that the
    settings name, by platform.
    """

    senders: Mapping[str, Sender] = field(default_factory=dict)
    doors: "Sequence[BaseRoute]" = ()
    playground: "Chat | None" = None
    holds: Mapping[str, Work] = field(default_factory=dict)
    named: Mapping[str, Named] = field(default_factory=dict)


@asynccontextmanager
async def running(
    settings: Settings, *, name: str = NAME, migrating: bool = False
) -> AsyncIterator[Product]:
    """The product on a database that answers and has the right schema, closed at the end.

    `name` is how the database knows this process. `migrating` brings an older schema up to date
    first. Raises StorageError, EmbeddedError.
    """
    async with connected(settings, name=name) as product:
        if migrating:
            await migrate(product.storage.database.engine)
        await verify(product.storage.database.engine)
        yield product


@asynccontextmanager
async def connected(settings: Settings, *, name: str = NAME) -> AsyncIterator[Product]:
    """As `running`, whatever the schema: only to look at it, or to bring it up to date."""
    pool, seal = Pool(size=settings.pool, name=name), seal_of(settings)
    async with _address(settings) as (address, server), opened(address, pool, seal) as storage:
        await storage.database.ping()
        yield Product(settings, storage, Desk(storage), server)


def casts(settings: Settings) -> tuple[Cast, ...]:
    """Who is a member from the first start on: the playground's people, except its guest."""
    if settings.playground is Playground.OFF:
        return ()
    from bot.platforms.playground.events import NAME as PLATFORM
    from bot.platforms.playground.server.store import WORKSPACE, WORKSPACE_NAME

    return tuple(
        Cast(Visitor(PLATFORM, WORKSPACE, user, name, workspace_name=WORKSPACE_NAME), role)
        for user, name, role in _PLAYERS
    )


@asynccontextmanager
async def chatting(
    settings: Settings, desk: Desk, *, address: str | None = None, front: Front | None = None
) -> AsyncIterator[Chats]:
    """The chat platforms, connected; on a database with the schema. Raises StorageError.

    `address` is where this process serves, if it does. `front` stands in for the product.
    """
    senders: dict[str, Sender] = {}
    doors: list[BaseRoute] = []
    async with AsyncExitStack() as stack:
        store = await _sending(stack, settings, desk, senders, address)
        others: dict[str, Connected] = {}
        for platform in PLATFORMS:
            memory = desk.storage.memories.of(platform.name)
            if (there := await platform.connect(stack, settings, memory)) is not None:
                others[platform.name] = there
                senders[platform.name] = there.sender
        product = _front(desk, senders)
        stack.push_async_callback(product.settled)  # what was answered last is not left to a lease
        chat: Chat | None = None
        if store is not None and address is not None:
            entered = _playground(settings, store, front or product)
            chat, door = await stack.enter_async_context(entered)
            doors.append(door)
        holds: dict[str, Work] = {}
        named: dict[str, Named] = {}
        for name, each in others.items():
            heard = await each.hear(stack, front or product)
            doors.extend(heard.doors)
            holds.update(heard.holds)
            if heard.named is not None:
                named[name] = heard.named
        yield Chats(senders, doors, chat, holds, named)


@asynccontextmanager
async def examining(settings: Settings, desk: Desk | None) -> AsyncIterator[Mapping[str, Checkup]]:
    """What `doctor` looks at of the chat platforms that are configured, by their names; without a
    desk, only what needs no database.
    """
    looks: dict[str, Checkup] = {}
    async with AsyncExitStack() as stack:
        for platform in PLATFORMS:
            memory = None if desk is None else desk.storage.memories.of(platform.name)
            if (examined := platform.examine(settings, memory)) is not None:
                looks[platform.name] = await stack.enter_async_context(examined)
        yield looks


async def _sending(
    stack: AsyncExitStack,
    settings: Settings,
    desk: Desk,
    senders: dict[str, Sender],
    address: str | None,
) -> "Store | None":
    """The playground's sender, and what its server keeps things in; None where it is off."""
    if settings.playground is Playground.OFF:
        return None
    from bot.platforms.playground.events import NAME as PLATFORM
    from bot.platforms.playground.send import sending
    from bot.platforms.playground.server.store import Store

    store = Store(desk.storage.database.raw)
    url = settings.playground_url or address or settings.own_url
    app = await store.app()
    senders[PLATFORM] = await stack.enter_async_context(sending(url, app.token))
    return store


@asynccontextmanager
async def _playground(
    settings: Settings, store: "Store", front: Front
) -> AsyncIterator[tuple["Chat", "BaseRoute"]]:
    """The chat server with the product as its bot, without a network in between."""
    from starlette.routing import Route

    from bot.platforms.playground.receive import PATH, Receiver
    from bot.platforms.playground.server.access import Door
    from bot.platforms.playground.server.delivery import InProcess
    from bot.platforms.playground.server.site import chat

    receiver = Receiver(front, (await store.app()).secret)
    delivery = InProcess(receiver, PATH)
    everyone = settings.playground is Playground.EVERYONE
    door = Door(settings.playground_password if everyone else "")
    try:
        yield chat(store, delivery, door=door), Route(PATH, receiver, methods=["POST"])
    finally:
        await delivery.close()


def _front(desk: Desk, senders: Mapping[str, Sender]) -> "Answering":
    from bot.app.front import Front as Answering

    return Answering(desk, senders)


@asynccontextmanager
async def _address(settings: Settings) -> AsyncIterator[tuple[str, Server | None]]:
    if settings.embedded is None:
        yield settings.database_url, None
        return
    server = await asyncio.to_thread(start, settings.embedded)
    try:
        yield server.url, server
    finally:
        await asyncio.to_thread(server.stop)
