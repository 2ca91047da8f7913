"""`bench click`: from a click in the playground to the event that carries the new message to the
browser, through HTTP; beside a bare handler that runs the same one statement.
"""

import asyncio
import contextlib
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from pydantic_core import from_json

from bot.bench.ground import PATIENCE, database, process, server
from bot.bench.result import Figure, Result, Spread, paired
from bot.bench.start import free_port, ready
from core.access import Ownership, Visibility
from core.flow.model import Flow
from storage.database import Pool
from storage.storage import opened

AT_ONCE = (1, 8, 32)
WHO = "sam"
_MAIN = [sys.executable, "-c", "from bot.cli.main import main; main()", "up"]
_BARE = [sys.executable, "-m", "bot.bench.bare"]
_OPTIONS = [
    {"id": "yes", "label": "Yes", "to": "again"},
    {"id": "no", "label": "No", "to": "end"},
]
CIRCLE = Flow.model_validate(
    {
        "flow": "circle",
        "title": "Circle",
        "nodes": [
            {"decision": "first", "ask": "Is it **slow**?", "options": _OPTIONS},
            {"decision": "again", "ask": "Is it **slow** again?", "options": _OPTIONS},
            {"solution": "end", "resolved": "It is fast."},
        ],
    }
)
Click = Callable[[int], Awaitable[None]]


async def run(*, quick: bool) -> Result:
    """Measure."""
    rounds, clicks = (5, 60) if quick else (15, 150)
    times: dict[str, dict[int, list[list[float]]]] = {
        who: {n: [] for n in AT_ONCE} for who in ("ours", "bare")
    }
    async with server() as address, _client() as client:
        own, other = await database(address, "ours"), await database(address, "bare")
        async with _ours(own, client) as ours, _bare(other, client) as bare:
            both = {"ours": ours, "bare": bare}
            for click in both.values():
                await _timed(click, max(AT_ONCE), clicks)  # warm
            for _ in range(rounds):
                for together in AT_ONCE:
                    for who, click in both.items():
                        times[who][together].append(await _timed(click, together, clicks))
    return _result(times)


def _client() -> aiohttp.ClientSession:
    """Whose idle connections are closed here before a server closes them: while one is measured,
    those to the other wait.
    """
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(keepalive_timeout=2))


def _result(times: dict[str, dict[int, list[list[float]]]]) -> Result:
    figures = {who: _figures(found) for who, found in times.items()}
    middles = {
        who: {n: [statistics.median(took) for took in rounds] for n, rounds in found.items()}
        for who, found in times.items()
    }
    ratios = {f"bare, {n} at once": paired(middles["ours"][n], middles["bare"][n]) for n in AT_ONCE}
    return Result(
        "click",
        figures["ours"],
        {"bare": figures["bare"]},
        {"bare": max(ratios.values()), **ratios},
        {"bare": "at most 2.2, at each"},
    )


def _figures(found: dict[int, list[list[float]]]) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    for together, rounds in found.items():
        for name, part in (("p50", 50), ("p99", 99)):
            values = [1_000 * statistics.quantiles(took, n=100)[part - 1] for took in rounds]
            figures[f"{together} at once, {name}, ms"] = Spread.of(values)
    return figures


async def _timed(click: Click, together: int, clicks: int) -> list[float]:
    """Seconds of each of at least `clicks` clicks by `together` people."""
    took: list[float] = []

    async def person(number: int) -> None:
        for _ in range(max(clicks // together, 10)):
            began = time.perf_counter()
            await click(number)
            took.append(time.perf_counter() - began)

    await asyncio.gather(*(person(number) for number in range(together)))
    return took


@asynccontextmanager
async def _bare(address: str, client: aiohttp.ClientSession) -> AsyncIterator[Click]:
    command = [*_BARE, address, str(max(AT_ONCE))]
    with process(command, os.environ) as started:
        assert started.stdout is not None
        told = json.loads(await asyncio.to_thread(started.stdout.readline))
        url = f"http://127.0.0.1:{told['port']}/api/click"
        sessions = told["sessions"]
        await _answers(client, url, {"message": sessions[0], "action": "yes"})

        async def click(number: int) -> None:
            body = {"message": sessions[number], "action": "yes"}
            async with client.post(url, json=body) as answer:
                await answer.read()
                answer.raise_for_status()

        yield click


async def _answers(client: aiohttp.ClientSession, url: str, body: dict[str, str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        with contextlib.suppress(aiohttp.ClientConnectionError):
            async with client.post(url, json=body) as answer:
                answer.raise_for_status()
                return
        if time.monotonic() > deadline:
            raise RuntimeError("the bare handler did not come up")
        await asyncio.sleep(0.05)


@asynccontextmanager
async def _ours(address: str, client: aiohttp.ClientSession) -> AsyncIterator[Click]:
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="resolutionflow-bench-") as data:
        env = {**os.environ, "DATABASE_URL": address, "RESOLUTIONFLOW_DATA": data}
        env["RESOLUTIONFLOW_PORT"] = str(port)
        with process(_MAIN, env) as started:
            while not await asyncio.to_thread(ready, port):
                if started.poll() is not None:
                    raise RuntimeError("`up` did not come up")
                await asyncio.sleep(0.05)
            await _publish(address)
            people = People(client, f"http://127.0.0.1:{port}")
            async with people.listening():
                await people.begin(max(AT_ONCE))
                yield people.click


class People:
    """Engineers in the playground: each in a thread of their own, one stream for all."""

    def __init__(self, client: aiohttp.ClientSession, url: str) -> None:
        """`url` is where the playground is."""
        self._client = client
        self._api = f"{url}/api/as/{WHO}"
        self._now: dict[str, dict[str, Any]] = {}
        self._waits: dict[str, asyncio.Future[None]] = {}
        self._steps: list[str] = []
        self._told = ""

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Take events as they come."""
        timeout = aiohttp.ClientTimeout(total=None)
        async with self._client.get(
            f"{self._api}/events", timeout=timeout, read_bufsize=2**20
        ) as answer:
            answer.raise_for_status()
            task = asyncio.create_task(self._listen(answer))
            try:
                yield
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    async def _listen(self, answer: aiohttp.ClientResponse) -> None:
        rest = b""
        async for part in answer.content.iter_any():
            *events, rest = (rest + part).split(b"\n\n")
            for event in events:
                if event.startswith(b"event: message\n"):
                    self._take(from_json(event.partition(b"\ndata: ")[2]))

    def _take(self, message: dict[str, Any]) -> None:
        known = self._now.get(message["id"])
        if known is not None and known["version"] >= message["version"]:
            return
        self._now[message["id"]] = message
        if message["audience"]:
            self._told = message["text"]
        wait = self._waits.pop(message["id"], None)
        if wait is not None and not wait.done():
            wait.set_result(None)

    async def begin(self, sessions: int) -> None:
        """Start sessions, until each one's step is on screen."""
        for _ in range(sessions):
            await self._post("commands", {"channel": await self._channel(), "text": "circle"})
        deadline = time.monotonic() + PATIENCE
        while len(self._found()) < sessions:
            if time.monotonic() > deadline:
                raise RuntimeError("not every session came to its first step")
            await asyncio.sleep(0.05)
        self._steps = self._found()

    async def _channel(self) -> str:
        async with self._client.get(f"{self._api}/channels") as answer:
            found = await answer.json()
            return next(str(c["id"]) for c in found if c["writable"] and not c["direct"])

    def _found(self) -> list[str]:
        return [id for id, message in self._now.items() if _yes(message)]

    async def click(self, number: int) -> None:
        """Press "Yes", until the new step has come to the browser."""
        step = self._steps[number]
        wait = self._waits[step] = asyncio.get_running_loop().create_future()
        action = _yes(self._now[step])
        post = asyncio.create_task(self._post("clicks", {"message": step, "action": action}))
        # The answer itself must come too, but the new step is what is waited for.
        post.add_done_callback(lambda post: _pass_on(post, wait))
        try:
            async with asyncio.timeout(PATIENCE):
                await wait
        except TimeoutError:
            raise RuntimeError(f"the new step did not come; told: {self._told!r}") from None

    async def _post(self, path: str, body: dict[str, Any]) -> None:
        async with self._client.post(f"{self._api}/{path}", json=body) as answer:
            told = await answer.json()
            if answer.status != 200 or told.get("failed"):
                raise RuntimeError(f"{path}: {answer.status} {told}")


def _pass_on(post: asyncio.Task[None], wait: asyncio.Future[None]) -> None:
    """What went wrong with an answer ends the wait for what it was to bring."""
    error = None if post.cancelled() else post.exception()
    if error is not None and not wait.done():
        wait.set_exception(error)


def _yes(message: dict[str, Any]) -> str:
    """The action of the button "Yes", if the message has one."""
    for block in message.get("blocks", ()):
        for button in block.get("buttons", ()):
            if button["label"] == "Yes":
                return str(button["action"])
    return ""


async def _publish(address: str) -> None:
    async with opened(address, Pool(size=2)) as storage:
        [account] = await storage.installation.accounts()
        async with storage.work(account) as work:
            id = await work.flows.create(CIRCLE, Ownership(None, Visibility.ACCOUNT))
            if id is None:
                raise RuntimeError("the flow is there already")
            await work.flows.publish(id, CIRCLE, by=None)
