"""The checks by hand accept what the models of wire accept, and nothing else."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from bot.platforms.playground import wire
from bot.platforms.playground.server import check
from bot.platforms.playground.server.shape import Check, Wrong

_TEXT = st.one_of(
    st.text(max_size=5),
    st.sampled_from(["", "x" * 30, "x" * 31, "x" * 75, "x" * 76, "x" * 300, "x" * 301]),
    st.sampled_from(["x" * 100, "x" * 101, "x" * 200, "x" * 201, "x" * 1_001, "x" * 3_001]),
)
_ODD = st.one_of(st.none(), st.booleans(), st.integers(-1, 3), st.just([]), st.just({}), _TEXT)
_TIME = st.sampled_from(["2026-11-23T09:00:00Z", "2026-11-23T09:00:00+01:00", "nine", ""])
_PART = st.one_of(_TEXT, st.fixed_dictionaries({"time": _TIME}), _ODD)
_ACTION = st.one_of(st.sampled_from(["a", "b.1", "two words", "ü", "x" * 101]), _TEXT)


def _object(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Mostly right: a field may be odd, missing, or one too many."""
    whole = st.fixed_dictionaries(required, optional=optional)
    torn = st.fixed_dictionaries({}, optional={**required, **optional, "more": _ODD})
    odd = st.fixed_dictionaries(
        {}, optional={name: st.one_of(value, _ODD) for name, value in required.items()}
    )
    return st.one_of(whole, whole, torn, odd)


def _list(inner: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[Any]:
    return st.one_of(st.lists(inner, max_size=most), _ODD)


_BUTTON = _object(
    {"action": _ACTION, "label": _TEXT},
    {"style": st.sampled_from(["main", "aside", "end", "loud"]), "badge": _TEXT, "key": _TEXT},
)
_BLOCK = st.one_of(
    _object({"type": st.just("heading"), "text": _TEXT}, {}),
    _object({"type": st.just("markdown"), "text": _TEXT}, {}),
    _object({"type": st.just("line"), "parts": _list(_PART)}, {"struck": st.booleans()}),
    _object({"type": st.just("code"), "text": _TEXT}, {"language": _TEXT, "caption": _TEXT}),
    _object(
        {"type": st.just("facts"), "pairs": _list(st.tuples(_TEXT, _list(_PART)).map(list))}, {}
    ),
    _object(
        {"type": st.just("notice"), "text": _TEXT},
        {"weight": st.sampled_from(["info", "warning", "loud"])},
    ),
    _object({"type": st.just("actions"), "buttons": _list(_BUTTON)}, {}),
    _object({"type": st.just("select"), "label": _TEXT, "options": _list(_BUTTON)}, {}),
    _object({"type": st.just("document"), "text": _TEXT, "name": _TEXT}, {}),
)
_CONTENT = _object({}, {"text": _TEXT, "blocks": _list(_BLOCK)})
_FIELD = _object(
    {"name": _TEXT, "label": _TEXT},
    {
        "kind": st.sampled_from(["line", "one-of", "secret"]),
        "help": _TEXT,
        "required": st.booleans(),
        "value": _TEXT,
        "options": _list(st.lists(_TEXT, min_size=1, max_size=3)),
        "limit": st.sampled_from([0, 1, 500, 40_000, 40_001]),
    },
)
_FORM = _object(
    {"token": _ACTION, "title": _TEXT, "fields": _list(_FIELD, 2)},
    {"prose": _TEXT, "submit": _TEXT},
)
_ANSWER = _object(
    {},
    {
        "replace": st.one_of(st.none(), _CONTENT),
        "whispers": _list(_CONTENT),
        "form": st.one_of(st.none(), _FORM),
        "suggestions": _list(_object({"label": _TEXT, "text": _TEXT}, {})),
        "errors": st.one_of(st.dictionaries(_TEXT, _TEXT, max_size=2), _ODD),
        "home": st.one_of(st.none(), _CONTENT),
        "reaction": st.sampled_from([None, "taken", "eyes"]),
    },
)


def _by_model(model: type[BaseModel], value: object) -> Any:
    """What the model makes of it, strictly: no text for a number, no number for a flag."""
    try:
        return model.model_validate(value, strict=True).model_dump(mode="json")
    except ValidationError:
        return None


def _agree(model: type[BaseModel], checking: Check, value: object) -> None:
    """Both refuse it, or both fill it in alike. Totals are the checks' alone."""
    try:
        by_hand = checking(value)
    except Wrong as wrong:
        told = str(wrong)
        if not any(total in told for total in ("in all", "twice", "selects", "zone")):
            assert _by_model(model, _timed(value)) is None, told
    else:
        model.model_validate(by_hand)
        found = _by_model(model, _timed(value))
        assert found is not None
        assert _timed(by_hand) == _timed(found)


def _timed(value: object) -> Any:
    """Times in one form, as strict models take datetimes only."""
    match value:
        case {"time": str(time), **rest} if not rest:
            try:
                return wire.Time.model_validate({"time": time}).model_dump()
            except ValidationError:
                return {"time": time}
        case dict():
            return {name: _timed(entry) for name, entry in value.items()}
        case list() | tuple():
            return [_timed(entry) for entry in value]
        case _:
            return value


@given(_CONTENT)
def test_contents_agree(value: object) -> None:
    _agree(wire.Content, check.content, value)


@given(_FORM)
def test_forms_agree(value: object) -> None:
    _agree(wire.Form, check.form, value)


@given(_ANSWER)
def test_answers_agree(value: object) -> None:
    _agree(wire.BotAnswer, check.answer, value)


def _button(action: str) -> dict[str, str]:
    return {"action": action, "label": "x"}


def _content(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"blocks": list(blocks)}


def _texts(*sizes: int) -> dict[str, Any]:
    return _content(*({"type": "markdown", "text": "x" * size} for size in sizes))


def _pressed(kind: str, *actions: str) -> dict[str, Any]:
    shown = [_button(action) for action in actions]
    if kind == "actions":
        return {"type": "actions", "buttons": shown}
    return {"type": "select", "label": "More", "options": shown}


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        (_texts(3_000, 3_000, 3_000, 3_000), True),
        (_texts(3_000, 3_000, 3_000, 3_000, 1), False),
        (_content({"type": "document", "text": "x" * 12_000, "name": "a.md"}), True),
        (_content({"type": "document", "text": "x" * 12_001, "name": "a.md"}), False),
        (_content(*[_pressed("actions", f"a{n}") for n in range(25)]), True),
        (_content(*[_pressed("actions", f"a{n}") for n in range(26)]), False),
        (_content(*[_pressed("select", f"a{n}") for n in range(5)]), True),
        (_content(*[_pressed("select", f"a{n}") for n in range(6)]), False),
        (_content(_pressed("actions", "a"), _pressed("select", "b")), True),
        (_content(_pressed("actions", "a"), _pressed("select", "a")), False),
        (_content(_pressed("actions", "a", "a")), False),
        (_content(_pressed("select", *[f"a{n}" for n in range(100)])), True),
        (_content(_pressed("select", *[f"a{n}" for n in range(101)])), False),
        (_content({"type": "line", "parts": ["x"] * 50}), True),
        (_content({"type": "line", "parts": ["x"] * 51}), False),
    ],
)
def test_a_message_has_limits_in_all(value: dict[str, Any], fits: bool) -> None:
    for checking, given_value in (
        (check.content, value),
        (check.answer, {"replace": value}),
        (check.message, {**value, "channel": "c1"}),
    ):
        if fits:
            checking(given_value)
        else:
            with pytest.raises(Wrong):
                checking(given_value)


def test_a_form_asks_each_thing_once() -> None:
    field = {"name": "a", "label": "A"}
    with pytest.raises(Wrong, match="twice"):
        check.form({"token": "t", "title": "T", "fields": [field, field]})


def test_a_time_says_its_zone() -> None:
    with pytest.raises(Wrong, match=r"blocks\[0\].parts\[1\].time.*zone"):
        check.content(
            _content({"type": "line", "parts": ["since ", {"time": "2026-11-23T09:00:00"}]})
        )
