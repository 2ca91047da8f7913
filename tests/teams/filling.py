"""What a client does with the inputs of a card: takes values of the right kind, says what is
missing before anything is sent, and sends the rest
(learn.microsoft.com/adaptive-cards/authoring-cards/input-validation).
"""

import re
from collections.abc import Mapping

from tests.teams import parts
from tests.teams.world import Json

_DATE, _TIME = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d\d:\d\d")


class Impossible(Exception):
    """No client lets anybody do that; the message says what is in the way."""


def value_of(field: Json, value: str) -> str:
    """A value as it is sent. Raises Impossible where the client does not take it."""
    kind = field["type"]
    if kind == "Input.ChoiceSet":
        return _chosen(field, value)
    if kind == "Input.Toggle":
        on, off = field.get("valueOn", "true"), field.get("valueOff", "false")
        if value not in (on, off):
            raise Impossible(f"it is {on} or {off}")
    if kind == "Input.Text":
        most = field.get("maxLength")
        if most is not None and len(value) > most:
            raise Impossible(f"at most {most} characters fit")
        if "\n" in value and not field.get("isMultiline"):
            raise Impossible("one line fits")
    if kind == "Input.Number" and value and not re.fullmatch(r"-?\d+(\.\d+)?", value):
        raise Impossible("a number goes there")
    patterns = {"Input.Date": _DATE, "Input.Time": _TIME}
    if value and kind in patterns and not patterns[kind].fullmatch(value):
        raise Impossible("that is no date or time")
    return value


def wrong(card: Json, typed: Mapping[str, str], shown: Mapping[str, bool]) -> dict[str, str]:
    """What must be filled in still, or otherwise, by id, in the words of the card."""
    found = {}
    for field, path in parts.inputs(card):
        value = typed.get(field["id"], "")
        if parts.seen((*path, field), shown) and not _fits(field, value):
            found[str(field["id"])] = str(field.get("errorMessage") or "This is required.")
    return found


def sent(card: Json, typed: Mapping[str, str]) -> Json:
    """What is sent of the inputs: one that holds nothing is not there."""
    return {id: typed[id] for id in parts.begun(card) if typed.get(id)}


def _chosen(field: Json, value: str) -> str:
    wanted = [value] if value and not field.get("isMultiSelect") else value.split(",")
    offered = {each["value"] for each in field.get("choices") or ()}
    if value and "choices.data" not in field and not offered.issuperset(wanted):
        raise Impossible(f"{wanted} is not offered")
    return value


def _fits(field: Json, value: str) -> bool:
    if not value or (field["type"] == "Input.Toggle" and value == field.get("valueOff", "false")):
        return not field.get("isRequired")
    if field["type"] == "Input.Text" and "regex" in field:
        return re.search(field["regex"], value) is not None
    least, most = field.get("min"), field.get("max")
    if field["type"] == "Input.Number":
        return (least is None or float(value) >= least) and (most is None or float(value) <= most)
    return (least is None or value >= least) and (most is None or value <= most)
