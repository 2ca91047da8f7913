"""One change between two flows as a value, each able to say itself to who runs the flow.

A step is named by its text and an answer by its label; an id is shown only where there is neither.
"""

from collections.abc import Iterator, Mapping
from typing import Protocol

from core.flow.node import Node
from core.flow.nodes.decision import Option
from core.flow.variable import Variable
from core.frozen import frozen
from core.text import shortened

_SHOWN = 60  # characters of a step's text
_PROSE = frozenset({"ask", "do", "resolved"})

Steps = Mapping[str, Node]


class Change(Protocol):
    """Anything that changed."""

    def lines(self, before: Steps, after: Steps) -> Iterator[str]:
        """The change in plain sentences, given the steps of both flows by id."""


@frozen
class FieldChanged:
    """A field of the flow itself has another value; None where there was or is none."""

    field: str
    old: str | None
    new: str | None

    def lines(self, before: Steps, after: Steps) -> Iterator[str]:
        """What it is now, and what it was where that is short."""
        if self.field == "title":
            yield f"The title is now {_quoted(self.new)}; it was {_quoted(self.old)}."
        elif self.field == "start":
            yield f"It now starts at {named(self.new, after)}."
        elif self.field == "could_not_check" and self.new is None:
            yield "What could not be checked no longer has a step of its own to go to."
        elif self.field == "could_not_check":
            yield f"What could not be checked now leads to {named(self.new, after)}."
        else:
            yield f"The {self.field} {_happened(self.old, self.new)}."


@frozen
class AskedChanged:
    """What the intake asks for; `old` is None when it is new, `new` when it is gone."""

    old: Variable | None
    new: Variable | None

    def lines(self, before: Steps, after: Steps) -> Iterator[str]:
        """What is asked now, no longer, or otherwise."""
        if self.old and self.new:
            if self.old.label != self.new.label:
                label = _quoted(self.new.label)
                yield f"The intake now calls {_quoted(self.old.label)} {label}."
            rest = _different(self.old, self.new) - {"label"}
            if rest:
                fields = ", ".join(f for f in Variable.model_fields if f in rest)
                yield f"The intake asks for {_quoted(self.new.label)} differently: {fields}."
        elif self.new:
            yield f"The intake now also asks for {_quoted(self.new.label)}."
        elif self.old:
            yield f"The intake no longer asks for {_quoted(self.old.label)}."


@frozen
class NodeAdded:
    """A step that only the new flow has."""

    node: Node

    def lines(self, before: Steps, after: Steps) -> Iterator[str]:
        """That it is new."""
        yield f"New step {named(self.node.id, after)}."


@frozen
class NodeRemoved:
    """A step that only the old flow has."""

    node: Node

    def lines(self, before: Steps, after: Steps) -> Iterator[str]:
        """That it is gone."""
        yield f"Step {named(self.node.id, before)} is gone."


@frozen
class OptionAdded:
    """A new answer of a step that both flows have."""

    node: Node
    option: Option

    def lines(self, before: Steps, after: Steps) -> Iterator[str]:
        """The new answer."""
        yield f"Step {named(self.node.id, after)} has a new answer {_quoted(self.option.label)}."


@frozen
class OptionRemoved:
    """An answer that a step no longer has."""

    node: Node
    option: Option

    def lines(self, before: Steps, after: Steps) -> Iterator[str]:
        """The answer that is gone."""
        label = _quoted(self.option.label)
        yield f"Step {named(self.node.id, after)} no longer has the answer {label}."


@frozen
class OptionChanged:
    """An answer that has another label, target or sentence."""

    node: Node
    old: Option
    new: Option

    @property
    def relabelled(self) -> bool:
        """Whether it is called otherwise."""
        return self.old.label != self.new.label

    @property
    def retargeted(self) -> bool:
        """Whether it leads elsewhere."""
        return self.old.to != self.new.to

    def lines(self, before: Steps, after: Steps) -> Iterator[str]:
        """One sentence each for label, target, sentence."""
        step, label = f"In step {named(self.node.id, after)}", _quoted(self.new.label)
        if self.relabelled:
            yield f"{step}, the answer {_quoted(self.old.label)} is now called {label}."
        if self.retargeted:
            was, to = named(self.old.to, before), named(self.new.to, after)
            now = f"leads to {to}; before, to {was}" if was != to else "leads to another step"
            yield f"{step}, the answer {label} now {now}."
        if self.old.finding != self.new.finding:
            yield f"{step}, the answer {label} reads differently in the ticket note."


@frozen
class NodeChanged:
    """A step that both flows have, with the names of the fields that are not the same.

    Its answers are changes of their own; `options` is among the fields only for their order.
    """

    old: Node
    new: Node
    fields: tuple[str, ...]

    def lines(self, before: Steps, after: Steps) -> Iterator[str]:
        """One sentence a field."""
        for field in self.fields:
            yield self._line(field, before, after)

    def _line(self, field: str, before: Steps, after: Steps) -> str:
        step = f"Step {named(self.new.id, after)}"
        old, new = getattr(self.old, field, None), getattr(self.new, field, None)
        if field == "kind":
            return f"Step {named(self.old.id, before)} is now a {self.new.kind}: {step[5:]}."
        if field in _PROSE:
            return f"Step {named(self.old.id, before)} now reads {named(self.new.id, after)}."
        if field in _WAYS and isinstance(new, str):
            return f"{step} now leads to {named(new, after)}{_WAYS[field]}."
        if field in _WAYS:
            return f"{step} has no step of its own to go to any more{_WAYS[field]}."
        if field == "options":
            return f"{step} has its answers in another order."
        return f"{step}: the {_CALLED.get(field, field)} {_happened(old, new)}."


@frozen
class Reordered:
    """The steps that both flows have come in another order."""

    def lines(self, before: Steps, after: Steps) -> Iterator[str]:
        """That they do."""
        yield "The steps are listed in another order."


_WAYS = {
    "to": "",
    "could_not_check": " when it could not be checked",
    "could_not_do": " when it could not be done",
}
_CALLED = {
    "help": "How? text",
    "warn": "warning",
    "expect": "expected result",
    "done": "sentence for the ticket note",
    "next_steps": "next steps",
    "verify": "verification",
    "variable": "value it asks for",
}


def named(id: str | None, steps: Steps) -> str:
    """A step as a person knows it: its text in quotes, shortened; its id where it has none."""
    node = steps.get(id or "")
    return _quoted(node.prose if node and node.prose.strip() else id)


def _quoted(text: str | None) -> str:
    return f"“{shortened(text or '', _SHOWN)}”"


def _happened(old: object, new: object) -> str:
    """Whether it is there for the first time, no longer, or otherwise."""
    return "is new" if not old else "changed" if new else "is gone"


def _different(old: Variable, new: Variable) -> set[str]:
    return {f for f in Variable.model_fields if getattr(old, f) != getattr(new, f)}
