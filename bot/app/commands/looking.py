"""What is shown of sessions by commands: where one stands, its note, its time, which are open."""

from dataclasses import replace

from bot.app import showing, timing
from bot.app.answers import choice, said, whispered
from bot.app.commands import beginning
from bot.app.commands.doing import done, form
from bot.app.commands.said import Said, no_session, session_here, which_one
from bot.app.opening import move_here, open_here
from bot.app.status import everybodys_sessions, fits, others_sessions, own_sessions, status_of
from bot.port import Answer, Shown
from core.errors import Refusal
from core.session.state import Status
from core.session.verbs import SessionVerb as Can
from core.text import shortened
from core.verbs import ProductVerb
from core.views import SessionLine, SessionsView

PLAIN = frozenset({"text", "plain"})


async def resume(command: Said) -> Answer:
    """The step anew where somebody is; a parked session goes on."""
    if command.words:
        return await _picked(command)
    here = await session_here(command)
    if isinstance(here, Answer):
        return here
    if here.now.session.status is Status.PAUSED:
        answer = await done(command, here, here.token(Can.RESUME))
        if answer.whispers:
            return answer
    return await open_here(
        command.chat, command.member, command.by, here.id, delivery=command.delivery
    )


async def move(command: Said) -> Answer:
    """Let the session live where somebody is."""
    here = await session_here(command)
    if isinstance(here, Answer):
        return here
    return await move_here(command.chat, command.member, command.by, here.id)


async def list_(command: Said) -> Answer:
    """The open sessions: somebody's own, or all of the account's."""
    if command.words.casefold() == "all":
        return _shown(await everybodys_sessions(command.desk, command.member))
    lines = await own_sessions(command.desk, command.member)
    return whispered(SessionsView("Your open sessions", lines)) if lines else no_session()


async def join(command: Said) -> Answer:
    """Where a session of somebody else is."""
    if not command.words:
        return said("Say which: a flow, a client or a name after it, for instance /flow join vpn")
    lines = await others_sessions(command.desk, command.member, command.words)
    match lines:
        case ():  # "join domain" may well be a flow
            return await beginning.start(replace(command, words=f"join {command.words}"))
        case (line,):
            return await open_here(
                command.chat, command.member, command.by, line.session, delivery=command.delivery
            )
        case _:
            return which_one(lines)


async def status(command: Said) -> Answer:
    """Where the session stands."""
    here = await session_here(command)
    if isinstance(here, Answer):
        return here
    return _shown(await status_of(command.desk, command.member, here.id))


async def time(command: Said) -> Answer:
    """The time worked in it."""
    here = await session_here(command)
    if isinstance(here, Answer):
        return here
    return _shown(await timing.time_of(command.desk, command.member, here.id))


async def summary(command: Said) -> Answer:
    """The ticket note as it reads now; as plain text where that is asked for."""
    here = await session_here(command)
    if isinstance(here, Answer):
        return here
    kind = "text" if command.words.casefold() in PLAIN else "markdown"
    return _shown(await showing.ticket(command.desk, command.who, here.id, form=kind))


async def how(command: Said) -> Answer:
    """How to do the step."""
    here = await session_here(command)
    if isinstance(here, Answer):
        return here
    return _shown(await showing.how(command.desk, command.who, here.id))


async def correct(command: Said) -> Answer:
    """The answers that stand, each to be corrected; or, by its number, one's form."""
    here = await session_here(command)
    if isinstance(here, Answer):
        return here
    past = await showing.past(command.desk, command.who, here.id)
    if isinstance(past, Refusal):
        return said(past.message)
    if not past.lines:
        return said(here.told("Nothing was answered yet."))
    words = command.words.lstrip("#")
    if words.isdecimal() and len(words) < 5 and 1 <= int(words) <= len(past.lines):
        return await form(command, here.token(Can.CORRECT, str(past.lines[int(words) - 1].seq)))
    return whispered(past)


def _shown(found: Shown | Refusal) -> Answer:
    return said(found.message) if isinstance(found, Refusal) else whispered(found)


async def _picked(command: Said) -> Answer:
    """One of somebody's own sessions, by words of its title and client, or its number."""
    lines = await own_sessions(command.desk, command.member)
    fitting = _fitting(lines, command.words)
    match fitting:
        case ():
            told = f"None of your open sessions is like “{shortened(command.words, 60)}”."
            return said(told, choice(ProductVerb.LIST), choice(ProductVerb.FIND))
        case (line,):
            return await open_here(
                command.chat, command.member, command.by, line.session, delivery=command.delivery
            )
        case _:
            return which_one(fitting)


def _fitting(lines: tuple[SessionLine, ...], words: str) -> tuple[SessionLine, ...]:
    number = words.lstrip("#")
    if number.isdecimal() and len(number) < 4 and 1 <= int(number) <= len(lines):
        return (lines[int(number) - 1],)
    return tuple(line for line in lines if fits(line, words.casefold().split()))
