"""The first lines of a ticket note: what it was, what was found, what came of it.

Facts told here are marked in the report, so that no later section says them again.
"""

from dataclasses import replace

from core.flow.node import Certainty
from core.flow.outcome import Outcome
from core.session.state import Status
from core.ticket.parts import CustomStep, Report, Step, What
from core.ticket.prose import Line, as_text, ended, plain
from core.ticket.wording import Calendar

RESULT_LIMIT = 240  # characters of a result that the summary can hold


def summarised(report: Report) -> Report:
    """`report` with its summary of one to three sentences."""
    told = _told(report)
    findings = (ended(step.sentence) for step in told if step.sentence)
    short = report.result is not None and len(as_text(report.result)) <= RESULT_LIMIT
    report = replace(report, result_told=short)
    return replace(
        report,
        summary=(*findings, *_result(report)),
        steps=tuple(_marked(step, told) for step in report.steps),
    )


def _told(report: Report) -> tuple[Step, ...]:
    """The first finding, which is the scope, and the last; of a fix, the one that led to it."""
    steps = report.steps
    if report.status is Status.AWAITING or report.outcome in _FIXED:
        last = max((n for n, step in enumerate(steps) if _fixes(step)), default=len(steps))
        steps = steps[:last] if any(_tells(step) for step in steps[:last]) else steps
    findings = [step for step in steps if isinstance(step, Step) and step.tells]
    scope, cause = findings[:1], findings[1:][-1:]
    if cause and cause[0].asked == scope[0].asked:
        return (cause[0],)
    return (*scope, *cause)


def _tells(step: Step | CustomStep) -> bool:
    return isinstance(step, Step) and step.tells


def _fixes(step: Step | CustomStep) -> bool:
    return isinstance(step, CustomStep) or step.certainty is Certainty.DONE


def _marked(step: Step | CustomStep, told: tuple[Step, ...]) -> Step | CustomStep:
    return replace(step, told=True) if isinstance(step, Step) and step in told else step


def _result(report: Report) -> tuple[Line, ...]:
    match report.status:
        case Status.COMPLETED:
            return _completed(report)
        case Status.AWAITING:
            told = report.result if report.result_told else None
            return (ended(told or plain("The fix is in place"), " (verification pending)"),)
        case Status.PAUSED:
            return (_parked(report),)
        case Status.ACTIVE:
            return _active(report)


def _completed(report: Report) -> tuple[Line, ...]:
    outcome = report.outcome or Outcome.UNRESOLVED
    if outcome is Outcome.CANCELLED:
        reason = next(t.text for t in reversed(report.turns) if t.what is What.CANCELLED)
        return (ended(plain(f"Cancelled: {reason}")),)
    result = report.result if report.result_told else None
    if report.result is None and outcome in _FIXED:
        result = _fix(report)
    if report.result is None and result is None:
        where = "" if report.ends else f" at the step “{report.here}”"
        return (ended(plain(f"Closed as {outcome.label.lower()}{where}")),)
    return _labelled(outcome, result)


def _labelled(outcome: Outcome, result: Line | None) -> tuple[Line, ...]:
    """The result, after the outcome where the result does not say it by itself."""
    if result is None:
        return (plain(f"{outcome.label}."),)
    says = as_text(result).casefold().startswith(outcome.label.casefold())
    label = () if says or outcome is Outcome.RESOLVED else (plain(f"{outcome.label}."),)
    return (*label, ended(result))


def _fix(report: Report) -> Line | None:
    """Where the flow's end does not tell the result: the last thing done since it was reopened."""
    since = max((t.stamp.at for t in report.turns if t.what in _AGAIN), default=report.started)
    done = [s for s in report.steps if _fixes(s) and s.stamp.at >= since]
    if not done:
        return None
    line = plain(done[-1].text) if isinstance(done[-1], CustomStep) else done[-1].sentence
    return line if line and len(as_text(line)) <= RESULT_LIMIT else None


_AGAIN = {What.CAME_BACK, What.REOPENED}
_FIXED = {Outcome.RESOLVED, Outcome.WORKAROUND}


def _parked(report: Report) -> Line:
    turn = next(turn for turn in reversed(report.turns) if turn.what is What.PARKED)
    since = Calendar(report.started).on(turn.stamp.at)
    return ended(plain(f"Parked {since} at the step “{report.here}”: {turn.text}"))


def _active(report: Report) -> tuple[Line, ...]:
    if not report.ends:
        return (plain(f"In progress, at the step “{report.here}”."),)
    result = (ended(report.result),) if report.result and report.result_told else ()
    return (*result, plain("Not completed yet."))
