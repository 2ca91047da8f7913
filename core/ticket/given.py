"""Which value a variable had at each moment of a session, as its ticket note has to tell it.

A value set late, or set right, counts for the whole session. But a step that asks for a value
again, after a loop-back, begins anew: what was done before was done to the earlier value.
"""

from collections.abc import Iterator, Mapping, Sequence

from core.flow.model import Flow
from core.frozen import frozen
from core.ids import VersionId
from core.session.deeds import Acted, Corrected, Started, VariablesSet
from core.session.trail import Entry


@frozen
class Given:
    """A value that a variable was given in entry `seq`; `asked` by a step, `stands` or not."""

    seq: int
    name: str
    value: str
    asked: bool = False
    stands: bool = True


def givens(entries: Sequence[Entry], flows: Mapping[VersionId, Flow]) -> tuple[Given, ...]:
    """Every value that a variable was given, in order."""
    return tuple(given for entry in entries for given in _of(entry, flows))


def value_at(name: str, seq: int, all_given: Sequence[Given]) -> str | None:
    """The value of `name` to tell entry `seq` with; None if no step that stands asked for it."""
    own = [given for given in all_given if given.name == name and given.stands]
    asked = [given.seq for given in own if given.asked]
    if not asked:
        return None
    until = min((at for at in asked if at > seq), default=None)
    values = [given.value for given in own if until is None or given.seq < until]
    if values and values[-1]:
        return values[-1]
    return value_at(name, asked[0], all_given) if seq < asked[0] else ""


def _of(entry: Entry, flows: Mapping[VersionId, Flow]) -> Iterator[Given]:
    match entry.deed:
        case Started(variables=values) | VariablesSet(values=values):
            yield from (Given(entry.seq, name, value) for name, value in values.items())
        case Acted(values=values) | Corrected(values=values) if "value" in values:
            here = entry.stack[-1]
            variable = flows[here.version].by_id[here.node].asks()
            if variable is not None:
                stands = entry.struck_by is None
                yield Given(entry.seq, variable.name, values["value"], asked=True, stands=stands)
        case _:
            pass
