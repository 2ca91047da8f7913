"""JSON text into a tree. Python's parser judges the syntax; a scanner finds where things stand."""

import json
import re

from core.errors import DocumentError
from core.flow.document.source import Source
from core.flow.document.tree import Grower

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]]|[^\s{}\[\]:,"]+', re.DOTALL)
_NOT_JSON = frozenset({"NaN", "Infinity", "-Infinity"})


def looks_like_json(source: Source) -> bool:
    """Whether the document is JSON: by its name, or because it opens a bracket and parses."""
    if source.name.lower().endswith(".json"):
        return True
    if source.text.lstrip()[:1] not in {"{", "["}:
        return False
    try:
        return _problem(source) is None
    except RecursionError:
        return True


def grown(source: Source) -> Grower:
    """The tree of a JSON document, with the problems met. Raises DocumentError on bad syntax."""
    try:
        wrong = _problem(source)
    except RecursionError:
        wrong = None  # the grower stops long before, and knows where
    if wrong:
        raise wrong
    grower = Grower(source)
    for match in _TOKEN.finditer(source.text):
        _take(match.group(), match.start(), grower)
    return grower


def _problem(source: Source) -> DocumentError | None:
    try:
        json.loads(source.text, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        return source.refuse("syntax", error.pos, _advice(error))
    return None


def _take(piece: str, at: int, grower: Grower) -> None:
    if piece == "{":
        grower.enter({}, at)
    elif piece == "[":
        grower.enter([], at)
    elif piece in {"}", "]"}:
        grower.leave()
    elif piece.startswith('"'):
        grower.scalar(str(json.loads(piece)) if "\\" in piece else piece[1:-1], at)
    else:
        if piece in _NOT_JSON:
            grower.report("not-a-number", at, f"{piece} is no JSON. Write a number or a text.")
        grower.scalar(None if piece == "null" else piece, at)


def _advice(error: json.JSONDecodeError) -> str:
    for words, advice in _ADVICE:
        if error.msg.startswith(words):
            return advice
    return f"This cannot be read as JSON: {error.msg}."


_ADVICE = (
    ("Expecting property name", 'A field\'s name in double quotes must follow: "title".'),
    ("Illegal trailing comma", "Remove the comma before the closing bracket."),
    ("Expecting ':'", "A “:” must follow the field's name."),
    ("Expecting ','", "A comma is missing before this, or a bracket after it."),
    ("Expecting value", "A value is missing: a text in double quotes, true, false, {…} or […]."),
    ("Unterminated string", "The quote that opens here is never closed."),
    ("Invalid control character", "A text ends on its own line. Write \\n for a new line."),
    ("Invalid \\", "After a \\ only JSON's own escapes fit. Write \\\\ for a backslash."),
    ("Extra data", "The document ended before this. Remove what follows."),
)
