"""Ids as they are sent: a letter and a number. Whatever else comes in names nothing."""

import re
from hashlib import blake2b

_MESSAGE = re.compile(r"m([1-9][0-9]{0,17})")
_FILE = re.compile(r"f([1-9][0-9]{0,17})")


def message_id(number: int) -> str:
    """As `m12`."""
    return f"m{number}"


def message_number(text: str) -> int | None:
    """The number in a message's id; None for anything else."""
    found = _MESSAGE.fullmatch(text)
    return int(found[1]) if found else None


def file_id(number: int) -> str:
    """As `f3`."""
    return f"f{number}"


def file_number(text: str) -> int | None:
    """The number in a file's id; None for anything else."""
    found = _FILE.fullmatch(text)
    return int(found[1]) if found else None


def digest(action: str) -> int:
    """A button's action as 64 bits: what is kept of buttons that a message once had."""
    return int.from_bytes(blake2b(action.encode(), digest_size=8).digest(), signed=True)
