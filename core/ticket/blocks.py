"""The blocks that a ticket note is laid out in: a closed union that each format writes."""

from dataclasses import dataclass

from core.ticket.prose import Line


@dataclass(frozen=True, slots=True)
class Title:
    """The note's first line."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """The name of a section."""

    text: str


@dataclass(frozen=True, slots=True)
class Label:
    """What the list under it is about."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences, one after the other."""

    sentences: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Names with what they are: `Client`, `Acme Ltd`."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a list, with the words of a person or the output of a command under it."""

    line: Line
    quote: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Item, ...]


Block = Title | Heading | Label | Paragraph | Pairs | Items
