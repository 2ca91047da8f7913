"""How a chat platform can fail: in four ways, whatever it calls them.

PlatformError
├── RateLimited    wait `retry_after` seconds, then try again
├── Gone           the message, thread or channel does not exist any more
├── Unauthorized   the workspace does not let us do this: an admin must look
│   └── Locked     the thread is there, and closed to everybody until an admin opens it
└── Unavailable    the platform does not answer: try again later
"""


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
    """Not allowed there; `told` says in a sentence for people what is lacking, if that is known."""

    def __init__(self, why: str = "", *, told: str = "") -> None:
        """`why` is for the log."""
        super().__init__(why)
        self.told = told


class Locked(Unauthorized):
    """An admin has closed the thread, and may open it again: it is no less its session's place."""

    def __init__(self, why: str = "") -> None:
        """`why` is for the log."""
        super().__init__(why, told="The thread is locked. An admin can unlock it.")


class Unavailable(PlatformError):
    """No answer, or one that makes no sense."""
