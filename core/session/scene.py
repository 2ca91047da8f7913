"""What the engine's rules look at, and what they answer: values shared by their modules."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.access import Actor
from core.errors import Because, Refusal
from core.flow.model import Flow
from core.flow.node import Node
from core.frozen import frozen
from core.ids import PersonId, VersionId
from core.session.deeds import Deed
from core.session.state import Frame, Session, Stack, Status
from core.session.trail import Entry
from core.text import cleaned

Flows = Mapping[VersionId, Flow]


@frozen
class Event:
    """A deed that somebody wants to have done.

    `past` is the trail's entry that the deed is about (its `of`), read by whoever asks.
    """

    by: Actor
    deed: Deed
    past: Entry | None = None


class Showing(StrEnum):
    """The messages of a session that can want a new rendering.

    PAST is a step that lies further up and was folded to a line, NOTE the finished ticket note.
    """

    HEADER = "header"
    STEP = "step"
    PAST = "past"
    NOTE = "note"


class Notice(StrEnum):
    """What a person is told about without having asked."""

    TAKEN_OVER = "taken-over"
    HANDOVER_OFFERED = "handover-offered"
    HANDOVER_ACCEPTED = "handover-accepted"
    HANDOVER_DECLINED = "handover-declined"
    HANDOVER_WITHDRAWN = "handover-withdrawn"


@frozen
class Redraw:
    """Render these messages anew, from the state as it is then."""

    showing: tuple[Showing, ...]


@frozen
class Strike:
    """Mark the answers that stand, from entry `first` up to this one, as no longer standing."""

    first: int


@frozen
class AskAt:
    """Ask the driver at `due` (UTC) whether it is still fine."""

    due: datetime


@frozen
class Tell:
    """Tell one person."""

    person: PersonId
    notice: Notice


Effect = Redraw | Strike | AskAt | Tell

STEP = (Redraw((Showing.STEP,)),)
EVERYTHING = (Redraw((Showing.HEADER, Showing.STEP)),)
ENDED = (Redraw((Showing.HEADER, Showing.STEP, Showing.NOTE)),)


@frozen
class Moved:
    """What happened: the session afterwards, the entry for its trail, what else is to be done."""

    session: Session
    entry: Entry
    effects: tuple[Effect, ...] = ()


@frozen
class Scene:
    """A session, what somebody wants done in it, and when (UTC)."""

    flows: Flows
    session: Session
    event: Event
    now: datetime

    @property
    def flow(self) -> Flow:
        """The flow on top of the stack."""
        return self.flows[self.session.here.version]

    @property
    def node(self) -> Node:
        """The node where the session is."""
        return self.flow.by_id[self.session.here.node]

    @property
    def who(self) -> PersonId | None:
        """Who acts; None when it is the product."""
        return self.event.by.id


def moved(
    scene: Scene,
    session: Session,
    *effects: Effect,
    deed: Deed | None = None,
    at: tuple[Stack, int | None] | None = None,
) -> Moved:
    """`session` one revision on, with the entry that tells of it.

    `deed` replaces the event's own where it is kept in canonical form; `at` is the stack and
    the answer behind it, where those are not the scene's.
    """
    revision = scene.session.revision + 1
    stack, behind = at or (scene.session.stack, scene.session.behind)
    entry = Entry(revision, scene.now, scene.who, deed or scene.event.deed, stack, behind)
    if session.revision != revision:
        session = replace(session, revision=revision)
    return Moved(session, entry, effects)


def to_node(session: Session, stack: Stack, node: str, **changes: Any) -> Session:
    """`session` at `node` in the flow on top of `stack`, as a new visit, with `changes` made."""
    visit = session.visits + 1
    frame = Frame(stack[-1].version, node, visit)
    return replace(session, stack=(*stack[:-1], frame), visits=visit, **changes)


def wrong_status(session: Session) -> Refusal:
    """That a session's status does not allow this, and what to do about it."""
    return Refusal(Because.WRONG_STATUS, _INSTEAD[session.status])


def worded(text: str, limit: int, ask: str) -> str | Refusal:
    """What a person wrote, cleaned; refused with `ask` where it is empty or over `limit`."""
    text = cleaned(text)
    if text and len(text) <= limit:
        return text
    over = f" That is {len(text):,} characters." if text else ""
    return Refusal(Because.INVALID, f"{ask} in 1 to {limit:,} characters.{over}")


def worded_if_any(text: str, limit: int, what: str) -> str | Refusal:
    """What a person wrote, cleaned, maybe nothing; refused where it is over `limit`."""
    text = cleaned(text)
    if len(text) <= limit:
        return text
    message = f"{what} is {len(text):,} characters long; {limit:,} is the most. Shorten it."
    return Refusal(Because.INVALID, message)


_INSTEAD: Mapping[Status, str] = {
    Status.ACTIVE: "This session is going on already. Here is its step.",
    Status.PAUSED: "This session is parked. Resume it first.",
    Status.AWAITING: "This session waits to see whether the fix holds. "
    "Say first whether it is still fine.",
    Status.COMPLETED: "This session is completed. Reopen it first if it has to go on.",
}
