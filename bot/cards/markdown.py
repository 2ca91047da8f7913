"""CommonMark read: as plain text, as a question that stands out; and plain text written as it.

HTML in it is text, as everywhere. Splitting a long one is bot/cards/passages.py.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

LEAD_LIMIT = 200  # characters of a first paragraph that can stand as a heading

PARSER = MarkdownIt("commonmark", {"html": False})

# CommonMark 0.31, 2.4: a backslash makes ASCII punctuation literal.
_SPECIAL = re.compile(r"[\\`*_\[\]<>~|&]")
_MARKER = re.compile(r"^([-+=#]+|\d{1,9}[.)])(?=\s|$)")
_UNMARKED = re.compile(r"[^\\`*_\[\]<>~|&\n\t#=+-]*")
# What begins another block than a paragraph, or a break within one that must stay.
_BLOCK = re.compile(r"^(?: {4}|\t|\s*(?:[-+*>|]|#{1,6}(?:\s|$)|```|~~~|[=_]+\s*$|\d+[.)]\s))", re.M)
_BREAK = re.compile(r"(?:  |\\)\n|#\s*$")


@lru_cache(maxsize=512)
def plain(markdown: str) -> str:
    """What is read: without marks, one line a paragraph or item; links with their address."""
    if "  " not in markdown and _UNMARKED.fullmatch(markdown) and not markdown[:1].isdigit():
        return markdown.strip()
    return "\n".join(line for line in _lines(PARSER.parse(markdown)) if line.strip())


def escaped(text: str) -> str:
    """Plain text as CommonMark that reads the same; its line breaks stay."""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "\n\n".join(
        "  \n".join(literal(line.strip()) for line in paragraph.split("\n"))
        for paragraph in paragraphs
    )


def literal(line: str) -> str:
    """A line or word as CommonMark in which nothing is a mark."""
    special = _SPECIAL.sub(lambda found: "\\" + found[0], line)
    return held(special)


def held(line: str) -> str:
    """`line` so that it does not begin a list, a heading or a rule."""
    return _MARKER.sub(lambda found: _held(found[1]), line)


def lead(markdown: str) -> str:
    """A question or task with its first paragraph as a heading, where it is short enough."""
    text = markdown.strip()
    first, gap, rest = text.partition("\n\n")
    if len(first) > LEAD_LIMIT or not first or _BLOCK.search(first) or _BREAK.search(first):
        return text
    return f"### {' '.join(first.split())}{gap}{rest}"


def begun(words: str, markdown: str) -> str:
    """CommonMark that begins with strong `words`; what must begin a block still does."""
    text = markdown.strip()
    gap = "\n\n" if _BLOCK.match(text) else " "
    return f"**{words}**{gap}{text}"


def linked(title: str, address: str) -> str:
    """A link; as plain text where the address is none that opens safely."""
    if not address.startswith(("https://", "http://")) or re.search(r"[\s<>\\]", address):
        return literal(f"{title}, {address}")
    return f"[{literal(' '.join(title.split()))}](<{address}>)"


def _held(marker: str) -> str:
    """What would begin a list, a heading or a rule, as words."""
    return f"{marker[:-1]}\\{marker[-1]}" if marker[0].isdigit() else f"\\{marker}"


def _lines(tokens: Iterable[Token]) -> Iterator[str]:
    marker = ""
    for token in tokens:
        if token.type == "list_item_open":
            marker += f"{token.info}{token.markup} " if token.info else "- "
        elif token.type == "inline":
            yield marker + inline(token.children or [])
            marker = ""
        elif token.type in ("fence", "code_block"):
            yield marker + token.content.rstrip("\n")
            marker = ""


def inline(tokens: Iterable[Token]) -> str:
    """The text of a paragraph's tokens."""
    text: list[str] = []
    targets: list[tuple[str, int]] = []
    for token in tokens:
        if token.type in ("text", "code_inline"):
            text.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            text.append("\n" if token.type == "hardbreak" else " ")
        elif token.type == "link_open":
            targets.append((str(token.attrGet("href") or ""), len(text)))
        elif token.type == "link_close":
            address, begin = targets.pop()
            if address and "".join(text[begin:]) not in (address, address.partition(":")[2]):
                text.append(f" ({address})")
        elif token.type == "image":
            text.append(f"{inline(token.children or [])} ({token.attrGet('src')})")
    return "".join(text)
