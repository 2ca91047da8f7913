"""What is written down by a command: notes, the scratchpad, variables, custom steps, answers."""

from bot.app import forms, showing
from bot.app.answers import said, whispered
from bot.app.commands.doing import asked, done, form
from bot.app.commands.said import Here, Said, session_here
from bot.app.desk import do
from bot.port import Answer
from bot.token import Token
from core.errors import Refusal
from core.session.replying import meant_by, noted
from core.session.state import Status
from core.session.verbs import SessionVerb as Can
from core.text import shortened
from core.views import Choice, NoticeView, StepView


async def note(command: Said) -> Answer:
    """A note on the step; without words, the form of one."""
    here = await session_here(command)
    if isinstance(here, Answer):
        return here
    if not command.words:
        return await asked(command, here, Can.NOTE)
    deed = noted(command.words)
    result = await do(command.desk, command.who, here.id, deed, delivery=command.delivery)
    return said(result.refusal.message if result.refusal else here.told("Noted."))


async def scratchpad(command: Said) -> Answer:
    """The scratchpad's text; without words, its form."""
    here = await session_here(command)
    if isinstance(here, Answer):
        return here
    if not command.words:
        return await asked(command, here, Can.SCRATCHPAD)
    values = {"text": command.words}
    token = here.token(Can.SCRATCHPAD)
    return await done(command, here, token, values, told="The scratchpad is saved.")


async def custom(command: Said) -> Answer:
    """Something that the flow has no step for; without words, its form."""
    here = await session_here(command)
    if isinstance(here, Answer):
        return here
    if not command.words:
        return await asked(command, here, Can.CUSTOM_STEP)
    values = {"text": command.words}
    token = here.token(Can.CUSTOM_STEP)
    return await done(command, here, token, values, told="Recorded as a custom step.")


async def variables(command: Said) -> Answer:
    """The form of the flow's variables."""
    here = await session_here(command)
    if isinstance(here, Answer):
        return here
    if not here.now.flows[here.now.session.here.version].variables:
        return said(here.told("This flow asks for no variables."))
    return await asked(command, here, Can.VARIABLES)


async def answer(command: Said) -> Answer:
    """The answer to the step: a number, a label, or the value that is asked for."""
    here = await session_here(command)
    if isinstance(here, Answer):
        return here
    shown = await showing.step(command.desk, command.who, here.id)
    if isinstance(shown, Refusal):
        return said(shown.message)
    step, words = shown.step, command.words
    picked = meant_by(step.choices, words, numbered=step.field is None)
    match picked:
        case (choice,):
            return await _chosen(command, here, step, choice)
        case ():
            if words and step.field is not None and step.status is Status.ACTIVE:
                token = _token(step, step.choices[0])
                told = f"Answered: {shortened(words, 80)}"
                return await done(command, here, token, {"value": words}, told=told)
            told = f"“{shortened(words, 80)}” is no answer here." if words else "Which answer?"
            return _to_press(here, step, told, step.choices)
        case _:
            return _to_press(here, step, "Which one?", picked)


async def _chosen(command: Said, here: Here, step: StepView, choice: Choice) -> Answer:
    token = _token(step, choice)
    if forms.opens(token):
        return await form(command, token)
    if forms.asks(step, token):
        return said("Type the value after it: /flow answer, a space, and the value.")
    return await done(command, here, token, told=f"Answered: {choice.label}")


def _to_press(here: Here, step: StepView, text: str, choices: tuple[Choice, ...]) -> Answer:
    asked = f"{here.told(text)} Press one, or type /flow answer and its number or its words."
    return whispered(NoticeView(asked, choices, step.session, step.visit))


def _token(step: StepView, choice: Choice) -> Token:
    return Token(step.session, step.visit, choice.verb, choice.argument)
