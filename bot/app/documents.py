"""A flow's document on its own: is it readable, does it make sense. Needs no database."""

from core.errors import DocumentError
from core.flow.check import check
from core.flow.document import read_with_positions
from core.flow.model import Flow
from core.flow.problem import Problem, errors
from core.frozen import frozen


@frozen
class Examined:
    """What a document says and what is wrong with it; `flow` is None when it cannot be read."""

    flow: Flow | None
    problems: tuple[Problem, ...]

    @property
    def publishable(self) -> bool:
        """Whether it could be published as it is."""
        return self.flow is not None and not errors(self.problems)


def examine(source: str | bytes, name: str) -> Examined:
    """Read and check a document; each problem carries its place in the file `name`."""
    try:
        flow, positions = read_with_positions(source, name=name)
    except DocumentError as error:
        return Examined(None, error.problems)
    return Examined(flow, tuple(positions.locate(problem) for problem in check(flow)))
