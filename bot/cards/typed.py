"""A card of the product's own words, with commands written as they are typed on one platform."""

from collections.abc import Callable
from dataclasses import replace

from bot.cards.card import Block, Card, Facts, Line, Notice, Parts, Prose

Words = Callable[[str], str]


def as_typed(card: Card, words: Words) -> Card:
    """The same, with commands that can be typed; `words` writes those of one text."""
    if "/flow" not in card.summary:
        return card
    blocks = tuple(_block(block, words) for block in card.blocks)
    return replace(card, blocks=blocks, summary=words(card.summary))


def _block(block: Block, words: Words) -> Block:
    match block:
        case Prose(text) | Notice(text):
            return replace(block, text=words(text))
        case Line(parts):
            return replace(block, parts=_parts(parts, words))
        case Facts(pairs):
            return Facts(tuple((words(name), _parts(value, words)) for name, value in pairs))
        case _:
            return block


def _parts(parts: Parts, words: Words) -> Parts:
    return tuple(words(part) if isinstance(part, str) else part for part in parts)
