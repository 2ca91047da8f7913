"""A process like `up`, which then holds many sessions; prints the megabytes it takes afterwards.

Run by `bench start`, as `python -m bot.bench.sessions COUNT`, with a data directory of its own.
"""

import asyncio
import os
import sys
from itertools import cycle

import bot.web.server  # noqa: F401 - what `up` has in memory counts
from bot.app import showing, start
from bot.app.desk import Desk
from bot.app.membership import Visitor, identify
from bot.app.starter import prepare
from bot.app.step import press
from bot.bench.start import resident
from bot.cli.product import run
from bot.composition import running
from bot.settings import read_settings
from bot.token import Token
from bot.worker import work
from core.errors import Refusal
from core.ids import SessionId
from storage.flows import FlowRecord
from storage.sessions import Identity

AT_ONCE = 8
STEPS = 12
_VISITOR = Visitor("terminal", "terminal", "bench", "Bench")


async def hold(count: int) -> None:
    """Start `count` sessions on the starter flows and answer a few steps of each."""
    async with running(read_settings(), migrating=True) as product:
        desk, stop = product.desk, asyncio.Event()
        await prepare(desk, "Bench", _VISITOR)
        member = await identify(desk, _VISITOR)
        if isinstance(member, Refusal):
            raise RuntimeError(member.message)
        working = asyncio.create_task(work(desk, {}, stop))
        flows = [await _flow(desk, member.identity, words) for words in ("vpn", "lockout", "mail")]
        numbers = iter(range(count))
        each = cycle(flows)

        async def walker() -> None:
            for _ in numbers:
                await _walk(desk, member.identity, next(each))

        await asyncio.gather(*(walker() for _ in range(AT_ONCE)))
        print(f"{resident(os.getpid()):.1f}")  # noqa: T201 - for whoever started this process
        stop.set()
        await working


async def _flow(desk: Desk, who: Identity, words: str) -> FlowRecord:
    found = await start.find(desk, who, words)
    if isinstance(found, Refusal) or not found.flows:
        raise RuntimeError(f"no flow fits {words}")
    return found.flows[0]


async def _walk(desk: Desk, who: Identity, flow: FlowRecord) -> None:
    session = await start.start(desk, who, start.Wanted(flow, "Acme Ltd"))
    if isinstance(session, Refusal):
        raise RuntimeError(session.message)
    for _ in range(STEPS):
        if not await _answer(desk, who, session.id):
            return


async def _answer(desk: Desk, who: Identity, session: SessionId) -> bool:
    """Press the first button of the step; False at an end."""
    shown = await showing.step(desk, who, session)
    if isinstance(shown, Refusal):
        raise RuntimeError(shown.message)
    first = shown.step.choices[0]
    token = Token(session, shown.step.visit, first.verb, first.argument)
    done = await press(desk, who, token, {"value": "example.com"})
    return done.refusal is None


if __name__ == "__main__":
    run(hold(int(sys.argv[1])))
