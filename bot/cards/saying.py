"""A card in plain text: its summary, for notifications, screen readers and where no blocks show."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import assert_never

from bot.cards.card import (
    NO_SESSION,
    Block,
    Card,
    Choices,
    Code,
    Document,
    Facts,
    Heading,
    Line,
    Notice,
    Parts,
    Prose,
)
from bot.cards.markdown import plain
from core.ids import SessionId


def card(blocks: Iterable[Block], session: SessionId | None = None, visit: int = 0) -> Card:
    """A card whose summary says it in the order in which it is shown."""
    every = tuple(blocks)
    return Card(every, spoken(every), session or NO_SESSION, visit)


def spoken(blocks: Iterable[Block]) -> str:
    """Blocks as plain text, each on lines of its own. Menus are not read out."""
    return "\n".join([line for block in blocks for line in _lines(block) if line])


def words_of(parts: Parts) -> str:
    """Text and times as text: times in UTC, since nobody knows who reads."""
    return "".join([part if isinstance(part, str) else _time(part) for part in parts])


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Line(parts, struck):  # first, as most blocks are lines
            yield f"(no longer stands) {words_of(parts)}" if struck else words_of(parts)
        case Heading(text):
            yield text
        case Prose(text) | Notice(text):
            yield plain(text)
        case Code(text, _, caption):
            yield from (caption, text)
        case Facts(pairs):
            yield from (f"{name}: {words_of(value)}" for name, value in pairs)
        case Document(text):
            yield text
        case Choices(every, _, menu):
            yield "" if menu else " · ".join([f"{b.key} {b.label}".strip() for b in every])
        case _ as never:
            assert_never(never)


def _time(at: datetime) -> str:
    at = at.astimezone(UTC)
    return f"{at.day} {at:%b %Y, %H:%M} UTC"
