"""What a button carries: which session, which showing of a step, which verb. At most 100 bytes.

Not signed: knowing one allows nothing, `access` and the session's account protect what it names.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from uuid import UUID

from core.frozen import frozen
from core.ids import SessionId

LIMIT = 100  # bytes; Discord's custom_id holds 100 characters, the least of all platforms
_ABOUT = 22 + 1 + 7 + 1  # bytes of a session and a visit, each with its dot
_SAID = re.compile(r"([a-z-]{1,24})(?:\.([a-z0-9-]{1,48}))?")
_PACKED = re.compile(rf"([A-Za-z0-9_-]{{22}})\.([0-9a-z]{{1,7}})\.{_SAID.pattern}")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class TokenTooLarge(ValueError):
    """A token would not fit into LIMIT bytes: a verb or an argument is too long to be one."""


class TokenUnreadable(ValueError):
    """What came back is no token of ours; the message is safe to show."""


@frozen
class Token:
    """A button's meaning. `argument` is an option's id or another verb's object."""

    session: SessionId
    visit: int
    verb: str
    argument: str = ""

    @property
    def number(self) -> int:
        """The argument as an entry's number; 0, which no entry has, for anything else."""
        text = self.argument
        return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else 0

    def pack(self) -> str:
        """As text. Raises TokenTooLarge."""
        return about(self.session, self.visit) + said(self.verb, self.argument)

    @classmethod
    def unpack(cls, text: str) -> "Token":
        """From text. Raises TokenUnreadable."""
        match = _PACKED.fullmatch(text)
        if not match:
            raise TokenUnreadable(
                "This button is not one of ours, or it was changed. Nothing was done."
            )
        key, visit, verb, argument = match.groups()
        session = SessionId(UUID(bytes=urlsafe_b64decode(key + "==")))
        return cls(session, int(visit, 36), verb, argument or "")


def about(session: SessionId, visit: int) -> str:
    """What the tokens of a card's buttons begin with; `said` ends them. Raises TokenTooLarge."""
    if not 0 <= visit < 36**7:
        raise TokenTooLarge(f"Visit {visit} does not fit into a token.")
    return f"{urlsafe_b64encode(session.bytes).decode().rstrip('=')}.{_base36(visit)}."


@lru_cache(8_192)  # the same verbs come again at every step
def said(verb: str, argument: str) -> str:
    """What it does. Raises TokenTooLarge."""
    text = f"{verb}.{argument}" if argument else str(verb)
    if len(text) > LIMIT - _ABOUT or not _SAID.fullmatch(text):
        raise TokenTooLarge(f"“{verb}” with “{argument}” does not fit into a token.")
    return text


def _base36(number: int) -> str:
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
        if not number:
            return digits
