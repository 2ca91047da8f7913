"""The registry of node kinds: a new kind is one file here, a line in the union and in KINDS."""

from types import MappingProxyType
from typing import Annotated

from pydantic import Discriminator, Tag

from core.flow.node import Node
from core.flow.nodes.action import Action
from core.flow.nodes.decision import Decision
from core.flow.nodes.input import Input
from core.flow.nodes.solution import Solution

KINDS: MappingProxyType[str, type[Node]] = MappingProxyType(
    {kind.kind: kind for kind in (Decision, Action, Input, Solution)}
)


def kind_of(value: object) -> str | None:
    """The kind of a node as a document has it: the one key that is a kind's name."""
    if isinstance(value, Node):
        return value.kind
    if isinstance(value, dict):
        return next((kind for kind in KINDS if kind in value), None)
    return None


AnyNode = Annotated[
    Annotated[Decision, Tag("decision")]
    | Annotated[Action, Tag("action")]
    | Annotated[Input, Tag("input")]
    | Annotated[Solution, Tag("solution")],
    Discriminator(kind_of),
]

__all__ = ["KINDS", "Action", "AnyNode", "Decision", "Input", "Solution", "kind_of"]
