"""The door of the chat server: its routes, and the work it does beside them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog
from fastapi import APIRouter
from starlette.requests import Request
from starlette.routing import BaseRoute

from bot.platforms.playground.server.access import Door
from bot.platforms.playground.server.answers import Answers
from bot.platforms.playground.server.board import Board
from bot.platforms.playground.server.bot_api import BotApi
from bot.platforms.playground.server.buttons import LATER, Buttons
from bot.platforms.playground.server.caller import Caller, Pace
from bot.platforms.playground.server.courier import Courier
from bot.platforms.playground.server.delivery import Delivery
from bot.platforms.playground.server.directory import Directory
from bot.platforms.playground.server.files import Files
from bot.platforms.playground.server.forms import Forms
from bot.platforms.playground.server.hub import Hub
from bot.platforms.playground.server.looking import Looking
from bot.platforms.playground.server.messages import Messages
from bot.platforms.playground.server.office import Office
from bot.platforms.playground.server.page import Page
from bot.platforms.playground.server.people import People
from bot.platforms.playground.server.pointing import Pointing
from bot.platforms.playground.server.routing import FAILURES, route
from bot.platforms.playground.server.server import Server
from bot.platforms.playground.server.shows import Shows
from bot.platforms.playground.server.store import Store
from bot.platforms.playground.server.talking import Talking
from bot.platforms.playground.server.uploads import Uploads

_HOUSEKEEPING = 3600.0  # seconds
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Chat:
    """The chat server. `router` answers; `work` must run beside it.

    `swift` are routes of it that may be served before any framework, as they happen most.
    """

    router: APIRouter
    swift: Sequence[BaseRoute]
    _server: Server
    _buttons: Buttons

    async def work(self, stop: asyncio.Event) -> None:
        """Carry events to the bot and changes to the streams until `stop`; then end the streams."""
        server = self._server
        async with asyncio.TaskGroup() as group:
            group.create_task(server.courier.work(stop))
            group.create_task(_every(server.pace.poll, stop, self._poll))
            group.create_task(_every(_HOUSEKEEPING, stop, self.tidy))
            group.create_task(_every(LATER, stop, self._buttons.store))
            await stop.wait()
            server.hub.close()
        await server.caller.close()
        await _tried(self._buttons.store)

    async def release(self) -> None:
        """Nobody else works here: events that were on their way are due now."""
        await self._server.courier.release()

    async def _poll(self) -> None:
        self._server.board.heard(await self._server.hub.poll())

    async def tidy(self) -> None:
        """Forget what is of no use any more."""
        await self._server.files.prune()
        await self._server.forms.prune()


def chat(
    store: Store, bot: Delivery, *, door: Door | None = None, pace: Pace | None = None
) -> Chat:
    """The chat server on `store`, with `bot` as its bot. Without `door`, for this machine alone."""
    pace = pace or Pace()
    directory, messages, files = Directory(store), Messages(store.connect), Files(store.connect)
    forms, hub = Forms(store.connect), Hub(directory, messages)
    caller = Caller(directory, bot, pace)
    news = asyncio.Event()
    shows, buttons = Shows(store.connect), Buttons(store.connect)
    board = Board(messages, files, hub, shows=shows, buttons=buttons, wake=news.set)
    answers = Answers(board, forms, directory)
    courier = Courier(store.connect, caller, pace, carry_out=answers.react, news=news)
    server = Server(
        store=store,
        directory=directory,
        messages=messages,
        files=files,
        forms=forms,
        hub=hub,
        board=board,
        caller=caller,
        courier=courier,
        door=door or Door(),
        pace=pace,
    )
    talking = Talking(server, answers)
    pointing = Pointing(server, answers)
    return Chat(_router(server, talking, pointing), (talking.straight(),), server, buttons)


def _router(server: Server, talking: Talking, pointing: Pointing) -> APIRouter:
    async def everybody(request: Request) -> None:
        server.door.enter(request)

    people = APIRouter(route_class=route(server.admit), responses=FAILURES, tags=["people"])
    talking.add_to(people)
    pointing.add_to(people)
    People(server).add_to(people)
    Uploads(server).add_to(people)
    Looking(server).add_to(people)
    Office(server).add_to(people)
    bot_api = BotApi(server)
    bots = APIRouter(route_class=route(bot_api.admit), responses=FAILURES, tags=["bot"])
    bot_api.add_to(bots)
    open_to_all = APIRouter(route_class=route(everybody), responses=FAILURES, tags=["sign-in"])
    Office(server).add_sign_in(open_to_all)
    Page().add_to(open_to_all)
    whole = APIRouter()
    for part in (people, bots, open_to_all):
        whole.include_router(part)
    return whole


async def _every(seconds: float, stop: asyncio.Event, work: Callable[[], Awaitable[None]]) -> None:
    """Again and again until `stop`, whatever goes wrong; the first failure of many is told."""
    failing = False
    while not stop.is_set():
        failing = not await _tried(work, quietly=failing)
        try:
            async with asyncio.timeout(seconds):
                await stop.wait()
        except TimeoutError:
            continue


async def _tried(work: Callable[[], Awaitable[None]], *, quietly: bool = False) -> bool:
    """Do it; whether that went well."""
    try:
        await work()
    except Exception as error:  # the database is away: whoever calls looks again soon, if at all
        if not quietly:
            _log.warning("playground-work-failed", exc_info=error)
        return False
    return True
