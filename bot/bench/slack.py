"""`bench slack`: whole clicks in Slack, from what Slack sends to the acknowledgement and to the
changed message, by signed HTTP and by Socket Mode; beside a floor on the same Bolt that runs one
statement and posts a message of the same size. And 500 clicks at once.
"""

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import asyncpg

from bot.bench.click import CIRCLE
from bot.bench.ground import PATIENCE, database, process, server
from bot.bench.result import Figure, Figures, Result, Spread, paired
from bot.bench.slack_server import NAME, USER, WORKSPACE
from bot.bench.start import free_port, ready
from core.access import Ownership, Role, Visibility
from core.frozen import frozen
from storage.database import Pool
from storage.installation import Home
from storage.storage import Storage, opened

AT_ONCE = (1, 8, 32)
WAYS = ("http", "socket")
EACH = 25  # clicks on one step, in the second burst
_PEOPLE = [sys.executable, "-m", "bot.bench.slack_clicks"]
_MAIN = [sys.executable, "-c", "from bot.cli.main import main; main()", "up"]
_FLOOR = [sys.executable, "-m", "bot.bench.slack_floor"]
_PATH = "/slack/events"
_GOALS = {
    "floor": "at least 0.7 of its clicks/s, at each",
    "ack": "at most 1.5 times its time to the acknowledgement, at each",
    "burst": "every acknowledgement within 3 s",
}
# A step is answered once: of all who press at the same time, one is taken.
_TRAIL = """
SELECT count(*) AS entries, count(DISTINCT (session_id, visit)) AS steps
FROM trail WHERE kind = 'acted'
"""
Where = tuple[str, int]  # the way, and how many at once
Json = dict[str, Any]


@frozen
class Plan:
    """How much is measured: `rounds` of at least so many `clicks` by so many people at once, and
    a `burst` of so many clicks.
    """

    rounds: int
    clicks: int
    burst: int = 500
    at_once: tuple[int, ...] = AT_ONCE


@dataclass(slots=True)
class Tally:
    """What was measured of one app, round by round: clicks a second, and medians in seconds."""

    rates: dict[Where, list[float]] = field(default_factory=lambda: defaultdict(list))
    acknowledged: dict[Where, list[float]] = field(default_factory=lambda: defaultdict(list))
    changed: dict[Where, list[float]] = field(default_factory=lambda: defaultdict(list))
    clicks: int = 0

    def add(self, where: Where, told: Json) -> None:
        """One more round."""
        clicks = len(told["changed"])
        self.clicks += clicks
        self.rates[where].append(clicks / told["took"])
        self.acknowledged[where].append(statistics.median(told["acknowledged"]))
        self.changed[where].append(statistics.median(told["changed"]))

    def figures(self) -> Figures:
        """All of it, for reading."""
        found: dict[str, Figure] = {}
        for where, rates in self.rates.items():
            name = _named(where)
            found[f"{name}, clicks/s"] = Spread.of(rates)
            for what, times in (("acknowledged", self.acknowledged), ("changed", self.changed)):
                found[f"{name}, {what}, ms"] = Spread.of([1_000 * s for s in times[where]])
        return found


@frozen
class App:
    """An app that is measured, and the people of its own Slack: `known` is what that told first."""

    client: aiohttp.ClientSession
    known: Mapping[str, str]

    async def do(self, what: str, **how: object) -> Json:
        """Have people do something; what came of it."""
        url = f"{self.known['url']}/do/{what}"
        async with self.client.post(url, json=how) as answer:
            if answer.status != 200:
                raise RuntimeError(f"{what} {how}: {await answer.text()}")
            told: Json = await answer.json()
            return told


async def run(*, quick: bool) -> Result:
    """Measure. Raises RuntimeError when a click was lost or doubled."""
    return await measured(Plan(3, 60) if quick else Plan(15, 150))


async def measured(plan: Plan) -> Result:
    """The same, after a plan."""
    tallies = {"ours": Tally(), "floor": Tally()}
    timeout = aiohttp.ClientTimeout(total=None)
    async with (
        server() as address,
        aiohttp.ClientSession(timeout=timeout) as client,
        _people(client) as ours,
        _people(client) as floor,
        AsyncExitStack() as running,
    ):
        own = await database(address, "ours")
        await running.enter_async_context(_ours(own, ours, max(plan.burst, *plan.at_once)))
        tallies["ours"].add(("http", 1), await ours.do("click", way="http", together=1, clicks=5))
        bare = await database(address, "floor")
        await running.enter_async_context(_floor(bare, floor, await ours.do("last")))
        await _rounds(plan, {"ours": ours, "floor": floor}, tallies)
        bursts, pressed = await _bursts(plan, ours)
        await _check(own, tallies["ours"].clicks + pressed)
    return _result(tallies, bursts)


async def _rounds(plan: Plan, apps: Mapping[str, App], tallies: dict[str, Tally]) -> None:
    """Each round begins with the other one; the first is only to warm up."""
    for number in range(plan.rounds + 1):
        order = sorted(apps, reverse=number % 2 == 0)
        for way in WAYS:
            for together in plan.at_once:
                for who in order:
                    how = {"way": way, "together": together, "clicks": plan.clicks}
                    told = await apps[who].do("click", **how)
                    tallies[who].add((way, together), told)
        if number == 0:
            for tally in tallies.values():
                _forget(tally)


def _forget(tally: Tally) -> None:
    for found in (tally.rates, tally.acknowledged, tally.changed):
        found.clear()


async def _bursts(plan: Plan, ours: App) -> tuple[dict[str, float], int]:
    """The slowest acknowledgement of each burst, in seconds, and how many steps were answered."""
    shared = max(plan.burst // EACH, 1)
    figures: dict[str, float] = {}
    for way in WAYS:
        for sessions, each in ((plan.burst, 1), (shared, EACH)):
            told = await ours.do("burst", way=way, sessions=sessions, each=each)
            name = f"burst by {way}, {sessions * each} clicks on {sessions} sessions"
            figures[f"{name}, slowest acknowledgement, s"] = told["slowest"]
    return figures, len(WAYS) * (plan.burst + shared)


async def _check(address: str, clicks: int) -> None:
    """Every click that was to change something is in the trail, once."""
    connection = await asyncpg.connect(address)
    try:
        entries, steps = await connection.fetchrow(_TRAIL)
    finally:
        await connection.close()
    if not entries == steps == clicks:
        raise RuntimeError(f"{clicks} clicks left {entries} entries at {steps} steps")


def _result(tallies: Mapping[str, Tally], bursts: Mapping[str, float]) -> Result:
    ours, floor = tallies["ours"], tallies["floor"]
    rates, times = {}, {}
    for where in ours.rates:
        rates[f"floor, {_named(where)}"] = paired(ours.rates[where], floor.rates[where])
        acknowledged = ours.acknowledged[where], floor.acknowledged[where]
        times[f"ack, {_named(where)}"] = paired(*acknowledged)
    return Result(
        "slack",
        {**ours.figures(), **bursts},
        {"floor": floor.figures()},
        {"floor": min(rates.values()), **rates, "ack": max(times.values()), **times},
        _GOALS,
    )


def _named(where: Where) -> str:
    way, together = where
    return f"{way}, {together} at once"


@asynccontextmanager
async def _people(client: aiohttp.ClientSession) -> AsyncIterator[App]:
    with process(_PEOPLE, os.environ) as started:
        assert started.stdout is not None
        yield App(client, json.loads(await asyncio.to_thread(started.stdout.readline)))


@asynccontextmanager
async def _ours(address: str, app: App, sessions: int) -> AsyncIterator[None]:
    """The product, with so many sessions under way."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="resolutionflow-bench-") as data:
        env = _environment(app.known, DATABASE_URL=address, RESOLUTIONFLOW_DATA=data)
        with process(_MAIN, {**env, "RESOLUTIONFLOW_PORT": str(port)}) as started:
            while not await asyncio.to_thread(ready, port):
                if started.poll() is not None:
                    raise RuntimeError("`up` did not come up")
                await asyncio.sleep(0.05)
            await _settle(address)
            await app.do("begin", app=f"http://127.0.0.1:{port}{_PATH}", sessions=sessions)
            yield


def _environment(known: Mapping[str, str], **more: str) -> dict[str, str]:
    """Only what is said here is set of what the product can be told."""
    others = ("RESOLUTIONFLOW_", "SLACK_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(others)}
    slack = {
        "SLACK_API_URL": f"{known['url']}/api/",
        "SLACK_BOT_TOKEN": known["token"],
        "SLACK_APP_TOKEN": known["app_token"],
        "SLACK_SIGNING_SECRET": known["secret"],
    }
    return {**kept, **slack, **more}


@asynccontextmanager
async def _floor(address: str, app: App, shown: Json) -> AsyncIterator[None]:
    """The floor, which shows in every message what ours showed last."""
    with process(_FLOOR, os.environ, reads=True) as started:
        assert started.stdin is not None
        assert started.stdout is not None
        told = {**app.known, "database": address, "shown": shown}
        started.stdin.write(json.dumps(told).encode() + b"\n")
        started.stdin.flush()
        listens = json.loads(await asyncio.to_thread(started.stdout.readline))
        await app.do("begin", app=f"{listens['address']}{_PATH}", sessions=max(AT_ONCE))
        yield


async def _settle(address: str) -> None:
    """Whoever clicks is an engineer; the flow that they walk is published."""
    async with opened(address, Pool(size=2)) as storage:
        home = await _home(storage)
        async with storage.work(home.account) as work:
            person = await work.people.add(NAME, Role.ENGINEER)
            await work.people.add_identity(home.workspace, USER, who=person, name=NAME)
            id = await work.flows.create(CIRCLE, Ownership(None, Visibility.ACCOUNT))
            if id is None:
                raise RuntimeError("the flow is there already")
            await work.flows.publish(id, CIRCLE, by=None)


async def _home(storage: Storage) -> Home:
    """The workspace, once the product has got to know it."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = await storage.installation.home("slack", WORKSPACE)
        if found is not None:
            return found
        await asyncio.sleep(0.05)
    raise RuntimeError("the product did not get to know the workspace")
