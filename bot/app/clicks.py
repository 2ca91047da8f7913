"""A button that was pressed, or a form that was sent: from its token to what is answered.

A stale button changes nothing and never fails: it says who was faster, and the step is shown as
it is now.
"""

from collections.abc import Mapping
from dataclasses import replace

from bot.app import forms, showing, telling
from bot.app.answered import screen_of
from bot.app.answers import said
from bot.app.chat import Chat
from bot.app.desk import Done, Identity
from bot.app.step import press
from bot.port import Answer, Clicked, Form, Settled, Submitted
from bot.token import Token, TokenUnreadable
from core.access import may_run_sessions
from core.errors import Because, Refusal
from core.flow.nodes.input import ANSWER
from core.session.shows import as_if_view, where_was_i
from core.session.state import Session
from core.session.verbs import LABELS
from core.session.verbs import SessionVerb as Can
from core.verbs import ProductVerb
from core.views import (
    Choice,
    HelpView,
    NoteView,
    NoticeView,
    PastView,
    StepView,
    WhereWasIView,
    needs_recap,
)
from storage.sessions import Asked

Pressed = Clicked | Submitted
_PRODUCT = frozenset(ProductVerb)


async def pressed(chat: Chat, who: Identity, inbound: Pressed) -> Answer | None:
    """What to answer; None where `who` is nobody there, or it needs to be known who they are.

    Raises StorageError.
    """
    try:
        token = Token.unpack(inbound.token)
    except TokenUnreadable as unreadable:
        return said(str(unreadable))
    if token.verb in _PRODUCT:
        return None
    if isinstance(inbound, Submitted):
        return await _done(chat, who, token, inbound)
    if token.verb in _READING:
        return await _read(chat, who, token)
    if token.verb == Can.CORRECT and not token.argument:
        return await _pick_answer(chat, who, token)
    if forms.opens(token):
        over = await _over(chat, who, token) if telling.is_in_person(token) else None
        return over or _opened(await forms.form_of(chat.desk, who, token))
    if token.verb not in _SESSION_VERBS:
        asked = await _asked_first(chat, who, token)
        if asked is not None:
            return asked
    return await _done(chat, who, token, inbound)


async def _asked_first(chat: Chat, who: Identity, token: Token) -> Answer | None:
    """The form that the step's own button opens, where the step asks for a value."""
    if token.argument or token.verb != ANSWER:
        return None
    form = await forms.asked_by_step(chat.desk, who, token)
    if isinstance(form, Refusal) and form.because is Because.STALE:
        return await _too_late(chat, who, token, form)
    return None if form is None else _opened(form)


async def _over(chat: Chat, who: Identity, token: Token) -> Answer | None:
    """Instead of the form, where there is nothing to decline any more."""
    now = await chat.desk.storage.sessions.read(Asked(who, token.session))
    if now is None or may_run_sessions(now.actor) or telling.is_asked(now):
        return None
    return telling.answer(token, await telling.offer_over(chat, now))


def _opened(form: Form | Refusal) -> Answer:
    return said(form.message) if isinstance(form, Refusal) else Answer(form=form)


async def _read(chat: Chat, who: Identity, token: Token) -> Answer:
    """Buttons that only show something, to who asked."""
    view: PastView | NoteView | HelpView | Refusal
    match token.verb:
        case Can.EARLIER:
            view = await showing.past(chat.desk, who, token.session)
        case Can.TICKET:
            view = await showing.ticket(chat.desk, who, token.session)
        case _:
            view = await showing.how(chat.desk, who, token.session)
    return said(view.message) if isinstance(view, Refusal) else Answer(whispers=(view,))


async def _pick_answer(chat: Chat, who: Identity, token: Token) -> Answer:
    view = await showing.past(chat.desk, who, token.session)
    if isinstance(view, Refusal):
        return said(view.message)
    return Answer(whispers=(view,)) if view.lines else said("Nothing was answered yet.")


async def _done(chat: Chat, who: Identity, token: Token, inbound: Pressed) -> Answer | None:
    values: Mapping[str, str] = inbound.values if isinstance(inbound, Submitted) else {}
    done = await press(
        chat.desk, who, token, values, delivery=inbound.delivery, screen=inbound.message
    )
    if done.refusal is not None:
        return await _not_done(chat, who, token, inbound, done)
    if isinstance(inbound, Submitted) and done.before is not None:
        await forms.forget(chat.desk, done.before.actor, token)
    return await _shown(chat, token, inbound, done)


async def _shown(chat: Chat, token: Token, inbound: Pressed, done: Done) -> Answer:
    """What is on screen now that it is done."""
    assert done.session is not None
    if telling.is_in_person(token) and done.before is not None:
        now, declined = replace(done.before, session=done.session), token.verb == Can.DECLINE
        return telling.answer(token, await telling.offer_over(chat, now, declined=declined))
    whispers = _recap(chat, done)
    if done.repeated:
        await redraw(chat, done.session)
        return Answer()
    if done.held is None or done.folded:
        sentence = _SAID.get(token.verb)
        at_hand = isinstance(inbound, Clicked) and not done.folded
        notice = NoticeView(sentence, session=done.session.id) if sentence and at_hand else None
        answer = telling.answer(token, notice) if notice else Answer()
        return replace(answer, whispers=(*whispers, *answer.whispers))
    step = await showing.after(chat.desk, done)
    assert step is not None
    settled = _settled(done, step, screen_of(inbound))
    return Answer(replace=step, whispers=whispers, settled=settled)


def _settled(done: Done, step: StepView, screen: str) -> Settled:
    assert done.held is not None
    assert done.session is not None
    return Settled(
        str(done.session.account),
        str(done.held.message),
        str(done.held.claim),
        step.revision,
        screen,
    )


def _recap(chat: Chat, done: Done) -> tuple[WhereWasIView, ...]:
    """Where they were, for who comes back to the session."""
    before, session = done.before, done.session
    if before is None or session is None or before.known is None:
        return ()
    if not needs_recap(before.seen, chat.desk.clock()):
        return ()
    known = before.known.after(done.moved) if done.moved else before.known
    return (where_was_i(done.flows, session, known),) if known else ()


async def _not_done(
    chat: Chat, who: Identity, token: Token, inbound: Pressed, done: Done
) -> Answer | None:
    refusal = done.refusal
    assert refusal is not None
    if done.before is None and refusal.because is Because.NOT_FOUND:
        return None
    if telling.is_in_person(token) and done.before and not telling.is_asked(done.before):
        return telling.answer(token, await telling.offer_over(chat, done.before))
    if refusal.because is Because.NEEDS_CHOICE and done.session is not None:
        asked = as_if_view(done.flows, done.session, token.verb, refusal)
        here = done.session.here.visit
        return Answer(whispers=(replace(asked, session=done.session.id, visit=here),))
    if isinstance(inbound, Submitted):
        return await _not_saved(chat, who, token, inbound, done)
    if refusal.because in (Because.STALE, Because.WRONG_STATUS):
        return await _too_late(chat, who, token, refusal, done.session)
    return said(refusal.message)


async def _too_late(
    chat: Chat, who: Identity, token: Token, refusal: Refusal, session: Session | None = None
) -> Answer:
    """Somebody was faster, or the button is an old one: say so, show the step as it is now."""
    answered = await showing.answered(chat.desk, who, token.session, token.visit)
    if session is not None:
        await redraw(chat, session)
    return said(answered or refusal.message)


async def _not_saved(
    chat: Chat, who: Identity, token: Token, sent: Submitted, done: Done
) -> Answer:
    """A form that cannot be accepted stays open; what came too late is kept."""
    refusal = done.refusal
    assert refusal is not None
    if refusal.because is Because.INVALID:
        return Answer(errors={"": refusal.message})
    if done.before is not None:
        await forms.keep(chat.desk, done.before.actor, token, sent.values)
    answered = await showing.answered(chat.desk, who, token.session, token.visit)
    kept = "What you typed is kept: open the form again to find it."
    again = _again(token) if forms.opens(token) else ()
    notice = NoticeView(
        f"{answered or refusal.message} {kept}" if any(sent.values.values()) else refusal.message,
        again,
        token.session,
        token.visit,
    )
    return Answer(whispers=(notice,))


def _again(token: Token) -> tuple[Choice, ...]:
    label = LABELS.get(Can(token.verb)) if token.verb in _SESSION_VERBS else None
    return (Choice(token.verb, label, token.argument),) if label else ()


async def redraw(chat: Chat, session: Session) -> None:
    """Have the session's step sent anew: what is on screen may be older."""
    async with chat.desk.storage.work(session.account) as work:
        await work.places.redraw(session.id)
    chat.desk.woken.set()


_READING = frozenset({Can.HELP, Can.COMMANDS, Can.EARLIER, Can.TICKET})
_SESSION_VERBS = frozenset(Can)
_SAID: Mapping[str, str] = {
    Can.BACK: "Taken back: the step is asked again.",
    Can.ACCEPT: "You drive this session now.",
    Can.DECLINE: "Declined.",
    Can.WITHDRAW: "The hand-over is withdrawn.",
    Can.TAKE_OVER: "You drive this session now.",
    Can.FINE: "Good: the session is completed.",
    Can.NOT_FINE: "The session goes on.",
    Can.RESUME: "The session goes on.",
    Can.REOPEN: "The session is open again.",
}
