"""What a database is and who is connected to it, for whoever looks after it. Reads only."""

from datetime import datetime

from core.frozen import frozen
from storage.database import Database

OLDEST = 15  # PostgreSQL's major version


@frozen
class Vitals:
    """A database's version (major, minor), its clock, and the names of our processes on it."""

    version: tuple[int, int]
    has_trigrams: bool
    clock: datetime
    processes: tuple[str, ...]


async def read_vitals(database: Database) -> Vitals:
    """Look at it. Raises StorageError."""
    async with database.raw() as raw:
        row = await raw.fetchrow(_READ)
    number = row["number"]
    version = (number // 10_000, number % 10_000)
    return Vitals(version, row["trigrams"], row["clock"], tuple(row["processes"]))


_READ = """
SELECT current_setting('server_version_num')::int AS number, clock_timestamp() AS clock,
       EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') AS trigrams,
       ARRAY(SELECT DISTINCT application_name FROM pg_stat_activity
             WHERE datname = current_database()
               AND application_name LIKE 'resolutionflow%') AS processes
"""
