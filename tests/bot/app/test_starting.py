"""Starting in a chat: where the session lives, who else is on it, what is said about it."""

import asyncio
from datetime import timedelta

from bot.app.starting import start_here
from bot.port import NOTHING, Unavailable
from core.flow.model import Flow
from core.flow.outcome import Outcome
from core.session.deeds import Completed, Paused
from core.verbs import ProductVerb
from core.views import NoticeView, StepView, WhereWasIView
from tests.bot.app.talking import Talk, labels, notice, told
from tests.company import Company

CLIENTS = Flow.model_validate(
    {
        "flow": "internet-down",
        "title": "Internet is down",
        "intake": [{"name": "client", "label": "Client", "type": "client"}],
        "nodes": [
            {
                "decision": "lights",
                "ask": "Are the router's lights on?",
                "options": [
                    {"id": "yes", "label": "Yes", "to": "end"},
                    {"id": "no", "label": "No", "to": "end"},
                ],
            },
            {"solution": "end", "resolved": "It is up."},
        ],
    }
)


async def clients(company: Company, *names: str) -> None:
    """Customers of the account."""
    async with company.storage.work(company.account) as work:
        for name in names:
            await work.clients.add(name)


async def test_in_a_channel_it_lives_in_a_thread_of_its_own_and_nothing_more_is_said(
    talk: Talk,
) -> None:
    assert await talk.types("sam", "small") == NOTHING
    await talk.shown()
    header = talk.platform.header()
    step = talk.platform.step()
    assert header.target.thread == ""
    assert step.target.thread != ""
    assert step.step.prose == "Is it on?"


async def test_two_sessions_in_one_channel_have_two_threads(talk: Talk) -> None:
    _, first = await talk.begins()
    _, second = await talk.begins()
    assert first != second


async def test_in_a_thread_without_a_session_it_lives_right_there(talk: Talk) -> None:
    _, thread = await talk.begins("sam", "small", "C1", "17.5")
    assert thread == "17.5"


async def test_in_a_thread_that_has_one_it_gets_a_thread_beside(talk: Talk) -> None:
    _, thread = await talk.begins()
    answer = await talk.types("sam", "small", "C1", thread)
    assert "a thread of its own in this channel" in told(answer)
    await talk.shown()
    places = [await talk.place(session) for session in await talk.sessions("sam")]
    assert len({place.spot.thread for place in places if place}) == 2


async def test_two_who_begin_in_one_thread_at_once_both_get_a_session(talk: Talk) -> None:
    await talk.member("sam")
    await asyncio.gather(
        *(talk.types(name, "small anyway", "C1", "17.5") for name in ("sam", "kim"))
    )
    await talk.shown()
    places = [await talk.place((await talk.sessions(name))[0]) for name in ("sam", "kim")]
    threads = [place.spot.thread for place in places if place]
    assert "17.5" in threads
    assert len(set(threads)) == 2


async def test_the_same_command_delivered_again_begins_nothing(talk: Talk) -> None:
    await talk.types("sam", "small", delivery="one")
    await talk.types("sam", "small", delivery="one")
    assert len(await talk.sessions("sam")) == 1


async def test_alone_with_the_bot_one_session_at_a_time_has_the_focus(talk: Talk) -> None:
    first, thread = await talk.begins("sam", "small", "D-sam")
    assert thread == ""
    answer = await talk.types("sam", "small", "D-sam")
    assert "waits meanwhile" in told(answer)
    [back] = notice(answer).choices
    assert (back.verb, back.session) == (ProductVerb.OPEN, first)
    assert await talk.place(first) is None
    second = next(each for each in await talk.sessions("sam") if each != first)
    await talk.types("sam", "note it is warm", "D-sam")
    assert "note-added" in await talk.company.kinds(second)


async def test_where_the_bot_may_not_write_it_begins_alone_and_can_be_moved(talk: Talk) -> None:
    talk.platform.closed.add("C9")
    answer = await talk.types("sam", "small", "C9")
    assert "I cannot write in this channel" in told(answer)
    assert "https://chat.example/D-sam" in told(answer)
    assert labels(answer) == ["Move it here"]
    await talk.shown()
    assert talk.platform.step("D-sam").step.prose == "Is it on?"
    still = await talk.types("sam", "move", "C9")
    assert "I cannot write in this channel" in told(still)
    talk.platform.closed.clear()
    await talk.types("sam", "move", "C9")
    await talk.shown()
    assert talk.platform.step("C9").step.prose == "Is it on?"


async def test_what_an_admin_has_to_grant_is_named(talk: Talk) -> None:
    talk.platform.closed.add("C9")
    assert "Let me in here, then press" in told(await talk.types("sam", "small", "C9"))
    talk.platform.lacks = ("Create Public Threads", "Send Messages in Threads")
    answer = told(await talk.types("sam", "move", "C9"))
    assert "grant me Create Public Threads, Send Messages in Threads here, then press" in answer


async def test_where_neither_works_nothing_begins(talk: Talk) -> None:
    talk.platform.closed.add("C9")
    talk.platform.broken["sam"] = Unavailable("no answer")
    answer = await talk.types("sam", "small", "C9")
    assert "could not open our direct conversation" in told(answer)
    assert await talk.sessions("sam") == []


async def test_a_platform_that_does_not_say_whether_it_lets_us_write_is_tried(talk: Talk) -> None:
    talk.platform.broken["C1"] = Unavailable("no answer")
    assert await talk.types("sam", "small") == NOTHING
    assert len(await talk.sessions("sam")) == 1


async def test_who_else_is_on_it_is_said_first(talk: Talk) -> None:
    session, _ = await talk.begins("sam")
    answer = await talk.types("kim", "small", "C2")
    assert told(answer) == "Sam is on this, at “Is it on?”."
    join, anyway = notice(answer).choices
    assert (join.verb, join.label, join.session) == (ProductVerb.JOIN, "Join", session)
    assert (anyway.verb, anyway.argument) == ("start-anyway", talk.company.flow_id.hex)
    assert await talk.sessions("kim") == []
    began = await start_here(
        talk.chat,
        await talk.member("kim"),
        talk.at("kim", "C2"),
        talk.company.flow_id,
        delivery="pressed",
        anyway=True,
    )
    assert began == NOTHING
    assert len(await talk.sessions("kim")) == 1


async def test_who_else_may_also_be_answered_by_typing(talk: Talk) -> None:
    await talk.begins("sam")
    assert await talk.types("kim", "Small ANYWAY") == NOTHING
    assert len(await talk.sessions("kim")) == 1


async def test_a_parked_session_of_somebody_is_told_as_parked(talk: Talk) -> None:
    session, _ = await talk.begins("sam")
    await talk.company.does("sam", session, Paused("the customer is back at 14:00"))
    answer = await talk.types("kim", "small")
    assert told(answer) == "Sam has parked this: “the customer is back at 14:00”."


async def test_a_crowd_is_named_in_part(talk: Talk) -> None:
    for name in ("kim", "vic", "ada"):
        await talk.types(name, "small anyway")
    await talk.company.hires("bob", (await talk.member("kim")).actor.role)
    await talk.types("bob", "small anyway")
    answer = await talk.types("sam", "small")
    assert "And 1 more session: /flow join A small flow" in told(answer)
    assert len(labels(answer)) == 4


async def test_a_storm_is_said_once_three_clients_have_it(talk: Talk, company: Company) -> None:
    await company.publishes(CLIENTS)
    await clients(company, "Acme Ltd", "Globex", "Initech")
    for client in ("Acme Ltd", "Globex"):
        assert await talk.types("sam", f"internet-down for {client}") == NOTHING
    assert await talk.types("sam", "internet-down") == NOTHING
    answer = await talk.types("sam", "internet-down for Initech")
    assert told(answer) == "3 clients opened “Internet is down” in the last 20 minutes."
    company.ahead = timedelta(minutes=21)
    assert await talk.types("sam", "internet-down for Acme Ltd") == NOTHING


async def test_how_it_ended_for_this_client_the_last_time(talk: Talk, company: Company) -> None:
    await company.publishes(CLIENTS)
    await clients(company, "Acme Ltd")
    await talk.types("kim", "internet is down for acme ltd")
    [session] = await talk.sessions("kim")
    await company.does("kim", session, Completed(Outcome.WORKAROUND))
    company.ahead = timedelta(days=12, minutes=1)
    answer = await talk.types("sam", "internet is down FOR Acme Ltd")
    assert told(answer) == "This client had this flow 12 days ago: workaround by Kim."
    [note] = notice(answer).choices
    assert (note.verb, note.session) == ("ticket", session)
    [own] = await talk.sessions("sam")
    assert (await company.reads("sam", own)).session.variables["client"] == "Acme Ltd"


async def test_a_client_that_was_typed_is_not_lost_where_somebody_else_is_on_it(
    talk: Talk, company: Company
) -> None:
    await company.publishes(CLIENTS)
    await clients(company, "Acme Ltd")
    await talk.types("kim", "internet-down for Acme Ltd")
    answer = await talk.types("sam", "internet-down for Acme Ltd")
    assert "Kim is on this at Acme Ltd, at “Are the router's lights on?”." in told(answer)
    line = next(line for line in told(answer).splitlines() if "/flow start" in line)
    await talk.types("sam", line.split("/flow ")[1])
    [own] = await talk.sessions("sam")
    assert (await company.reads("sam", own)).session.variables["client"] == "Acme Ltd"


async def test_resume_posts_the_step_anew_at_the_end_of_its_thread(talk: Talk) -> None:
    _, thread = await talk.begins()
    before = talk.platform.step()
    await talk.types("sam", "resume", "C1", thread)
    await talk.shown()
    after = talk.platform.step()
    assert after is not before
    assert after.target == before.target


async def test_resume_typed_in_the_channel_shows_the_way_to_the_thread(talk: Talk) -> None:
    _, thread = await talk.begins()
    answer = await talk.types("sam", "resume")
    assert told(answer) == (
        f"“A small flow” goes on in its thread: https://chat.example/C1/{thread}"
    )


async def test_a_session_whose_header_was_deleted_unnoticed_gets_a_new_thread(talk: Talk) -> None:
    session, thread = await talk.begins()
    talk.platform.messages[thread].deleted = True
    answer = await talk.types("sam", "resume")
    await talk.shown()
    place = await talk.place(session)
    assert place is not None
    assert place.spot.thread not in ("", None, thread)
    assert talk.platform.header().target.thread == ""
    steps = [m for m in talk.platform.at("C1") if isinstance(m.shows, StepView)]
    assert [each.target.thread for each in steps] == [place.spot.thread]
    assert answer == NOTHING


async def test_resume_elsewhere_brings_it_there_and_leaves_a_pointer(talk: Talk) -> None:
    session, _ = await talk.begins()
    assert await talk.types("sam", "resume", "D-sam") == NOTHING
    await talk.shown()
    assert talk.platform.step("D-sam").step.session == session
    left = [message.shows for message in talk.platform.at("C1")]
    assert all(isinstance(shown, NoticeView) and "goes on" in shown.text for shown in left)


async def test_who_was_away_is_told_where_they_were(talk: Talk, company: Company) -> None:
    _, thread = await talk.begins()
    company.ahead = timedelta(minutes=16)
    answer = await talk.types("sam", "resume", "C1", thread)
    [recap] = answer.whispers
    assert isinstance(recap, WhereWasIView)
    assert recap.asked == "Is it on?"


async def test_somebody_elses_session_stays_where_it_is(talk: Talk) -> None:
    session, thread = await talk.begins("sam")
    answer = await talk.types("kim", "join small", "C2")
    assert f"Its thread: https://chat.example/C1/{thread}" in told(answer)
    assert labels(answer) == ["Move it here"]
    place = await talk.place(session)
    assert place is not None
    assert place.spot.channel == "C1"


async def test_a_completed_session_is_not_resumed_but_can_be_reopened(
    talk: Talk, company: Company
) -> None:
    session, thread = await talk.begins()
    await company.does("sam", session, Completed(Outcome.RESOLVED))
    answer = await talk.types("sam", "resume", "C1", thread)
    assert told(answer) == "“A small flow” is completed: resolved."
    assert labels(answer) == ["Ticket note", "Reopen"]
