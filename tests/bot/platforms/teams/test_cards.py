"""Every card and dialog of the gallery, by what Microsoft itself says of cards: its schema takes
it, its renderer complains of nothing and shows all of it.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from tests.adaptive.renderer import Examined, broken, examined
from tests.bot.platforms.teams.reading import cards, texts, words
from tests.gallery import FORMS, GALLERY
from tests.teams.parts import elements, inputs, pressables

Json = dict[str, Any]

NAMES = [*GALLERY, *(f"form: {name}" for name in FORMS)]

everything = pytest.mark.parametrize("name", NAMES)


def pages(name: str) -> Iterator[tuple[str, Json]]:
    """The pages of one, with their names."""
    return ((page, card) for page, card in cards().items() if page.startswith(f"{name}, page "))


@cache
def shown() -> Mapping[str, Examined]:
    """What the renderer makes of each."""
    return dict(zip(cards(), examined(cards().values()), strict=True))


@everything
def test_microsofts_schema_takes_it(name: str) -> None:
    for page, card in pages(name):
        assert [*broken(card)] == [], page


@pytest.mark.parametrize(
    "element",
    [
        {"type": "CodeBlock", "codeSnippet": "ls"},
        {"type": "TextBlock", "text": "x", "wrapped": True},
        {"type": "RichTextBlock"},
        {"type": "Input.ChoiceSet", "id": "x", "style": "searched"},
    ],
)
def test_the_schema_refuses_what_is_not_of_its_version(element: Json) -> None:
    assert [*broken({"type": "AdaptiveCard", "version": "1.5", "body": [element]})]


@everything
def test_microsofts_renderer_complains_of_nothing(name: str) -> None:
    for page, _ in pages(name):
        assert shown()[page].complaints == []


def test_the_renderer_complains_of_what_is_wrong() -> None:
    field = {"type": "Input.Text", "id": "a"}
    wrong: list[list[Json]] = [
        [{**field, "isRequired": True, "errorMessage": "It is missing."}],
        [{**field, "isRequired": True, "label": "A"}],
        [{"type": "Input.Text", "label": "A"}],
        [{"type": "TextBlock", "text": "x", "size": "Huge"}],
        [{"type": "CodeBlock", "codeSnippet": "ls"}],
        [{"type": "Input.ChoiceSet", "id": "a", "label": "A", "choices": []}],
        [{"type": "ActionSet", "actions": [{"type": "Action.Nothing", "title": "x"}]}],
    ]
    card = {"type": "AdaptiveCard", "version": "1.5"}
    for body, found in zip(wrong, examined({**card, "body": body} for body in wrong), strict=True):
        assert found.complaints, body


@everything
def test_every_button_and_every_text_is_on_screen(name: str) -> None:
    for page, card in pages(name):
        found = shown()[page]
        every = [(each.title, not each.hidden_by) for each in pressables(card) if each.title]
        asked = [(title, title, is_seen) for title, is_seen in every]
        links = [each.title for each in pressables(card) if not each.title]
        assert found.buttons == asked
        assert len(found.links) >= len(links)
        told = words("".join(found.texts))
        for element, _ in elements(card):
            if element["type"] == "RichTextBlock" and "{{" not in str(element):
                assert all(words(text) in told for text in texts(element))


@everything
def test_every_input_has_its_label(name: str) -> None:
    for page, card in pages(name):
        labels = [each["label"] for each, _ in inputs(card) if not each.get("isMultiSelect")]
        found = [each.removesuffix(" *") for each in shown()[page].inputs]
        assert [each for each in labels if each not in found] == []
        assert all(found)


@everything
def test_nothing_that_somebody_wrote_is_marked(name: str) -> None:
    for page, _ in pages(name):
        kinds = {kind for kind, _ in shown()[page].marked}
        assert kinds <= (set() if "oddest" in name else {"li", "em", "strong"})


def test_a_question_is_a_heading_and_a_time_is_the_readers_own() -> None:
    step = shown()["step, page 1"]
    assert [each.strip() for each in step.headings] == [
        "Is the certificate that vpn.acme.com shows in date, with the right name and a complete "
        "chain?"
    ]
    assert ("li", "Look at the dates first.") in step.marked
    header = shown()["header, page 1"]
    assert "{{" not in "".join(header.texts)
    assert "2026" in header.texts[-1]
