"""From views to the playground's own payload (wire.Content, wire.Form), as plain dicts.

What fits where is decided in bot/cards/layout; here every block becomes the server's.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar, assert_never

from bot.cards import card_of
from bot.cards.card import (
    Block,
    Button,
    Card,
    Choices,
    Code,
    Document,
    Facts,
    Heading,
    Line,
    Notice,
    Parts,
    Prose,
)
from bot.cards.layout import form_pages, pages
from bot.platforms.playground import wire
from bot.platforms.playground.limits import PLAYGROUND
from bot.platforms.playground.wire import Happened
from bot.port import Answer, Form, Shown, sayings
from core.views import FieldView

Payload = dict[str, Any]
_T = TypeVar("_T")

_FACTS, _PARTS, _CAPTION, _WHISPERS = 30, 50, 300, 10  # of wire's models
# A form can open for these.
_WAITING = {Happened.COMMAND, Happened.CLICK, Happened.SUBMIT, Happened.POINTED}


def content(shown: Shown) -> Payload:
    """The first page of what is shown: a wire.Content."""
    return _content(pages(card_of(shown), PLAYGROUND)[0])


def contents(shown: Shown) -> list[Payload]:
    """All its pages, for where each is a message of its own."""
    return [_content(page) for page in pages(card_of(shown), PLAYGROUND, linked=False)]


def form(asked: Form) -> Payload:
    """A wire.Form."""
    view = form_pages(asked.view, PLAYGROUND.form)[0]
    return {
        "token": asked.token,
        "title": view.title,
        "prose": view.prose or "",
        "submit": view.submit,
        "fields": [_field(field) for field in view.fields],
    }


def answered(answer: Answer, event: str) -> Payload:
    """A wire.BotAnswer to an event of the type `event`: only what there is."""
    body: Payload = {}
    if answer.replace is not None:
        body["replace"] = content(answer.replace)
    if answer.whispers:
        body["whispers"] = _whispers(answer.whispers)
    if answer.form is not None:
        _open(body, answer.form, event)
    if answer.suggestions:
        body["suggestions"] = [{"label": s.label, "text": s.text} for s in answer.suggestions]
    if answer.errors:
        body["errors"] = dict(answer.errors)
    if answer.home is not None:
        body["home"] = content(answer.home)
    if answer.receipt is not None:
        body["reaction"] = answer.receipt.value
    return body


def apology(reference: str, event: Mapping[str, Any]) -> Payload:
    """A wire.BotAnswer for when the product itself failed. A form stays open as it was filled."""
    sentence = sayings.apology(reference)
    told = {"text": sentence, "blocks": [{"type": "notice", "text": sentence, "weight": "warning"}]}
    if event["type"] == Happened.SUBMIT and event["values"]:
        return {"errors": {next(iter(event["values"])): sentence}}
    return {"home": told} if event["type"] == Happened.HOME else {"whispers": [told]}


def _whispers(several: Sequence[Shown]) -> list[Payload]:
    """All pages of each; of what has too many, the first one leads on to the others."""
    every = [contents(shown) for shown in several]
    if sum(map(len, every)) > _WHISPERS:
        every = [
            [content(shown)] if len(found) > 1 else found
            for shown, found in zip(several, every, strict=True)
        ]
    return [page for found in every for page in found][:_WHISPERS]


def _open(body: Payload, asked: Form, event: str) -> None:
    """Open the form; where nobody waits for one, whisper a button that does."""
    if event in _WAITING:
        body["form"] = form(asked)
        return
    button = {"action": asked.token, "label": asked.view.title[: wire.LABEL_LIMIT]}
    whisper = {"text": asked.view.title, "blocks": [{"type": "actions", "buttons": [button]}]}
    body.setdefault("whispers", []).append(whisper)


def _content(card: Card) -> Payload:
    blocks = [native for block in card.blocks for native in _blocks(block)]
    return {"text": card.summary, "blocks": blocks}


def _blocks(block: Block) -> Iterator[Payload]:
    match block:
        case Line(parts, struck):  # first, as most blocks are lines
            for some in _some(_parts(parts), _PARTS):
                yield {"type": "line", "parts": some, "struck": struck}
        case Heading(text):
            yield {"type": "heading", "text": text}
        case Prose(text):
            yield {"type": "markdown", "text": text}
        case Notice(text, weight):
            yield {"type": "notice", "text": text, "weight": weight.value}
        case Code():
            yield from _code(block)
        case Facts(pairs):
            for several in _some(pairs, _FACTS):
                yield {"type": "facts", "pairs": [(name, _parts(v)) for name, v in several]}
        case Choices():
            yield _choices(block)
        case Document(text, name):
            yield {"type": "document", "text": text, "name": name}
        case _:
            assert_never(block)


def _code(code: Code) -> Iterator[Payload]:
    caption = code.caption
    if len(caption) > _CAPTION:
        yield {"type": "line", "parts": [caption]}
        caption = ""
    language = code.language if len(code.language) <= wire.LABEL_LIMIT else ""
    yield {"type": "code", "text": code.text, "language": language, "caption": caption}


def _choices(choices: Choices) -> Payload:
    buttons = [_button(button) for button in choices.buttons]
    if choices.menu:
        return {"type": "select", "label": choices.label or "More…", "options": buttons}
    return {"type": "actions", "buttons": buttons}


def _button(button: Button) -> Payload:
    native = {"action": button.token, "label": button.label, "style": button.tone.value}
    if button.count:
        native["badge"] = button.count
    if button.key:
        native["key"] = button.key
    return native


def _parts(parts: Parts) -> list[str | Payload]:
    return [{"time": p.isoformat()} if isinstance(p, datetime) else p for p in parts]


def _field(field: FieldView) -> Payload:
    return {
        "name": field.name,
        "label": field.label,
        "kind": field.kind.value,
        "help": field.help or "",
        "required": field.required,
        "value": field.value or "",
        "options": [(option.value, option.label) for option in field.options],
        "limit": min(max(field.limit, 1), wire.VALUE_LIMIT),
    }


def _some(items: Sequence[_T], at_once: int) -> Sequence[Sequence[_T]]:
    """All of them, so many at once; one empty one of nothing."""
    if len(items) <= at_once:
        return (items,)
    return [items[begin : begin + at_once] for begin in range(0, len(items), at_once)]
