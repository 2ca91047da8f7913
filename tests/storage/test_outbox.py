"""What should be on screen: claimed by one worker at a time, sent until it is there."""

from datetime import timedelta

import pytest

from core.ids import SessionId
from core.session import deeds
from core.session.scene import Showing
from storage.outbox import Claimed, Outbox
from storage.places import Spot
from tests.company import Company

HERE = ["test"]


@pytest.fixture
async def session(company: Company) -> SessionId:
    """A session in a thread, with nothing posted yet."""
    return await lives(company, "1")


async def lives(company: Company, thread: str) -> SessionId:
    session = await company.starts("sam")
    async with company.storage.work(company.account) as work:
        spot = Spot(company.workspace, "general", thread)
        assert await work.places.open(session, spot, revision=1)
    return session


@pytest.fixture
def outbox(company: Company) -> Outbox:
    return company.storage.outbox


async def one(outbox: Outbox) -> Claimed:
    (claimed,) = await outbox.claim(HERE)
    return claimed


async def posted(company: Company, revision: int = 1) -> None:
    """Everything is on screen."""
    for _ in (Showing.HEADER, Showing.STEP):
        claimed = await one(company.storage.outbox)
        reference = f"m-{claimed.showing}"
        await company.storage.outbox.shown(claimed, revision=revision, reference=reference)


async def passes(company: Company, seconds: int) -> None:
    """Time, for leases and for waits."""
    async with company.storage.database.raw() as raw:
        await raw.execute(
            "UPDATE message SET claimed_until = claimed_until - $1::interval,"
            " retry_at = retry_at - $1::interval",
            timedelta(seconds=seconds),
        )


async def test_a_header_is_posted_before_its_step(
    company: Company, session: SessionId, outbox: Outbox
) -> None:
    header = await one(outbox)
    assert header.showing is Showing.HEADER
    assert header.spot == Spot(company.workspace, "general", "1")
    assert (header.account, header.session, header.platform, header.workspace) == (
        company.account,
        session,
        "test",
        "Acme IT",
    )
    assert header.reference is None
    assert not header.maybe_posted
    assert await outbox.claim(HERE) == []
    await outbox.shown(header, revision=1, reference="m-1")
    step = await one(outbox)
    assert step.showing is Showing.STEP
    await outbox.shown(step, revision=1, reference="m-2")
    assert await outbox.claim(HERE) == []
    assert await outbox.behind() == 0


async def test_a_step_waits_while_its_header_cannot_be_posted(
    company: Company, session: SessionId, outbox: Outbox
) -> None:
    await outbox.failed(await one(outbox), wait=timedelta(seconds=20), why="down")
    assert await outbox.claim(HERE) == []
    await lives(company, "2")  # another place does not wait for it
    assert (await one(outbox)).spot.thread == "2"


async def test_what_is_on_screen_is_edited_when_the_session_moves_on(
    company: Company, session: SessionId, outbox: Outbox
) -> None:
    await posted(company)
    await company.chooses("sam", session, "yes")
    step = await one(outbox)
    assert (step.showing, step.reference) == (Showing.STEP, "m-step")
    await company.chooses("sam", session, "no")
    await outbox.shown(step, revision=2, reference="m-step")
    again = await one(outbox)
    await outbox.shown(again, revision=3, reference="m-step")
    assert await outbox.behind() == 0


async def test_a_message_is_claimed_for_the_platforms_that_are_served(
    company: Company, session: SessionId, outbox: Outbox
) -> None:
    assert await outbox.claim([]) == []
    assert await outbox.claim(["slack", "discord"]) == []
    assert len(await outbox.claim(["slack", "test"])) == 1


async def test_many_messages_are_claimed_in_portions(
    company: Company, session: SessionId, outbox: Outbox
) -> None:
    for thread in "234":
        await lives(company, thread)
    first, second = await outbox.claim(HERE, 3), await outbox.claim(HERE, 3)
    assert (len(first), len(second)) == (3, 1)
    assert len({claimed.id for claimed in first + second}) == 4


async def test_a_message_that_somebody_is_writing_to_is_passed_over(
    company: Company, session: SessionId, outbox: Outbox
) -> None:
    other = await lives(company, "2")
    async with company.storage.work(company.account) as work:
        await work.raw.execute("UPDATE message SET failures = 1 WHERE session_id = $1", session)
        assert (await one(outbox)).session == other


async def test_a_worker_that_died_may_have_posted(
    company: Company, session: SessionId, outbox: Outbox
) -> None:
    dead = await one(outbox)
    await passes(company, 29)
    assert await outbox.claim(HERE) == []
    await passes(company, 1)
    heir = await one(outbox)
    assert (heir.id, heir.reference) == (dead.id, None)
    assert heir.maybe_posted
    assert heir.claim != dead.claim
    await outbox.shown(heir, revision=1, reference="m-1")
    assert (await one(outbox)).showing is Showing.STEP


async def test_after_a_claim_was_lost_the_newest_view_is_sent_again(
    company: Company, session: SessionId, outbox: Outbox
) -> None:
    await posted(company)
    await company.chooses("sam", session, "yes")
    slow = await one(outbox)
    await passes(company, 30)
    await company.chooses("sam", session, "no")
    fast = await one(outbox)
    await outbox.shown(fast, revision=3, reference="m-step")
    assert await outbox.behind() == 0
    await outbox.shown(slow, revision=2, reference="m-step")
    assert await outbox.behind() == 1
    await passes(company, 30)
    last = await one(outbox)
    await outbox.shown(last, revision=3, reference="m-step")
    assert await outbox.behind() == 0


async def test_a_lost_claim_cannot_fail_or_remove_what_another_worker_sends(
    company: Company, session: SessionId, outbox: Outbox
) -> None:
    slow = await one(outbox)
    await passes(company, 30)
    fast = await one(outbox)
    await outbox.failed(slow, wait=timedelta(hours=1), why="late")
    await outbox.gone(slow)
    assert await outbox.claim(HERE) == []
    await outbox.shown(fast, revision=1, reference="m-1")
    assert (await one(outbox)).showing is Showing.STEP


async def test_what_failed_is_tried_again_after_its_wait(
    company: Company, session: SessionId, outbox: Outbox
) -> None:
    for failures in range(3):
        claimed = await one(outbox)
        assert claimed.failures == failures
        await outbox.failed(claimed, wait=timedelta(seconds=20), why="x" * 1_000)
        assert await outbox.claim(HERE) == []
        await passes(company, 19)
        assert await outbox.claim(HERE) == []
        await passes(company, 1)
    await outbox.shown(await one(outbox), revision=1, reference="m-1")
    async with company.storage.database.raw() as raw:
        row = await raw.fetchrow("SELECT * FROM message WHERE role = 'header'")
    assert (row["failures"], row["failure"], row["retry_at"]) == (0, None, None)


@pytest.mark.parametrize(
    ("where", "is_due"),
    [
        (("test", "Acme IT", ""), True),
        (("test", "Acme IT", "general"), True),
        (("test", "Acme IT", "another"), False),
        (("test", "Rival IT", ""), False),
        (("slack", "Acme IT", ""), False),
    ],
)
async def test_what_was_refused_waits_no_longer_once_we_may_write_there(
    company: Company,
    session: SessionId,
    outbox: Outbox,
    where: tuple[str, str, str],
    is_due: bool,
) -> None:
    await outbox.failed(await one(outbox), wait=timedelta(minutes=15), why="not allowed there")
    await outbox.let_in(*where)
    assert bool(await outbox.claim(HERE)) is is_due


async def test_a_thread_that_lost_everything_gets_everything_anew(
    company: Company, session: SessionId, outbox: Outbox
) -> None:
    await posted(company)
    await company.does("sam", session, deeds.Paused("vendor"))
    for claimed in await outbox.claim(HERE):
        await outbox.gone(claimed)
    async with company.storage.work(company.account) as work:
        assert await work.places.repost(session, revision=2)
    await posted(company, 2)
    assert await outbox.behind() == 0


async def test_a_message_that_is_gone_is_wanted_no_more(
    company: Company, session: SessionId, outbox: Outbox
) -> None:
    await posted(company)
    await company.chooses("sam", session, "yes")
    await outbox.gone(await one(outbox))
    await company.chooses("sam", session, "no")
    assert await outbox.behind() == 0
    assert await outbox.claim(HERE) == []
    async with company.storage.work(company.account) as work:
        assert await work.places.repost(session, revision=3)
    anew = await one(outbox)  # the header is still there
    assert (anew.showing, anew.reference) == (Showing.STEP, None)
    await outbox.shown(anew, revision=3, reference="anew")
    assert await outbox.behind() == 0
