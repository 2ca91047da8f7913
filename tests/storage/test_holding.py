"""One process at a time has it; it moves on when that process, or its connection, is gone."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from storage.database import Database
from storage.errors import Unavailable
from storage.holding import Watch, hold
from storage.storage import Storage

ROOT = Path(__file__).parents[2]
QUICK = Watch(look=0.05, beat=0.05, answer=9.0, settling=0.2)
HASTY = replace(QUICK, answer=0.5)
SECONDS = 20.0  # until something must have happened; the machine may be busy
_HOLDER = """
import asyncio, sys
from storage.database import Database
from storage.holding import hold

async def main():
    async with hold(Database.open(sys.argv[1]), "chat"):
        print("mine", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@asynccontextmanager
async def another_process(address: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that holds it, or waits for it, until it is killed."""
    made = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _HOLDER, address, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield made
    finally:
        if made.returncode is None:
            made.kill()
        await made.wait()


async def says_mine(process: asyncio.subprocess.Process) -> None:
    assert process.stdout is not None
    async with asyncio.timeout(60):
        assert await process.stdout.readline() == b"mine\n"


class Holder:
    """Somebody in this process who waits for it, and then keeps it until told to let go."""

    def __init__(self, database: Database, name: str = "chat", watch: Watch = QUICK) -> None:
        self.has, self.lost, self._go = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._task = asyncio.create_task(self._hold(database, name, watch))

    async def _hold(self, database: Database, name: str, watch: Watch) -> None:
        async with hold(database, name, watch) as lost:
            self.lost = lost
            self.has.set()
            await self._go.wait()

    async def gets_it(self) -> None:
        await self._sees(self.has)

    async def loses_it(self) -> None:
        await self._sees(self.lost)

    async def _sees(self, event: asyncio.Event) -> None:
        seen = asyncio.create_task(event.wait())
        await asyncio.wait([seen, self._task], timeout=SECONDS, return_when=asyncio.FIRST_COMPLETED)
        seen.cancel()
        if self._task.done():
            await self._task
        assert event.is_set()

    async def waits(self) -> None:
        """It does not get it for a while."""
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(self.has.wait(), 0.4)

    async def lets_go(self) -> None:
        self._go.set()
        await self._task


async def test_it_moves_to_the_next_when_it_is_let_go(storage: Storage) -> None:
    first = Holder(storage.database)
    await first.gets_it()
    second = Holder(storage.database)
    await second.waits()
    await first.lets_go()
    await second.gets_it()
    assert not second.lost.is_set()
    await second.lets_go()


async def test_names_are_apart(storage: Storage) -> None:
    one, other = Holder(storage.database), Holder(storage.database, "other chat")
    await one.gets_it()
    await other.gets_it()
    await one.lets_go()
    await other.lets_go()


async def test_it_moves_to_the_next_when_its_process_is_killed(
    storage: Storage, address: str
) -> None:
    async with another_process(address) as process:
        await says_mine(process)
        here = Holder(storage.database)
        await here.waits()
        process.kill()
        await here.gets_it()
        await here.lets_go()


async def test_another_process_gets_it_from_us(storage: Storage, address: str) -> None:
    here = Holder(storage.database)
    await here.gets_it()
    async with another_process(address) as process:
        assert process.stdout is not None
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(process.stdout.read(1), 2)
        await here.lets_go()
        await says_mine(process)


async def test_a_holder_whose_connection_was_cut_knows(storage: Storage) -> None:
    first = Holder(storage.database)
    await first.gets_it()
    second = Holder(storage.database)
    await second.waits()
    await cut_holder(storage)
    await first.loses_it()
    await second.gets_it()
    await first.lets_go()
    assert not second.lost.is_set()
    await second.lets_go()


async def cut_holder(storage: Storage) -> None:
    """The server ends the connection that carries a lock."""
    async with storage.database.raw() as raw:
        await raw.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks"
            " WHERE locktype = 'advisory' AND granted AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        )


class Wire:
    """A way to the database that can fall silent."""

    def __init__(self, address: str) -> None:
        self._url = make_url(address)
        self._talks = asyncio.Event()
        self._talks.set()
        self._tasks: list[asyncio.Task[None]] = []
        self._sinks: list[asyncio.StreamWriter] = []

    @asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        """The address of the database by this way."""
        async with await asyncio.start_server(self._carry, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            url = self._url.set(host="127.0.0.1", port=port, query={"sslmode": "disable"})
            yield url.render_as_string(hide_password=False)
        for task in self._tasks:
            task.cancel()
        for sink in self._sinks:
            sink.close()
        ends = (sink.wait_closed() for sink in self._sinks)
        await asyncio.gather(*self._tasks, *ends, return_exceptions=True)

    def falls_silent(self) -> None:
        self._talks.clear()

    async def _carry(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        self._sinks.append(back)
        far, forth = await self._database()
        self._sinks.append(forth)
        pairs = ((near, forth), (far, back))
        self._tasks += [asyncio.create_task(self._pump(*pair)) for pair in pairs]

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65_536):
            await self._talks.wait()
            sink.write(data)
            await sink.drain()
        sink.close()

    async def _database(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        directory = self._url.query.get("host")
        if isinstance(directory, str) and directory.startswith("/"):
            number = self._url.query.get("port", "5432")
            return await asyncio.open_unix_connection(f"{directory}/.s.PGSQL.{number}")
        return await asyncio.open_connection(self._url.host, self._url.port or 5432)


async def test_a_holder_notices_a_network_that_falls_silent(address: str) -> None:
    wire = Wire(address)
    async with wire.open() as by_wire:
        database = Database.open(by_wire)
        here = Holder(database, watch=HASTY)
        await here.gets_it()
        wire.falls_silent()
        await here.loses_it()
        await here.lets_go()
        await database.close()


async def test_who_waits_does_not_keep_the_database_from_cleaning_up(storage: Storage) -> None:
    first = Holder(storage.database)
    await first.gets_it()
    second = Holder(storage.database)
    await second.waits()
    async with storage.database.raw() as raw:
        rows = await raw.fetch(
            "SELECT state, backend_xmin FROM pg_stat_activity"
            " WHERE application_name = 'resolutionflow hold' AND datname = current_database()"
        )
    assert [(row["state"], row["backend_xmin"]) for row in rows] == [("idle", None)] * 2
    await first.lets_go()
    await second.gets_it()
    await second.lets_go()


async def test_without_a_database_it_is_said() -> None:
    nowhere = Database.open("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(Unavailable):
        async with hold(nowhere, "chat"):
            pass
    await nowhere.close()


async def test_what_goes_wrong_meanwhile_is_not_taken_for_the_database(storage: Storage) -> None:
    broken = ConnectionError("to a platform")

    async def fails() -> None:
        async with hold(storage.database, "chat"):
            raise broken

    with pytest.raises(ConnectionError) as told:
        await fails()
    assert told.value is broken
    async with storage.database.raw() as raw:
        left = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
        assert await raw.fetchval(left) == 0


async def test_a_waiting_holder_that_is_cut_off_is_told(storage: Storage, address: str) -> None:
    first = Holder(storage.database)
    await first.gets_it()

    async def waits() -> None:
        async with hold(storage.database, "chat", QUICK):
            pass

    waiting = asyncio.create_task(waits())
    one = await asyncpg.connect(address)
    cut = (
        "SELECT count(pg_terminate_backend(a.pid)) FROM pg_stat_activity a"
        " WHERE application_name = 'resolutionflow hold' AND datname = current_database()"
        " AND NOT EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND locktype = 'advisory')"
    )
    async with asyncio.timeout(SECONDS):
        while await one.fetchval(cut) == 0:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        with pytest.raises(Unavailable):
            await waiting
    await one.close()
    await first.lets_go()
