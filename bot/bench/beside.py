"""Clicks of ours beside those of a bare handler, in one process: rounds in turn, so that neither
has the machine to itself, and what came out.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

from bot.bench.click import CIRCLE
from bot.bench.ground import PATIENCE
from bot.bench.result import Figure, Result, Spread, paired
from bot.serving import settle_down
from core.access import Ownership, Role, Visibility
from storage.schema import migrate
from storage.storage import Storage

AT_ONCE = (1, 8, 32)
Click = Callable[[int], Awaitable[None]]


async def beside(name: str, *, ours: Click, bare: Click, quick: bool) -> Result:
    """Measure both: clicks a second by so many people at once."""
    rounds, clicks = (3, 100) if quick else (15, 300)
    both = {"ours": ours, "bare": bare}
    rates: dict[str, dict[int, list[float]]] = {who: {n: [] for n in AT_ONCE} for who in both}
    settle_down()  # as a process of the product does: it counts for both here
    for number in range(rounds + 1):
        for together in AT_ONCE:
            for who in both if number % 2 else reversed(both):
                rate = await _rate(both[who], together, clicks)
                if number:  # the first is only to warm up
                    rates[who][together].append(rate)
    return _result(name, rates)


async def settled(storage: Storage, platform: str, workspace: str, *, user: str, name: str) -> None:
    """An account with one engineer, known in one workspace, and a flow that goes round."""
    await migrate(storage.database.engine)
    account = await storage.installation.install("Bench")
    assert account is not None
    async with storage.work(account) as unit:
        id = await unit.people.add_workspace(platform, workspace, "Bench")
        assert id is not None
        person = await unit.people.add(name, Role.ENGINEER)
        await unit.people.add_identity(id, user, who=person, name=name)
        flow = await unit.flows.create(CIRCLE, Ownership(None, Visibility.ACCOUNT))
        assert flow is not None
        await unit.flows.publish(flow, CIRCLE, by=None)


async def _rate(click: Click, together: int, clicks: int) -> float:
    """Clicks a second of at least `clicks` clicks by `together` people."""
    each = max(clicks // together, 10)

    async def person(number: int) -> None:
        for _ in range(each):
            await click(number)

    began = time.perf_counter()
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(person(number) for number in range(together)))
    return together * each / (time.perf_counter() - began)


def _result(name: str, rates: Mapping[str, Mapping[int, list[float]]]) -> Result:
    figures: dict[str, dict[str, Figure]] = {
        who: {f"{n} at once, clicks/s": Spread.of(found) for n, found in by.items()}
        for who, by in rates.items()
    }
    ratios = {f"bare, {n} at once": paired(rates["ours"][n], rates["bare"][n]) for n in AT_ONCE}
    return Result(
        name,
        figures["ours"],
        {"bare": figures["bare"]},
        {"bare": min(ratios.values()), **ratios},
        {"bare": "at least 0.7 of its clicks/s, at each"},
    )
