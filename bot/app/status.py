"""Sessions at a glance: where one stands, which ones are open. Nothing here changes anything."""

from collections.abc import Sequence
from datetime import UTC

from bot.app.desk import Desk
from bot.app.membership import Member
from bot.app.showing import known_of
from core.access import Role, may_run_sessions
from core.errors import NO_SESSION, Because, Refusal
from core.ids import SessionId
from core.session.scene import Flows
from core.session.shows import Known, header_view, session_line, where_was_i
from core.session.trail import Entry
from core.ticket import report
from core.ticket.parts import NoteKind, Report
from core.views import SessionLine, SessionsView, StatusView
from storage.histories import Listed
from storage.sessions import Asked
from storage.work import Work

LOOKED_AT = 200  # open sessions of an account, last touched first
_OWN_ONLY = Refusal(
    Because.NOT_ALLOWED,
    "Viewers see the sessions that they drive: type /flow list. Ask a team admin to make you an "
    "engineer if you need everybody's.",
)


async def status_of(desk: Desk, member: Member, session: SessionId) -> StatusView | Refusal:
    """Where a session stands, and how much was written down."""
    found = await desk.storage.sessions.read(Asked(member.identity, session))
    refused = may_run_sessions(member.actor) if found else NO_SESSION
    if refused or found is None:
        return refused or NO_SESSION
    async with desk.storage.work(member.actor.account) as work:
        now = await work.histories.get(session) or found.session
        known = await known_of(work, now)
        trail = await work.histories.trail(now.id, upto=now.revision)
        flows = await work.histories.flows(now, trail)
    told = report(now, trail, flows, known.names, client=known.client, zone=UTC)
    return StatusView(
        header_view(flows, now, known),
        where_was_i(flows, now, known),
        now.here.visit,
        answers=_standing(trail),
        notes=_left(told, NoteKind.NOTE, NoteKind.OUTPUT),
        files=_left(told, NoteKind.FILE),
    )


async def own_sessions(desk: Desk, member: Member) -> tuple[SessionLine, ...]:
    """The sessions that somebody drives and has not finished, last touched first."""
    if member.actor.id is None:
        return ()
    async with desk.storage.work(member.actor.account) as work:
        return await _lines(work, await work.histories.open_for(member.actor.id))


async def everybodys_sessions(desk: Desk, member: Member) -> SessionsView | Refusal:
    """The account's sessions that are not finished, for engineers and up."""
    if not member.actor.is_at_least(Role.ENGINEER):
        return _OWN_ONLY
    async with desk.storage.work(member.actor.account) as work:
        found = await work.histories.open_now(LOOKED_AT)
        title = f"Open sessions at {(await work.people.account()).name}"
        if len(found) == LOOKED_AT:
            title += f", the {LOOKED_AT} touched last"
        return SessionsView(title, await _lines(work, found))


async def others_sessions(desk: Desk, member: Member, words: str) -> tuple[SessionLine, ...]:
    """The open sessions of others that `words` describe: by flow, client, or who drives."""
    wanted = words.casefold().split()
    async with desk.storage.work(member.actor.account) as work:
        found = await work.histories.open_now(LOOKED_AT)
        others = tuple(each for each in found if each.session.driver != member.actor.id)
        lines = await _lines(work, others)
    return tuple(line for line in lines if fits(line, wanted))


async def offered_sessions(desk: Desk, member: Member) -> tuple[SessionLine, ...]:
    """The sessions that somebody is asked to take over."""
    if member.actor.id is None:
        return ()
    async with desk.storage.work(member.actor.account) as work:
        mine = await work.overview.sessions(member.actor.id, desk.clock())
        return await _lines(work, [each.listed for each in mine.offered] if mine else ())


def line_of(flows: Flows, listed: Listed) -> SessionLine:
    """A session as a line of a list; `flows` has every version that it stands on."""
    session, driver = listed.session, listed.session.driver
    names = {driver: listed.driver_name} if driver and listed.driver_name else {}
    return session_line(flows, session, Known(names=names, client=client_of(listed)))


def client_of(listed: Listed) -> str | None:
    """Its client's own name, else what the variable says."""
    return listed.client_name or listed.session.variables.get("client")


def fits(line: SessionLine, wanted: list[str]) -> bool:
    """Whether all of these words, in lower case, are in the line."""
    told = f"{line.flow_title} {line.client or ''} {line.driver or ''}".casefold()
    return all(word in told for word in wanted)


async def _lines(work: Work, found: Sequence[Listed]) -> tuple[SessionLine, ...]:
    flows = await work.histories.flows_of(listed.session for listed in found)
    return tuple(line_of(flows, listed) for listed in found)


def _standing(trail: tuple[Entry, ...]) -> int:
    return sum(entry.answers and entry.struck_by is None for entry in trail)


def _left(told: Report, *kinds: NoteKind) -> int:
    """How many notes of these kinds are in the ticket."""
    return sum(note.kind in kinds for note in told.notes)
