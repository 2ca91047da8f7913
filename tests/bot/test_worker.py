"""The worker: everything once however many work, through failures and restarts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.app.desk import Desk, do
from bot.jobs import Patience
from bot.port import RateLimited, Sender, Unavailable
from bot.worker import Pace, work
from core.session.deeds import TakenOver
from storage.database import Pool
from storage.jobs import TELL, Job, enqueue
from storage.outbox import Claimed, Outbox
from storage.places import Spot
from storage.storage import Storage
from storage.storage import opened as storage_opened
from storage.upkeep import prune
from tests.bot.sessions import at_once, opened
from tests.company import Company
from tests.recorder import Recorder

QUICK = Pace(
    poll=0.1,
    again=0.02,
    longest=0.2,
    jobs=Patience(
        attempts=3,
        first=timedelta(milliseconds=10),
        longest=timedelta(milliseconds=40),
        look=timedelta(milliseconds=200),
    ),
)
SLOWLY = Pace(poll=60)


@pytest.fixture
def desk(storage: Storage) -> Desk:
    return Desk(storage)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@asynccontextmanager
async def working(desk: Desk, recorder: Sender, pace: Pace = QUICK) -> AsyncIterator[asyncio.Event]:
    """A worker; stopped at the end, which must not take long."""
    stop = asyncio.Event()
    task = asyncio.create_task(work(desk, {"test": recorder}, stop, pace))
    try:
        yield stop
    finally:
        stop.set()
        await asyncio.wait_for(task, 4)


async def until(true: Callable[[], bool | Awaitable[bool]], seconds: float = 15) -> None:
    """Wait for something to come true."""
    async with asyncio.timeout(seconds):
        while True:
            found = true()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.02)


def settled(desk: Desk) -> Callable[[], Awaitable[bool]]:
    async def behind() -> bool:
        return await desk.storage.outbox.behind() == 0

    return behind


async def jobs_in(company: Company, status: str) -> int:
    async with company.storage.database.raw() as raw:
        count: int = await raw.fetchval(
            "SELECT count(*) FROM pgqueuer WHERE status::text = $1", status
        )
    return count


async def test_a_commit_wakes_the_worker_at_once(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await opened(company)
    async with working(desk, recorder, SLOWLY):
        await until(settled(desk))
        await do(desk, company.identity("kim"), session, TakenOver())
        await until(settled(desk))
        await until(lambda: len(recorder.told) == 1)  # and the queue needs no waking
    assert recorder.header().shows.driver == "Kim"  # type: ignore[union-attr]


async def test_what_another_process_committed_is_found_by_looking(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    async with working(desk, recorder):
        await opened(company)
        await until(settled(desk))
    assert recorder.step()


async def test_two_workers_do_everything_once(company: Company, address: str) -> None:
    recorder = Recorder()
    async with (
        storage_opened(address, Pool(4)) as one,
        storage_opened(address, Pool(4)) as other,
        working(Desk(one), recorder),
        working(Desk(other), recorder),
    ):
        sessions = [await opened(company, f"C{n}") for n in range(8)]
        for session in sessions:
            await company.chooses("sam", session, "yes")
            await company.does("kim", session, TakenOver())
        await until(settled(Desk(company.storage)))
        await until(lambda: len(recorder.told) == 8)
    assert recorder.log.count("post") == 16
    assert recorder.log.count("tell") == 8
    assert {recorder.step(f"C{n}").step.revision for n in range(8)} == {3}


async def test_a_worker_stops_at_once_and_finishes_what_it_sends(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    await opened(company)
    with recorder.held("post") as hold:
        async with working(desk, recorder) as stop:
            await hold.begun.wait()
            stop.set()
            await asyncio.sleep(0.1)
            hold.release()
    assert [message.target.channel for message in recorder.messages.values()] == ["C1"]
    async with company.storage.database.raw() as raw:
        assert await raw.fetchval("SELECT count(*) FROM message WHERE reference IS NOT NULL") == 1


async def test_a_platform_that_hangs_does_not_keep_a_worker_from_stopping(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    await opened(company)
    with recorder.held("post") as hold:
        async with working(desk, recorder):
            await hold.begun.wait()
            began = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - began < 3


async def test_a_platform_that_hangs_keeps_no_other_waiting(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    await opened(company)
    other = await company.starts("sam")
    fine, stop = Recorder(), asyncio.Event()
    async with company.storage.work(company.account) as found:
        guild = await found.people.add_workspace("discord", "g1", "Acme guild")
        assert guild is not None
        assert await found.places.open(other, Spot(guild, "D1"), revision=1)
    senders: dict[str, Sender] = {"test": recorder, "discord": fine}
    with recorder.held("post") as hold:
        task = asyncio.create_task(work(desk, senders, stop, QUICK))
        await hold.begun.wait()
        await until(lambda: len(fine.at("D1")) == 2)
        stop.set()
    await task


async def test_the_database_may_restart_under_a_worker(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await opened(company)
    async with working(desk, recorder):
        await until(settled(desk))
        for _ in range(3):
            await kill_connections(company)
            await asyncio.sleep(0.2)
        await company.chooses("sam", session, "yes")
        await company.does("kim", session, TakenOver())
        await until(lambda: recorder.step().step.revision == 3)
        await until(lambda: len(recorder.told) == 1)


async def kill_connections(company: Company) -> None:
    """As a restart of the server does: every client's connection but the killer's is gone.

    Autovacuum may be there too, and is nobody's to end.
    """
    async with company.storage.database.own() as raw:
        await raw.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )


async def test_a_worker_waits_for_a_database_that_is_away(recorder: Recorder) -> None:
    class Counting(Outbox):
        attempts = 0

        async def claim(self, platforms: list[str], limit: int = 20) -> list[Claimed]:
            self.attempts += 1
            return await super().claim(platforms, limit)

    async with storage_opened("postgresql://nobody@127.0.0.1:1/none") as away:
        away.outbox = outbox = Counting(away.database)
        with capture_logs() as logs:
            async with working(Desk(away), recorder):
                await until(lambda: outbox.attempts >= 5)  # it goes on
                before = outbox.attempts
                await asyncio.sleep(1)
    assert outbox.attempts - before <= 15  # does not spin
    said = [line["part"] for line in logs if line["event"] == "worker interrupted"]
    assert sorted(said) == ["deliver test", "housekeeping", "jobs"]  # and says so once


async def test_a_job_that_fails_is_tried_again(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await opened(company)
    await company.does("kim", session, TakenOver())
    recorder.broken["sam"] = Unavailable("down")
    async with working(desk, recorder):
        await until(lambda: recorder.log.count("tell") >= 2)
        recorder.broken.clear()
        await until(lambda: len(recorder.told) == 1)
        await until(lambda: _none(company, "queued"))
    assert await company.storage.dead_letters(company.account).list() == ()


async def _none(company: Company, status: str) -> bool:
    return await jobs_in(company, status) == 0


async def test_a_job_that_keeps_failing_is_a_dead_letter_only_its_account_sees_and_retries(
    company: Company, rival: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await opened(company)
    await company.does("kim", session, TakenOver())
    recorder.broken["sam"] = Unavailable("down")
    mine, theirs = (company.storage.dead_letters(c.account) for c in (company, rival))
    async with working(desk, recorder):
        await until(lambda: _dead(company))
        assert recorder.log.count("tell") == QUICK.jobs.attempts
        [letter] = await mine.list()
        assert (letter.job.kind, letter.job.session) == (TELL, session)
        assert await theirs.list() == ()
        assert not await theirs.retry(letter.id)
        recorder.broken.clear()
        assert await mine.retry(letter.id)
        await until(lambda: len(recorder.told) == 1)
    assert await mine.list() == ()


async def _dead(company: Company) -> bool:
    return await jobs_in(company, "failed") == 1


async def test_a_rate_limit_is_no_failure(company: Company, desk: Desk, recorder: Recorder) -> None:
    session = await opened(company)
    await company.does("kim", session, TakenOver())
    recorder.broken["sam"] = RateLimited(0.01)
    async with working(desk, recorder):
        await until(lambda: recorder.log.count("tell") > QUICK.jobs.attempts + 1)
        recorder.broken.clear()
        await until(lambda: len(recorder.told) == 1)


async def test_a_job_that_cannot_be_read_is_a_dead_letter_and_stops_nobody(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await opened(company)
    broken = Job(TELL, company.account, session, 1, company.people["sam"], "no such notice")
    async with company.storage.work(company.account) as found:
        await enqueue(found.raw, broken)
    await company.does("kim", session, TakenOver())
    async with working(desk, recorder):
        await until(lambda: len(recorder.told) == 1)
        await until(lambda: _dead(company))


async def test_housekeeping_forgets_what_is_old_and_keeps_what_is_not(company: Company) -> None:
    session = await opened(company)
    async with company.storage.work(company.account) as found:
        await found.places.save_form(company.people["sam"], session, "new", {"a": "b"})
        await found.places.save_form(company.people["sam"], session, "old", {"a": "b"})
        await found.raw.execute(
            "UPDATE form_draft SET updated_at = now() - interval '31 days' WHERE form = 'old'"
        )
        for age in ("6 days", "8 days"):
            await found.raw.execute(
                "INSERT INTO pgqueuer_log (created, job_id, status, priority, entrypoint)"
                f" VALUES (now() - interval '{age}', 1, 'successful', 0, 'tell')"
            )
        for age in ("1 hour", "3 days"):
            await found.raw.execute(
                "INSERT INTO link_code (account_id, digest, purpose, expires_at)"
                f" VALUES ($1, $2, 'identity', now() - interval '{age}')",
                company.account,
                age.encode(),
            )
    assert await prune(company.storage.database) == 3
    assert await prune(company.storage.database) == 0
    async with company.storage.work(company.account) as found:
        assert await found.places.form(company.people["sam"], session, "new")


async def test_messages_of_a_worker_that_died_are_sent_when_its_lease_ends(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    await opened(company)
    await desk.storage.outbox.claim(["test"])  # and dies
    async with working(desk, recorder):
        await asyncio.sleep(0.3)
        assert recorder.messages == {}
        await at_once(company)
        await until(settled(desk))
    assert recorder.step()
