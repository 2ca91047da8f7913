"""The block under a ticket note's summary: client, ticket, people, times, facts."""

from collections.abc import Iterator

from core.ticket.parts import Report, Turn, What
from core.ticket.prose import flat
from core.ticket.wording import Calendar, length, period

_DRIVES = {What.HANDED_OVER: "hand-over", What.TAKEN_OVER: "take-over"}


def particulars(report: Report) -> Iterator[tuple[str, str]]:
    """Names with their values, on one line each."""
    calendar = Calendar(report.started)
    if report.client:
        yield "Client", flat(report.client)
    if report.ticket:
        yield "Ticket", flat(report.ticket)
    yield ("People" if report.people.several else "Engineer"), _people(report, calendar)
    yield "Time", f"{period(report.started, report.ended)}, {_worked(report)}"
    for turn in report.turns:
        if turn.what is What.PARKED and turn.until is not None:
            yield "Parked", f"{calendar.span(turn.stamp.at, turn.until)}, {flat(turn.text)}"
        elif turn.what is What.UPGRADED:
            yield "Flow", f"on a newer version from {calendar.by(turn.stamp.at)}"
    for fact in report.facts:
        yield flat(fact.label).rstrip(" :?"), flat(fact.value)


def _people(report: Report, calendar: Calendar) -> str:
    people = report.people
    if not people.several:
        return people.started_by
    drove = [_driver(turn, calendar) for turn in report.turns if turn.what in _DRIVES]
    others = [f"{name} (took part)" for name in people.others]
    return ", ".join([f"{people.started_by} (started)", *drove, *others])


def _driver(turn: Turn, calendar: Calendar) -> str:
    return f"{turn.stamp.by} ({_DRIVES[turn.what]} {calendar.on(turn.stamp.at)})"


def _worked(report: Report) -> str:
    """What nobody confirmed is only about right."""
    about = "" if report.confirmed else "about "
    so_far = "" if report.ended else " so far"
    return f"{about}{length(report.minutes)} worked{so_far}"
