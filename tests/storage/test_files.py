"""Attachments: capped, counted once, never another account's."""

import pytest

from core.errors import Refusal
from core.session.deeds import Attached
from storage import files
from storage.files import Stored
from storage.upkeep import prune
from tests.company import Company


async def store(company: Company, content: bytes) -> Stored | Refusal:
    async with company.storage.work(company.account) as work:
        return await work.files.store(content, "text/plain" + "x" * 300)


async def test_a_file_is_read_back(company: Company, rival: Company) -> None:
    stored = await store(company, b"\x00\xff" * 100)
    assert isinstance(stored, Stored)
    assert stored.size == 200
    async with company.storage.work(company.account) as work:
        content = await work.files.content(stored.sha256)
        assert content is not None
        assert content[0] == b"\x00\xff" * 100
        assert len(content[1]) == 200
        for odd in ("", "xyz", "00", stored.sha256[:-2], "../../etc/passwd", "0" * 64):
            assert await work.files.content(odd) is None
    async with rival.storage.work(rival.account) as work:
        assert await work.files.content(stored.sha256) is None


async def test_a_file_over_the_cap_is_refused(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "FILE_LIMIT", 2 * 1024**2)
    assert isinstance(await store(company, b"x" * 2 * 1024**2), Stored)
    refused = await store(company, b"x" * (2 * 1024**2 + 100_000))
    assert isinstance(refused, Refusal)
    assert "2.1 MB" in refused.message


async def test_an_account_has_so_much_room_and_the_same_bytes_take_it_once(
    company: Company, rival: Company
) -> None:
    async with company.storage.database.raw() as raw:
        await raw.execute("UPDATE account SET file_quota = 10")
    assert isinstance(await store(company, b"123456"), Stored)
    assert isinstance(await store(company, b"123456"), Stored)
    refused = await store(company, b"abcde")
    assert isinstance(refused, Refusal)
    assert "room" in refused.message
    assert isinstance(await store(company, b"abcd"), Stored)
    assert isinstance(await store(company, b"abcd"), Stored)
    assert isinstance(await store(rival, b"abcdefghi"), Stored)
    async with company.storage.database.raw() as raw:
        assert await raw.fetchval("SELECT count(*) FROM file") == 3
        await raw.execute("UPDATE account SET file_quota = 1")
    assert isinstance(await store(company, b"123456"), Stored)


async def kept(company: Company, stored: Stored | Refusal) -> bool:
    assert isinstance(stored, Stored)
    async with company.storage.work(company.account) as work:
        return await work.files.content(stored.sha256) is not None


async def time_passes(company: Company, hours: int) -> None:
    async with company.storage.database.raw() as raw:
        await raw.execute(f"UPDATE file SET stored_at = stored_at - interval '{hours} hours'")


async def test_files_that_nothing_refers_to_are_removed_after_a_day(
    company: Company, rival: Company
) -> None:
    attached, forgotten = await store(company, b"attached"), await store(company, b"forgotten")
    theirs = await store(rival, b"attached")
    assert isinstance(attached, Stored)
    session = await company.starts("sam")
    deed = Attached(attached.sha256, "a.txt", "text/plain", attached.size)
    await company.does("sam", session, deed)
    await time_passes(company, 23)
    assert await prune(company.storage.database) == 0
    await time_passes(company, 2)
    assert await prune(company.storage.database) == 2
    assert await kept(company, attached)
    assert not await kept(company, forgotten)
    assert not await kept(rival, theirs)


async def test_a_file_that_is_sent_again_is_not_removed_before_it_is_attached(
    company: Company,
) -> None:
    await store(company, b"sent again")
    await time_passes(company, 30)
    again = await store(company, b"sent again")
    assert await prune(company.storage.database) == 0
    assert await kept(company, again)
