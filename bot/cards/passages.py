"""Long CommonMark in pieces that are CommonMark again: between blocks, else between words, with
emphasis, links and fenced code closed at the end of one piece and opened again in the next.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from markdown_it.token import Token

from bot.cards.markdown import PARSER, held, inline, literal
from bot.cards.splitting import Size, fitting, split_exactly, whole
from core.frozen import frozen

LONG_ADDRESS = 500  # characters; a longer one is written out as text, to be broken anywhere

Mark = tuple[str, str]  # what opens, what closes


@frozen
class Atom:
    """Some text that is broken only if need be: after the blank `gap`, within `marks`."""

    text: str
    marks: tuple[Mark, ...] = ()
    gap: str = ""


@frozen
class Passage:
    """A paragraph, heading or item: what stands before its first line, and before the others."""

    atoms: tuple[Atom, ...]
    first: str = ""
    others: str = ""
    above: str = "\n\n"


@frozen
class Fence:
    """A block of code."""

    code: str
    language: str
    above: str = "\n\n"


def split_markdown(text: str, limit: int, size: Size, *, first: int | None = None) -> list[str]:
    """`text` in pieces of at most `limit`, the first one of at most `first`; it comes back as it is
    where it fits.
    """
    first = first or limit
    if size(text) <= first:
        return [text]
    pieces = [""]
    for part in _parts(PARSER.parse(text)):
        room = first if len(pieces) == 1 else limit
        begun, *others = _split(part, room, limit, size) or [""]
        joined = pieces[-1] + part.above + begun if pieces[-1] and begun else pieces[-1] + begun
        if size(joined) <= room:
            pieces[-1] = joined
        else:
            pieces.append(begun.lstrip(" ") if isinstance(part, Passage) else begun)
        pieces += others
    return [piece for piece in pieces if piece] or [""]


def _split(part: Passage | Fence, room: int, limit: int, size: Size) -> list[str]:
    """A block in pieces: one that fits into `room`, and others of at most `limit`."""
    if isinstance(part, Passage):
        return list(_written(part, room, limit, size))
    ticks = "`" * (max((len(run) for run in re.findall("`{3,}", part.code)), default=2) + 1)
    opening, closing = f"{ticks}{part.language}\n", f"\n{ticks}"
    if 2 * size(opening + closing) > room:
        opening = f"{ticks}\n"
    most = max(1, room - size(opening) - size(closing))
    return [f"{opening}{code}{closing}" for code in split_exactly(part.code, most, size)]


class _Writer:
    """Writes atoms into one piece, and knows how long it would be with everything closed."""

    def __init__(self, size: Size, first: str = "", others: str = "") -> None:
        self._size, self._first, self._others = size, first, others
        self._out, self._used = first, size(first)
        self._open: tuple[Mark, ...] = ()

    def length(self, *atoms: Atom) -> int:
        """How long the piece would be with these as well."""
        used, opened = self._used, self._open
        for atom in atoms:
            used += self._size(self._added(opened, atom))
            opened = atom.marks
        return used + sum(self._size(closing) for _, closing in opened)

    def add(self, atom: Atom) -> None:
        """Append it."""
        added = self._added(self._open, atom)
        self._out, self._used = self._out + added, self._used + self._size(added)
        self._open = atom.marks

    def done(self) -> str:
        """The piece, everything closed."""
        return self._out + _closed(self._open)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was added."""
        return self._out == self._first

    def _added(self, opened: tuple[Mark, ...], atom: Atom) -> str:
        kept = 0
        while kept < min(len(opened), len(atom.marks)) and opened[kept] == atom.marks[kept]:
            kept += 1
        gap = "" if self.is_empty else atom.gap.replace("\n", f"\n{self._others}")
        opening = "".join(mark[0] for mark in atom.marks[kept:])
        return f"{_closed(opened[kept:])}{gap}{opening}{atom.text}"


def _closed(marks: Sequence[Mark]) -> str:
    return "".join(closing for _, closing in reversed(marks))


def _written(passage: Passage, room: int, limit: int, size: Size) -> Iterator[str]:
    writer = _Writer(size, passage.first, passage.others)
    for word in _words(passage.atoms):
        if writer.length(*word) > room and not writer.is_empty:
            yield writer.done()
            writer, room = _Writer(size), limit
        for rest in word:
            while writer.length(rest) > room:
                head, rest = _broken(writer, rest, room, size)
                if head is not None:
                    writer.add(head)
                if not writer.is_empty:
                    yield writer.done()
                    room = limit
                writer = _Writer(size)
            writer.add(rest)
    if not writer.is_empty:
        yield writer.done()


def _broken(writer: _Writer, atom: Atom, limit: int, size: Size) -> tuple[Atom | None, Atom]:
    """As much of a too long atom as there is room for, and the rest."""
    room = limit - writer.length(replace(atom, text=""))
    if room <= 0:
        # Not even its marks fit. Alone in a piece they never will: better without them.
        alone = _Writer(size).length(replace(atom, text="", gap="")) >= limit
        return None, Atom(atom.text, () if alone else atom.marks)
    end = whole(atom.text, fitting(atom.text, room, size))
    slashes = len(atom.text[:end]) - len(atom.text[:end].rstrip("\\"))
    if slashes % 2 and end > 1:
        end -= 1  # never within an escape
    return replace(atom, text=atom.text[:end]), Atom(held(atom.text[end:]), atom.marks)


def _words(atoms: Sequence[Atom]) -> Iterator[list[Atom]]:
    """Atoms that stand together without a blank."""
    word: list[Atom] = []
    for atom in atoms:
        if atom.gap and word:
            yield word
            word = []
        word.append(atom)
    if word:
        yield word


def _parts(tokens: Sequence[Token]) -> Iterator[Passage | Fence]:
    """The blocks of a text in order; what they stand in becomes what stands before their lines."""
    around: list[str] = []
    first, heading, above = "", "", "\n\n"
    for token in tokens:
        match token.type:
            case "list_item_open":
                marker = f"{token.info}{token.markup} "
                first = (first or "".join(around)) + marker
                around.append(" " * len(marker))
            case "blockquote_open":
                first = first and f"{first}> "
                around.append("> ")
            case "list_item_close" | "blockquote_close":
                around.pop()
                first = ""
            case "bullet_list_open" | "ordered_list_open" | "bullet_list_close":
                above = "\n\n"
            case "heading_open":
                heading = "#" * int(token.tag[1:]) + " "
            case "paragraph_close" if token.hidden:
                above = "\n"
            case "inline":
                others = "".join(around)
                atoms = tuple(_atoms(token.children or [], " " if heading else "\n"))
                yield Passage(atoms, (first or others) + heading, others, above)
                first, heading, above = "", "", "\n\n"
            case "fence" | "code_block":
                yield Fence(token.content.rstrip("\n"), token.info.strip(), above)
                first, above = "", "\n\n"
            case _:
                pass


def _atoms(tokens: Sequence[Token], line_break: str) -> Iterator[Atom]:
    """The words of a paragraph, each with the marks it stands in."""
    marks: list[Mark] = []
    gap = ""
    for token in tokens:
        if token.type == "text":
            for blank, word in re.findall(r"([ \t]*)([^ \t]*)", token.content):
                gap = gap or (" " if blank else "")
                if word:
                    yield Atom(literal(word), tuple(marks), gap)
                    gap = ""
        elif token.type == "code_inline":
            yield Atom(token.content, (*marks, _ticks(token.content)), gap)
            gap = ""
        elif token.type in ("softbreak", "hardbreak"):
            gap = "  \n" if token.type == "hardbreak" and line_break == "\n" else line_break
        elif token.type in ("strong_open", "em_open"):
            marks.append((token.markup, token.markup))
        elif token.type == "link_open":
            marks.append(_link(str(token.attrGet("href") or "")))
        elif token.type in ("strong_close", "em_close", "link_close"):
            marks.pop()
        elif token.type == "image":
            yield Atom(literal(inline([token])), tuple(marks), gap)
            gap = ""


def _ticks(code: str) -> Mark:
    if "`" not in code:
        return "`", "`"
    ticks = "`" * (max(len(run) for run in re.findall("`+", code)) + 1)
    return f"{ticks} ", f" {ticks}"


def _link(address: str) -> Mark:
    if len(address) > LONG_ADDRESS:
        return "", f" ({literal(address)})"
    return "[", f"](<{address}>)"
