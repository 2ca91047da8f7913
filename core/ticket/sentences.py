"""How one step of a report reads as one line: a good engineer's sentence, not a form."""

from core.flow.node import Certainty
from core.text import shortened
from core.ticket.parts import Earlier, Step
from core.ticket.prose import (
    Line,
    Span,
    Style,
    alert,
    as_text,
    capital,
    ended,
    flat,
    listed,
    struck,
    words,
)
from core.ticket.wording import Calendar

QUOTED = 75  # characters of an answer that is quoted because it was corrected
_NOT = frozenset({Certainty.NOT_CHECKED, Certainty.NOT_DONE})


def said(step: Step, calendar: Calendar, *, named: bool) -> Line:
    """A step in one line: its author's sentence, else what was asked and what came of it.

    `named` is whether names say anything, because several people took part.
    """
    line = _line(step)
    return (*line, *_corrected(step.earlier, calendar, named=named))


def _line(step: Step) -> Line:
    if step.certainty in _NOT:
        return _not_seen(step)
    if step.sentence is not None and not step.told:
        return ended(step.sentence, _aside("checked" if step.checks else "done", step))
    if step.certainty is Certainty.DONE:
        again = " again" if step.again else ""
        return (*_name(step.asked), *ended(words(f": done{again}"), _who(step)))
    return _answered(step)


def _answered(step: Step) -> Line:
    if _is_question(step.asked):
        return (*step.asked, *words(" "), *ended(capital(step.answer), _aside("checked", step)))
    again = ", checked again: " if step.again else ": "
    return (*_name(step.asked), *words(again), *ended(_small(step.answer), _who(step)))


def _not_seen(step: Step) -> Line:
    """Set off from every answer, with its reason: not to have looked is not a "no"."""
    what, _, on = as_text(step.answer).partition("; ")
    apart = _is_question(step.asked) or step.certainty is Certainty.NOT_DONE
    asked = ended(step.asked) if apart else _name(step.asked)
    again = " again" if step.again else ""
    why = f": {flat(step.reason).rstrip(' .;')}" if step.reason else ""
    rest = f"{why}; {on}" if on else why
    what = what[:1].upper() + what[1:] if apart else what
    return (*asked, *words(" "), *alert(what + again), *ended(words(rest), _who(step)))


def _corrected(earlier: tuple[Earlier, ...], calendar: Calendar, *, named: bool) -> Line:
    if not earlier:
        return ()
    answers = [_quoted(answer, calendar, named=named) for answer in earlier]
    return (*words(" Corrected from "), *listed(answers), *words("."))


def _quoted(earlier: Earlier, calendar: Calendar, *, named: bool) -> Line:
    who = f" by {earlier.stamp.by}" if named else ""
    answer = shortened(as_text(earlier.answer), QUOTED)
    when = f"” (answered {calendar.on(earlier.stamp.at)}{who})"
    return (*words("“"), *struck(answer), *words(when))


def _aside(verb: str, step: Step) -> str:
    """` (checked again by Mia Long)`: what a sentence of the flow's author cannot say."""
    parts = [f"{verb} again"] if step.again else []
    parts += [] if step.stamp.drove else [f"by {step.stamp.by}"]
    return f" ({' '.join(parts)})" if parts else ""


def _who(step: Step) -> str:
    return "" if step.stamp.drove else f" (by {step.stamp.by})"


def _is_question(line: Line) -> bool:
    return as_text(line).rstrip().endswith("?")


def _name(line: Line) -> Line:
    """What was asked, without a stop, to go on after it."""
    return ended(line)[:-1]


def _small(answer: Line) -> Line:
    """“Yes” and “No” are ordinary words after a colon; other labels stay as they are."""
    text = as_text(answer)
    return (Span(text.lower(), Style.PLAIN),) if text in {"Yes", "No"} else answer
