"""Pointing at a message, by its menu: it becomes a note of a session, or one begins about it.

Where a session lives, or lived, the note is that session's. Elsewhere it is the one that the person
has open; where that is not plain to see, a form asks.
"""

from collections.abc import Iterable
from dataclasses import replace

from bot.app import pointed as keeping
from bot.app import starting_from
from bot.app.answers import choice, opened, said
from bot.app.chat import Chat
from bot.app.ground import spot_of
from bot.app.membership import Member
from bot.app.placing import line_of
from bot.app.starting_from import about, text_field
from bot.app.status import own_sessions
from bot.app.taking import made_of, take_message, write_anew
from bot.port import Answer, Clicked, Pointed, Purpose, Receipt, Replied, Submitted
from bot.token import Token
from core.access import may_run_sessions
from core.ids import SessionId
from core.session.deeds import Attached, NoteAdded
from core.verbs import ProductVerb as Can
from core.views import FieldKind, FieldOption, FieldView, FormView, NoticeView, SessionLine
from storage.ids import as_id
from storage.sources import Made

_OFFERED = 25  # sessions: what a list holds on every platform
_NOTHING = "There is nothing in this message to write down."
_TOO_LONG_AGO = "That was too long ago. Point at the message again, by its menu."
_ANSWERED = "This message answered a step: it is in the record already."
_NO_SESSION = (
    "You have no open session that this could be a note of. To begin one about it, press “Start a "
    "flow from it”; or type /flow and what is wrong."
)
_NOTES = {NoteAdded.kind, Attached.kind}


async def pointed(chat: Chat, member: Member, at: Pointed) -> Answer:
    """What to answer who points at a message. Raises StorageError."""
    if refused := may_run_sessions(member.actor):
        return said(refused.message)
    match at.purpose:
        case Purpose.NOTE:
            return await _note(chat, member, at)
        case Purpose.START:
            key = await keeping.keep(chat.desk, member, at)
            return await starting_from.asked(chat, member, at, key)


def given(reply: Replied) -> Pointed | None:
    """A file that somebody gives to us alone, as if they pointed at it: not on every platform are
    files seen where the session is. None for all else.
    """
    by = reply.by
    if not (by.direct and reply.meant and reply.files):
        return None
    delivery = f"given:{by.platform}:{by.workspace}:{by.channel}:{reply.message}"
    return Pointed(by, delivery, Purpose.NOTE, reply.message, reply.text, "", reply.files)


async def pressed(chat: Chat, member: Member, token: Token, inbound: Clicked | Submitted) -> Answer:
    """The forms about a message, opened or sent. Raises StorageError."""
    if refused := may_run_sessions(member.actor):
        return said(refused.message)
    key, starts = token.argument, token.verb == Can.START_FROM
    at = await keeping.kept(chat.desk, member, key)
    if isinstance(inbound, Submitted):
        sent = starting_from.sent if starts else _sent
        return await sent(chat, member, (at, key), inbound)
    if at is None:
        return said(_TOO_LONG_AGO)
    if starts:
        return await starting_from.asked(chat, member, at, key)
    return _asked(at, await own_sessions(chat.desk, member), key)


async def _note(chat: Chat, member: Member, at: Pointed) -> Answer:
    if not at.text.strip() and not at.files:
        return said(_NOTHING)
    here = await _lives_at(chat, member, at)
    if here is not None:
        return await _taken(chat, member, at, here, here=here)
    if made := await made_of(chat, member, at):
        return await _taken(chat, member, at, made[0].session)
    lines = await own_sessions(chat.desk, member)
    if len(lines) == 1:
        return await _taken(chat, member, at, lines[0].session)
    return _asked(at, lines, await keeping.keep(chat.desk, member, at))


async def _lives_at(chat: Chat, member: Member, at: Pointed) -> SessionId | None:
    """The session in whose thread the message is, or whose header it is."""
    spot = spot_of(member, at.by)
    async with chat.desk.storage.work(member.actor.account) as work:
        place = await work.places.at(spot)
        place = place or await work.places.at(replace(spot, thread=at.message))
    return place.session if place else None


def _asked(at: Pointed, lines: Iterable[SessionLine], key: str) -> Answer:
    """The form that asks of which session; or how to begin one."""
    options = tuple(
        FieldOption(line.session.hex, f"{_named(line)}, at “{line.at}”") for line in lines
    )
    if not options:
        return said(_NO_SESSION, choice(Can.START_FROM, key), choice(Can.MENU))
    session = FieldView(
        "session", "Session", FieldKind.ONE_OF, required=True, options=options[:_OFFERED]
    )
    fields = (session, replace(text_field(at, "Note"), required=not at.files))
    view = FormView("Add as note", Can.NOTE_TO, fields, key, submit="Add", prose=about(at))
    return opened(view)


async def _sent(
    chat: Chat, member: Member, kept: tuple[Pointed | None, str], form: Submitted
) -> Answer:
    """Write down what was sent; `kept` is the message, if it still is, and its key."""
    at, picked = kept[0], as_id(form.values.get("session", ""))
    text = form.values.get("text", "")
    if picked is None:
        return Answer(errors={"session": "Pick a session."})
    session = SessionId(picked)
    if not text.strip() and not (at and at.files):
        return Answer(errors={"text": "Write something, or close the form."})
    if at is not None:
        return await _taken(chat, member, replace(at, text=text), session)
    plain = Pointed(form.by, form.delivery, Purpose.NOTE, "", text)
    why = await write_anew(chat, member, plain, session, delivery=form.delivery)
    return Answer(errors={"": why}) if why else said(await _of(chat, member, "Noted", session))


async def _taken(
    chat: Chat, member: Member, at: Pointed, session: SessionId, *, here: SessionId | None = None
) -> Answer:
    """The message as a part of a session; `here` is the one that lives where it is."""
    took = await take_message(chat, member, at, session)
    if took.refused:
        return said(took.refused)
    if took.before:
        return said(await _before(chat, member, took.before, here))
    noted = await _of(chat, member, "Noted", session, here)
    told = [noted, *took.problems] if at.text.strip() or not took.problems else took.problems
    receipt = Receipt.NOT_TAKEN if took.problems else Receipt.TAKEN
    return Answer(receipt=receipt, whispers=(NoticeView("\n".join(told)),))


async def _before(
    chat: Chat, member: Member, made: tuple[Made, ...], here: SessionId | None
) -> str:
    if not any(each.kind in _NOTES for each in made):
        return _ANSWERED
    return await _of(chat, member, "It is a note already", made[0].session, here)


async def _of(
    chat: Chat, member: Member, what: str, session: SessionId, here: SessionId | None = None
) -> str:
    """`what`, and of which session, where that is not plain to see."""
    line = await line_of(chat, member, session) if session != here else None
    return f"{what}: {_named(line)}." if line else f"{what}."


def _named(line: SessionLine) -> str:
    return f"“{line.flow_title}”" + (f" for {line.client}" if line.client else "")
