"""`bench history`: a click at step 1,000 of a session beside one at step 10."""

import time

from bot.app.showing import after
from bot.app.step import press
from bot.bench.ground import server
from bot.bench.peers.ours import Ours
from bot.bench.result import Result, Spread, paired
from bot.token import Token
from core.flow.model import Flow

CLICKS = 40  # a round: half of them at each end
SHORT, LONG = 10, 1_000


class Circling(Ours):
    """The product on a flow that goes round, so that a session can be as long as it likes."""

    def _flow(self) -> Flow:
        options = [
            {"id": "yes", "label": "Yes", "to": "again"},
            {"id": "no", "label": "No", "to": "end"},
        ]
        nodes = [
            {"decision": "first", "ask": "Is it slow?", "options": options},
            {"decision": "again", "ask": "Is it slow again?", "options": options},
            {"solution": "end", "resolved": "It is fast."},
        ]
        return Flow.model_validate({"flow": "circle", "title": "Circle", "nodes": nodes})

    async def click(self, name: str) -> float:
        """Press and see the step that follows; seconds."""
        id, visit = self.sessions[name]
        began = time.perf_counter()
        done = await press(self.desk, self.who, Token(id, visit, "choose", "yes"), screen="")
        shown = await after(self.desk, done)
        took = time.perf_counter() - began
        if done.session is None or done.refusal or shown is None:
            raise RuntimeError(f"the click was refused: {done.refusal}")
        self.sessions[name] = (id, done.session.here.visit)
        return took


async def run(*, quick: bool) -> Result:
    """Measure."""
    rounds = 8 if quick else 25
    short: list[float] = []
    long: list[float] = []
    async with server() as address:
        peer = Circling()
        await peer.open(address, pool=4)
        await peer.begin("long")
        for _ in range(LONG):
            await peer.turn("long", "yes")
        for number in range(rounds):
            at_long, at_short = await _round(peer, number)
            long.append(at_long)
            short.append(at_short)
        await peer.close()
    return Result(
        "history",
        {"a click at step 1,000, ms": Spread.of([1000 * s for s in long])},
        {"flat": {"a click at step 10, ms": Spread.of([1000 * s for s in short])}},
        {"flat": paired(long, short)},
        {"flat": "at most 1.1"},
    )


async def _round(peer: Circling, number: int) -> tuple[float, float]:
    """The median of clicks on the long session and on short ones, click about."""
    long: list[float] = []
    short: list[float] = []
    for click in range(CLICKS // 2):
        name = f"{number}.{click}"
        await peer.begin(name)
        for _ in range(SHORT):
            await peer.turn(name, "yes")
        for which in ("long", name) if click % 2 else (name, "long"):
            (long if which == "long" else short).append(await peer.click(which))
    return sorted(long)[len(long) // 2], sorted(short)[len(short) // 2]
