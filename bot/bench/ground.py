"""The ground a benchmark stands on: a PostgreSQL of its own, the schema, one account to fill."""

import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg
from sqlalchemy.engine import make_url

from core.access import Role
from core.ids import AccountId, PersonId
from storage.database import Pool
from storage.embedded import start
from storage.schema import migrate
from storage.sessions import Identity
from storage.storage import Storage, opened

USER = "bench"
PATIENCE = 30.0  # seconds


@asynccontextmanager
async def server() -> AsyncIterator[str]:
    """The address of a PostgreSQL that is thrown away afterwards."""
    # As root the server runs as another user, who must be able to reach the directory.
    root = Path(tempfile.mkdtemp(prefix="resolutionflow-bench-"))
    root.chmod(0o755)
    running = start(root / "data")
    try:
        yield running.url
    finally:
        running.stop()
        shutil.rmtree(root, ignore_errors=True)


@asynccontextmanager
async def storage_at(address: str, *, pool: int) -> AsyncIterator[Storage]:
    """Storage with the schema, on a pool of `pool` connections."""
    async with opened(address, Pool(size=pool)) as storage:
        await migrate(storage.database.engine)
        yield storage


async def settle(storage: Storage) -> tuple[AccountId, PersonId, Identity]:
    """An account with one engineer, known in one workspace."""
    account = await storage.installation.install("Bench")
    if account is None:
        account = (await storage.installation.accounts())[0]
    async with storage.work(account) as work:
        workspace = await work.people.add_workspace("bench", "bench", "Bench")
        if workspace is None:
            raise RuntimeError("the benchmark's database is not empty")
        person = await work.people.add("Bench", Role.ENGINEER)
        await work.people.add_identity(workspace, USER, who=person, name="Bench")
    return account, person, Identity(workspace, USER)


def address_of(server: str, database: str) -> str:
    """The address of another database on the same server."""
    return make_url(server).set(database=database).render_as_string(hide_password=False)


async def database(server: str, name: str) -> str:
    """The address of a new database on the server."""
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()
    return address_of(server, name)


@contextmanager
def process(
    command: list[str], env: Mapping[str, str], *, reads: bool = False
) -> Iterator[subprocess.Popen[bytes]]:
    """A process until the block ends. What it prints can be read; `reads`: it can be told, too."""
    told = subprocess.PIPE if reads else subprocess.DEVNULL
    started = subprocess.Popen(
        command, env=dict(env), stdin=told, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        yield started
    finally:
        started.send_signal(signal.SIGTERM)
        started.communicate(timeout=PATIENCE)
