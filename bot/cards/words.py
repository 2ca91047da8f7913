"""Words that several cards share: an answer as a line, a status, what a command does."""

from collections.abc import Iterator
from datetime import datetime

from bot.cards.card import Block, Code, Line, Parts
from bot.cards.markdown import plain
from core.flow.node import Certainty
from core.session.state import Status
from core.views import CommandView, PastLine

MARKS = {
    Certainty.CHECKED: "✓",
    Certainty.DONE: "✓",
    Certainty.NOT_CHECKED: "?",
    Certainty.NOT_DONE: "✗",
}
STATUS = {
    Status.ACTIVE: "Active",
    Status.PAUSED: "Parked",
    Status.AWAITING: "Waiting to see whether the fix holds",
    Status.COMPLETED: "Completed",
}


def dotted(*parts: str | None) -> str:
    """What there is, in one line."""
    return " · ".join(part for part in parts if part)


def told(line: PastLine) -> str:
    """A question and its answer, or a task and what came of it; a correction says so."""
    asked = line.asked if line.asked.endswith(("?", "…")) else f"{line.asked.rstrip('.:! ')}:"
    return f"{asked} {line.answer}{' (corrected)' if line.corrected else ''}"


def marked(line: PastLine) -> str:
    """The same, with its mark in front."""
    return f"{MARKS[line.certainty]} {told(line)}"


def on_one_line(markdown: str) -> str:
    """CommonMark as a line of plain text."""
    return " ".join(plain(markdown).split())


def standing(status: Status, parked: str | None, outcome: str | None) -> str:
    """A status in words, with what belongs to it."""
    said = {Status.PAUSED: parked, Status.COMPLETED: outcome}.get(status)
    return f"{STATUS[status]}: {said}" if said else STATUS[status]


def asked_when(due: datetime | None) -> Parts:
    """When it is asked whether the fix holds."""
    return ("; asked ", due) if due else ()


def commands(views: tuple[CommandView, ...], *, sources: bool = False) -> Iterator[Block]:
    """Commands to copy, each with what it does and what it should show."""
    effects = {True: "changes things", False: "only reads", None: None}
    for view in views:
        yield Code(view.code, view.language, dotted(view.label, effects[view.changes]))
        if view.expect:
            yield Line((f"You should see: {on_one_line(view.expect)}",))
        if sources and view.source:
            yield Line((f"Source: {view.source}",))


def span(minutes: int) -> str:
    """A time worked: `25 min`, `1 h 5 min`."""
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min") if part)
