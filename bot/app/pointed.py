"""A message that somebody pointed at, kept for them while a form about it is open.

It is found by a short key, which fits into a token; knowing one is of use to nobody else.
"""

from base64 import b32encode
from dataclasses import replace
from hashlib import sha256

from pydantic import TypeAdapter

from bot.app.desk import Desk
from bot.app.membership import Member
from bot.port import Pointed
from core.session.notes import file_name
from core.text import cleaned

_LENGTH = 15  # characters; beside a flow's id they fill a token's argument
_Pointed = TypeAdapter(Pointed)


async def keep(desk: Desk, member: Member, pointed: Pointed) -> str:
    """Keep it, and under which key; delivered again it is the same one. Raises StorageError."""
    digest = sha256(pointed.delivery.encode(errors="replace")).digest()
    key = b32encode(digest)[:_LENGTH].decode().lower()
    await keep_again(desk, member, key, pointed)
    return key


async def keep_again(desk: Desk, member: Member, key: str, pointed: Pointed) -> None:
    """Keep it as it reads now. Raises StorageError."""
    if member.actor.id is None:
        return
    files = tuple(replace(each, name=file_name(each.name)) for each in pointed.files)
    kept = replace(pointed, text=cleaned(pointed.text), author=cleaned(pointed.author), files=files)
    async with desk.storage.work(member.actor.account) as work:
        await work.pointed.keep(member.actor.id, key, _Pointed.dump_json(kept).decode())


async def kept(desk: Desk, member: Member, key: str) -> Pointed | None:
    """What somebody pointed at; None where it is too long ago. Raises StorageError."""
    if member.actor.id is None:
        return None
    async with desk.storage.work(member.actor.account) as work:
        found = await work.pointed.get(member.actor.id, key)
    return None if found is None else _Pointed.validate_json(found)
