"""A press of a button, or a form sent: from its token to a deed, and from what came of it to views.

Verbs that only read are not here; they show something and change nothing.
"""

from collections.abc import Mapping
from typing import assert_never

from bot import metrics
from bot.app.desk import Desk, Done, propose
from bot.app.handover import offer
from bot.token import Token
from core.errors import Because, Refusal
from core.flow.nodes.solution import AWAIT, COMPLETE, Solution
from core.flow.outcome import Outcome
from core.ids import PersonId
from core.session import deeds
from core.session.deeds import Deed
from core.session.verbs import SessionVerb as Can
from core.session.verbs import answering, correcting
from storage.ids import as_id
from storage.sessions import Asked, Identity, Snapshot

Values = Mapping[str, str]


async def press(
    desk: Desk,
    who: Identity,
    token: Token,
    values: Values | None = None,
    *,
    delivery: str | None = None,
    screen: str | None = None,
) -> Done:
    """Do what a button or a submitted form means. Raises StorageError.

    `screen` is the platform's reference of the message that was pressed: with it, what the step
    shows afterwards is read along.
    """
    of = token.number if token.verb in (Can.BACK, Can.CORRECT) else None
    asked = Asked(
        who, token.session, delivery, of, showing=screen is not None, screen=screen or None
    )
    with metrics.CLICK_SECONDS.time():
        return await _pressed(desk, asked, token, values or {})


async def _pressed(desk: Desk, asked: Asked, token: Token, values: Values) -> Done:
    if token.verb == Can.HAND_OVER:
        offered = _offered(values)
        if isinstance(offered, Refusal):
            return Done(None, {}, refusal=offered)
        return await offer(desk, asked, offered)
    return await propose(desk, asked, lambda now: meaning(desk, now, token, values))


def meaning(desk: Desk, now: Snapshot, token: Token, values: Values) -> Deed | Refusal:
    """The deed behind a token, as the session stands."""
    if token.verb == AWAIT:
        return _awaited(desk, now)
    if token.verb == COMPLETE:
        return _completed(values)
    if token.verb not in _SESSION_VERBS:
        return answering(token.visit, token.verb, token.argument, values)
    return _meant(Can(token.verb), token, values)


def _meant(verb: Can, token: Token, values: Values) -> Deed | Refusal:
    text = values.get("text", "")
    match verb:
        case Can.NOTE:
            return deeds.NoteAdded(text)
        case Can.BACK:
            return deeds.Returned(token.number)
        case Can.CORRECT:
            return correcting(token.number, values)
        case Can.VARIABLES:
            return deeds.VariablesSet(dict(values))
        case Can.SCRATCHPAD:
            return deeds.ScratchpadSaved(text)
        case Can.CUSTOM_STEP:
            return deeds.CustomStepAdded(text)
        case Can.PAUSE:
            return deeds.Paused(values.get("reason", ""))
        case Can.RESUME:
            return deeds.Resumed()
        case Can.HAND_OVER:
            return Refusal(Because.INVALID, "A hand-over goes to a person: pick one.")
        case Can.ACCEPT:
            return deeds.HandoverAccepted()
        case Can.DECLINE:
            return deeds.HandoverDeclined(values.get("reason", ""))
        case Can.WITHDRAW:
            return deeds.HandoverWithdrawn()
        case Can.TAKE_OVER:
            return deeds.TakenOver()
        case Can.FINISH:
            return _completed(values)
        case Can.CANCEL:
            return deeds.Cancelled(values.get("reason", ""))
        case Can.FINE:
            return deeds.VerificationAnswered(fine=True)
        case Can.NOT_FINE:
            return deeds.VerificationAnswered(fine=False)
        case Can.REOPEN:
            return deeds.Reopened(values.get("reason", ""))
        case Can.HELP | Can.COMMANDS | Can.EARLIER | Can.TICKET:
            return Refusal(Because.INVALID, "This button only shows something.")
        case _ as never:
            assert_never(never)


def _awaited(desk: Desk, now: Snapshot) -> Deed | Refusal:
    here = now.session.here
    node = now.flows[here.version].by_id[here.node]
    if not isinstance(node, Solution) or node.verify is None:
        return Refusal(Because.STALE, "There is nothing to verify at this step.")
    return deeds.VerificationAwaited(desk.clock() + node.verify.period)


def _completed(values: Values) -> Deed | Refusal:
    outcome = values.get("outcome", "")
    minutes = values.get("minutes", "").strip()
    if outcome not in set(Outcome):
        return Refusal(Because.INVALID, "Pick an outcome, then finish.")
    if minutes and not (minutes.isdecimal() and minutes.isascii() and len(minutes) < 7):
        return Refusal(Because.INVALID, "Minutes worked is a whole number, such as 45.")
    next_steps = values.get("next_steps", "")
    return deeds.Completed(Outcome(outcome), next_steps, int(minutes) if minutes else None)


def _offered(values: Values) -> deeds.HandoverOffered | Refusal:
    to = as_id(values.get("to", ""))
    if to is None:
        return Refusal(Because.INVALID, "Pick the person to hand over to.")
    return deeds.HandoverOffered(PersonId(to), values.get("message", ""))


_SESSION_VERBS = frozenset(Can)
