"""Where a session goes, and who drives it, by commands: back, park, hand over, take over, end."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.app import showing
from bot.app.answers import said
from bot.app.commands.doing import asked, done
from bot.app.commands.people import named
from bot.app.commands.said import Here, Said, read, session_here, which_one
from bot.app.status import offered_sessions
from bot.port import Answer
from core.session.possible import why_not
from core.session.verbs import SessionVerb as Can
from core.views import FieldOption, FieldView, FormView, Person

Does = Callable[[Said], Awaitable[Answer]]
_NOT_OFFERED = "Nobody asks you to take a session over right now."
_IN_ITS_THREAD = "Type this in the thread of the session that you want to drive."


def plainly(verb: Can, told: str, field: str = "") -> Does:
    """A verb that is done at once; with `field`, words that come along are its reason."""

    async def does(command: Said) -> Answer:
        here = await session_here(command)
        if isinstance(here, Answer):
            return here
        values = {field: command.words} if field else {}
        return await done(command, here, here.token(verb), values, told=told)

    return does


def because(verb: Can, told: str) -> Does:
    """A verb that wants a reason: the words, else its form asks."""

    async def does(command: Said) -> Answer:
        here = await session_here(command)
        if isinstance(here, Answer):
            return here
        if not command.words:
            return await asked(command, here, verb)
        values = {"reason": command.words}
        return await done(command, here, here.token(verb), values, told=told)

    return does


def offered(verb: Can, told: str) -> Does:
    """An answer to a hand-over: of the place's session, else of the one that is offered."""

    async def does(command: Said) -> Answer:
        here = await _offered(command)
        if isinstance(here, Answer):
            return here
        values = {"reason": command.words}
        return await done(command, here, here.token(verb), values, told=told)

    return does


async def back(command: Said) -> Answer:
    """Ask the step before again."""
    here = await session_here(command)
    if isinstance(here, Answer):
        return here
    before = here.now.session.behind
    if before is None:
        return said(here.told("There is no step before this one."))
    told = "Taken back: the step is asked again."
    return await done(command, here, here.token(Can.BACK, str(before)), told=told)


async def finish(command: Said) -> Answer:
    """The form that ends the session."""
    here = await session_here(command)
    return here if isinstance(here, Answer) else await asked(command, here, Can.FINISH)


async def take_over(command: Said) -> Answer:
    """Drive the session of the place."""
    here = await session_here(command)
    if isinstance(here, Answer) or here.elsewhere:
        return said(_IN_ITS_THREAD)
    return await done(command, here, here.token(Can.TAKE_OVER), told="You drive this session now.")


async def hand_over(command: Said) -> Answer:
    """Ask whom the words name to go on; else the form asks whom."""
    here = await session_here(command)
    if isinstance(here, Answer):
        return here
    if refusal := why_not(here.now.flows, here.now.session, Can.HAND_OVER):
        return said(refusal.message)
    people = await showing.colleagues(command.desk, command.who)
    whom, message = named(command.words, people) if command.words else ((), "")
    if len(whom) == 1:
        told = f"{whom[0].name} is asked to take over. You drive until they accept."
        values = {"to": str(whom[0].id), "message": message}
        return await done(command, here, here.token(Can.HAND_OVER), values, told=told)
    answer = await asked(command, here, Can.HAND_OVER)
    if answer.form is None or not command.words:
        return answer
    view = _begun(answer.form.view, whom, message)
    return replace(answer, form=replace(answer.form, view=view))


def _begun(view: FormView, whom: tuple[Person, ...], message: str) -> FormView:
    """The form with what was typed, so that none of it is lost."""
    options = tuple(FieldOption(str(person.id), person.name) for person in whom)
    known = {"message": message or None}
    fields = tuple(_filled(field, options, known) for field in view.fields)
    told = "Several people are called that." if whom else "Nobody here is called that."
    return replace(view, fields=fields, prose=f"{told} Pick who is meant.")


def _filled(
    field: FieldView, options: tuple[FieldOption, ...], known: dict[str, str | None]
) -> FieldView:
    if field.name == "to":
        return replace(field, options=options or field.options)
    return replace(field, value=known.get(field.name) or field.value)


async def _offered(command: Said) -> Here | Answer:
    here = await session_here(command)
    if isinstance(here, Here) and not here.elsewhere:
        return here
    lines = await offered_sessions(command.desk, command.member)
    match lines:
        case ():
            return said(_NOT_OFFERED)
        case (line,):
            return await read(command, line.session, elsewhere=True)
        case _:
            return which_one(lines)
