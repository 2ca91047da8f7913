"""PowerShell's own reading of quotes, for tests where no PowerShell is installed.

After tokenizer.cs of PowerShell 7.4 (ScanStringLiteral, ScanStringExpandable, ScanGenericToken)
and CharTraits.cs, which lists the quotes and dashes. Only what these tests use.
"""

from dataclasses import dataclass

SINGLE = "'\u2018\u2019\u201a\u201b"
DOUBLE = '"\u201c\u201d\u201e'
ENDS_WORD = " \t\n;|&(){},"


@dataclass(frozen=True)
class Word:
    """One word of a command line: its text once quotes are taken off, whether any were there.

    `expands` are the texts of its $ expressions, which PowerShell would evaluate.
    """

    text: str
    quoted: bool = False
    expands: tuple[str, ...] = ()


class Unclosed(Exception):
    """A string without an end."""


def words(line: str) -> list[Word]:
    """A command line as PowerShell reads it; separators are words of their own."""
    found: list[Word] = []
    at = 0
    while at < len(line):
        char = line[at]
        if char in " \t":
            at += 1
        elif char in ENDS_WORD:
            found.append(Word(char))
            at += 1
        elif char == "#":
            at = line.find("\n", at) % (len(line) + 1)
        else:
            word, at = _word(line, at)
            found.append(word)
    return found


def _word(line: str, at: int) -> tuple[Word, int]:
    text, quoted = "", False
    expands: tuple[str, ...] = ()
    while at < len(line) and line[at] not in ENDS_WORD:
        char = line[at]
        if char in SINGLE:
            part, at = _literal(line, at + 1)
            text, quoted = text + part, True
        elif char in DOUBLE:
            part, more, at = _expandable(line, at + 1)
            text, quoted, expands = text + part, True, expands + more
        elif char == "`":
            text, at = text + line[at + 1 : at + 2], at + 2
        elif char == "$":
            expands, text, at = (*expands, line[at : at + 2]), text + "$", at + 1
        else:
            text, at = text + char, at + 1
    return Word(text, quoted, expands), at


def _literal(line: str, at: int) -> tuple[str, int]:
    text = ""
    while at < len(line):
        if line[at] in SINGLE:
            if at + 1 >= len(line) or line[at + 1] not in SINGLE:
                return text, at + 1
            at += 1
        text, at = text + line[at], at + 1
    raise Unclosed(line)


def _expandable(line: str, at: int) -> tuple[str, tuple[str, ...], int]:
    text = ""
    expands: tuple[str, ...] = ()
    while at < len(line):
        char = line[at]
        if char in DOUBLE:
            if at + 1 >= len(line) or line[at + 1] not in DOUBLE:
                return text, expands, at + 1
            at += 1
            char = line[at]
        elif char == "`":
            at += 1
            char = line[at]
        elif char == "$":
            expands = (*expands, line[at : at + 2])
        text, at = text + char, at + 1
    raise Unclosed(line)
