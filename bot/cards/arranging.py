"""What can be pressed, within one platform's limits: labels as they fit, buttons as selects where
there are too many. Whatever a label cannot hold stands in a line above it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.cards.card import Block, Button, Choices, Line
from bot.cards.costs import controls
from bot.cards.limits import Limits
from bot.cards.splitting import fitting, whole

SHARE = 2  # a card's buttons take at most one part in so many of its native blocks
_ANY = "Choose…"


def arranged(blocks: Sequence[Block], limits: Limits) -> list[Block]:
    """`blocks` with their choices so that a message can hold them, or several selects' worth."""
    split = [part for b in _as_menus(blocks, limits) for part in _selects(b, limits)]
    merged = _merged(split, limits)
    return [part for block in merged for part in _labelled(block, limits)]


def _as_menus(blocks: Sequence[Block], limits: Limits) -> list[Block]:
    """The largest rows of buttons become menus until the others fit."""
    every = list(blocks)
    while _is_too_much(every, limits):
        at, largest = max(_rows(every), key=lambda row: len(row[1].buttons))
        if len(largest.buttons) == 1:
            return _one_menu(every)
        every[at] = replace(largest, menu=True, label=largest.label or _ANY)
    return every


def _rows(blocks: Sequence[Block]) -> list[tuple[int, Choices]]:
    """The rows of buttons, and where each is."""
    found = ((at, block) for at, block in enumerate(blocks) if isinstance(block, Choices))
    return [(at, choices) for at, choices in found if not choices.menu]


def _is_too_much(blocks: Iterable[Block], limits: Limits) -> bool:
    choices = [block for block in blocks if isinstance(block, Choices)]
    buttons = sum(len(block.buttons) for block in choices if not block.menu)
    native = sum(controls(block, limits) for block in choices)
    # One button is kept free for "Read on".
    too_many = buttons > limits.buttons - 1 or native > limits.blocks // SHARE
    return too_many and buttons > 0


def _one_menu(blocks: list[Block]) -> list[Block]:
    """All rows as one menu, where the last of them was."""
    rows = dict(_rows(blocks))
    menu = Choices(tuple(b for row in rows.values() for b in row.buttons), _ANY, menu=True)
    last = max(rows)
    kept = [(at, block) for at, block in enumerate(blocks) if at == last or at not in rows]
    return [menu if at == last else block for at, block in kept]


def _selects(block: Block, limits: Limits) -> Iterator[Block]:
    """A menu as selects of as many options as one can have."""
    if not isinstance(block, Choices) or not block.menu:
        yield block
        return
    of = -(-len(block.buttons) // limits.options)
    for number in range(of):
        options = block.buttons[number * limits.options : (number + 1) * limits.options]
        label = block.label or _ANY
        yield Choices(options, f"{label} ({number + 1} of {of})" if of > 1 else label, menu=True)


def _merged(blocks: list[Block], limits: Limits) -> list[Block]:
    """More selects than a message can have: their options in as few as possible, at the end."""
    menus = [block for block in blocks if isinstance(block, Choices) and block.menu]
    if len(menus) <= limits.selects:
        return blocks
    options = tuple(button for menu in menus for button in menu.buttons)
    one = Choices(options, _ANY, menu=True)
    return [*(b for b in blocks if b not in menus), *_selects(one, limits)]


def _labelled(block: Block, limits: Limits) -> Iterator[Block]:
    """Choices whose labels fit, below a line for each that does not."""
    if not isinstance(block, Choices):
        yield block
        return
    most = limits.option_label if block.menu else limits.button_label
    if limits.badges and all(limits.size(button.label) <= most for button in block.buttons):
        yield block
        return
    taken: set[str] = set()
    buttons: list[Button] = []
    for button in block.buttons:
        label = full_label(button, limits)
        short = _short(label, most, limits, taken)
        if short != label:
            yield Line((f"{button.key}  {button.label}" if button.key else f"{short} = {label}",))
        taken.add(short)
        buttons.append(_called(button, short))
    yield replace(block, buttons=tuple(buttons))


def full_label(button: Button, limits: Limits) -> str:
    """A label; it says its key and count itself where buttons show nothing else."""
    if limits.badges:
        return button.label
    count = f" ({button.count})" if button.count else ""
    return f"{button.key}  {button.label}{count}" if button.key else f"{button.label}{count}"


def with_badges(blocks: Iterable[Block], limits: Limits) -> Iterator[Block]:
    """`blocks` that fit as they are, with all that their buttons must say."""
    for block in blocks:
        if isinstance(block, Choices) and not limits.badges:
            said = tuple(_told_whole(button, limits) for button in block.buttons)
            yield Choices(said, block.label, block.menu)
        else:
            yield block


def _told_whole(button: Button, limits: Limits) -> Button:
    if not (button.key or button.count):
        return button
    return _called(button, full_label(button, limits))


def _called(button: Button, label: str) -> Button:
    return Button(button.token, label, button.tone, button.count, button.key, button.asks)


def _short(label: str, most: int, limits: Limits, taken: set[str]) -> str:
    """`label` cut at a word if it must be, and then like none of those `taken`."""
    if limits.size(label) <= most:
        return label
    number = 1
    while True:
        end = "…" if number == 1 else f"… ({number})"
        head = label[: whole(label, fitting(label, most - limits.size(end), limits.size))]
        at_word = head.rsplit(" ", 1)[0] if " " in head[len(head) // 2 :] else head
        short = at_word.rstrip(" ,.;:") + end
        if short not in taken:
            return short
        number += 1
