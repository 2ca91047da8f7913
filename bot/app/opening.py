"""Going on with a session: its step is posted anew where somebody is, and it lives there then; or
they are shown where it is.
"""

from dataclasses import replace

from bot.app import showing
from bot.app.answers import choice, said
from bot.app.chat import Chat
from bot.app.desk import do
from bot.app.ground import Ground, ground_for, link_to, may_write, spot_of
from bot.app.membership import Member
from bot.app.placing import (
    Remark,
    focus_at,
    left_behind,
    line_of,
    on_ground,
    place_of,
    remarked,
)
from bot.app.standing import stands
from bot.port import Answer, Origin
from core.access import may_run_sessions
from core.errors import NO_SESSION, Refusal
from core.ids import SessionId
from core.session.deeds import Resumed
from core.session.state import Session, Status
from core.session.verbs import LABELS
from core.session.verbs import SessionVerb as Can
from core.verbs import ProductVerb
from core.views import Choice, SessionLine, StepView
from storage.places import Place
from storage.sessions import Asked
from storage.work import Work

_NO_ROOM = "Somebody began a session here this very moment. Try again, or somewhere else."


async def open_here(
    chat: Chat,
    member: Member,
    by: Origin,
    session: SessionId,
    *,
    delivery: str,
    resuming: bool = False,
) -> Answer:
    """Go on with a session where somebody is; somebody else's stays, and is shown where it is.

    `resuming`: their own is parked no more. The same `delivery` again posts the step anew again,
    which harms nothing.
    """
    found = await chat.desk.storage.sessions.read(Asked(member.identity, session))
    if found is None or may_run_sessions(member.actor):
        return said(NO_SESSION.message, choice(ProductVerb.LIST))
    driver = found.session.driver
    if driver is not None and not found.actor.is_person(driver):
        place = await place_of(chat, member, session)
        if place is None or place.spot != spot_of(member, by):
            return await join_here(chat, member, by, session)
    if resuming and found.session.status is Status.PAUSED:
        await do(chat.desk, member.identity, session, Resumed(), delivery=delivery)
    return await move_here(chat, member, by, session)


async def join_here(chat: Chat, member: Member, by: Origin, session: SessionId) -> Answer:
    """Where somebody's session is, for who wants to take part in it."""
    line = await line_of(chat, member, session)
    if line is None or may_run_sessions(member.actor):
        return said(NO_SESSION.message, choice(ProductVerb.LIST))
    place = await place_of(chat, member, session)
    if place is not None and place.spot == spot_of(member, by):
        return said(f"{_told(line)} It lives right here.")
    link = await link_to(chat, member, place)
    has_thread = place is not None and place.spot.thread != "" and link is not None
    where = f"Its thread: {link}" if has_thread else "To take part in it, move it here."
    return said(f"{_told(line)}\n{where}", choice(ProductVerb.MOVE, session=session))


async def move_here(chat: Chat, member: Member, by: Origin, session: SessionId) -> Answer:
    """Post a session's step anew where somebody is, and let it live there; "Where was I?" first,
    if they were away.
    """
    shown = await showing.step(chat.desk, member.identity, session)
    if isinstance(shown, Refusal):
        return said(shown.message, choice(ProductVerb.LIST))
    if shown.step.status is Status.COMPLETED:
        return _closed(shown.step)
    where = await ground_for(chat, member, by)
    if isinstance(where, Refusal):
        return said(where.message)
    before = await focus_at(chat, member, where.spot)
    anew = await _is_shut(chat, member, by, where, await place_of(chat, member, session))
    lives = await _bring(chat, member, where, session, anew=anew)
    if lives is None and where.spot.thread:  # another one has that thread
        where = where.beside()
        lives = await _bring(chat, member, where, session)
    if lives is None:
        return said(_NO_ROOM)
    chat.desk.woken.set()
    remarks = await _remarks(chat, member, (by, where, lives), shown.step)
    remarks += [remark async for remark in left_behind(chat, member, before, session)]
    answer = remarked(remarks)
    recap = (shown.recap,) if shown.recap else ()
    return replace(answer, whispers=(*recap, *answer.whispers))


async def _is_shut(
    chat: Chat, member: Member, by: Origin, where: Ground, place: Place | None
) -> bool:
    """Whether the session has a thread in this channel in which nobody can write any more, or whose
    header was deleted.
    """
    if where.spot.thread is not None or place is None or not _is_there(place, where):
        return False
    thread = place.spot.thread
    if not thread:
        return False
    may = await may_write(chat, replace(by, thread=thread))
    return not (may and await stands(chat, member, by, place))


async def _bring(
    chat: Chat, member: Member, where: Ground, session: SessionId, *, anew: bool = False
) -> Place | None:
    """Where the session lives then, in another thread if `anew`; None where another session was
    faster.
    """
    async with chat.desk.storage.work(member.actor.account) as work:
        now = await work.histories.get(session)
        here = await work.places.active(session)
        if now is None:
            return None
        if here is not None and not anew and _is_there(here, where):
            await work.places.repost(session, revision=now.revision)
            return here
        return await _moved(work, where, now)


async def _moved(work: Work, where: Ground, session: Session) -> Place | None:
    if where.spot.thread == "":
        taken = await work.places.at(where.spot)
        if taken is not None and taken.session != session.id:
            await work.places.vacate(where.spot)
    id = await work.places.open(session.id, where.spot, revision=session.revision)
    return await work.places.get(id) if id else None


def _is_there(place: Place, where: Ground) -> bool:
    """A session that has a thread in this channel needs no other one."""
    if where.spot.thread is not None:
        return place.spot == where.spot
    return replace(place.spot, thread=None) == where.spot


async def _remarks(
    chat: Chat, member: Member, at: tuple[Origin, Ground, Place], step: StepView
) -> list[Remark]:
    by, where, lives = at
    if lives.spot.channel == by.channel and lives.spot.thread not in (None, by.thread):
        link = await link_to(chat, member, lives)
        goes_on = f"“{step.flow_title}” goes on in its thread"
        return [Remark(f"{goes_on}: {link}" if link else f"{goes_on} in this channel.")]
    named = step.session, step.flow_title
    return [remark async for remark in on_ground(chat, member, where, named, "goes on")]


def _closed(step: StepView) -> Answer:
    choices = tuple(
        Choice(verb, LABELS[verb], session=step.session) for verb in (Can.TICKET, Can.REOPEN)
    )
    outcome = f": {step.outcome.lower()}" if step.outcome else ""
    return said(f"“{step.flow_title}” is completed{outcome}.", *choices)


def _told(line: SessionLine) -> str:
    client = f" for {line.client}" if line.client else ""
    who = f"{line.driver} is" if line.driver else "Nobody is"
    return f"{who} on “{line.flow_title}”{client}, at “{line.at}”."
