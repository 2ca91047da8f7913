"""The door of a chat platform, as the product uses it: post, edit, find. Platforms know this
module and core's views; they know no storage and no use case.

    PlatformError
    ├── RateLimited    wait `retry_after` seconds, then try again
    ├── Gone           the message, thread or channel does not exist any more
    ├── Unauthorized   the workspace does not let us do this: an admin must look
    └── Unavailable    the platform does not answer: try again later
"""

from dataclasses import dataclass
from typing import Protocol

from core.views import HeaderView, NoticeView, StepView

Shown = HeaderView | StepView | NoticeView


class PlatformError(Exception):
    """A platform did not do what it was asked to."""


class RateLimited(PlatformError):
    """Too much at once; `retry_after` is in seconds."""

    def __init__(self, retry_after: float) -> None:
        """`retry_after` as the platform said it."""
        super().__init__(f"rate limited for {retry_after} s")
        self.retry_after = retry_after


class Gone(PlatformError):
    """What was to be changed no longer exists."""


class Unauthorized(PlatformError):
    """Not allowed there."""


class Unavailable(PlatformError):
    """No answer, or one that makes no sense."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes: the workspace, channel and thread by the platform's own names."""

    workspace: str
    channel: str
    thread: str = ""


class Sender(Protocol):
    """What a platform does for a message. Every method may raise a PlatformError."""

    async def post(self, target: Target, shown: Shown, *, mark: str) -> str:
        """Post it, carrying `mark` where the platform can; its durable reference."""
        ...

    async def edit(self, target: Target, reference: str, shown: Shown) -> None:
        """Show something else in the message."""
        ...

    async def find(self, target: Target, *, mark: str) -> str | None:
        """The reference of the message that carries `mark`, if it was ever posted there."""
        ...

    async def tell(self, workspace: str, person: str, shown: NoticeView, *, mark: str) -> None:
        """Tell one person, seen by nobody else; `mark` makes a repeated one recognisable."""
        ...
