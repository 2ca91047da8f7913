"""What can happen in a session: a closed union of deeds, in the past tense.

Acting at a node is one deed for every kind of node (`Acted`), so a new kind adds none.
`of` is the sequence number in the trail of the entry that a deed is about.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from core.flow.outcome import Outcome
from core.ids import ClientId, PersonId, VersionId


class NoteKind(StrEnum):
    """A note in a person's words, or the pasted output of a command."""

    NOTE = "note"
    OUTPUT = "output"


@dataclass(frozen=True, slots=True)
class Started:
    """A session began on a flow's version."""

    kind: ClassVar[str] = "started"
    version: VersionId
    variables: Mapping[str, str] = field(default_factory=dict)
    client: ClientId | None = None


@dataclass(frozen=True, slots=True)
class Acted:
    """Somebody did `verb` at the node shown as `visit`."""

    kind: ClassVar[str] = "acted"
    visit: int
    verb: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Corrected:
    """The answer in entry `of` was changed; what followed from it no longer stands."""

    kind: ClassVar[str] = "corrected"
    of: int
    verb: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Returned:
    """The step answered in entry `of` is asked again; its answer no longer stands."""

    kind: ClassVar[str] = "returned"
    of: int


@dataclass(frozen=True, slots=True)
class NoteAdded:
    """A note, or a pasted output, on the step of the moment.

    `author` is who wrote it, by the name in their chat, where that is not who added it.
    """

    kind: ClassVar[str] = "note-added"
    text: str
    note: NoteKind = NoteKind.NOTE
    author: str = ""


@dataclass(frozen=True, slots=True)
class NoteEdited:
    """The note in entry `of` reads differently now."""

    kind: ClassVar[str] = "note-edited"
    of: int
    text: str


@dataclass(frozen=True, slots=True)
class NoteDeleted:
    """The note or file in entry `of` was taken back by who wrote it."""

    kind: ClassVar[str] = "note-deleted"
    of: int


@dataclass(frozen=True, slots=True)
class NoteKeptOut:
    """The note or file in entry `of` stays out of the ticket, or (`out` false) goes in again."""

    kind: ClassVar[str] = "note-kept-out"
    of: int
    out: bool = True


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class CustomStepAdded:
    """Something was done for which the flow has no node."""

    kind: ClassVar[str] = "custom-step-added"
    text: str


@dataclass(frozen=True, slots=True)
class VariablesSet:
    """Variables got values; an empty value clears one."""

    kind: ClassVar[str] = "variables-set"
    values: Mapping[str, str]
    client: ClientId | None = None


@dataclass(frozen=True, slots=True)
class ScratchpadSaved:
    """The scratchpad reads so now."""

    kind: ClassVar[str] = "scratchpad-saved"
    text: str


@dataclass(frozen=True, slots=True)
class Paused:
    """The session was parked."""

    kind: ClassVar[str] = "paused"
    reason: str


@dataclass(frozen=True, slots=True)
class Resumed:
    """A parked session goes on."""

    kind: ClassVar[str] = "resumed"


@dataclass(frozen=True, slots=True)
class TakenOver:
    """Somebody else drives now, without being asked to."""

    kind: ClassVar[str] = "taken-over"


@dataclass(frozen=True, slots=True)
class HandoverOffered:
    """The driver asked `to` to go on."""

    kind: ClassVar[str] = "handover-offered"
    to: PersonId
    message: str = ""


@dataclass(frozen=True, slots=True)
class HandoverAccepted:
    """The person asked drives now."""

    kind: ClassVar[str] = "handover-accepted"


@dataclass(frozen=True, slots=True)
class HandoverDeclined:
    """The person asked said no."""

    kind: ClassVar[str] = "handover-declined"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class HandoverWithdrawn:
    """The offer was taken back."""

    kind: ClassVar[str] = "handover-withdrawn"


@dataclass(frozen=True, slots=True)
class VerificationAwaited:
    """The fix is in; whether it holds is asked at `due` (UTC)."""

    kind: ClassVar[str] = "verification-awaited"
    due: datetime


@dataclass(frozen=True, slots=True)
class VerificationAnswered:
    """Is it still fine? Yes closes, no goes on where the flow says."""

    kind: ClassVar[str] = "verification-answered"
    fine: bool


@dataclass(frozen=True, slots=True)
class VerificationLapsed:
    """Nobody answered in time: closed by silence."""

    kind: ClassVar[str] = "verification-lapsed"


@dataclass(frozen=True, slots=True)
class Completed:
    """The session ended. `minutes` is the time worked as confirmed, None when nobody said."""

    kind: ClassVar[str] = "completed"
    outcome: Outcome
    next_steps: str = ""
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The session ended without being worked through."""

    kind: ClassVar[str] = "cancelled"
    reason: str


@dataclass(frozen=True, slots=True)
class Reopened:
    """A completed session goes on."""

    kind: ClassVar[str] = "reopened"
    reason: str = ""


@dataclass(frozen=True, slots=True)
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
