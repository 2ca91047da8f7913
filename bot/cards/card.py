"""A card: what a message shows, as a closed union of blocks, between a view and a platform's own
payload. Blocks know tokens and words; no platform, no limit, no colour.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from core.flow.node import Tone
from core.ids import SessionId

NO_SESSION = SessionId(UUID(int=0))  # in the tokens of what is about no session
Parts = tuple[str | datetime, ...]  # plain text and times (UTC), shown in the reader's own zone


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press. `key` is its typed twin: a digit, or the words to type."""

    token: str
    label: str
    tone: Tone = Tone.MAIN
    count: str | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A title: plain text on one line."""

    text: str


@dataclass(frozen=True, slots=True)
class Prose:
    """CommonMark. `lead` is what the card is about: it stays with the buttons, whatever else goes
    to further pages.
    """

    text: str
    lead: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of plain text and times, smaller than prose; `struck` where it stands no more."""

    parts: Parts
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """Something to copy as it is: a command, or a value. `caption` is plain text above it."""

    text: str
    language: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values, one below the other; plain text and times."""

    pairs: tuple[tuple[str, Parts], ...]


class Weight(StrEnum):
    """How loud a notice is; its text says so too."""

    INFO = "info"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence that must not be overlooked; CommonMark."""

    text: str
    weight: Weight = Weight.INFO


@dataclass(frozen=True, slots=True)
class Choices:
    """Buttons; `menu` where they are rarer and belong behind one control called `label`."""

    buttons: tuple[Button, ...]
    label: str = ""
    menu: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A finished text to copy whole, such as a ticket note in Markdown; `name` for a file of it."""

    text: str
    name: str


Block = Heading | Prose | Line | Code | Facts | Notice | Choices | Document


@dataclass(frozen=True, slots=True)
class Card:
    """What a message shows. `summary` says it all in plain text: for notifications, screen
    readers, and platforms that show no blocks there. `session` and `visit` are what the card is
    about, for the tokens that layout adds.
    """

    blocks: tuple[Block, ...]
    summary: str
    session: SessionId = NO_SESSION
    visit: int = 0

    def buttons(self) -> Iterator[Button]:
        """Every button, in reading order."""
        for block in self.blocks:
            if isinstance(block, Choices):
                yield from block.buttons
