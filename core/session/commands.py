"""Commands with values in them: a ticket's text must never become shell.

A value stands bare only where its type and its characters allow nothing else but a value; as a
quoted literal where the language's quoting is known (core/session/quoting.py); everywhere else a
readable <placeholder> is shown. What is not understood is never guessed.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from core.flow import template
from core.flow.command import Command
from core.flow.variable import TYPES
from core.frozen import frozen
from core.session.quoting import SLOT, Quoting, quoting
from core.session.variables import Values, Variables, label_of

_PLAIN = re.compile(r"(?:-?[A-Za-z0-9_]|::)[A-Za-z0-9._:-]*")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
# No character means anything to a shell, or to a query within one; no word looks like an option.
_WORDS = re.compile(r"\w[\w.,:=@+/-]*+(?: \w[\w.,:=@+/-]*+)*+")
_WORDS_OF_PEOPLE = re.compile(
    r"\w(?:[\w.,:=@+/-]|['\\](?=\w))*+(?: \w(?:[\w.,:=@+/-]|['\\](?=\w))*+)*+"
)
_NESTED = re.compile(r"['\"`\u2018-\u201f]|\$[({]")
_NOT_IN_LABEL = re.compile(r"[^\w .()/-]+")
_DASHES = ("-", "\N{EN DASH}", "\N{EM DASH}", "\N{HORIZONTAL BAR}")  # PowerShell takes each
_WORD_STARTS = re.compile(r"(?:^|[\s,(;|{])$")
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


@frozen
class FilledCommand:
    """A command to copy; `missing` are the labels that it still shows a <placeholder> for."""

    code: str
    missing: tuple[str, ...] = ()


@frozen
class _Given:
    text: str
    plain: bool


_Safe = Callable[[_Given], str | None]


def fill(command: Command, variables: Variables, values: Values) -> FilledCommand:
    """`command` with these values, each one safe where it stands."""
    names: list[str] = []

    def slot(name: str) -> str:
        names.append(name)
        return SLOT

    text = template.fill(command.code.replace(SLOT, ""), slot)
    how = quoting(command.language, text)
    slots = _Slots(iter(names), variables, values)
    code = "".join(_piece(piece, slots, how) for piece in how.pieces.finditer(text))
    return FilledCommand(code, tuple(slots.missing))


@dataclass
class _Slots:
    """The placeholders of one command, taken in order."""

    names: Iterable[str]
    variables: Variables
    values: Values
    missing: dict[str, None] = field(default_factory=dict)

    def put(self, safe: _Safe, around: str = "") -> str:
        """The next value as `safe` writes it; else its placeholder, with `around` on both sides."""
        name = next(iter(self.names))
        given = self._given(name)
        shown = safe(given) if given else None
        if shown is not None:
            return shown
        label = label_of(name, self.variables)
        self.missing[label] = None
        return f"{around}<{_NOT_IN_LABEL.sub(' ', label).strip() or name}>{around}"

    def _given(self, name: str) -> _Given | None:
        text = self.values.get(name)
        if not text or any(unicodedata.category(c) in _UNPRINTABLE for c in text):
            return None
        return _Given(text, self._is_plain(name, text))

    def _is_plain(self, name: str, text: str) -> bool:
        """Judged by what it is: the value may have been taken when the flow had another type."""
        variable = self.variables.get(name)
        if variable is None or not TYPES[variable.type].plain:
            return False
        return bool(_PLAIN.fullmatch(text)) and TYPES[variable.type].parse(text, variable) == text


def _piece(piece: re.Match[str], slots: _Slots, how: Quoting) -> str:
    found, kind = piece[0], piece.lastgroup
    if SLOT not in found:
        return found
    if found == SLOT:
        return slots.put(lambda given: _bare(given, piece, how))
    if kind not in {"single", "double"}:
        return _each(found, lambda: slots.put(_only_plain))
    body = found[1:-1]
    if body == SLOT and how.literal:
        return slots.put(lambda given: _whole(given, piece, how), found[0])
    return _each(found, lambda: slots.put(lambda given: _within(given, body, kind, how)))


def _each(found: str, shown: Callable[[], str]) -> str:
    return re.sub(SLOT, lambda _: shown(), found)


def _only_plain(given: _Given) -> str | None:
    return given.text if given.plain else None


def _bare(given: _Given, piece: re.Match[str], how: Quoting) -> str | None:
    """Outside of quotes: as it is where it is plain, else as a literal."""
    before = piece.string[: piece.start()]
    starts = how.starts.search(before) is not None
    if given.plain and not starts:
        return given.text
    if how.literal is None:
        return given.text if _NAME.fullmatch(given.text) and not starts else None
    return _literal(given, piece, how)


def _whole(given: _Given, piece: re.Match[str], how: Quoting) -> str | None:
    """All that stands between quotes: the quotes are replaced along with it."""
    if given.plain and not how.runs.search(piece.string[: piece.start()]):
        return piece[0].replace(SLOT, given.text)
    return _literal(given, piece, how)


def _literal(given: _Given, piece: re.Match[str], how: Quoting) -> str | None:
    before = piece.string[: piece.start()]
    touching = {before[-1:], piece.string[piece.end() : piece.end() + 1]} - {""}
    if how.literal is None or how.runs.search(before) or touching & {SLOT, *how.quotes}:
        return None
    an_option = given.text.startswith(_DASHES) and _WORD_STARTS.search(before)
    return None if an_option and not before.endswith("-- ") else how.literal(given.text, before)


def _within(given: _Given, body: str, kind: str, how: Quoting) -> str | None:
    """Part of a longer string, which may itself be read by somebody: nothing but words."""
    if given.plain or _WORDS.fullmatch(given.text):
        return given.text
    if kind in how.apostrophe and _WORDS_OF_PEOPLE.fullmatch(given.text):
        return None if _NESTED.search(body) else given.text.replace("'", how.apostrophe[kind])
    return None
