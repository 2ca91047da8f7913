"""CommonMark, plain text and times as Slack's rich text: the parts of a `rich_text` block.

Slack shows these texts exactly as they are: no mark, no emoji's name (`:ab:` of a MAC address) and
no mention in them means anything, and lists are real lists. Nothing else here may make blocks.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from markdown_it.token import Token

from bot.cards.card import Parts
from bot.cards.markdown import PARSER

Part = dict[str, Any]

FORMAT = "{date_short_pretty} {time}"
INDENT = 8  # the deepest list: RichTextList of docs.slack.dev/tools/node-slack-sdk
ADDRESS = 3_000  # characters of a link

_UNMARKED = re.compile(r"(?:### (?=.*\S))?[^\\`*_\[\]<>~|&\n\t#=+-]*")
_SAFE = re.compile(r"(?:https?://[^\s/?#]|mailto:[^\s@]+@)\S*", re.IGNORECASE)
_BOLD, _ITALIC, _CODE = "bold", "italic", "code"


@lru_cache(512)
def rich(markdown: str) -> tuple[Part, ...]:
    """CommonMark as sections, lists, quotes and code; at least one. Not to be changed by anybody:
    the same ones are given again.
    """
    if "  " not in markdown and _UNMARKED.fullmatch(markdown) and not markdown[:1].isdigit():
        line = markdown.strip()
        return (section(text(line[4:], _BOLD) if line.startswith("### ") else text(line)),)
    writer = _Writer()
    for token in PARSER.parse(markdown):
        writer.take(token)
    return tuple(writer.finished()) or (section(text("")),)


def section(*parts: Part) -> Part:
    """Parts on a line of their own."""
    return {"type": "rich_text_section", "elements": list(parts)}


def preformatted(code: str) -> Part:
    """Code, exactly as it is."""
    return {"type": "rich_text_preformatted", "elements": [text(code)]}


def text(said: str, *styles: str) -> Part:
    """Text as it is; Slack refuses an empty one."""
    part: Part = {"type": "text", "text": said or " "}
    return {**part, "style": dict.fromkeys(styles, True)} if styles else part


def spoken_parts(parts: Parts, *styles: str) -> Iterator[Part]:
    """Text and times, these in the reader's own zone."""
    for part in parts:
        if isinstance(part, datetime):
            yield _time(part, *styles)
        elif part:
            yield text(part, *styles)


def fallback(at: datetime) -> str:
    """A time where Slack cannot show it in the reader's zone."""
    at = at.astimezone(UTC)
    return f"{at.day} {at:%b %Y, %H:%M} UTC"


def _time(at: datetime, *styles: str) -> Part:
    part: Part = {
        "type": "date",
        "timestamp": int(at.timestamp()),
        "format": FORMAT,
        "fallback": fallback(at),
    }
    return {**part, "style": dict.fromkeys(styles, True)} if styles else part


@dataclass
class _List:
    """A list that is open: how many items it has, and the native list that its next one joins."""

    style: str
    count: int
    native: Part | None = None


class _Writer:
    """Writes CommonMark's tokens as rich text, which knows no nesting: a list within another is
    a list of its own, further in, and the outer one goes on with its next number.
    """

    def __init__(self) -> None:
        self._done: list[Part] = []
        self._open: list[Part] = []
        self._lists: list[_List] = []
        self._quotes = 0
        self._heading = self._below_heading = False
        self._item = False  # whether what comes next still belongs to the item's own lines

    def finished(self) -> list[Part]:
        """Everything."""
        self._close()
        return self._done

    def take(self, token: Token) -> None:
        """Write one block token."""
        match token.type:
            case "inline":
                self._paragraph(token.children or [])
            case "fence" | "code_block":
                self._code(token.content.rstrip("\n"))
            case "heading_open":
                self._heading = True
            case "heading_close":
                self._heading, self._below_heading = False, True
            case "list_item_open":
                self._close()
                self._item = True
            case "bullet_list_open" | "ordered_list_open":
                self._close()
                is_ordered = token.type == "ordered_list_open"
                first = int(token.attrGet("start") or 1) if is_ordered else 1
                self._lists.append(_List("ordered" if is_ordered else "bullet", first - 1))
            case "list_item_close":
                self._close()
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "blockquote_open" | "blockquote_close":
                self._close()
                self._quotes += 1 if token.nesting > 0 else -1
            case _:
                pass

    def _paragraph(self, tokens: Sequence[Token]) -> None:
        parts = list(_inline(tokens, (_BOLD,) if self._heading else ()))
        if self._open and parts:
            gap = "\n" if self._item or self._below_heading else "\n\n"
            self._open.append(text(gap))
        elif parts and self._is_below_list():
            self._open.append(text("\n"))
        self._open += parts
        self._below_heading = False

    def _code(self, code: str) -> None:
        self._close()
        if code:
            self._done.append({**preformatted(code), **self._border()})

    def _close(self) -> None:
        """End the lines that are open: an item, a quote or a section."""
        if self._item:
            self._add_item(section(*_joined(self._open or [text("")])))
        elif self._open:
            kind = "rich_text_quote" if self._quotes else "rich_text_section"
            self._done.append({"type": kind, "elements": _joined(self._open)})
        self._open, self._item, self._below_heading = [], False, False

    def _add_item(self, item: Part) -> None:
        within = self._lists[-1]
        if within.native is None or self._done[-1] is not within.native:
            within.native = {"type": "rich_text_list", "style": within.style, "elements": []}
            if within.style == "ordered" and within.count:
                within.native["offset"] = within.count
            if len(self._lists) > 1:
                within.native["indent"] = min(len(self._lists) - 1, INDENT)
            within.native |= self._border()
            self._done.append(within.native)
        within.native["elements"].append(item)
        within.count += 1

    def _border(self) -> Part:
        return {"border": 1} if self._quotes else {}

    def _is_below_list(self) -> bool:
        is_text = not self._item and not self._lists
        return is_text and bool(self._done) and self._done[-1]["type"] == "rich_text_list"


def _inline(tokens: Sequence[Token], styles: tuple[str, ...]) -> Iterator[Part]:
    """The parts of a paragraph."""
    marks, address, at_link = list(styles), "", False
    for token in tokens:
        match token.type:
            case "text" | "code_inline":
                more = (_CODE,) if token.type == "code_inline" else ()
                if token.content:
                    yield _part(token.content, (*marks, *more), address)
                    at_link = False
            case "softbreak" | "hardbreak":
                yield text("\n" if token.type == "hardbreak" else " ", *marks)
            case "strong_open" | "em_open":
                marks.append(_BOLD if token.type == "strong_open" else _ITALIC)
            case "strong_close" | "em_close":
                marks.reverse()
                marks.remove(_BOLD if token.type == "strong_close" else _ITALIC)
                marks.reverse()
            case "link_open":
                address, at_link = str(token.attrGet("href") or ""), True
            case "link_close":
                if at_link or not _is_safe(address):
                    yield _part(address if at_link else f" ({address})", marks, address)
                address = ""
            case "image":
                source = str(token.attrGet("src") or "")
                yield _part(token.content or source, marks, source)
                if not _is_safe(source):
                    yield text(f" ({source})", *marks)
            case _:
                yield text(token.content, *marks)


def _part(said: str, marks: Sequence[str], address: str) -> Part:
    part = text(said, *dict.fromkeys(marks))
    return {**part, "type": "link", "url": address} if _is_safe(address) else part


def _is_safe(address: str) -> bool:
    """Whether a link may lead there. Others stand beside their words."""
    return len(address) <= ADDRESS and _SAFE.fullmatch(address) is not None


def _joined(parts: Sequence[Part]) -> list[Part]:
    """The same with texts in one where nothing tells them apart."""
    joined: list[Part] = []
    for part in parts:
        last = joined[-1] if joined else {}
        if {**part, "text": ""} == {**last, "text": ""} and "text" in part:
            joined[-1] = {**part, "text": last["text"] + part["text"]}
        else:
            joined.append(part)
    return joined
