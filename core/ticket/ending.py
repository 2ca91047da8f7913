"""The section on the outcome: what came of it, whether it held, what came before."""

from collections.abc import Iterator

from core.flow.outcome import Outcome
from core.session.state import Status
from core.ticket.parts import Report, Turn, What
from core.ticket.prose import Line, ended, plain, strong, words
from core.ticket.wording import Calendar, listing

_AGAIN = {What.CAME_BACK, What.REOPENED}
_ENDINGS = {What.COMPLETED, What.CANCELLED, What.VERIFIED, What.LAPSED}


def outcome(report: Report) -> tuple[Line, ...]:
    """How it stands at the end; nothing while it goes on."""
    calendar = Calendar(report.started)
    if report.status is Status.AWAITING:
        return (_awaiting(report, calendar), *_result(report))
    if report.status is not Status.COMPLETED:
        return ()
    last = next(turn for turn in reversed(report.turns) if turn.what in _ENDINGS)
    label = strong(f"{report.outcome.label if report.outcome else 'Completed'}.")
    return (label, *_result(report), *_closed(report, last, calendar))


def before(report: Report) -> Iterator[Turn]:
    """The earlier endings, each with what made the session go on, oldest first."""
    again = max((n for n, turn in enumerate(report.turns) if turn.what in _AGAIN), default=-1)
    kinds = _AGAIN | _ENDINGS | {What.AWAITED}
    return (turn for turn in report.turns[: again + 1] if turn.what in kinds)


def told(turn: Turn, calendar: Calendar, *, named: bool) -> Line:
    """An earlier ending, or a going on, as a sentence."""
    by = f" by {turn.stamp.by}" if named else ""
    why = f": {turn.text}" if turn.text else ""
    label = turn.outcome.label.lower() if turn.outcome else ""
    match turn.what:
        case What.AWAITED:
            due = calendar.on(turn.until) if turn.until else ""
            return words(f"{_start(turn)}{by}; verification due {due}.")
        case What.CAME_BACK:
            return words(f"Not fine at the verification{by}; the work went on.")
        case What.VERIFIED:
            return words(f"Confirmed{by} and closed as {label}.")
        case What.LAPSED:
            return words(f"Closed as {label}; nobody answered the verification.")
        case What.COMPLETED:
            then = f". Next steps then: {'; '.join(listing(turn.text))}" if turn.text else ""
            return ended(plain(f"Closed as {label}{by}{then}"))
        case What.CANCELLED:
            return ended(plain(f"Cancelled{by}{why}"))
        case _:
            return ended(plain(f"Reopened{by}{why}"))


def _result(report: Report) -> tuple[Line, ...]:
    if report.result is None or report.result_told:
        return ()
    return (ended(report.result),)


def _awaiting(report: Report, calendar: Calendar) -> Line:
    turn = next(turn for turn in reversed(report.turns) if turn.what is What.AWAITED)
    due = calendar.on(turn.until) if turn.until else "later"
    since = calendar.on(turn.stamp.at)
    rest = f" {_start(turn)} {since} and is to be confirmed {due}."
    return (*strong("Awaiting verification."), *words(rest))


def _closed(report: Report, last: Turn, calendar: Calendar) -> tuple[Line, ...]:
    """Who closed it, where that is not the driver; and whether the fix held."""
    by = f" by {last.stamp.by}" if report.people.several else ""
    if last.what is What.COMPLETED or last.what is What.CANCELLED:
        return (words(f"Closed{by}."),) if by and not last.stamp.drove else ()
    fix = next(turn for turn in reversed(report.turns) if turn.what is What.AWAITED)
    start = f"{_start(fix)} {calendar.on(fix.stamp.at)}"
    if last.what is What.VERIFIED:
        return (words(f"{start} and confirmed {calendar.on(last.stamp.at)}{by}."),)
    due = calendar.on(fix.until) if fix.until else ""
    unanswered = f"the verification due {due} was not answered, so it was closed"
    return (words(f"{start}; {unanswered} {calendar.on(last.stamp.at)}."),)


def _start(turn: Turn) -> str:
    """What a verification is to confirm."""
    match turn.outcome:
        case Outcome.WORKAROUND:
            return "The workaround was put in place"
        case Outcome.RESOLVED_EXTERNALLY:
            return "The fix was left to others"
        case _:
            return "The fix was put in place"
