"""A flow's document: read from YAML or JSON text, written back in one canonical form.

Whether the flow makes sense is `core.flow.check`'s business; here it only must be readable.
"""

from itertools import islice

from pydantic import ValidationError

from core.errors import DocumentError
from core.flow.document import from_json, from_yaml, to_json, to_yaml
from core.flow.document.canonical import canonical
from core.flow.document.source import SIZE_LIMIT, opened
from core.flow.document.tree import DEPTH_LIMIT, PROBLEM_LIMIT, Positions
from core.flow.document.words import shape_problems
from core.flow.model import Flow
from core.flow.problem import Problem

_LOOKED_AT = 4 * PROBLEM_LIMIT  # they come in the model's order and are shown in the document's
_AT_THE_KEY = frozenset({"unknown-field", "two-kinds"})


def read(source: str | bytes, *, name: str = "flow.yaml") -> Flow:
    """The flow that a YAML or JSON document describes. Raises DocumentError with all problems."""
    return read_with_positions(source, name=name)[0]


def read_with_positions(source: str | bytes, *, name: str = "flow.yaml") -> tuple[Flow, Positions]:
    """As `read`, with the places of its values: `positions.locate(problem)`."""
    text = opened(source, name)
    grow = from_json.grown if from_json.looks_like_json(text) else from_yaml.grown
    grower = grow(text)
    if grower.root is None:
        raise text.refuse("empty", 0, "The document is empty. Begin with flow:, title:, nodes:.")
    positions = Positions(text, grower.root)
    problems = list(grower.located())
    try:
        flow = Flow.model_validate(grower.root.plain())
    except ValidationError as error:
        problems += _located(error, positions)
    if problems:
        raise DocumentError(tuple(sorted(problems, key=_order)[:PROBLEM_LIMIT]))
    return flow, positions


def write_yaml(flow: Flow) -> str:
    """The flow as YAML, in the one canonical form."""
    return to_yaml.dumped(canonical(flow))


def write_json(flow: Flow) -> str:
    """The flow as JSON, in the one canonical form."""
    return to_json.dumped(canonical(flow))


def _located(error: ValidationError, positions: Positions) -> list[Problem]:
    found = islice(shape_problems(error), _LOOKED_AT)
    return [positions.locate(problem, key=problem.code in _AT_THE_KEY) for problem in found]


def _order(problem: Problem) -> tuple[int, int]:
    return (problem.place.line, problem.place.column) if problem.place else (0, 0)


__all__ = [
    "DEPTH_LIMIT",
    "PROBLEM_LIMIT",
    "SIZE_LIMIT",
    "DocumentError",
    "Positions",
    "read",
    "read_with_positions",
    "write_json",
    "write_yaml",
]
