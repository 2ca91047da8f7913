"""CommonMark as Discord's markdown, which has no blocks within blocks but lists: code within a list
or a quote stands by itself, a heading there is bold. Nothing else here may make components.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from markdown_it.token import Token

from bot.cards.markdown import PARSER, inline
from bot.platforms.discord.markdown import ADDRESS, escaped, fenced, link
from core.frozen import frozen

HEADINGS = 3  # of as many sizes

_BOLD, _ITALIC = "**", "*"
_UNMARKED = re.compile(r"(?:### (?=.*\S))?[A-Za-z][^\\`*_\[\]<>~|&\n\t#=+:@-]*")
_LOOSE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")  # an underscore that is not within a word
_IN_LINK = str.maketrans({mark: f"%{ord(mark):02X}" for mark in "()[]*"})


@frozen
class _Piece:
    """Text as it is written, and the marks around it; a blank has those of its neighbours."""

    text: str
    marks: tuple[str, ...] = ()


@lru_cache(512)
def prose(markdown: str) -> str:
    """What a text display holds; "" where there are no words."""
    if "  " not in markdown and _UNMARKED.fullmatch(markdown):
        return markdown.strip()
    writer = _Writer()
    for token in PARSER.parse(markdown):
        writer.take(token)
    return writer.finished().strip("\n")


class _Writer:
    """Writes CommonMark's tokens, line by line."""

    def __init__(self) -> None:
        self._out = ""
        self._last = ""  # what stands above: text, heading, item, code
        self._numbers: list[int | None] = []  # of the lists that are open; None has bullets
        self._marker = ""  # of the item whose first words come next
        self._heading = self._quotes = 0

    def finished(self) -> str:
        """Everything."""
        return self._out

    def take(self, token: Token) -> None:
        """Write one block token."""
        match token.type:
            case "inline":
                self._paragraph(token.children or [])
            case "fence" | "code_block":
                self._code(token.content.rstrip("\n"), token.info.strip())
            case "heading_open":
                self._heading = int(token.tag[1:])
            case "heading_close":
                self._heading = 0
            case "bullet_list_open":
                self._numbers.append(None)
            case "ordered_list_open":
                start = token.attrGet("start")
                self._numbers.append(1 if start is None else int(start))
            case "bullet_list_close" | "ordered_list_close":
                self._numbers.pop()
            case "list_item_open":
                self._marker = (self._marker or self._indent(-1)) + self._next_marker()
            case "list_item_close":
                self._marker = ""
            case "blockquote_open" | "blockquote_close":
                self._quotes += token.nesting
            case _:
                pass

    def _next_marker(self) -> str:
        number = self._numbers[-1]
        if number is None:
            return "- "
        self._numbers[-1] = number + 1
        return f"{number}. "

    def _indent(self, beyond: int = 0) -> str:
        return "  " * (len(self._numbers) + beyond)  # of which Discord takes more than the parser

    def _paragraph(self, tokens: Sequence[Token]) -> None:
        is_alone = not self._numbers and not self._quotes
        titled = self._heading and self._heading <= HEADINGS and is_alone
        pieces = list(_pieces(tokens, (_BOLD,) if self._heading and not titled else ()))
        said = _composed(pieces)
        if not said.strip():
            return
        if titled:
            self._add("heading", ["#" * self._heading + " " + said.replace("\n", " ")])
            return
        first, *others = said.split("\n")
        kind = "item" if self._numbers else "heading" if self._heading else "text"
        begin = self._marker or self._indent()
        self._marker = ""
        self._add(kind, [begin + first, *(self._indent() + other for other in others)])

    def _code(self, code: str, language: str) -> None:
        if self._marker:  # an item that begins with code
            number = self._marker.split()[-1]
            self._add("text", ["•" if number == "-" else f"{number[:-1]}\\."])
            self._marker = ""
        if code.strip():
            self._add("code", [fenced(code, language)], quoted=False)

    def _add(self, kind: str, lines: list[str], *, quoted: bool = True) -> None:
        before = "> " if self._quotes and quoted else ""
        self._out += self._gap(kind) + "\n".join(before + line for line in lines)
        self._last = kind

    def _gap(self, kind: str) -> str:
        if not self._out:
            return ""
        is_apart = kind in ("text", "heading") and self._last in ("text", "item")
        return "\n\n" if is_apart and not self._quotes else "\n"


def _composed(pieces: Sequence[_Piece]) -> str:
    """Pieces in one text, marks opened and closed where no blank is within."""
    out, gap = "", ""
    opened: tuple[str, ...] = ()
    for piece in pieces:
        if not piece.text.strip():
            gap += piece.text
            continue
        marks = piece.marks
        kept = 0 if "\n" in gap else _common(opened, marks)
        if opened[kept:] and marks[kept:] and not gap:
            marks = marks[:kept]  # stars that end and stars that begin would be read as one
        out += "".join(reversed(opened[kept:])) + gap + "".join(marks[kept:]) + piece.text
        opened, gap = marks, ""
    return out + "".join(reversed(opened)) + gap


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _pieces(tokens: Sequence[Token], styles: tuple[str, ...]) -> Iterator[_Piece]:
    """The pieces of a paragraph."""
    styled, at = list(styles), 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        marks = tuple(mark for mark in (_BOLD, _ITALIC) if mark in styled)  # always in this order
        match token.type:
            case "code_inline":
                yield from _coded(token.content, marks)
            case "softbreak" | "hardbreak":
                yield _Piece("\n" if token.type == "hardbreak" else " ")
            case "strong_open" | "em_open":
                styled.append(_BOLD if token.type == "strong_open" else _ITALIC)
            case "strong_close" | "em_close":
                styled.remove(_BOLD if token.type == "strong_close" else _ITALIC)
            case "link_open":
                end = _end_of_link(tokens, at)
                address = str(token.attrGet("href") or "")
                label = "" if token.info == "auto" else inline(_without_links(tokens[at:end]))
                yield from _linked(label, address, marks)
                at = end + 1
            case "image":
                address = str(token.attrGet("src") or "")
                yield from _linked(inline(token.children or []), address, marks)
            case _:
                yield from _text(token.content, marks)


def _text(text: str, marks: tuple[str, ...]) -> Iterator[_Piece]:
    core = text.strip()
    before, _, after = text.partition(core) if core else (text, "", "")
    if before:
        yield _Piece(before)
    if core:
        written = escaped(core, within=bool(marks))
        if written.endswith("\\"):  # Discord would take the star that follows for an escaped one
            marks = tuple(mark for mark in marks if mark != _ITALIC)
        yield _Piece(written, marks)
    if after:
        yield _Piece(after)


def _coded(code: str, marks: tuple[str, ...]) -> Iterator[_Piece]:
    """Code within a line: between one tick, or two; where both are in it, it is text."""
    if not code.strip():
        return
    ticks = "``" if "`" in code else "`"
    if "``" in code or code[0] == "`" or code[-1] == "`":
        yield from _text(code, marks)
    else:
        # What encloses it is looked for first, so none of its signs may stand in it.
        yield _Piece(f"{ticks}{code}{ticks}", () if re.search(r"[*\\]", code) else marks)


def _linked(label: str, address: str, marks: tuple[str, ...]) -> Iterator[_Piece]:
    """A link: under its words where nothing in them is a mark, since there none can be escaped."""
    words = " ".join(label.split())
    is_safe = ADDRESS.fullmatch(address) is not None and "\\" not in address
    leads = link(address, within=bool(marks)) if is_safe else escaped(address, within=bool(marks))
    if not words or words == address:
        yield _Piece(leads, marks) if leads else _Piece("")
    elif is_safe and _is_quiet(words):
        yield _Piece(f"[{words}]({address.translate(_IN_LINK)})", marks)
    else:
        yield from _text(words, marks)
        if address:
            yield from (_Piece(" "), _Piece(f"({leads})", marks))


def _is_quiet(words: str) -> bool:
    """Whether all its signs are only signs."""
    bare = words if _LOOSE.search(words) else words.replace("_", "")
    return escaped(bare) == bare and "://" not in words


def _end_of_link(tokens: Sequence[Token], begin: int) -> int:
    return next(at for at in range(begin, len(tokens)) if tokens[at].type == "link_close")


def _without_links(tokens: Sequence[Token]) -> Iterator[Token]:
    """The words of a link; of a picture in it, its own."""
    for token in tokens:
        if token.type == "image":
            yield from token.children or []
        else:
            yield token
