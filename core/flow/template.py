"""Texts with {{variables}}: which they name, which they name wrongly, and filling them in.

What a value looks like, and how it is quoted in a command, is the filler's business.
"""

import re
from collections.abc import Callable

_NAME = r"\{\{[ \t]*([a-z][a-z0-9_]{0,39})[ \t]*\}\}"
_VARIABLE = re.compile(_NAME)
_OPENING = re.compile(_NAME + r"|\{\{(?!\{)")
_SHOWN = 40  # characters of a malformed one


def names(text: str) -> tuple[str, ...]:
    """The variables that `text` names, each once, in order: `{{client}}`, `{{ client }}`."""
    return tuple(dict.fromkeys(_VARIABLE.findall(text)))


def malformed(text: str) -> tuple[str, ...]:
    """What starts like a variable and is none: `{{client}`, `{{Client Name}}`; each shortened."""
    return tuple(
        _shown(text, match.start()) for match in _OPENING.finditer(text) if match[1] is None
    )


def fill(text: str, lookup: Callable[[str], str]) -> str:
    """`text` with each variable replaced by `lookup(name)`; what is malformed stays as it is."""
    return _VARIABLE.sub(lambda match: lookup(match[1]), text)


def _shown(text: str, start: int) -> str:
    piece = text[start : start + _SHOWN].split("\n", 1)[0]
    end = piece.find("}}")
    if end >= 0:
        return piece[: end + 2]
    end = piece.find("}")
    return piece[: end + 1] if end >= 0 else piece
