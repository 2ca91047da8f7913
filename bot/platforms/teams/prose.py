"""CommonMark as elements of a card. Paragraphs are rich text. A list is Teams' own, in a TextBlock,
where nothing in it could be read as another mark; else its bullets and numbers are drawn.

Longer than most: one walk over CommonMark is one thought.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from markdown_it.token import Token

from bot.cards.markdown import PARSER, plain
from bot.platforms.teams.markdown import Inline, Payload, box, code, is_quiet, rich, runs
from core.frozen import frozen

HEADING: Payload = {"weight": "Bolder"}
LEAD: Payload = {"weight": "Bolder", "size": "Large"}

_UNMARKED = re.compile(r"(?:### (?=.*\S))?[^\\`*_\[\]<>~|&\n\t#=+{-]*")
_SAFE = re.compile(r"(?:https?://[^\s/?#]|mailto:[^\s@]+@)\S*", re.IGNORECASE)
_IN_LIST = re.compile(r"https?://[^\s()\[\]<>*_\\`|]+", re.IGNORECASE)
_EDGE = re.compile(r"[\s(“]")  # what a mark may stand behind
_BULLETS = ("•", "◦", "▪")
_INDENT = "\u00a0" * 4


@frozen
class Piece:
    """Some text of a paragraph, how it looks, and where it leads."""

    text: str
    is_bold: bool = False
    is_italic: bool = False
    is_code: bool = False
    address: str = ""


@dataclass
class _Item:
    """An item of a list: its marker ("-", "2."), how deep it is, and its lines."""

    marker: str
    depth: int
    lines: list[list[Piece]] = field(default_factory=list)


@lru_cache(512)
def prose(markdown: str, *, is_lead: bool = False) -> tuple[Payload, ...]:
    """CommonMark as elements; none where there are no words. `is_lead`: it begins with what the
    card is about. Not to be changed by anybody: the same ones are given again.
    """
    if "  " not in markdown and _UNMARKED.fullmatch(markdown) and not markdown[:1].isdigit():
        said = markdown.strip()
        if said.startswith("### "):
            return (heading(said[4:], LEAD if is_lead else HEADING),)
        return (rich([said]),) if said else ()
    writer = _Writer(LEAD if is_lead else HEADING)
    for token in PARSER.parse(markdown):
        writer.take(token)
    return tuple(writer.finished())


def bare(markdown: str) -> tuple[Payload, ...]:
    """The same words without any looks, which take room."""
    said = plain(markdown).strip()
    return (rich(runs((said,))),) if said else ()


def heading(text: str, style: Payload) -> Payload:
    """A title on one line: a real heading where no mark is in it."""
    if is_quiet(text):
        return {"type": "TextBlock", "text": text, "wrap": True, "style": "heading", **style}
    return rich(runs((text,), **style))


class _Writer:
    """Writes CommonMark's tokens."""

    def __init__(self, title: Payload) -> None:
        self._title = title  # how the first heading looks
        self._boxes: list[list[Payload]] = [[]]  # quotes that are open, in what they stand in
        self._items: list[_Item] = []
        self._numbers: list[int | None] = []  # of the lists that are open; None has bullets
        self._is_heading = False

    def finished(self) -> list[Payload]:
        """Everything."""
        self._end_list()
        return self._boxes[0]

    def take(self, token: Token) -> None:
        """Write one block token."""
        match token.type:
            case "inline":
                self._paragraph(_joined(_pieces(token.children or [])))
            case "fence" | "code_block":
                self._code(token.content.rstrip("\n"))
            case "heading_open" | "heading_close":
                self._is_heading = token.nesting > 0
            case "bullet_list_open":
                self._numbers.append(None)
            case "ordered_list_open":
                start = token.attrGet("start")
                self._numbers.append(1 if start is None else int(start))
            case "bullet_list_close" | "ordered_list_close":
                self._numbers.pop()
                if not self._numbers:
                    self._end_list()
            case "list_item_open":
                self._items.append(_Item(self._marker(), len(self._numbers) - 1))
            case "blockquote_open":
                self._end_list()
                self._boxes.append([])
            case "blockquote_close":
                self._end_list()
                quoted = self._boxes.pop()
                self._add(*([box(quoted, "emphasis")] if quoted else []))
            case _:
                pass

    def _marker(self) -> str:
        number = self._numbers[-1]
        if number is None:
            return "-"
        self._numbers[-1] = number + 1
        return f"{number}."

    def _paragraph(self, pieces: list[Piece]) -> None:
        if not pieces:
            return
        if self._numbers:
            depth = len(self._numbers) - 1
            if not self._items or self._items[-1].depth != depth:  # below what stood in the item
                self._items.append(_Item("", depth))
            self._items[-1].lines.append(pieces)
        elif self._is_heading:
            self._add(_titled(pieces, self._title))
            self._title = HEADING
        else:
            self._add(rich(list(_inlines(pieces))))

    def _code(self, text: str) -> None:
        self._end_list()
        if text.strip():
            self._add(code(text))

    def _add(self, *elements: Payload) -> None:
        self._boxes[-1] += elements

    def _end_list(self) -> None:
        items, self._items = [item for item in self._items if item.lines or item.marker], []
        if items:
            said = _as_markdown(items)
            self._add(rich(list(_drawn(items))) if said is None else _text_block(said))


def _text_block(said: str) -> Payload:
    return {"type": "TextBlock", "text": said, "wrap": True}


def _titled(pieces: Sequence[Piece], style: Payload) -> Payload:
    """A heading in prose; with a link, or code, it is rich text."""
    if any(piece.address or piece.is_code for piece in pieces):
        return rich(list(_inlines(pieces, **style)))
    return heading("".join(piece.text for piece in pieces).replace("\n", " "), style)


# A list that Teams draws


def _as_markdown(items: Sequence[_Item]) -> str | None:
    """Items as Teams' own list; None where they hold what it has no words for."""
    written = []
    for item in items:
        said = _quiet_line(item.lines[0]) if len(item.lines) == 1 else None
        if said is None or item.depth or not item.marker:
            return None
        written.append(f"{item.marker} {said}")
    return "\r".join(written)  # so the documentation of TextBlock breaks lists


def _quiet_line(pieces: Sequence[Piece]) -> str | None:
    """A line with bold, italic and links, if every client reads them so."""
    said = ""
    for at, piece in enumerate(pieces):
        text = piece.text
        if piece.is_code or not is_quiet(text, begins=at == 0):
            return None
        if piece.address and not _IN_LIST.fullmatch(piece.address):
            return None
        mark = "**" * piece.is_bold + "_" * piece.is_italic
        after = pieces[at + 1].text[:1] if at + 1 < len(pieces) else ""
        if mark and not _stands_free(said[-1:], text, after):
            return None
        text = f"[{text}]({piece.address})" if piece.address else text
        said += f"{mark}{text}{mark[::-1]}"
    return said.strip()


def _stands_free(before: str, text: str, after: str) -> bool:
    """Whether what is marked is between blanks and the signs of a sentence."""
    is_tight = text[:1].isalnum() and text[-1:].isalnum()
    ends = not after or not (after.isalnum() or after in "*_")
    return is_tight and ends and (not before or _EDGE.fullmatch(before) is not None)


# A list that is drawn, and paragraphs


def _drawn(items: Sequence[_Item]) -> Iterator[Inline]:
    """Items as lines of rich text, each with its marker."""
    written = ""
    for item in items:
        sign = _BULLETS[min(item.depth, 2)] if item.marker == "-" else item.marker
        begins = f"{_INDENT * item.depth}{sign}\u00a0" if sign else _INDENT * (item.depth + 1)
        for line in item.lines or [[]]:
            yield written + begins
            yield from _inlines(line)
            written, begins = "\n", _INDENT * (item.depth + 1)


def _inlines(pieces: Sequence[Piece], **style: Any) -> Iterator[Inline]:
    for piece in pieces:
        yield from runs((piece.text,), **{**style, **_looks(piece)})


def _looks(piece: Piece) -> Payload:
    looks: Payload = {}
    if piece.is_bold:
        looks["weight"] = "Bolder"
    if piece.is_italic:
        looks["italic"] = True
    if piece.is_code:
        looks["fontType"] = "Monospace"
    if piece.address:
        looks["selectAction"] = {"type": "Action.OpenUrl", "url": piece.address}
    return looks


def _pieces(tokens: Sequence[Token]) -> Iterator[Piece]:
    """The pieces of a paragraph. A link that may not be followed stands beside its words."""
    bold = italic = 0
    address, at_link = "", False
    for token in tokens:
        match token.type:
            case "strong_open" | "strong_close":
                bold += token.nesting
            case "em_open" | "em_close":
                italic += token.nesting
            case "link_open":
                address, at_link = str(token.attrGet("href") or ""), True
            case "link_close":
                if at_link or not _is_safe(address):
                    said = address if at_link else f" ({address})"
                    yield Piece(said, bool(bold), bool(italic), address=_safe(address))
                address = ""
            case "image":
                source = str(token.attrGet("src") or "")
                yield Piece(token.content or source, bool(bold), bool(italic), False, _safe(source))
                if not _is_safe(source):
                    yield Piece(f" ({source})")
            case "softbreak" | "hardbreak":
                said = "\n" if token.type == "hardbreak" else " "
                yield Piece(said, bool(bold), bool(italic), False, _safe(address))
            case _:
                if token.content:
                    is_code = token.type == "code_inline"
                    yield Piece(token.content, bool(bold), bool(italic), is_code, _safe(address))
                    at_link = False


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """The same with pieces in one where nothing tells them apart; blanks are part of a piece."""
    joined: list[Piece] = []
    gap = ""
    for piece in pieces:
        if not piece.text.strip():
            gap += piece.text
            continue
        last = joined[-1] if joined else Piece("", is_code=True)
        if gap and not (last.is_code or last.address):
            joined[-1] = last = replace(last, text=last.text + gap)
        elif gap:
            piece = replace(piece, text=gap + piece.text)
        gap = ""
        if joined and replace(last, text=piece.text) == piece:
            joined[-1] = replace(piece, text=last.text + piece.text)
        else:
            joined.append(piece)
    return joined


def _is_safe(address: str) -> bool:
    return _SAFE.fullmatch(address) is not None


def _safe(address: str) -> str:
    return address if _is_safe(address) else ""
