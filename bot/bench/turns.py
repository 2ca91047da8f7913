"""`bench turns`: walk 12 nodes, every turn persisted, 32 sessions at once, beside the floor and
two products that do the same work on the same PostgreSQL.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from importlib import import_module

import asyncpg

from bot.bench.ground import address_of, server
from bot.bench.peers import LENGTH, Peer
from bot.bench.peers.floor import Floor
from bot.bench.peers.ours import Ours
from bot.bench.result import Figures, Missing, Result, Spread, paired
from storage.ids import new_id

AT_ONCE = 32
POOL = 16
WARMING = 64  # sessions walked first, so that every connection knows its statements
QUICK = {100: 4, 1_000: 1}  # rounds by number of sessions
WHOLE = {100: 5, 1_000: 3}
LANGGRAPH_ROUNDS = {100: 3, 1_000: 1}
GOALS = {
    "floor": "at least 0.7",
    "botbuilder": "at least 1.1",
    "langgraph": "at least 5",
    "bytes a turn": "at most 600",
}


class Tally:
    """What was measured, by peer and number of sessions."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.rates: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
        self.stored: dict[str, list[float]] = defaultdict(list)
        self.tables: dict[str, list[float]] = defaultdict(list)
        self.loses: dict[str, str] = {}

    def figures(self, name: str) -> Figures:
        """One peer's figures."""
        rates = {
            f"turns/s at {sessions} sessions": Spread.of(rates)
            for sessions, rates in self.rates[name].items()
        }
        return {
            **rates,
            "bytes a turn, live rows": Spread.of(self.stored[name]),
            "bytes a turn, tables on disk": Spread.of(self.tables[name]),
            "a crash loses": self.loses[name],
        }

    def ratio(self, name: str) -> float:
        """Ours to theirs over the rounds that both ran."""
        pairs = [
            (ours, theirs)
            for sessions, rates in self.rates[name].items()
            for ours, theirs in zip(self.rates["ours"][sessions], rates, strict=False)
        ]
        return paired([ours for ours, _ in pairs], [theirs for _, theirs in pairs])


async def run(*, quick: bool) -> Result:
    """Measure. Raises Missing when a peer is not installed."""
    peers: list[Callable[[], Peer]] = [Ours, Floor, _peer("botbuilder", "BotBuilder")]
    if not quick:
        peers.append(_peer("langgraph", "LangGraph"))
    tally = Tally()
    async with server() as address:
        for sessions, rounds in (QUICK if quick else WHOLE).items():
            for number in range(rounds):
                for make in _turned(peers, number):
                    peer = make()
                    if peer.name != "langgraph" or number < LANGGRAPH_ROUNDS[sessions]:
                        await _walk(peer, await _empty(address), sessions, tally)
    names = [name for name in tally.rates if name != "ours"]
    return Result(
        "turns",
        tally.figures("ours"),
        {name: tally.figures(name) for name in names},
        {name: tally.ratio(name) for name in names},
        {name: goal for name, goal in GOALS.items() if name in (*names, "bytes a turn")},
    )


def _turned(peers: list[Callable[[], Peer]], number: int) -> list[Callable[[], Peer]]:
    """Each round begins with another peer, so that none always runs on a cold machine."""
    at = number % len(peers)
    return peers[at:] + peers[:at]


def _peer(module: str, name: str) -> Callable[[], Peer]:
    try:
        made: Callable[[], Peer] = getattr(import_module(f"bot.bench.peers.{module}"), name)
    except ImportError as error:
        raise Missing(
            f"{module} is not installed ({error.name}). `make bench` installs the peers."
        ) from error
    return made


async def _empty(address: str) -> str:
    """A new database; all go with their server."""
    name = f"turns_{new_id().hex}"
    await _run(address, f'CREATE DATABASE "{name}"')
    return address_of(address, name)


async def _run(address: str, *statements: str) -> None:
    connection = await asyncpg.connect(address)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def _walk(peer: Peer, address: str, sessions: int, tally: Tally) -> None:
    await peer.open(address, pool=POOL)
    try:
        names = [f"s{number}" for number in range(sessions)]
        warming = [f"w{number}" for number in range(WARMING)]
        await _at_once(iter((*warming, *names)), peer.begin)
        await _run(address, "ANALYZE")  # as autovacuum does on a database that lives a minute
        await _at_once(iter(warming), lambda name: _to_the_end(peer, name))
        before, tables = await peer.stored(), await peer.table_bytes()
        began = time.perf_counter()
        await _at_once(iter(names), lambda name: _to_the_end(peer, name))
        took = time.perf_counter() - began
        if not all([await peer.ended(name) for name in names[:20]]):
            raise RuntimeError(f"{peer.name} did not reach the end of the walk")
        turns = sessions * LENGTH
        tally.rates[peer.name][sessions].append(turns / took)
        # What is overwritten shrinks as it likes: a session's whole is what it takes at the end.
        tally.stored[peer.name].append(_grown(await peer.stored(), before) / turns)
        tally.tables[peer.name].append(_grown(await peer.table_bytes(), tables) / turns)
        tally.loses[peer.name] = peer.loses
    finally:
        await peer.close()


def _grown(now: int, before: int) -> int:
    return now - before if now > before else now


async def _at_once(names: Iterator[str], do: Callable[[str], Awaitable[None]]) -> None:
    async def walker() -> None:
        for name in names:
            await do(name)

    await asyncio.gather(*(walker() for _ in range(AT_ONCE)))


async def _to_the_end(peer: Peer, name: str) -> None:
    for _ in range(LENGTH):
        await peer.turn(name, "yes")
