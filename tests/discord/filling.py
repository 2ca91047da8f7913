"""What a client does with the inputs of a modal: takes values of the right kind, says what is
missing before anything is sent, and sends the rest.
"""

from collections.abc import Iterator, Sequence

from tests.discord.checks_components import INPUT, LABEL, ROW, SELECT, TEXT_DISPLAY
from tests.discord.parts import every
from tests.discord.world import Json, Modal

_MOST = 4_000


class Impossible(Exception):
    """No client lets anybody do that; the message says what is in the way."""


def inputs(modal: Modal) -> Iterator[Json]:
    """The text inputs and selects of a modal, in order."""
    for each in every(modal.components):
        if each["type"] in (INPUT, SELECT):
            yield each


def begun(component: Json) -> str | list[str]:
    """What is in an input at first."""
    if component["type"] == INPUT:
        return component.get("value") or ""
    return [each["value"] for each in component["options"] if each.get("default")]


def value_of(component: Json, value: str | Sequence[str]) -> str | list[str]:
    """A value as it is sent. Raises Impossible where the client does not take it."""
    if component["type"] == INPUT:
        if not isinstance(value, str):
            raise Impossible("a text goes there")
        most = component.get("max_length") or _MOST
        if len(value) > most:
            raise Impossible(f"at most {most} characters fit")
        return value
    wanted = [*([value] if value else [])] if isinstance(value, str) else [*value]
    offered = {each["value"] for each in component["options"]}
    if not offered.issuperset(wanted):
        raise Impossible(f"{wanted} is not offered")
    if len(wanted) > component.get("max_values", 1):
        raise Impossible(f"at most {component.get('max_values', 1)} can be chosen")
    return wanted


def wrong(modal: Modal) -> dict[str, str]:
    """What must be filled in still, or in more words, by custom_id, in the client's words."""
    found = {}
    for each in inputs(modal):
        value, needed = modal.typed[each["custom_id"]], each.get("required", True)
        if not value:
            if needed:
                found[each["custom_id"]] = "This field is required."
        elif each["type"] == INPUT and len(value) < (each.get("min_length") or 0):
            found[each["custom_id"]] = f"Must be at least {each['min_length']} characters."
        elif each["type"] == SELECT and len(value) < each.get("min_values", 1):
            found[each["custom_id"]] = f"Choose at least {each['min_values']}."
    return found


def submitted(modal: Modal) -> list[Json]:
    """The components of a submission, with what was filled in."""
    return [_sent(each, modal) for each in modal.components]


def _sent(component: Json, modal: Modal) -> Json:
    told: Json = {"type": component["type"], "id": component["id"]}
    if component["type"] == LABEL:
        return told | {"component": _sent(component["component"], modal)}
    if component["type"] == ROW:
        return told | {"components": [_sent(each, modal) for each in component["components"]]}
    if component["type"] == TEXT_DISPLAY:
        return told
    value = modal.typed[component["custom_id"]]
    name = "value" if component["type"] == INPUT else "values"
    return told | {"custom_id": component["custom_id"], name: value}
