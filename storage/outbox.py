"""Messages that want a new rendering: claimed by one worker at a time, for any account.

A row says what should be on screen (`wanted`) and what is (`shown`), as session revisions. What
is sent is rendered when it is sent, so that intermediate states are skipped and none is lost.
"""

from collections.abc import Sequence
from dataclasses import astuple
from datetime import timedelta
from uuid import UUID

from core.frozen import frozen
from core.ids import AccountId, PlaceId, SessionId, WorkspaceId
from core.session.scene import Showing
from storage.database import Database
from storage.ids import new_id
from storage.places import WITHDRAWN, Spot
from storage.rows import Row

LEASE = timedelta(seconds=30)  # how long one worker may take to send one message


@frozen
class Claimed:
    """A message to send, held by whoever claimed it until its lease ends.

    `reference` is None before the first post; `maybe_posted` says that somebody tried before and
    may have been stopped half-way, so the place must be searched for the message's mark first.
    `workspace` is the platform's own name of where the place is; `rooted`: its thread was opened
    below its header. `visit` is what a folded step showed. `withdrawn`: it has to go away.
    """

    id: UUID
    claim: UUID
    account: AccountId
    session: SessionId
    place: PlaceId
    spot: Spot
    platform: str
    showing: Showing
    reference: str | None
    maybe_posted: bool
    failures: int
    moved_to: PlaceId | None
    workspace: str
    rooted: bool = False
    visit: int | None = None
    withdrawn: bool = False

    @property
    def in_channel(self) -> bool:
        """Whether it stands in the channel, above its thread, and not in the thread."""
        return self.showing is Showing.HEADER and (self.rooted or self.spot.thread is None)


@frozen
class Shown:
    """That a message shows `revision` now, by an answer that held it with `claim`."""

    account: AccountId
    message: UUID
    claim: UUID
    revision: int


class Outbox:
    """The messages of all accounts that are behind their sessions."""

    def __init__(self, database: Database, lease: timedelta = LEASE) -> None:
        """`database` is shared; a claim that is older than `lease` counts for nothing."""
        self._database = database
        self.lease = lease

    async def claim(self, platforms: list[str], limit: int = 20) -> list[Claimed]:
        """Messages to send on `platforms`, headers before the steps below them."""
        async with self._database.raw() as raw:
            rows = await raw.fetch(_CLAIM, platforms, limit, new_id(), self.lease, WITHDRAWN)
        return [_claimed(row) for row in rows]

    async def shown(self, claimed: Claimed, *, revision: int, reference: str) -> None:
        """`revision` is on screen now, under `reference`.

        When the claim was lost meanwhile, an older view may just have covered a newer one: the
        message is marked as showing the older and whoever holds it now loses it too, so that it
        is sent again.
        """
        args = (claimed.account, claimed.id, claimed.claim, revision, reference)
        async with self._database.raw() as raw:
            await raw.execute(_SHOWN, *args)

    async def answered(self, settled: Sequence[Shown]) -> None:
        """Answers have brought their messages up to date; many at once, in one statement."""
        columns = zip(*(astuple(each) for each in settled), strict=True)
        async with self._database.raw() as raw:
            await raw.execute(_ANSWERED, *(list(column) for column in columns))

    async def failed(self, claimed: Claimed, *, wait: timedelta, why: str) -> None:
        """Not sent; try again after `wait`."""
        args = (claimed.account, claimed.id, claimed.claim, wait, why[:500])
        async with self._database.raw() as raw:
            await raw.execute(_FAILED, *args)

    async def let_in(self, platform: str, workspace: str, channel: str = "") -> None:
        """We may write there again, in all channels or in that one, by the platform's own names:
        what was refused there need not wait any longer.
        """
        async with self._database.raw() as raw:
            await raw.execute(_LET_IN, platform, workspace, channel)

    async def gone(self, claimed: Claimed) -> None:
        """The message or its place no longer exists: nothing is wanted there any more.

        Until a place is opened there again, which makes it anew.
        """
        async with self._database.raw() as raw:
            await raw.execute(_GONE, claimed.account, claimed.id, claimed.claim)

    async def release(self) -> None:
        """Nobody else works on this database: whoever held a message has died, and need not be
        waited for. If somebody does, their message is only sent once more.
        """
        async with self._database.raw() as raw:
            await raw.execute("UPDATE message SET claimed_until = now() WHERE claim IS NOT NULL")

    async def behind(self) -> int:
        """How many messages are behind their session."""
        async with self._database.raw() as raw:
            count: int = await raw.fetchval("SELECT count(*) FROM message WHERE wanted > shown")
        return count


def _claimed(row: Row) -> Claimed:
    return Claimed(
        row["id"],
        row["claim"],
        AccountId(row["account_id"]),
        SessionId(row["session_id"]),
        PlaceId(row["place_id"]),
        Spot(WorkspaceId(row["workspace_id"]), row["channel"], row["thread"]),
        row["platform"],
        Showing(row["role"]),
        row["reference"],
        row["maybe_posted"],
        row["failures"],
        row["moved_to"] and PlaceId(row["moved_to"]),
        row["workspace"],
        row["rooted"],
        row["visit"],
        row["withdrawn"],
    )


_CLAIM = """
WITH due AS (
    SELECT m.account_id, m.id, m.posting, p.workspace_id, p.channel, p.thread, p.moved_to,
           p.rooted, w.platform, w.external_id AS workspace
    FROM message m
    JOIN place p ON p.account_id = m.account_id AND p.id = m.place_id
    JOIN workspace w ON w.account_id = p.account_id AND w.id = p.workspace_id
    WHERE m.wanted > m.shown
      AND w.platform = ANY($1)
      AND (m.retry_at IS NULL OR m.retry_at <= now())
      AND (m.claim IS NULL OR m.claimed_until <= now())
      AND (m.role = 'header' OR m.reference IS NOT NULL OR NOT EXISTS (
            SELECT FROM message h WHERE h.account_id = m.account_id AND h.place_id = m.place_id
              AND h.role = 'header' AND h.reference IS NULL AND h.wanted > h.shown))
    ORDER BY m.retry_at NULLS FIRST
    LIMIT $2
    FOR UPDATE OF m SKIP LOCKED
)
UPDATE message m
SET claim = $3, claimed_until = now() + $4::interval, posting = m.reference IS NULL
FROM due
WHERE m.account_id = due.account_id AND m.id = due.id
RETURNING m.account_id, m.id, m.claim, m.session_id, m.place_id, m.role, m.reference, m.failures,
          due.posting AS maybe_posted, due.workspace_id, due.channel, due.thread, due.moved_to,
          due.platform, due.workspace, due.rooted, m.visit, m.wanted = $5 AS withdrawn
"""
_SHOWN = """
UPDATE message
SET reference = $5, failures = 0, failure = NULL, retry_at = NULL, posting = false,
    shown = CASE WHEN claim = $3 THEN greatest(shown, $4) ELSE least(shown, $4) END,
    claim = CASE WHEN claim IS NULL OR claim = $3 THEN NULL ELSE gen_random_uuid() END,
    claimed_until = now()
WHERE account_id = $1 AND id = $2
"""
# As above, for many; a message whose claim is another's by now is sent again.
_ANSWERED = """
UPDATE message m
SET failures = 0, failure = NULL, retry_at = NULL,
    shown = CASE WHEN m.claim = a.claim THEN greatest(m.shown, a.revision)
                 ELSE least(m.shown, a.revision) END,
    claim = CASE WHEN m.claim IS NULL OR m.claim = a.claim THEN NULL ELSE gen_random_uuid() END,
    claimed_until = now()
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[])
     AS a (account_id, id, claim, revision)
WHERE m.account_id = a.account_id AND m.id = a.id
"""
_FAILED = """
UPDATE message
SET claim = NULL, retry_at = now() + $4::interval, failures = failures + 1, failure = $5
WHERE account_id = $1 AND id = $2 AND claim = $3
"""
_LET_IN = """
UPDATE message m
SET retry_at = NULL
FROM place p
JOIN workspace w ON w.account_id = p.account_id AND w.id = p.workspace_id
WHERE m.account_id = p.account_id AND m.place_id = p.id AND m.retry_at IS NOT NULL
  AND w.platform = $1 AND w.external_id = $2 AND $3 IN ('', p.channel)
"""
_GONE = "DELETE FROM message WHERE account_id = $1 AND id = $2 AND claim = $3"
