"""`bench search`: finding a flow among 100,000 of one account, as somebody types."""

import random
import time
from collections.abc import Awaitable, Callable

from bot.bench.ground import server, settle, storage_at
from bot.bench.result import Result, Spread
from core.access import Actor, Role
from core.ids import AccountId
from storage.ids import new_id
from storage.search import Search
from storage.storage import Storage

FLOWS = 100_000
QUERIES = 60
WARMING = 300


def _listed(words: str) -> list[str]:
    return words.split()


_THINGS = _listed(
    "VPN printer mailbox Outlook Teams OneDrive SharePoint DNS DHCP gateway switch "
    "firewall Wi-Fi certificate licence backup server domain account password "
    "profile drive share scanner phone camera monitor dock laptop battery update "
    "driver policy tunnel proxy cluster volume snapshot"
)
_STATES = _listed(
    "down slow locked missing full expired denied offline corrupted duplicated "
    "unreachable pending rejected blocked misconfigured frozen crashing noisy "
    "degraded stuck"
)
_WHERE = _listed(
    "Berlin Lyon Madrid Vienna Zurich Graz Basel Nantes Seville Bremen Linz Geneva "
    "Bilbao Kiel warehouse reception finance sales legal production laboratory "
    "kitchen branch office cellar"
)


async def run(*, quick: bool) -> Result:
    """Measure."""
    count = 20 if quick else QUERIES
    chance = random.Random(20)  # noqa: S311 - the same library in every run
    async with server() as address, storage_at(address, pool=4) as storage:
        account, person, _ = await settle(storage)
        await _fill(storage, account, chance)
        actor = Actor(person, account, Role.ENGINEER)

        async def timed(do: Callable[[Search], Awaitable[object]]) -> float:
            async with storage.work(account) as work:
                search = Search(work.raw, account, actor)
                began = time.perf_counter()
                await do(search)
                return 1000 * (time.perf_counter() - began)

        for _ in range(WARMING):  # until the pages that were just written are read ones
            await timed(_titles(_typed(chance)))
        typed = [_typed(chance) for _ in range(count)]
        rare = [f"{chance.choice(_THINGS)} part{chance.randrange(FLOWS)}x" for _ in range(count)]
        wrong = [_misspelt(chance) for _ in range(count)]
        figures = {
            "as somebody types, ms": await _spread(timed, [_titles(t) for t in typed]),
            "full text with one rare word, ms": await _spread(timed, [_words(t) for t in rare]),
            "did you mean, ms": await _spread(timed, [_meant(t) for t in wrong]),
        }
    goals = {"as somebody types": "p50 at most 2 ms", "full text": "p50 at most 5 ms"}
    return Result("search", figures, goals=goals)


async def _spread(
    timed: Callable[[Callable[[Search], Awaitable[object]]], Awaitable[float]],
    queries: list[Callable[[Search], Awaitable[object]]],
) -> Spread:
    await timed(queries[0])  # the first compiles the statement
    return Spread.of([await timed(query) for query in queries])


def _titles(text: str) -> Callable[[Search], Awaitable[object]]:
    return lambda search: search.titles(text)


def _words(text: str) -> Callable[[Search], Awaitable[object]]:
    return lambda search: search.words(text)


def _meant(text: str) -> Callable[[Search], Awaitable[object]]:
    return lambda search: search.did_you_mean(text)


def _typed(chance: random.Random) -> str:
    """A word and the beginning of another, as after a few keys."""
    return f"{chance.choice(_THINGS)} {chance.choice(_STATES)[:4]}"


def _misspelt(chance: random.Random) -> str:
    word = chance.choice([thing for thing in _THINGS if len(thing) > 5])
    return word[:2] + word[3] + word[2] + word[4:]


async def _fill(storage: Storage, account: AccountId, chance: random.Random) -> None:
    rows = []
    for number in range(FLOWS):
        title = (
            f"{chance.choice(_THINGS)} {chance.choice(_STATES)} in {chance.choice(_WHERE)} {number}"
        )
        body = " ".join(chance.choices(_THINGS + _STATES + _WHERE, k=60)) + f" part{number}x"
        rows.append((account, new_id(), f"flow-{number}", title, body, 1))
    async with storage.database.raw() as raw:
        await raw.execute("SET statement_timeout = '10min'")
        await raw.copy_records_to_table(
            "flow",
            records=rows,
            columns=["account_id", "id", "name", "title", "body", "published"],
        )
        await raw.execute("VACUUM ANALYZE flow")
        await raw.execute("RESET statement_timeout")
