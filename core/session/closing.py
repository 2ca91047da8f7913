"""The rules of ending: verification, completion, cancelling, reopening."""

from dataclasses import replace

from core.errors import Because, Refusal
from core.flow.nodes import Solution
from core.flow.nodes.solution import LONGEST_WAIT
from core.flow.outcome import Outcome
from core.session.deeds import (
    Cancelled,
    Completed,
    Reopened,
    VerificationAnswered,
    VerificationAwaited,
    VerificationLapsed,
)
from core.session.driving import PARKED_LIMIT, offer_dropped
from core.session.scene import (
    ENDED,
    EVERYTHING,
    AskAt,
    Moved,
    Scene,
    moved,
    to_node,
    worded,
    worded_if_any,
    wrong_status,
)
from core.session.state import Session, Status

NEXT_STEPS_LIMIT = 3_000  # characters
LONGEST_WORK = 60 * 24 * 31  # minutes in a month


def verification_awaited(scene: Scene, deed: VerificationAwaited) -> Moved | Refusal:
    """The fix is in: ask at `due` whether it holds."""
    session = scene.session
    if session.status is not Status.ACTIVE:
        return wrong_status(session)
    if not scene.node.ends:
        return Refusal(Because.INVALID, "There is nothing to verify yet: finish the steps first.")
    if not scene.now < deed.due <= scene.now + LONGEST_WAIT:
        return Refusal(
            Because.INVALID, "Pick a time to verify that is still to come and within 90 days."
        )
    session = replace(session, status=Status.AWAITING, due=deed.due, outcome=_outcome(scene))
    return moved(scene, session, *EVERYTHING, AskAt(deed.due))


def verification_answered(scene: Scene, deed: VerificationAnswered) -> Moved | Refusal:
    """Yes closes with the outcome of the end reached; no goes on where the flow says."""
    session = scene.session
    if session.status is not Status.AWAITING:
        return _not_awaiting(session)
    if deed.fine:
        return moved(scene, _verified(session), *ENDED, *offer_dropped(scene))
    return moved(scene, _going_on(scene), *EVERYTHING)


def verification_lapsed(scene: Scene, deed: VerificationLapsed) -> Moved | Refusal:
    """Silence closes, at a time after `due` that the account sets."""
    session = scene.session
    if session.status is not Status.AWAITING or session.due is None:
        return _not_awaiting(session)
    if scene.now < session.due:
        return Refusal(Because.INVALID, "It is not time to verify yet. Ask again when it is due.")
    return moved(scene, _verified(session), *ENDED, *offer_dropped(scene))


def completed(scene: Scene, deed: Completed) -> Moved | Refusal:
    """End with an outcome, from any step: the flow is a help, not a cage."""
    session = scene.session
    if session.status is Status.COMPLETED:
        return wrong_status(session)
    if deed.outcome is Outcome.CANCELLED:
        return Refusal(Because.INVALID, "To cancel a session, cancel it and say why.")
    next_steps = worded_if_any(deed.next_steps, NEXT_STEPS_LIMIT, "The text of next steps")
    if isinstance(next_steps, Refusal):
        return next_steps
    if deed.minutes is not None and not 0 <= deed.minutes <= LONGEST_WORK:
        return Refusal(
            Because.INVALID, f"Time worked is 0 to {LONGEST_WORK:,} minutes, not {deed.minutes}."
        )
    kept = replace(deed, next_steps=next_steps)
    return moved(scene, _ended(session, deed.outcome), *ENDED, *offer_dropped(scene), deed=kept)


def cancelled(scene: Scene, deed: Cancelled) -> Moved | Refusal:
    """End without an answer, and say why."""
    session = scene.session
    if session.status is Status.COMPLETED:
        return wrong_status(session)
    reason = worded(deed.reason, PARKED_LIMIT, "Say why it is cancelled,")
    if isinstance(reason, Refusal):
        return reason
    ended = _ended(session, Outcome.CANCELLED)
    return moved(scene, ended, *EVERYTHING, *offer_dropped(scene), deed=Cancelled(reason))


def reopened(scene: Scene, deed: Reopened) -> Moved | Refusal:
    """Go on after the end, at the step that the flow names, else where it ended."""
    if scene.session.status is not Status.COMPLETED:
        return wrong_status(scene.session)
    reason = worded_if_any(deed.reason, PARKED_LIMIT, "Your reason")
    if isinstance(reason, Refusal):
        return reason
    return moved(scene, _going_on(scene), *EVERYTHING, deed=replace(deed, reason=reason))


def _going_on(scene: Scene) -> Session:
    node = scene.node
    verify = node.verify if isinstance(node, Solution) else None
    to = verify.reopen if verify and verify.reopen in scene.flow.by_id else node.id
    session = to_node(scene.session, scene.session.stack, to)
    return replace(session, status=Status.ACTIVE, due=None, outcome=None, closing=None)


def _ended(session: Session, outcome: Outcome) -> Session:
    ended = replace(
        session, status=Status.COMPLETED, outcome=outcome, due=None, offer=None, parked=None
    )
    return _with_closing(ended)


def _verified(session: Session) -> Session:
    return _with_closing(replace(session, status=Status.COMPLETED, due=None, offer=None))


def _with_closing(session: Session) -> Session:
    return replace(session, closing=session.revision + 1)


def _outcome(scene: Scene) -> Outcome:
    return scene.node.outcome if isinstance(scene.node, Solution) else Outcome.RESOLVED


def _not_awaiting(session: Session) -> Refusal:
    if session.status is Status.COMPLETED:
        return wrong_status(session)
    return Refusal(
        Because.WRONG_STATUS, "Nobody waits for an answer to that any more. Here is the step."
    )
