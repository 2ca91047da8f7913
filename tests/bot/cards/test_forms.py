"""Forms on every platform: no more fields, words and answers than fit; nothing typed is lost."""

import pytest

from bot.cards.forms import ONE_ANSWER
from bot.cards.layout import form_pages, gathered
from bot.cards.limits import FormLimits
from core.session.verbs import SessionVerb as Can
from core.views import FieldKind, FieldOption, FieldView, FormView
from tests.bot.cards.test_layout import PLATFORMS
from tests.gallery import FORMS

LIMITS = {name: limits.form for name, limits in PLATFORMS.items()}
everywhere = pytest.mark.parametrize("platform", LIMITS)
everything = pytest.mark.parametrize("name", FORMS)


def filled(pages: tuple[FormView, ...]) -> dict[str, str]:
    """What is sent when nothing is changed."""
    return {field.name: field.value or "" for page in pages for field in page.fields}


@everywhere
@everything
def test_each_page_fits(name: str, platform: str) -> None:
    limits = LIMITS[platform]
    for page in form_pages(FORMS[name], limits):
        prose = 1 if limits.prose_is_field and page.prose else 0
        assert 1 <= len(page.fields) <= limits.fields - prose
        assert 1 <= limits.size(page.title) <= limits.title
        assert limits.size(page.prose or "") <= limits.prose
        assert limits.size(page.submit) <= limits.submit
        for field in page.fields:
            assert 1 <= limits.size(field.label) <= limits.label
            assert limits.size(field.help or "") <= limits.help
            assert limits.size(field.value or "") <= limits.value
            assert field.limit <= limits.value
            assert len(field.options) <= limits.options
            assert all(1 <= limits.size(o.label) <= limits.option_label for o in field.options)
            assert all(limits.size(o.value) <= limits.option_value for o in field.options)
            labels = [option.label for option in field.options]
            assert len(set(labels)) == len(labels)
        held = sum(len((field.value or "").encode()) for field in page.fields)
        assert not limits.payload or held <= limits.payload
        names = [field.name for field in page.fields]
        assert len(names) == len(set(names))


@everywhere
@everything
def test_every_field_and_answer_is_on_some_page_once(name: str, platform: str) -> None:
    pages = form_pages(FORMS[name], LIMITS[platform])
    sent = [field.name for page in pages for field in page.fields]
    assert len(sent) == len(set(sent))
    values, _ = gathered(dict.fromkeys(sent, ""))
    assert list(values) == [field.name for field in FORMS[name].fields]
    for field in FORMS[name].fields:
        parts = [f for page in pages for f in page.fields if f.name.startswith(field.name)]
        if any(part.options for part in parts):
            offered = [option.value for part in parts for option in part.options]
            assert offered == [option.value for option in field.options]


@everywhere
def test_what_a_long_field_held_comes_back_whole(platform: str) -> None:
    form = FORMS["long values"]
    values, errors = gathered(filled(form_pages(form, LIMITS[platform])))
    assert values["text"].split() == (form.fields[0].value or "").split()
    assert not errors


@everywhere
def test_several_answers_of_a_long_list_come_back_together(platform: str) -> None:
    pages = form_pages(FORMS["many options"], LIMITS[platform])
    values, errors = gathered(filled(pages))
    assert values["sites"] == "Site 1, Site 120"
    assert not errors


@everywhere
def test_one_answer_of_a_long_list_is_taken_and_two_are_not(platform: str) -> None:
    pages = form_pages(FORMS["many options"], LIMITS[platform])
    first, second, *_ = (f.name for page in pages for f in page.fields if f.name[:6] == "answer")
    blank = filled(pages)
    assert gathered({**blank, second: "choose:o-200"})[0]["answer"] == "choose:o-200"
    _, errors = gathered({**blank, first: "choose:o-1", second: "choose:o-200"})
    assert errors == {second: ONE_ANSWER}


def test_an_ordinary_form_is_one_page_as_it_is() -> None:
    for limits in LIMITS.values():
        [page] = form_pages(FORMS["ordinary"], limits)
        assert (page.title, page.prose, page.fields[0].label) == ("Add a note", None, "Note")


def test_pages_say_which_they_are() -> None:
    titles = [page.title for page in form_pages(FORMS["many fields"], LIMITS["discord"])]
    assert titles[0].endswith("(1 of 15)")
    assert titles[-1].endswith("(15 of 15)")


def test_what_a_label_cannot_hold_stands_in_the_help_or_above() -> None:
    limits = FormLimits(5, 45, 10, 40, 100, 25, 12)
    label = "The whole name of it"
    options = tuple(FieldOption(str(n), f"An answer, number {n}") for n in range(2))
    field = FieldView("a", label, FieldKind.ONE_OF, options=options)
    [page] = form_pages(FormView("Title", Can.NOTE, (field,)), limits)
    [shown] = page.fields
    assert (shown.label, shown.help) == ("The whole…", label)
    assert [option.label for option in shown.options] == ["An answer…", "An answ… (2)"]
    assert "An answ… (2) = An answer, number 1" in (page.prose or "")


def test_a_question_too_long_for_a_form_says_where_the_rest_is() -> None:
    limits = FormLimits(5, 45, 45, 40, 100, 25, 12, prose=80)
    form = FormView("Title", Can.NOTE, (FieldView("a", "A"),), prose="word " * 100)
    [page] = form_pages(form, limits)
    assert (page.prose or "").endswith("the message has it all)")
