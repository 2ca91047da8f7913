"""What a report is read from: a session with its trail, its flows and the names of its people."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cached_property

from core.flow.model import Flow
from core.flow.node import Node
from core.ids import PersonId, VersionId
from core.session.deeds import HandoverAccepted, Started, TakenOver
from core.session.state import Frame, Session
from core.session.trail import Entry
from core.text import shortened
from core.ticket.given import Given, givens, value_at
from core.ticket.parts import Stamp
from core.ticket.prose import Values, as_text, first_paragraph, prose

LABEL = 80  # characters of a step's question where it is a label
AUTOMATIC = "ResolutionFlow"
UNKNOWN = "a former member"


@dataclass(frozen=True)
class Record:
    """A session and its trail as of one moment; `known` is the whole trail, later entries too."""

    session: Session
    entries: tuple[Entry, ...]
    known: tuple[Entry, ...]
    flows: Mapping[VersionId, Flow]
    people: Mapping[PersonId, str]
    client: str | None
    zone: tzinfo

    def local(self, at: datetime) -> datetime:
        """`at` in the reader's zone."""
        return at.astimezone(self.zone)

    def name(self, person: PersonId | None) -> str:
        """A person's name."""
        return self.people.get(person, UNKNOWN) if person else AUTOMATIC

    def stamp(self, entry: Entry) -> Stamp:
        """When an entry was made and by whom."""
        drove = entry.by == self._driver_at[entry.seq]
        return Stamp(self.local(entry.at), self.name(entry.by), drove)

    def node(self, frame: Frame) -> Node:
        """The node at a position."""
        return self.flows[frame.version].by_id[frame.node]

    def step(self, frame: Frame, seq: int | None = None) -> str:
        """What the step at a position asks, as a label, told as of entry `seq`."""
        words = prose(first_paragraph(self.node(frame).prose), self.values(frame, seq))
        return shortened(as_text(words).rstrip(" .:"), LABEL)

    def values(self, frame: Frame, seq: int | None = None) -> Values:
        """What a position's {{names}} stand for, told as of entry `seq`, else as of the end."""
        values = dict(self.session.variables)
        if seq is not None:
            asked = {given.name for given in self.givens if given.asked}
            then = {name: value_at(name, seq, self.givens) for name in asked}
            values |= {name: value for name, value in then.items() if value is not None}
        if self.client:
            values["client"] = self.client
        variables = self.flows[frame.version].variables
        return Values(values, {name: variable.label for name, variable in variables.items()})

    @cached_property
    def givens(self) -> tuple[Given, ...]:
        """Every value that a variable was given."""
        return givens(self.entries, self.flows)

    @cached_property
    def stands(self) -> frozenset[str]:
        """The nodes that belong to the walk as it stands: answered, or where the session is."""
        answered = (e.stack[-1].node for e in self.entries if e.answers and e.struck_by is None)
        return frozenset((self.session.here.node, *answered))

    @cached_property
    def drivers(self) -> tuple[PersonId | None, ...]:
        """Everybody who drove, in their order; somebody twice if they came back to it."""
        return tuple(entry.by for entry in self.entries if _begins_to_drive(entry))

    @cached_property
    def _driver_at(self) -> Mapping[int, PersonId | None]:
        return dict(self._walk())

    def _walk(self) -> Iterator[tuple[int, PersonId | None]]:
        driver: PersonId | None = None
        for entry in self.known:
            if _begins_to_drive(entry):
                driver = entry.by
            yield entry.seq, driver


def _begins_to_drive(entry: Entry) -> bool:
    return isinstance(entry.deed, Started | TakenOver | HandoverAccepted)
