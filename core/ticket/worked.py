"""How long was worked: inferred from when each person did something, so nobody presses pause."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise

from core.frozen import frozen
from core.ids import PersonId
from core.session import deeds
from core.session.trail import Entry

_Span = tuple[datetime, datetime]  # from, until

LONGEST_GAP = timedelta(minutes=15)
NO_TIME = timedelta()
# After these nobody works on it; before those nobody did.
_RESTS = (deeds.Paused, deeds.VerificationAwaited, deeds.Completed, deeds.Cancelled)
_WAKES = (deeds.Resumed, deeds.VerificationAnswered, deeds.Reopened)


@frozen
class Worked:
    """Time worked, in whole minutes: altogether, by person, by visit of a step.

    The whole is what the people's minutes add up to. Steps are rounded on their own, so they need
    not add up to it; a step can have none.
    """

    minutes: int
    by_person: Mapping[PersonId, int]
    by_visit: Mapping[int, int]


def worked(
    entries: Iterable[Entry], *, gap: timedelta = LONGEST_GAP, allowance: timedelta = NO_TIME
) -> Worked:
    """The time between what each person did; a longer gap than `gap` counts as `allowance`.

    People who worked at the same time count each. The time until something was done belongs to
    the step it was done on. Who did anything at all worked a minute.
    """
    people: dict[PersonId, timedelta] = {}
    visits: dict[int, timedelta] = defaultdict(timedelta)
    for person, own in _by_person(entries).items():
        people[person] = NO_TIME
        for entry, spent in _spent(own, gap, allowance):
            people[person] += spent
            visits[entry.stack[-1].visit] += spent
    by_person = {person: max(1, _minutes(spent)) for person, spent in people.items()}
    by_visit = {visit: _minutes(spent) for visit, spent in visits.items()}
    return Worked(sum(by_person.values()), by_person, by_visit)


def in_both(ours: Iterable[Entry], theirs: Iterable[Entry], *, gap: timedelta = LONGEST_GAP) -> int:
    """Whole minutes that the same people worked in two sessions at once: each counts them."""
    other = _spans(theirs, gap)
    shared = (_shared(own, other.get(person, [])) for person, own in _spans(ours, gap).items())
    return _minutes(sum(shared, NO_TIME))


def rounded(minutes: int, step: int) -> int:
    """`minutes` up to a multiple of `step`, the account's rule; a step below 2 changes nothing."""
    return -(-minutes // step) * step if step > 1 else minutes


def _by_person(entries: Iterable[Entry]) -> dict[PersonId, list[Entry]]:
    own: dict[PersonId, list[Entry]] = {}
    for entry in entries:
        if entry.by is not None:
            own.setdefault(entry.by, []).append(entry)
    return own


def _spent(
    own: list[Entry], gap: timedelta, allowance: timedelta
) -> Iterator[tuple[Entry, timedelta]]:
    """Each of a person's entries with the time that went into it; the first one took none."""
    yield own[0], NO_TIME
    for before, entry in pairwise(own):
        between = max(entry.at - before.at, NO_TIME)
        if isinstance(before.deed, _RESTS) or isinstance(entry.deed, _WAKES):
            between = NO_TIME
        yield entry, between if between <= gap else allowance


def _spans(entries: Iterable[Entry], gap: timedelta) -> dict[PersonId, list[_Span]]:
    """When each person worked: one after the other, none within another."""
    return {
        person: [(e.at - spent, e.at) for e, spent in _spent(own, gap, NO_TIME) if spent]
        for person, own in _by_person(entries).items()
    }


def _shared(ours: list[_Span], theirs: list[_Span]) -> timedelta:
    shared, mine, other = NO_TIME, 0, 0
    while mine < len(ours) and other < len(theirs):
        (began, ended), (start, end) = ours[mine], theirs[other]
        shared += max(min(ended, end) - max(began, start), NO_TIME)
        if ended <= end:
            mine += 1
        else:
            other += 1
    return shared


def _minutes(spent: timedelta) -> int:
    """Whole minutes, half a minute up."""
    return (int(spent.total_seconds()) + 30) // 60
