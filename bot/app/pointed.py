"""A message that somebody pointed at, kept for them while a form about it is open.

It is found by a short key, which fits into a token; knowing one is of use to nobody else.
"""

from base64 import b32encode
from datetime import timedelta
from hashlib import sha256

from pydantic import TypeAdapter

from bot.app.desk import Desk
from bot.app.membership import Member
from bot.port import Pointed
from storage.memory import Memory

LASTS = timedelta(days=1)
_KIND = "pointed"
_LENGTH = 15  # characters; beside a flow's id they fill a token's argument
_Pointed = TypeAdapter(Pointed)


async def keep(desk: Desk, member: Member, pointed: Pointed) -> str:
    """Keep it, and under which key; delivered again it is the same one. Raises StorageError."""
    told = (str(member.identity.workspace), member.identity.external_id, pointed.delivery)
    key = b32encode(sha256("\0".join(told).encode()).digest())[:_LENGTH].decode().lower()
    await keep_again(desk, member, key, pointed)
    return key


async def keep_again(desk: Desk, member: Member, key: str, pointed: Pointed) -> None:
    """Keep it as it reads now. Raises StorageError."""
    value = _Pointed.dump_json(pointed).decode()
    await _memory(desk).keep(_KIND, _place(member, key), value, lasts=LASTS)


async def kept(desk: Desk, member: Member, key: str) -> Pointed | None:
    """What somebody pointed at; None where it is too long ago. Raises StorageError."""
    found = await _memory(desk).recall(_KIND, _place(member, key))
    return None if found is None else _Pointed.validate_json(found)


def _memory(desk: Desk) -> Memory:
    return desk.storage.memories.of("product")


def _place(member: Member, key: str) -> str:
    """Where it is kept for this person alone."""
    told = (str(member.identity.workspace), member.identity.external_id, key)
    return sha256("\0".join(told).encode()).hexdigest()
