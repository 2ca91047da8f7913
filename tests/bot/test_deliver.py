"""Messages are brought to what their sessions are now, whatever goes wrong on the way."""

import asyncio
from datetime import timedelta

import pytest

from bot.app.deliver import LATEST, _send, backoff, deliver, setback
from bot.app.desk import Desk
from bot.port import Gone, RateLimited, Unauthorized, Unavailable
from core.flow.outcome import Outcome
from core.ids import SessionId
from core.session.deeds import Completed, NoteAdded, Paused
from core.session.state import Status
from core.views import NoteView, NoticeView
from storage.outbox import Outbox
from storage.places import Spot
from storage.storage import Storage
from tests.bot.sessions import at_once, moved, opened
from tests.company import Company
from tests.recorder import Recorder


@pytest.fixture
def desk(storage: Storage) -> Desk:
    return Desk(storage)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


async def sent(desk: Desk, recorder: Recorder, platform: str = "test") -> None:
    """Deliver until nothing is left that may be sent now."""
    while await deliver(desk, {platform: recorder}):
        pass


async def failure(company: Company) -> tuple[str | None, timedelta | None]:
    async with company.storage.database.raw() as raw:
        row = await raw.fetchrow(
            "SELECT failure, retry_at - now() AS wait FROM message WHERE failure IS NOT NULL"
        )
    return (row["failure"], row["wait"]) if row else (None, None)


async def test_a_new_session_shows_its_header_then_its_step(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    await opened(company)
    await sent(desk, recorder)
    assert [type(m.shows).__name__ for m in recorder.at("C1")] == ["HeaderView", "StepView"]
    assert recorder.step().step.prose == "Is it on?"
    assert recorder.header().target.workspace == "Acme IT"
    assert await desk.storage.outbox.behind() == 0


async def test_an_answer_edits_the_step_and_leaves_the_header(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await opened(company)
    await sent(desk, recorder)
    await company.chooses("sam", session, "yes")
    await sent(desk, recorder)
    shown = recorder.step().step
    assert shown.prose == "Does it work now?"
    assert [(line.asked, line.answer, line.by) for line in shown.past] == [
        ("Is it on?", "Yes", "Sam")
    ]
    assert len(recorder.header().history) == 1


async def test_intermediate_states_are_skipped(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await opened(company)
    await sent(desk, recorder)
    for option in ("yes", "no", "yes"):
        await company.chooses("sam", session, option)
    await sent(desk, recorder)
    assert [step.revision for step in recorder.step().history] == [1, 4]  # type: ignore[union-attr]


async def test_the_header_follows_the_status(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await opened(company)
    await sent(desk, recorder)
    await company.does("sam", session, Paused("Waiting for the customer"))
    await sent(desk, recorder)
    header = recorder.header().shows
    assert getattr(header, "status", None) is Status.PAUSED
    assert getattr(header, "parked", None) == "Waiting for the customer"


async def test_a_note_redraws_nothing(company: Company, desk: Desk, recorder: Recorder) -> None:
    session = await opened(company)
    await sent(desk, recorder)
    await company.does("sam", session, NoteAdded("A note"))
    assert await deliver(desk, {"test": recorder}) == 0


async def test_other_platforms_messages_are_left_to_who_has_their_sender(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    await opened(company)
    assert await deliver(desk, {"another": recorder}) == 0
    assert await deliver(desk, {}) == 0
    assert await desk.storage.outbox.behind() == 2


async def test_a_rate_limit_is_waited_for(company: Company, desk: Desk, recorder: Recorder) -> None:
    await opened(company)
    recorder.faults = [RateLimited(40)]
    await sent(desk, recorder)
    why, wait = await failure(company)
    assert why == "rate limited"
    assert wait is not None
    assert timedelta(seconds=38) < wait <= timedelta(seconds=40)
    await at_once(company)
    await sent(desk, recorder)
    assert recorder.step()


async def test_what_the_platform_forbids_waits_for_an_admin(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    await opened(company)
    recorder.faults = [Unauthorized("missing scope")]
    await sent(desk, recorder)
    why, wait = await failure(company)
    assert why == "not allowed there"
    assert wait is not None
    assert wait > timedelta(minutes=5)


async def test_what_the_platform_says_is_lacking_is_told_the_admin(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    await opened(company)
    told = "An admin has to grant me Create Public Threads in #support."
    recorder.faults = [Unauthorized("50013", told=told)]
    await sent(desk, recorder)
    why, _ = await failure(company)
    assert why == told


def test_failures_are_retried_ever_more_slowly_up_to_five_minutes() -> None:
    waits = [max(backoff(failures) for _ in range(50)) for failures in (0, 3, 8, 1_000)]
    assert waits == sorted(waits)
    assert waits[0] <= timedelta(seconds=1)
    assert waits[-1] <= LATEST == timedelta(minutes=5)
    assert min(backoff(30) for _ in range(50)) >= LATEST / 2


def test_a_rate_limit_of_nothing_or_of_a_day_is_bounded() -> None:
    assert setback(RateLimited(0), 0).wait > timedelta()
    assert setback(RateLimited(86_400), 0).wait == timedelta(hours=1)


async def test_a_deleted_message_is_not_asked_for_again_until_it_is_reposted(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await opened(company)
    await sent(desk, recorder)
    recorder.step().deleted = True
    await company.chooses("sam", session, "yes")
    await sent(desk, recorder)
    assert await desk.storage.outbox.behind() == 0
    async with company.storage.work(company.account) as work:
        assert await work.places.repost(session, revision=2)
    await sent(desk, recorder)
    assert recorder.step().step.prose == "Does it work now?"
    assert len(recorder.header().history) == 1


async def test_a_channel_that_is_gone_holds_up_nobody(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    await opened(company)
    recorder.broken["C1"] = Gone("C1")
    await sent(desk, recorder)
    assert await desk.storage.outbox.behind() == 0


@pytest.mark.parametrize(
    "error", [Unavailable("500"), RateLimited(5), Unauthorized("no"), KeyError("a bug of ours")]
)
async def test_one_failing_message_does_not_stop_the_others(
    company: Company, desk: Desk, recorder: Recorder, error: Exception
) -> None:
    for channel in ("C1", "C2", "C3"):
        await opened(company, channel)
    recorder.broken["C2"] = error
    await sent(desk, recorder)
    assert recorder.step("C1")
    assert recorder.step("C3")
    assert recorder.at("C2") == []
    recorder.broken.clear()
    await at_once(company)
    await sent(desk, recorder)
    assert recorder.step("C2")


async def test_an_unexpected_error_leaves_a_reference_and_none_of_its_words(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    await opened(company)
    recorder.faults = [KeyError("the customer's password is hunter2")]
    await sent(desk, recorder)
    why, _ = await failure(company)
    assert why is not None
    assert why.startswith("failed, see ")
    assert "hunter2" not in why


@pytest.mark.parametrize("showing", [0, 1])
async def test_a_post_whose_answer_was_lost_is_found_by_its_mark(
    company: Company, desk: Desk, recorder: Recorder, showing: int
) -> None:
    await opened(company)
    if showing:
        await deliver(desk, {"test": recorder})
    recorder.losing = ["post"]
    await sent(desk, recorder)
    await at_once(company)
    await sent(desk, recorder)
    assert len(recorder.messages) == 2
    assert recorder.log.count("find") == 1
    assert len(recorder.messages["m1" if showing == 0 else "m2"].mark) <= 25


async def test_a_crash_between_post_and_store_makes_no_second_message(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await opened(company)
    await deliver(desk, {"test": recorder})
    [claimed] = await desk.storage.outbox.claim(["test"])  # the worker that will die
    before = Recorder(recorder.messages)
    await _send(desk, before, claimed)  # posted; the process is killed here
    await company.chooses("sam", session, "yes")
    await at_once(company)
    await sent(desk, recorder)
    assert len(recorder.messages) == 2
    assert recorder.step().step.prose == "Does it work now?"


async def test_two_workers_post_once(company: Company, storage: Storage) -> None:
    recorder = Recorder()
    desks = [Desk(storage), Desk(storage)]
    for round in range(10):
        await opened(company, f"R{round}")
    for _ in range(4):
        await asyncio.gather(*(deliver(desk, {"test": recorder}) for desk in desks))
    assert len(recorder.messages) == 20
    assert recorder.log.count("edit") == 0


async def test_an_older_view_that_arrives_late_does_not_stay(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    """A worker stands still while it sends, loses its claim, and then covers what came after."""
    session = await opened(company)
    await sent(desk, recorder)
    await company.chooses("sam", session, "yes")
    with recorder.held("edit") as hold:
        late = asyncio.create_task(deliver(desk, {"test": recorder}))
        await hold.begun.wait()
        await company.chooses("sam", session, "no")
        await at_once(company)
        await sent(desk, recorder)
        assert recorder.step().step.revision == 3
        hold.release()
        await late
    assert recorder.step().step.revision == 2  # covered
    await sent(desk, recorder)
    assert recorder.step().step.revision == 3


async def test_a_late_older_view_is_noticed_although_the_newer_is_stored_after_it(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await opened(company)
    await sent(desk, recorder)
    await company.chooses("sam", session, "yes")
    outbox = desk.storage.outbox
    [late] = await outbox.claim(["test"])
    await company.chooses("sam", session, "no")
    await at_once(company)
    [newer] = await outbox.claim(["test"])
    await outbox.shown(late, revision=2, reference="m2")
    await outbox.shown(newer, revision=3, reference="m2")
    assert await outbox.behind() == 1


async def test_a_platform_that_hangs_is_left_before_the_claim_is_lost(
    company: Company, storage: Storage, recorder: Recorder
) -> None:
    await opened(company)
    storage.outbox = Outbox(storage.database, timedelta(seconds=0.3))
    with recorder.held("post") as hold:
        await asyncio.wait_for(deliver(Desk(storage), {"test": recorder}), 2)
        assert hold.begun.is_set()
    why, _ = await failure(company)
    assert why == "the platform does not answer"


async def test_an_old_place_points_to_the_new_one_and_then_keeps_still(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await opened(company)
    await sent(desk, recorder)
    await moved(company, session, "C2")
    await sent(desk, recorder)
    for message in recorder.at("C1"):
        assert isinstance(message.shows, NoticeView)
        assert message.shows.text == "This session goes on in another thread of this workspace."
    assert recorder.step("C2").step.prose == "Is it on?"
    await company.chooses("sam", session, "yes")
    await sent(desk, recorder)
    assert {len(message.history) for message in recorder.at("C1")} == {2}
    assert recorder.step("C2").step.prose == "Does it work now?"


async def test_the_pointer_comes_even_where_a_step_was_on_its_way(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await opened(company)
    await sent(desk, recorder)
    await company.chooses("sam", session, "yes")
    with recorder.held("edit") as hold:
        under_way = asyncio.create_task(deliver(desk, {"test": recorder}))
        await hold.begun.wait()
        await moved(company, session, "C2")
        hold.release()
        await under_way
    await sent(desk, recorder)
    assert all(isinstance(message.shows, NoticeView) for message in recorder.at("C1"))


async def test_a_place_left_before_anything_was_posted_stays_empty(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await opened(company)
    await moved(company, session, "C2")
    await sent(desk, recorder)
    assert recorder.at("C1") == []
    assert recorder.step("C2")


async def test_a_session_that_comes_back_is_posted_anew(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await opened(company)
    await sent(desk, recorder)
    await moved(company, session, "C2")
    await sent(desk, recorder)
    await moved(company, session, "C1")
    await sent(desk, recorder)
    assert recorder.step("C1").step.prose == "Is it on?"
    assert [type(message.shows) for message in recorder.at("C2")] == [NoticeView, NoticeView]


async def test_the_pointer_names_another_workspace(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await opened(company)
    await sent(desk, recorder)
    async with company.storage.work(company.account) as work:
        other = await work.people.add_workspace("discord", "g1", "Acme guild")
        assert other is not None
        assert await work.places.open(session, Spot(other, "D1"), revision=1)
    await sent(desk, recorder)
    texts = {getattr(message.shows, "text", "") for message in recorder.at("C1")}
    assert texts == {"This session goes on in Acme guild (Discord)."}


async def test_a_thread_is_opened_below_the_header_and_the_step_goes_into_it(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await company.starts("sam")
    async with company.storage.work(company.account) as work:
        channel = Spot(company.workspace, "C1", None)
        assert await work.places.open(session, channel, revision=1)
    recorder.log.clear()
    recorder.losing = ["post"]  # the header is there, but nobody heard so
    for _ in range(4):
        await at_once(company)
        await deliver(desk, {"test": recorder})
    [header] = [r for r, m in recorder.messages.items() if m is recorder.header()]
    assert recorder.header().target.thread == ""
    assert recorder.step().target.thread == header
    async with company.storage.work(company.account) as work:
        place = await work.places.at(Spot(company.workspace, "C1", header))
    assert place is not None
    assert place.session == session


async def test_a_thread_that_could_not_be_opened_is_opened_later_and_nothing_is_doubled(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await company.starts("sam")
    async with company.storage.work(company.account) as work:
        channel = Spot(company.workspace, "C1", None)
        assert await work.places.open(session, channel, revision=1)
    recorder.failing["open_thread"] = Unavailable("down")
    await deliver(desk, {"test": recorder})
    recorder.failing.clear()
    for _ in range(3):
        await at_once(company)
        await deliver(desk, {"test": recorder})
    assert recorder.step().target.thread
    assert recorder.log.count("post") == 2  # one header, one step


async def test_what_still_stands_in_a_lost_place_is_withdrawn_but_not_its_ticket_note(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await opened(company)
    await sent(desk, recorder)
    await company.does("sam", session, Completed(Outcome.RESOLVED))
    await sent(desk, recorder)
    recorder.header().deleted = True
    await loses(company, session)
    await sent(desk, recorder)
    assert [type(message.shows) for message in recorder.at("C1")] == [NoteView]
    assert recorder.log.count("withdraw") == 2
    assert await desk.storage.outbox.behind() == 0


@pytest.mark.parametrize("error", [Unavailable("500"), RateLimited(5)])
async def test_a_withdrawal_that_fails_is_tried_again(
    company: Company, desk: Desk, recorder: Recorder, error: Exception
) -> None:
    session = await opened(company)
    await sent(desk, recorder)
    await loses(company, session)
    recorder.failing["withdraw"] = error
    await sent(desk, recorder)
    assert len(recorder.at("C1")) == 2
    recorder.failing.clear()
    recorder.losing = ["withdraw"]  # it is done, but nobody heard so
    for _ in range(2):
        await at_once(company)
        await sent(desk, recorder)
    assert recorder.at("C1") == []
    assert await desk.storage.outbox.behind() == 0


async def test_a_first_post_that_was_on_its_way_is_withdrawn_too(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    """The place is lost while a step is posted there: it must not stay alone."""
    session = await opened(company)
    await deliver(desk, {"test": recorder})
    with recorder.held("post") as hold:
        under_way = asyncio.create_task(deliver(desk, {"test": recorder}))
        await hold.begun.wait()
        await loses(company, session)
        hold.release()
        await under_way
    assert recorder.step()
    await at_once(company)
    await sent(desk, recorder)
    assert recorder.at("C1") == []
    assert await desk.storage.outbox.behind() == 0


async def test_a_crash_between_a_post_and_the_loss_of_its_place_leaves_nothing_standing(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await opened(company)
    await deliver(desk, {"test": recorder})
    [claimed] = await desk.storage.outbox.claim(["test"])  # the worker that will die
    await _send(desk, recorder, claimed)  # posted; the process is killed here
    await loses(company, session)
    await sent(desk, recorder)
    assert recorder.at("C1") == []
    assert await desk.storage.outbox.behind() == 0


async def test_a_lost_place_in_a_channel_that_is_gone_too_is_forgotten(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await opened(company)
    await deliver(desk, {"test": recorder})
    await desk.storage.outbox.claim(["test"])
    await loses(company, session)
    recorder.broken["C1"] = Gone("C1")
    await sent(desk, recorder)
    assert await desk.storage.outbox.behind() == 0


async def test_where_nothing_can_be_posted_any_more_the_session_is_parked_and_its_driver_told(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await opened(company)
    recorder.broken["C1"] = Gone("C1")
    await sent(desk, recorder)
    now = (await company.reads("sam", session)).session
    assert now.status is Status.PAUSED
    assert now.parked == "The thread or its channel was deleted"
    async with company.storage.work(company.account) as work:
        assert await work.places.active(session) is None
    async with company.storage.database.raw() as raw:
        assert await raw.fetchval("SELECT count(*) FROM pgqueuer") == 1


async def loses(company: Company, session: SessionId) -> None:
    """The header, or the thread, was deleted by somebody."""
    async with company.storage.work(company.account) as work:
        place = await work.places.active(session)
        assert place is not None
        assert await work.places.lost(place.id)
