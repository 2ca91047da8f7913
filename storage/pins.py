"""The flows that people keep at hand. Reading them is Overview's, with everything else at Home."""

from collections.abc import Collection

from core.ids import AccountId, FlowId, PersonId
from storage.database import RawConnection


class Pins:
    """Every query sees one account only; a person has the pins of who was merged into them too."""

    def __init__(self, raw: RawConnection, account: AccountId) -> None:
        """`raw` is inside a transaction."""
        self._raw = raw
        self._account = account

    async def add(self, person: PersonId, flows: Collection[FlowId]) -> frozenset[FlowId]:
        """Pin these; which of them were not pinned yet. The caller has asked `access`."""
        rows = await self._raw.fetch(_ADD, self._account, person, list(flows))
        return frozenset(FlowId(row["flow_id"]) for row in rows)

    async def remove(self, person: PersonId, flows: Collection[FlowId]) -> frozenset[FlowId]:
        """Unpin these; which of them were pinned."""
        rows = await self._raw.fetch(_REMOVE, self._account, person, list(flows))
        return frozenset(FlowId(row["flow_id"]) for row in rows)


_ME = "SELECT id FROM person WHERE account_id = $1 AND (id = $2 OR merged_into = $2)"
# In one order, so that two who do this at once do not wait for each other.
_ADD = f"""
INSERT INTO pin (account_id, person_id, flow_id)
SELECT $1, p.id, f.id FROM person p JOIN flow f ON f.account_id = p.account_id
WHERE p.account_id = $1 AND p.id = $2 AND f.id = ANY($3)
  AND NOT EXISTS (SELECT FROM pin WHERE account_id = $1 AND flow_id = f.id
                                    AND person_id IN ({_ME}))
ORDER BY f.id
ON CONFLICT DO NOTHING RETURNING flow_id
"""  # noqa: S608 - constants
_REMOVE = f"""
DELETE FROM pin WHERE account_id = $1 AND flow_id = ANY($3) AND person_id IN ({_ME})
RETURNING flow_id
"""  # noqa: S608 - constants
