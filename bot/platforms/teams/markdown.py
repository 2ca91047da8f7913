"""Plain text, times and code as what Teams shows of them: inlines of a RichTextBlock.

Nothing is ever escaped. Of Teams' clients only those with a browser's engine read a backslash as
CommonMark does; phones show it, or most of it (MarkDownBlockParser.cpp of
github.com/microsoft/AdaptiveCards). What can hold marks, a TextBlock or a fact, is given texts in
which nothing is one; all other text is rich text, where by the format's own rule no mark means
anything (learn.microsoft.com/adaptive-cards/authoring-cards/text-features).
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from bot.cards.card import Parts

Payload = dict[str, Any]
Inline = str | Payload

SMALL: Payload = {"size": "Small", "isSubtle": True}  # of lines that are not the centre

_MARK = re.compile(r"[\\`*_\[\]<>&~|{}^$\n]")
_BEGINS = re.compile(r"\s*(?:[-+#=]|\d+[.)])")  # a list, a heading or a rule
_CALLED = re.compile(r"\{(?=\{(?:DATE|TIME)\()|<(?=/?at>)")  # begins what Teams would replace
_BLANKS = re.compile(r"^ | (?= )|\t", re.MULTILINE)  # that a browser would leave out
_TAB = 4  # blanks


def is_quiet(text: str, *, begins: bool = True) -> bool:
    """Whether nothing in it is a mark, on any client; `begins`: it stands where a line begins."""
    return _MARK.search(text) is None and not (begins and _BEGINS.match(text))


def is_plain(parts: Parts) -> bool:
    """The same of text with times in it."""
    return all(is_quiet(part) for part in parts if isinstance(part, str))


def line(parts: Parts) -> str:
    """Text and times in one, for what is surely quiet."""
    return "".join([time(part) if isinstance(part, datetime) else part for part in parts])


def runs(parts: Parts, **style: Any) -> list[Inline]:
    """Text exactly as it is, and times by the reader's own clock; nothing where there is none."""
    if len(parts) == 1 and isinstance(parts[0], str):  # as nearly all are
        return [run(each, **style) for each in _apart(parts[0]) if each]
    written = [""]
    for is_time, several in groupby(parts, lambda part: isinstance(part, datetime)):
        if is_time:
            written[-1] += line(tuple(several))
            continue
        begun, *others = _apart("".join(map(str, several)))
        written[-1] += begun
        written += others
    return [run(each, **style) for each in written if each]


def run(text: str, **style: Any) -> Inline:
    """Text in one style."""
    return {"type": "TextRun", "text": text, **style} if style else text


def rich(inlines: Sequence[Inline], **how: Any) -> Payload:
    """Inlines as an element."""
    return {"type": "RichTextBlock", "inlines": list(inlines) or [" "], **how}


def code(text: str) -> Payload:
    """Code to copy as it is, in a box.

    A browser leaves out blanks where others are beside them, so these do not break; who copies them
    there gets ordinary ones (Chromium, in which Teams runs). A tab becomes blanks.
    """
    kept = _BLANKS.sub(lambda found: "\u00a0" * (_TAB if found[0] == "\t" else 1), text)
    return box([rich(runs((kept or " ",), fontType="Monospace"))], "emphasis")


def box(items: Sequence[Payload], style: str) -> Payload:
    """Elements on a ground of their own."""
    return {"type": "Container", "style": style, "items": list(items)}


def time(at: datetime) -> str:
    """A time, as the reader's own clock shows it."""
    stamp = f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return f"{{{{DATE({stamp},COMPACT)}}}} {{{{TIME({stamp})}}}}"


def _apart(text: str) -> list[str]:
    """`text` in pieces in none of which Teams would replace anything."""
    if "{{" not in text and "<" not in text:
        return [text]
    ends = [found.end() for found in _CALLED.finditer(text)]
    return [text[begin:end] for begin, end in zip([0, *ends], [*ends, len(text)], strict=True)]
