"""What the product tells people to type, as it is typed in Teams: there are no slash commands, and
the bot is mentioned instead.
"""

import re
from dataclasses import replace

from bot.cards.card import Block, Card, Facts, Line, Notice, Parts, Prose
from bot.platforms.teams.manifest import TITLE

_FLOW = re.compile(r"(?<![\w/])/flow\b")
_MENTION = f"@{TITLE}"


def as_typed(card: Card) -> Card:
    """The same, with commands that can be typed."""
    if "/flow" not in card.summary:
        return card
    return replace(card, blocks=tuple(map(_block, card.blocks)), summary=words(card.summary))


def words(text: str) -> str:
    """`/flow vpn` as `@ResolutionFlow vpn`."""
    return _FLOW.sub(_MENTION, text)


def _block(block: Block) -> Block:
    match block:
        case Prose(text) | Notice(text):
            return replace(block, text=words(text))
        case Line(parts):
            return replace(block, parts=_parts(parts))
        case Facts(pairs):
            return Facts(tuple((words(name), _parts(value)) for name, value in pairs))
        case _:
            return block


def _parts(parts: Parts) -> Parts:
    return tuple(words(part) if isinstance(part, str) else part for part in parts)
