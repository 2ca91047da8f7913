"""Text as people write it, made safe to keep: one line ending, nothing invisible, nothing broken.

Escaping for a target (Markdown, HTML, a terminal) belongs to whoever writes that target.
"""

import re

NOTE_LIMIT = 40_000  # characters; Slack's longest message, the longest of all platforms

# C0 and C1 controls but tab and newline; NUL cannot be stored by PostgreSQL, ESC drives terminals.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# Bidirectional overrides and isolates can make a command read as another ("Trojan Source").
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def cleaned(text: str) -> str:
    """`text` with newlines as \\n, without control characters, bidi overrides, lone surrogates."""
    if text.isascii() and text.isprintable():
        return text.strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    text = _BIDI.sub("", _CONTROLS.sub("", text))
    return _SURROGATES.sub("\ufffd", text).strip()


def shortened(text: str, limit: int) -> str:
    """`text` in at most `limit` characters, cut at a word and marked with an ellipsis.

    For labels and one-line echoes only; whole texts are split, never cut.
    """
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    at_word = head.rsplit(" ", 1)[0] if " " in head[limit // 2 :] else head
    return at_word.rstrip(" ,.;:") + "…"


def plural(count: int, noun: str, many: str | None = None) -> str:
    """`1 note`, `2 notes`: the count with its noun."""
    return f"{count} {noun if count == 1 else many or noun + 's'}"
