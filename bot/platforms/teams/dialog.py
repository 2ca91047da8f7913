"""Forms as Teams' dialogs, and what comes back of them. What a form is about travels in its button;
a field's name is its input's id, after `in.`.

A dialog is one card, 28 KB at most, with what is filled in already. A form that needs more is
several pages of one dialog; what was filled in on the pages before is kept by `forms`.
learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/task-modules/invoking-task-modules
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from functools import lru_cache
from typing import Any

from bot.cards.layout import form_pages, gathered
from bot.cards.limits import FormLimits
from bot.platforms.teams.controls import SEARCH
from bot.platforms.teams.limits import SIZE, TEAMS
from bot.platforms.teams.markdown import SMALL, box, rich, runs
from bot.platforms.teams.prose import bare, prose
from bot.platforms.teams.render import CARD, size
from bot.port import Form
from core.frozen import frozen
from core.views import FieldKind, FieldView, FormView

Payload = dict[str, Any]

COMPACT = 12  # answers that are a list to open; more of them are one to search
LOW = 2  # fields of a low dialog
_IN = "in."  # begins the id of every input
_NEXT = "Continue"
_LEAST = 200  # characters of a value that are worth a page
_SPARE = 4_000  # bytes for what is carried along, and for what is wrong
# A number that is written so by everybody.
_NUMBER = re.compile(r"0|-?[1-9]\d{0,14}|-?(?:0|[1-9]\d{0,8})\.\d{0,5}[1-9]")
_PART = re.compile(r"[~|+]\d+$")  # of a field that goes on in another: bot/cards/forms
_ESCAPED = {"%": "%25", ",": "%2C"}  # what stands between several answers, in one of them
_HINTS = {FieldKind.NUMBER: "A number, such as 443", FieldKind.DATE: "A date, such as 2026-03-31"}
_CHOICE = "Choose one…"
_MISSING, _UNCHOSEN = "Please fill this in.", "Please choose."
_ATTENTION: Payload = {"color": "Attention", "weight": "Bolder"}


@frozen
class Sent:
    """A page of a form that was sent: what it is `about`, and what was `filled` in, by input.
    `held` is what the form had when it was opened once more, by field, `wrong` why that was.
    """

    token: str
    about: Mapping[str, str]
    filled: Mapping[str, str]
    page: int = 1
    pages: int = 1
    held: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, str]:
        """What was filled in, by field."""
        return gathered(self.filled)[0]

    @property
    def errors(self) -> dict[str, str]:
        """What cannot be right, whatever the form is."""
        return gathered(self.filled)[1]

    @property
    def is_last(self) -> bool:
        """Whether no page comes after it."""
        return self.page >= self.pages


def dialog(
    form: Form,
    about: Mapping[str, str],
    *,
    values: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Payload:
    """A form as a dialog; with `errors`, by field, at the first page that has one."""
    held = holding(form, values or {})
    return page(held, about, fault(held.view, errors or {}), errors=errors)


def page(
    form: Form, about: Mapping[str, str], number: int, *, errors: Mapping[str, str] | None = None
) -> Payload:
    """A page of a form, the first being 1."""
    every = pages(form.view)
    number = min(number, len(every))  # what is asked may have changed meanwhile
    carried = {"token": form.token, **about}
    if len(every) > 1:
        carried |= {"page": str(number), "pages": str(len(every))}
    known = {asked.name for asked in form.view.fields}
    wrong = {name: told for name, told in (errors or {}).items() if told}
    general = [told for name, told in wrong.items() if _PART.sub("", name) not in known]
    return _task(every[number - 1], carried, wrong, general)


@lru_cache(16)  # a page is opened, then the next one
def pages(view: FormView) -> tuple[FormView, ...]:
    """A form as pages: as few as can be, none too large for Teams."""
    limits = TEAMS.form
    while True:
        every = form_pages(view, limits)
        sizes = (size(_task(each, {}, {}, ())) for each in every)
        if limits.value < _LEAST or all(taken + _SPARE <= SIZE for taken in sizes):
            return every
        limits = _smaller(limits)


def fault(view: FormView, errors: Mapping[str, str]) -> int:
    """The first page that has one of the errors; else the first."""
    for number, each in enumerate(pages(view) if errors else (), 1):
        if any(asked.name in errors for asked in each.fields):
            return number
    return 1


def holding(form: Form, values: Mapping[str, str]) -> Form:
    """The same form with other values in it, by field."""
    fields = (replace(each, value=values.get(each.name, each.value)) for each in form.view.fields)
    return replace(form, view=replace(form.view, fields=tuple(fields)))


def sent(data: Mapping[str, Any]) -> Sent:
    """What came back. Raises KeyError, TypeError, ValueError for what is no form of ours."""
    form = {name: str(value) for name, value in dict(data["form"]).items()}
    several = form.pop("some", "").split()
    filled = {
        name: _value(value, is_many=name in several)
        for input_, value in data.items()
        if (name := input_.removeprefix(_IN)) != input_
    }
    token, number, of = form.pop("token"), int(form.pop("page", 1)), int(form.pop("pages", 1))
    return Sent(token, form, filled, number, of)


def _smaller(limits: FormLimits) -> FormLimits:
    return replace(
        limits,
        fields=max(1, limits.fields // 2),
        help=limits.help // 2,
        value=limits.value // 2,
        options=max(2, limits.options // 2),
        prose=limits.prose // 2,
    )


def _task(
    view: FormView, carried: Mapping[str, str], errors: Mapping[str, str], general: Sequence[str]
) -> Payload:
    some = " ".join(f.name for f in view.fields if f.options and f.kind is FieldKind.SOME_OF)
    is_last = carried.get("page") == carried.get("pages")
    submit = {
        "type": "Action.Submit",
        "title": view.submit if is_last else _NEXT,
        "style": "positive",
        "data": {"form": {**carried, **({"some": some} if some else {})}},
    }
    card = {
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": list(_body(view, errors, general)),
        "actions": [submit],
    }
    return {
        "title": view.title,
        "height": "medium" if len(view.fields) > LOW or view.prose else "small",
        "width": "medium",
        "card": {"contentType": CARD, "content": card},
    }


# Inputs


def _body(view: FormView, errors: Mapping[str, str], general: Sequence[str]) -> Iterator[Payload]:
    if general:
        # Red on its ground would be hard to read.
        yield box([rich(runs((each,), weight="Bolder")) for each in general], "attention")
    if view.prose:
        yield from _prose(view.prose)
    for asked in view.fields:
        if asked.name in errors:
            yield rich(runs((errors[asked.name],), **_ATTENTION))
        yield _input(asked)
        if asked.help:
            yield rich(runs((asked.help,), **SMALL), spacing="Small")


def _prose(markdown: str) -> Sequence[Payload]:
    said = prose(markdown)
    return said if size(said) <= 2 * len(markdown.encode()) + 1_000 else bare(markdown)


def _input(asked: FieldView) -> Payload:
    element = {**_element(asked), "id": f"{_IN}{asked.name}", "label": asked.label}
    if not asked.required:
        return element
    wrong = _UNCHOSEN if asked.options else element.get("errorMessage", _MISSING)
    return {**element, "isRequired": True, "errorMessage": wrong}


def _element(asked: FieldView) -> Payload:
    value = asked.value or ""
    if asked.options:
        return _choice_set(asked, value)
    if asked.kind is FieldKind.NUMBER and (not value or _NUMBER.fullmatch(value)):
        element: Payload = {"type": "Input.Number", "errorMessage": f"{_HINTS[asked.kind]}."}
    elif asked.kind is FieldKind.DATE and (not value or _is_date(value)):
        element = {"type": "Input.Date"}
    else:
        element = _text(asked, value)
    if not value:
        return element
    return {**element, "value": json.loads(value) if element["type"] == "Input.Number" else value}


def _text(asked: FieldView, value: str) -> Payload:
    element: Payload = {
        "type": "Input.Text",
        "isMultiline": asked.kind is FieldKind.TEXT or "\n" in value,
        "maxLength": max(asked.limit, TEAMS.size(value), 1),
    }
    if asked.kind in _HINTS:
        element["placeholder"] = _HINTS[asked.kind]
    return element


def _choice_set(asked: FieldView, value: str) -> Payload:
    is_many = asked.kind is FieldKind.SOME_OF
    # What is picked from a list to search in can be taken back.
    is_short = asked.required and not is_many and len(asked.options) <= COMPACT
    element: Payload = {
        "type": "Input.ChoiceSet",
        "style": "compact" if is_short else "filtered",
        "placeholder": _CHOICE if is_short else SEARCH,
        "choices": [
            {"title": each.label, "value": _escaped(each.value) if is_many else each.value}
            for each in asked.options
        ],
    }
    offered = [option.value for option in asked.options]
    chosen = [each for each in (value.split(", ") if is_many else [value]) if each in offered]
    if is_many:
        element["isMultiSelect"] = True
        chosen = [",".join(map(_escaped, chosen))] if chosen else []
    return {**element, "value": chosen[0]} if chosen else element


def _value(given: Any, *, is_many: bool) -> str:
    """What one input holds; nothing where it was left empty."""
    if given is None or isinstance(given, bool):
        return ""
    if isinstance(given, float) and given.is_integer():
        given = int(given)
    if is_many:
        return ", ".join(map(_unescaped, filter(None, str(given).split(","))))
    return str(given)


def _escaped(value: str) -> str:
    return "".join(_ESCAPED.get(sign, sign) for sign in value)


def _unescaped(value: str) -> str:
    return value.replace("%2C", ",").replace("%25", "%")


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
