"""Where somebody begins: the first minute, and later."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import event

from bot.app.chat import Chat
from bot.app.desk import Desk
from bot.app.front import Front
from bot.app.home import OPEN, greeting, home
from bot.app.starter import add_starters
from bot.app.starting import sample_here
from bot.port import NOTHING, Answer, Arrived, Clicked, Submitted
from bot.token import Token
from core.access import Role
from core.flow.model import Flow
from core.flow.outcome import Outcome
from core.ids import SessionId
from core.session.deeds import (
    Cancelled,
    Completed,
    Deed,
    HandoverOffered,
    NoteAdded,
    Started,
    VerificationAwaited,
)
from core.session.state import Status
from core.session.verbs import SessionVerb as Can
from core.verbs import ProductVerb
from core.views import Choice, HomeView, NoteView, NoticeView
from storage.storage import Storage, opened
from tests.bot.app.talking import Talk, told
from tests.company import FLOW, Company

DAY = timedelta(days=1)


async def at_home(talk: Talk, name: str = "sam") -> HomeView:
    """What somebody finds."""
    return await home(talk.chat, await talk.member(name))


async def presses(talk: Talk, name: str, choice: Choice) -> Answer:
    """Somebody presses something on their Home tab, which is no message."""
    assert choice.session is not None
    token = Token(choice.session, 0, choice.verb, choice.argument).pack()
    number = next(talk.numbers)
    return await _front(talk).receive(Clicked(talk.at(name, f"D-{name}"), f"home-{number}", token))


def _front(talk: Talk) -> Front:
    return Front(talk.chat.desk, talk.chat.senders)


async def waits_for_verdict(company: Company) -> SessionId:
    """A session of Sam's in which it is asked, a day from now, whether the fix holds."""
    session = await company.starts("sam")
    for option in ("yes", "yes"):
        await company.chooses("sam", session, option)
    await company.does("sam", session, VerificationAwaited(company.now() + DAY))
    return session


async def test_who_is_new_is_offered_the_sample_first(talk: Talk, company: Company) -> None:
    await add_starters(talk.chat.desk, company.account)
    view = await at_home(talk)
    assert view.newcomer
    assert view.name == "Sam"
    assert view.choices[0].verb == ProductVerb.SAMPLE
    assert "Try it" not in " ".join(choice.label for choice in view.flows)


async def test_the_sample_begins_and_ends_within_a_few_answers(
    talk: Talk, company: Company
) -> None:
    await add_starters(talk.chat.desk, company.account)
    member = await talk.member("sam")
    await sample_here(talk.chat, member, talk.at("sam"), delivery="s1")
    await sample_here(talk.chat, member, talk.at("sam"), delivery="s1")
    [session] = await talk.sessions("sam")
    await talk.shown()
    thread = talk.platform.step().target.thread
    for answer in ("1", "1", "1", "1"):
        await talk.types("sam", f"answer {answer}", "C1", thread)
    now = (await company.reads("sam", session)).session
    assert now.here.node == "solved"


async def test_once_a_session_is_finished_nobody_is_new(talk: Talk, company: Company) -> None:
    await add_starters(talk.chat.desk, company.account)
    session, _ = await talk.begins()
    assert (await at_home(talk)).newcomer
    await company.does("sam", session, Completed(Outcome.RESOLVED))
    view = await at_home(talk, "kim")
    assert not view.newcomer
    assert ProductVerb.SAMPLE not in {choice.verb for choice in view.choices}


async def test_without_the_sample_flow_it_is_not_offered(talk: Talk) -> None:
    view = await at_home(talk)
    assert view.newcomer
    assert ProductVerb.SAMPLE not in {choice.verb for choice in view.choices}
    answer = await sample_here(talk.chat, await talk.member("sam"), talk.at("sam"), delivery="s1")
    assert "not here any more" in told(answer)


async def test_flows_are_those_used_lately_then_others_by_title(
    talk: Talk, company: Company
) -> None:
    nodes = [{"solution": "end", "resolved": "It is fixed."}]
    for name in ("a", "b", "c", "d", "e", "z"):
        flow = {"flow": name, "title": f"Flow {name}", "nodes": nodes}
        await company.publishes(Flow.model_validate(flow))
    await talk.types("sam", "z")
    await talk.types("sam", "small")
    view = await at_home(talk)
    shown = [choice.label for choice in view.flows]
    assert shown == ["A small flow", "Flow z", "Flow a", "Flow b", "Flow c"]
    assert all(choice.verb == ProductVerb.START for choice in view.flows)
    assert view.flows[0].argument == company.flow_id.hex


async def test_open_sessions_are_there_to_go_on_with(talk: Talk) -> None:
    session, _ = await talk.begins()
    assert [line.session for line in (await at_home(talk)).sessions] == [session]
    assert (await at_home(talk, "kim")).sessions == ()


async def test_only_admins_find_members_and_workspaces(talk: Talk) -> None:
    for name, is_admin in (("ada", True), ("sam", False)):
        view = await at_home(talk, name)
        verbs = {choice.verb for choice in view.choices}
        assert view.is_admin is is_admin
        assert (ProductVerb.MEMBERS in verbs) is is_admin
        assert (ProductVerb.LINK_WORKSPACE in verbs) is is_admin


async def test_the_greeting_says_what_it_is_and_shows_where_to_begin(
    talk: Talk, company: Company
) -> None:
    await add_starters(talk.chat.desk, company.account)
    [first] = (await greeting(talk.chat, await talk.member("sam"))).whispers
    assert isinstance(first, NoticeView)
    assert "/flow vpn" in first.text
    assert "two minutes" in first.text
    assert [choice.verb for choice in first.choices] == [ProductVerb.SAMPLE]
    session, _ = await talk.begins()
    await company.does("sam", session, Completed(Outcome.RESOLVED))
    said, view = (await greeting(talk.chat, await talk.member("sam"))).whispers
    assert isinstance(said, NoticeView)
    assert "two minutes" not in said.text
    assert isinstance(view, HomeView)


async def test_what_is_handed_over_to_somebody_waits_for_them(talk: Talk, company: Company) -> None:
    session = await company.starts("sam")
    await company.does("sam", session, HandoverOffered(company.people["kim"]))
    [waiting] = (await at_home(talk, "kim")).waiting
    assert waiting.line.session == session
    assert waiting.why == "Sam asks you to take over."
    assert [choice.verb for choice in waiting.choices] == [Can.ACCEPT, Can.DECLINE]
    assert (await at_home(talk, "vic")).waiting == ()
    mine = await at_home(talk)
    assert (mine.waiting, [line.session for line in mine.sessions]) == ((), [session])


async def test_a_hand_over_is_accepted_at_home_and_the_answer_is_whispered(
    talk: Talk, company: Company
) -> None:
    session = await company.starts("sam")
    await company.does("sam", session, HandoverOffered(company.people["kim"]))
    [waiting] = (await at_home(talk, "kim")).waiting
    answer = await presses(talk, "kim", waiting.choices[0])
    assert "You drive “A small flow” now." in told(answer)
    view = await at_home(talk, "kim")
    assert (view.waiting, [line.session for line in view.sessions]) == ((), [session])
    again = await presses(talk, "kim", waiting.choices[0])
    assert "You drive “A small flow” now." in told(again)


async def test_a_hand_over_is_declined_at_home(talk: Talk, company: Company) -> None:
    session = await company.starts("sam")
    await company.does("sam", session, HandoverOffered(company.people["kim"]))
    [waiting] = (await at_home(talk, "kim")).waiting
    form = (await presses(talk, "kim", waiting.choices[1])).form
    assert form is not None
    sent = Submitted(talk.at("kim", "D-kim"), "d1", form.token, {"reason": "On holiday."})
    assert "You have declined" in told(await _front(talk).receive(sent))
    assert (await at_home(talk, "kim")).waiting == ()


async def test_a_verification_waits_once_it_is_due_and_is_answered_at_home(
    talk: Talk, company: Company
) -> None:
    session = await waits_for_verdict(company)
    early = await at_home(talk)
    assert (early.waiting, [line.status for line in early.sessions]) == ((), [Status.AWAITING])
    company.ahead = DAY + timedelta(minutes=1)
    view = await at_home(talk)
    [waiting] = view.waiting
    assert waiting.why == "Is it still fine?"
    assert waiting.line.due is not None
    assert (view.sessions, view.more) == ((), 0)
    assert (await at_home(talk, "kim")).waiting == ()
    answer = await presses(talk, "sam", waiting.choices[0])
    assert told(answer) == "Good: the session is completed."
    view = await at_home(talk)
    assert (view.waiting, [line.session for line in view.recent]) == ((), [session])


async def test_what_was_completed_lately_is_there_with_its_ticket_note(
    talk: Talk, company: Company
) -> None:
    ends: list[Deed] = [Completed(Outcome.ESCALATED), Cancelled("Not needed.")]
    ends += [Completed(Outcome.RESOLVED)] * 5
    sessions = []
    async with company.storage.work(company.account) as work:
        client = await work.clients.add("Acme Ltd")
    for end in ends:
        started = Started(company.version, {}, client)
        sessions.append(await company.starts("sam", started=started))
        await company.does("sam", sessions[-1], end)
    view = await at_home(talk)
    assert [line.session for line in view.recent] == sessions[:1:-1]
    assert (view.recent[0].flow_title, view.recent[0].client) == ("A small flow", "Acme Ltd")
    assert (view.recent[0].outcome, view.sessions) == ("Resolved", ())
    assert (await at_home(talk, "kim")).recent == ()
    choice = Choice(Can.TICKET, "", session=sessions[-1])
    [note] = (await presses(talk, "sam", choice)).whispers
    assert isinstance(note, NoteView)
    assert "A small flow" in note.text


async def test_a_note_that_comes_later_does_not_change_when_it_was_completed(
    talk: Talk, company: Company
) -> None:
    session = await company.starts("sam")
    await company.does("sam", session, Completed(Outcome.RESOLVED))
    [before] = (await at_home(talk)).recent
    company.ahead = timedelta(hours=2)
    await company.does("sam", session, NoteAdded("They called: all is well."))
    [after] = (await at_home(talk)).recent
    assert after.at == before.at


async def test_a_session_that_is_open_again_is_no_completed_one(
    talk: Talk, company: Company
) -> None:
    session, thread = await talk.begins()
    await company.does("sam", session, Completed(Outcome.RESOLVED))
    await talk.types("sam", "reopen", "C1", thread)
    view = await at_home(talk)
    assert (view.recent, [line.session for line in view.sessions]) == ((), [session])


async def test_many_open_sessions_are_counted(talk: Talk, company: Company) -> None:
    for _ in range(OPEN + 3):
        await company.starts("sam")
    view = await at_home(talk)
    assert (len(view.sessions), view.more) == (OPEN, 3)


async def test_sessions_of_who_one_was_before_are_ones_own(talk: Talk, company: Company) -> None:
    opened, done = await company.starts("sam"), await company.starts("sam")
    await company.does("sam", done, Completed(Outcome.RESOLVED))
    offered = await company.starts("vic")
    await company.does("vic", offered, HandoverOffered(company.people["sam"]))
    await company.hires("sam-2", Role.ENGINEER)
    async with company.storage.work(company.account) as work:
        assert await work.people.merge(company.people["sam"], company.people["sam-2"])
    view = await at_home(talk)
    assert view.name == "Sam-2"
    assert [line.session for line in view.sessions] == [opened]
    assert [line.session for line in view.recent] == [done]
    assert [each.line.session for each in view.waiting] == [offered]


async def test_guests_find_nothing_of_the_account(talk: Talk, company: Company) -> None:
    await company.starts("sam")
    async with company.storage.work(company.account) as work:
        await work.people.set_role(company.people["sam"], Role.GUEST)
    view = await at_home(talk)
    assert (view.sessions, view.flows, view.recent, view.newcomer) == ((), (), (), False)


async def test_home_is_three_statements_however_much_there_is(
    talk: Talk, company: Company, rival: Company, address: str
) -> None:
    for number in range(30):
        flow = FLOW.model_copy(update={"flow": f"flow-{number}", "title": f"Flow {number}"})
        [version] = await company.publishes(flow)
        session = await company.starts("sam", started=Started(version))
        if number % 3 == 0:
            await company.does("sam", session, HandoverOffered(company.people["kim"]))
        elif number % 3 == 1:
            await company.does("sam", session, Completed(Outcome.RESOLVED))
    for name in ("sam", "kim"):
        member = await talk.member(name)
        async with opened(address) as fresh:  # which has read no flow yet
            chat = Chat(Desk(fresh, company.now), {})
            with counted(fresh) as statements:
                # The driver asks once a connection what types there are.
                await home(chat, await Talk(rival, workspace="Rival IT").member("sam"))
                statements.clear()
                view = await home(chat, member)
        assert view.sessions or view.waiting
        assert 0 < len(statements) <= 3, [s[:80] for s in statements]


@contextmanager
def counted(storage: Storage) -> Iterator[list[str]]:
    """Statements that reach the database, the driver's own too, without what frames them."""
    found: list[str] = []

    def note(said: str) -> None:
        if said not in {"BEGIN;", "COMMIT;", "SELECT 1"}:
            found.append(said)

    def lent(connection: Any, *_: object) -> None:
        connection.driver_connection.add_query_logger(lambda record: note(record.query))

    engine = storage.database.engine.sync_engine
    event.listen(engine.pool, "connect", lent)
    event.listen(engine, "before_cursor_execute", lambda *told: note(told[2]))
    yield found


async def test_statements_are_counted_whoever_makes_them(address: str, company: Company) -> None:
    async with opened(address) as fresh:
        with counted(fresh) as statements:
            async with fresh.work(company.account) as work:
                await work.people.members()
                await work.histories.open_now(1)
                await work.histories.open_now(1)
    assert len(statements) == 3


async def test_who_comes_to_a_step_is_not_greeted_below_it(talk: Talk) -> None:
    front = _front(talk)
    arrived = Arrived(talk.at("sam", "D-sam"), "arrived")
    assert "I am ResolutionFlow" in str((await front.receive(arrived)).whispers)
    await talk.begins("sam", channel="D-sam")
    assert await front.receive(arrived) == NOTHING
    there = Arrived(talk.at("sam"), "in a channel")
    assert "I am ResolutionFlow" in str((await front.receive(there)).whispers)
