"""Forms as modals: Discord takes each, and what is filled in comes back whole."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cards.layout import form_pages, gathered
from bot.platforms.discord.limits import DISCORD
from bot.platforms.discord.modal import ids, leads, modal, pages, values
from core.session.verbs import SessionVerb as Can
from core.views import FieldKind, FieldOption, FieldView, FormView
from tests.bot.platforms.discord.reading import every, kinds, read, seen
from tests.discord.checks import modal_problems
from tests.gallery import FORMS, ODD

Json = dict[str, Any]

KEY = "k3y_-x"
OPTIONS = tuple(FieldOption(f"v{n}", f"Option {n}") for n in range(3))
MANY = FormView(
    "Variables", Can.VARIABLES, tuple(FieldView(f"v{n}", f"Value {n}") for n in range(12))
)


def form(*fields: FieldView, prose: str | None = None) -> FormView:
    """A form of these fields."""
    return FormView("Title", Can.NOTE, fields, prose=prose)


def element(field: FieldView, given: Mapping[str, str] | None = None) -> Json:
    """The input that a field is."""
    shown = modal(KEY, form(field), 1, given or {})
    assert modal_problems(shown) == []
    found: Json = shown["components"][0]["component"]
    return found


def submitted(shown: Json, **typed: str | list[str]) -> Json:
    """What Discord says of a modal that was sent, with some of it filled in."""
    return {
        "custom_id": shown["custom_id"],
        "components": [_sent(each, typed) for each in shown["components"]],
    }


def _sent(component: Json, typed: Mapping[str, str | list[str]]) -> Json:
    if "component" in component:
        return {
            "type": component["type"],
            "id": 1,
            "component": _sent(component["component"], typed),
        }
    if component["type"] == 3:
        chosen = [o["value"] for o in component["options"] if o.get("default")]
        said: Json = {"values": typed.get(component["custom_id"], chosen)}
    elif component["type"] == 4:
        said = {"value": typed.get(component["custom_id"], component.get("value", ""))}
    else:
        return {"type": component["type"], "id": 2}
    return {"type": component["type"], "id": 3, "custom_id": component["custom_id"], **said}


@pytest.mark.parametrize("name", FORMS)
def test_discord_takes_every_form(name: str) -> None:
    view = FORMS[name]
    assert pages(view) == len(form_pages(view, DISCORD.form))
    for page in range(1, pages(view) + 1):
        assert modal_problems(modal(KEY, view, page, {})) == []


@pytest.mark.parametrize("name", FORMS)
def test_what_nobody_touched_comes_back_as_it_was(name: str) -> None:
    view = FORMS[name]
    sent: dict[str, str] = {}
    for page in range(1, pages(view) + 1):
        sent |= values(submitted(modal(KEY, view, page, sent)))
    every_page = form_pages(view, DISCORD.form)
    held = {field.name: field.value or "" for page_ in every_page for field in page_.fields}
    assert sent == held
    assert gathered(sent)[1] == {}


@settings(deadline=None)
@given(st.lists(st.sampled_from(ODD), min_size=1, max_size=8).map(" ".join).filter(str.strip))
def test_discord_takes_whatever_a_form_says(odd: str) -> None:
    options = (FieldOption("v", odd[:75].strip() or "x"),)
    fields = (
        FieldView("text", odd, FieldKind.TEXT, help=odd, value=odd),
        FieldView("one", odd, FieldKind.ONE_OF, options=options),
    )
    view = FormView(odd, Can.NOTE, fields, prose=odd, submit=odd)
    for page in range(1, pages(view) + 1):
        shown = modal(KEY, view, page, {})
        assert modal_problems(shown) == []
        said = [each["content"] for each in every(shown["components"]) if "content" in each]
        assert not {"mention", "bare address", "spoiler"} & {
            k for text in said for k in kinds(text)
        }


def test_a_form_is_what_it_asks() -> None:
    shown = modal(
        KEY,
        form(
            FieldView("text", "Note", FieldKind.TEXT, help="As you like.", required=True),
            FieldView("line", "Line"),
            prose="Say **why**.",
        ),
        1,
        {},
    )
    assert modal_problems(shown) == []
    assert shown["title"] == "Title"
    prose, note, line = shown["components"]
    assert prose == {"type": 10, "content": "Say **why**."}
    assert (note["label"], note["description"]) == ("Note", "As you like.")
    assert (note["component"]["style"], note["component"]["required"]) == (2, True)
    assert (line["component"]["style"], line["component"]["required"]) == (1, False)
    assert "description" not in line


def test_what_stands_above_takes_the_place_of_a_field() -> None:
    five = tuple(FieldView(f"v{n}", "A") for n in range(5))
    assert pages(form(*five)) == 1
    assert pages(form(*five, prose="Why.")) == 2


def test_what_would_be_too_much_once_written_is_plain() -> None:
    prose = "**https://a.example/" + "|" * 1_800 + "**"
    shown = modal(KEY, form(FieldView("a", "A"), prose=prose), 1, {})
    assert modal_problems(shown) == []
    assert seen(read(shown["components"][0]["content"])).count("|") == 1_800


def test_a_text_can_be_as_long_as_its_field_or_as_it_is() -> None:
    assert element(FieldView("a", "A", limit=40))["max_length"] == 40
    assert element(FieldView("a", "A", limit=40_000))["max_length"] == 4_000
    long = element(FieldView("a", "A", limit=5, value="longer than that"))
    assert (long["max_length"], long["value"]) == (16, "longer than that")
    assert element(FieldView("a", "A", limit=1, value="🔥🔥"))["max_length"] == 4


def test_a_line_that_has_several_is_shown_with_them() -> None:
    assert element(FieldView("a", "A", value="one\ntwo"))["style"] == 2


def test_what_is_typed_in_a_shape_says_so() -> None:
    assert "443" in element(FieldView("a", "A", FieldKind.NUMBER))["placeholder"]
    assert "2026-03-31" in element(FieldView("a", "A", FieldKind.DATE))["placeholder"]
    assert "placeholder" not in element(FieldView("a", "A"))
    assert element(FieldView("a", "A", FieldKind.PERSON))["type"] == 4


@pytest.mark.parametrize("kind", [FieldKind.ONE_OF, FieldKind.PERSON])
def test_one_of_several_is_picked_and_can_be_taken_back(kind: FieldKind) -> None:
    select = element(FieldView("a", "A", kind, value="v1", options=OPTIONS))
    assert (select["type"], select["min_values"], select["max_values"]) == (3, 0, 1)
    assert [o["label"] for o in select["options"] if o["default"]] == ["Option 1"]
    gone = element(FieldView("a", "A", kind, value="gone", options=OPTIONS, required=True))
    assert not any(option["default"] for option in gone["options"])
    assert (gone["min_values"], gone["required"]) == (1, True)


def test_some_of_several_are_picked_and_come_back_as_the_product_writes_them() -> None:
    field = FieldView("a", "A", FieldKind.SOME_OF, value="v0, v2, gone", options=OPTIONS)
    select = element(field)
    assert (select["min_values"], select["max_values"]) == (0, 3)
    shown = modal(KEY, form(field), 1, {})
    assert values(submitted(shown)) == {"a": "v0, v2"}
    assert values(submitted(shown, a=["v1"])) == {"a": "v1"}
    assert values(submitted(shown, a=[])) == {"a": ""}


def test_what_was_left_empty_is_empty() -> None:
    view = form(
        FieldView("text", "A"),
        FieldView("one", "A", FieldKind.ONE_OF, options=OPTIONS),
        FieldView("some", "A", FieldKind.SOME_OF, options=OPTIONS),
    )
    assert values(submitted(modal(KEY, view, 1, {}))) == {"text": "", "one": "", "some": ""}
    nothing: list[Json] = [{"type": 4, "custom_id": "a"}, {"type": 3, "custom_id": "b"}]
    rows = [{"type": 1, "components": [each]} for each in nothing]
    assert values({"components": rows}) == {"a": "", "b": ""}
    assert values({}) == {}


def test_what_was_filled_in_before_stands_there_again() -> None:
    text, one = FieldView("a", "A", value="old"), FieldView("b", "B", options=OPTIONS, value="v0")
    assert element(text, {"a": "new"})["value"] == "new"
    assert "value" not in element(text, {"a": ""})  # somebody cleared it
    picked = element(one, {"b": "v2"})["options"]
    assert [option["value"] for option in picked if option["default"]] == ["v2"]
    assert element(text, {"other": "x"})["value"] == "old"


def test_a_form_of_three_pages_comes_back_as_one() -> None:
    assert pages(MANY) == 3
    first = modal(KEY, MANY, 1, {})
    assert first["title"] == "Variables (1 of 3)"
    sent = values(submitted(first, v3="typed"))
    sent |= values(submitted(modal(KEY, MANY, 2, sent), v5="too"))
    last = modal(KEY, MANY, 3, sent)
    assert ids(last["custom_id"]) == (KEY, 3)
    sent |= values(submitted(last, v11="and this"))
    everything, _ = gathered(sent)
    assert list(everything) == [field.name for field in MANY.fields]
    assert {name: value for name, value in everything.items() if value} == {
        "v3": "typed", "v5": "too", "v11": "and this",
    }  # fmt: skip
    again = modal(KEY, MANY, 1, sent)["components"][3]["component"]
    assert again["value"] == "typed"


def test_what_leads_to_a_page_names_it() -> None:
    assert leads("a:b", 12) == "page:a:b:12"
    assert ids(leads("a:b", 12)) == ("a:b", 12)
    for other in (
        "",
        "form:",
        "form:x",
        "page::1",
        "form:x:1000",
        "pick1",
        "AaI.5.choose",
        "xform:k:1",
    ):
        assert ids(other) is None
