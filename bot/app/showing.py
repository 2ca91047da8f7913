"""What one person is shown of a session: the step, how to do it, "Where was I?", the ticket note.

Nothing here changes anything.
"""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.app.desk import Desk, Done
from core.access import Role, may_run_sessions
from core.errors import NO_SESSION, Because, Refusal
from core.flow.diff import Difference, diff
from core.frozen import frozen
from core.ids import SessionId, VersionId
from core.session.forms import completing_form, correction_form, variables_form
from core.session.shows import (
    Known,
    help_view,
    missing_here,
    past_lines,
    session_line,
    step_view,
    where_was_i,
)
from core.session.state import Session
from core.ticket import FORMATS, report, worked
from core.views import (
    FormView,
    HelpView,
    NoteView,
    PastView,
    Person,
    SessionLine,
    StepView,
    WhereWasIView,
    needs_recap,
)
from storage.ids import as_id
from storage.sessions import Asked, Identity, Snapshot
from storage.work import Work


@frozen
class Shown:
    """A step, and the three lines that go before it for somebody who was away."""

    step: StepView
    recap: WhereWasIView | None = None


def session_of(text: str) -> SessionId | None:
    """The session that an id names, if it is one."""
    found = as_id(text)
    return SessionId(found) if found else None


async def step(desk: Desk, who: Identity, session: SessionId) -> Shown | Refusal:
    """The step as it stands now."""
    found = await _seen(desk, who, session)
    if isinstance(found, Refusal):
        return found
    async with desk.storage.work(found.session.account) as work:
        known = await known_of(work, found.session)
        flows = await work.histories.flows(found.session, tuple(known.past))
        person = found.actor.id
        seen = await work.histories.last_seen(session, person) if person else None
    shown = step_view(flows, found.session, known)
    away = needs_recap(seen, desk.clock())
    return Shown(shown, where_was_i(flows, found.session, known) if away else None)


async def known_of(work: Work, session: Session) -> Known:
    """What the database knows about a session beside its state."""
    behind = await work.histories.behind(session.id)
    return Known(
        past=behind.entries,
        earlier=behind.earlier,
        names=await work.people.names(),
        client=await client_name(work, session),
    )


async def client_name(work: Work, session: Session) -> str | None:
    """The client's own name, else what the variable says."""
    client = await work.clients.get(session.client) if session.client else None
    return client.name if client else session.variables.get("client")


async def after(desk: Desk, done: Done) -> StepView | None:
    """The step once `done` is done: from what was read with it, else read anew."""
    session, before, moved = done.session, done.before, done.moved
    if session is None:
        return None
    known = before.known if before else None
    if known is not None and moved is not None:
        known = known.after(moved)
    if known is not None:
        return step_view(done.flows, session, known)
    async with desk.storage.work(session.account) as work:
        now = await work.histories.get(session.id) or session
        known = await known_of(work, now)
        return step_view(await work.histories.flows(now, tuple(known.past)), now, known)


async def answered(desk: Desk, who: Identity, session: SessionId, visit: int) -> str | None:
    """Who answered the showing `visit` of a step, what and when; None when nobody did."""
    found = await _seen(desk, who, session)
    if isinstance(found, Refusal):
        return None
    async with desk.storage.work(found.session.account) as work:
        entry = await work.histories.answer_to(session, visit)
        if entry is None:
            return None
        flows = await work.histories.flows(found.session, (entry,))
        [line] = past_lines(flows, found.session, Known((entry,), names=await work.people.names()))
        zone = await _zone(work)
    return f"{line.by} answered “{line.answer}” at {line.at.astimezone(zone):%H:%M}."


async def how(desk: Desk, who: Identity, session: SessionId) -> HelpView | Refusal:
    """How to do the current step."""
    found = await _seen(desk, who, session)
    return found if isinstance(found, Refusal) else help_view(found.flows, found.session)


async def correction(desk: Desk, who: Identity, session: SessionId, of: int) -> FormView | Refusal:
    """The form in which the answer of entry `of` is changed."""
    found = await _seen(desk, who, session, of=of)
    if isinstance(found, Refusal) or found.past is None or not found.past.answers:
        return Refusal(Because.NOT_FOUND, "There is no such answer in this session to change.")
    return correction_form(found.flows, found.session, found.past)


async def variables(
    desk: Desk, who: Identity, session: SessionId, *, missing: bool = False
) -> FormView | Refusal:
    """The form of the flow's variables, or (`missing`) of those that the step lacks, if any."""
    found = await _seen(desk, who, session)
    if isinstance(found, Refusal):
        return found
    names = missing_here(found.flows, found.session) if missing else ()
    return variables_form(found.flows, found.session, names)


async def past(desk: Desk, who: Identity, session: SessionId) -> PastView | Refusal:
    """Every answer that stands, oldest first."""
    found = await _seen(desk, who, session)
    if isinstance(found, Refusal):
        return found
    async with desk.storage.work(found.session.account) as work:
        trail = await work.histories.trail(session)
        standing = tuple(e for e in trail if e.answers and e.struck_by is None)
        flows = await work.histories.flows(found.session, standing)
        known = Known(past=standing, names=await work.people.names())
    return PastView(session, found.session.here.visit, past_lines(flows, found.session, known))


async def colleagues(desk: Desk, who: Identity) -> tuple[Person, ...]:
    """Everybody who could take a session over from `who`."""
    actor = await desk.storage.installation.actor(who)
    if actor is None:
        return ()
    async with desk.storage.work(actor.account) as work:
        members = await work.people.members()
    return tuple(
        Person(member.id, member.name)
        for member in members
        if member.id != actor.id and member.role is not Role.GUEST
    )


async def open_sessions(desk: Desk, who: Identity) -> tuple[SessionLine, ...]:
    """The sessions that `who` drives and has not finished, last touched first."""
    actor = await desk.storage.installation.actor(who)
    if actor is None or actor.id is None:
        return ()
    async with desk.storage.work(actor.account) as work:
        found = await work.histories.open_for(actor.id)
        names = await work.people.names()
        return tuple(
            [
                session_line(
                    await work.histories.flows(listed.session),
                    listed.session,
                    Known(names=names, client=await client_name(work, listed.session)),
                )
                for listed in found
            ]
        )


async def completing(desk: Desk, who: Identity, session: SessionId) -> FormView | Refusal:
    """The form that ends a session, with the time worked as inferred from the trail."""
    found = await _seen(desk, who, session)
    if isinstance(found, Refusal):
        return found
    async with desk.storage.work(found.session.account) as work:
        trail = await work.histories.trail(session)
    return completing_form(found.flows, found.session, minutes=worked(trail).minutes)


async def ticket(
    desk: Desk,
    who: Identity,
    session: SessionId,
    *,
    form: str = "markdown",
    upto: int | None = None,
) -> NoteView | Refusal:
    """The ticket note as it reads now, or up to an entry; `form` is one of core.ticket's."""
    if form not in FORMATS:
        return Refusal(Because.INVALID, f"Pick one of these formats: {', '.join(FORMATS)}.")
    found = await _seen(desk, who, session)
    if isinstance(found, Refusal):
        return found
    async with desk.storage.work(found.session.account) as work:
        # Read again with the trail, in one transaction: the two must belong together.
        now = await work.histories.get(session) or found.session
        return await note_of(work, now, form=form, upto=upto)


async def note_of(
    work: Work, now: Session, *, form: str = "markdown", upto: int | None = None
) -> NoteView:
    """The ticket note of a session as it was just read; `form` is one of core.ticket's."""
    trail = await work.histories.trail(now.id, upto=now.revision)
    flows = await work.histories.flows(now, trail)
    people = await work.people.names()
    client = await client_name(work, now)
    zone = await _zone(work)
    note = report(now, trail, flows, people, client=client, zone=zone, upto=upto)
    return NoteView(FORMATS[form](note), now.id)


async def newer_version(
    desk: Desk, who: Identity, session: SessionId
) -> tuple[VersionId, Difference] | None:
    """The version of the flow that is newer than the session's, and what changed in it."""
    found = await _seen(desk, who, session)
    if isinstance(found, Refusal):
        return None
    mine = found.session.here.version
    async with desk.storage.work(found.session.account) as work:
        newest = await work.flows.newest_of(mine)
        new = await work.flows.version(newest) if newest and newest != mine else None
    return (newest, diff(found.flows[mine], new)) if newest and new else None


async def _seen(
    desk: Desk, who: Identity, session: SessionId, *, of: int | None = None
) -> Snapshot | Refusal:
    """The session as it stands, for somebody who may take part in it."""
    found = await desk.storage.sessions.read(Asked(who, session, of=of))
    if found is None:
        return NO_SESSION
    return may_run_sessions(found.actor) or found


async def _zone(work: Work) -> ZoneInfo:
    """The account's time zone; UTC where its name is not known on this machine."""
    try:
        return ZoneInfo((await work.people.account()).time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
