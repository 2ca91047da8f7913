"""What a reader of the database knows about a session beside its state."""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace

from core.frozen import frozen
from core.ids import PersonId
from core.session.deeds import VariablesSet
from core.session.scene import Moved, Redraw
from core.session.trail import Entry

LINES = 8  # past answers that a step shows


@frozen
class Known:
    """What a reader of the database knows about a session beside its state.

    `past` are its last answers that stand, oldest first, `earlier` how many came before them;
    `counts` how often each option was taken and ended resolved ("7 of 9"), by its id.
    """

    past: Sequence[Entry] = ()
    earlier: int = 0
    names: Mapping[PersonId, str] = field(default_factory=dict)
    client: str | None = None
    counts: Mapping[str, str] = field(default_factory=dict)

    def name(self, person: PersonId | None) -> str:
        """A person's name; the product's own, when it was nobody."""
        return "ResolutionFlow" if person is None else self.names.get(person, "somebody")

    def after(self, moved: Moved) -> "Known | None":
        """What is known once that has happened; None where it must be read anew."""
        plain = all(isinstance(effect, Redraw) for effect in moved.effects)
        if not plain or isinstance(moved.entry.deed, VariablesSet):
            return None
        if not moved.entry.answers:
            return self
        past = (*self.past, moved.entry)
        gone = max(0, len(past) - LINES)
        return replace(self, past=past[gone:], earlier=self.earlier + gone)


NOTHING_KNOWN = Known()
