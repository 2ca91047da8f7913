"""From a session and its trail to a report: the ticket note before it has a format. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo

from core.flow.model import Flow
from core.flow.nodes import Solution
from core.ids import PersonId, VersionId
from core.session.deeds import Completed, ScratchpadSaved
from core.session.engine import replay
from core.session.state import Session, Status
from core.session.trail import Entry, with_strikes
from core.session.variables import missing
from core.ticket import course
from core.ticket.answers import steps
from core.ticket.notes import notes
from core.ticket.parts import Fact, Report
from core.ticket.prose import Line, as_name, as_text, ended, filled, plain, prose
from core.ticket.record import Record
from core.ticket.summary import summarised
from core.ticket.wording import listing


def report(
    session: Session,
    entries: Sequence[Entry],
    flows: Mapping[VersionId, Flow],
    people: Mapping[PersonId, str],
    *,
    client: str | None,
    zone: tzinfo,
    upto: int | None = None,
) -> Report:
    """What a ticket note about `session` says, times in `zone`; `upto` entry number, if given.

    `entries` is the whole trail, `flows` holds every version in it, `client` is the client's
    name, else the variable `client` is. A report up to an entry tells the session as it was
    then, but without notes that were deleted or kept out since, and with their newest texts.
    Raises ReplayError where the trail is damaged.
    """
    known = tuple(with_strikes(entries))
    past = known
    if upto is not None and upto < session.revision:
        past = tuple(with_strikes(entries[: max(1, upto)]))
        session = replay(flows, session.id, past, session.account)
    client = client or session.variables.get("client")
    return summarised(_report(Record(session, past, known, flows, people, client, zone)))


def _report(record: Record) -> Report:
    session = record.session
    minutes, confirmed = course.minutes(record)
    return Report(
        title=_title(record),
        status=session.status,
        people=course.people(record),
        started=record.local(session.started_at),
        ended=course.ended(record),
        minutes=minutes,
        confirmed=confirmed,
        here=record.step(session.here),
        ends=record.node(session.here).ends,
        client=record.client,
        outcome=session.outcome if session.status is Status.COMPLETED else None,
        result=_result(record),
        steps=tuple(steps(record)),
        notes=tuple(notes(record)),
        facts=tuple(_facts(record)),
        missing=_missing(record),
        turns=tuple(course.turns(record)),
        next_steps=tuple(_next_steps(record)),
        scratchpad=_scratchpad(record),
    )


def _title(record: Record) -> str:
    here = record.session.here
    return as_text(filled(record.flows[here.version].title, record.values(here)))


def _end(record: Record) -> Solution | None:
    """The flow's end that the session is at, unless it came out another way."""
    node, session = record.node(record.session.here), record.session
    if not isinstance(node, Solution):
        return None
    return node if session.outcome in {None, node.outcome} else None


def _result(record: Record) -> Line | None:
    end = _end(record)
    return prose(end.resolved, record.values(record.session.here)) if end else None


def _facts(record: Record) -> Iterator[Fact]:
    """The variables with a value that neither the client's line nor a check tells already.

    The default of a question that was never asked is no fact.
    """
    flow = record.flows[record.session.here.version]
    intake = dict.fromkeys(variable.name for variable in flow.intake)
    order = {**intake, **dict.fromkeys(flow.variables)}
    told = {given.name: given.value for given in record.givens if given.asked}
    for name in (*order, *(n for n in record.session.variables if n not in order)):
        value = record.session.variables.get(name)
        variable = flow.variables.get(name)
        if variable and name not in intake and name not in told and value == variable.default:
            continue
        if value and name != "client" and value != record.client and told.get(name) != value:
            yield Fact(variable.label if variable else name.replace("_", " ").capitalize(), value)


def _missing(record: Record) -> tuple[str, ...]:
    here = record.session.here
    empty = missing(record.flows[here.version], record.values(here).values)
    return tuple(dict.fromkeys(as_name(label) for label in empty))


def _next_steps(record: Record) -> Iterator[Line]:
    """What the closing said is next, a line each, then what the flow's end says.

    A closing that repeats a step of the end's was written from them: what it left out is out.
    """
    session = record.session
    last = record.entries[session.closing - 1].deed if session.closing else None
    said = listing(last.next_steps) if isinstance(last, Completed) else ()
    closing = [plain(line) for line in said]
    yield from closing
    end, known = _end(record), {as_text(ended(line)) for line in closing}
    if end is not None:
        of_end = [prose(step, record.values(session.here)) for step in end.next_steps]
        if known.isdisjoint(as_text(ended(line)) for line in of_end):
            yield from of_end


def _scratchpad(record: Record) -> str:
    if record.session.scratchpad is None:
        return ""
    deed = record.entries[record.session.scratchpad - 1].deed
    return deed.text if isinstance(deed, ScratchpadSaved) else ""
