"""Small checks of parsed JSON to build larger ones of: each takes a value and gives it back,
filled in, or raises Wrong. What a shape is for is said in `check`.
"""

import re
from collections.abc import Callable
from typing import Any, Final

Check = Callable[[object], Any]
NEEDED: Final = object()  # in place of a default: the field must be there

_VISIBLE = re.compile(r"[\x21-\x7e]+")


class Wrong(ValueError):
    """A value breaks a rule; the message names the field and the rule."""

    def __init__(self, rule: str, *path: str | int) -> None:
        """`path` leads to the value, from the outside in."""
        super().__init__(rule)
        self.rule = rule
        self.path = path

    def within(self, *path: str | int) -> "Wrong":
        """The same, seen from further out."""
        return Wrong(self.rule, *path, *self.path)

    def __str__(self) -> str:
        """The sentence."""
        steps = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in self.path)
        return f"“{steps.lstrip('.')}” {self.rule}." if steps else f"It {self.rule}."


def text(most: int, *, least: int = 0) -> Check:
    """Text of so many characters."""

    def check(value: object) -> str:
        if type(value) is not str:
            raise Wrong("must be text")
        if not least <= len(value) <= most:
            raise Wrong(f"is longer than {most:,} characters" if value else "must not be empty")
        if not value.isascii():
            _unicode(value)
        return value

    return check


def _unicode(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Wrong("is not valid Unicode") from None


def word(most: int) -> Check:
    """Visible ASCII without spaces."""

    def check(value: object) -> str:
        if type(value) is not str or not _VISIBLE.fullmatch(value):
            raise Wrong("must be visible ASCII characters without spaces")
        if len(value) > most:
            raise Wrong(f"is longer than {most} bytes")
        return value

    return check


def whole(least: int, most: int) -> Check:
    """A whole number."""

    def check(value: object) -> int:
        if type(value) is not int or not least <= value <= most:
            raise Wrong(f"must be a whole number from {least} to {most:,}")
        return value

    return check


def flag(value: object) -> bool:
    """True or false."""
    if type(value) is not bool:
        raise Wrong("must be true or false")
    return value


def one_of(*names: str) -> Check:
    """One of some words."""

    def check(value: object) -> object:
        if type(value) is not str or value not in names:
            raise Wrong(f"must be one of {', '.join(names)}")
        return value

    return check


def nothing_or(inner: Check) -> Check:
    """`null`, or what `inner` says."""
    return lambda value: None if value is None else inner(value)


def each(inner: Check, most: int, *, least: int = 0) -> Check:
    """A list of so many."""

    def check(value: object) -> list[Any]:
        if type(value) is not list:
            raise Wrong("must be a list")
        if not least <= len(value) <= most:
            raise Wrong(f"has more than {most} entries" if value else "must not be empty")
        place = 0
        try:
            found = []
            for place, entry in enumerate(value):  # noqa: B007 - told where it went wrong
                found.append(inner(entry))
        except Wrong as wrong:
            raise wrong.within(place) from None
        return found

    return check


def pair(first: Check, second: Check) -> Check:
    """A list of two."""

    def check(value: object) -> list[Any]:
        if type(value) is not list or len(value) != 2:
            raise Wrong("must be a list of two")
        return [first(value[0]), second(value[1])]

    return check


def texts(value: object) -> dict[str, str]:
    """Text by name."""
    if type(value) is not dict or not all(type(entry) is str for entry in value.values()):
        raise Wrong("must be an object of texts")
    for entry in (*value, *value.values()):
        _unicode(entry)
    return value


def record(**fields: tuple[Check, object]) -> Check:
    """An object with these fields, each with its check and default, and no others."""
    rules = tuple((name, inner, default) for name, (inner, default) in fields.items())

    def check(value: object) -> dict[str, Any]:
        if type(value) is not dict:
            raise Wrong("must be an object")
        found: dict[str, Any] = {}
        name, known = "", 0
        try:
            for name, inner, default in rules:
                if name in value:
                    found[name] = inner(value[name])
                    known += 1
                elif default is NEEDED:
                    raise Wrong("is missing")
                else:
                    # A list that nobody else has: it may be added to.
                    found[name] = [] if default == () else default
        except Wrong as wrong:
            raise wrong.within(name) from None
        if known < len(value):
            name = next(name for name in value if name not in fields)
            raise Wrong("is not known here", name[:100])
        return found

    return check
