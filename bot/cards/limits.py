"""What a platform can hold, as data. Layout (bot/cards/layout.py) is one function over this.

Lengths are in characters as the platform counts them: `units` and `entities` say how.
"""

from enum import StrEnum

from core.frozen import frozen


class Units(StrEnum):
    """How a platform counts text: code points, UTF-16 units (JavaScript, Discord), UTF-8 bytes."""

    CODE_POINTS = "code-points"
    UTF16 = "utf-16"
    UTF8 = "utf-8"


@frozen
class FormLimits:
    """Of one form: fields a page, and the lengths of its texts.

    `prose_is_field` is whether the text above the fields takes the place of one. `payload` is in
    bytes of what the fields hold already (0: no limit).
    """

    fields: int
    title: int
    label: int
    help: int
    value: int
    options: int
    option_label: int
    option_value: int = 200
    submit: int = 30
    prose: int = 3_000
    prose_is_field: bool = False
    payload: int = 0
    units: Units = Units.CODE_POINTS

    def size(self, text: str) -> int:
        """The length of `text` as the platform counts it."""
        return _length(text, self.units)


@frozen
class Json:
    """Bytes of native JSON around what is said: a block, a button, an option, and how often a
    button's label and token are written.
    """

    block: int = 120
    button: int = 160
    option: int = 40
    button_times: int = 1


@frozen
class Limits:
    """Of one message. `message` is all text together, `block` one block's text, `document` one
    document's, `summary` the plain text beside the blocks, `time` what a time takes when written.

    `buttons` is how many a message can hold, `row` how many stand in one row; what is more goes
    into selects of `options` each, at most `selects` of them a message. `badges`: a button shows
    its key and its count beside its label; else they are written into it. `facts` is pairs a block.
    `blocks` counts native blocks, buttons too where they are `nested`; each takes `around` of
    `message` beside its text. `entities`: &, < and > are counted as &amp;, &lt; and &gt;.
    `payload` is bytes of the whole as UTF-8 JSON (0: no limit).
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
    document: int = 0  # 0: as a block
    summary: int = 40_000
    time: int = 20
    facts: int = 30
    fact_name: int = 75
    badges: bool = True
    nested: bool = False
    entities: bool = False
    around: int = 0
    json: Json = Json()

    def size(self, text: str) -> int:
        """The length of `text` as the platform counts it. It adds up over the parts of a text."""
        length = len(text) if text.isascii() else _length(text, self.units)
        if self.entities and ("&" in text or "<" in text or ">" in text):
            length += 4 * text.count("&") + 3 * (text.count("<") + text.count(">"))
        return length


def _length(text: str, units: Units) -> int:
    if units is Units.CODE_POINTS or text.isascii():
        return len(text)
    if units is Units.UTF16:
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    return len(text.encode("utf-8", "surrogatepass"))
