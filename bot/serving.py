"""Running the parts of the product until told to stop: web, worker, the embedded server's care.

One process, one loop. A part that fails takes the others down in order; who runs us starts again.
"""

import asyncio
import gc
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from enum import StrEnum
from socket import socket
from typing import Any

import structlog

from bot.app.deliver import release
from bot.app.membership import Visitor
from bot.app.starter import prepare
from bot.composition import Chats, Product, casts, chatting, running
from bot.introducing import introduce
from bot.settings import Settings
from bot.web.listener import address_of, listen

_LOOK = 1.0  # seconds between two looks at the embedded server
_log = structlog.get_logger()


class Part(StrEnum):
    """What a process can do."""

    WEB = "web"
    WORKER = "worker"


Ready = Callable[[Product, str | None], None]  # called once, with the web address
Say = Callable[[str], None]  # a line for whoever started us


async def serve(
    settings: Settings,
    parts: set[Part],
    *,
    ready: Ready,
    installer: Visitor | None = None,
    say: Say | None = None,
) -> None:
    """Run `parts` until SIGINT or SIGTERM; with an `installer`, set everything up first.

    Raises StorageError, EmbeddedError, PortTaken.
    """
    stop = _stop_on_signals()
    with _listening(settings, parts) as listener:
        address = None if listener is None else address_of(listener)
        async with running(settings, name=_name(parts), migrating=installer is not None) as product:
            if installer is not None:
                await _prepare(product, installer)
            async with (
                chatting(settings, product.desk, address=address) as chats,
                asyncio.TaskGroup() as group,
            ):
                if installer is not None:
                    await _take_over(product, chats)
                group.create_task(_tend(product, stop))
                for platform, named in chats.named.items():
                    group.create_task(introduce(product.desk, platform, named, stop, say))
                for work in works(product, chats, listener, Part.WORKER in parts, stop):
                    group.create_task(_until_stopped(work, stop))
                settle_down()
                if not stop.is_set():
                    ready(product, address)


def settle_down() -> None:
    """What start-up made stays: the collector need not walk through it at every look.

    A click makes some thousand short-lived values; at the default it would be looked for cycles
    among all that is loaded several times a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


async def _prepare(product: Product, installer: Visitor) -> None:
    settings = product.settings
    name, zone = settings.account_name, settings.time_zone
    await prepare(product.desk, name, installer, time_zone=zone, casts=casts(settings))


async def _take_over(product: Product, chats: Chats) -> None:
    """Whoever did everything before us is gone: what they held is not waited for."""
    await release(product.desk)
    if chats.playground is not None:
        await chats.playground.release()


def works(
    product: Product,
    chats: Chats,
    listener: socket | None,
    working: bool,
    stop: asyncio.Event,
) -> list[Coroutine[Any, Any, None]]:
    """What goes on until `stop`: the web part where there is a `listener`, the `working` part."""
    parts: list[Coroutine[Any, Any, None]] = []
    if listener is not None:
        from bot.web.server import answer
        from bot.web.site import site

        chat = chats.playground
        app = site(
            product.desk,
            chat=chat.router if chat else None,
            swift=chat.swift if chat else (),
            doors=chats.doors,
        )
        parts.append(answer(app, listener, stop))
        if chat is not None:
            parts.append(chat.work(stop))
    if working:
        from bot.holding import alone
        from bot.worker import work

        parts.append(work(product.desk, chats.senders, stop))
        storage = product.storage
        parts += [alone(storage, name, hold, stop) for name, hold in chats.holds.items()]
    return parts


async def _until_stopped(work: Coroutine[Any, Any, None], stop: asyncio.Event) -> None:
    """However one part ends, the others end too."""
    try:
        await work
    finally:
        stop.set()


async def _tend(product: Product, stop: asyncio.Event) -> None:
    """Restart the embedded server when it died; forget the connections to the dead one."""
    while product.server is not None and not await _set_within(stop, _LOOK):
        try:
            if await asyncio.to_thread(product.server.restart_if_dead):
                await product.storage.database.engine.dispose()
                _log.warning("embedded-postgres-restarted")
        except Exception as error:  # a full disk, say: tell, and try again at the next look
            _log.error("embedded-postgres-not-restarted", exc_info=error)


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True


def _stop_on_signals() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


@contextmanager
def _listening(settings: Settings, parts: set[Part]) -> Iterator[socket | None]:
    if Part.WEB not in parts:
        yield None
        return
    with listen(settings.host, settings.port) as listener:
        yield listener


def _name(parts: set[Part]) -> str:
    return " ".join(["resolutionflow", *sorted(parts)])
