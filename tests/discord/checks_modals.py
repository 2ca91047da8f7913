"""What Discord refuses of a modal: docs.discord.com/developers/components/reference#label."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.discord.checks_components import (
    INPUT,
    LABEL,
    ROW,
    SELECT,
    TEXT_DISPLAY,
    characters,
    ids,
    one,
    select,
)
from tests.discord.checks_texts import flag, listed, number, objects, shapes, text
from tests.discord.parts import every
from tests.discord.rules import Refusal, refusal


def modal(data: Any, where: str) -> Iterator[Refusal]:
    """A modal, as an interaction is answered with it."""
    if not isinstance(data, dict):
        yield refusal("object", where)
        return
    yield from text(data.get("custom_id"), f"{where}/custom_id", "custom-id", most=100)
    yield from text(data.get("title"), f"{where}/title", "modal-title", most=45)
    inside, at = data.get("components"), f"{where}/components"
    yield from listed(inside, at, "modal-components", most=5)
    if not isinstance(inside, list):
        return
    yield from shapes(inside, at)
    for here, component in objects(inside, at):
        yield from _part(component, here)
    yield from characters([*every(inside)], at)
    yield from ids(inside, at)


def _part(component: Mapping[str, Any], where: str) -> Iterator[Refusal]:
    kind = component.get("type")
    if kind == TEXT_DISPLAY:
        yield from one(component, where)
    elif kind == LABEL:
        yield from _label(component, where)
    elif kind == ROW:
        yield from _row(component, where)
    else:
        yield refusal("component-type", f"{where}/type", str(kind))


def _label(label: Mapping[str, Any], where: str) -> Iterator[Refusal]:
    yield from text(label.get("label"), f"{where}/label", "label", most=45)
    said = label.get("description")
    yield from text(said, f"{where}/description", "label-description", most=100, least=0)
    inside, at = label.get("component"), f"{where}/component"
    if not isinstance(inside, dict):
        yield refusal("required", at)
    elif inside.get("type") == INPUT:
        if inside.get("label") is not None:
            yield refusal("label-twice", f"{at}/label")
        yield from _input(inside, at)
    elif inside.get("type") == SELECT:
        if inside.get("disabled"):
            yield refusal("select-disabled", f"{at}/disabled")
        yield from select(inside, at)
    else:
        yield refusal("component-type", f"{at}/type", str(inside.get("type")))


def _row(row: Mapping[str, Any], where: str) -> Iterator[Refusal]:
    """A row with one input, as modals were made before there were labels."""
    inside, at = row.get("components"), f"{where}/components"
    yield from listed(inside, at, "row-buttons", most=1)
    for here, component in objects(inside, at):
        if component.get("type") != INPUT:
            yield refusal("component-type", f"{here}/type")
            continue
        yield from text(component.get("label"), f"{here}/label", "label", most=45)
        yield from _input(component, here)


def _input(component: Mapping[str, Any], where: str) -> Iterator[Refusal]:
    yield from text(component.get("custom_id"), f"{where}/custom_id", "custom-id", most=100)
    style = component.get("style")
    yield from number(style, f"{where}/style", "input-style", least=1, most=2, needed=True)
    least, most = component.get("min_length"), component.get("max_length")
    yield from number(least, f"{where}/min_length", "input-length", least=0, most=4_000)
    yield from number(most, f"{where}/max_length", "input-length", least=1, most=4_000)
    yield from flag(component.get("required"), f"{where}/required")
    hint = component.get("placeholder")
    yield from text(hint, f"{where}/placeholder", "input-placeholder", most=100, least=0)
    value = component.get("value")
    if value is None or value == "":
        return
    low, high = least if isinstance(least, int) else 0, most if isinstance(most, int) else 4_000
    yield from text(value, f"{where}/value", "input-value", most=min(high, 4_000), least=low)
