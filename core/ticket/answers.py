"""From the answers in a trail that still stand to the steps of a report, corrections included."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from core.flow.node import Finding
from core.flow.template import fill
from core.session.deeds import Acted, Corrected, CustomStepAdded, Returned
from core.session.trail import Entry
from core.ticket.parts import CustomStep, Earlier, Step
from core.ticket.prose import Line, Values, as_text, first_paragraph, plain, prose
from core.ticket.record import Record


def steps(record: Record) -> Iterator[Step | CustomStep]:
    """What was checked and done, each fact once, in the order in which it came to stand."""
    replaced = _replaced(record.entries)
    walked: set[tuple[object, str]] = set()
    for entry in record.entries:
        if isinstance(entry.deed, CustomStepAdded):
            yield CustomStep(record.stamp(entry), entry.deed.text)
        elif entry.answers and entry.struck_by is None:
            place = (entry.stack[-1].version, entry.stack[-1].node)
            earlier = tuple(_earlier(record, entry, replaced))
            yield replace(_step(record, entry), earlier=earlier, again=place in walked)
            walked.add(place)


def _step(record: Record, entry: Entry) -> Step:
    finding = _finding(record, entry)
    values = record.values(entry.stack[-1], entry.seq)
    return Step(
        stamp=record.stamp(entry),
        asked=prose(first_paragraph(finding.asked), values),
        answer=_answer(entry, finding, values),
        certainty=finding.certainty,
        sentence=prose(finding.sentence, values) if finding.sentence else None,
        reason=_values(entry).get("reason", ""),
    )


def _earlier(record: Record, entry: Entry, replaced: Mapping[int, Entry]) -> Iterator[Earlier]:
    """The answers that `entry` replaced, oldest first; one that it only repeats is none."""
    before = replaced.get(entry.seq)
    if before is None:
        return
    yield from _earlier(record, before, replaced)
    now, then = _step(record, entry), _step(record, before)
    if as_text(now.answer) != as_text(then.answer):
        yield Earlier(then.answer, then.stamp)


def _replaced(entries: tuple[Entry, ...]) -> dict[int, Entry]:
    """By the number of an answer, the answer to the same step that it replaced."""
    replaced: dict[int, Entry] = {}
    asked_again: Entry | None = None
    for entry in entries:
        if isinstance(entry.deed, Corrected):
            replaced[entry.seq], asked_again = entries[entry.deed.of - 1], None
        elif isinstance(entry.deed, Returned):
            asked_again = entries[entry.deed.of - 1]
        elif isinstance(entry.deed, Acted) and asked_again is not None:
            if entry.stack[-1].node == asked_again.stack[-1].node:
                replaced[entry.seq] = asked_again
            asked_again = None
    return replaced


def _finding(record: Record, entry: Entry) -> Finding:
    assert isinstance(entry.deed, Acted | Corrected)
    return record.node(entry.stack[-1]).finding(entry.deed.verb, entry.deed.values)


def _answer(entry: Entry, finding: Finding, values: Values) -> Line:
    """The answer: a label of the flow's, or what somebody typed, which is no template."""
    typed = finding.answer == _values(entry).get("value")
    return plain(finding.answer if typed else fill(finding.answer, values))


def _values(entry: Entry) -> Mapping[str, str]:
    return entry.deed.values if isinstance(entry.deed, Acted | Corrected) else {}
