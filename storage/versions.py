"""Published versions of flows as values, kept in memory: a version never changes."""

from collections import OrderedDict
from collections.abc import Iterable

from core.flow.model import Flow
from core.ids import AccountId, VersionId
from storage.database import RawConnection

_READ = "SELECT id, document FROM flow_version WHERE account_id = $1 AND id = ANY($2)"


class Versions:
    """The versions used last, by account; at most `room` of them."""

    def __init__(self, room: int = 500) -> None:
        """`room` counts versions; a large flow takes about a megabyte."""
        self._room = room
        self._kept: OrderedDict[tuple[AccountId, VersionId], Flow] = OrderedDict()

    async def get(
        self, raw: RawConnection, account: AccountId, ids: Iterable[VersionId]
    ) -> dict[VersionId, Flow]:
        """Those of `ids` that the account has."""
        found: dict[VersionId, Flow] = {}
        unknown: list[VersionId] = []
        for id in ids:
            flow = self._kept.get((account, id))
            if flow is None:
                unknown.append(id)
            else:
                self._kept.move_to_end((account, id))
                found[id] = flow
        if unknown:
            for row in await raw.fetch(_READ, account, unknown):
                flow = Flow.model_validate_json(row["document"])
                found[VersionId(row["id"])] = self._keep(account, VersionId(row["id"]), flow)
        return found

    def _keep(self, account: AccountId, id: VersionId, flow: Flow) -> Flow:
        self._kept[account, id] = flow
        if len(self._kept) > self._room:
            self._kept.popitem(last=False)
        return flow
