"""What the product tells people to type, as it is typed in Discord: a command with subcommands
cannot be called bare, nor with words of one's own.
"""

import re
from dataclasses import replace

from bot.cards.card import Block, Card, Facts, Line, Notice, Parts, Prose
from bot.platforms.discord.surface import ANYTHING, OTHERS, SUBCOMMANDS

_FLOW = re.compile(r"(?<![\w/])/flow\b(?: ([a-z][\w-]*))?")
_OWN = {each.name for each in SUBCOMMANDS}
_GOES_ON = {"is", "there", "in"}  # the sentence does, and names the command as such


def as_typed(card: Card) -> Card:
    """The same, with commands that can be typed."""
    return replace(card, blocks=tuple(map(_block, card.blocks)), summary=words(card.summary))


def words(text: str) -> str:
    """`/flow vpn` as `/flow start vpn`."""
    return _FLOW.sub(_typed, text)


def _typed(found: re.Match[str]) -> str:
    word = found[1]
    if word is None:
        return "/flow menu"
    if word in _OWN or word in _GOES_ON:
        return found[0]
    return f"/flow {ANYTHING if word in OTHERS else 'start'} {word}"


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
