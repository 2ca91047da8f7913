"""What somebody wrote, as plain text: Teams says it in HTML beside a poorer text, with mentions and
quotes inside.

https://learn.microsoft.com/microsoftteams/platform/resources/bot-v3/bot-conversations/bots-conversations
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from mimetypes import guess_extension, guess_type
from typing import Any
from urllib.parse import unquote, urlsplit

from pydantic_core import from_json

from bot.platforms.teams.hypertext import Named, Reading, name_of, nobody, spaced
from bot.port import File
from core.frozen import frozen

Json = Mapping[str, Any]
_DOWNLOAD = "application/vnd.microsoft.teams.file.download.info"
_HTML, _REFERENCE = "text/html", "reference"
_ATTACHED = re.compile(r"<attachment\b")
_QUOTED = re.compile(r"<quoted\b[^<>]*>")  # what stands for a quotation in a text


@frozen
class Said:
    """`mentions`: the bot is named in it; `quotes`: it answers something that the bot said."""

    text: str
    mentions: bool = False
    quotes: bool = False


@frozen
class _Mention:
    id: str
    name: str
    written: str


def said(activity: Json, me: str) -> Said:
    """What a message says; `me` is the bot's own id in the conversation."""
    mentions = [*_mentions(activity)]
    is_named = any(each.id == me for each in mentions)
    html = _html(activity)
    if html is None:
        return Said(_text(activity, mentions, me), is_named, me in _quoted(activity))
    reading = Reading(_names(mentions, me))
    text = reading.read(html)
    return Said(text, is_named, me in (*reading.quoted, *_quoted(activity)))


def plain(html: str) -> str:
    """HTML as plain text."""
    return Reading(nobody).read(html)


def files(activity: Json) -> tuple[File, ...]:
    """The files of a message; how large they are is not said. Files in channels lie in SharePoint:
    Teams does not hand them to bots.
    """
    found: list[File] = []
    for each in _every(activity.get("attachments")):
        kind = str(each.get("contentType") or "")
        address = str(_object(each.get("content")).get("downloadUrl") or "")
        if kind == _DOWNLOAD and address:
            name = str(each.get("name") or "file")
            found.append(_file(name, guess_type(name)[0], address))
        elif kind.startswith("image/") and each.get("contentUrl"):
            address = str(each["contentUrl"])
            name = str(each.get("name") or _called(address, kind, len(found) + 1))
            media = guess_type(name)[0] if kind == "image/*" else kind
            found.append(_file(name, media, address))
    return tuple(found)


def is_withheld(activity: Json) -> bool:
    """Whether more is attached than Teams hands to bots: in a channel or a group chat, a file."""
    attachments = [*_every(activity.get("attachments"))]
    handed = [e for e in attachments if e.get("contentType") not in (_HTML, "image/*")]
    return len(_ATTACHED.findall(_html(activity) or "")) > len(handed)


def linked(attachments: Any) -> Iterator[str]:
    """The files of a message that can only be pointed at, one a line."""
    for each in _every(attachments):
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


def _mentions(activity: Json) -> Iterator[_Mention]:
    """Whom it mentions, in the order in which it does."""
    for entity in _every(activity.get("entities")):
        if entity.get("type") == "mention":
            told = _object(entity.get("mentioned"))
            written = str(entity.get("text") or "")
            name = name_of(str(told.get("name") or Reading(_as_it_is).read(written)))
            yield _Mention(str(told.get("id") or ""), name, written)


def _names(mentions: Sequence[_Mention], me: str) -> Named:
    """The bot is left out, who else is mentioned is named: by their number, or by their name where
    that is not the same person's.
    """
    own = {each.name for each in mentions if each.id == me}
    others = {each.name for each in mentions if each.id != me}

    def named(number: str, words: str) -> str:
        name = name_of(words)
        at = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else -1
        told = mentions[at] if 0 <= at < len(mentions) else None
        if told is not None and told.name == name:
            return "" if told.id == me else f"@{name}"
        return "" if name in own and name not in others else f"@{name}"

    return named


def _text(activity: Json, mentions: Sequence[_Mention], me: str) -> str:
    text = _QUOTED.sub("", str(activity.get("text") or ""))
    for each in mentions:
        if each.written:
            text = text.replace(each.written, "" if each.id == me else f"@{each.name}")
    return spaced(text)


def _quoted(activity: Json) -> list[str]:
    """The ids of whom it answers, where that is told beside the text."""
    every = _every(activity.get("entities"))
    told = [_object(e.get("quotedReply")) for e in every if e.get("type") == "quotedReply"]
    return [str(each.get("senderId")) for each in told]


def _html(activity: Json) -> str | None:
    for each in _every(activity.get("attachments")):
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


def _every(told: Any) -> list[Json]:
    """The objects of a list; what is none is left out."""
    return [each for each in told if isinstance(each, Mapping)] if isinstance(told, list) else []


def _object(told: Any) -> Json:
    return told if isinstance(told, Mapping) else {}


def _as_it_is(_: str, words: str) -> str:
    return words
