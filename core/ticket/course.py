"""From a trail to a session's course: who took part, where it turned, how long it took."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from core.flow.nodes import Solution
from core.flow.outcome import Outcome
from core.session import deeds
from core.session.state import Status
from core.session.trail import Entry
from core.ticket.notes import taken_out
from core.ticket.parts import People, Turn, What
from core.ticket.record import Record
from core.ticket.worked import worked

# To be asked, to say no, or to tidy up what is written is not yet to have taken part.
_ASIDE = (
    deeds.HandoverOffered,
    deeds.HandoverDeclined,
    deeds.HandoverWithdrawn,
    deeds.NoteEdited,
    deeds.NoteDeleted,
    deeds.NoteKeptOut,
)


def people(record: Record) -> People:
    """Who drove, and who else did something that the report tells."""
    out = taken_out(record)
    others = dict.fromkeys(
        entry.by
        for entry in record.entries
        if entry.by and not isinstance(entry.deed, _ASIDE) and entry.seq not in out
    )
    drivers = record.drivers
    return People(
        record.name(drivers[0]),
        tuple(record.name(driver) for driver in dict.fromkeys(drivers)),
        tuple(record.name(person) for person in others if person not in drivers),
    )


def minutes(record: Record) -> tuple[int, bool]:
    """Minutes worked, and whether somebody confirmed them.

    What was confirmed at a close counts for all until then; after a reopening more is inferred.
    """
    confirmed = 0
    later: list[Entry] = []
    open_again = True
    for entry in record.entries:
        if isinstance(entry.deed, deeds.Completed) and entry.deed.minutes is not None:
            confirmed, later, open_again = entry.deed.minutes, [], False
            continue
        open_again = open_again or isinstance(entry.deed, deeds.Reopened)
        if open_again:
            later.append(entry)
    return confirmed + worked(later).minutes, not later


def ended(record: Record) -> datetime | None:
    """When the session ended, None while it goes on."""
    if record.session.status is not Status.COMPLETED or record.session.closing is None:
        return None
    return record.local(record.entries[record.session.closing - 1].at)


def turns(record: Record) -> Iterator[Turn]:
    """The turns of the session, in their order; a parked period ends with what came next."""
    parked: Turn | None = None
    outcome = Outcome.RESOLVED
    for entry in record.entries:
        if parked and isinstance(entry.deed, _UNPARKS):
            yield replace(parked, until=record.local(entry.at))
            parked = None
        if isinstance(entry.deed, deeds.VerificationAwaited):
            outcome = _hoped(record, entry)
        turn = _turn(record, entry, outcome)
        if turn is not None and turn.what is What.PARKED:
            parked = turn
        elif turn is not None:
            yield turn
    if parked:
        yield parked


_UNPARKS = (deeds.Resumed, deeds.Completed, deeds.Cancelled)


def _turn(record: Record, entry: Entry, outcome: Outcome) -> Turn | None:
    stamp = record.stamp(entry)
    match entry.deed:
        case deeds.Paused(reason=reason):
            return Turn(What.PARKED, stamp, reason)
        case deeds.HandoverAccepted():
            return Turn(What.HANDED_OVER, stamp)
        case deeds.TakenOver():
            return Turn(What.TAKEN_OVER, stamp)
        case deeds.Upgraded():
            return Turn(What.UPGRADED, stamp)
        case deeds.VerificationAwaited(due=due):
            return Turn(What.AWAITED, stamp, until=record.local(due), outcome=outcome)
        case deeds.VerificationAnswered(fine=True):
            return Turn(What.VERIFIED, stamp, outcome=outcome)
        case deeds.VerificationAnswered():
            return Turn(What.CAME_BACK, stamp)
        case deeds.VerificationLapsed():
            return Turn(What.LAPSED, stamp, outcome=outcome)
        case deeds.Completed(outcome=ending, next_steps=text):
            return Turn(What.COMPLETED, stamp, text, outcome=ending)
        case deeds.Cancelled(reason=reason):
            return Turn(What.CANCELLED, stamp, reason, outcome=Outcome.CANCELLED)
        case deeds.Reopened(reason=reason):
            return Turn(What.REOPENED, stamp, reason)
        case _:
            return None


def _hoped(record: Record, entry: Entry) -> Outcome:
    """What a verification confirms: the outcome of the end that it waits at."""
    node = record.node(entry.stack[-1])
    return node.outcome if isinstance(node, Solution) else Outcome.RESOLVED
