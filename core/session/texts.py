"""A step's texts with its session's variables in them: as prose, or as one plain line."""

import re
from collections.abc import Callable
from functools import lru_cache

from core.flow.model import Flow
from core.frozen import frozen
from core.session.variables import Values, filled
from core.text import shortened

LINE_LIMIT = 150  # characters of a step that is named in one line

# CommonMark 0.31, 2.4: a backslash makes ASCII punctuation literal, but not within code.
_SPECIAL = re.compile(
    r"[\\`*\[\]<>~|&]|(?<![^\W_])_|_(?![^\W_])|^[#+=-](?=[ #+=-])|(?<=^\d)[.)]", re.MULTILINE
)
_CODE = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)|^(?:```|~~~).*?(?:^```|^~~~|\Z)", re.S | re.M)
_PARAGRAPHS = re.compile(r"\n[ \t]*\n")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(
    r"\*\*|__|`+|(?<!\w)[*_](?=[^\s*_])|(?<=[^\s*_])[*_](?!\w)|^[ \t]*(?:#{1,6}|[-*+>])[ \t]+", re.M
)


@frozen
class Texts:
    """How a flow's texts read with these values."""

    flow: Flow
    values: Values

    def prose(self, text: str) -> str:
        """CommonMark, in which a value cannot change how the text around it reads."""
        if "{{" not in text:
            return text
        parts: list[str] = []
        at = 0
        for code in _CODE.finditer(text):
            parts += self._with(text[at : code.start()], _escaped), self._with(code[0], _in_code)
            at = code.end()
        return "".join((*parts, self._with(text[at:], _escaped)))

    def line(self, text: str) -> str:
        """Without its Markdown, on one line, shortened at a word."""
        return (
            _shortened(text) if "{{" not in text else shortened(self.plain(_bare(text)), LINE_LIMIT)
        )

    def title(self, text: str) -> str:
        """What a step is called: its first paragraph, as a line."""
        return self.line(_first_paragraph(text))

    def plain(self, text: str) -> str:
        """The text as it is, with the values as they are."""
        return self._with(text, str)

    def _with(self, text: str, written: Callable[[str], str]) -> str:
        return filled(text, self.flow.variables, self.values, written=written)


# The same steps are named at every click.
@lru_cache(8_192)
def _first_paragraph(text: str) -> str:
    return _PARAGRAPHS.split(text.strip(), 1)[0]


@lru_cache(8_192)
def _shortened(text: str) -> str:
    return shortened(_bare(text), LINE_LIMIT)


def _bare(text: str) -> str:
    return _MARKS.sub("", _LINK.sub(r"\1", text))


def _escaped(value: str) -> str:
    return _SPECIAL.sub(lambda found: "\\" + found[0], value)


def _in_code(value: str) -> str:
    return " ".join(value.replace("`", "'").split())
