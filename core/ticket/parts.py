"""What a ticket note consists of, as values without a format.

Times are in the reader's zone, people are names; what was deleted or kept out is not in here.
"""

from datetime import datetime
from enum import StrEnum

from core.flow.node import Certainty
from core.flow.outcome import Outcome
from core.frozen import frozen
from core.session.state import Status
from core.ticket.prose import Line


@frozen
class Stamp:
    """When something happened and who did it; `drove` is whether that was the driver then."""

    at: datetime
    by: str
    drove: bool = True


@frozen
class Earlier:
    """An answer that was given first and corrected later."""

    answer: Line
    stamp: Stamp


@frozen
class Step:
    """A check or a task with what came of it.

    `sentence` is how the flow's author says both at once, `again` a step walked before,
    `told` what the summary tells already.
    """

    stamp: Stamp
    asked: Line
    answer: Line
    certainty: Certainty
    sentence: Line | None = None
    reason: str = ""
    earlier: tuple[Earlier, ...] = ()
    again: bool = False
    told: bool = False

    @property
    def checks(self) -> bool:
        """Whether this is something looked at, not something done."""
        return self.certainty in {Certainty.CHECKED, Certainty.NOT_CHECKED}

    @property
    def tells(self) -> bool:
        """Whether this is a finding that its author put into a sentence."""
        return self.certainty is Certainty.CHECKED and self.sentence is not None


@frozen
class CustomStep:
    """Something done for which the flow has no step, in the words of who did it."""

    stamp: Stamp
    text: str


class NoteKind(StrEnum):
    """What somebody left on a step."""

    NOTE = "note"
    OUTPUT = "output"
    FILE = "file"
    HANDOVER = "handover"


@frozen
class Note:
    """A note, a pasted output, a file (`text` is its name, `size` in bytes), a hand-over's words.

    `step` is what the step asks, shortened; `to` is who was asked to go on; `author` is who wrote
    what somebody else added.
    """

    kind: NoteKind
    stamp: Stamp
    step: str
    text: str
    size: int = 0
    to: str = ""
    author: str = ""


class What(StrEnum):
    """The turns that a session can take."""

    PARKED = "parked"
    HANDED_OVER = "handed-over"
    TAKEN_OVER = "taken-over"
    UPGRADED = "upgraded"
    AWAITED = "awaited"
    VERIFIED = "verified"
    CAME_BACK = "came-back"
    LAPSED = "lapsed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    REOPENED = "reopened"


@frozen
class Turn:
    """A turn of a session's course: `text` is a reason, `until` its end or its due time.

    `outcome` is that of an ending. A parked period without `until` still lasts.
    """

    what: What
    stamp: Stamp
    text: str = ""
    until: datetime | None = None
    outcome: Outcome | None = None


@frozen
class People:
    """Who took part: the drivers in their order (the first one started), then everybody else."""

    started_by: str
    drivers: tuple[str, ...]
    others: tuple[str, ...] = ()

    @property
    def several(self) -> bool:
        """Whether a name says anything, because there is more than one."""
        return len({*self.drivers, *self.others}) > 1


@frozen
class Fact:
    """A variable with its label."""

    label: str
    value: str


@frozen
class Report:
    """A ticket note without a format. `minutes` are those worked, `confirmed` by somebody or not.

    `here` is the current step, shortened, and `ends` whether it is an end; `result` is what the
    flow's end says came of it, `result_told` whether the summary tells that already. `missing`
    are the labels of required variables that nobody filled in.
    """

    title: str
    status: Status
    people: People
    started: datetime
    minutes: int
    confirmed: bool
    here: str
    ends: bool = False
    client: str | None = None
    ticket: str | None = None
    ended: datetime | None = None
    outcome: Outcome | None = None
    result: Line | None = None
    result_told: bool = False
    summary: tuple[Line, ...] = ()
    steps: tuple[Step | CustomStep, ...] = ()
    notes: tuple[Note, ...] = ()
    facts: tuple[Fact, ...] = ()
    missing: tuple[str, ...] = ()
    turns: tuple[Turn, ...] = ()
    next_steps: tuple[Line, ...] = ()
    scratchpad: str = ""
