"""Cards as trees: what is in them, what can be pressed, what can be filled in, what is hidden."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.teams.shapes import INPUTS
from tests.teams.world import Json

_INSIDE = ("body", "items", "columns", "rows", "cells", "images", "inlines")


@dataclass(frozen=True)
class Pressable:
    """An action on screen. `handle` says which it is, whatever card it is in: two that do the same
    have the same. `path` are the elements that it is in, outermost first.
    """

    handle: str
    title: str
    action: Json
    path: tuple[Json, ...] = ()

    @property
    def kind(self) -> str:
        """Its type."""
        return str(self.action["type"])

    @property
    def data(self) -> Json:
        """What it sends, without inputs."""
        data: Json = self.action.get("data") or {}
        return data

    @property
    def hidden_by(self) -> tuple[str, ...]:
        """The ids of what it is in that is hidden at first."""
        return tuple(str(e.get("id", "")) for e in self.path if e.get("isVisible") is False)

    def secondary(self) -> bool:
        """Whether it is behind the "…" of its row."""
        return str(self.action.get("mode", "")).lower() == "secondary"


def handle_of(action: Json) -> str:
    """Which action it is: what it does, not how it looks."""
    kept = ("type", "verb", "data", "url", "targetElements", "id")
    return json.dumps({k: action[k] for k in kept if k in action}, sort_keys=True)


def elements(card: Json) -> Iterator[tuple[Json, tuple[Json, ...]]]:
    """Each element with those that it is in, in reading order; shown cards after their action."""
    yield from _below(card, ())


def pressables(card: Json) -> Iterator[Pressable]:
    """Each action that can be pressed, in reading order."""
    for element, path in elements(card):
        for action in element.get("actions") or ():
            yield _pressable(action, (*path, element))
        for name in ("selectAction", "inlineAction"):
            if isinstance(element.get(name), dict):
                yield _pressable(element[name], (*path, element))
    for action in card.get("actions") or ():
        yield _pressable(action, ())


def inputs(card: Json) -> Iterator[tuple[Json, tuple[Json, ...]]]:
    """Each input with the elements that it is in."""
    return ((each, path) for each, path in elements(card) if each.get("type") in INPUTS)


def begun(card: Json) -> dict[str, str]:
    """What is in its inputs at first, by id."""
    return {str(each["id"]): _first(each) for each, _ in inputs(card)}


def visibility(card: Json) -> dict[str, bool]:
    """Which of its elements that have an id are shown at first."""
    return {
        str(each["id"]): each.get("isVisible", True) for each, _ in elements(card) if each.get("id")
    }


def seen(path: Sequence[Json], shown: Mapping[str, bool]) -> bool:
    """Whether something in these elements is on screen."""
    return all(_is_shown(each, shown) for each in path)


def texts(card: Json, shown: Mapping[str, bool] | None = None) -> Iterator[str]:
    """Each text on screen, in reading order, without buttons and inputs."""
    now = visibility(card) if shown is None else shown
    for element, path in elements(card):
        if seen((*path, element), now):
            yield from _said(element)


def _said(element: Json) -> Iterator[str]:
    kind = element.get("type")
    if kind == "TextBlock":
        yield str(element["text"])
    elif kind == "RichTextBlock":
        runs = element["inlines"]
        yield "".join(each if isinstance(each, str) else str(each["text"]) for each in runs)
    elif kind == "FactSet":
        yield from (f"{fact['title']}: {fact['value']}" for fact in element["facts"])


def _is_shown(element: Json, shown: Mapping[str, bool]) -> bool:
    visible: bool = element.get("isVisible", True)
    return shown.get(str(element.get("id", "")), visible)


def _below(element: Json, path: tuple[Json, ...]) -> Iterator[tuple[Json, tuple[Json, ...]]]:
    # The card itself is no element: what is in it has nothing around it.
    around = path if element.get("type") == "AdaptiveCard" else (*path, element)
    if element.get("type") != "AdaptiveCard":
        yield element, path
    for name in _INSIDE:
        inside: Any = element.get(name)
        for each in inside if isinstance(inside, list) else ():
            if isinstance(each, dict):
                yield from _below(each, around)
    for action in element.get("actions") or ():
        if action.get("type") == "Action.ShowCard":
            yield from _below(action["card"], around)


def _pressable(action: Json, path: tuple[Json, ...]) -> Pressable:
    return Pressable(handle_of(action), str(action.get("title", "")), action, path)


def _first(field: Json) -> str:
    value = field.get("value", "")
    if field["type"] == "Input.Toggle":
        return str(value or field.get("valueOff", "false"))
    return "" if value is None else str(value)
