"""From choices to buttons: tokens, labels, numbers to type. What fits where is layout's."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from bot.cards.card import NO_SESSION, Button, Choices
from bot.token import about, said
from core.asking import ASKING, asks_first
from core.ids import SessionId
from core.text import shortened
from core.verbs import ProductVerb
from core.views import Choice

SHORT = 60  # characters of a label that names something said above it; fits on every platform


def button(choice: Choice, session: SessionId | None, visit: int = 0, key: str = "") -> Button:
    """A choice as a button. Raises TokenTooLarge."""
    return _button(choice, about(session or NO_SESSION, visit), visit, key)


def buttons(
    choices: Iterable[Choice], session: SessionId | None = None, visit: int = 0
) -> tuple[Button, ...]:
    """Choices as buttons. Raises TokenTooLarge."""
    begun = about(session or NO_SESSION, visit)
    return tuple([_button(choice, begun, visit) for choice in choices])


def _button(choice: Choice, begun: str, visit: int, key: str = "") -> Button:
    if choice.session:
        begun = about(choice.session, visit)
    verb, argument = choice.verb, choice.argument
    asks = verb in ASKING and asks_first(verb, argument)
    return Button(begun + said(verb, argument), choice.label, choice.tone, choice.count, key, asks)


def row(
    choices: Iterable[Choice], session: SessionId | None = None, visit: int = 0
) -> tuple[Choices, ...]:
    """Choices as a block; none where there is nothing to press."""
    pressed = buttons(choices, session, visit)
    return (Choices(pressed),) if pressed else ()


def opening(choices: Iterable[Choice], label: str) -> tuple[Choices, ...]:
    """Choices that are told apart by their labels alone, behind one control called `label`."""
    every = tuple(choices)
    labels = distinct(choice.label for choice in every)
    named = (replace(c, label=label) for c, label in zip(every, labels, strict=True))
    return (Choices(buttons(named), label, menu=True),) if every else ()


def product(verb: ProductVerb, label: str, argument: str = "") -> Choice:
    """A choice of one of the product's own verbs."""
    return Choice(verb, label, argument)


def distinct(labels: Iterable[str], limit: int = SHORT) -> list[str]:
    """Labels of at most `limit` characters, no two the same: `Restart`, `Restart (2)`."""
    given: dict[str, None] = {}
    again: Counter[str] = Counter()
    for label in labels:
        short = name = shortened(label, limit)
        while name in given:
            again[short] += 1
            mark = f" ({again[short] + 1})"
            name = shortened(label, limit - len(mark)) + mark
        given[name] = None
    return list(given)
