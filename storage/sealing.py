"""Secrets at rest: texts sealed with the newest of several keys, unsealed with whichever fits.

The keys are Fernet's (AES-128-CBC, HMAC-SHA256): https://github.com/fernet/spec. What is sealed,
and where the keys come from, is for others.
"""

import os
import re
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from storage.errors import NoKey

if TYPE_CHECKING:  # it takes 45 ms to load, and most commands keep no secret
    from cryptography.fernet import MultiFernet

_BYTES = 32
_KEY = re.compile(r"[\w-]{43}=", re.ASCII)  # so many bytes in URL-safe base64
# JSON can carry half of a surrogate pair, which UTF-8 cannot.
_EVERYTHING = "surrogatepass"


class Seal:
    """Seals and unseals texts."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Use `of`."""
        self._keys = keys
        self._made: MultiFernet | None = None

    @classmethod
    def of(cls, keys: Sequence[str]) -> Self:
        """With these keys, the newest first; there is one at least. Raises NoKey."""
        if not keys:
            raise NoKey(NONE)
        if not all(_KEY.fullmatch(key) for key in keys):
            raise NoKey(_WRONG)
        return cls(tuple(keys))

    def seal(self, text: str) -> bytes:
        """`text`, so that only who has the newest key can read it."""
        return self._fernet().encrypt(text.encode("utf-8", _EVERYTHING))

    def unseal(self, sealed: bytes) -> str:
        """The text. Raises NoKey when none of the keys fits, or when it was tampered with."""
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet().decrypt(sealed).decode("utf-8", _EVERYTHING)
        except InvalidToken as error:
            raise NoKey(_NONE_FITS) from error

    def _fernet(self) -> "MultiFernet":
        if self._made is None:
            from cryptography.fernet import Fernet, MultiFernet

            self._made = MultiFernet([Fernet(key) for key in self._keys])
        return self._made


def fresh_key() -> str:
    """A new key, of 44 characters."""
    return urlsafe_b64encode(os.urandom(_BYTES)).decode()


NONE = (
    "There is no key to keep secrets with. Set RESOLUTIONFLOW_KEYS, or start `resolutionflow up`"
    " once, which makes the file `keys` in the data directory (RESOLUTIONFLOW_DATA)."
)
_NONE_FITS = (
    "A secret in the database was kept with a key that is not among RESOLUTIONFLOW_KEYS (or in the"
    " file `keys` of the data directory). Add that key behind the newest one. If it is lost, run"
    " `resolutionflow admin keys rotate --forget`, and install the chat apps again."
)
_WRONG = (
    "RESOLUTIONFLOW_KEYS (or the file `keys` in the data directory) holds something that is no key."
)
