"""What `doctor` finds, and how a platform is asked for its part of it."""

from collections.abc import AsyncIterator
from typing import Protocol

from core.frozen import frozen


@frozen
class Finding:
    """One thing that was looked at: whether it is fine, how it is, and what to do if it is not."""

    fine: bool
    about: str
    how: str
    advice: str = ""


class Checkup(Protocol):
    """A platform that can be looked at."""

    def look(self) -> AsyncIterator[Finding]:
        """What is found there; where it cannot be reached, that is what is found. Changes nothing.
        May raise a StorageError.
        """
        ...
