"""What can happen in a session: a closed union of deeds, in the past tense.

Acting at a node is one deed for every kind of node (`Acted`), so a new kind adds none.
`of` is the sequence number in the trail of the entry that a deed is about.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from core.flow.outcome import Outcome
from core.frozen import frozen
from core.ids import ClientId, PersonId, VersionId


class NoteKind(StrEnum):
    """A note in a person's words, or the pasted output of a command."""

    NOTE = "note"
    OUTPUT = "output"


@frozen
class Started:
    """A session began on a flow's version."""

    kind: ClassVar[str] = "started"
    version: VersionId
    variables: Mapping[str, str] = field(default_factory=dict)
    client: ClientId | None = None


@frozen
class Acted:
    """Somebody did `verb` at the node shown as `visit`."""

    kind: ClassVar[str] = "acted"
    visit: int
    verb: str
    values: Mapping[str, str] = field(default_factory=dict)


@frozen
class Corrected:
    """The answer in entry `of` was changed; what followed from it no longer stands."""

    kind: ClassVar[str] = "corrected"
    of: int
    verb: str
    values: Mapping[str, str] = field(default_factory=dict)


@frozen
class Returned:
    """The step answered in entry `of` is asked again; its answer no longer stands."""

    kind: ClassVar[str] = "returned"
    of: int


@frozen
class NoteAdded:
    """A note, or a pasted output, on the step of the moment.

    `author` is who wrote it, by the name in their chat, where that is not who added it.
    """

    kind: ClassVar[str] = "note-added"
    text: str
    note: NoteKind = NoteKind.NOTE
    author: str = ""


@frozen
class NoteEdited:
    """The note in entry `of` reads differently now."""

    kind: ClassVar[str] = "note-edited"
    of: int
    text: str


@frozen
class NoteDeleted:
    """The note or file in entry `of` was taken back by who wrote it."""

    kind: ClassVar[str] = "note-deleted"
    of: int


@frozen
class NoteKeptOut:
    """The note or file in entry `of` stays out of the ticket, or (`out` false) goes in again."""

    kind: ClassVar[str] = "note-kept-out"
    of: int
    out: bool = True


@frozen
class Attached:
    """A file was attached to the step of the moment; `size` in bytes, `sha256` in hex. `author` as
    that of a note.
    """

    kind: ClassVar[str] = "attached"
    sha256: str
    name: str
    media_type: str
    size: int
    author: str = ""


@frozen
class CustomStepAdded:
    """Something was done for which the flow has no node."""

    kind: ClassVar[str] = "custom-step-added"
    text: str


@frozen
class VariablesSet:
    """Variables got values; an empty value clears one."""

    kind: ClassVar[str] = "variables-set"
    values: Mapping[str, str]
    client: ClientId | None = None


@frozen
class ScratchpadSaved:
    """The scratchpad reads so now."""

    kind: ClassVar[str] = "scratchpad-saved"
    text: str


@frozen
class Paused:
    """The session was parked."""

    kind: ClassVar[str] = "paused"
    reason: str


@frozen
class Resumed:
    """A parked session goes on."""

    kind: ClassVar[str] = "resumed"


@frozen
class TakenOver:
    """Somebody else drives now, without being asked to."""

    kind: ClassVar[str] = "taken-over"


@frozen
class HandoverOffered:
    """The driver asked `to` to go on."""

    kind: ClassVar[str] = "handover-offered"
    to: PersonId
    message: str = ""


@frozen
class HandoverAccepted:
    """The person asked drives now."""

    kind: ClassVar[str] = "handover-accepted"


@frozen
class HandoverDeclined:
    """The person asked said no."""

    kind: ClassVar[str] = "handover-declined"
    reason: str = ""


@frozen
class HandoverWithdrawn:
    """The offer was taken back."""

    kind: ClassVar[str] = "handover-withdrawn"


@frozen
class VerificationAwaited:
    """The fix is in; whether it holds is asked at `due` (UTC)."""

    kind: ClassVar[str] = "verification-awaited"
    due: datetime


@frozen
class VerificationAnswered:
    """Is it still fine? Yes closes, no goes on where the flow says."""

    kind: ClassVar[str] = "verification-answered"
    fine: bool


@frozen
class VerificationLapsed:
    """Nobody answered in time: closed by silence."""

    kind: ClassVar[str] = "verification-lapsed"


@frozen
class Completed:
    """The session ended. `minutes` is the time worked as confirmed, None when nobody said."""

    kind: ClassVar[str] = "completed"
    outcome: Outcome
    next_steps: str = ""
    minutes: int | None = None


@frozen
class Cancelled:
    """The session ended without being worked through."""

    kind: ClassVar[str] = "cancelled"
    reason: str


@frozen
class Reopened:
    """A completed session goes on."""

    kind: ClassVar[str] = "reopened"
    reason: str = ""


@frozen
class Upgraded:
    """The session goes on with a newer version of its flow, at `node` if one was picked."""

    kind: ClassVar[str] = "upgraded"
    version: VersionId
    node: str | None = None


Deed = (
    Started
    | Acted
    | Corrected
    | Returned
    | NoteAdded
    | NoteEdited
    | NoteDeleted
    | NoteKeptOut
    | Attached
    | CustomStepAdded
    | VariablesSet
    | ScratchpadSaved
    | Paused
    | Resumed
    | TakenOver
    | HandoverOffered
    | HandoverAccepted
    | HandoverDeclined
    | HandoverWithdrawn
    | VerificationAwaited
    | VerificationAnswered
    | VerificationLapsed
    | Completed
    | Cancelled
    | Reopened
    | Upgraded
)
