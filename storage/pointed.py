"""Messages that somebody points at, while a form about them is open. What one is made of is not
known here: it is text.
"""

from core.ids import AccountId, PersonId
from storage.database import RawConnection


class Pointed:
    """Every query sees one account only."""

    def __init__(self, raw: RawConnection, account: AccountId) -> None:
        """`raw` is inside a transaction."""
        self._raw = raw
        self._account = account

    async def keep(self, person: PersonId, key: str, message: str) -> None:
        """Keep it for one person; what they had under this key is replaced."""
        await self._raw.execute(_KEEP, self._account, person, key, message)

    async def get(self, person: PersonId, key: str) -> str | None:
        """What a person keeps under a key; None where it was pruned, or never was."""
        found: str | None = await self._raw.fetchval(_GET, self._account, person, key)
        return found


_KEEP = """
INSERT INTO pointed (account_id, person_id, key, message)
SELECT account_id, id, $3, $4 FROM person WHERE account_id = $1 AND id = $2
ON CONFLICT (account_id, person_id, key) DO UPDATE SET message = excluded.message, at = now()
"""
_GET = "SELECT message FROM pointed WHERE account_id = $1 AND person_id = $2 AND key = $3"
