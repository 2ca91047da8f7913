"""Forms as Discord's modals, and what comes back of them. A field's name is its input's custom_id.

A modal carries nothing but its custom_id, and holds five components: what it is about, and what was
filled in on the pages before, is kept by whoever opens it, under `key`. Lists are string selects:
radio and checkbox groups are younger, and hold ten options at most.
docs.discord.com/developers/components/reference
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.cards.layout import form_pages
from bot.cards.markdown import plain
from bot.platforms.discord.limits import DISCORD
from bot.platforms.discord.markdown import escaped
from bot.platforms.discord.prose import prose
from core.views import FieldKind, FieldView, FormView

Payload = dict[str, Any]

FORM, PAGE = "form", "page"  # begin custom_ids
LABEL, TEXT, INPUT, SELECT = 18, 10, 4, 3
SHORT, PARAGRAPH = 1, 2
CHARACTERS = 4_000  # of a text display

_ID = re.compile(rf"(?:{FORM}|{PAGE}):(.+):(\d{{1,3}})", re.DOTALL)
_HINTS = {FieldKind.NUMBER: "A number, such as 443", FieldKind.DATE: "A date, such as 2026-03-31"}
_ONE, _MANY = "Choose one…", "Choose some…"


def pages(view: FormView) -> int:
    """How many modals the form takes."""
    return len(form_pages(view, DISCORD.form))


def modal(key: str, view: FormView, page: int, values: Mapping[str, str]) -> Payload:
    """A page of a form, the first being 1; `values` is what was filled in so far, by input."""
    shown = form_pages(view, DISCORD.form)[page - 1]
    return {
        "custom_id": f"{FORM}:{key}:{page}",
        "title": shown.title,
        "components": list(_components(shown, values)),
    }


def values(data: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in, by input, of a submitted modal's data."""
    return {each["custom_id"]: _value(each) for each in _inputs(data)}


def ids(custom_id: str) -> tuple[str, int] | None:
    """The key and the page of a modal, or of a button that leads to one; None for anything else."""
    found = _ID.fullmatch(custom_id)
    return (found[1], int(found[2])) if found else None


def leads(key: str, page: int) -> str:
    """The custom_id of a button that opens that page."""
    return f"{PAGE}:{key}:{page}"


def _components(view: FormView, values: Mapping[str, str]) -> Iterator[Payload]:
    if view.prose and (said := _prose(view.prose)):
        yield {"type": TEXT, "content": said}
    for field in view.fields:
        value = values.get(field.name, field.value or "")
        element = _select(field, value) if field.options else _typed(field, value)
        labelled = {
            "type": LABEL,
            "label": field.label,
            "component": {"custom_id": field.name, "required": field.required, **element},
        }
        yield {**labelled, "description": field.help} if field.help else labelled


def _prose(markdown: str) -> str:
    written = prose(markdown)
    return written if DISCORD.size(written) <= CHARACTERS else escaped(plain(markdown))


def _typed(field: FieldView, value: str) -> Payload:
    most = max(field.limit, DISCORD.form.size(value), 1)
    is_long = field.kind is FieldKind.TEXT or "\n" in value
    element: Payload = {
        "type": INPUT,
        "style": PARAGRAPH if is_long else SHORT,
        "max_length": min(most, DISCORD.form.value),
    }
    if field.kind in _HINTS:
        element["placeholder"] = _HINTS[field.kind]
    return {**element, "value": value} if value else element


def _select(field: FieldView, value: str) -> Payload:
    is_many = field.kind is FieldKind.SOME_OF
    chosen = value.split(", ") if is_many else [value]
    return {
        "type": SELECT,
        "placeholder": _MANY if is_many else _ONE,
        "options": [
            {"label": option.label, "value": option.value, "default": option.value in chosen}
            for option in field.options
        ],
        # Only what need not be answered can be taken back.
        "min_values": 1 if field.required else 0,
        "max_values": len(field.options) if is_many else 1,
    }


def _inputs(component: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every input in it, in labels or, as older clients send them, in rows."""
    within = component.get("component")
    for each in [*component.get("components", ()), *([within] if within else [])]:
        if each.get("custom_id"):
            yield each
        else:
            yield from _inputs(each)


def _value(given: Mapping[str, Any]) -> str:
    """What one input holds; nothing where it was left empty."""
    if "values" in given:
        return ", ".join(given["values"] or ())
    return str(given.get("value") or "")
