"""Forms as dialogs: Teams takes each, and what is filled in comes back whole."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cards.layout import gathered
from bot.platforms.teams import dialog
from bot.platforms.teams.dialog import Sent, holding, page, pages, sent
from bot.platforms.teams.limits import SIZE
from bot.platforms.teams.render import size
from bot.port import Form
from core.session.verbs import SessionVerb as Can
from core.views import FieldKind, FieldOption, FieldView, FormView
from tests.bot.platforms.teams.reading import ABOUT, TOKEN, content, marks, said
from tests.gallery import FORMS, ODD
from tests.teams import checks_cards
from tests.teams.parts import begun, inputs, pressables

Json = dict[str, Any]

OPTIONS = tuple(FieldOption(f"v{n}", f"Option {n}") for n in range(3))


def form(*fields: FieldView, prose: str | None = None, submit: str = "Save") -> Form:
    """A form of these fields."""
    return Form(TOKEN, FormView("Title", Can.NOTE, fields, prose=prose, submit=submit))


def element(field: FieldView) -> Json:
    """The input that a field is."""
    made = content(form(field))
    assert problems(made) == []
    [(found, _)] = inputs(made)
    return found


def problems(card: Json) -> list[str]:
    """What Teams would say to a card in a dialog."""
    return [str(each) for each in checks_cards.card(card, "", dialog=True)]


def submitted(task: Json, **typed: Any) -> Json:
    """What Teams sends of a dialog with some of it filled in."""
    card = task["card"]["content"]
    [submit] = [each for each in pressables(card) if each.kind == "Action.Submit"]
    filled = {**begun(card), **{f"in.{name}": value for name, value in typed.items()}}
    data: Json = json.loads(json.dumps({**submit.data, **filled}))
    return data


def through(of: Form) -> Sent:
    """A form whose pages were sent one after the other, with nothing touched."""
    filled: dict[str, str] = {}
    for number in range(1, len(pages(of.view)) + 1):
        came = sent(submitted(page(of, ABOUT, number)))
        assert (came.page, came.is_last) == (number, number == len(pages(of.view)))
        filled |= came.filled
    return Sent(came.token, came.about, filled)


@pytest.mark.parametrize("name", FORMS)
def test_teams_takes_every_form(name: str) -> None:
    of = Form(TOKEN, FORMS[name])
    for number in range(1, len(pages(of.view)) + 1):
        task = page(of, ABOUT, number)
        assert problems(task["card"]["content"]) == []
        assert size(task["card"]["content"]) <= SIZE
        assert task.keys() == {"title", "height", "width", "card"}
        assert not [*marks(task["card"]["content"])] or "option" in name or "about" in name


@pytest.mark.parametrize("name", FORMS)
def test_what_nobody_touched_comes_back_as_it_was(name: str) -> None:
    came = through(Form(TOKEN, FORMS[name]))
    held = {f.name: f.value or "" for each in pages(FORMS[name]) for f in each.fields}
    assert came.filled == held
    assert came.values == gathered(held)[0]
    assert (came.token, came.errors) == (TOKEN, {})
    assert came.about == ABOUT


_KINDS = st.sampled_from([FieldKind.LINE, FieldKind.TEXT, FieldKind.NUMBER, FieldKind.DATE])


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(ODD), min_size=1, max_size=8).map(" ".join).filter(str.strip), _KINDS
)
def test_teams_takes_whatever_a_form_says(odd: str, kind: FieldKind) -> None:
    options = (FieldOption("v", odd[:75].strip() or "x"), FieldOption(odd[:200], "y"))
    fields = (
        FieldView("text", odd, kind, help=odd, value=odd, required=True),
        FieldView("one", odd, FieldKind.ONE_OF, options=options, value=odd[:200]),
        FieldView("some", odd, FieldKind.SOME_OF, options=options, value="v"),
    )
    of = Form(TOKEN, FormView(odd, Can.NOTE, fields, prose=odd, submit=odd))
    errors = {"text": odd, "one": odd, "": odd}
    for number in range(1, len(pages(of.view)) + 1):
        made = content(of, number, errors)
        assert problems(made) == []
        assert size(made) <= SIZE


@pytest.mark.parametrize("sign", ["字", "🔥", '"', "\\", "x"])
def test_the_largest_forms_fit_and_lose_nothing(sign: str) -> None:
    options = tuple(FieldOption(f"{sign * 150}{n}", f"{sign * 100}{n}") for n in range(200))
    fields = (
        FieldView("a", "A", FieldKind.TEXT, help=sign * 1_000, value=sign * 30_000, limit=40_000),
        FieldView("b", "B", FieldKind.ONE_OF, options=options),
        FieldView("c", "C", FieldKind.SOME_OF, options=options, value=options[7].value),
        *(FieldView(f"d{n}", sign * 200, help=sign * 900, value=sign * 500) for n in range(30)),
    )
    of = Form(TOKEN, FormView(sign * 100, Can.NOTE, fields, prose=sign * 4_000))
    for number in range(1, len(pages(of.view)) + 1):
        assert size(content(of, number)) <= SIZE
    came = through(of).values
    assert came["a"].replace("\n", "") == sign * 30_000
    assert came["c"] == options[7].value
    assert came["d29"] == sign * 500


def test_a_form_is_what_it_asks() -> None:
    of = form(
        FieldView("text", "Note", FieldKind.TEXT, help="As you like.", required=True),
        FieldView("line", "Line"),
        prose="Say **why**.",
        submit="Send",
    )
    task = dialog.dialog(of, ABOUT)
    assert task["title"] == "Title"
    made = task["card"]["content"]
    prose, note, help_, line = made["body"]
    assert [*said({"type": "AdaptiveCard", "body": [prose]})] == ["Say why."]
    assert (note["id"], note["label"], note["isMultiline"]) == ("in.text", "Note", True)
    assert (note["isRequired"], note["errorMessage"]) == (True, "Please fill this in.")
    assert help_["inlines"][0]["text"] == "As you like."
    assert (line["isMultiline"], "isRequired" in line) == (False, False)
    [submit] = made["actions"]
    assert (submit["type"], submit["title"]) == ("Action.Submit", "Send")


def test_a_text_can_be_as_long_as_its_field_or_as_it_is() -> None:
    assert element(FieldView("a", "A", limit=40))["maxLength"] == 40
    assert element(FieldView("a", "A", limit=40_000))["maxLength"] == 8_000
    long = element(FieldView("a", "A", limit=5, value="longer than that"))
    assert (long["maxLength"], long["value"]) == (16, "longer than that")
    assert element(FieldView("a", "A", limit=1, value="🔥🔥"))["maxLength"] == 4


def test_a_line_that_has_several_is_shown_with_them() -> None:
    assert element(FieldView("a", "A", value="one\ntwo"))["isMultiline"] is True


def test_a_number_and_a_date_have_inputs_of_their_own() -> None:
    number = element(FieldView("a", "A", FieldKind.NUMBER, value="443", required=True))
    assert (number["type"], number["value"]) == ("Input.Number", 443)
    assert number["errorMessage"] == "A number, such as 443."
    assert element(FieldView("a", "A", FieldKind.NUMBER, value="1.5"))["value"] == 1.5
    assert element(FieldView("a", "A", FieldKind.DATE, value="2026-03-31"))["type"] == "Input.Date"
    assert element(FieldView("a", "A", FieldKind.DATE))["type"] == "Input.Date"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *((FieldKind.NUMBER, value) for value in ("007", "443/tcp", "1e9", "1.50", "9" * 20)),
        *((FieldKind.DATE, value) for value in ("tomorrow", "2026-02-30", "20260331")),
    ],
)
def test_what_is_no_number_or_date_is_kept_as_it_was_typed(kind: FieldKind, value: str) -> None:
    shown = element(FieldView("a", "A", kind, value=value))
    assert (shown["type"], shown["value"]) == ("Input.Text", value)
    assert "such as" in shown["placeholder"]


@pytest.mark.parametrize(
    ("given", "value"),
    [(443, "443"), (443.0, "443"), (1.5, "1.5"), ("443", "443"), (None, ""), (-2, "-2")],
)
def test_a_number_comes_back_as_text(given: object, value: str) -> None:
    task = page(form(FieldView("a", "A", FieldKind.NUMBER)), ABOUT, 1)
    assert sent(submitted(task, a=given)).values == {"a": value}


@pytest.mark.parametrize("kind", [FieldKind.ONE_OF, FieldKind.PERSON])
def test_one_of_several_is_picked_and_can_be_taken_back(kind: FieldKind) -> None:
    list_ = element(FieldView("a", "A", kind, value="v1", options=OPTIONS))
    assert (list_["style"], list_["value"]) == ("filtered", "v1")
    assert [each["title"] for each in list_["choices"]] == ["Option 0", "Option 1", "Option 2"]
    gone = element(FieldView("a", "A", kind, value="gone", options=OPTIONS, required=True))
    assert "value" not in gone
    assert (gone["style"], gone["errorMessage"]) == ("compact", "Please choose.")
    assert element(FieldView("a", "A", FieldKind.PERSON))["type"] == "Input.Text"


def test_a_long_list_is_searched() -> None:
    options = tuple(FieldOption(f"v{n}", f"Option {n}") for n in range(13))
    field = FieldView("a", "A", FieldKind.ONE_OF, options=options, required=True)
    assert element(field)["style"] == "filtered"


def test_some_of_several_come_back_as_the_product_writes_them() -> None:
    options = (*OPTIONS, FieldOption("50%, or less", "Half"), FieldOption("%2C", "Odd"))
    field = FieldView("a", "A", FieldKind.SOME_OF, value="v0, v2, gone", options=options)
    list_ = element(field)
    assert (list_["isMultiSelect"], list_["value"]) == (True, "v0,v2")
    task = page(form(field), ABOUT, 1)
    assert sent(submitted(task)).values == {"a": "v0, v2"}
    every = ",".join(each["value"] for each in list_["choices"])
    assert sent(submitted(task, a=every)).values == {"a": "v0, v1, v2, 50%, or less, %2C"}
    assert sent(submitted(task, a="")).values == {"a": ""}


def test_what_was_left_empty_is_empty() -> None:
    of = form(FieldView("text", "A"), FieldView("one", "A", FieldKind.ONE_OF, options=OPTIONS))
    task = page(of, ABOUT, 1)
    data = submitted(task)
    assert sent(data).values == {"text": "", "one": ""}
    assert sent({**data, "in.text": None, "in.one": None}).values == {"text": "", "one": ""}
    assert sent({"form": {"token": "t"}}).values == {}


@pytest.mark.parametrize(
    "data", [{}, {"form": None}, {"form": "x"}, {"form": {}}, {"form": {"token": "t", "page": "x"}}]
)
def test_what_is_no_form_of_ours_is_refused(data: Mapping[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        sent(data)


def test_what_is_wrong_stands_above_its_field_and_the_rest_on_top() -> None:
    of = form(FieldView("a", "A"), FieldView("b", "B", value="old"), prose="Why.")
    errors = {"b": "That is *none*.", "": "Sam was quicker.", "gone": "And this."}
    task = dialog.dialog(of, ABOUT, values={"a": "typed", "b": "new"}, errors=errors)
    made = task["card"]["content"]
    assert problems(made) == []
    top, _, one, wrong, other = made["body"]
    told = [*said({"type": "AdaptiveCard", "body": [top]})]
    assert (top["style"], told) == ("attention", ["Sam was quicker.", "And this."])
    assert wrong["inlines"][0]["text"] == "That is *none*."
    assert (one["value"], other["value"]) == ("typed", "new")
    assert sent(submitted(task)).values == {"a": "typed", "b": "new"}


def test_what_somebody_cleared_stays_so() -> None:
    task = dialog.dialog(form(FieldView("a", "A", value="old")), ABOUT, values={"a": ""})
    assert "value" not in task["card"]["content"]["body"][0]


def test_a_form_of_several_pages_says_so_and_opens_where_it_is_wrong() -> None:
    of = Form(TOKEN, FORMS["many fields"])
    assert len(pages(of.view)) == 3
    first = page(of, ABOUT, 1)
    assert first["title"].endswith("(1 of 3)")
    assert first["card"]["content"]["actions"][0]["title"] == "Continue"
    assert page(of, ABOUT, 3)["card"]["content"]["actions"][0]["title"] == "Save"
    wrong = dialog.dialog(of, ABOUT, errors={"v45": "No."})
    assert wrong["title"].endswith("(3 of 3)")
    top = wrong["card"]["content"]["body"][0]
    assert top.get("style") != "attention"


def test_a_page_that_is_not_there_any_more_is_the_last_one() -> None:
    assert page(form(FieldView("a", "A")), ABOUT, 3)["title"] == "Title"


def test_two_answers_that_exclude_each_other_are_wrong() -> None:
    of = Form(TOKEN, FORMS["many options"])
    came = sent(submitted(page(of, ABOUT, 1), answer="choose:o-1", **{"answer|2": "choose:o-200"}))
    assert list(came.errors) == ["answer|2"]


def test_what_a_form_holds_can_be_other_values() -> None:
    of = holding(form(FieldView("a", "A", value="old"), FieldView("b", "B", value="x")), {"a": "y"})
    assert [field.value for field in of.view.fields] == ["y", "x"]
