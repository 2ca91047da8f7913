"""What is on screen beside the state: folding, the ticket note, answers that hold a message."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.app.showing import known_of
from core.access import Role, may_run_sessions
from core.errors import LEFT, Because, Refusal
from core.flow.outcome import Outcome
from core.ids import SessionId
from core.session.deeds import Acted, Completed, NoteAdded, Reopened, Returned, TakenOver
from core.session.engine import advance
from core.session.known import Known
from core.session.scene import Event, Moved, Showing
from storage.outbox import Claimed, Outbox, Shown
from storage.places import Spot
from storage.sessions import Asked, Changed, Snapshot, Unchanged
from storage.storage import opened
from tests.company import Company, choice

SPOT = ("C1", "17.5")


@pytest.fixture
async def session(company: Company) -> SessionId:
    """A session whose header and step are on screen, in a thread."""
    session = await company.starts("sam")
    async with company.storage.work(company.account) as work:
        assert await work.places.open(session, spot(company), revision=1)
    await caught_up(company)
    return session


def spot(company: Company) -> Spot:
    return Spot(company.workspace, *SPOT)


async def claimed(company: Company) -> dict[str, Claimed]:
    """What is behind, by what it shows; with a number where there are several."""
    found = [m for _ in range(3) for m in await company.storage.outbox.claim(["test"])]
    return {f"{m.showing}": m for m in found}


async def caught_up(company: Company) -> dict[str, Claimed]:
    """Everything is sent; what it was."""
    sent: dict[str, Claimed] = {}
    while found := await company.storage.outbox.claim(["test"]):
        for message in found:
            sent[message.showing] = message
            if message.withdrawn:
                await company.storage.outbox.gone(message)
                continue
            reference = message.reference or f"m-{message.showing}-{message.id.hex[:4]}"
            await company.storage.outbox.shown(
                message, revision=await revision(company, message.session), reference=reference
            )
    return sent


async def revision(company: Company, session: SessionId) -> int:
    return (await company.reads("sam", session)).session.revision


async def presses(
    company: Company, name: str, session: SessionId, option: str, *, screen: str | None = None
) -> Changed:
    """A press, with what the answer shows read along."""
    deed = choice(await company.reads(name, session), option)
    return await does(company, name, session, deed, screen=screen)


async def does(
    company: Company, name: str, session: SessionId, deed: Acted | Returned, *, screen: str | None
) -> Changed:
    of = getattr(deed, "of", None)
    asked = Asked(company.identity(name), session, of=of, showing=True, screen=screen)

    changed = await company.storage.sessions.change(asked, lambda now: decided(company, now, deed))
    assert isinstance(changed, Changed)
    return changed


def decided(company: Company, now: Snapshot, deed: Acted | Returned) -> Moved | Refusal:
    """What the engine says to it."""
    return advance(now.flows, now.session, Event(now.actor, deed, now.past), company.now())


async def step_reference(company: Company, session: SessionId) -> str:
    step = (await company.reads("sam", session)).step
    assert step is not None
    assert step.reference is not None
    return step.reference


async def read_known(company: Company, session: SessionId) -> Known:
    async with company.storage.work(company.account) as work:
        now = await work.histories.get(session)
        assert now is not None
        return await known_of(work, now)


async def test_what_a_click_reads_along_is_what_is_read_alone(
    company: Company, session: SessionId
) -> None:
    """Through answers, a Back, two people and more answers than a step shows."""
    for turn in range(24):
        name = "kim" if turn % 3 else "sam"
        answer = "no" if turn % 2 else "yes"
        changed = await presses(company, name, session, answer, screen="x")
        assert changed.before.known is not None
        after = changed.before.known.after(changed.moved)
        alone = await read_known(company, session)
        assert after is not None
        assert (after.past, after.earlier, after.client) == (
            alone.past,
            alone.earlier,
            alone.client,
        )
        assert all(alone.names[id] == name for id, name in after.names.items())
        assert {e.by for e in after.past} <= set(after.names)
    last = (await read_known(company, session)).past[-1]
    back = await does(company, "sam", session, Returned(last.seq), screen="x")
    assert back.before.known is not None
    assert back.before.known.after(back.moved) is None  # what was struck must be read


async def test_an_answer_holds_its_message_until_it_is_settled(
    company: Company, session: SessionId
) -> None:
    outbox: Outbox = company.storage.outbox
    screen = await step_reference(company, session)
    changed = await presses(company, "sam", session, "yes", screen=screen)
    assert changed.held is not None
    assert Showing.STEP not in await claimed(company)  # the answer shows it
    await outbox.answered([Shown(company.account, changed.held.message, changed.held.claim, 2)])
    assert await outbox.behind() == 0


async def test_an_answer_that_never_arrived_is_sent_by_somebody_else(
    company: Company, session: SessionId
) -> None:
    screen = await step_reference(company, session)
    await presses(company, "sam", session, "yes", screen=screen)
    async with company.storage.database.raw() as raw:
        late = timedelta(seconds=6)
        await raw.execute("UPDATE message SET claimed_until = claimed_until - $1::interval", late)
    assert (await claimed(company))[Showing.STEP].reference == screen


async def test_two_answers_that_cross_on_their_way_are_followed_by_the_newest_view(
    company: Company, session: SessionId
) -> None:
    outbox: Outbox = company.storage.outbox
    screen = await step_reference(company, session)
    first = (await presses(company, "sam", session, "yes", screen=screen)).held
    second = (await presses(company, "kim", session, "no", screen=screen)).held
    assert first
    assert second
    await outbox.answered([Shown(company.account, second.message, second.claim, 3)])
    await outbox.answered([Shown(company.account, first.message, first.claim, 2)])
    assert (await claimed(company))[Showing.STEP].reference == screen


async def test_an_older_answer_that_comes_while_a_newer_is_on_its_way_keeps_nobody_waiting(
    company: Company, session: SessionId
) -> None:
    outbox: Outbox = company.storage.outbox
    screen = await step_reference(company, session)
    first = (await presses(company, "sam", session, "yes", screen=screen)).held
    second = (await presses(company, "kim", session, "no", screen=screen)).held
    assert first
    assert second
    await outbox.answered([Shown(company.account, first.message, first.claim, 2)])
    assert (await claimed(company))[Showing.STEP].reference == screen
    await outbox.answered([Shown(company.account, second.message, second.claim, 3)])
    assert await outbox.behind() == 1  # which of the two is on screen, nobody knows


async def test_what_a_process_held_that_died_is_not_waited_for(
    company: Company, session: SessionId
) -> None:
    screen = await step_reference(company, session)
    await presses(company, "sam", session, "yes", screen=screen)
    await company.storage.outbox.release()
    assert (await claimed(company))[Showing.STEP].reference == screen


async def test_a_place_that_was_deleted_is_no_place_any_more(
    company: Company, session: SessionId
) -> None:
    async with company.storage.work(company.account) as work:
        here = await work.places.at(spot(company))
        assert here is not None
        await work.places.lost(here.id)
        assert await work.places.active(session) is None
        assert await work.places.open(session, spot(company), revision=1)
    assert {Showing.HEADER, Showing.STEP} <= set(await caught_up(company))


async def test_a_press_on_another_message_holds_nothing(
    company: Company, session: SessionId
) -> None:
    changed = await presses(company, "sam", session, "yes", screen="a whisper")
    assert changed.held is None
    assert Showing.STEP in await claimed(company)


async def test_a_step_that_is_covered_folds_and_the_next_is_posted_below(
    company: Company, session: SessionId
) -> None:
    screen = await step_reference(company, session)
    async with company.storage.work(company.account) as work:
        await work.places.wrote_below(spot(company))
    changed = await presses(company, "sam", session, "yes", screen=screen)
    assert changed.folded
    sent = await caught_up(company)
    assert (sent[Showing.PAST].reference, sent[Showing.PAST].visit) == (screen, 1)
    assert sent[Showing.STEP].reference is None
    again = await presses(company, "sam", session, "no", screen=None)
    assert not again.folded  # nothing was written since


@pytest.mark.parametrize("again", [False, True])
async def test_a_step_that_folds_while_it_is_being_sent_is_folded_in_the_end(
    company: Company, session: SessionId, again: bool
) -> None:
    """It was sent as the step that it no longer was: two messages of a thread could be pressed."""
    screen = await step_reference(company, session)
    await company.does("kim", session, TakenOver())
    being_sent = (await claimed(company))[Showing.STEP]
    async with company.storage.work(company.account) as work:
        if again:
            assert await work.places.repost(session, revision=2)
        else:
            await work.places.wrote_below(spot(company))
    if not again:
        await presses(company, "sam", session, "yes")
    now = await revision(company, session)
    await company.storage.outbox.shown(being_sent, revision=now, reference=screen)
    assert (await caught_up(company))[Showing.PAST].reference == screen


async def test_a_note_leaves_the_step_where_it_is(company: Company, session: SessionId) -> None:
    async with company.storage.work(company.account) as work:
        await work.places.wrote_below(spot(company))
    changed = await company.does("sam", session, NoteAdded("hm"))
    assert isinstance(changed, Changed)
    assert not changed.folded


async def test_a_correction_is_told_by_what_was_folded(
    company: Company, session: SessionId
) -> None:
    async with company.storage.work(company.account) as work:
        await work.places.wrote_below(spot(company))
    await presses(company, "sam", session, "yes")
    await caught_up(company)
    await company.does("sam", session, Returned(2))
    assert (await caught_up(company))[Showing.PAST].visit == 1


async def test_the_ticket_note_is_wanted_at_the_end_and_anew_at_the_next(
    company: Company, session: SessionId
) -> None:
    done = Completed(Outcome.RESOLVED)
    await company.does("sam", session, done)
    first = (await caught_up(company))[Showing.NOTE]
    await company.does("sam", session, Reopened())
    assert (await caught_up(company))[Showing.NOTE].id == first.id
    await company.does("sam", session, done)
    second = (await caught_up(company))[Showing.NOTE]
    assert (second.reference, second.id == first.id) == (None, False)


async def test_a_ticket_note_that_was_posted_follows_what_is_written_later(
    company: Company, session: SessionId
) -> None:
    await company.does("sam", session, Completed(Outcome.RESOLVED))
    posted = (await caught_up(company))[Showing.NOTE]
    await company.does("sam", session, NoteAdded("The user called once more."))
    later = (await caught_up(company))[Showing.NOTE]
    assert (later.id, later.reference is None) == (posted.id, False)


async def test_a_spot_without_threads_is_left_to_another_session(company: Company) -> None:
    direct = Spot(company.workspace, "D1")
    first, second = await company.starts("sam"), await company.starts("sam")
    async with company.storage.work(company.account) as work:
        assert await work.places.open(first, direct, revision=1)
        assert await work.places.open(second, direct, revision=1) is None
        assert await work.places.vacate(direct) == first
        assert await work.places.open(second, direct, revision=1)
        assert await work.places.active(first) is None
        place = await work.places.at(direct)
        assert place is not None
        assert place.session == second
        assert await work.places.vacate(direct) == second
        assert await work.places.open(first, direct, revision=1)  # and back again


async def test_a_thread_is_opened_once_below_the_header(company: Company) -> None:
    session, other = await company.starts("sam"), await company.starts("kim")
    channel = Spot(company.workspace, "C1", None)
    async with company.storage.work(company.account) as work:
        id = await work.places.open(session, channel, revision=1)
        assert await work.places.open(other, channel, revision=1)  # neither has a thread yet
        assert id is not None
        await work.places.rooted(id, "h1")
        await work.places.rooted(id, "h2")
        place = await work.places.at(Spot(company.workspace, "C1", "h1"))
    assert place is not None
    assert place.session == session


async def clicked(company: Company, session: SessionId) -> str:
    """The session just after Sam's click, when the next one might be decided without a read."""
    screen = await step_reference(company, session)
    await presses(company, "sam", session, "yes", screen=screen)
    return screen


async def refused(company: Company, session: SessionId, deed: Acted, screen: str) -> Refusal:
    asked = Asked(company.identity("sam"), session, showing=True, screen=screen)

    def decide(now: Snapshot) -> Moved | Refusal:
        return may_run_sessions(now.actor) or advance(
            now.flows, now.session, Event(now.actor, deed), company.now()
        )

    unchanged = await company.storage.sessions.change(asked, decide)
    assert isinstance(unchanged, Unchanged)
    assert unchanged.refusal is not None
    return unchanged.refusal


async def test_clicks_in_a_row_are_decided_on_how_things_stand(
    company: Company, session: SessionId
) -> None:
    screen = await clicked(company, session)
    for turn in range(12):
        changed = await presses(
            company, "sam", session, "no" if turn % 2 == 0 else "yes", screen=screen
        )
        assert changed.before.known is not None
        after, alone = changed.before.known.after(changed.moved), await read_known(company, session)
        assert after is not None
        assert (after.past, after.earlier) == (alone.past, alone.earlier)
        assert changed.held is not None


async def test_a_colleague_who_clicked_in_another_process_is_not_overlooked(
    company: Company, session: SessionId, address: str
) -> None:
    screen = await clicked(company, session)
    mine = choice(await company.reads("sam", session), "yes")
    async with opened(address) as elsewhere:
        await replace(company, storage=elsewhere).chooses("kim", session, "no")
    assert (await refused(company, session, mine, screen)).because is Because.STALE
    assert (await company.kinds(session)).count("acted") == 2


async def test_who_lost_their_role_a_moment_ago_changes_nothing(
    company: Company, session: SessionId
) -> None:
    screen = await clicked(company, session)
    mine = choice(await company.reads("sam", session), "no")
    async with company.storage.work(company.account) as work:
        await work.people.set_role(company.people["sam"], Role.GUEST)
    assert (await refused(company, session, mine, screen)).because is Because.NOT_ALLOWED
    assert (await company.kinds(session)).count("acted") == 1


async def test_who_turned_out_to_be_somebody_else_acts_as_that_person(
    company: Company, session: SessionId
) -> None:
    screen = await clicked(company, session)
    async with company.storage.work(company.account) as work:
        assert await work.people.merge(company.people["sam"], company.people["kim"])
    changed = await presses(company, "sam", session, "no", screen=screen)
    assert changed.moved.entry.by == company.people["kim"]


async def test_what_was_written_below_a_moment_ago_folds_the_step(
    company: Company, session: SessionId
) -> None:
    screen = await clicked(company, session)
    async with company.storage.work(company.account) as work:
        await work.places.wrote_below(spot(company))
    assert (await presses(company, "sam", session, "no", screen=screen)).folded


async def test_a_message_that_was_left_behind_a_moment_ago_is_not_answered_in(
    company: Company, session: SessionId
) -> None:
    screen = await clicked(company, session)
    async with company.storage.work(company.account) as work:
        elsewhere = Spot(company.workspace, "C2", "9")
        assert await work.places.open(session, elsewhere, revision=2)
    deed = choice(await company.reads("sam", session), "no")
    asked = Asked(company.identity("sam"), session, showing=True, screen=screen)
    left = await company.storage.sessions.change(asked, lambda now: decided(company, now, deed))
    assert isinstance(left, Unchanged)
    assert left.refusal == LEFT
