"""HTML as tags and words, whatever is wrong with it, in one go: Python's own reader takes minutes
for some texts that anybody can send.

https://html.spec.whatwg.org/multipage/parsing.html
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import field

from core.frozen import frozen

_NAME = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_ATTRIBUTE = re.compile(r"[\s/]*([^\s/>][^\s/>=]*)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]*))?")
_END = re.compile(r"[\s/]*>")
_RAW = ("script", "style", "title", "textarea")  # what is within is no HTML


@frozen
class Tag:
    """Where something begins or, `ends`, ends."""

    name: str
    ends: bool = False
    given: Mapping[str, str] = field(default_factory=dict)


def parts(text: str) -> Iterator[Tag | str]:
    """Its tags and the words between them, in order. What is not shown is left out."""
    at = 0
    while at < len(text):
        begin = text.find("<", at)
        if begin != at:
            yield _words(text[at:begin] if begin > 0 else text[at:])
        if begin < 0:
            return
        found = _NAME.match(text, begin)
        if found is None:
            if text.startswith(("<!", "<?", "</"), begin):
                at = _after(text, "-->" if text.startswith("<!--", begin) else ">", begin)
            else:
                yield "<"
                at = begin + 1
            continue
        tag, at = _tag(text, found)
        if tag is not None:
            yield tag
            if tag.name in _RAW and not tag.ends:
                at = _closing(text, tag.name, at)


def _tag(text: str, found: re.Match[str]) -> tuple[Tag | None, int]:
    """The tag that begins there, and where it ends; None where it never does."""
    given: dict[str, str] = {}
    at = found.end()
    while (end := _END.match(text, at)) is None:
        one = _ATTRIBUTE.match(text, at)
        if one is None:
            return None, len(text)
        at = one.end()
        value = one[2] or ""
        given.setdefault(one[1].lower(), _words(value[1:-1] if value[:1] in ("'", '"') else value))
    return Tag(found[2].lower(), bool(found[1]), given), end.end()


def _words(raw: str) -> str:
    try:
        return html.unescape(raw)
    except ValueError:  # a number of more digits than Python reads
        return raw


def _after(text: str, sign: str, at: int) -> int:
    found = text.find(sign, at)
    return len(text) if found < 0 else found + len(sign)


def _closing(text: str, name: str, at: int) -> int:
    found = re.compile(f"</{name}", re.IGNORECASE).search(text, at)
    return len(text) if found is None else found.start()
