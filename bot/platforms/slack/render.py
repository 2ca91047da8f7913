"""From views to Slack's messages and Home tab, as plain dicts. Prose, facts and code are rich text:
Slack shows it as it is. What fits where is decided in bot/cards/layout.

Whoever sends them leaves `parse` at none and `link_names` out: then `@channel` is only a word.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, assert_never

from bot.cards import card_of
from bot.cards.card import (
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
    Weight,
)
from bot.cards.layout import pages
from bot.platforms.slack import mrkdwn
from bot.platforms.slack.controls import actions, menu, plain, row
from bot.platforms.slack.limits import HOME, SLACK, UPDATE
from bot.platforms.slack.rich import Part, preformatted, rich, section, spoken_parts, text
from bot.port import Shown
from core.views import HeaderView, HomeView

Payload = dict[str, Any]

ELEMENTS = 10  # of a context block
DOCUMENT = "document"  # begins the block_ids of a text to copy whole
_BETWEEN = "\u2003"  # a name and its value
_WARNING = "warning"  # the emoji's name; the notice says so in words too


def message(shown: Shown, *, update: bool = False) -> Payload:
    """The first page of what is shown: `text` and `blocks`, to post, or to `update` a message."""
    page = pages(card_of(shown), SLACK)[0]
    return _message(page, shown, UPDATE if update else SLACK.summary)


def messages(shown: Shown) -> list[Payload]:
    """All its pages, for where each is a message of its own."""
    every = pages(card_of(shown), SLACK, linked=False)
    return [_message(page, shown, SLACK.summary) for page in every]


def home(view: HomeView) -> Payload:
    """The Home tab."""
    card = pages(card_of(view), HOME)[0]
    return {"type": "home", "blocks": _blocks(card, is_titled=True, searching=True)}


def _message(page: Card, shown: Shown, most: int) -> Payload:
    is_titled, searching = isinstance(shown, HeaderView), isinstance(shown, HomeView)
    blocks = _blocks(page, is_titled=is_titled, searching=searching)
    return {"text": mrkdwn.beside(page.summary, most), "blocks": blocks}


def _blocks(card: Card, *, is_titled: bool, searching: bool) -> list[Payload]:
    """A card's blocks, the small lines of it and its menus gathered where they stand together."""
    written: list[Payload] = []
    lines: list[Line] = []
    menus = 0
    for at, block in enumerate(card.blocks):
        if isinstance(block, Line):
            lines.append(block)
            continue
        if lines:
            written += _together(lines)
            lines = []
        if isinstance(block, Choices) and block.menu:
            menus += 1
            _add_menu(written, menu(block, menus))
        elif isinstance(block, Heading) and is_titled and at == 0:
            written.append({"type": "header", "text": plain(block.text)})
        elif isinstance(block, Choices):
            written += actions(list(row(block, searching=searching)))
        elif isinstance(block, Document):
            written.append({**_rich_text(rich(block.text)), "block_id": f"{DOCUMENT}{at}"})
        else:
            written += _native(block)
    return written + _together(lines) if lines else written


def _native(block: Heading | Prose | Notice | Code | Facts) -> Iterator[Payload]:
    match block:
        case Heading(said):
            yield _rich_text([section(text(said, "bold"))])
        case Prose(said):
            yield _rich_text(rich(said))
        case Notice(said, weight):
            yield _rich_text(_warned(rich(said)) if weight is Weight.WARNING else rich(said))
        case Code(said, _, caption):
            above = [section(text(caption))] if caption else []
            yield _rich_text([*above, preformatted(said)])
        case Facts(pairs):
            yield _rich_text([section(*_named(pairs))])
        case _:
            assert_never(block)


def _rich_text(parts: Sequence[Part]) -> Payload:
    return {"type": "rich_text", "elements": list(parts)}


def _warned(parts: Sequence[Part]) -> list[Part]:
    """The same, with a warning's sign before it."""
    sign: list[Part] = [{"type": "emoji", "name": _WARNING}, text(" ")]
    first, *rest = parts
    if first["type"] != "rich_text_section":
        return [section(*sign), *parts]
    return [section(*sign, *first["elements"]), *rest]


def _named(pairs: Sequence[tuple[str, Parts]]) -> Iterator[Part]:
    for number, (name, value) in enumerate(pairs):
        if number:
            yield text("\n")
        yield text(name, "bold")
        yield text(_BETWEEN)
        yield from spoken_parts(value)


def _add_menu(written: list[Payload], element: Payload) -> None:
    """A menu stands at the end of a row of buttons, if there is one with room above it."""
    last = written[-1] if written else {}
    if last.get("type") == "actions" and len(last["elements"]) < SLACK.row:
        last["elements"].append(element)
    else:
        written += actions([element])


def _together(lines: Sequence[Line]) -> list[Payload]:
    """Lines that follow each other, in one block if they can be: several would stand far apart."""
    every = [_small(line) for line in lines]
    said = "\n".join([each for each in every if each is not None])
    if None not in every and _is_joined(said):  # as nearly all are
        return [_context(_marked(said))]
    written: list[Payload] = []
    for line, small in zip(lines, every, strict=True):
        _add_line(written, line, small)
    return written


def _add_line(written: list[Payload], line: Line, said: str | None) -> None:
    """A line joins the one above it."""
    last = written[-1] if written else {}
    if said is None:
        written.append(_larger(line))
    elif _is_joinable(last) and _is_joined(f"{last['elements'][0]['text']}\n{said}"):
        last["elements"][0]["text"] += f"\n{said}"
    else:
        written.append(_context(_marked(said)))


def _is_joinable(block: Payload) -> bool:
    if block.get("type") != "context":
        return False
    return [each["type"] for each in block["elements"]] == ["mrkdwn"]


def _is_joined(said: str) -> bool:
    return len(said) <= SLACK.block and mrkdwn.is_plain(said)


@lru_cache(2_048)  # what was answered stands above every step that follows
def _small(line: Line) -> str | None:
    """A small line as mrkdwn; None where something in it would be a mark."""
    words = " ".join(part for part in _parts(line) if isinstance(part, str))
    if not mrkdwn.is_plain(words) or (line.struck and ("~" in words or "\n" in words)):
        return None
    said = mrkdwn.line(line.parts)
    return f"~{said.strip() or ' '}~" if line.struck else said


def _larger(line: Line) -> Payload:
    """A line that has what would be marks: small if it can be, which what is struck cannot."""
    parts = _parts(line)
    if line.struck or len(parts) > ELEMENTS:
        styles = ("strike",) if line.struck else ()
        return _rich_text([section(*spoken_parts(line.parts, *styles))])
    return _context(
        *(_marked(mrkdwn.time(p)) if isinstance(p, datetime) else plain(p) for p in parts)
    )


def _parts(line: Line) -> list[str | datetime]:
    return [part for part in line.parts if isinstance(part, datetime) or part.strip()]


def _context(*elements: Payload) -> Payload:
    return {"type": "context", "elements": list(elements)}


def _marked(said: str) -> Payload:
    """A text with marks, in which Slack looks for no addresses, channels or names by itself."""
    return {"type": "mrkdwn", "text": said, "verbatim": True}
