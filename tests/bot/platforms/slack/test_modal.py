"""Forms as modals: Slack takes each, and what is filled in comes back whole."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.layout import form_pages, gathered
from bot.platforms.slack.limits import SLACK
from bot.platforms.slack.modal import (
    MetadataTooLarge,
    about,
    errors,
    following,
    loading,
    modal,
    told,
    values,
)
from bot.port import Form
from bot.token import Token
from core.session.verbs import SessionVerb as Can
from core.views import FieldKind, FieldOption, FieldView, FormView
from tests.bot.platforms.slack.reading import said
from tests.gallery import FORMS, ODD, SESSION
from tests.slack.checks import view_problems

Json = dict[str, Any]
TOKEN = Token(SESSION, 5, Can.NOTE).pack()
ABOUT = {"channel": "C1", "thread": "1774940520.000100"}
MANY = FormView(
    "Variables", Can.VARIABLES, tuple(FieldView(f"v{n}", f"Value {n}") for n in range(150))
)
OPTIONS = tuple(FieldOption(f"v{n}", f"Option {n}") for n in range(3))


def view_of(*fields: FieldView, **about_it: Any) -> Json:
    """A form's view, of these fields."""
    return modal(Form(TOKEN, FormView("Title", Can.NOTE, fields, **about_it)), ABOUT)


def element(field: FieldView) -> Json:
    """The element that a field is."""
    found: Json = view_of(field)["blocks"][0]["element"]
    return found


def state(given: Json) -> Json:
    """What Slack says of an element that nobody touched."""
    kind = given["type"]
    if kind == "multi_static_select":
        return {"type": kind, "selected_options": given.get("initial_options", [])}
    if kind == "static_select":
        return {"type": kind, "selected_option": given.get("initial_option")}
    if kind == "datepicker":
        return {"type": kind, "selected_date": given.get("initial_date")}
    return {"type": kind, "value": given.get("initial_value")}


def submitted(view: Json, **typed: str) -> Json:
    """The view as view_submission brings it, with some texts typed."""
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    found = {
        block["block_id"]: {block["element"]["action_id"]: state(block["element"])}
        for block in inputs
    }
    for name, text in typed.items():
        next(iter(found[name].values()))["value"] = text
    return {**view, "state": {"values": found}}


@pytest.mark.parametrize("name", FORMS)
def test_slack_takes_every_form(name: str) -> None:
    for page in range(1, len(form_pages(FORMS[name], SLACK.form)) + 1):
        view = modal(Form(TOKEN, FORMS[name]), ABOUT, page=page)
        assert view_problems(view, kind="modal") == []


@pytest.mark.parametrize("name", FORMS)
def test_what_nobody_touched_comes_back_as_it_was(name: str) -> None:
    [page] = form_pages(FORMS[name], SLACK.form)
    sent, found = gathered(values(submitted(modal(Form(TOKEN, FORMS[name]), ABOUT))))
    held, _ = gathered({field.name: field.value or "" for field in page.fields})
    assert sent == held
    assert found == {}


@given(st.lists(st.sampled_from(ODD), min_size=1, max_size=8).map(" ".join).filter(str.strip))
def test_slack_takes_whatever_a_form_says(odd: str) -> None:
    options = (FieldOption("v", odd[:75].strip() or "x"),)
    fields = (
        FieldView("text", odd, FieldKind.TEXT, help=odd, value=odd),
        FieldView("one", odd, FieldKind.ONE_OF, options=options),
    )
    view = modal(Form(TOKEN, FormView(odd, Can.NOTE, fields, prose=odd, submit=odd)), ABOUT)
    assert view_problems(view, kind="modal") == []


def test_a_form_is_what_it_asks() -> None:
    view = view_of(
        FieldView("text", "Note", FieldKind.TEXT, help="As you like.", required=True),
        FieldView("line", "Line"),
        prose="Say **why**.",
        submit="Add",
    )
    assert (view["title"]["text"], view["submit"]["text"], view["close"]["text"]) == (
        "Title", "Add", "Cancel",
    )  # fmt: skip
    prose, note, line = view["blocks"]
    assert "".join(said(prose)) == "Say why."
    assert (note["block_id"], note["optional"], note["hint"]["text"]) == (
        "text", False, "As you like.",
    )  # fmt: skip
    assert (line["optional"], "hint" in line) == (True, False)
    assert note["element"]["multiline"]
    assert not line["element"]["multiline"]


def test_a_text_can_be_as_long_as_its_field_or_as_it_is() -> None:
    assert element(FieldView("a", "A", limit=40))["max_length"] == 40
    assert element(FieldView("a", "A", limit=40_000))["max_length"] == 3_000
    long = element(FieldView("a", "A", limit=5, value="longer than that"))
    assert (long["max_length"], long["initial_value"]) == (16, "longer than that")


def test_a_line_that_has_several_is_shown_with_them() -> None:
    assert element(FieldView("a", "A", value="one\ntwo"))["multiline"]


@pytest.mark.parametrize(("value", "shown"), [("443", "443"), ("-1.5", "-1.5"), ("many", None)])
def test_a_number_begins_with_one(value: str, shown: str | None) -> None:
    number = element(FieldView("a", "A", FieldKind.NUMBER, value=value))
    assert (number["type"], number["is_decimal_allowed"]) == ("number_input", True)
    assert number.get("initial_value") == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [("2026-03-31", "2026-03-31"), ("2026-02-31", None), ("20260331", None), ("tomorrow", None)],
)
def test_a_date_begins_with_one_that_exists(value: str, shown: str | None) -> None:
    date = element(FieldView("a", "A", FieldKind.DATE, value=value))
    assert (date["type"], date.get("initial_date")) == ("datepicker", shown)


@pytest.mark.parametrize("kind", [FieldKind.ONE_OF, FieldKind.PERSON])
def test_one_of_several_is_picked(kind: FieldKind) -> None:
    select = element(FieldView("a", "A", kind, value="v1", options=OPTIONS))
    assert select["type"] == "static_select"
    assert select["initial_option"]["text"]["text"] == "Option 1"
    gone = element(FieldView("a", "A", kind, value="gone", options=OPTIONS))
    assert "initial_option" not in gone


def test_some_of_several_are_picked_and_come_back_as_the_product_writes_them() -> None:
    view = view_of(FieldView("a", "A", FieldKind.SOME_OF, value="v0, v2, gone", options=OPTIONS))
    assert view["blocks"][0]["element"]["type"] == "multi_static_select"
    assert values(submitted(view)) == {"a": "v0, v2"}


def test_what_was_left_empty_is_empty() -> None:
    view = view_of(
        FieldView("text", "A"),
        FieldView("number", "A", FieldKind.NUMBER),
        FieldView("date", "A", FieldKind.DATE),
        FieldView("one", "A", FieldKind.ONE_OF, options=OPTIONS),
        FieldView("some", "A", FieldKind.SOME_OF, options=OPTIONS),
    )
    assert set(values(submitted(view)).values()) == {""}


def test_what_it_is_about_comes_back() -> None:
    view = view_of(FieldView("text", "Note"))
    assert about(view) == {"token": TOKEN, **ABOUT}
    assert about({"private_metadata": ""}) == {}
    assert about({"private_metadata": "[no json"}) == {}


def test_more_than_a_modal_can_carry_is_an_error() -> None:
    form = Form(TOKEN, FORMS["ordinary"])
    with pytest.raises(MetadataTooLarge):
        modal(form, {"channel": "C" * 3_000})
    short = 3_000 - len(json.dumps({"token": TOKEN, "x": ""}, separators=(",", ":")))
    assert len(modal(form, {"x": "x" * short})["private_metadata"]) == 3_000


def test_a_form_of_two_pages_comes_back_as_one() -> None:
    first = modal(Form(TOKEN, MANY), ABOUT)
    assert (first["title"]["text"], first["submit"]["text"]) == ("Variables (1 of 2)", "Next")
    sent = submitted(first, v3="typed")
    assert following(sent) == 2
    second = modal(Form(TOKEN, MANY), about(sent), page=2, earlier=values(sent))
    assert second["submit"]["text"] == "Save"
    assert view_problems(second, kind="modal") == []
    last = submitted(second, v149="typed too")
    assert following(last) == 0
    assert about(last) == {**about(sent), "page": "2"}
    everything, _ = gathered(values(last))
    assert list(everything) == [field.name for field in MANY.fields]
    assert {name: value for name, value in everything.items() if value} == {
        "v3": "typed",
        "v149": "typed too",
    }


def test_errors_are_told_where_they_belong() -> None:
    view = view_of(FieldView("a", "A"), FieldView("b", "B"))
    assert errors(view, {"b": "Too long."}) == {"b": "Too long."}
    assert errors(view, {"": "It is over.", "gone": "No such."}) == {"a": "It is over. No such."}
    assert errors(view, {}) == {}
    assert errors({"blocks": []}, {"a": "Too long."}) == {}


def test_an_error_of_a_field_in_parts_is_told_at_the_part_that_is_there() -> None:
    field = FieldView("t", "T", FieldKind.TEXT, value="word " * 1_200, limit=40_000)
    view = view_of(replace(field, name="s"), field)
    [*parts] = [block["block_id"] for block in view["blocks"]]
    assert parts == ["s", "s~2", "t", "t~2"]
    later = {"blocks": view["blocks"][3:] + view["blocks"][1:2]}
    assert errors(later, {"s": "Too long."}) == {"s~2": "Too long."}


def test_views_that_only_say_something() -> None:
    view = told("Not open any more: the session was completed", "It is over.\n\nNothing is lost.")
    assert view_problems(view, kind="modal") == []
    assert [*said(view["blocks"])] == ["It is over.", "Nothing is lost."]
    assert "submit" not in view
    assert view_problems(loading("Variables"), kind="modal") == []
