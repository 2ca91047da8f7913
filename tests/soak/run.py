"""The rounds: in each, the application, a worker and PostgreSQL itself die by kill -9.

Everything that is killed was started here, and is known by its process id.
"""

import asyncio
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from storage.database import Pool
from storage.embedded import Server, start
from storage.errors import StorageError
from storage.schema import migrate
from storage.storage import Storage, opened
from tests.company import Company, founded
from tests.soak.client import Client, Ledger, clients
from tests.soak.process import Fate, Orders, Point, Sabotage, main
from tests.soak.screen import Screen, shown
from tests.soak.verdict import Verdict, judge

BETWEEN = 10  # rounds, after which everything is looked through
PATIENCE = 5.0  # seconds
RECENT = 60  # sessions that are looked at in between; at the end all are
SETTLED = 45.0  # seconds within which every screen has to be up to date
_WEB = (None, Point.BEFORE_COMMIT, Point.AFTER_COMMIT, Point.AFTER_COMMIT)
_SENDER = (None, Point.BEFORE_POST, Point.AFTER_POST, Point.AFTER_POST, Point.AFTER_STORE)


class Mortal:
    """A process that is started again whenever it was killed."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._context = multiprocessing.get_context("forkserver")
        self._process: ForkServerProcess | None = None
        self._fate = Fate()

    def start(self, fate: Fate, *, sends: bool = True) -> None:
        """Live, towards `fate`."""
        self._fate = fate
        orders = replace(self._orders, sends=sends)
        self._process = self._context.Process(target=main, args=(orders, fate), daemon=True)
        self._process.start()

    async def die(self, within: float) -> str:
        """Wait for its fate, else kill it; what it died of."""
        assert self._process is not None
        await asyncio.to_thread(self._process.join, within)
        fated = not self._process.is_alive() and self._process.exitcode == -signal.SIGKILL
        if not self._process.is_alive() and not fated:
            raise AssertionError(f"a process ended by itself: {self._process.exitcode}")
        self.kill()
        return str(self._fate.point) if fated else "any moment"

    @property
    def alive(self) -> bool:
        """Whether its fate has not reached it yet."""
        return self._process is not None and self._process.is_alive()

    def kill(self) -> None:
        """kill -9, and wait for its end."""
        if self._process is not None:
            self._process.kill()
            self._process.join()


@dataclass
class Soak:
    """What lives and dies, and what was seen of it."""

    server: Server
    data: Path
    company: Company
    screen: Screen
    app: Mortal
    worker: Mortal
    people: list[Client]
    ledger: Ledger
    chance: random.Random
    deaths: Counter[str] = field(default_factory=Counter)

    async def rounds(self, count: int) -> None:
        """That many rounds, with people working all the while; then let everything settle."""
        stop = asyncio.Event()
        working = [asyncio.create_task(person.work(stop)) for person in self.people]
        try:
            for _ in range(count):
                await self._round()
        finally:
            stop.set()
            for mortal in (self.app, self.worker):
                mortal.kill()
                mortal.start(Fate())
            await asyncio.wait_for(asyncio.gather(*working), SETTLED)
        await self._settle()

    async def _round(self) -> None:
        await self._answers()
        acts = [self._kill_app, self._kill_worker, self._kill_database]
        self.chance.shuffle(acts)
        for act in acts:
            await act()

    async def _answers(self) -> None:
        """Let something be answered before the next death, also on a machine with much to do."""
        before = self.ledger.answered
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while self.ledger.answered < before + 3 and self.app.alive:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)

    async def _kill_app(self) -> None:
        self.deaths[f"application: {await self.app.die(self._while())}"] += 1
        sends = self.chance.random() < 0.5  # all in one process, or the web and a worker apart
        points = (*_WEB, *_SENDER) if sends else _WEB
        self.app.start(Fate(self.chance.choice(points), self.chance.randint(1, 5)), sends=sends)

    async def _kill_worker(self) -> None:
        self.deaths[f"worker: {await self.worker.die(self._while())}"] += 1
        self.worker.start(Fate(self.chance.choice(_SENDER), self.chance.randint(1, 3)))

    async def _kill_database(self) -> None:
        await asyncio.sleep(self._while() / 2)
        pid = int((self.data / "cluster" / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        while not await asyncio.to_thread(self.server.restart_if_dead):  # noqa: ASYNC110
            await asyncio.sleep(0.005)  # it is still dying
        self.deaths["database"] += 1

    def _while(self) -> float:
        """How long something may live before it is killed wherever it is, in seconds."""
        return self.chance.uniform(0.1, 0.8)

    async def _settle(self) -> None:
        """Let the survivors bring every screen up to date."""
        ended = asyncio.get_running_loop().time() + SETTLED
        while asyncio.get_running_loop().time() < ended:
            with suppress(StorageError):
                if not await self.company.storage.outbox.behind():
                    return
            await asyncio.sleep(0.05)

    async def verdict(self, *, last: int | None) -> Verdict:
        """What came of it so far, in the `last` sessions or in all."""
        for attempt in range(3):  # the pool's connections may still be of a server that died
            with suppress(StorageError):
                storage, account = self.company.storage, self.company.account
                return await judge(storage, account, self.ledger, self.screen, last=last)
            await asyncio.sleep(attempt)
        raise AssertionError("the database does not answer")


async def soak(rounds: int, seed: int, sabotage: Sabotage | None = None) -> Verdict:
    """All the rounds; stops early where something is wrong."""
    async with _begun(random.Random(seed), sabotage) as running:
        done = 0
        verdict = Verdict()
        while done < rounds and not verdict.complaints:
            count = min(BETWEEN, rounds - done)
            await running.rounds(count)
            done += count
            last = RECENT if done < rounds else None
            verdict = replace(await running.verdict(last=last), rounds=done)
            print(f"{done} rounds, {verdict.acknowledged} acknowledged", file=sys.stderr)
        verdict.deaths = running.deaths
    return verdict


@asynccontextmanager
async def _begun(chance: random.Random, sabotage: Sabotage | None) -> AsyncIterator[Soak]:
    async with AsyncExitStack() as stack:
        root = Path(tempfile.mkdtemp(prefix="rf-soak-"))
        root.chmod(0o755)  # as root, the server runs as another user, who must get there
        stack.callback(shutil.rmtree, root, ignore_errors=True)
        multiprocessing.get_context("forkserver").set_forkserver_preload(["tests.soak.process"])
        server = start(root / "data")
        stack.callback(server.stop)
        storage = await stack.enter_async_context(opened(server.url, Pool(size=3)))
        company = await _company(storage)
        screen = await stack.enter_async_context(shown(chance))
        orders = Orders(server.url, screen.address, company.workspace, sabotage=sabotage)
        socket = str(root / "commands")
        app, worker = Mortal(replace(orders, socket=socket)), Mortal(orders)
        for mortal in (app, worker):
            mortal.start(Fate())
            stack.callback(mortal.kill)
        ledger = Ledger()
        people = list(clients(socket, company.workspace, ledger, chance))
        yield Soak(server, root / "data", company, screen, app, worker, people, ledger, chance)


async def _company(storage: Storage) -> Company:
    await migrate(storage.database.engine)
    return await founded(storage)
