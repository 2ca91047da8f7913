"""A card on one platform: what fits, as pages. The one function over Limits; platforms only write
each block in their own words.

All that can be pressed is on the first page, with what the card is about; pages are led through by
a button "Read on". Nothing is cut off, no button is lost or doubled.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeGuard

from bot.cards.arranging import arranged, with_badges
from bot.cards.card import Block, Button, Card, Choices, Notice, Prose, Weight
from bot.cards.costs import Cost, cost
from bot.cards.fitting import RESERVE, fitted, plainly_fits
from bot.cards.forms import form_pages, gathered
from bot.cards.limits import Limits
from bot.cards.passages import split_markdown
from bot.cards.saying import spoken
from bot.token import Token
from core.flow.node import Tone
from core.verbs import PRODUCT_LABELS, ProductVerb

__all__ = ["form_pages", "gathered", "pages"]

LEAST = 200  # characters of a lead that are worth a place beside the buttons
_MANY = 999


def pages(card: Card, limits: Limits, *, linked: bool = True) -> tuple[Card, ...]:
    """`card` as messages that the platform can hold.

    With `linked`, each page but the last ends with a button to the next: for where one page is
    shown at a time. Without, the pages are meant to stand one below the other.
    """
    if plainly_fits(card, limits):
        shown = tuple(with_badges(card.blocks, limits))
        return (Card(shown, card.summary, card.session, card.visit),)
    return laid_out(card, limits, linked=linked)


def laid_out(card: Card, limits: Limits, *, linked: bool = True) -> tuple[Card, ...]:
    """The same, block by block."""
    blocks = arranged([p for block in card.blocks for p in fitted(block, limits)], limits)
    blocks = [block for block in blocks if isinstance(block, Choices) or _says(block, limits)]
    if _total(blocks, limits).within(limits):
        return (_page(card, blocks, card.summary, limits),)
    first, rest = _first(card, blocks, limits)
    every = [first, *_further(card, rest, limits)]
    summaries = [card.summary, *(spoken(page) for page in every[1:])]
    if linked:
        ends = [*(_read_on(card, n, len(every)) for n in range(2, len(every) + 1)), None]
        every = [[*page, *([end] if end else [])] for page, end in zip(every, ends, strict=True)]
    return tuple(
        _page(card, page, said, limits) for page, said in zip(every, summaries, strict=True)
    )


def _page(card: Card, blocks: Iterable[Block], summary: str, limits: Limits) -> Card:
    shown = tuple(blocks)
    if not summary or limits.size(summary) > limits.summary:
        menus = (block.label for block in shown if isinstance(block, Choices))
        summary = spoken(shown) or "\n".join(menus)
    return replace(card, blocks=shown, summary=summary)


def _read_on(card: Card, number: int, of: int) -> Choices:
    label = f"{PRODUCT_LABELS[ProductVerb.READ_ON]} ({number} of {of})"
    token = Token(card.session, card.visit, ProductVerb.READ_ON, str(number))
    return Choices((Button(token.pack(), label, Tone.ASIDE),))


def _first(card: Card, blocks: list[Block], limits: Limits) -> tuple[list[Block], list[Block]]:
    """The first page, and what is left: choices first, then what they are about, then the rest."""
    parts: list[list[Block]] = [[block] for block in blocks]
    used, taken = cost(_read_on(card, _MANY, _MANY), limits), [0] * len(parts)
    choices = [(block.menu, at) for at, block in enumerate(blocks) if isinstance(block, Choices)]
    for _, at in sorted(choices):  # buttons before menus
        if (used + cost(blocks[at], limits)).within(limits):
            used, taken[at] = used + cost(blocks[at], limits), 1
    centre = [(at, block) for at, block in enumerate(blocks) if _is_central(block)]
    for nth, (at, block) in enumerate(centre):
        parts[at] = _parted(block, used, limits, len(centre) - nth)
        if (used + cost(parts[at][0], limits)).within(limits):
            used, taken[at] = used + cost(parts[at][0], limits), 1
    for at, other in enumerate(blocks):
        if taken[at] or isinstance(other, Choices):
            continue
        if not (used + cost(other, limits)).within(limits):
            break
        used, taken[at] = used + cost(other, limits), 1
    shown = [part for at, several in enumerate(parts) for part in several[: taken[at]]]
    return shown, [part for at, several in enumerate(parts) for part in several[taken[at] :]]


def _further(card: Card, blocks: Iterable[Block], limits: Limits) -> list[list[Block]]:
    """What is left, as pages in order."""
    start = cost(_read_on(card, _MANY, _MANY), limits)
    every: list[list[Block]] = []
    used = start
    for block in blocks:
        after = used + cost(block, limits)
        if every and after.within(limits):
            every[-1].append(block)
            used = after
        else:
            every.append([block])
            used = start + cost(block, limits)
    return every


def _parted(block: Prose | Notice, used: Cost, limits: Limits, among: int) -> list[Block]:
    """A central block so that its first part fits beside the buttons, if that is any use."""
    around = (used.blocks + among) * limits.around
    room = (limits.message - used.text - around) // among
    if limits.payload:
        room = min(room, (limits.payload - used.payload) // among // 4)  # bytes of a character
    if cost(block, limits).text <= room or room < LEAST:
        return [block]
    most = min(limits.block, limits.message - RESERVE)
    begun, *others = split_markdown(block.text, most, limits.size, first=room)
    return [replace(block, text=begun), *(replace(block, text=text) for text in others)]


def _is_central(block: Block) -> TypeGuard[Prose | Notice]:
    """What must be seen beside the buttons: what is asked, and what to be careful about."""
    if isinstance(block, Prose):
        return block.lead
    return isinstance(block, Notice) and block.weight is Weight.WARNING


def _says(block: Block, limits: Limits) -> bool:
    return cost(block, limits).text > 0


def _total(blocks: Iterable[Block], limits: Limits) -> Cost:
    total = Cost()
    for block in blocks:
        total += cost(block, limits)
    return total
