"""Socket Mode: connections end, are refused, and come back; nothing that Slack tells is lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import structlog
from structlog.typing import EventDict, WrappedLogger

from bot.platforms.slack import socket as module
from bot.platforms.slack.app import unheard
from bot.platforms.slack.socket import Socket
from bot.port import Command, Replied
from storage.storage import Storage
from tests.bot.platforms.slack.earshot import Earshot, earshot
from tests.slack.limits import Trouble

MINUTE = 60.0  # Slack's seconds in one of ours: its retries need not be waited for
SOON = 10.0  # seconds in which something must have happened


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """We look after the connection more often."""
    for name, seconds in {"AGAIN": 0.1, "LOST": 1.0, "_LOOK": 0.05, "_PING": 0.3}.items():
        monkeypatch.setattr(module, name, seconds)


@asynccontextmanager
async def working(place: Earshot, token: str) -> AsyncIterator[None]:
    """A socket beside the door, until the end; which must come soon."""
    app = unheard(place.adapter.installations, secret="")
    socket, stop = Socket(app, token, place.server.api_url), asyncio.Event()
    task = asyncio.ensure_future(socket.work(stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, SOON)


class Log:
    """What is logged, as it comes."""

    def __init__(self) -> None:
        self.lines: list[EventDict] = []
        self._news = asyncio.Event()

    def __call__(self, logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
        """Keep a line; nothing is written."""
        self.lines.append(line)
        self._news.set()
        raise structlog.DropEvent

    async def holds(self, number: int) -> None:
        """Until it has so many lines."""
        async with asyncio.timeout(SOON):
            while len(self.lines) < number:
                self._news.clear()
                await self._news.wait()


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    made = Log()
    monkeypatch.setattr(module, "_log", structlog.wrap_logger(None, processors=[made]))
    return made


async def connected(place: Earshot) -> None:
    """Until there is a connection."""
    await place.server.delivery.reachable(SOON)


@pytest.mark.parametrize("how", ["asked", "closed"])
async def test_what_slack_ends_is_begun_anew_and_nothing_is_lost(
    storage: Storage, how: str
) -> None:
    async with earshot(storage, socket=True, pace=MINUTE) as place:
        for number in range(2):
            sockets = place.server.delivery.sockets
            await (sockets.refresh() if how == "asked" else sockets.close())
            place.sam.writes(f"while nobody listens {number}", "support")
            await connected(place)
            await place.sam.types("/flow vpn", "support")
        heard = await place.told()
        said = [each.text for each in heard if isinstance(each, Replied)]
        assert sorted(said) == ["while nobody listens 0", "while nobody listens 1"]
        assert [type(each) for each in heard].count(Command) == 2
        assert place.sam.toasts == []


async def test_a_slack_that_cannot_be_reached_is_tried_ever_more_slowly(
    place: Earshot, log: Log
) -> None:
    place.server.trouble = Trouble.DOWN
    place.server.app.socket_mode = True
    async with working(place, place.server.app.token):
        await log.holds(3)
        place.server.trouble = None
        await connected(place)
    failed = [line for line in log.lines if line["event"] == "slack-not-connected"]
    assert [line["again"] for line in failed[:3]] == [0.1, 0.2, 0.4]
    assert "slack-connected" in [line["event"] for line in log.lines]


async def test_a_token_that_is_wrong_is_one_line_a_try_and_never_told(
    place: Earshot, log: Log
) -> None:
    grant = place.server.tokens.pop(place.server.app.token)
    place.server.app.socket_mode = True
    async with working(place, grant.token):
        await log.holds(2)
        told = {(each["event"], each["why"]) for each in log.lines}
        assert told == {("slack-not-connected", "invalid_auth")}
        place.server.tokens[grant.token] = grant  # somebody has set it right
        await connected(place)
    assert grant.token not in str(log.lines)


async def test_it_ends_at_once_while_it_waits(
    place: Earshot, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AGAIN", 60.0)
    place.server.trouble = Trouble.DOWN
    async with working(place, place.server.app.token):
        await log.holds(1)
        began = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - began < 1
