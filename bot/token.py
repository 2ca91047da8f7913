"""What a button carries: which session, which showing of a step, which verb. At most 100 bytes.

Not signed: knowing one allows nothing, `access` and the session's account protect what it names.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from uuid import UUID

from core.ids import SessionId

LIMIT = 100  # bytes; Discord's custom_id holds 100 characters, the least of all platforms
_PACKED = re.compile(
    r"([A-Za-z0-9_-]{22})\.([0-9a-z]{1,7})\.([a-z-]{1,24})(?:\.([a-z0-9-]{1,48}))?"
)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class TokenTooLarge(ValueError):
    """A token would not fit into LIMIT bytes: a verb or an argument is too long to be one."""


class TokenUnreadable(ValueError):
    """What came back is no token of ours; the message is safe to show."""


@dataclass(frozen=True, slots=True)
class Token:
    """A button's meaning. `argument` is an option's id or another verb's object."""

    session: SessionId
    visit: int
    verb: str
    argument: str = ""

    def pack(self) -> str:
        """As text. Raises TokenTooLarge."""
        key = urlsafe_b64encode(self.session.bytes).decode().rstrip("=")
        packed = f"{key}.{_base36(self.visit)}.{self.verb}"
        if self.argument:
            packed += f".{self.argument}"
        if len(packed.encode()) > LIMIT or not _PACKED.fullmatch(packed):
            raise TokenTooLarge(f"“{self.verb}” with “{self.argument}” does not fit into a token.")
        return packed

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


def _base36(number: int) -> str:
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
        if not number:
            return digits
