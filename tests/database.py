"""A real PostgreSQL for the tests: one server and one database a test process."""

import asyncio
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
from sqlalchemy.engine import make_url

from storage.database import Database
from storage.embedded import start
from storage.schema import migrate
from storage.tables import metadata

_TEMPLATE = f"rf_template_{os.getpid()}"
_ROOM = 512 * 1024**2  # bytes
_QUEUE = ("pgqueuer", "pgqueuer_log", "pgqueuer_schedules", "pgqueuer_statistics")
# The playground's own, in an order that its foreign keys allow.
_CHAT = ("undelivered", "home", "form", "file", "message", "channel", '"user"', "app")


@contextmanager
def server() -> Iterator[str]:
    """The address of a server: DATABASE_URL's, else one that is started for these tests."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield given
        return
    with directory() as root:
        running = start(root / "data")
        try:
            yield running.url
        finally:
            running.stop()


@contextmanager
def directory() -> Iterator[Path]:
    """A directory for a server."""
    # Not pytest's own directory: as root the server runs as another user, who must get there.
    root = Path(tempfile.mkdtemp(prefix="rf-tests-", dir=_in_memory()))
    root.chmod(0o755)
    try:
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _in_memory() -> str | None:
    """Where a disk costs nothing, if this system has it with room for a server."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > _ROOM else None


def named(address: str, database: str) -> str:
    """`address` with another database."""
    return make_url(address).set(database=database).render_as_string(hide_password=False)


def statement(address: str, sql: str) -> None:
    """Run one statement outside of any transaction."""

    async def run() -> None:
        connection = await asyncpg.connect(address)
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    asyncio.run(run())


def drop(address: str, name: str) -> None:
    """Drop a database, whoever is connected to it."""
    for _ in range(40):
        try:
            statement(address, f'DROP DATABASE "{name}" WITH (FORCE)')
        except asyncpg.InsufficientPrivilegeError:
            time.sleep(0.25)  # autovacuum is there, and is nobody's to end: it goes by itself
        else:
            return
    raise RuntimeError(f"{name} could not be dropped: somebody stays connected to it")


@contextmanager
def template(address: str) -> Iterator[str]:
    """The name of an empty database with the schema that the migrations build."""
    statement(address, f'CREATE DATABASE "{_TEMPLATE}"')
    try:
        asyncio.run(_migrated(named(address, _TEMPLATE)))
        yield _TEMPLATE
    finally:
        drop(address, _TEMPLATE)


def empty(address: str) -> None:
    """Delete every row: a tenth of the time that another copy takes."""
    chat = (f"playground.{name}" for name in _CHAT)
    tables = [*(table.name for table in reversed(metadata.sorted_tables)), *_QUEUE, *chat]
    statement(address, "BEGIN; " + "; ".join(f"DELETE FROM {name}" for name in tables) + "; COMMIT")


async def _migrated(address: str) -> None:
    database = Database.open(address)
    try:
        await migrate(database.engine)
    finally:
        await database.close()


@contextmanager
def copy(address: str, of: str) -> Iterator[str]:
    """The address of a copy of the database `of`, dropped at the end."""
    name = f"rf_test_{secrets.token_hex(6)}"
    statement(address, f'CREATE DATABASE "{name}" TEMPLATE "{of}"')
    statement(address, f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    try:
        yield named(address, name)
    finally:
        drop(address, name)
