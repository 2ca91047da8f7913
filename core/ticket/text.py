"""A ticket note as plain text, for PSAs that know no Markdown. It wraps nothing."""

from collections.abc import Iterator
from typing import assert_never

from core.ticket.blocks import Block, Heading, Item, Items, Label, Pairs, Paragraph, Title
from core.ticket.outline import outline
from core.ticket.parts import Report
from core.ticket.prose import Line, Style, flat


def render(report: Report) -> str:
    """The note as plain text, ending in one newline."""
    blocks = list(outline(report))
    return "".join(_block(block) + _after(block) for block in blocks).rstrip("\n") + "\n"


def _block(block: Block) -> str:
    match block:
        case Title(text=text):
            return flat(text)
        case Heading(text=text):
            return text.upper()
        case Label(text=text):
            return text if text.endswith("?") else f"{text}:"
        case Paragraph(sentences=sentences):
            return " ".join(_line(sentence) for sentence in sentences)
        case Pairs(pairs=pairs):
            return "\n".join(f"{name}: {value}" for name, value in pairs)
        case Items(items=items):
            return "\n".join(line for item in items for line in _item(item))
        case _ as never:
            assert_never(never)


def _after(block: Block) -> str:
    """What follows a heading stands right under it."""
    return "\n" if isinstance(block, Heading | Label) else "\n\n"


def _item(item: Item) -> Iterator[str]:
    yield f"- {_line(item.line)}"
    for text in (item.quote, item.code):
        if text:
            yield from (f"    {line}".rstrip() for line in text.split("\n"))


def _line(line: Line) -> str:
    return "".join(s.text.upper() if s.style is Style.ALERT else s.text for s in line)
