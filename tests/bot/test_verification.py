"""A verification is asked for when it is due, and closed by silence: once each, or not at all."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.app.desk import Desk
from bot.app.verification import ask_still_fine, close_unverified
from bot.port import Gone, Unavailable
from core.flow.outcome import Outcome
from core.ids import SessionId
from core.session.deeds import NoteAdded, VerificationAnswered, VerificationAwaited
from core.session.state import Status
from storage.jobs import ASK_STILL_FINE, CLOSE_UNVERIFIED, Job, from_payload
from storage.storage import Storage
from tests.bot.sessions import opened
from tests.company import Company
from tests.recorder import Recorder

HOUR = timedelta(hours=1)


class Later:
    """A clock that can be put forward."""

    def __init__(self) -> None:
        self.by = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.by


@pytest.fixture
def clock() -> Later:
    return Later()


@pytest.fixture
def desk(storage: Storage, clock: Later) -> Desk:
    return Desk(storage, clock)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


async def awaiting(company: Company, after: timedelta = HOUR) -> SessionId:
    """A session that reached its end and waits to see whether the fix holds."""
    session = await opened(company)
    for _ in range(2):
        await company.chooses("sam", session, "yes")
    await company.does("sam", session, VerificationAwaited(datetime.now(UTC) + after))
    assert (await company.reads("sam", session)).session.status is Status.AWAITING
    return session


async def queued(company: Company, kind: str) -> list[Job]:
    async with company.storage.database.raw() as raw:
        rows = await raw.fetch(
            "SELECT payload FROM pgqueuer WHERE entrypoint = $1 ORDER BY id", kind
        )
    return [from_payload(kind, row["payload"]) for row in rows]


async def test_the_question_is_queued_for_when_it_is_due(company: Company) -> None:
    await awaiting(company)
    async with company.storage.database.raw() as raw:
        wait = await raw.fetchval("SELECT execute_after - now() FROM pgqueuer")
    assert timedelta(minutes=59) < wait <= HOUR


async def test_the_driver_is_asked_with_the_flows_words_and_both_answers(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await awaiting(company)
    [job] = await queued(company, ASK_STILL_FINE)
    await ask_still_fine(desk, {"test": recorder}, job)
    [(_, person, notice)] = recorder.told
    assert person == "sam"
    assert notice.text == "“A small flow”: Is it still fine?"
    assert [choice.verb for choice in notice.choices] == ["fine", "not-fine"]
    assert notice.session == session


async def test_silence_closes_the_accounts_hours_after_the_question(
    company: Company, desk: Desk, recorder: Recorder, clock: Later
) -> None:
    session = await awaiting(company)
    [ask] = await queued(company, ASK_STILL_FINE)
    await ask_still_fine(desk, {"test": recorder}, ask)
    async with company.storage.database.raw() as raw:
        wait = await raw.fetchval(
            "SELECT execute_after - now() FROM pgqueuer WHERE entrypoint = $1", CLOSE_UNVERIFIED
        )
    assert timedelta(hours=71) < wait <= timedelta(hours=72)
    clock.by = timedelta(hours=73)
    [close] = await queued(company, CLOSE_UNVERIFIED)
    await close_unverified(desk, {}, close)
    after = (await company.reads("sam", session)).session
    assert (after.status, after.outcome) == (Status.COMPLETED, Outcome.RESOLVED)
    last = (await company.trail(session))[-1]
    assert (last.deed.kind, last.by) == ("verification-lapsed", None)
    assert desk.woken.is_set()


async def test_each_job_done_twice_is_done_once(
    company: Company, desk: Desk, recorder: Recorder, clock: Later
) -> None:
    session = await awaiting(company)
    [ask] = await queued(company, ASK_STILL_FINE)
    for _ in range(2):
        await ask_still_fine(desk, {"test": recorder}, ask)
    assert len(recorder.told) == 1
    [close] = await queued(company, CLOSE_UNVERIFIED)
    clock.by = 2 * HOUR
    for _ in range(2):
        await close_unverified(desk, {}, close)
    kinds = [entry.deed.kind for entry in await company.trail(session)]
    assert kinds.count("verification-lapsed") == 1


async def test_who_answered_in_time_is_neither_asked_nor_closed(
    company: Company, desk: Desk, recorder: Recorder, clock: Later
) -> None:
    session = await awaiting(company)
    [ask] = await queued(company, ASK_STILL_FINE)
    await company.does("sam", session, VerificationAnswered(fine=False))
    await ask_still_fine(desk, {"test": recorder}, ask)
    close = Job(CLOSE_UNVERIFIED, ask.account, session, ask.revision, about=ask.about)
    clock.by = 2 * HOUR
    await close_unverified(desk, {}, close)
    assert recorder.told == []
    assert (await company.reads("sam", session)).session.status is Status.ACTIVE
    assert await queued(company, CLOSE_UNVERIFIED) == []


async def test_a_job_of_an_earlier_verification_leaves_the_later_one_alone(
    company: Company, desk: Desk, recorder: Recorder, clock: Later
) -> None:
    session = await awaiting(company)
    await company.does("sam", session, VerificationAnswered(fine=False))
    await company.does("sam", session, VerificationAwaited(datetime.now(UTC) + 2 * HOUR))
    [first, second] = await queued(company, ASK_STILL_FINE)
    clock.by = 3 * HOUR
    await ask_still_fine(desk, {"test": recorder}, first)
    close = Job(CLOSE_UNVERIFIED, first.account, session, first.revision, about=first.about)
    await close_unverified(desk, {}, close)
    assert recorder.told == []
    assert (await company.reads("sam", session)).session.status is Status.AWAITING
    await ask_still_fine(desk, {"test": recorder}, second)
    assert len(recorder.told) == 1


async def test_a_note_meanwhile_changes_nothing(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await awaiting(company)
    await company.does("kim", session, NoteAdded("The customer says it is slow again."))
    [ask] = await queued(company, ASK_STILL_FINE)
    await ask_still_fine(desk, {"test": recorder}, ask)
    assert len(recorder.told) == 1


async def test_nothing_is_closed_before_it_was_asked(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    await awaiting(company)
    [ask] = await queued(company, ASK_STILL_FINE)
    recorder.faults = [Unavailable("down")]
    with pytest.raises(Unavailable):
        await ask_still_fine(desk, {"test": recorder}, ask)
    assert await queued(company, CLOSE_UNVERIFIED) == []
    await ask_still_fine(desk, {"test": recorder}, ask)
    assert len(await queued(company, CLOSE_UNVERIFIED)) == 1


async def test_a_driver_who_left_keeps_no_session_open_for_ever(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    await awaiting(company)
    [ask] = await queued(company, ASK_STILL_FINE)
    recorder.broken["sam"] = Gone("left")
    await ask_still_fine(desk, {"test": recorder}, ask)
    assert len(await queued(company, CLOSE_UNVERIFIED)) == 1


async def test_another_accounts_job_closes_nothing(
    company: Company, rival: Company, desk: Desk, clock: Later
) -> None:
    session = await awaiting(company)
    [ask] = await queued(company, ASK_STILL_FINE)
    clock.by = 2 * HOUR
    stolen = Job(CLOSE_UNVERIFIED, rival.account, session, ask.revision, about=ask.about)
    await close_unverified(desk, {}, stolen)
    assert (await company.reads("sam", session)).session.status is Status.AWAITING
