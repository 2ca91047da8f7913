"""What somebody wrote, as plain text: Teams says it in HTML beside a poorer text, with mentions and
quotes inside.

https://learn.microsoft.com/microsoftteams/platform/resources/bot-v3/bot-conversations/bots-conversations
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from mimetypes import guess_extension, guess_type
from typing import Any
from urllib.parse import unquote, urlsplit

from pydantic_core import from_json

from bot.port import File
from core.frozen import frozen

Json = Mapping[str, Any]
Attributes = Sequence[tuple[str, str | None]]
_DOWNLOAD = "application/vnd.microsoft.teams.file.download.info"
_HTML, _REFERENCE = "text/html", "reference"
_QUOTE, _MENTION = "http://schema.skype.com/Reply", "http://schema.skype.com/Mention"
_BREAKS = {"p", "div", "li", "tr", "blockquote", "pre", "codeblock", "table", "h1", "h2", "h3"}
_VOID = {"br", "img", "hr", "emoji", "attachment"}
_BLANKS = re.compile(r"[ \t\xa0]+")
_GAPS = re.compile(r"\n{3,}")


@frozen
class Said:
    """`mentions`: the bot is named in it; `quotes`: it answers something that the bot said."""

    text: str
    mentions: bool = False
    quotes: bool = False


def said(activity: Json, me: str) -> Said:
    """What a message says; `me` is the bot's own id in the conversation."""
    named = list(_mentioned(activity))
    own = {name for id, name, _ in named if id == me}
    html = _html(activity)
    if html is not None:
        read = _Read(own, me)
        read.feed(html)
        read.close()
        return Said(read.text(), bool(own), read.quotes)
    text = str(activity.get("text") or "")
    for id, name, written in named:
        text = text.replace(written, "" if id == me else f"@{name}")
    return Said(_tidy(text), bool(own))


def plain(html: str) -> str:
    """HTML as plain text."""
    read = _Read(set(), "")
    read.feed(html)
    read.close()
    return read.text()


def files(activity: Json) -> tuple[File, ...]:
    """The files of a message; how large they are is not said. Files in channels lie in SharePoint:
    Teams does not hand them to bots.
    """
    found: list[File] = []
    for each in activity.get("attachments") or ():
        kind = str(each.get("contentType") or "")
        if kind == _DOWNLOAD and each.get("content"):
            name = str(each.get("name") or "file")
            found.append(_file(name, guess_type(name)[0], str(each["content"]["downloadUrl"])))
        elif kind.startswith("image/") and each.get("contentUrl"):
            address = str(each["contentUrl"])
            name = str(each.get("name") or _called(address, kind, len(found) + 1))
            media = guess_type(name)[0] if kind == "image/*" else kind
            found.append(_file(name, media, address))
    return tuple(found)


def linked(attachments: Sequence[Json]) -> Iterator[str]:
    """The files of a message that can only be pointed at, one a line."""
    for each in attachments:
        if each.get("contentType") == _REFERENCE and each.get("contentUrl"):
            yield f"{each.get('name') or 'File'}: {each['contentUrl']}"


def card_texts(content: Any) -> Iterator[str]:
    """What a card says, which a message carries as JSON or as text of it."""
    if isinstance(content, str):
        try:
            content = from_json(content)
        except ValueError:
            return
    if isinstance(content, Mapping):
        facts = isinstance(content.get("title"), str) and isinstance(content.get("value"), str)
        if facts:
            yield f"{content['title']}: {content['value']}"
        elif isinstance(content.get("text"), str):
            yield content["text"]
        for name in ("body", "items", "columns", "facts", "inlines"):
            yield from card_texts(content.get(name))
    elif isinstance(content, list):
        for each in content:
            yield from card_texts(each) if not isinstance(each, str) else (each,)


def _mentioned(activity: Json) -> Iterator[tuple[str, str, str]]:
    """Whom it mentions: the id, the name, and how that is written in the text."""
    for entity in activity.get("entities") or ():
        if entity.get("type") == "mention":
            told = entity.get("mentioned") or {}
            written = str(entity.get("text") or "")
            name = str(told.get("name") or plain(written))
            yield str(told.get("id") or ""), name.strip(), written


def _html(activity: Json) -> str | None:
    for each in activity.get("attachments") or ():
        if each.get("contentType") == _HTML and isinstance(each.get("content"), str):
            return str(each["content"])
    if activity.get("textFormat") in ("xml", "html"):
        return str(activity.get("text") or "")
    return None


def _file(name: str, media: str | None, address: str) -> File:
    return File(name, media or "application/octet-stream", 0, address)


def _called(address: str, kind: str, number: int) -> str:
    """What a picture is called that was pasted: its address may say, but seldom does."""
    last = unquote(urlsplit(address).path.rpartition("/")[2])
    if guess_type(last)[0]:
        return last
    ending = guess_extension(kind) or ".png"
    return f"picture{ending}" if number == 1 else f"picture-{number}{ending}"


def _tidy(text: str) -> str:
    lines = (_BLANKS.sub(" ", line).strip() for line in text.split("\n"))
    return _GAPS.sub("\n\n", "\n".join(lines)).strip()


class _Read(HTMLParser):
    """A message's HTML, read once."""

    def __init__(self, own: set[str], me: str) -> None:
        super().__init__(convert_charrefs=True)
        self.quotes = False
        self._own, self._me = own, me
        self._parts: list[str] = []
        self._skipped = 0  # how deep we are in what was quoted
        self._named: list[str] | None = None  # the name that is being mentioned
        self._codes = 0

    def text(self) -> str:
        """What was read."""
        said = "".join(self._parts)
        pieces = said.split("\0")  # what stands between two is code, and keeps its blanks
        tidied = [piece if at % 2 else _spaced(piece) for at, piece in enumerate(pieces)]
        return _GAPS.sub("\n\n", "".join(tidied)).strip()

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Something begins."""
        given = dict(attrs)
        if self._skipped:
            self.quotes |= given.get("itemprop") == "mri" and given.get("itemid") == self._me
            self._skipped += tag not in _VOID
        elif tag == "blockquote" and given.get("itemtype") == _QUOTE:
            self._skipped = 1
        elif tag == "at" or given.get("itemtype") == _MENTION:
            self._named = []
        else:
            self._begun(tag, given)

    def handle_endtag(self, tag: str) -> None:
        """Something ends."""
        if self._skipped:
            self._skipped -= tag not in _VOID
        elif self._named is not None and tag in ("at", "span"):
            name, self._named = "".join(self._named).strip(), None
            self._parts.append("" if name in self._own else f"@{name}")
        elif tag in ("pre", "codeblock"):
            self._code(-1)
        elif tag in _BREAKS:
            self._break()
        elif tag in ("td", "th"):
            self._parts.append("\t")

    def handle_data(self, data: str) -> None:
        """Words."""
        if self._named is not None:
            self._named.append(data)
        elif not self._skipped:
            self._parts.append(data if self._codes else data.replace("\n", " "))

    def _begun(self, tag: str, given: Mapping[str, str | None]) -> None:
        if tag == "br":
            self._parts.append("\n")
        elif tag in ("img", "emoji"):
            self._parts.append(given.get("alt") or "")
        elif tag in ("pre", "codeblock"):
            self._code(+1)
        elif tag in _BREAKS:
            self._break()
            self._parts.append("- " if tag == "li" else "")

    def _code(self, step: int) -> None:
        before, self._codes = self._codes, max(self._codes + step, 0)
        if not before or not self._codes:
            self._break()
            self._parts.append("\0")

    def _break(self) -> None:
        if self._parts and not "".join(self._parts[-3:]).rstrip("\0").endswith("\n"):
            self._parts.append("\n")


def _spaced(piece: str) -> str:
    return "\n".join(_BLANKS.sub(" ", line).strip(" \xa0") for line in piece.split("\n"))
