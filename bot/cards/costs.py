"""What blocks take of a message, counted as the platform counts."""

from datetime import datetime
from typing import assert_never

from bot.cards.card import (
    Block,
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
from bot.cards.limits import Limits
from core.frozen import frozen

AROUND = 8  # characters of marks around a fact's name


def size_of(parts: Parts, limits: Limits) -> int:
    """The length of text and times."""
    return sum(limits.time if isinstance(part, datetime) else limits.size(part) for part in parts)


@frozen
class Cost:
    """What blocks take of a message: characters, native blocks, buttons, selects, bytes."""

    text: int = 0
    blocks: int = 0
    buttons: int = 0
    selects: int = 0
    payload: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        """Both together."""
        return Cost(
            self.text + other.text,
            self.blocks + other.blocks,
            self.buttons + other.buttons,
            self.selects + other.selects,
            self.payload + other.payload,
        )

    def within(self, limits: Limits) -> bool:
        """Whether a message holds that."""
        return (
            self.text + self.blocks * limits.around <= limits.message
            and self.blocks <= limits.blocks
            and self.buttons <= limits.buttons
            and self.selects <= limits.selects
            and (not limits.payload or self.payload <= limits.payload)
        )


def cost(block: Block, limits: Limits) -> Cost:
    """What a block takes."""
    match block:
        case Heading(text) | Prose(text) | Notice(text) | Document(text):
            return _textual((text,), limits)
        case Line(parts):
            return _textual(parts, limits)
        case Code(text, _, caption):
            return _textual((text, caption), limits, blocks=2 if caption else 1)
        case Facts(pairs):
            every = [part for name, value in pairs for part in (name, *value)]
            return _textual(every, limits, facts=len(pairs))
        case Choices():
            return _pressed(block, limits)
        case _ as never:
            assert_never(never)


def _textual(
    parts: Parts | list[str | datetime], limits: Limits, *, blocks: int = 1, facts: int = 0
) -> Cost:
    text = size_of(tuple(parts), limits) + facts * AROUND
    if not limits.payload:
        return Cost(text, blocks)
    written = sum(_bytes(part) if isinstance(part, str) else limits.time for part in parts)
    around = blocks * limits.json.block + facts * limits.json.option
    return Cost(text, blocks, payload=written + around)


def controls(choices: Choices, limits: Limits) -> int:
    """The native blocks that choices take."""
    if choices.menu:
        return 2 if limits.nested else 1
    rows = -(-len(choices.buttons) // limits.row)
    return rows + len(choices.buttons) if limits.nested else rows


def _pressed(choices: Choices, limits: Limits) -> Cost:
    text = limits.size(choices.label) if choices.menu else 0
    for button in choices.buttons:
        text += limits.size(button.label) + limits.size(f"{button.key}{button.count or ''}")
    return Cost(
        text,
        controls(choices, limits),
        buttons=0 if choices.menu else len(choices.buttons),
        selects=1 if choices.menu else 0,
        payload=_written(choices, limits) if limits.payload else 0,
    )


def _written(choices: Choices, limits: Limits) -> int:
    """The bytes of choices."""
    json = limits.json
    said = sum(_bytes(button.label) + _bytes(button.token) for button in choices.buttons)
    if choices.menu:
        options = said + json.option * len(choices.buttons)
        return options + json.block + json.button * json.button_times
    buttons = said + json.button * len(choices.buttons)
    return buttons * json.button_times + json.block * -(-len(choices.buttons) // limits.row)


def _bytes(text: str) -> int:
    """As UTF-8 within JSON: quotes, backslashes and line breaks are escaped."""
    return len(text.encode()) + text.count('"') + text.count("\\") + text.count("\n") + 2
