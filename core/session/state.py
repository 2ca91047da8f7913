"""A session as it stands. Its size does not grow with its history: the trail holds that.

A position is a stack of frames, so that one flow can run inside another.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from core.flow.outcome import Outcome
from core.frozen import frozen
from core.ids import AccountId, ClientId, PersonId, SessionId, VersionId


class Status(StrEnum):
    """Where a session is in its life."""

    ACTIVE = "active"
    PAUSED = "paused"
    AWAITING = "awaiting-verification"
    COMPLETED = "completed"


@frozen
class Frame:
    """One level of a position: a node of a flow's version, and which showing of it this is.

    `visit` counts showings within the session, so that a button of an earlier one is told apart.
    """

    version: VersionId
    node: str
    visit: int


Stack = tuple[Frame, ...]


@frozen
class Offer:
    """A hand-over that waits for its taker."""

    to: PersonId
    by: PersonId


@frozen
class Session:
    """One guided run of a flow.

    `revision` counts what has happened, so it is also the trail's last sequence number.
    `behind`, `scratchpad` and `closing` are sequence numbers in the trail: of the last answer
    that still stands, of the scratchpad's newest text, of what was said at the close.
    `due` is when a verification is to be asked for, in UTC.
    """

    id: SessionId
    account: AccountId
    revision: int
    status: Status
    stack: Stack
    visits: int
    started_at: datetime
    variables: Mapping[str, str] = field(default_factory=dict)
    client: ClientId | None = None
    driver: PersonId | None = None
    behind: int | None = None
    offer: Offer | None = None
    parked: str | None = None
    scratchpad: int | None = None
    due: datetime | None = None
    outcome: Outcome | None = None
    closing: int | None = None

    @property
    def here(self) -> Frame:
        """The frame on top: where the session is."""
        return self.stack[-1]
