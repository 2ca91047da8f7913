"""The trail: the ordered record of a session, and which of its answers still stand."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from core.frozen import frozen
from core.ids import PersonId
from core.session.deeds import Acted, Corrected, Deed, Returned
from core.session.state import Stack


@frozen
class Entry:
    """One thing that happened: `seq` from 1, `at` in UTC, `by` None when the product did it.

    `stack` is where the session was (for a correction: where the corrected step was), `behind`
    the answer before it that stood then. `struck_by` is the entry that made an answer invalid.
    """

    seq: int
    at: datetime
    by: PersonId | None
    deed: Deed
    stack: Stack
    behind: int | None = None
    struck_by: int | None = None

    @property
    def answers(self) -> bool:
        """Whether this entry is the answer to a step."""
        return isinstance(self.deed, _ANSWERS)


_ANSWERS = (Acted, Corrected)  # a union would be made anew each time it is asked


def struck_from(deed: Deed) -> int | None:
    """The first entry whose answer no longer stands once `deed` has happened."""
    return deed.of if isinstance(deed, Corrected | Returned) else None


def with_strikes(entries: Iterable[Entry]) -> list[Entry]:
    """The entries with `struck_by` derived anew from the corrections among them."""
    marked: list[Entry] = []
    for entry in entries:
        first = struck_from(entry.deed)
        if first is not None:
            marked[first - 1 :] = [
                replace(e, struck_by=entry.seq) if e.answers and e.struck_by is None else e
                for e in marked[first - 1 :]
            ]
        marked.append(replace(entry, struck_by=None))
    return marked
