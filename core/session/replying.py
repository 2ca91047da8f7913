"""What a reply in a session's thread means: an answer, a pasted output, chatter, else a note.

Who replied, and where, is not known here.
"""

import re
import unicodedata
from collections.abc import Sequence

from core.session.deeds import NoteAdded, NoteKind
from core.text import cleaned
from core.views import Choice

ASIDE = "//"  # in front of what is only chatter
ANSWER_LIMIT = 200  # characters; labels are far shorter

_NUMBER = re.compile(r"#?([1-9][0-9]{0,2})\.?", re.ASCII)
_FENCE = "```"
_FEWEST = 3  # lines, before the look of them is judged
_LOOK = 300  # characters of a line that are looked at


def stays_out(text: str) -> bool:
    """Whether a message is only for those who read the thread."""
    return cleaned(text).startswith(ASIDE)


def could_answer(text: str) -> bool:
    """Whether a message is short enough to be one; saves asking what the step offers."""
    said = cleaned(text)
    return 0 < len(said) <= ANSWER_LIMIT and "\n" not in said


def meant_by(choices: Sequence[Choice], text: str, *, numbered: bool) -> tuple[Choice, ...]:
    """The choices that `text` names: by number as on their buttons (`numbered`), or exact label.

    More than one where it could mean either; none where it is no answer but a note.
    """
    if not could_answer(text):
        return ()
    said = cleaned(text)
    number = _NUMBER.fullmatch(said) if numbered else None
    at = int(number[1]) - 1 if number else None
    label = _label(said)
    return tuple(
        choice
        for index, choice in enumerate(choices)
        if index == at or (label and _label(choice.label) == label)
    )


def noted(text: str) -> NoteAdded:
    """The note that a message is: in somebody's words, or what a command put out."""
    text = cleaned(text)
    inside = text[len(_FENCE) : -len(_FENCE)]
    if text.startswith(_FENCE) and text.endswith(_FENCE) and _FENCE not in inside:
        return NoteAdded(_unfenced(inside) or text, NoteKind.OUTPUT)
    lines = text.split("\n")
    is_output = _is_fenced(lines) or _is_programs(lines)
    return NoteAdded(text, NoteKind.OUTPUT if is_output else NoteKind.NOTE)


def _label(text: str) -> str:
    """A label as people type it: in any case, with a phone's apostrophe, without its full stop."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return " ".join(plain.split()).rstrip(" .")


def _unfenced(inside: str) -> str:
    """What a fence holds; the word behind its opening is its language only where it closes on a
    line of its own, else it may be the output's first.
    """
    first, newline, rest = inside.partition("\n")
    opened = not first.strip() or (inside.endswith("\n") and " " not in first.strip())
    return (rest if newline and opened else inside).strip("\n")


def _is_fenced(lines: Sequence[str]) -> bool:
    """Whether more than half of it stands within fences."""
    within, begun, fenced = False, 0, 0
    for line in lines:
        if line.strip().startswith(_FENCE):
            within = not within
            fenced += 0 if within else begun
            begun = 0
        elif within:
            begun += len(line)
    return 2 * fenced > sum(map(len, lines))


def _is_programs(lines: Sequence[str]) -> bool:
    """Whether most lines look as a program writes them. When in doubt they do not: an output among
    notes is read all the same, somebody's words among outputs may not be.
    """
    told = [line[:_LOOK] for line in lines if line.strip()]
    alike = sum(bool(_PROGRAM.search(line)) for line in told)
    return len(told) >= _FEWEST and 2 * alike > len(told)


_PROGRAM = re.compile(
    r"""
      ^\s*(?:PS\ )?[A-Za-z]:\\[^>]*>            # a prompt of Windows
    | ^\[?[\w.-]+@[\w.-]+[^$\#]*[$\#](?:\s|$)   # a prompt of a shell
    | (?:\ \.){2,} | \w[ .]{2,}:\s             # IPv4 Address. . . . . :
    | \S(?:\ {3,}|\t+)\S                        # columns
    | ^\w[\w .()/-]*:\ {2,}\S                   # Server:  dc01
    | \w[=<]\w.*\w[=<]\w                        # bytes=32 time=10ms
    | ^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d          # a log's time
    | ^\[?\d\d:\d\d:\d\d
    | ^[A-Z][a-z]{2}\ [ \d]\d\ \d\d:\d\d:\d\d   # syslog's
    | ^\s*(?:[-=+|*_]\s*){4,}$                  # a rule
    | ^\s+at\ [\w.$<>]+\(                       # a stack trace
    | ^\s*(?:ERROR|WARN(?:ING)?|INFO|DEBUG|FATAL)\b
    | ^\s*[{}\[\]]\s*,?\s*$                     # JSON
    """,
    re.VERBOSE,
)
