"""One block within one platform's limits: what is too long for a block becomes several of them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.cards.arranging import SHARE, full_label
from bot.cards.card import (
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
from bot.cards.costs import AROUND, controls, size_of
from bot.cards.limits import Limits, Units
from bot.cards.passages import split_markdown
from bot.cards.splitting import split_exactly, split_text

_WIDEST = {Units.CODE_POINTS: 1, Units.UTF16: 2, Units.UTF8: 4}
_COUNT = len(" (999 of 999)")
RESERVE = 160  # characters of a page that are not one block's: what leads to the next page


def fitted(block: Block, limits: Limits) -> list[Block]:
    """`block` as blocks that the platform can hold, with nothing lost. Choices stay as they are."""
    most = _most(limits.block, limits)
    match block:
        case Heading(text):
            line = " ".join(text.split())
            return [Heading(piece) for piece in split_text(line, limits.heading, limits.size)]
        case Prose(text, lead):
            first, *others = split_markdown(text, most, limits.size)
            return [Prose(first, lead), *map(Prose, others)]
        case Notice(text, weight):
            return [Notice(piece, weight) for piece in split_markdown(text, most, limits.size)]
        case Line():
            return [*_lines(block, most, limits)]
        case Code():
            return [*_code(block, most, limits)]
        case Facts(pairs):
            return [*_facts(pairs, most, limits)]
        case Document():
            return [*_documents(block, limits)]
        case Choices():
            return [block]
        case _ as never:
            assert_never(never)


def plainly_fits(card: Card, limits: Limits) -> bool:
    """Whether a card is surely one page as it is, but for what `with_badges` writes into its
    buttons: nearly all are, and need no more measuring. False may still fit.
    """
    if limits.payload or not card.summary:
        return False
    sizes = [_plain_size(block, limits) for block in card.blocks]
    choices = [block for block in card.blocks if isinstance(block, Choices)]
    pressed = sum(len(block.buttons) for block in choices if not block.menu)
    return (
        all(sizes)
        and sum(sizes) + 2 * len(sizes) * limits.around < limits.message
        and _surely(card.summary, limits) <= limits.summary
        and _are_few(len(sizes) - len(choices), choices, limits)
        and pressed < limits.buttons
        and len(choices) <= min(limits.selects, limits.blocks // 8)
    )


def _are_few(others: int, choices: Sequence[Choices], limits: Limits) -> bool:
    """Whether choices and other blocks are few enough, whatever these become."""
    if not limits.nested:
        return 2 * (others + len(choices)) <= limits.blocks
    native = sum(controls(block, limits) for block in choices)
    return native <= limits.blocks // SHARE and 2 * others + native <= limits.blocks


def _surely(text: str, limits: Limits) -> int:
    """At most so many units, found quickly: all its characters could be the widest."""
    return limits.size(text) if limits.entities else len(text) * _WIDEST[limits.units]


def _plain_size(block: Block, limits: Limits) -> int:
    """The units of a block that fits as it is, or more; 0 where that must be looked at."""
    match block:
        case Line((str(text),)):  # first, as most blocks are
            size = _surely(text, limits)
            fits = size <= limits.block
        case Heading(text):
            size = _surely(text, limits)
            fits = size <= limits.heading and text == " ".join(text.split())
        case Prose(text) | Notice(text):
            size = _surely(text, limits)
            fits = size <= limits.block
        case Line(parts):
            times = sum(limits.time for part in parts if isinstance(part, datetime))
            size = times + sum(_surely(part, limits) for part in parts if isinstance(part, str))
            fits = size <= limits.block
        case Code(text, language, caption):
            above, size = _surely(caption, limits), _surely(text, limits)
            fits = above + _COUNT <= limits.heading and "\n" not in caption
            fits = fits and size <= limits.block and _surely(language, limits) <= limits.fact_name
            size += above
        case Choices(buttons, label, menu):
            most = limits.option_label if menu else limits.button_label
            labels = [full_label(button, limits) for button in buttons]
            said = _surely("".join(labels), limits)
            # Where nothing counts for more than one, the longest is the largest.
            even = said == sum(map(len, labels))
            sizes = map(len, labels) if even else (_surely(each, limits) for each in labels)
            fits = max(sizes, default=most) <= most and len(labels) <= limits.options
            size = said + _surely(label, limits) + 12 * len(labels)
        case _:
            return 0
    return size if fits else 0


def _most(limit: int, limits: Limits) -> int:
    return min(limit, limits.message - RESERVE)


def _lines(line: Line, most: int, limits: Limits) -> Iterator[Line]:
    if size_of(line.parts, limits) <= most:
        yield line
        return
    for part in line.parts:
        if isinstance(part, datetime):
            yield replace(line, parts=(part,))
        else:
            for piece in split_text(part, most, limits.size):
                yield replace(line, parts=(piece,))


def _code(code: Code, most: int, limits: Limits) -> Iterator[Block]:
    caption, language = " ".join(code.caption.split()), code.language
    if limits.size(caption) > limits.heading - _COUNT:
        yield from _lines(Line((caption,)), most, limits)
        caption = ""
    if limits.size(language) > limits.fact_name:
        language = ""
    pieces = split_exactly(code.text, most, limits.size)
    for number, piece in enumerate(pieces, 1):
        yield Code(piece, language, _counted(caption, number, len(pieces)))


def _facts(pairs: tuple[tuple[str, Parts], ...], most: int, limits: Limits) -> Iterator[Block]:
    """Pairs in blocks of as many as fit; one that is too long becomes a line."""
    held: list[tuple[str, Parts]] = []
    used = 0
    for name, value in pairs:
        size = limits.size(name) + size_of(value, limits) + AROUND
        is_long = limits.size(name) > limits.fact_name or size > most
        if held and (is_long or used + size > most or len(held) == limits.facts):
            yield Facts(tuple(held))
            held, used = [], 0
        if is_long:
            yield from _lines(Line((f"{name}: ", *value)), most, limits)
        else:
            held, used = [*held, (name, value)], used + size
    if held:
        yield Facts(tuple(held))


def _documents(document: Document, limits: Limits) -> Iterator[Document]:
    most = _most(limits.document or limits.block, limits)
    pieces = split_exactly(document.text, most, limits.size)
    stem, dot, end = document.name.rpartition(".")
    for number, piece in enumerate(pieces, 1):
        numbered = f"{stem}-{number}{dot}{end}" if dot else f"{end}-{number}"
        yield Document(piece, numbered if len(pieces) > 1 else document.name)


def _counted(caption: str, number: int, of: int) -> str:
    return f"{caption} ({number} of {of})".strip() if of > 1 else caption
