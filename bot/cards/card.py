"""A card: what a message shows, as a closed union of blocks, between a view and a platform's own
payload. Blocks know tokens and words; no platform, no limit, no colour.
"""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from core.flow.node import Tone
from core.frozen import frozen
from core.ids import SessionId

NO_SESSION = SessionId(UUID(int=0))  # in the tokens of what is about no session
Parts = tuple[str | datetime, ...]  # plain text and times (UTC), shown in the reader's own zone


@frozen
class Button:
    """Something to press. `key` is its typed twin: a digit, or the words to type. `asks`: a form
    opens first, which some platforms must know before it is pressed.
    """

    token: str
    label: str
    tone: Tone = Tone.MAIN
    count: str | None = None
    key: str = ""
    asks: bool = False


@frozen
class Heading:
    """A title: plain text on one line."""

    text: str


@frozen
class Prose:
    """CommonMark. `lead` is what the card is about: it stays with the buttons, whatever else goes
    to further pages.
    """

    text: str
    lead: bool = False


@frozen
class Line:
    """One line of plain text and times, smaller than prose; `struck` where it stands no more."""

    parts: Parts
    struck: bool = False


@frozen
class Code:
    """Something to copy as it is: a command, or a value. `caption` is plain text above it."""

    text: str
    language: str = ""
    caption: str = ""


@frozen
class Facts:
    """Names and values, one below the other; plain text and times."""

    pairs: tuple[tuple[str, Parts], ...]


class Weight(StrEnum):
    """How loud a notice is; its text says so too."""

    INFO = "info"
    WARNING = "warning"


@frozen
class Notice:
    """A sentence that must not be overlooked; CommonMark."""

    text: str
    weight: Weight = Weight.INFO


@frozen
class Choices:
    """Buttons; `menu` where they are rarer and belong behind one control called `label`."""

    buttons: tuple[Button, ...]
    label: str = ""
    menu: bool = False


@frozen
class Document:
    """A finished text to copy whole, such as a ticket note in Markdown; `name` for a file of it."""

    text: str
    name: str


Block = Heading | Prose | Line | Code | Facts | Notice | Choices | Document


@frozen
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
