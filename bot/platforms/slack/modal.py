"""Forms as Slack's modals, and what comes back of them. A field's name is its input's block_id and
action_id.

What a modal is about travels in its private_metadata: the form's token, the page, and what was
filled in on the pages before it, since Slack sends only the last one's values.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from bot.cards.layout import form_pages
from bot.platforms.slack.controls import options, plain
from bot.platforms.slack.limits import SLACK
from bot.platforms.slack.rich import Part, rich, section, text
from bot.platforms.slack.words import unescaped
from bot.port import Form
from core.text import shortened
from core.views import FieldKind, FieldView, FormView

Payload = dict[str, Any]

FORM, LOADING, TOLD = "form", "loading", "told"  # callback_ids
METADATA = 3_000  # characters of private_metadata
_PAGE, _PAGES, _EARLIER = "page", "pages", "earlier"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_PART = re.compile(r"[~|+]\d+$")  # of a field that goes on in another: bot/cards/forms
_KEPT = ("type", "callback_id", "title", "submit", "close", "private_metadata")  # of a view
_INITIAL = {  # what an input holds when it is sent, and when it is opened
    "value": "initial_value",
    "selected_date": "initial_date",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
}
_MANY = "Choose some…"
_ONE = "Choose one…"


class MetadataTooLarge(ValueError):
    """What a modal is about does not fit into its private_metadata."""


def modal(
    form: Form,
    about: Mapping[str, str],
    *,
    page: int = 1,
    earlier: Mapping[str, str] | None = None,
) -> Payload:
    """A page of a form as a view to open; `earlier` is what `values` gave of the page before.
    Raises MetadataTooLarge.
    """
    every = form_pages(form.view, SLACK.form)
    shown = every[page - 1]
    carried: dict[str, Any] = {"token": form.token, **about}
    if len(every) > 1:
        carried |= {_PAGE: str(page), _PAGES: str(len(every))}
    if earlier:
        carried[_EARLIER] = dict(earlier)
    return {
        **_view(FORM, shown.title, list(_blocks(shown))),
        "close": plain("Cancel"),
        "submit": plain("Next" if page < len(every) else shown.submit),
        "private_metadata": _packed(carried),
    }


def loading(title: str) -> Payload:
    """What stands there while a form is being fetched."""
    return {**_view(LOADING, title, [_said("One moment…")]), "close": plain("Cancel")}


def told(title: str, sentences: str) -> Payload:
    """A view that only says something, as paragraphs."""
    parts = [section(text(line)) for line in sentences.split("\n") if line.strip()]
    return {**_view(TOLD, title, [_rich_text(*parts)]), "close": plain("Close")}


def refilled(view: Mapping[str, Any], sentences: str) -> Payload:
    """A submitted view to show once more, with what was filled in, and `sentences` above it."""
    state = _as_sent(view["state"]["values"])
    blocks = [_refilled(block, state) for block in _as_sent(view["blocks"])]
    parts = [section(text(line)) for line in sentences.split("\n") if line.strip()]
    kept = {name: _as_sent(view[name]) for name in _KEPT if view.get(name)}
    return {**kept, "blocks": [_rich_text(*parts), *blocks]}


def values(view: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in, by field, on this page of a submitted view and on those before it."""
    carried = _carried(view).get(_EARLIER, {})
    filled = {
        field: "".join(map(_value, inputs.values()))
        for field, inputs in view["state"]["values"].items()
    }
    return {**carried, **filled}


def following(view: Mapping[str, Any]) -> int:
    """The page to show next once this view is submitted; 0 after the last."""
    carried = _carried(view)
    page, pages = int(carried.get(_PAGE, 1)), int(carried.get(_PAGES, 1))
    return page + 1 if page < pages else 0


def about(view: Mapping[str, Any]) -> dict[str, str]:
    """What the view is about: `token` and what `modal` was given."""
    carried = _carried(view)
    return {name: value for name, value in carried.items() if isinstance(value, str)}


def errors(view: Mapping[str, Any], found: Mapping[str, str]) -> dict[str, str]:
    """Errors by field as errors by input. What is about the whole form, or a field that is not on
    this page, is told at the first input.
    """
    fields = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    told_at: dict[str, str] = {}
    for name, sentence in found.items() if fields else ():
        at = name if name in fields else next((f for f in fields if _PART.sub("", f) == name), "")
        at = at or fields[0]
        told_at[at] = f"{told_at[at]} {sentence}" if at in told_at else sentence
    return told_at


def _as_sent(value: Any) -> Any:
    """Part of a view as we had sent it: what is plain_text comes back escaped."""
    if isinstance(value, list):
        return [_as_sent(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.get("type") == "plain_text":
        return {**value, "text": unescaped(value["text"])}
    return {name: _as_sent(each) for name, each in value.items()}


def _refilled(block: Mapping[str, Any], state: Mapping[str, Any]) -> Payload:
    if block["type"] != "input":
        return dict(block)
    element = block["element"]
    given = state.get(block["block_id"], {}).get(element["action_id"], {})
    initial = {name: given.get(of) for of, name in _INITIAL.items() if given.get(of)}
    bare = {name: value for name, value in element.items() if name not in _INITIAL.values()}
    return {**block, "element": {**bare, **initial}}


def _view(callback: str, title: str, blocks: list[Payload]) -> Payload:
    said = plain(shortened(title, SLACK.form.title))
    return {"type": "modal", "callback_id": callback, "title": said, "blocks": blocks}


def _said(sentence: str) -> Payload:
    return _rich_text(section(text(sentence)))


def _rich_text(*parts: Part) -> Payload:
    return {"type": "rich_text", "elements": list(parts)}


def _packed(carried: Mapping[str, Any]) -> str:
    packed = json.dumps(carried, ensure_ascii=False, separators=(",", ":"))
    if len(packed) > METADATA:
        raise MetadataTooLarge(f"{len(packed)} characters; a modal carries {METADATA}")
    return packed


def _carried(view: Mapping[str, Any]) -> dict[str, Any]:
    try:
        carried = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return {}
    return carried if isinstance(carried, dict) else {}


def _blocks(view: FormView) -> Iterator[Payload]:
    if view.prose:
        yield _rich_text(*rich(view.prose))
    yield from map(_input, view.fields)


def _input(field: FieldView) -> Payload:
    block = {
        "type": "input",
        "block_id": field.name,
        "label": plain(field.label),
        "element": {"action_id": field.name, **_element(field)},
        "optional": not field.required,
    }
    return {**block, "hint": plain(field.help)} if field.help else block


def _element(field: FieldView) -> Payload:
    value = field.value or ""
    if field.options:
        return _select(field, value)
    match field.kind:
        case FieldKind.NUMBER:
            element: Payload = {"type": "number_input", "is_decimal_allowed": True}
            return {**element, "initial_value": value} if _NUMBER.fullmatch(value) else element
        case FieldKind.DATE:
            element = {"type": "datepicker"}
            return {**element, "initial_date": value} if _is_date(value) else element
        case _:
            return _typed(field, value)


def _typed(field: FieldView, value: str) -> Payload:
    element: Payload = {
        "type": "plain_text_input",
        "multiline": field.kind is FieldKind.TEXT or "\n" in value,
        "max_length": min(max(field.limit, len(value), 1), SLACK.form.value),
    }
    return {**element, "initial_value": value} if value else element


def _select(field: FieldView, value: str) -> Payload:
    offered = options([(option.label, option.value) for option in field.options])
    if field.kind is FieldKind.SOME_OF:
        element = {"type": "multi_static_select", "placeholder": plain(_MANY), "options": offered}
        chosen = [option for option in offered if option["value"] in value.split(", ")]
        return {**element, "initial_options": chosen} if chosen else element
    element = {"type": "static_select", "placeholder": plain(_ONE), "options": offered}
    first = next((option for option in offered if option["value"] == value), None)
    return {**element, "initial_option": first} if first else element


def _value(given: Mapping[str, Any]) -> str:
    """What one input holds; nothing where it was left empty."""
    if "selected_options" in given:
        return ", ".join(option["value"] for option in given["selected_options"] or ())
    if given.get("selected_option"):
        return str(given["selected_option"]["value"])
    return str(given.get("selected_date") or given.get("value") or "")


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
