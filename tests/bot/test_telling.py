"""Who is told what became of a session: in words, once, where they can be reached."""

import pytest

from bot.app.desk import Desk
from bot.app.telling import tell
from bot.port import Gone, RateLimited, Unauthorized, Unavailable
from core.access import Role
from core.flow.model import Flow
from core.ids import SessionId
from core.session.deeds import (
    Cancelled,
    Deed,
    HandoverAccepted,
    HandoverDeclined,
    HandoverOffered,
    HandoverWithdrawn,
    Paused,
    TakenOver,
    Upgraded,
    VariablesSet,
)
from storage.jobs import TELL, Job, from_payload
from storage.storage import Storage
from tests.bot.sessions import opened
from tests.company import Company
from tests.recorder import Recorder


@pytest.fixture
def desk(storage: Storage) -> Desk:
    return Desk(storage)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


async def queued(company: Company) -> list[Job]:
    async with company.storage.database.raw() as raw:
        rows = await raw.fetch("SELECT entrypoint, payload FROM pgqueuer ORDER BY id")
    return [from_payload(row["entrypoint"], row["payload"]) for row in rows]


async def after(company: Company, session: SessionId, *deeds: tuple[str, Deed]) -> list[Job]:
    for name, deed in deeds:
        await company.does(name, session, deed)
    jobs = await queued(company)
    assert {job.kind for job in jobs} == {TELL}
    return jobs


async def test_the_one_asked_reads_who_asks_which_session_and_where_it_stands(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await opened(company)
    offered = HandoverOffered(company.people["kim"], "I have to leave at five.")
    [job] = await after(company, session, ("sam", offered))
    await tell(desk, {"test": recorder}, job)
    [(workspace, person, notice)] = recorder.told
    assert (workspace, person) == ("Acme IT", "kim")
    assert notice.text == (
        "Sam asks you to take over “A small flow”.\n"
        "It stands at: Is it on?\n"
        "Sam says: “I have to leave at five.”"
    )  # nothing is known yet, and nobody else can get to where it lives
    assert [choice.label for choice in notice.choices] == ["Accept", "Decline…"]
    assert (notice.session, notice.visit) == (session, 1)


async def test_the_one_asked_reads_what_was_found_out_last_and_where_to_open_it(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await opened(company, thread="17.5")
    for option in ("yes", "no", "yes", "no"):
        await company.chooses("sam", session, option)
    [job] = await after(company, session, ("sam", HandoverOffered(company.people["kim"])))
    await tell(desk, {"test": recorder}, job)
    assert recorder.told[0][2].text == (
        "Sam asks you to take over “A small flow”.\n"
        "It stands at: Is it on?\n"
        "Known so far: Does it work now? No · Is it on? Yes · Does it work now? No"
        " (and 1 answer before)\n"
        "Its thread: https://chat.example/C1/17.5"
    )


async def test_what_was_found_out_before_the_flow_was_renewed_is_told_as_it_was_asked(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await opened(company)
    await company.chooses("sam", session, "yes")
    newer = company.flow.model_copy(update={"nodes": company.flow.nodes[2:]})
    newer = Flow.model_validate_json(
        newer.model_dump_json(by_alias=True).replace('"to":"first"', '"to":"done"')
    )
    async with company.storage.work(company.account) as work:
        version = await work.flows.publish(company.flow_id, newer, by=None)
    await company.does("sam", session, Upgraded(version))
    [job] = await after(company, session, ("sam", HandoverOffered(company.people["kim"])))
    await tell(desk, {"test": recorder}, job)
    assert recorder.told[0][2].text.endswith("\nKnown so far: Is it on? Yes")


@pytest.mark.parametrize("error", [Unavailable("down"), RateLimited(3), Gone("the thread")])
async def test_a_link_that_cannot_be_made_holds_up_nothing(
    company: Company, desk: Desk, recorder: Recorder, error: Exception
) -> None:
    session = await opened(company, thread="17.5")
    [job] = await after(company, session, ("sam", HandoverOffered(company.people["kim"])))
    recorder.failing["link"] = error
    await tell(desk, {"test": recorder}, job)
    assert recorder.told[0][2].text.endswith("It stands at: Is it on?")


async def test_a_session_that_lives_nowhere_is_told_without_a_link(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await company.starts("sam")
    [job] = await after(company, session, ("sam", HandoverOffered(company.people["kim"])))
    await tell(desk, {"test": recorder}, job)
    assert recorder.told[0][2].text.endswith("It stands at: Is it on?")


async def test_the_client_is_named(company: Company, desk: Desk, recorder: Recorder) -> None:
    session = await opened(company)
    async with company.storage.work(company.account) as work:
        client = await work.clients.add("Fabrikam")
    await company.does("sam", session, VariablesSet({}, client))
    [job] = await after(company, session, ("kim", TakenOver()))
    await tell(desk, {"test": recorder}, job)
    assert recorder.told[0][2].text == (
        "Kim has taken over “A small flow” for Fabrikam from you.\nIt stands at: Is it on?"
    )


async def test_an_answer_to_a_handover_is_told_to_who_asked(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    kim, session = company.people["kim"], await opened(company)
    jobs = await after(
        company,
        session,
        ("sam", HandoverOffered(kim)),
        ("kim", HandoverDeclined("I am on another one.")),
        ("sam", HandoverOffered(kim)),
        ("sam", HandoverWithdrawn()),
        ("sam", HandoverOffered(kim)),
        ("kim", HandoverAccepted()),
    )
    for job in jobs:
        await tell(desk, {"test": recorder}, job)
    assert [(person, notice.text) for _, person, notice in recorder.told] == [
        (
            "sam",
            "Kim has declined to take over “A small flow”.\n"
            "Kim says: “I am on another one.”\nKim drives it.",
        ),
        ("kim", "Sam no longer asks you to take over “A small flow”. You need not do anything."),
        (
            "sam",
            "Kim has accepted “A small flow” and drives it now.\nIt stands at: Is it on?",
        ),
    ]


async def test_an_offer_that_is_gone_by_now_is_not_told(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await opened(company)
    kim = company.people["kim"]
    [offer, _] = await after(
        company, session, ("sam", HandoverOffered(kim)), ("sam", HandoverWithdrawn())
    )
    await tell(desk, {"test": recorder}, offer)
    assert recorder.told == []


@pytest.mark.parametrize(
    ("deed", "sentence"),
    [
        (Paused("Waiting for parts"), "It is parked: Waiting for parts"),
        (Cancelled("A duplicate"), "It is completed by now."),
    ],
)
async def test_where_it_stands_is_said_as_it_is_now(
    company: Company, desk: Desk, recorder: Recorder, deed: Deed, sentence: str
) -> None:
    session = await opened(company)
    [job] = await after(company, session, ("kim", TakenOver()), ("kim", deed))
    await tell(desk, {"test": recorder}, job)
    assert recorder.told[0][2].text.endswith(sentence)


async def test_a_job_done_twice_tells_once(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await opened(company)
    [job] = await after(company, session, ("kim", TakenOver()))
    recorder.losing = ["tell"]
    with pytest.raises(Unavailable):
        await tell(desk, {"test": recorder}, job)
    await tell(desk, {"test": recorder}, job)
    assert len(recorder.told) == 1
    assert all(len(mark) <= 25 for mark in recorder.marks)


async def test_a_rate_limit_is_the_workers_to_wait_for(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await opened(company)
    [job] = await after(company, session, ("kim", TakenOver()))
    recorder.faults = [RateLimited(3)]
    with pytest.raises(RateLimited):
        await tell(desk, {"test": recorder}, job)


async def elsewhere(company: Company) -> None:
    """Sam is on Discord, too."""
    async with company.storage.work(company.account) as work:
        guild = await work.people.add_workspace("discord", "g1", "Acme guild")
        assert guild is not None
        sam = company.people["sam"]
        await work.people.add_identity(guild, "sam#1", who=sam, name="Sam")


async def test_people_are_told_where_the_session_lives(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await opened(company)
    await elsewhere(company)
    [job] = await after(company, session, ("kim", TakenOver()))
    await tell(desk, {"test": recorder, "discord": recorder}, job)
    assert [told[:2] for told in recorder.told] == [("Acme IT", "sam")]


@pytest.mark.parametrize("error", [Gone("left"), Unauthorized("no direct messages")])
async def test_who_cannot_be_told_there_is_told_elsewhere(
    company: Company, desk: Desk, recorder: Recorder, error: Exception
) -> None:
    session = await opened(company)
    await elsewhere(company)
    recorder.broken["sam"] = error
    [job] = await after(company, session, ("kim", TakenOver()))
    await tell(desk, {"test": recorder, "discord": recorder}, job)
    assert [told[:2] for told in recorder.told] == [("g1", "sam#1")]


async def test_who_can_be_reached_nowhere_is_not_told_and_holds_up_nothing(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await opened(company)
    [job] = await after(company, session, ("kim", TakenOver()))
    recorder.broken["sam"] = Gone("left")
    await tell(desk, {"test": recorder}, job)
    await tell(desk, {}, job)
    assert recorder.told == []


async def test_who_was_merged_is_told_as_who_they_are_now(
    company: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await opened(company)
    again = await company.hires("samuel", Role.ENGINEER)
    [job] = await after(company, session, ("kim", TakenOver()))
    async with company.storage.work(company.account) as work:
        await work.people.merge(company.people["sam"], again)
    await tell(desk, {"test": recorder}, job)
    assert len(recorder.told) == 1


async def test_another_accounts_job_finds_no_session(
    company: Company, rival: Company, desk: Desk, recorder: Recorder
) -> None:
    session = await opened(company)
    [job] = await after(company, session, ("kim", TakenOver()))
    stolen = Job(TELL, rival.account, job.session, job.revision, rival.people["sam"], job.about)
    await tell(desk, {"test": recorder}, stolen)
    assert recorder.told == []
