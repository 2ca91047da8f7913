"""What changed from one flow to another, as a value, and in words for who runs it.

Steps are matched by their ids, answers by theirs: another wording is a change, not a new step.
"""

from collections.abc import Iterator, Sequence

from core.flow.change import (
    AskedChanged,
    Change,
    FieldChanged,
    NodeAdded,
    NodeChanged,
    NodeRemoved,
    OptionAdded,
    OptionChanged,
    OptionRemoved,
    Reordered,
)
from core.flow.model import Flow
from core.flow.node import Node
from core.flow.nodes import Decision
from core.frozen import frozen


@frozen
class Difference:
    """Everything that changed from `old` to `new`, in the order in which it is told."""

    old: Flow
    new: Flow
    changes: tuple[Change, ...]

    def __bool__(self) -> bool:
        return bool(self.changes)

    @property
    def added(self) -> tuple[Node, ...]:
        """The steps that are new."""
        return tuple(change.node for change in self.changes if isinstance(change, NodeAdded))

    @property
    def removed(self) -> tuple[Node, ...]:
        """The steps that are gone."""
        return tuple(change.node for change in self.changes if isinstance(change, NodeRemoved))

    def lines(self) -> tuple[str, ...]:
        """One plain sentence a change; texts shortened, no ids where there is a text."""
        before, after = self.old.by_id, self.new.by_id
        return tuple(line for change in self.changes for line in change.lines(before, after))


def diff(old: Flow, new: Flow) -> Difference:
    """What changed from `old` to `new`."""
    return Difference(old, new, (*_fields(old, new), *_intake(old, new), *_nodes(old, new)))


def _fields(old: Flow, new: Flow) -> Iterator[Change]:
    for field in ("title", "summary", "category"):
        if getattr(old, field) != getattr(new, field):
            yield FieldChanged(field, getattr(old, field), getattr(new, field))
    if old.tags != new.tags:
        yield FieldChanged("tags", ", ".join(old.tags), ", ".join(new.tags))
    if old.first != new.first:
        yield FieldChanged("start", old.first, new.first)
    if old.could_not_check != new.could_not_check:
        yield FieldChanged("could_not_check", old.could_not_check, new.could_not_check)


def _intake(old: Flow, new: Flow) -> Iterator[Change]:
    before, after = ({v.name: v for v in flow.intake} for flow in (old, new))
    for name in dict.fromkeys((*after, *before)):
        if before.get(name) != after.get(name):
            yield AskedChanged(before.get(name), after.get(name))


def _nodes(old: Flow, new: Flow) -> Iterator[Change]:
    before, after = _ids(old), _ids(new)
    for id in after:
        if id not in old.by_id:
            yield NodeAdded(new.by_id[id])
    for id in before:
        if id not in new.by_id:
            yield NodeRemoved(old.by_id[id])
    for id in after:
        if id in old.by_id and old.by_id[id] != new.by_id[id]:
            yield from _node(old.by_id[id], new.by_id[id])
    if _moved(before, after):
        yield Reordered()


def _ids(flow: Flow) -> list[str]:
    """The ids of its steps, each once, in the document's order."""
    return list(dict.fromkeys(node.id for node in flow.nodes))


def _node(old: Node, new: Node) -> Iterator[Change]:
    if type(old) is not type(new):
        yield NodeChanged(old, new, ("kind",))
        return
    fields = [f for f in type(new).model_fields if getattr(old, f) != getattr(new, f)]
    options: list[Change] = []
    if isinstance(old, Decision) and isinstance(new, Decision):
        options = list(_options(old, new))
        order = [option.id for option in old.options], [option.id for option in new.options]
        if "options" in fields and not _moved(*order):
            fields.remove("options")
    if fields:
        yield NodeChanged(old, new, tuple(fields))
    yield from options


def _options(old: Decision, new: Decision) -> Iterator[Change]:
    before, after = ({option.id: option for option in node.options} for node in (old, new))
    for id, option in after.items():
        if id not in before:
            yield OptionAdded(new, option)
        elif before[id] != option:
            yield OptionChanged(new, before[id], option)
    for id, option in before.items():
        if id not in after:
            yield OptionRemoved(new, option)


def _moved(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether those in both come in another order."""
    both = set(old) & set(new)
    return [id for id in old if id in both] != [id for id in new if id in both]
