"""`python -m tests.soak.web --rounds 200`: `resolutionflow up` dies by kill -9 while people work in
the playground. Exit code 0 when nothing acknowledged is missing, doubled or stale.

PostgreSQL lives on: that it may die is what the other soak is for.
"""

import argparse
import asyncio
import random
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from storage.database import Pool
from storage.storage import Storage, opened
from tests import database
from tests.installation import Installation, installation, prepared
from tests.soak.web_client import Client, Ledger
from tests.soak.web_verdict import Verdict, judge

BETWEEN = 20  # rounds, after which everything is looked through
SETTLED = 60.0  # seconds within which everything has to have arrived
_LANES = (("sam", "vpn-down"), ("kim", "ad-lockout"), ("vic", "m365-mail-not-delivered"))
# What the dead held counts for nothing after a minute: which has passed now.
_TIME_PASSES = """
    UPDATE message SET claimed_until = now() WHERE claimed_until > now();
    UPDATE playground.undelivered SET due = now() WHERE due > now()
"""
_UNDELIVERED = "SELECT count(*) FROM playground.undelivered"


@dataclass
class Soak:
    """The process that dies, the people, and what they were told."""

    stage: Installation
    storage: Storage
    http: httpx.AsyncClient
    people: list[Client]
    ledger: Ledger
    chance: random.Random

    async def rounds(self, count: int) -> Verdict:
        """That many deaths, with people working all the while; then what came of it."""
        stop = asyncio.Event()
        working = [asyncio.create_task(person.work(stop)) for person in self.people]
        try:
            for _ in range(count):
                await self._round()
        finally:
            stop.set()
            await asyncio.gather(*working)
        await self._settle()
        return await judge(self.storage, self.http, self.ledger)

    async def _round(self) -> None:
        await self._acknowledged(self.chance.randint(1, 8))
        await asyncio.sleep(self.chance.uniform(0, 0.05))  # any moment of what is under way
        self.stage.process.stop(signal.SIGKILL)
        async with self.storage.database.raw() as raw:
            await raw.execute(_TIME_PASSES)
        await self.stage.restarts()

    async def _acknowledged(self, count: int) -> None:
        """Let that much be done before the next death."""
        wanted = self.ledger.acknowledged + count
        async with asyncio.timeout(SETTLED):
            while self.ledger.acknowledged < wanted:  # noqa: ASYNC110 - the people tell nobody
                await asyncio.sleep(0.005)

    async def _settle(self) -> None:
        """Let everything arrive: events at the product, and steps on screen."""
        async with asyncio.timeout(SETTLED):
            while await self._behind():  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.05)

    async def _behind(self) -> bool:
        async with self.storage.database.raw() as raw:
            undelivered: int = await raw.fetchval(_UNDELIVERED)
        return bool(undelivered or await self.storage.outbox.behind())


def soak(rounds: int, seed: int) -> Verdict:
    """All the rounds; stops early where something is wrong."""
    with (
        database.server() as server,
        prepared(server) as begun,
        installation(server, begun) as stage,
    ):
        return asyncio.run(_soaked(stage, rounds, random.Random(seed)))


async def _soaked(stage: Installation, rounds: int, chance: random.Random) -> Verdict:
    done, verdict = 0, Verdict()
    async with _begun(stage, chance) as running:
        while done < rounds and not verdict.complaints:
            count = min(BETWEEN, rounds - done)
            verdict = await running.rounds(count)
            done += count
            verdict.rounds = done
            print(f"{done} rounds, {verdict.acknowledged} acknowledged", file=sys.stderr)
    return verdict


@asynccontextmanager
async def _begun(stage: Installation, chance: random.Random) -> AsyncIterator[Soak]:
    async with (
        opened(stage.database, Pool(size=3)) as storage,
        httpx.AsyncClient(base_url=stage.address, trust_env=False) as http,
    ):
        ledger = Ledger()
        people = [await _person(who, flow, http, ledger, chance) for who, flow in _LANES]
        yield Soak(stage, storage, http, people, ledger, chance)


async def _person(
    who: str, flow: str, http: httpx.AsyncClient, ledger: Ledger, chance: random.Random
) -> Client:
    """Somebody with a channel of their own."""
    made = await http.post("/api/channels", json={"name": f"soak-{who}", "writable": True})
    channel = made.raise_for_status().json()["id"]
    return Client(who, flow, channel, http, ledger, random.Random(chance.random()))


def main() -> int:
    """Read the arguments, soak, print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.web", description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=None, help="random when left out")
    given = parser.parse_args()
    seed = given.seed if given.seed is not None else time.time_ns() % 1_000_000
    began = time.monotonic()
    verdict = soak(given.rounds, seed)
    print(*verdict.lines(), f"seed {seed}, {time.monotonic() - began:.0f} s", sep="\n")
    return 1 if verdict.complaints else 0


if __name__ == "__main__":
    sys.exit(main())
