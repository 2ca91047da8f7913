"""From views to Discord's messages, as plain dicts of components (V2). What fits where is decided
in bot/cards/layout.

Such a message has no content beside its components, so a card's summary is not sent. Nobody is
ever notified by one: `parse` is empty, whatever is written.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from typing import Any, assert_never

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
    Prose,
    Weight,
)
from bot.cards.layout import pages
from bot.cards.limits import Limits
from bot.cards.typed import as_typed
from bot.platforms.discord.controls import PRIMARY, ROW, button, menu, rows
from bot.platforms.discord.limits import DISCORD
from bot.platforms.discord.markdown import escaped, fenced, line, struck
from bot.platforms.discord.prose import prose
from bot.platforms.discord.typed import words
from bot.port import Shown
from core.frozen import frozen
from core.views import GuideView, HeaderView, HomeView, NoticeView

Payload = dict[str, Any]

TEXT, FILE, CONTAINER = 10, 13, 17
COMPONENTS, EPHEMERAL = 1 << 15, 1 << 6  # flags
CHARACTERS = 4_000  # of all text displays together
AMBER = 0xF0B232

_WARNING = "⚠️"  # the notice says so in words too
_BETWEEN = "\u2003"  # a name and its value
_SIGN = re.compile(r"[^\w\s]|_")  # can be written with one character more
_LONGER = {"\n": 7, **dict.fromkeys("*()~|`", 1)}  # and these with so many beyond


@frozen
class _Written(Limits):
    """Limits that count a text as long as it can be once written: with an escape for each mark."""

    def size(self, text: str) -> int:
        """At least the length of what is written."""
        signs = len(text) - len(_SIGN.sub("", text))
        beyond = sum(many * text.count(each) for each, many in _LONGER.items())
        return DISCORD.size(text) + signs + beyond


_ODD = replace(
    _Written(**{each.name: getattr(DISCORD, each.name) for each in fields(DISCORD)}), around=10
)


def message(shown: Shown, *, mark: int | None = None) -> Payload:
    """The first page of what is shown. `mark` is the id of its first component, to know it by."""
    return _marked(_messages(shown, linked=True)[0], mark)


def messages(shown: Shown) -> list[Payload]:
    """All its pages, for where each is a message of its own."""
    return _messages(shown, linked=False)


def file(title: str, name: str, *, mark: int | None = None) -> Payload:
    """A message with the attachment called `name`, below what it is."""
    attached = {"type": FILE, "file": {"url": f"attachment://{name}"}}
    return _marked(_message([_text(escaped(title)), attached]), mark)


def led(sentence: str, custom_id: str, label: str) -> Payload:
    """A sentence, and one button that leads on: to a form, which no card's token does."""
    row = {"type": ROW, "components": [button(Button(custom_id, label), PRIMARY)]}
    return _message([_text(escaped(sentence)), row])


def ephemeral(payload: Payload) -> Payload:
    """The same, seen by one person."""
    return {**payload, "flags": payload["flags"] | EPHEMERAL}


def _message(components: list[Payload]) -> Payload:
    return {"flags": COMPONENTS, "components": components, "allowed_mentions": {"parse": []}}


def _marked(payload: Payload, mark: int | None) -> Payload:
    if mark is None:
        return payload
    first, *others = payload["components"]
    return {**payload, "components": [{**first, "id": mark}, *others]}


def _messages(shown: Shown, *, linked: bool) -> list[Payload]:
    """As ordinary texts need; where so much is escaped that it does not fit, in smaller pages."""
    card = _to_copy(card_of(shown))
    if isinstance(shown, NoticeView | GuideView | HomeView):  # the product's own words
        card = as_typed(card, words)
    is_titled = isinstance(shown, HeaderView)
    for limits in (DISCORD, _ODD):
        every = pages(card, limits, linked=linked)
        payloads = [_message(_components(page, is_titled=is_titled)) for page in every]
        if all(map(_fits, payloads)):
            break
    return payloads


def _fits(payload: Payload) -> bool:
    every = list(_nested(payload["components"]))
    written = sum(DISCORD.size(each.get("content", "")) for each in every)
    return written <= CHARACTERS and len(every) <= DISCORD.blocks


def _nested(components: Sequence[Payload]) -> Iterator[Payload]:
    for each in components:
        yield each
        yield from _nested(each.get("components", ()))


def _to_copy(card: Card) -> Card:
    """A document's own fences as tildes, which mean the same: then it can stand in one of ticks."""
    return replace(card, blocks=tuple(map(_with_tildes, card.blocks)))


def _with_tildes(block: Block) -> Block:
    if isinstance(block, Document) and "```" in block.text and "~~~" not in block.text:
        return replace(block, text=block.text.replace("```", "~~~"))
    return block


def _components(card: Card, *, is_titled: bool) -> list[Payload]:
    """A card's components, the small lines of it gathered where they stand together."""
    written: list[Payload] = []
    lines: list[str] = []
    menus = 0
    for at, block in enumerate(card.blocks):
        if isinstance(block, Line):
            lines += _small(block)
            continue
        written += _texts("\n".join(lines))
        lines = []
        if isinstance(block, Choices) and block.menu:
            menus += 1
            written.append(menu(block, menus))
        elif isinstance(block, Choices):
            written += rows(block)
        elif isinstance(block, Notice) and block.weight is Weight.WARNING:
            written += _warned(prose(block.text))
        else:
            written += _texts(_said(block, "##" if is_titled and at == 0 else "###"))
    written += _texts("\n".join(lines))
    return written or [_text("\u200b")]


def _said(block: Heading | Prose | Notice | Code | Facts | Document, sign: str) -> str:
    match block:
        case Heading(said):
            return f"{sign} {escaped(said)}"
        case Prose(said) | Notice(said):
            return prose(said)
        case Code(said, language, caption):
            above = "".join(f"{each}\n" for each in _small(Line((caption,))))
            return above + fenced(said, language)
        case Facts(pairs):
            return "\n".join(
                f"**{escaped(name, within=True)}**{_BETWEEN}{line(value)}" for name, value in pairs
            )
        case Document(said):
            return fenced(said, "md")
        case _ as never:
            assert_never(never)


def _small(block: Line) -> list[str]:
    """A line as small text: each of its lines has the sign."""
    every = [each.strip() for each in line(block.parts, within=block.struck).split("\n")]
    return [f"-# {struck(each) if block.struck else each}" for each in every if each]


def _warned(said: str) -> Iterator[Payload]:
    """A text that stands apart, with a warning's sign before it."""
    gap = " " if said[:1].isalnum() or said.startswith("**") else "\n"
    for text in _texts(f"{_WARNING}{gap}{said}"):
        yield {"type": CONTAINER, "accent_color": AMBER, "components": [text]}


def _texts(said: str) -> Iterator[Payload]:
    """A text display, unless there is nothing to show."""
    if said.strip():
        yield _text(said)


def _text(said: str) -> Payload:
    return {"type": TEXT, "content": said}
