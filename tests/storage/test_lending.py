"""Connections lent past asyncpg's pool: in turn, none lost, none lent twice."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from storage.database import Database, Pool
from storage.errors import Unavailable


@pytest.fixture
async def two(address: str) -> AsyncIterator[Database]:
    """A database with two connections for clicks."""
    database = Database.open(address, Pool(size=2))
    yield database
    await database.close()


async def test_fifty_at_once_share_two_connections(two: Database) -> None:
    lent: set[int] = set()
    seen: set[int] = set()

    async def click() -> None:
        async with two.raw() as raw:
            process = await raw.fetchval("SELECT pg_backend_pid()")
            assert process not in lent
            lent.add(process)
            await raw.execute("SELECT pg_sleep(0.001)")
            lent.remove(process)
            seen.add(process)

    await asyncio.gather(*(click() for _ in range(50)))
    assert len(seen) == 2
    assert two.in_use()[0] == 0


async def test_who_waits_is_served_in_turn(two: Database) -> None:
    served: list[int] = []

    async def click(number: int) -> None:
        async with two.raw():
            served.append(number)

    async with two.raw(), two.raw():
        clicks = [asyncio.create_task(click(number)) for number in range(5)]
        await asyncio.sleep(0.01)
        clicks[1].cancel()  # tired of waiting
    await asyncio.gather(*clicks, return_exceptions=True)
    assert served == [0, 2, 3, 4]


async def test_a_connection_that_comes_when_its_taker_gives_up_is_the_next_ones(
    two: Database,
) -> None:
    held = [await two.clicks.borrow() for _ in range(2)]
    tired = asyncio.create_task(two.clicks.borrow())
    patient = asyncio.create_task(two.clicks.borrow())
    await asyncio.sleep(0)
    await two.clicks.give_back(held[0])
    tired.cancel()
    assert await patient is held[0]
    for connection in held:
        await two.clicks.give_back(connection)
    assert two.in_use()[0] == 0


async def test_a_statement_that_fails_costs_no_connection(two: Database) -> None:
    async def click() -> None:
        async with two.raw() as raw:
            with pytest.raises(asyncpg.DivisionByZeroError):
                await raw.execute("BEGIN; SELECT 1 / 0")
            raise LookupError

    found = await asyncio.gather(*(click() for _ in range(10)), return_exceptions=True)
    assert all(isinstance(each, LookupError) for each in found)
    async with two.raw() as first, two.raw() as second:
        assert not first.is_in_transaction()
        assert not second.is_in_transaction()


async def test_connections_that_the_server_ended_are_made_anew_for_all_who_wait(
    two: Database, address: str
) -> None:
    async with two.raw(), two.raw():
        pass
    killer = await asyncpg.connect(address)
    await killer.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await killer.close()
    await asyncio.sleep(0.1)

    async def click() -> int:
        async with two.raw() as raw:
            return int(await raw.fetchval("SELECT 7"))

    assert await asyncio.gather(*(click() for _ in range(10))) == [7] * 10


async def test_closing_waits_for_what_is_lent(address: str) -> None:
    database = Database.open(address, Pool(size=2))
    began = asyncio.Event()

    async def click() -> int:
        async with database.raw() as raw:
            began.set()
            await raw.execute("SELECT pg_sleep(0.1)")
            return int(await raw.fetchval("SELECT 7"))

    clicking = asyncio.create_task(click())
    await began.wait()
    clock = asyncio.get_running_loop().time
    since = clock()
    await database.close()
    assert clicking.done()
    assert clicking.result() == 7
    assert clock() - since < 2  # not the whole of what is waited for somebody who keeps one


async def test_who_comes_when_all_is_being_closed_is_told_so(address: str) -> None:
    database = Database.open(address, Pool(size=2))
    async with database.raw():
        closing = asyncio.create_task(database.close())
        await asyncio.sleep(0.01)
        with pytest.raises(Unavailable):
            async with database.raw():
                pass
    await closing
