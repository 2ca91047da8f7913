"""A ticket note as Markdown (CommonMark). What people wrote cannot become a mark or HTML."""

import re
from collections.abc import Iterator
from typing import assert_never

from core.ticket.blocks import Block, Heading, Item, Items, Label, Pairs, Paragraph, Title
from core.ticket.outline import outline
from core.ticket.parts import Report
from core.ticket.prose import Line, Span, Style, flat


def render(report: Report) -> str:
    """The note as Markdown, ending in one newline."""
    return "\n\n".join(_block(block) for block in outline(report)) + "\n"


def _block(block: Block) -> str:
    match block:
        case Title(text=text):
            return f"# {escaped(flat(text))}"
        case Heading(text=text):
            return f"## {text}"
        case Label(text=text):
            return f"**{escaped(text)}**"
        case Paragraph(sentences=sentences):
            return _start(" ".join(_line(sentence) for sentence in sentences))
        case Pairs(pairs=pairs):
            return "\n".join(f"- **{escaped(name)}:** {escaped(value)}" for name, value in pairs)
        case Items(items=items):
            return "\n".join(line for item in items for line in _item(item))
        case _ as never:
            assert_never(never)


def _item(item: Item) -> Iterator[str]:
    yield f"- {_start(_line(item.line))}"
    if item.quote:
        yield from _quote(item.quote)
    if item.code:
        yield from _fenced(item.code)


def _quote(text: str) -> Iterator[str]:
    """Each line of a person's words as a line of a quote; two blanks are a hard break."""
    lines = [_start(escaped(line.strip())) for line in text.split("\n")]
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        yield f"  > {line}  " if line and following else f"  > {line}".rstrip()


def _fenced(code: str) -> Iterator[str]:
    """Output as it was pasted, within a fence that is longer than any in it."""
    fence = "`" * max(3, 1 + _longest(code))
    yield f"  {fence}"
    yield from (f"  {line}".rstrip() for line in code.split("\n"))
    yield f"  {fence}"


def _line(line: Line) -> str:
    return "".join(_span(span) for span in line)


def _span(span: Span) -> str:
    match span.style:
        case Style.PLAIN | Style.STRUCK:  # CommonMark strikes nothing
            return escaped(span.text)
        case Style.CODE:
            return _code(span.text)
        case Style.STRONG:
            return f"**{escaped(span.text)}**"
        case Style.ALERT:
            return f"**{escaped(span.text)}**"


def _code(text: str) -> str:
    fence = "`" * (1 + _longest(text))
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def escaped(text: str) -> str:
    """Literal text: what Markdown or HTML would read as a mark is escaped, the rest is left."""
    return _ENTITY.sub("&amp;", _MARK.sub(r"\\\g<0>", text)).replace("<", "&lt;")


def _start(line: str) -> str:
    """`line` at the start of a line, where more characters are marks."""
    return _START.sub(lambda match: f"{match[1]}\\{match[2]}", line, count=1)


def _longest(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


# An underscore inside a word (DC_01) is none; "!" is one only before "[", which is escaped.
_MARK = re.compile(r"[\\`*\[\]|~]|(?<![^\W_])_|_(?![^\W_])")
_ENTITY = re.compile(r"&(?=#?\w{1,40};)")
# Headings, quotes, lists, rules and the underlining of headings.
_START = re.compile(r"^( {0,3}\d{0,9})(#|>|[-+=]|(?<=\d)[.)])")
