"""YAML text into a tree, from the parser's events: nothing is resolved, nothing recurses.

A plain scalar is text whatever it looks like (`no`, `1.10`, `0123`); empty, `~` and `null` are
None. Anchors, aliases, merge keys and tags have no use in a flow and are refused.
"""

import re

import yaml

from core.errors import DocumentError
from core.flow.document.source import Source
from core.flow.document.tree import Grower
from core.flow.problem import Problem
from core.text import shortened

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
# What YAML 1.1 allows in a stream (section 5.1), but for the surrogates.
_UNPRINTABLE = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# YAML 1.1 takes these for line ends, editors do not; one space each keeps every offset.
_LINE_ENDS = str.maketrans("\x85\u2028\u2029", "   ")

_TAG = "Tags such as !!str have no place in a flow. Remove it."
_ALIAS = "Anchors (&name), aliases (*name) and merge keys (<<) are not read. Write it out in full."
_SEVERAL = "A second document begins here. One file holds one flow: remove the ---."
_UNSAFE = "Holds the control character U+{:04X}. Delete it."


def grown(source: Source) -> Grower:
    """The tree of a YAML document, with the problems met. Raises DocumentError on bad syntax."""
    odd = _UNPRINTABLE.search(source.text)
    if odd:
        raise source.refuse("control", odd.start(), _UNSAFE.format(ord(odd.group())))
    grower = Grower(source)
    try:
        _read(source, grower)
    except yaml.MarkedYAMLError as error:
        raise DocumentError((*grower.located(), _syntax(error, source))) from None
    except yaml.YAMLError:
        raise source.refuse("syntax", 0, "This cannot be read as YAML.") from None
    return grower


def _read(source: Source, grower: Grower) -> None:
    documents = 0
    for event in yaml.parse(source.text.translate(_LINE_ENDS), Loader=_LOADER):
        at = event.start_mark.index if event.start_mark else 0
        documents += isinstance(event, yaml.DocumentStartEvent)
        if documents > 1:
            return grower.report("several", at, _SEVERAL)
        _take(event, at, grower)
    return None


def _take(event: yaml.Event, at: int, grower: Grower) -> None:
    if isinstance(event, yaml.NodeEvent):
        _refuse_extras(event, at, grower)
    if isinstance(event, yaml.MappingStartEvent):
        grower.enter({}, at)
    elif isinstance(event, yaml.SequenceStartEvent):
        grower.enter([], at)
    elif isinstance(event, yaml.CollectionEndEvent):
        grower.leave()
    elif isinstance(event, yaml.ScalarEvent):
        plain = event.implicit[0]
        if event.value == "<<" and plain:
            grower.report("alias", at, _ALIAS)
        grower.scalar(None if plain and event.value in _NULLS else event.value, at)
    elif isinstance(event, yaml.AliasEvent):
        grower.scalar("", at)


def _refuse_extras(event: yaml.NodeEvent, at: int, grower: Grower) -> None:
    if event.anchor is not None:
        grower.report("alias", at, _ALIAS)
    if getattr(event, "tag", None) is not None:
        grower.report("tag", at, _TAG)


def _syntax(error: yaml.MarkedYAMLError, source: Source) -> Problem:
    """The parser's complaint in words that say what to do."""
    said = error.problem or ""
    mark = error.problem_mark or error.context_mark
    at = min(mark.index, len(source.text)) if mark else 0
    if "unexpected end" in said and error.context_mark:
        at = error.context_mark.index
    place = source.place(at)
    return Problem("syntax", _advice(said, source, at), place=place)


def _advice(said: str, source: Source, at: int) -> str:
    start = source.text.rfind("\n", 0, at) + 1
    line = source.text[start:].split("\n", 1)[0]
    blank = line[: len(line) - len(line.lstrip())]
    if "\t" in blank or "tab character" in said:
        return "A tab cannot indent in YAML. Use spaces."
    if re.search(r"(?:: |- )\{\{", line):
        return 'A text that begins with {{ must stand in quotes: "{{client}} is down".'
    for words, advice in _ADVICE:
        if words in said:
            return advice.format(found=shortened(source.text[at : at + 1], 1))
    return f"This cannot be read as YAML: {said}."


_ESCAPE = "A \\ in double quotes begins an escape. Write \\\\, or put the text in single quotes."
_ADVICE = (
    (
        "mapping values are not allowed",
        "A “: ” does not fit here. Put a text that holds one in quotes, "
        "and check that the lines above are indented alike.",
    ),
    ("cannot start any token", "A text that begins with “{found}” must stand in quotes."),
    ("unexpected end", "The quote that opens here is never closed."),
    ("escape", _ESCAPE),
    ("hexdecimal", _ESCAPE),
    (
        "expected ',' or",
        "A bracket that opened above is not closed, or a comma is missing.",
    ),
    (
        "could not find expected ':'",
        "A field needs a “:” after its name. Was it forgotten above, or does a text go on here "
        "that should be indented further?",
    ),
    (
        "did not find expected key",
        "This does not fit what stands above: check the indentation, and put a text that goes on "
        "after a closing quote in quotes as a whole.",
    ),
    (
        "did not find expected '-'",
        "A list goes on above: begin this line with “- ” or indent it differently.",
    ),
    (
        "block sequence entries are not allowed",
        "A list cannot begin behind a “:”. Put it on lines of its own.",
    ),
)
