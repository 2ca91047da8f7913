"""The blocks that a ticket note is laid out in: a closed union that each format writes."""

from core.frozen import frozen
from core.ticket.prose import Line


@frozen
class Title:
    """The note's first line."""

    text: str


@frozen
class Heading:
    """The name of a section."""

    text: str


@frozen
class Label:
    """What the list under it is about."""

    text: str


@frozen
class Paragraph:
    """Sentences, one after the other."""

    sentences: tuple[Line, ...]


@frozen
class Pairs:
    """Names with what they are: `Client`, `Acme Ltd`."""

    pairs: tuple[tuple[str, str], ...]


@frozen
class Item:
    """A line of a list, with the words of a person or the output of a command under it."""

    line: Line
    quote: str = ""
    code: str = ""


@frozen
class Items:
    """A list."""

    items: tuple[Item, ...]


Block = Title | Heading | Label | Paragraph | Pairs | Items
