"""Teams' HTML as plain text: lines, lists, tables and code as they are read; who is mentioned by
name; what is quoted left out.

https://learn.microsoft.com/graph/api/resources/chatmessage
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.platforms.teams.markup import Tag, parts

Named = Callable[[str, str], str]  # from a mention's number and its words to what stands for it

_SCHEMA = "http://schema.skype.com/"
_QUOTE, _MENTION, _PICTURE = f"{_SCHEMA}Reply", f"{_SCHEMA}Mention", f"{_SCHEMA}AMSImage"
_CODE = ("pre", "codeblock")
_LISTS = ("ul", "ol")
_CELLS = ("td", "th")
_BLOCKS = {
    *("p", "div", "li", "tr", "blockquote", "table", "hr", "h1", "h2", "h3", "h4", "h5", "h6"),
    *_LISTS,
    *_CODE,
}
_MENTIONS = ("at", "span", "readonly")  # what a mention is written as
_BLANKS = re.compile(r"\s+")
_PEOPLE = ("mailto", "tel")
_LEADS = ("http", "https", "ftp", "ftps", "file", *_PEOPLE)


@dataclass
class Reading:
    """HTML that is read once. `quoted` are the ids of whom it answers."""

    named: Named
    quoted: list[str] = field(default_factory=list)
    _lines: list[str] = field(default_factory=list)
    _line: list[str] = field(default_factory=list)
    _lists: list[int | None] = field(default_factory=list)  # the number of the last step, if any
    _sign: str = ""  # what stands before the item that begins
    _cells: int | None = None  # of the row so far
    _quotes: int = 0  # how deep we are in what was quoted
    _code: list[str] | None = None
    _codes: int = 0  # how deep we are in code
    _mention: list[str] | None = None
    _number: str = ""
    _spans: int = 0  # how deep we are in a mention
    _link: tuple[str, list[str]] | None = None  # where it leads, and its words
    _is_emoji: bool = False

    def read(self, html: str) -> str:
        """What it says."""
        for part in parts(html.replace("\0", "")):
            if isinstance(part, str):
                self._say(part)
            else:
                self._is_emoji = False
                self._ended(part) if part.ends else self._begun(part)
        self._finish()
        return _joined(self._lines)

    def _finish(self) -> None:
        """Whatever was not ended, ends."""
        self._end_link()
        self._end_block("table")
        self._codes = 0
        self._end_code()

    def _say(self, words: str) -> None:
        if self._quotes or self._is_emoji:
            return
        if self._mention is not None:
            self._mention.append(words)
            return
        if self._link is not None:
            self._link[1].append(words)
        if self._code is None:
            self._line.append(words)
        else:
            self._code.append(words.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " "))

    # What begins

    def _begun(self, tag: Tag) -> None:
        kind = tag.given.get("itemtype", "")
        if self._quotes:
            self._quotes += tag.name == "blockquote"
            if self._quotes == 1 and tag.given.get("itemprop") == "mri":
                self.quoted.append(tag.given.get("itemid", ""))
        elif tag.name == "blockquote" and kind == _QUOTE:
            self._break()
            self._quotes = 1
        elif self._mention is not None and tag.name in _MENTIONS:
            self._spans += 1
        elif tag.name == "at" or (kind == _MENTION and tag.name in _MENTIONS):
            self._mention, self._spans = [], 1
            self._number = tag.given.get("itemid", tag.given.get("id", ""))
        elif tag.name == "br":
            self._new_line()
        elif tag.name in ("img", "emoji"):
            self._picture(tag, kind)
        elif tag.name == "a":
            self._end_link()
            self._link = tag.given.get("href", "").strip(), []
        elif tag.name in _CELLS and self._cells is not None:
            self._cell()
        elif tag.name in _BLOCKS:
            self._block(tag)

    def _picture(self, tag: Tag, kind: str) -> None:
        """A smiley is said; a picture is a file of the message."""
        alt = tag.given.get("alt", "")
        if kind != _PICTURE and alt != "image":
            self._say(alt)
        self._is_emoji = tag.name == "emoji"

    def _cell(self) -> None:
        assert self._cells is not None
        if self._cells:
            self._line.append(" | ")
        self._cells += 1

    def _block(self, tag: Tag) -> None:
        self._break()
        if tag.name in _CODE:
            self._codes += 1
            if self._code is None:
                self._code = []
        elif self._code is not None:
            return
        elif tag.name in _LISTS:
            first = tag.given.get("start", "1")
            number = int(first) if first.isascii() and first.isdigit() and len(first) < 9 else 1
            self._lists.append(number - 1 if tag.name == "ol" else None)
        elif tag.name == "li":
            self._sign = self._next()
        elif tag.name == "tr":
            self._cells = 0

    def _next(self) -> str:
        last = self._lists[-1] if self._lists else None
        if last is None:
            return "- "
        self._lists[-1] = last + 1
        return f"{last + 1}. "

    # What ends

    def _ended(self, tag: Tag) -> None:
        if self._quotes:
            self._quotes -= tag.name == "blockquote"
        elif self._mention is not None and tag.name in _MENTIONS:
            self._spans -= 1
            if not self._spans:
                self._end_mention()
        elif tag.name == "a":
            self._end_link()
        elif tag.name in _BLOCKS:
            self._end_block(tag.name)

    def _end_block(self, name: str) -> None:
        if name in ("tr", "table"):
            self._cells = None
        self._break()
        if name in _CODE:
            self._end_code()
        elif name == "li":
            self._sign = ""
        elif name in _LISTS and self._lists:
            self._lists.pop()

    def _end_mention(self) -> None:
        if self._mention is not None:
            words, self._mention = "".join(self._mention), None
            self._say(self.named(self._number, words))

    def _end_link(self) -> None:
        """Where a link leads, unless its words say that."""
        if self._link is not None:
            (address, words), self._link = self._link, None
            said = _one_line("".join(words))
            scheme, _, rest = address.partition(":")
            if scheme.casefold() in _LEADS and _bare(said) != _bare(address):
                told = rest if scheme.casefold() in _PEOPLE else address
                self._say(f" ({told})" if said else told)

    def _end_code(self) -> None:
        self._codes = max(self._codes - 1, 0)
        if self._code is not None and not self._codes:
            said, self._code = "".join(self._code), None
            self._lines.append(said.removeprefix("\n").rstrip())

    # Lines

    def _break(self) -> None:
        """Something else begins below; in a cell of a table, beside."""
        self._end_mention()
        if self._code is not None:
            if self._code and not self._code[-1].endswith("\n"):
                self._code.append("\n")
        elif self._cells is not None:
            self._line.append(" ")
        elif "".join(self._line).strip(" \t\r\n\f\v"):
            self._new_line()
        else:
            self._line.clear()

    def _new_line(self) -> None:
        self._end_mention()
        if self._code is not None:
            self._code.append("\n")
        elif self._cells is not None:
            self._line.append(" ")
        else:
            said = _one_line("".join(self._line))
            self._lines.append(f"{self._sign}{said}" if said else "")
            self._line.clear()
            self._sign = "" if said else self._sign


def _one_line(words: str) -> str:
    return _BLANKS.sub(" ", words).strip()


def _joined(lines: list[str]) -> str:
    """Lines, with one empty line where there are many; code is as it is."""
    shown: list[str] = []
    for line in lines:
        if line or (shown and shown[-1]):
            shown.append(line)
    return "\n".join(shown).strip("\n")


def _bare(address: str) -> str:
    """An address without what nobody writes."""
    plain = address.casefold().rstrip("/")
    for scheme in ("https://", "http://", "mailto:", "tel:", "www."):
        plain = plain.removeprefix(scheme)
    return plain


def spaced(text: str) -> str:
    """A text without its needless blanks."""
    lines = [_one_line(line) for line in text.replace("\0", "").split("\n")]
    return _joined(lines)


def nobody(_: str, words: str) -> str:
    """Whoever is mentioned, by the words alone."""
    return f"@{name_of(words)}"


def name_of(words: str) -> str:
    """Who is meant with the words of a mention."""
    return _one_line(words).removeprefix("@")
