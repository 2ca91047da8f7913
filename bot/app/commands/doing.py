"""What a session's verb does when it is typed: the same as its button, said in words."""

from collections.abc import Mapping
from dataclasses import replace

from bot.app import forms, showing
from bot.app.answers import choice, said, whispered
from bot.app.commands.said import Here, Said
from bot.app.step import press
from bot.port import NOTHING, Answer
from bot.token import Token
from core.errors import Because, Refusal
from core.session.possible import why_not
from core.session.shows import as_if_view
from core.session.verbs import SessionVerb
from core.verbs import ProductVerb

Values = Mapping[str, str]


async def done(
    command: Said, here: Here, token: Token, values: Values | None = None, *, told: str = ""
) -> Answer:
    """Do what `token` means, and say `told`; else why not, and what to do."""
    result = await press(
        command.desk, command.who, token, values, delivery=command.delivery, screen=""
    )
    refusal = result.refusal
    if refusal is None:
        return said(here.told(told)) if told else NOTHING
    if refusal.because is Because.NEEDS_CHOICE and result.session is not None:
        view = as_if_view(result.flows, result.session, token.verb, refusal)
        return whispered(replace(view, session=here.id, visit=token.visit))
    if refusal.because is Because.STALE:
        by = await showing.answered(command.desk, command.who, here.id, token.visit)
        return _as_it_is(here, by or refusal.message)
    if refusal.because is Because.WRONG_STATUS:
        return _as_it_is(here, refusal.message)
    return said(refusal.message)


def _as_it_is(here: Here, text: str) -> Answer:
    """Why not, and the way to the step as it is now."""
    return said(text, choice(ProductVerb.OPEN, label="Show the step", session=here.id))


async def asked(command: Said, here: Here, verb: SessionVerb, argument: str = "") -> Answer:
    """The form behind a verb; or, before anything is typed into it, why it could not be sent."""
    refusal = why_not(here.now.flows, here.now.session, verb)
    if refusal is not None:
        return _as_it_is(here, refusal.message)
    return await form(command, here.token(verb, argument))


async def form(command: Said, token: Token) -> Answer:
    """The form behind a button."""
    found = await forms.form_of(command.desk, command.who, token)
    return said(found.message) if isinstance(found, Refusal) else Answer(form=found)
