"""Long plain text in pieces: between paragraphs, else lines, else words, never within a character
as a reader sees it, unless that alone is too long. Nothing is cut off.
"""

import unicodedata
from collections.abc import Callable, Iterator

Size = Callable[[str], int]

_JOINER = "\u200d"
_SKIN = ("\U0001f3fb", "\U0001f3ff")
_FLAGS = ("\U0001f1e6", "\U0001f1ff")
_TAGS = ("\U000e0020", "\U000e007f")
_JAMO = ("\u1160", "\u11ff")


def split_text(text: str, limit: int, size: Size) -> list[str]:
    """`text` in pieces of at most `limit`; only blanks at the breaks are left out."""
    return [piece.strip() for piece in _pieces(text.strip(), limit, size) if piece.strip()] or [""]


def split_exactly(text: str, limit: int, size: Size) -> list[str]:
    """The same, without losing a blank: joined, with a line break where one was, it is `text`."""
    pieces = list(_pieces(text, limit, size))
    return [p.removesuffix("\n") if p.strip("\n") else p for p in pieces[:-1]] + pieces[-1:]


def fitting(text: str, limit: int, size: Size) -> int:
    """How many code points of `text` fit into `limit`: at least one."""
    low, high = 1, min(len(text), limit)
    if size(text[:high]) <= limit:
        return max(high, 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if size(text[:middle]) <= limit else (low, middle - 1)
    return low


def whole(text: str, end: int) -> int:
    """The last place up to `end` where `text` can be broken between characters as read."""
    at = end
    while 0 < at < len(text) and _joined(text, at):
        at -= 1
    return at or end


def _pieces(text: str, limit: int, size: Size) -> Iterator[str]:
    while size(text) > limit:
        end = _break(text, fitting(text, limit, size))
        yield text[:end]
        text = text[end:]
    yield text


def _break(text: str, most: int) -> int:
    """Where to break: after the last empty line, line or word that is not too far up."""
    for mark, least in (("\n\n", most // 2), ("\n", most // 3), (" ", 0)):
        # One blank more may end the piece: it is left out, or no longer than the limit.
        at = text.rfind(mark, least, most)
        if at > 0 and text[:at].strip():
            return at + len(mark) if at + len(mark) <= most else at + 1
    return whole(text, most)


def _joined(text: str, at: int) -> bool:
    """Whether the code points before and at `at` are one character to a reader (most of UAX 29)."""
    before, here = text[at - 1], text[at]
    if here.isascii() and before != _JOINER:
        return before == "\r" and here == "\n"
    if unicodedata.category(here).startswith("M") or _JOINER in (before, here):
        return True
    if any(first <= here <= last for first, last in (_SKIN, _TAGS, _JAMO)):
        return True
    return _is_flag(here) and _flags_before(text, at) % 2 == 1


def _is_flag(character: str) -> bool:
    return _FLAGS[0] <= character <= _FLAGS[1]


def _flags_before(text: str, at: int) -> int:
    count = 0
    while count < at and _is_flag(text[at - count - 1]):
        count += 1
    return count
