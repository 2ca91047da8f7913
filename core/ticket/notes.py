"""From a trail to its notes, outputs and files: newest texts, without what was taken out."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from core.session import deeds
from core.session.trail import Entry
from core.ticket.parts import Note, NoteKind
from core.ticket.record import Record

DROPPED = " (dropped when an answer was corrected)"


@dataclass
class _Changes:
    """What became of notes: their newest texts, and which are not for the ticket."""

    texts: dict[int, str] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    kept_out: set[int] = field(default_factory=set)


def notes(record: Record) -> Iterator[Note]:
    """The notes as they read today: what was taken back later is not in an earlier report."""
    changes = _changes(record.known)
    for entry in record.entries:
        if entry.seq not in changes.deleted | changes.kept_out:
            note = _note(record, entry, changes.texts)
            if note is not None:
                yield note


def taken_out(record: Record) -> frozenset[int]:
    """The numbers of the notes and files that are not for the ticket."""
    changes = _changes(record.known)
    return frozenset(changes.deleted | changes.kept_out)


def _changes(entries: tuple[Entry, ...]) -> _Changes:
    changes = _Changes()
    for entry in entries:
        match entry.deed:
            case deeds.NoteEdited(of=of, text=text):
                changes.texts[of] = text
            case deeds.NoteDeleted(of=of):
                changes.deleted.add(of)
            case deeds.NoteKeptOut(of=of, out=True):
                changes.kept_out.add(of)
            case deeds.NoteKeptOut(of=of):
                changes.kept_out.discard(of)
            case _:
                pass
    return changes


def _note(record: Record, entry: Entry, texts: dict[int, str]) -> Note | None:
    stamp, step = record.stamp(entry), _step(record, entry)
    match entry.deed:
        case deeds.NoteAdded(text=text, note=kind, author=author):
            text = texts.get(entry.seq, text)
            return Note(NoteKind(kind.value), stamp, step, text, author=author)
        case deeds.Attached(name=name, size=size, author=author):
            return Note(NoteKind.FILE, stamp, step, name, size=size, author=author)
        case deeds.HandoverOffered(to=to, message=message) if message:
            return Note(NoteKind.HANDOVER, stamp, step, message, to=record.name(to))
        case _:
            return None


def _step(record: Record, entry: Entry) -> str:
    frame = entry.stack[-1]
    if record.node(frame).ends:
        return "At the end"
    return record.step(frame, entry.seq) + ("" if frame.node in record.stands else DROPPED)
