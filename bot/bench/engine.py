"""`bench engine`: the CPU of one `advance`, without a database."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from bot.bench.peers.ours import walk_flow
from bot.bench.result import Figure, Result, Spread
from core.access import Actor, Role
from core.errors import Refusal
from core.ids import AccountId, PersonId, SessionId, VersionId
from core.session.codec import state_to_json, with_state
from core.session.deeds import Acted, Corrected, Deed, NoteAdded, Started
from core.session.engine import advance, begin
from core.session.scene import Event, Moved
from core.session.trail import Entry
from storage.ids import new_id

TIMES = 4_000
ROUNDS = 7


async def run(*, quick: bool) -> Result:
    """Measure."""
    rounds = 5 if quick else ROUNDS
    version = VersionId(new_id())
    flows = {version: walk_flow()}
    actor = Actor(PersonId(new_id()), AccountId(new_id()), Role.ENGINEER)
    now = datetime.now(UTC)

    def moved(result: Moved | Refusal) -> Moved:
        if isinstance(result, Refusal):
            raise RuntimeError(result.message)
        return result

    session = moved(begin(flows, SessionId(new_id()), Event(actor, Started(version)), now)).session
    answer = Acted(1, "choose", {"option": "yes"})
    after = moved(advance(flows, session, Event(actor, answer), now))

    def cpu(deed: Deed, past: Entry | None = None) -> Spread:
        start = session if past is None else after.session
        event = Event(actor, deed, past)
        return _cpu(lambda: moved(advance(flows, start, event, now)), rounds)

    stored = state_to_json(after.session)
    figures: dict[str, Figure] = {
        "answer, µs": cpu(answer),
        "note, µs": cpu(NoteAdded("The customer rebooted the router at nine.")),
        "correction, µs": cpu(Corrected(2, "choose", {"option": "no"}), after.entry),
        "state to and from JSON, µs": _cpu(
            lambda: with_state(session, state_to_json(after.session)), rounds
        ),
        "state, bytes": float(len(stored)),
    }
    return Result("engine", figures, goals={"answer": "at most 50 µs"})


def _cpu(do: Callable[[], object], rounds: int) -> Spread:
    """Microseconds of CPU a call."""
    took: list[float] = []
    for _ in range(rounds):
        began = time.process_time()
        for _ in range(TIMES):
            do()
        took.append((time.process_time() - began) / TIMES * 1e6)
    return Spread.of(took)
