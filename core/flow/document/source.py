"""A document as it arrives: its bytes decoded, its size held, its characters given places."""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from core.errors import DocumentError
from core.flow.problem import Place, Problem
from core.text import cleaned, shortened

SIZE_LIMIT = 2_097_152  # bytes of UTF-8: 2 MB
_NAME_LIMIT = 80
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Source:
    """A document's name and text, with \\n for line ends and no byte order mark."""

    name: str
    text: str

    def place(self, offset: int) -> Place:
        """Line and column, from 1, of the character at `offset`."""
        line = bisect_right(self._starts, offset)
        return Place(self.name, line, offset - self._starts[line - 1] + 1)

    def refuse(self, code: str, offset: int, message: str) -> DocumentError:
        """The error of a document that cannot be read on because of what stands at `offset`."""
        return DocumentError((Problem(code, message, place=self.place(offset)),))

    @cached_property
    def _starts(self) -> list[int]:
        starts, at = [0], self.text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        return starts


def opened(source: str | bytes, name: str) -> Source:
    """The document as text. Raises DocumentError: too large, not UTF-8, NUL, or empty."""
    name = shortened(cleaned(name), _NAME_LIMIT) or "flow.yaml"
    size = len(source) if isinstance(source, bytes) else _size(source)
    if size > SIZE_LIMIT:
        raise Source(name, "").refuse("too-large", 0, _too_large(size))
    text = _decoded(source, name) if isinstance(source, bytes) else source
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    opened = Source(name, text)
    nul = text.find("\0")
    if nul >= 0:
        raise opened.refuse("nul", nul, "Holds a NUL character. Is it a text file? Save it anew.")
    if not text.strip():
        raise opened.refuse("empty", 0, "The document is empty. Begin with flow:, title:, nodes:.")
    return opened


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def _too_large(size: int) -> str:
    return (
        f"The document is {size:,} bytes; {SIZE_LIMIT:,} (2 MB) is the most. "
        "Split it into several flows."
    )


def _decoded(source: bytes, name: str) -> str:
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = source[: error.start].decode("utf-8", "replace").replace("\r\n", "\n")
        utf16 = source.startswith(_UTF16)
        what = "is UTF-16" if utf16 else f"is not UTF-8 (byte 0x{source[error.start]:02x} here)"
        message = f"The file {what}. Save it with the encoding UTF-8."
        raise Source(name, before).refuse("not-utf-8", len(before), message) from None
