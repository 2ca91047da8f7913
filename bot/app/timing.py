"""Time worked in a session, as inferred from its trail: by step, by person, and what else the same
people worked on in those minutes. Nothing here changes anything.
"""

from collections.abc import Iterator, Mapping

from bot.app.desk import Desk
from bot.app.membership import Member
from core.access import may_run_sessions
from core.errors import NO_SESSION, Refusal
from core.ids import PersonId, SessionId
from core.session.scene import Flows
from core.session.state import Session
from core.session.texts import Texts
from core.session.trail import Entry
from core.ticket import in_both, worked
from core.ticket.worked import LONGEST_GAP
from core.views import TimeLine, TimeView
from storage.histories import Meanwhile

_FORMER = "a former member"


async def time_of(desk: Desk, member: Member, session: SessionId) -> TimeView | Refusal:
    """The time worked in a session so far."""
    if refused := may_run_sessions(member.actor):
        return refused
    async with desk.storage.work(member.actor.account) as work:
        now = await work.histories.get(session)
        if now is None:
            return NO_SESSION
        trail = await work.histories.trail(session, upto=now.revision)
        flows = await work.histories.flows(now, trail)
        names = await work.people.names()
        people = {entry.by for entry in trail if entry.by is not None}
        # Work in another session reaches into these minutes from before and after.
        between = trail[0].at - LONGEST_GAP, trail[-1].at + LONGEST_GAP
        meanwhile = await work.histories.meanwhile(session, people, between)
    time = worked(trail)
    return TimeView(
        session,
        flows[now.here.version].title,
        time.minutes,
        steps=tuple(_steps(flows, now, trail, time.by_visit)),
        people=tuple(_people(time.by_person, names)),
        overlaps=tuple(_overlaps(trail, meanwhile)),
    )


def _steps(
    flows: Flows, session: Session, trail: tuple[Entry, ...], by_visit: Mapping[int, int]
) -> Iterator[TimeLine]:
    """Each step that took a minute or more, in the order they were come to."""
    minutes: dict[tuple[object, str], int] = {}
    visited = {entry.stack[-1].visit: entry.stack[-1] for entry in trail}
    for frame in visited.values():
        step = frame.version, frame.node
        minutes[step] = minutes.get(step, 0) + by_visit.get(frame.visit, 0)
    for frame in visited.values():
        spent = minutes.pop((frame.version, frame.node), 0)
        if spent:
            flow = flows[frame.version]
            asked = Texts(flow, session.variables).line(flow.by_id[frame.node].prose)
            yield TimeLine(asked, spent)


def _people(by_person: Mapping[PersonId, int], names: Mapping[PersonId, str]) -> Iterator[TimeLine]:
    """Each person, who worked most first."""
    for person, minutes in sorted(by_person.items(), key=lambda each: -each[1]):
        yield TimeLine(names.get(person, _FORMER), minutes)


def _overlaps(trail: tuple[Entry, ...], meanwhile: tuple[Meanwhile, ...]) -> Iterator[TimeLine]:
    for other in meanwhile:
        minutes = in_both(trail, other.entries)
        if minutes:
            yield TimeLine(other.flow_title, minutes)
