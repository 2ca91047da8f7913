"""What Teams refuses of a single property of a card, by its kind (see `shapes`)."""

import re
from collections.abc import Iterator
from typing import Any

from tests.teams.rules import Refusal, refusal
from tests.teams.shapes import Is

_ADDRESS = re.compile(r"https://\S+|data:image/(?:png|jpe?g|gif);base64,\S+")
_WIDTH = re.compile(r"auto|stretch|\d+(\.\d+)?(px)?")
_Found = Iterator[Refusal]


def text(value: Any, of: Is, where: str) -> _Found:
    """A string; of `words` something is to be read."""
    if not isinstance(value, str):
        yield refusal("string", where, value)
    elif of.kind == "words" and not value.strip():
        yield refusal("text-empty", where)


def flag(value: Any, _: Is, where: str) -> _Found:
    """True or false."""
    if not isinstance(value, bool):
        yield refusal("boolean", where, value)


def number(value: Any, of: Is, where: str) -> _Found:
    """A number, or a whole one."""
    kinds = int if of.kind == "whole" else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds):
        yield refusal("number", where, value)


def one(value: Any, of: Is, where: str) -> _Found:
    """One of some values, in whatever case."""
    if not isinstance(value, str):
        yield refusal("string", where, value)
    elif value.lower() not in [each.lower() for each in of.among]:
        yield refusal("value", where, value)


def url(value: Any, _: Is, where: str) -> _Found:
    """An address that Teams shows things from."""
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value):
        yield refusal("address", where, value)


def object(value: Any, _: Is, where: str) -> _Found:
    """An object."""
    if not isinstance(value, dict):
        yield refusal("object", where, value)


def objects(value: Any, _: Is, where: str) -> _Found:
    """A list of objects."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        yield refusal("list", where, value)


def facts(value: Any, _: Is, where: str) -> _Found:
    """Facts, with a title and a value each."""
    if not isinstance(value, list) or not value:
        yield refusal("facts-empty", where)
        return
    for at, each in enumerate(value):
        for name in ("title", "value"):
            if not isinstance(each, dict) or not isinstance(each.get(name), str):
                yield refusal("string", f"{where}/{at}/{name}")


def choices(value: Any, _: Is, where: str) -> _Found:
    """What can be chosen: titles and values."""
    if not isinstance(value, list):
        yield refusal("list", where, value)
        return
    for at, each in enumerate(value):
        fits = isinstance(each, dict) and each.keys() == {"title", "value"}
        if not fits or not all(isinstance(said, str) and said for said in each.values()):
            yield refusal("choice", f"{where}/{at}", each)


def width(value: Any, _: Is, where: str) -> _Found:
    """The width of a column."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    said = isinstance(value, str) and _WIDTH.fullmatch(value.lower())
    if not number and not said:
        yield refusal("width", where, value)


def msteams(value: Any, _: Is, where: str) -> _Found:
    """What a card asks of Teams."""
    if not isinstance(value, dict):
        yield refusal("object", where, value)
        return
    for name in value.keys() - {"width", "entities", "allowExpand"}:
        yield refusal("property", f"{where}/{name}")
    if "width" in value and str(value["width"]).lower() != "full":
        yield refusal("value", f"{where}/width", value["width"])
    for at, each in enumerate(value.get("entities") or ()):
        mentioned = each.get("mentioned") if isinstance(each, dict) else None
        if not isinstance(mentioned, dict) or not mentioned.get("id"):
            yield refusal("mention-card", f"{where}/entities/{at}", each)


def any(value: Any, _: Is, where: str) -> _Found:
    """Whatever it is."""
    return iter(())
