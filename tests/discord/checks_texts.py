"""What Discord refuses of a single value: its type, its length, that it is missing."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.discord.rules import Refusal, refusal


def text(value: Any, where: str, rule: str, *, most: int, least: int = 1) -> Iterator[Refusal]:
    """A text of so many characters; with `least` 0 it need not be there."""
    if value is None and least == 0:
        return
    if value is None:
        yield refusal("required", where)
    elif not isinstance(value, str):
        yield refusal("string", where, str(value)[:40])
    elif not least <= len(value) <= most:
        yield refusal(rule, where, str(len(value)))


def number(
    value: Any, where: str, rule: str, *, least: int, most: int, needed: bool = False
) -> Iterator[Refusal]:
    """A whole number in a range; without `needed` it need not be there."""
    if value is None and not needed:
        return
    if value is None:
        yield refusal("required", where)
    elif isinstance(value, bool) or not isinstance(value, int):
        yield refusal("number", where, str(value)[:40])
    elif not least <= value <= most:
        yield refusal(rule, where, str(value))


def flag(value: Any, where: str) -> Iterator[Refusal]:
    """True, false, or nothing."""
    if value is not None and not isinstance(value, bool):
        yield refusal("boolean", where, str(value)[:40])


def listed(value: Any, where: str, rule: str, *, most: int, least: int = 1) -> Iterator[Refusal]:
    """A list of so many; with `least` 0 it need not be there."""
    if value is None and least == 0:
        return
    if value is None:
        yield refusal("required", where)
    elif not isinstance(value, list):
        yield refusal("list", where, str(value)[:40])
    elif not least <= len(value) <= most:
        yield refusal(rule, where, str(len(value)))


def objects(value: Any, where: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The objects of a list, with where each is; others are left to `shapes`."""
    if isinstance(value, list):
        for index, each in enumerate(value):
            if isinstance(each, dict):
                yield f"{where}/{index}", each


def shapes(value: Any, where: str) -> Iterator[Refusal]:
    """What in a list is not an object."""
    if isinstance(value, list):
        for index, each in enumerate(value):
            if not isinstance(each, dict):
                yield refusal("object", f"{where}/{index}", str(each)[:40])
