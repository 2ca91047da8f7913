"""What a person finds in a card: words, buttons, lists; and every card of the gallery."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from markdown_it import MarkdownIt

from bot.platforms.teams import dialog, render
from bot.port import Form
from bot.token import Token
from core.session.verbs import SessionVerb as Can
from tests.gallery import FORMS, GALLERY, SESSION
from tests.teams.parts import elements, pressables

Json = dict[str, Any]

TOKEN = Token(SESSION, 5, Can.NOTE).pack()
ABOUT = {"key": "0123456789abcdef", "message": "1774940520000"}
PAGES = 4  # of those that take more, only the first ones and the last are looked at
_BROWSER = MarkdownIt("js-default", {"html": False})  # as Teams reads a text where it reads marks
_PLAIN = {"paragraph_open", "inline", "paragraph_close"}


@cache
def cards() -> Mapping[str, Json]:
    """Every card and dialog of the gallery."""
    made: dict[str, list[Json]] = {name: render.cards(view) for name, view in GALLERY.items()}
    for name, view in FORMS.items():
        form = Form(TOKEN, view)
        count = len(dialog.pages(view))
        made[f"form: {name}"] = [content(form, number) for number in range(1, count + 1)]
    return {
        f"{name}, page {number}": each
        for name, every in made.items()
        for number, each in enumerate(every, 1)
        if number < PAGES or number == len(every)
    }


def content(form: Form, number: int = 1, errors: Mapping[str, str] | None = None) -> Json:
    """The card of a page of a form."""
    task = dialog.page(form, ABOUT, number, errors=errors)
    found: Json = task["card"]["content"]
    return found


def kinds(card: Json) -> list[str]:
    """What its elements are, in order."""
    return [element["type"] for element in card["body"]]


def said(card: Json) -> Iterator[str]:
    """Every text, as it is read, in order; what can be pressed and picked too."""
    for element, _ in elements(card):
        yield from texts(element)
        if element.get("label"):
            yield element["label"]
        yield from (choice["title"] for choice in element.get("choices", ()))
    yield from (each.title for each in pressables(card))


def texts(element: Json) -> Iterator[str]:
    """The texts of one element."""
    if element["type"] == "RichTextBlock":
        yield "".join(each if isinstance(each, str) else each["text"] for each in runs(element))
    elif element["type"] == "TextBlock":
        yield element["text"]
    for fact in element.get("facts", ()):
        yield from (fact["title"], fact["value"])


def runs(element: Json) -> list[Any]:
    """The inlines of rich text."""
    found: list[Any] = element["inlines"]
    return found


def pressed(card: Json) -> list[str]:
    """The token of everything that can be pressed or picked."""
    found = [each.data["token"] for each in pressables(card) if "token" in each.data]
    for element, _ in elements(card):
        found += [choice["value"] for choice in element.get("choices", ())]
    return found


def marks(card: Json) -> Iterator[str]:
    """What is not plain of each text in which Teams reads marks: the kinds of markdown in it."""
    for element, _ in elements(card):
        if element["type"] in ("TextBlock", "FactSet"):
            for text in texts(element):
                yield from _marks(text)


def _marks(markdown: str) -> Iterator[str]:
    for token in _BROWSER.parse(markdown):
        if token.type not in _PLAIN:
            yield token.type
        yield from (each.type for each in token.children or () if each.type != "text")


def words(text: str) -> str:
    """What is left when blanks and capitals do not count."""
    return "".join(text.split()).casefold()
