"""What can go wrong in core, as exceptions. An expected "no" is a `Refusal`, a value.

CoreError
├── DocumentError     a flow document that cannot be read; carries problems with line and column
└── ReplayError       a trail that does not lead to a session: the record is damaged
"""

from enum import StrEnum

from core.flow.problem import Problem
from core.frozen import frozen


class CoreError(Exception):
    """Any failure of core; its message is safe to show to a user."""


class DocumentError(CoreError):
    """A flow document that cannot be read: its problems, each with file, line and column."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class ReplayError(CoreError):
    """A stored trail holds something that the engine would never have accepted."""


class Because(StrEnum):
    """Why something was refused, for code that must tell refusals apart."""

    NOT_ALLOWED = "not-allowed"
    NOT_FOUND = "not-found"
    STALE = "stale"
    WRONG_STATUS = "wrong-status"
    INVALID = "invalid"
    NEEDS_CHOICE = "needs-choice"


@frozen
class Refusal:
    """An expected "no": why, for code, and in words that tell a person what to do."""

    because: Because
    message: str


# One sentence for what is not there, is another account's, or may not be seen: never told apart.
NO_SESSION = Refusal(Because.NOT_FOUND, "There is no such session, or you cannot see it.")
# A button of a place that only points to where the session lives now.
LEFT = Refusal(
    Because.STALE,
    "Nothing was answered: this session goes on somewhere else now. The message says where.",
)
