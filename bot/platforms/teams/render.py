"""From views to Teams' messages, as plain dicts of Adaptive Cards 1.5. What fits where is decided
in bot/cards/layout.

A card is 28 KB at most, as UTF-8 JSON, whatever is written: where what looks take would be too
much, the same words are written without them, and then on smaller pages.
learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference
"""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, assert_never

from bot.cards import card_of
from bot.cards.arranging import with_badges
from bot.cards.card import (
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
from bot.cards.fitting import plainly_fits
from bot.cards.layout import pages
from bot.cards.typed import as_typed
from bot.platforms.teams.controls import has_room, menu, opener, refresh, row, rows
from bot.platforms.teams.limits import SIZE, SMALLER, SURELY, TEAMS
from bot.platforms.teams.markdown import SMALL, Inline, box, code, is_plain, line, rich, runs
from bot.platforms.teams.prose import LEAD, bare, heading, prose
from bot.platforms.teams.typed import words
from bot.port import Shown
from bot.token import LIMIT
from core.text import shortened
from core.views import GuideView, HomeView, NoticeView, SessionsView

Payload = dict[str, Any]
Worded = Callable[[Prose | Notice], tuple[Payload, ...]]

CARD = "application/vnd.microsoft.card.adaptive"
SPOKEN, _HEARD = 200, 250  # characters of what a notification says, and of what it is cut from
_FRAME, _AROUND = 1_200, 200  # bytes around a card, around an element, or more
_PRESSED = 400 + 2 * LIMIT  # and of a button, with its tokens and its count
_OWN = (NoticeView, GuideView, HomeView, SessionsView)  # the product's own words
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
_OLD = "Please update Teams to see this. What can be pressed here can be typed too."
_BETWEEN = "\u2003"  # a name and its value


def card(shown: Shown) -> Payload:
    """The first page of what is shown."""
    return _cards(shown, linked=True)[0]


def cards(shown: Shown) -> list[Payload]:
    """All its pages, for where each is a message of its own."""
    return _cards(shown, linked=False)


def message(shown: Shown) -> Payload:
    """The first page as an activity."""
    return activity(card(shown))


def messages(shown: Shown) -> list[Payload]:
    """All its pages, each an activity."""
    return [activity(each) for each in cards(shown)]


def led(sentence: str, data: Mapping[str, Any], label: str) -> Payload:
    """A sentence, and one button that opens a dialog: Teams asks for that with `data`."""
    body = [rich(runs((sentence,))), row([opener(label, data)])]
    return activity(_card(body, sentence))


def activity(card: Payload) -> Payload:
    """A card as a message; its summary is what a notification says."""
    return {
        "type": "message",
        "summary": card["speak"],
        "attachments": [{"contentType": CARD, "content": card}],
    }


def size(payload: object) -> int:
    """Bytes of it as UTF-8 JSON."""
    return len(_JSON.encode(payload).encode())


def _cards(shown: Shown, *, linked: bool) -> list[Payload]:
    made = card_of(shown)
    if isinstance(shown, _OWN):
        made = as_typed(made, words)
    payloads = written(made, linked=linked)
    if isinstance(shown, HomeView):
        return [{**each, "refresh": refresh()} for each in payloads]
    return payloads


def written(card: Card, *, linked: bool) -> list[Payload]:
    """A card as the pages that it takes; see `layout.pages`."""
    if plainly_fits(card, SURELY):  # as nearly all do, and it need not be laid out then
        told = tuple(with_badges(card.blocks, SURELY))
        payload = _payload(Card(told, card.summary), _worded)
        if _most(card) <= SIZE or _fits(payload):
            return [payload]
    for limits, worded in ((TEAMS, _worded), (TEAMS, _bare), (SMALLER, _bare)):
        payloads = [_payload(page, worded) for page in pages(card, limits, linked=linked)]
        if all(map(_fits, payloads)):
            break
    return payloads


def _fits(payload: Payload) -> bool:
    return size(payload) <= SIZE


def _most(card: Card) -> int:
    """At least the bytes of a card, found quickly. Its summary has all texts but the labels of
    menus; of these no character takes more than four bytes, or eight where it is written twice.
    """
    labels, pressed, most = len(card.summary), 0, _FRAME + _AROUND * len(card.blocks)
    for block in card.blocks:
        if isinstance(block, Choices):
            pressed += len(block.buttons)
            if block.menu:
                labels += len(block.label) + sum([len(each.label) for each in block.buttons])
        elif isinstance(block, Prose):
            most += _taken(block.text, block.lead)
        elif isinstance(block, Notice):
            most += _taken(block.text, False)
        elif isinstance(block, Facts):
            most += _AROUND * len(block.pairs)
    return most + 8 * labels + _PRESSED * pressed


@lru_cache(512)
def _taken(markdown: str, is_lead: bool) -> int:
    return size(prose(markdown, is_lead=is_lead))


def _payload(card: Card, worded: Worded) -> Payload:
    return _card(_body(card, worded), card.summary)


def _card(body: list[Payload], summary: str) -> Payload:
    return {
        "type": "AdaptiveCard",
        "version": "1.5",
        "msteams": {"width": "Full"},
        "speak": shortened(summary[:_HEARD].replace("\n", " · "), SPOKEN),
        "fallbackText": _OLD,
        "body": body,
    }


def _body(card: Card, worded: Worded) -> list[Payload]:
    """A card's elements, the small lines of it gathered where they stand together."""
    body: list[Payload] = []
    lines: list[Line] = []
    menus = 0
    for block in card.blocks:
        if isinstance(block, Line):
            lines.append(block)
            continue
        if lines:
            body.append(_small(lines))
            lines = []
        if isinstance(block, Choices) and block.menu:
            menus += 1
            _add_menu(body, block, menus)
        elif isinstance(block, Choices):
            body += rows(block)
        else:
            body += _native(block, worded)
    return [*body, _small(lines)] if lines else body or [rich(())]


def _native(
    block: Heading | Prose | Notice | Code | Facts | Document, worded: Worded
) -> Iterator[Payload]:
    match block:
        case Heading(said):
            yield heading(said, LEAD)
        case Prose():
            yield from worded(block)
        case Notice(_, Weight.WARNING):
            yield box(worded(block), "warning")
        case Notice():
            yield from worded(block)
        case Code(said, _, caption):
            if caption:
                yield rich(runs((caption,), **SMALL))
            yield code(said)
        case Facts():
            yield _facts(block)
        case Document(said):
            yield code(said)
        case _ as never:
            assert_never(never)


def _worded(block: Prose | Notice) -> tuple[Payload, ...]:
    return prose(block.text, is_lead=isinstance(block, Prose) and block.lead)


def _bare(block: Prose | Notice) -> tuple[Payload, ...]:
    return bare(block.text)


def _facts(block: Facts) -> Payload:
    """Names and values as a table, where no mark is in any; else as lines."""
    if all(is_plain((name, *value)) for name, value in block.pairs):
        facts = [{"title": name, "value": line(value)} for name, value in block.pairs]
        return {"type": "FactSet", "facts": facts}
    inlines: list[Inline] = []
    for number, (name, value) in enumerate(block.pairs):
        inlines += runs((f"\n{name}" if number else name,), weight="Bolder")
        inlines += runs((_BETWEEN, *value))
    return rich(inlines)


def _small(lines: list[Line]) -> Payload:
    """Lines that follow each other, as one element: several would stand far apart."""
    texts = [each.parts[0] for each in lines if len(each.parts) == 1 and not each.struck]
    if len(texts) == len(lines) and all(isinstance(each, str) for each in texts):
        return rich(runs(("\n".join(map(str, texts)),), **SMALL))
    inlines: list[Inline] = []
    parts: list[Any] = []
    for number, each in enumerate(lines):
        gap = "\n" if number else ""
        if each.struck:
            inlines += runs(tuple(parts), **SMALL)
            inlines += runs((gap, *each.parts), **SMALL, strikethrough=True)
            parts = []
        else:
            parts += (gap, *each.parts)
    return rich([*inlines, *runs(tuple(parts), **SMALL)])


def _add_menu(body: list[Payload], block: Choices, number: int) -> None:
    """The button of a menu stands at the end of the row above it, if there is room."""
    unfold, below = menu(block, number)
    last = body[-1] if body else {}
    if unfold and last.get("type") == "ActionSet" and has_room(last, unfold):
        last["actions"].append(unfold)
    elif unfold:
        body.append(row([unfold]))
    body += below
