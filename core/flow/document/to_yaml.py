"""Plain values into YAML, always the same way: every text reads back as it was.

Quoted is what any YAML 1.2 reader would take for something else than text (`null`, `true`,
`1.10`); `yes` and `no` are text there and here. Prose is never folded.
"""

import json
import re
from collections.abc import Iterator

from core.flow.document.canonical import Plain

_WIDTH = 100  # columns; a short map or list is written on one line when it fits
_SPREAD = "nodes"  # the list whose entries always have lines of their own

_SPECIAL = frozenset(
    {"", "<<", "=", "null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE"}
)
_NUMERIC = re.compile(r"[+0-9][-+.:_0-9a-fA-FxoTZ]*")
_INDICATOR = re.compile(r"[-?:,\[\]{}#&*!|>'\"%@`~.\s]")
_BREAKS = re.compile(r":\s|\s#|:$|\s$")
_BREAKS_FLOW = re.compile(r"[,\[\]{}]|:\?")
# Not printable in YAML 1.1 (section 5.1), or a line end there: needs an escape.
_ODD = re.compile(
    "[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


def dumped(document: dict[str, Plain]) -> str:
    """The document as YAML, with a line end at its end."""
    return "\n".join(_map(document, "")) + "\n"


def _map(fields: dict[str, Plain], indent: str) -> Iterator[str]:
    for key, value in fields.items():
        yield from _entry(f"{indent}{key}:", value, indent, spread=key == _SPREAD)


def _entry(head: str, value: Plain, indent: str, *, spread: bool = False) -> Iterator[str]:
    """`head` with its value behind it, or below it where that does not fit on the line."""
    if isinstance(value, str):
        yield from _text(head, value, indent)
    elif isinstance(value, bool) or (not spread and _fits(head, value)):
        yield f"{head} {_inline(value)}"
    elif isinstance(value, dict):
        yield head
        yield from _map(value, indent + "  ")
    else:
        yield head
        for item in value:
            yield from _item(item, indent + "  ", spread=spread)


def _item(value: Plain, indent: str, *, spread: bool) -> Iterator[str]:
    """An entry of a list; the first field of a map that has several lines is behind the hyphen."""
    head = f"{indent}-"
    if isinstance(value, dict) and (spread or not _fits(head, value)):
        lines = _map(value, indent + "  ")
        yield f"{head} {next(lines).lstrip()}"
        yield from lines
    else:
        yield from _entry(head, value, indent)


def _fits(head: str, value: Plain) -> bool:
    line = _inline(value)
    return line is not None and len(head) + 1 + len(line) <= _WIDTH


def _text(head: str, text: str, indent: str) -> Iterator[str]:
    if "\n" in text and text == text.strip() and not _ODD.search(text):
        yield f"{head} |"
        yield from (f"{indent}  {line}" if line else "" for line in text.split("\n"))
    else:
        yield f"{head} {_scalar(text)}"


def _inline(value: Plain) -> str | None:
    """The value on one line, or None when it has texts of several lines or is a list of maps."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return None if "\n" in value else _scalar(value, flow=True)
    items = value if isinstance(value, list) else list(value.values())
    parts = [part for item in items if (part := _inline(item)) is not None]
    if len(parts) < len(items) or (isinstance(value, list) and _has_maps(value)):
        return None
    if isinstance(value, list):
        return f"[{', '.join(parts)}]"
    pairs = (f"{key}: {part}" for key, part in zip(value, parts, strict=True))
    return "{" + ", ".join(pairs) + "}"


def _has_maps(values: list[Plain]) -> bool:
    return any(isinstance(value, dict) for value in values)


def _scalar(text: str, *, flow: bool = False) -> str:
    """`text` bare where that reads back as itself, else in quotes, double unless it holds one."""
    if _ODD.search(text) or "\n" in text or "\t" in text:
        return _ODD.sub(_escaped, json.dumps(text, ensure_ascii=False))
    quoted = (
        text in _SPECIAL
        or _INDICATOR.match(text)
        or _NUMERIC.fullmatch(text)
        or _BREAKS.search(text)
        or (flow and _BREAKS_FLOW.search(text))
    )
    if not quoted:
        return text
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match.group()):04x}"
