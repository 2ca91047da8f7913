"""What every use case works with: storage, the clock, new identities. Made by the composition."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from core.errors import Refusal
from core.ids import SessionId, VersionId
from core.session.deeds import Deed
from core.session.engine import advance
from core.session.scene import Event, Flows, Moved
from core.session.state import Session
from storage.sessions import Asked, Changed, Identity, Snapshot, Unchanged
from storage.storage import Storage

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where use cases work."""

    storage: Storage
    clock: Clock = utc_now


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a deed: the session afterwards, and why nothing changed if nothing did.

    `repeated` says that the same delivery was handled before. `session` is None only where there
    is nothing that who asks may see.
    """

    session: Session | None
    flows: Flows
    refusal: Refusal | None = None
    repeated: bool = False
    who: Snapshot | None = None
    moved: Moved | None = None


async def do(
    desk: Desk,
    who: Identity,
    session: SessionId,
    deed: Deed,
    *,
    delivery: str | None = None,
) -> Done:
    """Have one deed done in one session: read, advance, save. Raises StorageError."""
    of: int | None = getattr(deed, "of", None)
    version: VersionId | None = getattr(deed, "version", None)
    asked = Asked(who, session, delivery, of, version)

    def decide(snapshot: Snapshot) -> Moved | Refusal:
        event = Event(snapshot.actor, deed, snapshot.past)
        return advance(snapshot.flows, snapshot.session, event, desk.clock())

    match await desk.storage.sessions.change(asked, decide):
        case Changed(before, moved):
            return Done(moved.session, before.flows, who=before, moved=moved)
        case Unchanged(snapshot, refusal):
            if snapshot is None:
                return Done(None, {}, refusal)
            return Done(snapshot.session, snapshot.flows, refusal, refusal is None, snapshot)
