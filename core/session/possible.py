"""Which of a session's verbs would be accepted now: asked of the engine, with a sample of each.

No rule is written a second time here.
"""

from collections.abc import Iterator
from uuid import UUID

from core.access import Actor, Role
from core.errors import Refusal
from core.flow.model import Flow
from core.flow.outcome import Outcome
from core.ids import PersonId
from core.session import deeds
from core.session.engine import advance
from core.session.scene import Event, Flows, Moved
from core.session.state import Session
from core.session.trail import Entry
from core.session.verbs import SessionVerb as Can

_SOMEBODY = PersonId(UUID(int=0))  # members who neither drive nor are asked to
_ANOTHER = PersonId(UUID(int=1))

_ROOM = 10_000  # ways to stand that are remembered, each with its flow
_ASKED: dict[tuple[object, ...], tuple[Flow, frozenset[Can]]] = {}

_ANYBODYS: tuple[tuple[Can, deeds.Deed], ...] = (
    (Can.NOTE, deeds.NoteAdded("-")),
    (Can.VARIABLES, deeds.VariablesSet({})),
    (Can.SCRATCHPAD, deeds.ScratchpadSaved("-")),
    (Can.CUSTOM_STEP, deeds.CustomStepAdded("-")),
    (Can.PAUSE, deeds.Paused("-")),
    (Can.RESUME, deeds.Resumed()),
    (Can.HAND_OVER, deeds.HandoverOffered(_ANOTHER)),
    (Can.TAKE_OVER, deeds.TakenOver()),
    (Can.FINISH, deeds.Completed(Outcome.RESOLVED)),
    (Can.CANCEL, deeds.Cancelled("-")),
    (Can.FINE, deeds.VerificationAnswered(fine=True)),
    (Can.NOT_FINE, deeds.VerificationAnswered(fine=False)),
    (Can.REOPEN, deeds.Reopened()),
)


def possible(flows: Flows, session: Session, last: Entry | None = None) -> frozenset[Can]:
    """What members may do now, each in their part; `last` is the answer to go back to.

    Reading (help, earlier steps, the ticket note) is always possible and not listed.

    Asked once for all sessions that stand alike: a click would else spend half its time here.
    """
    here = session.here
    flow = flows[here.version]
    alike = (
        id(flow),
        here.node,
        session.status,
        session.driver is None,
        session.offer is None,
        last and last.stack[-1].version == here.version and last.stack[-1].node,
    )
    kept = _ASKED.get(alike)
    if kept is not None and kept[0] is flow:
        return kept[1]
    found = asked_anew(flows, session, last)
    if len(_ASKED) >= _ROOM:
        _ASKED.clear()
    _ASKED[alike] = (flow, found)
    return found


def asked_anew(flows: Flows, session: Session, last: Entry | None = None) -> frozenset[Can]:
    """The same, asked of the engine for this very session."""
    return frozenset(
        verb for verb, event in _samples(session, last) if _accepts(flows, session, event)
    )


def why_not(flows: Flows, session: Session, verb: Can) -> Refusal | None:
    """Why members may not do `verb` now; None where they may, or where it depends on who asks."""
    for each, event in _samples(session, None):
        if each is verb:
            result = advance(flows, session, event, session.started_at)
            return result if isinstance(result, Refusal) else None
    return None


def _accepts(flows: Flows, session: Session, event: Event) -> bool:
    return isinstance(advance(flows, session, event, session.started_at), Moved)


def _samples(session: Session, last: Entry | None) -> Iterator[tuple[Can, Event]]:
    account, offer = session.account, session.offer
    anybody = Actor(_SOMEBODY, account, Role.VIEWER)
    for verb, deed in _ANYBODYS:
        yield verb, Event(anybody, deed)
    if last is not None:
        yield Can.BACK, Event(anybody, deeds.Returned(last.seq), last)
        yield Can.CORRECT, Event(anybody, deeds.Returned(last.seq), last)
    if offer is not None:
        asked = Actor(offer.to, account, Role.VIEWER)
        asker = Actor(offer.by, account, Role.VIEWER)
        yield Can.ACCEPT, Event(asked, deeds.HandoverAccepted())
        yield Can.DECLINE, Event(asked, deeds.HandoverDeclined())
        yield Can.WITHDRAW, Event(asker, deeds.HandoverWithdrawn())
