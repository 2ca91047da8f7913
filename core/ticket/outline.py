"""What a ticket note says and in which order: from a report to blocks.

A format only writes these blocks; it adds no words of its own. Standard detail, for colleagues.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from core.ticket.blocks import Block, Heading, Item, Items, Label, Pairs, Paragraph, Title
from core.ticket.ending import before, outcome, told
from core.ticket.heading import particulars
from core.ticket.parts import CustomStep, Note, NoteKind, Report, Step, Turn
from core.ticket.prose import alert, ended, plain, strong, words
from core.ticket.sentences import said
from core.ticket.wording import Calendar, size, stamps

INLINE = 300  # characters of a note that fit on its line


def outline(report: Report) -> Iterator[Block]:
    """The note's blocks; a section with nothing to say is left out."""
    yield Title(report.title)
    yield Paragraph(report.summary)
    yield Pairs(tuple(particulars(report)))
    checked = [step for step in report.steps if isinstance(step, Step) and step.checks]
    yield from _section("What was checked", _steps(report, checked))
    done = [step for step in report.steps if isinstance(step, CustomStep) or not step.checks]
    yield from _section("What was done", _steps(report, done))
    yield from _notes(report)
    yield from _outcome(report)
    yield from _section("Next steps", (Item(ended(step)) for step in report.next_steps))
    if report.missing:
        yield Paragraph((strong("Not filled in:"), ended(plain(", ".join(report.missing)))))


def _section(heading: str, items: Iterator[Item]) -> Iterator[Block]:
    listed = tuple(items)
    if listed:
        yield Heading(heading)
        yield Items(listed)


def _steps(report: Report, steps: Sequence[Step | CustomStep]) -> Iterator[Item]:
    calendar = Calendar(report.started)
    for time, step in zip(stamps(calendar, (s.stamp.at for s in steps)), steps, strict=True):
        yield _step(f"{time} – ", step, report)


def _step(time: str, step: Step | CustomStep, report: Report) -> Item:
    if isinstance(step, Step):
        line = said(step, Calendar(report.started), named=report.people.several)
        return Item((*words(time), *line))
    who = "" if step.stamp.drove else f" (by {step.stamp.by})"
    start = (*words(time), *alert("CUSTOM"), *words(f"{who}:"))
    if "\n" in step.text:
        return Item(start, quote=step.text)
    return Item((*start, *words(" "), *ended(plain(step.text))))


def _notes(report: Report) -> Iterator[Block]:
    if not report.notes:
        return
    yield Heading(_named({note.kind for note in report.notes}))
    times = stamps(Calendar(report.started), (note.stamp.at for note in report.notes))
    timed = list(zip(times, report.notes, strict=True))
    for step, notes in groupby(timed, key=lambda pair: pair[1].step):
        yield Label(step)
        yield Items(tuple(_note(time, note) for time, note in notes))


def _named(kinds: set[NoteKind]) -> str:
    written = {NoteKind.NOTE, NoteKind.HANDOVER}
    if kinds <= written:
        return "Notes"
    return "Notes and evidence" if kinds & written else "Evidence"


def _note(time: str, note: Note) -> Item:
    start = f"{time}, {note.stamp.by}"
    of = f" from {note.author}" if note.author else ""
    match note.kind:
        case NoteKind.OUTPUT:
            return Item(words(f"{start}, output{of}:"), code=note.text)
        case NoteKind.FILE:
            name = f"{note.text} ({size(note.size)})"
            return Item((*words(f"{start}, file{of}: "), *plain(name)))
        case NoteKind.HANDOVER:
            start = f"{start} to {note.to}"
        case NoteKind.NOTE if note.author:
            start = f"{start}: {note.author} wrote"
        case NoteKind.NOTE:
            pass
    if "\n" in note.text or len(note.text) > INLINE:
        return Item(words(f"{start}:"), quote=note.text)
    return Item((*words(f"{start}: "), *plain(note.text)))


def _outcome(report: Report) -> Iterator[Block]:
    final, earlier = outcome(report), tuple(before(report))
    if not final and not earlier:
        return
    yield Heading("Outcome" if final else "Outcome so far")
    if final:
        yield Paragraph(final)
    if final and earlier:
        yield Label("Before that")
    if earlier:
        yield Items(tuple(_earlier(report, earlier)))


def _earlier(report: Report, turns: Sequence[Turn]) -> Iterator[Item]:
    calendar = Calendar(report.started)
    for time, turn in zip(stamps(calendar, (t.stamp.at for t in turns)), turns, strict=True):
        line = told(turn, calendar, named=report.people.several)
        yield Item((*words(f"{time} – "), *line))
