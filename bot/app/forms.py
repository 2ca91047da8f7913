"""Which button opens a form, and the form with what is known already filled in.

Opening changes nothing. What somebody typed and could not be saved is kept for them, and is in the
form when they open it again.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.app import showing
from bot.app.desk import Desk, Identity
from bot.port import Form
from bot.token import Token
from core.access import Actor
from core.asking import asks_first
from core.errors import NO_SESSION, Because, Refusal
from core.flow.nodes.solution import COMPLETE
from core.session import forms
from core.session.deeds import ScratchpadSaved
from core.session.verbs import MISSING
from core.session.verbs import SessionVerb as Can
from core.views import FormView, StepView
from storage.sessions import Asked

Values = Mapping[str, str]
Opening = Callable[[Desk, Identity, Token], Awaitable[FormView | Refusal]]


def opens(token: Token) -> bool:
    """Whether this verb asks something first, whatever the step."""
    return token.verb in _FORMS and asks_first(token.verb, token.argument)


async def form_of(desk: Desk, who: Identity, token: Token) -> Form | Refusal:
    """The form behind a button. Raises StorageError."""
    view = await _FORMS[token.verb](desk, who, token)
    return view if isinstance(view, Refusal) else await _with_draft(desk, who, token, view)


async def asked_by_step(desk: Desk, who: Identity, token: Token) -> Form | Refusal | None:
    """The form of the value that the step asks for; None where this verb needs none."""
    shown = await showing.step(desk, who, token.session)
    if isinstance(shown, Refusal):
        return shown
    step = shown.step
    if not asks(step, token):
        return None
    if step.visit != token.visit:
        return Refusal(Because.STALE, "This step was answered already.")
    found = await desk.storage.sessions.read(Asked(who, token.session))
    view = found and forms.input_form(found.flows, found.session, token.verb)
    return await _with_draft(desk, who, token, view) if view else None


def asks(step: StepView, token: Token) -> bool:
    """Whether `token` is the step's own button for typing a value."""
    main = next((choice for choice in step.choices), None)
    return step.field is not None and main is not None and main.verb == token.verb


async def keep(desk: Desk, actor: Actor, token: Token, values: Values) -> None:
    """Keep what somebody typed and what could not be saved."""
    typed = {name: value for name, value in values.items() if value.strip()}
    if actor.id is None or not typed:
        return
    async with desk.storage.work(actor.account) as work:
        await work.places.save_form(actor.id, token.session, _name(token), typed)


async def forget(desk: Desk, actor: Actor, token: Token) -> None:
    """It was saved: nothing needs to be kept."""
    if actor.id is None:
        return
    async with desk.storage.work(actor.account) as work:
        await work.places.drop_form(actor.id, token.session, _name(token))


async def _with_draft(desk: Desk, who: Identity, token: Token, view: FormView) -> Form:
    actor = await desk.storage.installation.actor(who)
    typed: Values = {}
    if actor is not None and actor.id is not None:
        async with desk.storage.work(actor.account) as work:
            typed = await work.places.form(actor.id, token.session, _name(token))
    fields = tuple(replace(f, value=typed.get(f.name, f.value)) for f in view.fields)
    return Form(token.pack(), replace(view, fields=fields))


def _name(token: Token) -> str:
    return f"{token.verb}:{token.argument}" if token.argument else token.verb


async def _note(desk: Desk, who: Identity, token: Token) -> FormView:
    return forms.note_form()


async def _pause(desk: Desk, who: Identity, token: Token) -> FormView:
    return forms.pause_form()


async def _decline(desk: Desk, who: Identity, token: Token) -> FormView:
    return forms.declining_form()


async def _custom_step(desk: Desk, who: Identity, token: Token) -> FormView:
    return forms.custom_step_form()


async def _cancel(desk: Desk, who: Identity, token: Token) -> FormView:
    return forms.cancelling_form()


async def _correct(desk: Desk, who: Identity, token: Token) -> FormView | Refusal:
    return await showing.correction(desk, who, token.session, token.number)


async def _variables(desk: Desk, who: Identity, token: Token) -> FormView | Refusal:
    return await showing.variables(desk, who, token.session, missing=token.argument == MISSING)


async def _complete(desk: Desk, who: Identity, token: Token) -> FormView | Refusal:
    return await showing.completing(desk, who, token.session)


async def _scratchpad(desk: Desk, who: Identity, token: Token) -> FormView | Refusal:
    found = await desk.storage.sessions.read(Asked(who, token.session))
    if found is None:
        return NO_SESSION
    saved = found.session.scratchpad
    if saved is None:
        return forms.scratchpad_form()
    found = await desk.storage.sessions.read(Asked(who, token.session, of=saved)) or found
    deed = found.past.deed if found.past else None
    return forms.scratchpad_form(deed.text if isinstance(deed, ScratchpadSaved) else "")


async def _hand_over(desk: Desk, who: Identity, token: Token) -> FormView | Refusal:
    people = await showing.colleagues(desk, who)
    if not people:
        return Refusal(
            Because.NOT_FOUND,
            "There is nobody else here to ask yet. Who uses ResolutionFlow in this workspace once "
            "can be asked from then on.",
        )
    return forms.handover_form(people)


_FORMS: Mapping[str, Opening] = {
    Can.NOTE: _note,
    Can.CORRECT: _correct,
    Can.VARIABLES: _variables,
    Can.SCRATCHPAD: _scratchpad,
    Can.CUSTOM_STEP: _custom_step,
    Can.PAUSE: _pause,
    Can.HAND_OVER: _hand_over,
    Can.DECLINE: _decline,
    Can.FINISH: _complete,
    Can.CANCEL: _cancel,
    COMPLETE: _complete,
}
