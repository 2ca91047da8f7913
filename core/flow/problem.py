"""Something wrong with a flow or its document, as a value: what, where, and what to do about it.

Who finds problems is `core.flow.document` (it cannot be read) and `core.flow.check` (it makes no
sense). A problem's code is stable; its message may change.
"""

from enum import StrEnum

from core.frozen import frozen
from core.text import cleaned, shortened

Path = tuple[str | int, ...]


class Severity(StrEnum):
    """An error keeps a flow from being published, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@frozen
class Place:
    """A place in a document: `vpn.yaml:12:7`, line and column from 1, columns in characters."""

    name: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.name}:{self.line}:{self.column}"


@frozen
class Problem:
    """One thing that is wrong. `path` leads to it from the document's root, counting from 0."""

    code: str
    message: str
    path: Path = ()
    node: str | None = None
    severity: Severity = Severity.ERROR
    place: Place | None = None

    @property
    def field(self) -> Path:
        """The path within its node; the whole path where it is about no node."""
        return self.path[2:] if self.path[:1] == ("nodes",) else self.path

    @property
    def where(self) -> str:
        """The path as a person reads it: `nodes[3] "scope" › options[1] › to`."""
        parts: list[str] = []
        for depth, step in enumerate(self.path):
            if isinstance(step, str):
                parts.append(shortened(cleaned(step), 40))
            else:
                named = f' "{self.node}"' if depth == 1 and self.node else ""
                parts[-1:] = ["".join(parts[-1:]) + f"[{step}]{named}"]
        return " › ".join(parts)

    def __str__(self) -> str:
        warning = "warning" if self.severity is Severity.WARNING else ""
        parts = (str(self.place) if self.place else "", warning, self.where, self.message)
        return ": ".join(part for part in parts if part)


def errors(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Those that keep a flow from being published."""
    return tuple(p for p in problems if p.severity is Severity.ERROR)
