"""How a check words what it found: an error or a warning, about a node or about the flow."""

from core.flow.node import Node
from core.flow.problem import Path, Problem, Severity


def about_flow(code: str, message: str, *field: str | int) -> Problem:
    """An error about the flow itself or one of its fields."""
    return Problem(code, message, field)


def about_node(code: str, message: str, node: tuple[int, Node], field: Path = ()) -> Problem:
    """An error about a field of the node, which comes with its index in the flow."""
    index, its = node
    return Problem(code, message, ("nodes", index, *field), its.id)


def warned(problem: Problem) -> Problem:
    """The same as a warning."""
    return Problem(
        problem.code, problem.message, problem.path, problem.node, Severity.WARNING, problem.place
    )
