"""What a platform can hold, as data. Layout (bot/cards/layout.py) is one function over this.

Lengths are in characters as the platform counts them: `units` says how.
"""

from dataclasses import dataclass
from enum import StrEnum


class Units(StrEnum):
    """How a platform counts text: code points, UTF-16 units (JavaScript, Discord), UTF-8 bytes."""

    CODE_POINTS = "code-points"
    UTF16 = "utf-16"
    UTF8 = "utf-8"


@dataclass(frozen=True, slots=True)
class FormLimits:
    """Of one form: fields a page, and the lengths of its texts."""

    fields: int
    title: int
    label: int
    help: int
    value: int
    options: int
    option_label: int


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one message. `message` is all text together, `block` one block's text.

    `buttons` is how many a message can hold, `row` how many stand in one row; what is more goes
    into selects of `options` each, at most `selects` of them a message. `blocks` counts native
    blocks, `payload` bytes of the whole as UTF-8 JSON (0: no limit).
    """

    message: int
    block: int
    blocks: int
    heading: int
    buttons: int
    row: int
    button_label: int
    selects: int
    options: int
    option_label: int
    token: int
    form: FormLimits
    units: Units = Units.CODE_POINTS
    payload: int = 0
