"""What platforms remember: sealed, for so long, and changed by one at a time in every process."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest

from bot.port import Memory
from storage import memory as memory_module
from storage.database import Pool
from storage.errors import NoKey, NotSaved, Unavailable
from storage.memory import Resealed
from storage.sealing import Seal, fresh_key
from storage.storage import Storage, opened
from storage.upkeep import prune

KEY = fresh_key()
HOUR = timedelta(hours=1)


@pytest.fixture
async def here(address: str) -> AsyncIterator[Storage]:
    """One process."""
    async with opened(address, Pool(size=4), Seal.of([KEY])) as made:
        yield made


@pytest.fixture
async def elsewhere(address: str) -> AsyncIterator[Storage]:
    """Another process, on the same database."""
    async with opened(address, Pool(size=4), Seal.of([KEY])) as made:
        yield made


def chat(storage: Storage) -> Memory:
    """The memory of one platform."""
    return storage.memories.of("chat")


async def time_passes(storage: Storage, interval: str) -> None:
    async with storage.database.raw() as raw:
        await raw.execute(f"UPDATE memory SET expires_at = expires_at - interval '{interval}'")


async def left(storage: Storage) -> int:
    async with storage.database.raw() as raw:
        count: int = await raw.fetchval("SELECT count(*) FROM memory")
    return count


async def test_what_is_kept_is_recalled_by_every_process(here: Storage, elsewhere: Storage) -> None:
    mine, theirs = chat(here), chat(elsewhere)
    assert await theirs.recall("token", "T1") is None
    await mine.keep("token", "T1", "first")
    await mine.keep("token", "T1", "second")
    assert await theirs.recall("token", "T1") == "second"
    await theirs.forget("token", "T1")
    await theirs.forget("token", "T1")
    assert await mine.recall("token", "T1") is None


async def test_kinds_keys_and_platforms_are_apart(here: Storage) -> None:
    mine, other = chat(here), here.memories.of("other")
    for number, (kind, key) in enumerate([("token", "T2"), ("token", "T1"), ("state", "T1")]):
        await mine.keep(kind, key, str(number))
    await other.keep("token", "T1", "other")
    assert await mine.recall("token", "T1") == "1"
    assert list((await mine.all("token")).items()) == [("T1", "1"), ("T2", "0")]
    await mine.forget("token", "T1")
    assert await mine.all("token") == {"T2": "0"}
    assert await other.all("token") == {"T1": "other"}
    assert await mine.all("state") == {"T1": "2"}


async def test_what_lasts_for_a_while_is_forgotten_then(here: Storage) -> None:
    mine = chat(here)
    await mine.keep("state", "short", "a", lasts=HOUR)
    await mine.keep("state", "ever", "b")
    await time_passes(here, "59 minutes")
    assert await mine.all("state") == {"short": "a", "ever": "b"}
    assert await prune(here.database) == 0
    await time_passes(here, "2 minutes")
    assert await mine.recall("state", "short") is None
    assert await mine.all("state") == {"ever": "b"}
    async with mine.held("state", "short") as cell:
        assert cell.value is None
    assert await prune(here.database) == 1
    assert await left(here) == 1


async def test_what_has_expired_cannot_be_taken_and_can_be_kept_anew(here: Storage) -> None:
    mine = chat(here)
    await mine.keep("state", "s", "a", lasts=HOUR)
    await time_passes(here, "2 hours")
    assert await mine.take("state", "s") is None
    await mine.keep("state", "s", "b", lasts=HOUR)
    await time_passes(here, "2 hours")
    await mine.keep("state", "s", "c")
    assert await mine.take("state", "s") == "c"


async def test_of_many_who_take_one_gets_it(here: Storage, elsewhere: Storage) -> None:
    for turn in range(10):
        await chat(here).keep("state", "s", str(turn))
        takes = (chat(who).take("state", "s") for who in (here, elsewhere) * 5)
        taken = await asyncio.gather(*takes)
        assert [found for found in taken if found is not None] == [str(turn)]
        assert await chat(here).recall("state", "s") is None


@pytest.mark.parametrize("begun", [True, False], ids=["there before", "not there yet"])
async def test_who_holds_a_value_is_alone_in_every_process(
    here: Storage, elsewhere: Storage, begun: bool
) -> None:
    if begun:
        await chat(here).keep("count", "n", "0")

    async def counts(who: Storage) -> None:
        for _ in range(5):
            async with chat(who).held("count", "n") as cell:
                seen = int(cell.value or 0)
                await asyncio.sleep(0.002)
                await cell.keep(str(seen + 1))
                assert cell.value == str(seen + 1)

    await asyncio.gather(*(counts(who) for who in (here, elsewhere) * 3))
    assert await chat(here).recall("count", "n") == "30"


@pytest.mark.parametrize("begun", [True, False], ids=["there before", "not there yet"])
async def test_who_writes_waits_for_who_holds_and_who_reads_does_not(
    here: Storage, elsewhere: Storage, begun: bool
) -> None:
    before = "old" if begun else None
    if before:
        await chat(here).keep("token", "T1", before)
    async with chat(here).held("token", "T1") as cell:
        writes = [
            asyncio.create_task(chat(elsewhere).keep("token", "T1", "theirs")),
            asyncio.create_task(chat(here).take("token", "T1")),
        ]
        done, _ = await asyncio.wait(writes, timeout=0.2)
        assert not done
        assert await chat(elsewhere).recall("token", "T1") == before
        await chat(here).keep("token", "T2", "besides")
        await cell.keep("mine")
        assert await chat(elsewhere).recall("token", "T1") == before
    _, taken = await asyncio.gather(*writes)
    assert taken in ("mine", "theirs")


async def test_what_was_kept_in_vain_does_not_count(here: Storage) -> None:
    await chat(here).keep("token", "T1", "old")
    broken = ConnectionError("by the platform, not by the database")

    async def fails() -> None:
        async with chat(here).held("token", "T1") as cell:
            await cell.keep("new")
            raise broken

    with pytest.raises(ConnectionError) as told:
        await fails()
    assert told.value is broken
    assert await chat(here).recall("token", "T1") == "old"
    async with chat(here).held("token", "T1") as cell:
        assert cell.value == "old"
    assert await chat(here).recall("token", "T1") == "old"


async def test_what_is_held_lasts_as_long_as_before(here: Storage) -> None:
    await chat(here).keep("state", "short", "a", lasts=HOUR)
    for key in ("short", "ever"):
        async with chat(here).held("state", key) as cell:
            await cell.keep("b")
    await time_passes(here, "61 minutes")
    assert await chat(here).all("state") == {"ever": "b"}


async def test_who_waits_too_long_for_a_holder_is_told(
    here: Storage, elsewhere: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_module, "PATIENCE", 0.2)
    async with chat(here).held("token", "T1"):
        for who in (here, elsewhere):
            with pytest.raises(NotSaved):
                await chat(who).keep("token", "T1", "x")
            with pytest.raises(NotSaved):
                async with chat(who).held("token", "T1"):
                    pass
    await chat(elsewhere).keep("token", "T1", "x")


async def test_many_who_hold_different_values_leave_connections_for_others(here: Storage) -> None:
    """Two are held at once on a pool of two, and what they do besides needs connections too."""
    together = most = 0

    async def holds(key: str) -> None:
        nonlocal together, most
        async with chat(here).held("token", key) as cell:
            together += 1
            most = max(most, together)
            await here.installation.accounts()
            assert await chat(here).recall("token", "none") is None
            await cell.keep(key)
            together -= 1

    async with asyncio.timeout(5):
        await asyncio.gather(*(holds(f"T{n}") for n in range(8)))
    assert most > 1
    assert len(await chat(here).all("token")) == 8


async def test_a_holder_whose_connection_was_cut_changes_nothing(
    here: Storage, elsewhere: Storage, address: str
) -> None:
    await chat(here).keep("token", "T1", "old")
    one = await asyncpg.connect(address)

    async def is_cut() -> None:
        async with chat(here).held("token", "T1") as cell:
            await cell.keep("new")
            await one.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
            )
            async with chat(elsewhere).held("token", "T1") as theirs:
                assert theirs.value == "old"

    with pytest.raises(Unavailable):
        await is_cut()
    await one.close()
    assert await chat(elsewhere).recall("token", "T1") == "old"


@pytest.mark.parametrize("key", ["", "x" * 200, "T1|C1", "✓" * 200])
async def test_every_text_of_200_characters_is_a_key(here: Storage, key: str) -> None:
    await chat(here).keep("k" * 64, key, "v")
    assert await chat(here).take("k" * 64, key) == "v"


@pytest.mark.parametrize("key", ["x" * 201, "\x00", "\ud800", "✓" * 100_000])
async def test_what_is_no_key_is_not_there(here: Storage, key: str) -> None:
    mine = chat(here)
    assert await mine.recall("state", key) is None
    assert await mine.take("state", key) is None
    await mine.forget("state", key)
    with pytest.raises(ValueError):
        await mine.keep("state", key, "v")
    with pytest.raises(ValueError):
        async with mine.held("state", key):
            pass


async def test_what_is_kept_cannot_be_read_in_the_database(here: Storage) -> None:
    await chat(here).keep("token", "T1", "a secret")
    async with chat(here).held("token", "T2") as cell:
        await cell.keep("a secret")
    async with here.database.raw() as raw:
        values = [bytes(row["value"]) for row in await raw.fetch("SELECT value FROM memory")]
    assert len(values) == 2
    assert not [value for value in values if b"a secret" in value]


async def test_without_keys_it_is_said_what_to_set(address: str) -> None:
    async with opened(address) as bare:
        mine = chat(bare)
        held = mine.held("a", "b").__aenter__()
        reading = (mine.recall("a", "b"), mine.take("a", "b"), mine.all("a"), held)
        for use in (*reading, mine.keep("a", "b", "c"), bare.memories.reseal(forgetting=True)):
            with pytest.raises(NoKey, match=r"RESOLUTIONFLOW_KEYS.*resolutionflow up"):
                await use


async def test_with_another_key_nothing_is_lost_and_it_can_be_kept_anew(
    here: Storage, address: str
) -> None:
    await chat(here).keep("token", "T1", "old")
    await chat(here).keep("state", "s", "once")
    async with opened(address, seal=Seal.of([fresh_key()])) as stranger:
        theirs = chat(stranger)
        for use in (theirs.recall("token", "T1"), theirs.take("state", "s"), theirs.all("token")):
            with pytest.raises(NoKey, match="not among RESOLUTIONFLOW_KEYS"):
                await use
        assert await chat(here).take("state", "s") == "once"
        await theirs.keep("token", "T1", "new")
        assert await theirs.recall("token", "T1") == "new"


async def test_a_new_key_seals_what_is_kept_next_and_everything_when_asked(
    here: Storage, address: str
) -> None:
    for key in ("T1", "T2", "T3"):
        await chat(here).keep("token", key, key)
    await chat(here).keep("state", "s", "x", lasts=HOUR)
    new = fresh_key()
    async with (
        opened(address, seal=Seal.of([new, KEY])) as both,
        opened(address, seal=Seal.of([new])) as newest,
    ):
        await chat(both).keep("token", "T1", "T1")
        assert await chat(newest).recall("token", "T1") == "T1"
        with pytest.raises(NoKey):
            await chat(newest).recall("token", "T2")
        assert await both.memories.reseal() == Resealed(sealed=4, lost=0)
        assert set(await chat(newest).all("token")) == {"T1", "T2", "T3"}
        await time_passes(both, "61 minutes")
        assert await chat(newest).recall("state", "s") is None


async def test_what_no_key_fits_is_forgotten_only_when_asked(here: Storage, address: str) -> None:
    await chat(here).keep("token", "T1", "old")
    async with opened(address, seal=Seal.of([fresh_key()])) as after:
        await chat(after).keep("token", "T2", "new")
        assert await after.memories.reseal() == Resealed(sealed=1, lost=1)
        assert await chat(here).recall("token", "T1") == "old"
        assert await after.memories.reseal(forgetting=True) == Resealed(sealed=1, lost=1)
        assert await chat(after).all("token") == {"T2": "new"}
