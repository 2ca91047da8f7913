"""The outcomes that a session can end with, and how they read."""

from enum import StrEnum


class Outcome(StrEnum):
    """What came of a session."""

    RESOLVED = "resolved"
    ESCALATED = "escalated"
    WORKAROUND = "workaround"
    UNRESOLVED = "unresolved"
    CANCELLED = "cancelled"
    RESOLVED_EXTERNALLY = "resolved-externally"

    @property
    def label(self) -> str:
        """As a person reads it: 'Resolved externally'."""
        return self.value.replace("-", " ").capitalize()
