"""What no longer serves anybody, removed: of all accounts, by whichever worker comes first."""

from datetime import timedelta

from storage.database import Database

KEPT_LOG = timedelta(days=7)  # pgqueuer never prunes its own log
KEPT_FORMS = timedelta(days=30)  # what somebody typed into a form and never sent
KEPT_POINTED = timedelta(days=1)  # messages that a form was opened about
KEPT_CODES = timedelta(days=1)  # link codes that are spent or too old
KEPT_FILES = timedelta(days=1)  # files that were stored, and then not attached to anything
KEPT_SOURCES = timedelta(days=90)  # chat messages that became no note

EXPIRED = timedelta()  # what platforms remembered for so long, and no longer


async def prune(database: Database) -> int:
    """Delete what is old and of no use any more; how many rows."""
    async with database.raw() as raw:
        counts = [await raw.fetchval(statement, age) for statement, age in _PRUNED]
    return sum(counts)


_DELETED = "WITH gone AS (DELETE FROM {} RETURNING 1) SELECT count(*) FROM gone"
_LOG = _DELETED.format("pgqueuer_log WHERE created < now() - $1::interval")
_FORMS = _DELETED.format("form_draft WHERE updated_at < now() - $1::interval")
_POINTED = _DELETED.format("pointed WHERE at < now() - $1::interval")
_CODES = _DELETED.format("link_code WHERE coalesce(spent_at, expires_at) < now() - $1::interval")
_FILES = _DELETED.format(
    "file WHERE stored_at < now() - $1::interval AND NOT EXISTS ("
    "SELECT FROM trail WHERE trail.account_id = file.account_id AND trail.kind = 'attached'"
    " AND trail.body ->> 'sha256' = encode(file.sha256, 'hex'))"
)
_SOURCES = _DELETED.format("note_source WHERE seq IS NULL AND seen_at < now() - $1::interval")
_MEMORIES = _DELETED.format("memory WHERE expires_at < now() - $1::interval")
_PRUNED = (
    (_LOG, KEPT_LOG),
    (_FORMS, KEPT_FORMS),
    (_POINTED, KEPT_POINTED),
    (_CODES, KEPT_CODES),
    (_FILES, KEPT_FILES),
    (_SOURCES, KEPT_SOURCES),
    (_MEMORIES, EXPIRED),
)
