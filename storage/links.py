"""One-time codes that join things: an identity to a person, a workspace to an account.

Only a digest is stored; a code is spent by one statement, so two who enter it have one winner.
"""

import hashlib
import re
import secrets
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import func, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.access import Role
from core.frozen import frozen
from core.ids import AccountId, PersonId
from storage.tables import link_code

LIFETIME = timedelta(minutes=10)
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
_ALIKE = str.maketrans("OIL", "011")
_BETWEEN = re.compile(r"[^0-9A-Z]")  # a phone may have made the dash a longer one, or quoted it
_LENGTH = 8  # 40 bits; at a thousand guesses a second, 1 in 1.8 million within LIFETIME


class Purpose(StrEnum):
    """What a code joins."""

    IDENTITY = "identity"
    WORKSPACE = "workspace"
    RECOVERY = "recovery"


@frozen
class Link:
    """What a spent code allows: to join `account`, as `person` or with `role`."""

    account: AccountId
    purpose: Purpose
    person: PersonId | None
    role: Role | None


async def issue(connection: AsyncConnection, link: Link) -> str:
    """A new code for `link`, to be shown once: four characters, a dash, four characters."""
    code = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    await connection.execute(
        insert(link_code).values(
            account_id=link.account,
            digest=_digest(code),
            purpose=link.purpose,
            person_id=link.person,
            role=link.role,
            expires_at=func.now() + LIFETIME,
        )
    )
    return f"{code[:4]}-{code[4:]}"


async def spend(connection: AsyncConnection, code: str) -> Link | None:
    """What `code` allows, once; None when it is wrong, too old, or spent already."""
    c = link_code.c
    fresh = (c.digest == _digest(code)) & c.spent_at.is_(None) & (c.expires_at > func.now())
    statement = update(link_code).where(fresh).values(spent_at=func.now())
    returned = statement.returning(c.account_id, c.purpose, c.person_id, c.role)
    row = (await connection.execute(returned)).first()
    if row is None:
        return None
    return Link(
        AccountId(row.account_id),
        Purpose(row.purpose),
        row.person_id and PersonId(row.person_id),
        row.role and Role(row.role),
    )


def _digest(code: str) -> bytes:
    """Of the code as Crockford reads it: in any case, O as 0, I and L as 1, dashes for nothing."""
    read = _BETWEEN.sub("", code[:100].upper()).translate(_ALIKE)
    return hashlib.sha256(read.encode()).digest()
