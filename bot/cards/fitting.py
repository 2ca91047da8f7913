"""One block within one platform's limits: what is too long for a block becomes several of them."""

from collections.abc import Iterator
from dataclasses import replace
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
from bot.cards.costs import AROUND, size_of
from bot.cards.limits import Limits
from bot.cards.passages import split_markdown
from bot.cards.splitting import split_exactly, split_text

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
