"""What every use case works with: storage, the clock; and the one way to change a session."""

import asyncio
from collections.abc import Callable
from dataclasses import field
from datetime import UTC, datetime
from functools import cache

from prometheus_client import Counter

from bot import metrics
from core.access import may_run_sessions
from core.errors import Refusal
from core.frozen import frozen
from core.ids import SessionId, VersionId
from core.session.deeds import Deed
from core.session.engine import advance
from core.session.scene import STEP, Event, Flows, Moved
from core.session.state import Session, Status
from storage.errors import StorageError
from storage.ids import new_id
from storage.sessions import Asked, Changed, Held, Product, Snapshot, Unchanged
from storage.sessions import Identity as Identity
from storage.storage import Storage

Clock = Callable[[], datetime]
Propose = Callable[[Snapshot], Deed | Refusal]


def utc_now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


def new_delivery(platform: str) -> str:
    """A delivery id for what comes once and has none of its own, such as a typed line."""
    return f"{platform}:{new_id()}"


@frozen
class Desk:
    """Where use cases work. `woken` is set when messages want to be sent; the worker waits."""

    storage: Storage
    clock: Clock = utc_now
    woken: asyncio.Event = field(default_factory=asyncio.Event)


@frozen
class Done:
    """What became of a deed: the session afterwards, and why nothing changed if nothing did.

    `repeated` says that the same delivery was handled before. `before` is None only where there
    is nothing that who asks may see. `held` and `folded`: see storage's Changed.
    """

    session: Session | None
    flows: Flows
    before: Snapshot | None = None
    moved: Moved | None = None
    refusal: Refusal | None = None
    repeated: bool = False
    held: Held | None = None
    folded: bool = False


async def do(
    desk: Desk,
    who: Identity | Product,
    session: SessionId,
    deed: Deed,
    *,
    delivery: str | None = None,
) -> Done:
    """Have one deed done in one session: read, advance, save. Raises StorageError."""
    of: int | None = getattr(deed, "of", None)
    version: VersionId | None = getattr(deed, "version", None)
    asked = Asked(who, session, delivery, of, version)
    return await propose(desk, asked, lambda _: deed)


async def propose(desk: Desk, asked: Asked, deed: Propose) -> Done:
    """The same, for a deed that depends on how the session stands. Raises StorageError."""

    kind = "none"

    def decide(snapshot: Snapshot) -> Moved | Refusal:
        nonlocal kind
        proposed = deed(snapshot)
        if isinstance(proposed, Refusal):
            return proposed
        kind = proposed.kind
        event = Event(snapshot.actor, proposed, snapshot.past)
        return advance(snapshot.flows, snapshot.session, event, desk.clock())

    try:
        done = _done(await desk.storage.sessions.change(asked, decide))
    except StorageError:
        _counter(kind, "failed").inc()
        raise
    _count(done, kind)
    if done.moved is not None and not _is_shown_by_answer(done.moved, done.held):
        desk.woken.set()
    return done


def _is_shown_by_answer(moved: Moved, held: Held | None) -> bool:
    """Whether the answer brings everything on screen up to date: nobody has to be woken."""
    return held is not None and moved.effects == STEP


def _done(result: Changed | Unchanged) -> Done:
    if isinstance(result, Changed):
        moved = result.moved
        return Done(
            moved.session,
            result.before.flows,
            result.before,
            moved,
            held=result.held,
            folded=result.folded,
        )
    snapshot, refusal = result.snapshot, result.refusal
    if snapshot is None:
        return Done(None, {}, refusal=refusal)
    if refusal is not None and may_run_sessions(snapshot.actor):
        return Done(None, {}, refusal=refusal)
    repeated = refusal is None
    return Done(snapshot.session, snapshot.flows, snapshot, refusal=refusal, repeated=repeated)


def _count(done: Done, kind: str) -> None:
    result = "repeated" if done.repeated else "refused" if done.refusal else "done"
    _counter(kind, result).inc()
    if done.moved is None or done.before is None or done.session is None:
        return
    ended = done.session.status is Status.COMPLETED
    if ended and done.before.session.status is not Status.COMPLETED:
        metrics.SESSIONS_COMPLETED.labels(str(done.session.outcome)).inc()


@cache
def _counter(kind: str, result: str) -> Counter:
    """Looked up once: `labels` takes a lock and builds a key at every call."""
    return metrics.DEEDS.labels(kind, result)
