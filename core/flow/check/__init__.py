"""Whether a flow makes sense: its problems, each saying what is wrong and what to do about it.

One module a concern. An error keeps a flow from being published; a warning is advice.
"""

from core.flow.check.commands import commands
from core.flow.check.structure import structure
from core.flow.check.texts import texts
from core.flow.check.variables import variables
from core.flow.model import Flow
from core.flow.problem import Problem

_CONCERNS = (structure, texts, variables, commands)


def check(flow: Flow) -> tuple[Problem, ...]:
    """Everything wrong with the flow: what is about the flow first, then node by node."""
    found = [problem for concern in _CONCERNS for problem in concern(flow)]
    return tuple(sorted(found, key=_node_index))


def _node_index(problem: Problem) -> int:
    step = problem.path[1] if problem.node is not None and len(problem.path) > 1 else -1
    return step if isinstance(step, int) else -1


__all__ = ["check"]
