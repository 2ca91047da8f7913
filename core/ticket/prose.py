"""Lines of a ticket note before they have a format: spans of plain text, strong text and code.

A flow's Markdown is read here once, so that a format only has to write three kinds of span and
can never let a value break out of the text around it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from itertools import islice

from core.flow.template import fill
from core.frozen import frozen
from core.session.variables import gap


class Style(StrEnum):
    """How a span is meant; ALERT must strike the eye in every format, STRUCK stands no more."""

    PLAIN = "plain"
    STRONG = "strong"
    CODE = "code"
    ALERT = "alert"
    STRUCK = "struck"


@frozen
class Span:
    """A piece of a line, literally: nothing in `text` is a mark."""

    text: str
    style: Style = Style.PLAIN


Line = tuple[Span, ...]


@frozen
class Values:
    """What {{names}} stand for; without a value, a name is a gap: `(client not set)`."""

    values: Mapping[str, str]
    labels: Mapping[str, str]

    def __call__(self, name: str) -> str:
        """The value of `name`, on one line."""
        label = self.labels.get(name) or name.replace("_", " ")
        return flat(self.values.get(name, "")) or gap(as_name(label))


def plain(text: str) -> Line:
    """`text` as it is, on one line."""
    return (Span(flat(text)),)


def words(text: str) -> Line:
    """Words of our own, with the blanks around them."""
    return (Span(text),)


def strong(text: str) -> Line:
    """Words to stand out."""
    return (Span(text, Style.STRONG),)


def alert(text: str) -> Line:
    """Words that nobody may overlook."""
    return (Span(text, Style.ALERT),)


def struck(text: str) -> Line:
    """Words that do not stand any more; the words around them have to say so too."""
    return (Span(text, Style.STRUCK),)


def listed(lines: Sequence[Line]) -> Line:
    """`Jo`, `Jo and Sam`, `Jo, Sam, and Mia`."""
    if len(lines) < 2:
        return tuple(span for line in lines for span in line)
    *first, last = lines
    joint = " and " if len(first) == 1 else ", and "
    begun = (span for line in first for span in (*words(", "), *line))
    return (*islice(begun, 1, None), *words(joint), *last)


def flat(text: str) -> str:
    """`text` on one line."""
    return " ".join(text.split())


def as_name(label: str) -> str:
    """A field's label as a name, without the stop or the question mark that ends it."""
    return flat(label).rstrip(" ?.:")


def as_text(line: Line) -> str:
    """A line without its styles."""
    return "".join(span.text for span in line)


def filled(template: str, values: Values) -> Line:
    """A label with its variables, which is not Markdown."""
    return plain(fill(template, values))


def prose(template: str, values: Values) -> Line:
    """A flow's Markdown on one line, its variables filled in.

    Links become text and address. Emphasis is left to what this note has to stress.
    """
    text = _flattened(_CONTROLS.sub("", template))
    known: list[str] = []
    marked = fill(text, lambda name: _kept(known, values(name)))
    return tuple(_spans(marked, known))


def first_paragraph(template: str) -> str:
    """What a step says before the first empty line: its question or task, without the detail."""
    return re.split(r"\n[ \t]*\n", template.strip(), maxsplit=1)[0]


def ended(line: Line, suffix: str = "") -> Line:
    """`line` as a sentence: `suffix` put before its one full stop."""
    last = as_text(line).rstrip()[-1:]
    stop = last if last in {"!", "?", "…"} and not suffix else "."
    return (*_trimmed(line), Span(suffix + stop))


def capital(line: Line) -> Line:
    """`line` with its first letter as a capital."""
    if not line:
        return line
    first = line[0]
    return (replace(first, text=first.text[:1].upper() + first.text[1:]), *line[1:])


# What does not belong before a full stop of ours.
_LOOSE = " \t.,;:!?…"
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")
_BLOCK_MARK = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+|```\w*[ \t]*$)", re.MULTILINE)
_TOKEN = re.compile(
    r"(?P<ticks>`+)(?!`)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)"
    r"|!?\[(?P<label>[^\[\]]{0,300})\]\((?P<url>(?:[^()\s]|\([^()\s]{0,200}\)){0,500})\)"
    r"|\*\*(?P<strong>\S(?:.{0,500}?\S)?)\*\*"
    r"|\*(?P<star>[^\s*](?:[^*]{0,500}[^\s*])?)\*"
    r"|(?<!\w)_(?P<low>[^\s_](?:[^_]{0,500}[^\s_])?)_(?!\w)"
    r"|\\(?P<escaped>[*_`\[\]~#])"
    r"|\x02(?P<value>\d+)\x03"
)
_VALUE = re.compile(r"\x02(\d+)\x03")


def _spans(text: str, known: list[str]) -> Iterator[Span]:
    at = 0
    for token in _TOKEN.finditer(text):
        if token.start() > at:
            yield Span(text[at : token.start()])
        yield from _token(token, known)
        at = token.end()
    if at < len(text):
        yield Span(text[at:])


def _token(token: re.Match[str], known: list[str]) -> Iterator[Span]:
    if token["code"] is not None:
        yield Span(_restored(token["code"], known).strip(), Style.CODE)
    elif token["url"] is not None:
        yield from _spans(token["label"], known)
        url = _restored(token["url"], known)
        if url.startswith(("https://", "http://")) and not token[0].startswith("!"):
            yield Span(f" ({url})")
    elif token["value"] is not None:
        yield Span(known[int(token["value"])])
    elif token["escaped"] is not None:
        yield Span(token["escaped"])
    else:
        yield from _spans(token["strong"] or token["star"] or token["low"], known)


def _kept(known: list[str], value: str) -> str:
    """A place for `value` that no mark can touch: control characters are in no kept text."""
    known.append(_CONTROLS.sub("", value))
    return f"\x02{len(known) - 1}\x03"


def _restored(text: str, known: list[str]) -> str:
    return _VALUE.sub(lambda match: known[int(match[1])], text)


def _flattened(template: str) -> str:
    return flat(_BLOCK_MARK.sub("", template))


def _trimmed(line: Line) -> Line:
    while line and not line[-1].text.rstrip(_LOOSE):
        line = line[:-1]
    if not line or line[-1].style is Style.CODE:
        return line
    return (*line[:-1], replace(line[-1], text=line[-1].text.rstrip(_LOOSE)))
