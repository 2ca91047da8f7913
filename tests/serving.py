"""The web part with the playground, on a free port of this machine, as `up` puts them together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from bot.app.desk import Desk
from bot.composition import Chats, chatting
from bot.port import Front
from bot.settings import Settings
from bot.web.listener import address_of, listen
from bot.web.server import answer
from bot.web.site import site


@dataclass(frozen=True, slots=True)
class Served:
    """What answers: a client for it, what it is made of, and how to stop it."""

    client: httpx.AsyncClient
    chats: Chats
    stop: asyncio.Event


@asynccontextmanager
async def served(
    desk: Desk, settings: Settings | None = None, *, front: Front | None = None
) -> AsyncIterator[Served]:
    """Serve until the end; `front` stands in for the product."""
    stop = asyncio.Event()
    settings = settings or Settings(_env_file=None)
    with listen("127.0.0.1", 0) as listener:
        address = address_of(listener)
        async with chatting(settings, desk, address=address, front=front) as chats:
            chat = chats.playground
            app = site(
                desk,
                chat=chat.router if chat else None,
                swift=chat.swift if chat else (),
                doors=chats.doors,
            )
            async with asyncio.TaskGroup() as group:
                group.create_task(answer(app, listener, stop))
                if chat is not None:
                    group.create_task(chat.work(stop))
                async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
                    try:
                        yield Served(client, chats, stop)
                    finally:
                        stop.set()
