"""The engine: what may happen next. Pure: the same arguments always give the same answer.

Replaying a session's trail through it gives the stored session again; a test proves it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import assert_never

from core.access import Actor, Role, may_change_note, may_run_sessions
from core.errors import Because, Refusal, ReplayError
from core.ids import AccountId, SessionId
from core.session import closing, deeds, driving, notes, steps
from core.session.scene import Event, Flows, Moved, Scene
from core.session.state import Session, Status
from core.session.trail import Entry, struck_from, with_strikes


def begin(flows: Flows, session: SessionId, event: Event, now: datetime) -> Moved | Refusal:
    """A new session from a `Started` event, in the account of who starts it."""
    if not isinstance(event.deed, deeds.Started):
        return Refusal(Because.INVALID, "A session begins by being started.")
    refused = may_run_sessions(event.by)
    if refused:
        return refused
    return _applied(Scene(flows, _blank(session, event.by.account, now), event, now))


def advance(flows: Flows, session: Session, event: Event, now: datetime) -> Moved | Refusal:
    """What `event` makes of `session` at `now` (UTC), or why it is refused.

    `flows` holds every version on the session's stack and on that of `event.past`, and that of an
    `Upgraded`.
    """
    scene = Scene(flows, session, event, now)
    return _refused(scene) or _applied(scene)


def replay(
    flows: Flows, session: SessionId, entries: Iterable[Entry], account: AccountId
) -> Session:
    """The session that a trail leads to.

    What was allowed when it happened stays so: access is not asked again. Raises ReplayError
    where the trail holds something that the engine would have refused.
    """
    done: list[Entry] = []
    state: Session | None = None
    for entry in entries:
        state = state or _blank(session, account, entry.at)
        actor = Actor(entry.by, account, Role.SYSTEM)
        of = getattr(entry.deed, "of", None)
        past = done[of - 1] if of is not None and 0 < of <= len(done) else None
        result = _applied(Scene(flows, state, Event(actor, entry.deed, past), entry.at))
        if isinstance(result, Refusal):
            raise ReplayError(f"Entry {entry.seq} ({entry.deed.kind}): {result.message}")
        state = result.session
        done.append(result.entry)
        if struck_from(entry.deed) is not None:
            done = with_strikes(done)
    if state is None:
        raise ReplayError("A session without a trail has never begun.")
    return state


def _blank(session: SessionId, account: AccountId, now: datetime) -> Session:
    return Session(session, account, 0, Status.ACTIVE, (), 0, now)


def _refused(scene: Scene) -> Refusal | None:
    """Whether who asks may do this at all."""
    by, deed, past = scene.event.by, scene.event.deed, scene.event.past
    if by.account != scene.session.account:
        return Refusal(Because.NOT_FOUND, "There is no such session.")
    if isinstance(deed, deeds.VerificationLapsed) and by.role is not Role.SYSTEM:
        return Refusal(Because.NOT_ALLOWED, "Say whether it is still fine instead.")
    if isinstance(deed, _OWN_NOTES) and past is not None:
        return may_run_sessions(by) or may_change_note(by, past.by)
    if isinstance(deed, _ANSWERS_TO_AN_OFFER):
        return may_run_sessions(by) or driving.may_answer_offer(by, scene.session, deed)
    return may_run_sessions(by)


def _applied(scene: Scene) -> Moved | Refusal:
    match scene.event.deed:
        case deeds.Acted() as deed:
            return steps.acted(scene, deed)
        case deeds.NoteAdded() as deed:
            return notes.note_added(scene, deed)
        case deeds.Started() as deed:
            return steps.started(scene, deed) if scene.session.revision == 0 else _STARTED
        case deeds.Corrected() as deed:
            return steps.corrected(scene, deed)
        case deeds.Returned() as deed:
            return steps.returned(scene, deed)
        case deeds.NoteEdited() as deed:
            return notes.note_edited(scene, deed)
        case deeds.NoteDeleted() | deeds.NoteKeptOut() as deed:
            return notes.note_touched(scene, deed)
        case deeds.Attached() as deed:
            return notes.attached(scene, deed)
        case deeds.CustomStepAdded() as deed:
            return steps.custom_step_added(scene, deed)
        case deeds.VariablesSet() as deed:
            return notes.variables_set(scene, deed)
        case deeds.ScratchpadSaved() as deed:
            return notes.scratchpad_saved(scene, deed)
        case deeds.Paused() as deed:
            return driving.paused(scene, deed)
        case deeds.Resumed() as deed:
            return driving.resumed(scene, deed)
        case deeds.TakenOver() as deed:
            return driving.taken_over(scene, deed)
        case deeds.HandoverOffered() as deed:
            return driving.handover_offered(scene, deed)
        case deeds.HandoverAccepted() as deed:
            return driving.handover_accepted(scene, deed)
        case deeds.HandoverDeclined() as deed:
            return driving.handover_declined(scene, deed)
        case deeds.HandoverWithdrawn() as deed:
            return driving.handover_withdrawn(scene, deed)
        case deeds.VerificationAwaited() as deed:
            return closing.verification_awaited(scene, deed)
        case deeds.VerificationAnswered() as deed:
            return closing.verification_answered(scene, deed)
        case deeds.VerificationLapsed() as deed:
            return closing.verification_lapsed(scene, deed)
        case deeds.Completed() as deed:
            return closing.completed(scene, deed)
        case deeds.Cancelled() as deed:
            return closing.cancelled(scene, deed)
        case deeds.Reopened() as deed:
            return closing.reopened(scene, deed)
        case deeds.Upgraded() as deed:
            return steps.upgraded(scene, deed)
        case _ as never:
            assert_never(never)


_OWN_NOTES = (deeds.NoteEdited, deeds.NoteDeleted)
_ANSWERS_TO_AN_OFFER = (deeds.HandoverAccepted, deeds.HandoverDeclined, deeds.HandoverWithdrawn)
_STARTED = Refusal(Because.INVALID, "This session has started already.")
