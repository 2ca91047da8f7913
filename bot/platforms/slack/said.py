"""What a message of an app's says, with the marks that Slack has for text: apps put into blocks and
attachments what the text beside them leaves out. People's messages say all in their text.

https://docs.slack.dev/reference/block-kit/blocks, .../messaging/formatting-message-text#attachments
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Payload = Mapping[str, Any]

_MARKS = re.compile("[*_~`]")
_WORDS = ("title", "text", "alt_text", "description")  # of a block that is not known here


def whole(message: Payload) -> str:
    """All of it, once: its text where that says everything, else what is shown as well."""
    text = message.get("text") or ""
    if not message.get("bot_id"):
        return text
    shown = "\n".join(_shown(message))
    if _words(shown) in _words(text):
        return text
    return shown if _words(text) in _words(shown) else f"{text}\n{shown}"


def _words(text: str) -> str:
    """What is left when marks and capitals do not count; each word between blanks."""
    return f" {' '.join(_MARKS.sub('', text).casefold().split())} " if text.strip() else ""


def _shown(message: Payload) -> Iterator[str]:
    yield from _blocks(message.get("blocks") or ())
    for each in message.get("attachments") or ():
        yield from _blocks(each.get("blocks") or ())
        yield from (each[name] for name in ("pretext", "title", "text") if each.get(name))
        for field in each.get("fields") or ():
            yield f"{field.get('title', '')}: {field.get('value', '')}"


def _blocks(blocks: Sequence[Payload]) -> Iterator[str]:
    for block in blocks:
        match block.get("type"):
            case "rich_text":
                yield from map(_line, block.get("elements") or ())
            case "table":
                yield from ("\t".join(map(_cell, row)) for row in block.get("rows") or ())
            case "markdown":
                yield _escaped(str(block.get("text", "")))
            case "section" | "context":
                texts = (block.get("text"), *(block.get("fields") or block.get("elements") or ()))
                yield from (line for each in texts if each for line in _texts(each))
            case _:
                yield from _texts(block)


def _texts(given: Payload) -> Iterator[str]:
    """Texts of an object, or of those in it."""
    for name in _WORDS:
        said = given.get(name)
        if isinstance(said, str):
            yield said
        elif isinstance(said, Mapping):
            yield from _texts(said)


def _cell(cell: Payload) -> str:
    if cell.get("type") == "rich_text":
        return " ".join(map(_line, cell.get("elements") or ()))
    return _escaped(str(cell.get("text", "")))


def _line(element: Payload) -> str:
    parts = element.get("elements") or ()
    if element.get("type") != "rich_text_list":
        return "".join(map(_part, parts))
    first = (element.get("offset") or 0) + 1
    is_ordered = element.get("style") == "ordered"
    marks = (f"{first + number}." if is_ordered else "-" for number in range(len(parts)))
    return "\n".join(f"{mark} {_line(part)}" for mark, part in zip(marks, parts, strict=True))


def _part(part: Payload) -> str:
    """A part of rich text, whose texts are not escaped."""
    match part:
        case {"type": "user", "user_id": id}:
            return f"<@{id}>"
        case {"type": "channel", "channel_id": id}:
            return f"<#{id}>"
        case {"type": "usergroup", "usergroup_id": id}:
            return f"<!subteam^{id}>"
        case {"type": "broadcast", "range": whom}:
            return f"<!{whom}>"
        case {"type": "date", "timestamp": at}:
            return _escaped(str(part.get("fallback") or "")) or f"<!date^{at}^>"
        case {"type": "emoji", "name": name}:
            return f":{name}:"
        case {"type": "link", "url": url}:
            said = part.get("text") or url
            return _escaped(url if said == url else f"{said} ({url})")
        case _:
            return _escaped(str(part.get("text") or part.get("value") or ""))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
