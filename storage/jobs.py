"""What must happen once, later: enqueued in the transaction that causes it, by pgqueuer.

What a kind of work means is for whoever does it (bot/worker); here it is only carried.
"""

import json
from datetime import datetime, timedelta
from uuid import UUID

from pgqueuer.queries import Queries
from pgqueuer.types import JobId

from core.frozen import frozen
from core.ids import AccountId, PersonId, SessionId
from storage.database import Database, RawConnection
from storage.rows import Row

TELL, ASK_STILL_FINE, CLOSE_UNVERIFIED = "tell", "ask-still-fine", "close-unverified"
TELL_LOST = "tell-lost"


@frozen
class Job:
    """A piece of work: its kind, whose it is, and what it is about."""

    kind: str
    account: AccountId
    session: SessionId
    revision: int
    person: PersonId | None = None
    about: str | None = None


@frozen
class DeadLetter:
    """A job that failed for good and waits for an admin."""

    id: int
    job: Job
    attempts: int
    failed_at: datetime


async def enqueue(
    raw: RawConnection, job: Job, wait: timedelta | None = None, *, once: str | None = None
) -> None:
    """Have `job` done after `wait`, if the transaction on `raw` commits.

    While a job with the same `once` waits or is being done, another one is not queued.
    """
    queries = Queries.from_asyncpg_connection(raw)
    payload = to_payload(job)
    await queries.enqueue(
        job.kind, payload, execute_after=wait, dedupe_key=once, on_conflict="skip"
    )


def to_payload(job: Job) -> bytes:
    """A job as the queue carries it."""
    fields = {
        "account": str(job.account),
        "session": str(job.session),
        "revision": job.revision,
        "person": job.person and str(job.person),
        "about": job.about,
    }
    return json.dumps({key: value for key, value in fields.items() if value is not None}).encode()


def from_payload(kind: str, payload: bytes) -> Job:
    """A job from what the queue carried. Raises KeyError or ValueError for anything else."""
    fields = json.loads(payload)
    person = fields.get("person")
    return Job(
        kind,
        AccountId(UUID(fields["account"])),
        SessionId(UUID(fields["session"])),
        fields["revision"],
        PersonId(UUID(person)) if person else None,
        fields.get("about"),
    )


class DeadLetters:
    """Jobs that gave up, as one account's admin sees them."""

    def __init__(self, database: Database, account: AccountId) -> None:
        """`account` bounds everything that is read or retried."""
        self._database = database
        self._account = account

    async def list(self, limit: int = 100) -> tuple[DeadLetter, ...]:
        """The newest first."""
        async with self._database.raw() as raw:
            rows = await raw.fetch(_FAILED, str(self._account), limit)
        return tuple(_letter(row) for row in rows)

    async def retry(self, id: int) -> bool:
        """Queue it again; False when this account has no such dead letter."""
        async with self._database.raw() as raw, raw.transaction():
            if not await raw.fetchval(_MINE, str(self._account), id):
                return False
            await Queries.from_asyncpg_connection(raw).requeue_jobs([JobId(id)])
            return True


async def count_dead(database: Database) -> int:
    """How many jobs of all accounts gave up."""
    async with database.raw() as raw:
        count: int = await raw.fetchval(_COUNT)
    return count


def _letter(row: Row) -> DeadLetter:
    job = from_payload(row["entrypoint"], row["payload"])
    return DeadLetter(row["id"], job, row["attempts"], row["updated"])


_FAILED = """
SELECT id, entrypoint, payload, attempts, updated FROM pgqueuer
WHERE status = 'failed' AND convert_from(payload, 'UTF8')::jsonb ->> 'account' = $1
ORDER BY updated DESC LIMIT $2
"""
_COUNT = "SELECT count(*) FROM pgqueuer WHERE status = 'failed'"
_MINE = """
SELECT 1 FROM pgqueuer
WHERE status = 'failed' AND convert_from(payload, 'UTF8')::jsonb ->> 'account' = $1 AND id = $2
FOR UPDATE
"""
