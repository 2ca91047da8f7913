"""Which of several texts look the same and are not."""

import unicodedata
from collections.abc import Iterator, Sequence

# Cyrillic and Greek letters that look Latin, and the digits that look like letters.
_TWINS = str.maketrans("аеорсхуіјѕвнкмтɡαοερνικτ01|", "aeopcxyijsbhkmtgaoepviktoll")


def alike(texts: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The index of each text that differs from an earlier one only by look, and that one."""
    first: dict[str, str] = {}
    for index, text in enumerate(texts):
        look = _look(text)
        earlier = first.setdefault(look, text)
        if look and _plainly(earlier) != _plainly(text):
            yield index, earlier


def _plainly(text: str) -> str:
    return " ".join(text.casefold().split())


def _look(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    shown = (c for c in folded.translate(_TWINS) if unicodedata.category(c) != "Cf")
    return "".join(c for c in shown if c not in " -_")
