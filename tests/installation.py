"""The whole product as one process, with a database of its own that another start prepared.

A start takes a second: what the first one does (schema, people, starter flows) is copied.
"""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import asyncpg
from sqlalchemy.engine import make_url

from tests import database
from tests.processes import PATIENCE, Running, directory, environment, running

_UNDER_WAY = "SELECT EXISTS (SELECT FROM message WHERE wanted > shown OR claim IS NOT NULL)"
_AGE = "UPDATE trail SET at = at - $1::interval"
_UP = "Stop:.*Ctrl-C"


@dataclass
class Installation:
    """`resolutionflow up` on a port that stays its own; `address` has no path."""

    env: dict[str, str]
    process: Running

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.env['RESOLUTIONFLOW_PORT']}"

    @property
    def database(self) -> str:
        """The database it works on."""
        return self.env["DATABASE_URL"]

    async def restarts(self) -> None:
        """kill -9, then start again on the same port; back when it is up."""
        await asyncio.to_thread(self._restart)

    async def ages(self, minutes: int) -> None:
        """Let everything that is on the record have happened so much earlier. The product is
        away meanwhile: what it remembers of a moment ago it has forgotten after such a time.
        """
        connection = await asyncpg.connect(self.database)
        try:
            async with asyncio.timeout(PATIENCE):
                while await connection.fetchval(_UNDER_WAY):  # noqa: ASYNC110 - nobody tells
                    await asyncio.sleep(0.02)
            await connection.execute(_AGE, timedelta(minutes=minutes))
            await self.restarts()
        finally:
            await connection.close()

    def _restart(self) -> None:
        self.process.stop(signal.SIGKILL)
        self.process = Running("up", env=self.env)
        self.process.hears(_UP)


@contextmanager
def prepared(server: str, **settings: str) -> Iterator[str]:
    """The name of a database in which the product has been started once, with these settings."""
    with database.copy(server, "template0") as address:
        with directory() as data, _up(data, address, **settings) as process:
            assert process.stop() == 0, process.said
        name = make_url(address).database
        assert name is not None
        yield name


@contextmanager
def installation(server: str, of: str, **settings: str) -> Iterator[Installation]:
    """The product on a copy of the database `of`."""
    with database.copy(server, of) as address, directory() as data:
        port = str(free_port())
        with _up(data, address, RESOLUTIONFLOW_PORT=port, **settings) as process:
            env = environment(data, address, RESOLUTIONFLOW_PORT=port, **settings)
            made = Installation(env, process)
            try:
                yield made
            finally:
                if made.process.process.poll() is None:
                    made.process.stop()


@asynccontextmanager
async def staged(server: str, of: str, **settings: str) -> AsyncIterator[Installation]:
    """The same, where a loop runs already."""
    made = installation(server, of, **settings)
    stage = await asyncio.to_thread(made.__enter__)
    try:
        yield stage
    finally:
        await asyncio.to_thread(made.__exit__, None, None, None)


@contextmanager
def _up(data: Path, address: str, **settings: str) -> Iterator[Running]:
    with running("up", env=environment(data, address, **settings)) as process:
        process.hears(_UP)
        yield process


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port
