"""Work that one process at a time may do: it begins in turn, and ends before the next begins."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.holding import Turns, alone
from storage.holding import Watch
from storage.storage import Storage, opened

QUICK = Turns(
    goodbye=0.5,
    again=0.1,
    longest=1.0,
    watch=Watch(look=0.05, beat=0.1, answer=9.0, settling=0.8),
)
SECONDS = 15.0  # until something must have happened; the machine may be busy


_HOLD_OR_WAIT = """
SELECT count(*) FROM pg_stat_activity
WHERE application_name = 'resolutionflow hold' AND datname = current_database()
"""


class Line:
    """A long connection that one may have at a time, and what happened to it, in order."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self._changed = asyncio.Condition()

    async def notes(self, event: str) -> None:
        async with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    async def until(self, *events: str) -> None:
        """Wait until nothing but this has happened."""
        await self.until_there_are(len(events))
        assert tuple(self.events) == events

    async def until_there_are(self, number: int) -> None:
        """Wait until so much has happened."""
        async with asyncio.timeout(SECONDS), self._changed:
            await self._changed.wait_for(lambda: len(self.events) >= number)


class Process:
    """Somebody who would have the line."""

    def __init__(self, storage: Storage, line: Line, name: str) -> None:
        self._storage, self._line, self._name = storage, line, name
        self.stop = asyncio.Event()
        self.ending = 0.1  # seconds that ending takes
        self.failures: list[Exception] = []

    async def work(self, ended: asyncio.Event) -> None:
        await self._line.notes(f"{self._name} begins")
        try:
            if self.failures:
                raise self.failures.pop(0)
            await ended.wait()
            await asyncio.sleep(self.ending)
        finally:
            await self._line.notes(f"{self._name} ends")

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        task = asyncio.create_task(alone(self._storage, "line", self.work, self.stop, QUICK))
        try:
            yield task
        finally:
            self.stop.set()
            async with asyncio.timeout(SECONDS):
                await task


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def one(storage: Storage, line: Line) -> Process:
    return Process(storage, line, "one")


@pytest.fixture
async def other(address: str, line: Line) -> AsyncIterator[Process]:
    async with opened(address) as storage:
        yield Process(storage, line, "other")


async def cut(storage: Storage) -> None:
    """The server ends every connection that holds something, or waits for it."""
    async with storage.database.raw() as raw:
        await raw.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'resolutionflow hold' AND datname = current_database()"
        )


async def until_two_hold_or_wait(storage: Storage) -> None:
    """Who comes only when everybody was cut off takes nobody's turn."""
    async with asyncio.timeout(SECONDS), storage.database.raw() as raw:
        while await raw.fetchval(_HOLD_OR_WAIT) < 2:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.02)


async def cut_holder(storage: Storage) -> None:
    """The server ends the connection that carries the lock, and no other."""
    async with storage.database.raw() as raw:
        await raw.execute(
            "SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a JOIN pg_locks l USING (pid)"
            " WHERE l.locktype = 'advisory' AND a.datname = current_database()"
        )


async def test_the_next_begins_when_the_first_has_stopped(
    line: Line, one: Process, other: Process
) -> None:
    async with one.running():
        await line.until("one begins")
        async with other.running():
            one.stop.set()
            await line.until("one begins", "one ends", "other begins")
    assert line.events[-1] == "other ends"


async def test_who_loses_the_lock_ends_before_the_next_begins(
    storage: Storage, line: Line, one: Process, other: Process
) -> None:
    one.ending = other.ending = 0.3
    async with one.running():
        await line.until("one begins")
        async with other.running():
            await until_two_hold_or_wait(storage)
            await cut_holder(storage)
            await line.until("one begins", "one ends", "other begins")
            await until_two_hold_or_wait(storage)
            await cut_holder(storage)
            expected = ("one begins", "one ends", "other begins", "other ends", "one begins")
            await line.until(*expected)


async def test_when_everybody_is_cut_off_the_turn_ends_before_another_begins(
    storage: Storage, line: Line, one: Process, other: Process
) -> None:
    one.ending = other.ending = 0.3
    async with one.running():
        await line.until("one begins")
        async with other.running():
            for turn in range(1, 4):
                await until_two_hold_or_wait(storage)
                await cut(storage)
                await line.until_there_are(2 * turn + 1)
    begins, ends = line.events[::2], line.events[1::2]
    assert [event.replace("begins", "ends") for event in begins] == ends


async def test_work_that_does_not_end_is_cancelled(
    storage: Storage, line: Line, one: Process
) -> None:
    one.ending = 3600
    async with one.running():
        await line.until("one begins")
        await cut(storage)
        await line.until("one begins", "one ends", "one begins")


async def test_work_that_fails_begins_again(line: Line, one: Process) -> None:
    one.failures = [ConnectionError("to a platform"), RuntimeError("ours")]
    async with one.running():
        await line.until(*["one begins", "one ends"] * 2, "one begins")


async def test_who_waits_leaves_at_once(line: Line, one: Process, other: Process) -> None:
    async with one.running():
        await line.until("one begins")
        async with other.running() as waiting:
            await asyncio.sleep(0.2)
            other.stop.set()
            async with asyncio.timeout(QUICK.watch.settling):
                await waiting
    assert line.events == ["one begins", "one ends"]


async def test_without_a_database_it_waits_and_leaves_when_told(line: Line) -> None:
    async with opened("postgresql://nobody@127.0.0.1:1/none") as nowhere:
        process = Process(nowhere, line, "one")
        async with process.running() as task:
            done, _ = await asyncio.wait([task], timeout=0.5)
            assert not done
    assert line.events == []
