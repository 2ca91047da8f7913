"""New identities: UUIDs of version 7, which sort by time and so keep indexes compact (RFC 9562)."""

import os
import time
from uuid import UUID


def new_id() -> UUID:
    """A UUID of version 7: milliseconds since 1970, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10))
    value = (milliseconds & (1 << 48) - 1) << 80 | 7 << 76 | (random >> 62 & 0xFFF) << 64
    return UUID(int=value | 0b10 << 62 | random & (1 << 62) - 1)


def as_id(text: str) -> UUID | None:
    """An identity from text that somebody sent; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None
