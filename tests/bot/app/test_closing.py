"""A channel in which nothing can be written any more, and the sessions that live there."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.app.closing import tell_lost
from bot.app.front import Front
from bot.port import Allowed, Clicked, Closed, Gone, Locked, Loss, Unavailable
from bot.token import Token
from core.flow.outcome import Outcome
from core.ids import SessionId
from core.session.deeds import Completed, NoteAdded, Paused, Resumed, VerificationAwaited
from core.session.engine import replay
from core.session.state import Session, Status
from core.verbs import ProductVerb
from core.views import NoticeView, StepView
from storage.jobs import TELL_LOST, Job, from_payload
from tests.bot.app.talking import Talk
from tests.company import Company


@pytest.fixture
def front(talk: Talk) -> Front:
    return Front(talk.chat.desk, talk.chat.senders)


LOCKED = (
    "“A small flow” cannot go on in its thread: the thread was locked.\n"
    "It is parked: The thread was locked\n"
    "Nothing of it is lost. To go on with it right here, press “Go on”; somewhere else, type "
    "/flow resume there. Once the thread is unlocked, it can go on in it as before."
)


def locked(thread: str) -> Closed:
    return replace(closed(Loss.LOCKED), thread=thread)


def unlocked(thread: str) -> Allowed:
    return Allowed("test", "Acme IT", "C1", f"allowed:{thread}", thread)


def closed(loss: Loss = Loss.ARCHIVED, channel: str = "C1", workspace: str = "Acme IT") -> Closed:
    return Closed("test", workspace, channel, loss, f"closed:{channel}")


async def now(company: Company, session: SessionId) -> Session:
    return (await company.reads("sam", session)).session


async def jobs(company: Company) -> list[Job]:
    async with company.storage.database.raw() as raw:
        rows = await raw.fetch(
            "SELECT payload FROM pgqueuer WHERE entrypoint = $1 ORDER BY id", TELL_LOST
        )
    return [from_payload(TELL_LOST, row["payload"]) for row in rows]


async def tells(talk: Talk) -> list[tuple[str, NoticeView]]:
    """Who is told what, once every job has run, and run again."""
    for _ in range(2):
        for job in await jobs(talk.company):
            await tell_lost(talk.chat.desk, talk.chat.senders, job)
    return [(person, notice) for _, person, notice in talk.platform.told]


@pytest.mark.parametrize(
    ("loss", "reason"),
    [
        (Loss.ARCHIVED, "The channel was archived"),
        (Loss.DELETED, "The channel was deleted"),
        (Loss.REMOVED, "ResolutionFlow was removed from the channel"),
    ],
)
async def test_the_session_is_parked_with_the_reason_and_its_driver_is_told(
    talk: Talk, front: Front, company: Company, loss: Loss, reason: str
) -> None:
    session, _ = await talk.begins()
    await front.receive(closed(loss))
    stands = await now(company, session)
    assert (stands.status, stands.parked) == (Status.PAUSED, reason)
    assert await talk.place(session) is None
    [(person, notice)] = await tells(talk)
    assert person == "sam"
    assert notice.text == (
        f"“A small flow” has lost its place: {reason.replace('The', 'the')}.\n"
        f"It is parked: {reason}\n"
        "Nothing of it is lost. To go on with it right here, press “Go on”."
    )
    [choice] = notice.choices
    assert (choice.verb, choice.session) == (ProductVerb.OPEN, session)


async def test_the_button_goes_on_with_it_where_the_driver_is(
    talk: Talk, front: Front, company: Company
) -> None:
    session, _ = await talk.begins()
    await front.receive(closed())
    [(_, notice)] = await tells(talk)
    token = Token(session, 0, notice.choices[0].verb, notice.choices[0].argument).pack()
    for delivery in ("p1", "p1"):
        await front.receive(Clicked(talk.at("sam", "D-sam"), delivery, token, "told"))
    await talk.shown()
    assert (await now(company, session)).status is Status.ACTIVE
    [*_, last] = talk.platform.at("D-sam")
    assert isinstance(last.shows, StepView)
    assert last.shows.prose == "Is it on?"
    assert (await company.kinds(session)).count("resumed") == 1


async def test_delivered_twice_or_noticed_by_two_it_is_told_once(
    talk: Talk, front: Front, company: Company
) -> None:
    for round in range(5):
        session, _ = await talk.begins(channel=f"C{round}")
        known = closed(channel=f"C{round}")
        await asyncio.gather(*(front.receive(known) for _ in range(4)))
        await front.receive(replace(known, delivery="another"))
        assert (await company.kinds(session)).count("paused") == 1
    assert len(await tells(talk)) == 5


async def test_half_done_by_one_who_died_the_next_does_the_rest(
    talk: Talk, front: Front, company: Company
) -> None:
    session, _ = await talk.begins()
    await company.does(None, session, Paused("The channel was archived"))
    await front.receive(closed())
    assert await talk.place(session) is None
    assert len(await tells(talk)) == 1


async def test_a_thread_that_lost_its_root_is_left_its_session_goes_on_and_others_stay(
    talk: Talk, front: Front, company: Company
) -> None:
    session, thread = await talk.begins("sam")
    other, _ = await talk.begins("kim", "small anyway")
    gone = replace(closed(Loss.DELETED), thread=thread)
    for delivery in ("once", "again"):
        await front.receive(replace(gone, delivery=delivery))
    await talk.shown()
    assert await talk.place(session) is None
    assert (await now(company, session)).status is Status.ACTIVE
    assert await talk.place(other) is not None
    assert await tells(talk) == []
    below = [message for message in talk.platform.at("C1") if message.target.thread == thread]
    assert [message for message in below if not message.deleted] == []


async def test_all_sessions_of_the_channel_and_none_of_another(
    talk: Talk, front: Front, company: Company
) -> None:
    mine, _ = await talk.begins("sam")
    kims, _ = await talk.begins("kim", "small anyway")
    other, _ = await talk.begins("sam", "small anyway", "C2")
    await front.receive(closed())
    stands = [(await now(company, each)).status for each in (mine, kims, other)]
    assert stands == [Status.PAUSED, Status.PAUSED, Status.ACTIVE]
    assert sorted(person for person, _ in await tells(talk)) == ["kim", "sam"]


async def test_what_waits_already_goes_on_waiting_for_that(
    talk: Talk, front: Front, company: Company
) -> None:
    parked, _ = await talk.begins()
    await company.does("sam", parked, Paused("The customer calls back"))
    awaiting, _ = await talk.begins("kim", "small anyway")
    for _ in range(2):
        await company.chooses("kim", awaiting, "yes")
    await company.does("kim", awaiting, VerificationAwaited(datetime.now(UTC) + timedelta(hours=1)))
    await front.receive(closed())
    assert (await now(company, parked)).parked == "The customer calls back"
    assert (await now(company, awaiting)).status is Status.AWAITING
    texts = {person: notice.text for person, notice in await tells(talk)}
    assert "the channel was archived" in texts["sam"]
    assert "It is parked: The customer calls back" in texts["sam"]
    assert "It waits to see whether the fix holds." in texts["kim"]


async def test_a_completed_session_is_left_in_peace(
    talk: Talk, front: Front, company: Company
) -> None:
    session, _ = await talk.begins()
    await company.does("sam", session, Completed(Outcome.RESOLVED))
    await front.receive(closed())
    assert (await now(company, session)).status is Status.COMPLETED
    assert await talk.place(session) is None
    assert await tells(talk) == []


async def test_nothing_is_sent_to_a_closed_channel_any_more(
    talk: Talk, front: Front, company: Company
) -> None:
    session, _ = await talk.begins()
    await front.receive(closed())
    talk.platform.log.clear()
    await company.does("sam", session, Resumed())
    await talk.shown()
    assert talk.platform.log == []
    assert await company.storage.outbox.behind() == 0


async def test_who_went_on_with_it_already_is_not_told(
    talk: Talk, front: Front, company: Company
) -> None:
    session, _ = await talk.begins()
    await front.receive(closed())
    await talk.types("sam", "resume", "C2")
    assert await talk.place(session) is not None
    assert await tells(talk) == []


async def test_a_driver_who_cannot_be_told_now_is_told_later(
    talk: Talk, front: Front, company: Company
) -> None:
    await talk.begins()
    await front.receive(closed())
    talk.platform.failing["tell"] = Unavailable("down")
    with pytest.raises(Unavailable):
        await tells(talk)
    talk.platform.failing.clear()
    talk.platform.losing = ["tell"]
    with pytest.raises(Unavailable):
        await tells(talk)
    assert len(await tells(talk)) == 1


async def test_what_delivery_finds_and_what_the_platform_says_is_told_once(
    talk: Talk, front: Front, company: Company
) -> None:
    session, thread = await talk.begins()
    await talk.types("sam", "resume", "C1", thread)  # the step is wanted anew, in the thread
    talk.platform.broken["C1"] = Gone("C1")
    await talk.shown()
    await front.receive(closed(Loss.DELETED))
    assert (await now(company, session)).status is Status.PAUSED
    [(_, notice)] = await tells(talk)
    assert "the thread or its channel was deleted" in notice.text


async def test_a_workspace_that_nobody_knows_closes_nothing(
    talk: Talk, front: Front, company: Company
) -> None:
    session, _ = await talk.begins()
    await front.receive(closed(workspace="elsewhere"))
    assert (await now(company, session)).status is Status.ACTIVE


async def test_what_the_product_parked_is_in_the_record_as_the_products(
    talk: Talk, front: Front, company: Company
) -> None:
    session, _ = await talk.begins()
    await front.receive(closed())
    trail = await company.trail(session)
    assert trail[-1].by is None
    again = replay({company.version: company.flow}, session, trail, company.account)
    assert again == await now(company, session)


async def test_a_locked_thread_parks_its_session_and_stays_its_place(
    talk: Talk, front: Front, company: Company
) -> None:
    session, thread = await talk.begins("sam")
    other, _ = await talk.begins("kim", "small anyway")
    for _ in range(3):
        await front.receive(locked(thread))
    stands = await now(company, session)
    assert (stands.status, stands.parked) == (Status.PAUSED, "The thread was locked")
    place = await talk.place(session)
    assert place is not None
    assert place.spot.thread == thread
    assert (await now(company, other)).status is Status.ACTIVE
    [(person, notice)] = await tells(talk)
    assert (person, notice.text) == ("sam", LOCKED)
    [choice] = notice.choices
    assert (choice.verb, choice.session) == (ProductVerb.OPEN, session)


async def test_what_is_written_down_in_a_locked_thread_has_nobody_told_again(
    talk: Talk, front: Front, company: Company
) -> None:
    session, thread = await talk.begins()
    await front.receive(locked(thread))
    assert len(await tells(talk)) == 1
    await company.does("sam", session, NoteAdded("A note"))
    await front.receive(locked(thread))
    assert len(await tells(talk)) == 1


async def test_a_thread_that_is_locked_again_is_told_of_again(
    talk: Talk, front: Front, company: Company
) -> None:
    session, thread = await talk.begins()
    await front.receive(locked(thread))
    assert len(await tells(talk)) == 1
    await front.receive(unlocked(thread))
    await company.does("sam", session, Resumed())
    await front.receive(locked(thread))
    assert (await now(company, session)).status is Status.PAUSED
    assert len(await tells(talk)) == 2


async def test_who_went_on_with_it_is_not_told_that_its_thread_was_locked(
    talk: Talk, front: Front, company: Company
) -> None:
    here, thread = await talk.begins()
    await front.receive(locked(thread))
    await company.does("sam", here, Resumed())
    there, thread = await talk.begins("kim", "small anyway", "C2")
    await front.receive(replace(locked(thread), channel="C2"))
    await talk.types("kim", "move", "C3")
    assert await tells(talk) == []
    assert (await now(company, there)).status is Status.PAUSED


async def test_a_lock_that_posting_meets_is_no_loss_and_what_waited_is_sent_when_it_is_opened(
    talk: Talk, front: Front, company: Company
) -> None:
    session, thread = await talk.begins()
    await company.chooses("sam", session, "yes")
    talk.platform.broken["C1"] = Locked("160005")
    await talk.shown()
    stands = await now(company, session)
    assert (stands.status, stands.parked) == (Status.PAUSED, "The thread was locked")
    assert [notice.text for _, notice in await tells(talk)] == [LOCKED]
    talk.platform.broken.clear()
    await talk.shown()
    assert talk.platform.step().step.prose == "Is it on?"  # nobody asks until somebody says so
    await front.receive(unlocked(thread))
    await talk.shown()
    assert (await now(company, session)).status is Status.PAUSED
    assert talk.platform.step().step.prose == "Does it work now?"
    assert talk.platform.step().step.parked == "The thread was locked"


async def test_who_goes_on_with_it_just_now_is_not_stopped_by_what_posting_meets(
    talk: Talk, front: Front, company: Company
) -> None:
    session, thread = await talk.begins()
    await front.receive(locked(thread))
    await company.does("sam", session, Resumed())
    talk.platform.broken["C1"] = Locked("160005")
    await talk.shown()
    assert (await now(company, session)).status is Status.ACTIVE
    assert await tells(talk) == []


async def test_nothing_is_tried_any_more_in_a_locked_thread_that_its_session_left(
    talk: Talk, front: Front, company: Company
) -> None:
    _, thread = await talk.begins()
    await front.receive(locked(thread))
    await talk.types("sam", "resume", "C2")
    talk.platform.broken["C1"] = Locked("160005")
    await talk.shown()
    assert await company.storage.outbox.behind() == 0
    assert await tells(talk) == []


async def test_where_a_whole_workspace_is_closed_all_its_sessions_wait(
    talk: Talk, front: Front, company: Company
) -> None:
    one, _ = await talk.begins("sam")
    other, _ = await talk.begins("kim", "small anyway", "C2")
    for _ in range(2):
        await front.receive(closed(Loss.REMOVED, channel=""))
    stands = [(await now(company, each)).status for each in (one, other)]
    assert stands == [Status.PAUSED, Status.PAUSED]
    assert [await talk.place(each) for each in (one, other)] == [None, None]
    assert sorted(person for person, _ in await tells(talk)) == ["kim", "sam"]
