"""What Teams refuses of a card: each element against the table of `shapes`, then what holds for the
card as a whole.

Longer than most: one walk over a card is one thought.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.teams import checks_values as values
from tests.teams import parts
from tests.teams.rules import Refusal, refusal
from tests.teams.shapes import ACTION_SHAPES, CARD, SHAPES, Is
from tests.teams.world import Json

CARD_SIZE = 28 * 1_024  # bytes
PRIMARY, REFRESHED = 6, 60
VERSIONS = ("1.0", "1.1", "1.2", "1.3", "1.4", "1.5")
_AT = re.compile(r"<at>.*?</at>")
_TO_TEAMS = ("task/fetch", "messageBack", "imBack", "invoke", "signin")
_IN_DIALOG = ("Action.Submit", "Action.OpenUrl", "Action.ShowCard", "Action.ToggleVisibility")
_Found = Iterator[Refusal]


def card(value: Any, where: str, *, dialog: bool = False) -> _Found:
    """A whole card; `dialog`: one that a dialog shows."""
    if not isinstance(value, dict):
        yield refusal("object", where)
        return
    found = [*_card(value, where)]
    yield from found
    if found:
        return  # what follows looks into it
    yield from _whole(value, where)
    if dialog:
        yield from _in_dialog(value, where)


def size(value: Any) -> int:
    """How large something is on its way, in bytes."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _card(value: Json, where: str) -> _Found:
    if value.get("type") != "AdaptiveCard":
        yield refusal("card-type", f"{where}/type", value.get("type"))
    if "version" in value and value["version"] not in VERSIONS:
        yield refusal("card-version", f"{where}/version", value["version"])
    yield from _properties(value, CARD, where)
    if not value.get("body") and not value.get("actions"):
        yield refusal("card-empty", f"{where}/body")


# What holds for the card as a whole


def _whole(value: Json, where: str) -> _Found:
    bytes_ = size(value)
    if bytes_ > CARD_SIZE:
        yield refusal("card-size", where, bytes_)
    ids = Counter(str(e["id"]) for e, _ in parts.elements(value) if e.get("id"))
    yield from (refusal("id-twice", where, id) for id, count in ids.items() if count > 1)
    for pressable in parts.pressables(value):
        for target in _targets(pressable.action):
            if target not in ids:
                yield refusal("toggle-targets", where, target)
        executes = pressable.kind == "Action.Execute" or value.get("refresh")
        if executes and value["version"] < "1.4":
            yield refusal("execute-version", f"{where}/version", value["version"])
    yield from _mentions(value, where)


def _targets(action: Json) -> Iterator[str]:
    for each in action.get("targetElements") or ():
        yield str(each if isinstance(each, str) else each.get("elementId"))


def _mentions(value: Json, where: str) -> _Found:
    """Who is mentioned in a text is among the entities, and the other way round."""
    everything = parts.texts(value, dict.fromkeys(parts.visibility(value), True))
    said = {found for text in everything for found in _AT.findall(text)}
    entities = (value.get("msteams") or {}).get("entities") or []
    named = {str(each.get("text")) for each in entities}
    for text in sorted(said ^ named):
        yield refusal("mention-card", f"{where}/msteams/entities", text)


def _in_dialog(value: Json, where: str) -> _Found:
    for pressable in parts.pressables(value):
        if pressable.kind not in _IN_DIALOG:
            yield refusal("dialog-actions", where, pressable.kind)
        if "msteams" in pressable.data:
            yield refusal("dialog-msteams", where, pressable.title)
    if not any(each.kind == "Action.Submit" for each in parts.pressables(value)):
        yield refusal("dialog-actions", where, "nothing is submitted")


# Elements


def _element(value: Any, among: tuple[str, ...], where: str) -> _Found:
    if not isinstance(value, dict):
        yield refusal("object", where, value)
        return
    kind = value.get("type", among[0] if len(among) == 1 else None)
    if kind not in among:
        yield refusal("element-type", f"{where}/type", kind)
        return
    yield from _properties(value, SHAPES[kind], where)
    if more := _MORE.get(kind):
        yield from more(value, where)
    if kind.startswith("Input."):
        yield from _input(value, where)


def _properties(value: Json, shape: Mapping[str, Is], where: str) -> _Found:
    for name in value.keys() - shape.keys() - {"type"}:
        yield refusal("property", f"{where}/{name}")
    for name, of in shape.items():
        found = value.get(name)
        if name not in value and of.needed:
            yield refusal("required", f"{where}/{name}")
        elif name in value and found is None:
            yield refusal("value", f"{where}/{name}", "null")
        elif name in value:
            yield from _KINDS[of.kind](found, of, f"{where}/{name}")


def _input(value: Json, where: str) -> _Found:
    if not value.get("label"):
        yield refusal("input-label", f"{where}/label", value.get("id"))
    fails = value.get("isRequired") or "regex" in value or "min" in value or "max" in value
    if fails and not value.get("errorMessage"):
        yield refusal("input-error", f"{where}/errorMessage", value.get("id"))


def _text_input(value: Json, where: str) -> _Found:
    most, said = value.get("maxLength"), value.get("value")
    if isinstance(most, int) and isinstance(said, str) and len(said) > most:
        yield refusal("input-range", f"{where}/value", len(said))
    if isinstance(most, int) and most < 1:
        yield refusal("input-range", f"{where}/maxLength", most)


def _choice_set(value: Json, where: str) -> _Found:
    choices = value.get("choices")
    if not choices and "choices.data" not in value:
        yield refusal("choices-empty", f"{where}/choices")
    if not isinstance(choices, list):
        return
    counted = Counter(str(e.get("value")) for e in choices if isinstance(e, dict))
    yield from (refusal("choice-twice", where, name) for name, n in counted.items() if n > 1)
    first, many = str(value.get("value") or ""), value.get("isMultiSelect")
    if many and any("," in each for each in counted):
        yield refusal("choice-comma", f"{where}/choices")
    wanted = first.split(",") if many else [first]
    if first and "choices.data" not in value and not set(wanted) <= counted.keys():
        yield refusal("choice-value", f"{where}/value", first)


def _column_set(value: Json, where: str) -> _Found:
    if value.get("columns") == []:
        yield refusal("columns-empty", f"{where}/columns")


def _action_set(value: Json, where: str) -> _Found:
    if value.get("actions") == []:
        yield refusal("actions-empty", f"{where}/actions")


_MORE: Mapping[str, Callable[[Json, str], _Found]] = {
    "Input.Text": _text_input,
    "Input.ChoiceSet": _choice_set,
    "ColumnSet": _column_set,
    "ActionSet": _action_set,
}

# Actions


def _action(value: Any, where: str, among: tuple[str, ...] = tuple(ACTION_SHAPES)) -> _Found:
    if not isinstance(value, dict):
        yield refusal("object", where, value)
        return
    kind = value.get("type")
    if kind not in among:
        yield refusal("action-type", f"{where}/type", kind)
        return
    yield from _properties(value, ACTION_SHAPES[kind], where)
    if kind == "Action.Execute":
        instead = value.get("fallback")
        if isinstance(instead, dict) and instead.get("type") != "Action.Submit":
            yield refusal("execute-fallback", f"{where}/fallback", instead.get("type"))


def _data(value: Any, _: Is, where: str) -> _Found:
    if not isinstance(value, dict):
        yield refusal("submit-data", where, value)
        return
    asked = value.get("msteams")
    if asked is None:
        return
    if not isinstance(asked, dict) or asked.get("type") not in _TO_TEAMS:
        yield refusal("submit-msteams", f"{where}/msteams", asked)


def _actions(value: Any, _: Is, where: str) -> _Found:
    if not isinstance(value, list):
        yield refusal("list", where, value)
        return
    for at, each in enumerate(value):
        yield from _action(each, f"{where}/{at}")
        if isinstance(each, dict) and not each.get("title"):
            yield refusal("action-title", f"{where}/{at}/title")
    modes = [str(each.get("mode", "primary")).lower() for each in value if isinstance(each, dict)]
    if modes.count("primary") > PRIMARY:
        yield refusal("actions-many", where, modes.count("primary"))


def _selects(value: Any, _: Is, where: str) -> _Found:
    yield from _action(value, where, tuple(k for k in ACTION_SHAPES if k != "Action.ShowCard"))


def _instead_of_action(value: Any, _: Is, where: str) -> _Found:
    if value != "drop":
        yield from _action(value, where)


def _targeted(value: Any, _: Is, where: str) -> _Found:
    if not isinstance(value, list) or not value:
        yield refusal("toggle-targets", where, value)
        return
    for at, each in enumerate(value):
        fits = isinstance(each, str) or (isinstance(each, dict) and each.get("elementId"))
        if not fits:
            yield refusal("toggle-targets", f"{where}/{at}", each)


def _verb(value: Any, _: Is, where: str) -> _Found:
    if not isinstance(value, str) or not value:
        yield refusal("execute-verb", where, value)


def _refresh(value: Any, _: Is, where: str) -> _Found:
    if not isinstance(value, dict) or not isinstance(value.get("action"), dict):
        yield refusal("refresh", where, value)
        return
    yield from _action(value["action"], f"{where}/action", ("Action.Execute",))
    users = value.get("userIds", [])
    if not isinstance(users, list) or not all(isinstance(each, str) for each in users):
        yield refusal("list", f"{where}/userIds", users)
    elif len(users) > REFRESHED:
        yield refusal("refresh-users", f"{where}/userIds", len(users))
    for name in value.keys() - {"action", "userIds", "expires"}:
        yield refusal("property", f"{where}/{name}")


def _elements(value: Any, of: Is, where: str) -> _Found:
    if not isinstance(value, list):
        yield refusal("list", where, value)
        return
    for at, each in enumerate(value):
        yield from _element(each, of.among, f"{where}/{at}")


def _inlines(value: Any, of: Is, where: str) -> _Found:
    said = [each for each in value if not isinstance(each, str)] if isinstance(value, list) else 0
    yield from _elements(said if said != 0 else value, of, where)
    if value == []:
        yield refusal("text-empty", where)


def _instead(value: Any, of: Is, where: str) -> _Found:
    if value != "drop":
        yield from _element(value, of.among, where)


_KINDS: Mapping[str, Callable[[Any, Is, str], _Found]] = {
    "text": values.text,
    "words": values.text,
    "flag": values.flag,
    "number": values.number,
    "whole": values.number,
    "one": values.one,
    "url": values.url,
    "object": values.object,
    "objects": values.objects,
    "any": values.any,
    "elements": _elements,
    "inlines": _inlines,
    "instead": _instead,
    "facts": values.facts,
    "choices": values.choices,
    "width": values.width,
    "msteams": values.msteams,
    "data": _data,
    "actions": _actions,
    "action": lambda value, of, where: _action(value, where),
    "select": _selects,
    "instead-of-action": _instead_of_action,
    "targets": _targeted,
    "verb": _verb,
    "refresh": _refresh,
    "card": lambda value, of, where: (
        _card(value, where) if isinstance(value, dict) else iter([refusal("object", where, value)])
    ),
}
