"""What Slack refuses of elements of blocks: buttons, menus, inputs; and where they may stand."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.slack.checks_texts import (
    TEXT,
    Json,
    confirmation,
    groups,
    option,
    options,
    text_object,
    too_long,
    unknown_keys,
)
from tests.slack.rules import Refusal, refusal

Check = Callable[[Json, str], Iterator[Refusal]]
_ALL = frozenset({"message", "modal", "home"})
_MODAL = frozenset({"modal"})
_SECTION, _ACTIONS, _INPUT = "section", "actions", "input"
_SELECTS = [
    f"{many}{kind}_select"
    for many in ("", "multi_")
    for kind in ("static", "external", "users", "conversations", "channels")
]
# Where an element may stand: blocks and surfaces, from reference/block-kit/block-elements.
_BLOCKS: Mapping[str, frozenset[str]] = {
    "button": frozenset({_SECTION, _ACTIONS}),
    "workflow_button": frozenset({_SECTION, _ACTIONS}),
    "overflow": frozenset({_SECTION, _ACTIONS}),
    "image": frozenset({_SECTION, "context"}),
    "checkboxes": frozenset({_SECTION, _ACTIONS, _INPUT}),
    "radio_buttons": frozenset({_SECTION, _ACTIONS, _INPUT}),
    "datepicker": frozenset({_SECTION, _ACTIONS, _INPUT}),
    "timepicker": frozenset({_SECTION, _ACTIONS, _INPUT}),
    "datetimepicker": frozenset({_ACTIONS, _INPUT}),
    "plain_text_input": frozenset({_INPUT}),
    "rich_text_input": frozenset({_INPUT}),
    "email_text_input": frozenset({_INPUT}),
    "url_text_input": frozenset({_INPUT}),
    "number_input": frozenset({_INPUT}),
    "file_input": frozenset({_INPUT}),
    "feedback_buttons": frozenset({"context_actions"}),
    "icon_button": frozenset({"context_actions"}),
    **{kind: frozenset({_SECTION, _ACTIONS, _INPUT}) for kind in _SELECTS},
}
_SURFACES: Mapping[str, frozenset[str]] = {
    "email_text_input": _MODAL,
    "url_text_input": _MODAL,
    "number_input": _MODAL,
    "file_input": _MODAL,
    "rich_text_input": frozenset({"modal", "home"}),
    "datetimepicker": frozenset({"modal", "message"}),
    "workflow_button": frozenset({"message"}),
    "feedback_buttons": frozenset({"message"}),
    "icon_button": frozenset({"message"}),
}
_FOCUSED = ("focus_on_load", "placeholder")


def element(given: Any, where: str, *, block: str, surface: str) -> Iterator[Refusal]:
    """An element of a block of the type `block` on `surface`."""
    if not isinstance(given, dict):
        yield refusal("block-shape", where, "no element")
        return
    kind = str(given.get("type"))
    if block not in _BLOCKS.get(kind, frozenset()):
        yield refusal("element-type", where, f"{kind} in {block}")
        return
    if surface not in _SURFACES.get(kind, _ALL):
        yield refusal("element-surface", where, f"{kind} in a {surface}")
    yield from too_long("action-id-length", given.get("action_id"), 255, f"{where}/action_id")
    if "placeholder" in given:
        at = f"{where}/placeholder"
        placeholder = given["placeholder"]
        yield from text_object(placeholder, at, "select-placeholder", most=150, plain=True)
    if "confirm" in given:
        yield from confirmation(given["confirm"], f"{where}/confirm")
    if check := _CHECKS.get(kind):
        yield from check(given, where)


def image(given: Json, where: str) -> Iterator[Refusal]:
    """An image, as a block or an element."""
    if ("image_url" in given) == ("slack_file" in given):
        yield refusal("image-source", where)
    yield from too_long("image-url", given.get("image_url"), TEXT, f"{where}/image_url")
    yield from too_long("image-alt", given.get("alt_text") or "", 2_000, where, least=1)


def _button(given: Json, where: str) -> Iterator[Refusal]:
    known = {"type", "text", "action_id", "url", "value", "style", "confirm", "accessibility_label"}
    yield from unknown_keys(given, known, where)
    text = given.get("text")
    yield from text_object(text, f"{where}/text", "button-text", most=75, plain=True)
    yield from too_long("button-value", given.get("value"), 2_000, f"{where}/value", least=1)
    yield from too_long("button-url", given.get("url"), TEXT, f"{where}/url")
    label = given.get("accessibility_label")
    yield from too_long("button-label", label, 75, f"{where}/accessibility_label")
    if given.get("style", "primary") not in ("primary", "danger"):
        yield refusal("button-style", f"{where}/style", str(given["style"]))


def _overflow(given: Json, where: str) -> Iterator[Refusal]:
    yield from unknown_keys(given, {"type", "action_id", "options", "confirm"}, where)
    at = f"{where}/options"
    yield from options(given.get("options"), at, rule="overflow-options", least=2, most=5)


def _static(given: Json, where: str) -> Iterator[Refusal]:
    many = given["type"].startswith("multi_")
    initial = "initial_options" if many else "initial_option"
    known = {"type", "action_id", "options", "option_groups", initial, "confirm", *_FOCUSED}
    yield from unknown_keys(given, known | ({"max_selected_items"} if many else set()), where)
    if ("options" in given) == ("option_groups" in given):
        yield refusal("select-either", where)
    elif "options" in given:
        yield from options(given["options"], f"{where}/options", rule="select-options")
    else:
        yield from groups(given["option_groups"], f"{where}/option_groups")
    yield from _initial(given, where)
    if given.get("max_selected_items", 1) < 1:
        yield refusal("select-most", where)


def _external(given: Json, where: str) -> Iterator[Refusal]:
    many = given["type"].startswith("multi_")
    initial = "initial_options" if many else "initial_option"
    known = {"type", "action_id", "min_query_length", initial, "confirm", *_FOCUSED}
    yield from unknown_keys(given, known | ({"max_selected_items"} if many else set()), where)
    least = given.get("min_query_length", 3)
    if isinstance(least, bool) or not isinstance(least, int) or not 0 <= least <= 100:
        yield refusal("select-query", where, str(least))
    first = given.get(initial, [])
    for each in first if many else ([first] if first else []):
        yield from option(each, f"{where}/{initial}")


def _initial(given: Json, where: str) -> Iterator[Refusal]:
    """What is chosen at first must be among the options, whole."""
    every = list(given.get("options") or [])
    every += [o for group in given.get("option_groups") or [] for o in group.get("options") or []]
    chosen = [given["initial_option"]] if "initial_option" in given else []
    if "initial_options" in given:
        chosen = given["initial_options"]
        if not chosen:
            yield refusal("select-initial", where, "empty")
    for each in chosen:
        if _core(each) not in [_core(other) for other in every]:
            yield refusal("select-initial", where, str(each.get("value")))


def _core(given: Json) -> Json:
    """An option without what Slack adds by itself."""
    text = {"type": given["text"].get("type"), "text": given["text"].get("text")}
    return {**given, "text": text}


def _ticked(rule: str) -> Check:
    def check(given: Json, where: str) -> Iterator[Refusal]:
        at = f"{where}/options"
        yield from options(given.get("options"), at, rule=rule, most=10, rich=True)
        yield from _initial(given, where)

    return check


def _text_input(given: Json, where: str) -> Iterator[Refusal]:
    sizes = {"min_length", "max_length", "initial_value", "multiline", "dispatch_action_config"}
    yield from unknown_keys(given, {"type", "action_id", *sizes, *_FOCUSED}, where)
    least, most = given.get("min_length", 0), given.get("max_length", TEXT)
    if not (0 <= least <= TEXT and 1 <= most <= TEXT and least <= most):
        yield refusal("text-input-length", where, f"{least} to {most}")
    initial = given.get("initial_value")
    yield from too_long("text-input-initial", initial, min(most, TEXT), f"{where}/initial_value")


def _date(given: Json, where: str) -> Iterator[Refusal]:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", given.get("initial_date", "2026-01-01")):
        yield refusal("date-format", where)


def _time(given: Json, where: str) -> Iterator[Refusal]:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", given.get("initial_time", "00:00")):
        yield refusal("time-format", where)


_CHECKS: Mapping[str, Check] = {
    "button": _button,
    "overflow": _overflow,
    "image": image,
    "static_select": _static,
    "multi_static_select": _static,
    "external_select": _external,
    "multi_external_select": _external,
    "checkboxes": _ticked("checkbox-options"),
    "radio_buttons": _ticked("radio-options"),
    "plain_text_input": _text_input,
    "datepicker": _date,
    "timepicker": _time,
}
