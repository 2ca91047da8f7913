"""A session in PostgreSQL: every step saved once, whoever else is clicking."""

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.access import Role
from core.errors import Because, Refusal
from core.flow.model import Flow
from core.flow.outcome import Outcome
from core.ids import ClientId, SessionId, VersionId
from core.session import deeds
from core.session.deeds import Acted, Corrected, Deed, Started
from core.session.engine import replay
from core.session.scene import Moved, Tell
from core.session.state import Frame, Session
from core.session.trail import Entry, with_strikes
from storage.ids import new_id
from storage.jobs import Job, from_payload
from storage.places import POINTER, Spot
from storage.sessions import NOBODY, Asked, Changed, Product, Snapshot, Unchanged
from tests.company import FLOW, Company, choice
from tests.flows import valid_flows
from tests.storage.barrier import at_once

_END = {
    "solution": "done",
    "resolved": "It works.",
    "verify": {"after": "2h", "reopen": "first"},
}
VERIFIED = Flow.model_validate(
    {
        **FLOW.model_dump(by_alias=True, exclude_defaults=True),
        "flow": "verified",
        "intake": [{"name": "gateway", "label": "Gateway"}],
        "nodes": [*FLOW.nodes[:3], _END],
    }
)


async def test_a_step_is_saved_and_read_back(company: Company) -> None:
    session = await company.starts("sam")
    await company.chooses("sam", session, "yes")
    snapshot = await company.reads("sam", session)
    assert snapshot.session.here.node == "second"
    assert await company.kinds(session) == ["started", "acted"]


async def test_every_deed_there_is_is_saved_and_read_back(company: Company) -> None:
    newer = VERIFIED.model_copy(update={"title": "Newer"})
    first, second = await company.publishes(VERIFIED, newer)
    async with company.storage.work(company.account) as work:
        client = await work.clients.add("Contoso")
    started = Started(first, {"gateway": "fw01"}, client)
    session = await company.starts("sam", "d-0", started=started)
    entries = [(await company.trail(session))[0]]
    for name, planned in _story(company, second, client):
        now = await company.reads("sam", session)
        deed = _shown_now(planned, now)
        if isinstance(deed, deeds.VerificationAwaited):
            company.ahead += timedelta(hours=2)
            deed = deeds.VerificationAwaited(company.now() + timedelta(hours=1))
        if isinstance(deed, deeds.VerificationLapsed):
            company.ahead += timedelta(hours=2)
        result = await company.does(name, session, deed, f"d-{len(entries)}")
        assert isinstance(result, Changed), (deed, result)
        entries.append(result.moved.entry)
        assert (await company.reads("sam", session)).session == result.moved.session
    trail = await company.trail(session)
    assert list(trail) == with_strikes(entries)
    assert {entry.deed.kind for entry in trail} == {deed.kind for deed in get_args(Deed)}
    stored = (await company.reads("sam", session)).session
    assert replay({first: VERIFIED, second: newer}, session, trail, company.account) == stored


def _story(
    company: Company, newer: VersionId, client: ClientId | None
) -> list[tuple[str | None, Deed]]:
    sam, kim, vic = (company.people[name] for name in ("sam", "kim", "vic"))
    later = company.now()
    return [
        ("sam", deeds.NoteAdded("Ünïcode ✓\nzwei", deeds.NoteKind.OUTPUT)),
        ("sam", deeds.NoteEdited(2, "one")),
        ("sam", deeds.NoteKeptOut(2)),
        ("sam", deeds.NoteKeptOut(2, out=False)),
        ("sam", deeds.NoteDeleted(2)),
        ("kim", deeds.Attached("0" * 64, "screen.png", "image/png", 4)),
        ("sam", Acted(0, "choose", {"option": "no", "reason": "it was dark"})),
        ("kim", Corrected(8, "choose", {"option": "yes"})),
        ("sam", deeds.Returned(9)),
        ("sam", deeds.CustomStepAdded("Kicked it.")),
        ("sam", deeds.VariablesSet({"gateway": "fw02"}, client)),
        ("vic", deeds.ScratchpadSaved("call back at 3")),
        ("sam", deeds.Paused("vendor")),
        ("sam", deeds.Resumed()),
        ("kim", deeds.TakenOver()),
        ("kim", deeds.HandoverOffered(sam, "yours again")),
        ("sam", deeds.HandoverDeclined("busy")),
        ("kim", deeds.HandoverOffered(sam)),
        ("kim", deeds.HandoverWithdrawn()),
        ("ada", deeds.HandoverOffered(vic)),
        ("vic", deeds.HandoverAccepted()),
        ("vic", deeds.HandoverOffered(kim)),
        ("sam", deeds.Upgraded(newer)),
        ("sam", Acted(0, "choose", {"option": "yes"})),
        ("sam", Acted(0, "choose", {"option": "yes"})),
        ("sam", deeds.VerificationAwaited(later)),
        ("sam", deeds.VerificationAnswered(fine=False)),
        ("sam", Acted(0, "choose", {"option": "yes"})),
        ("sam", Acted(0, "choose", {"option": "yes"})),
        ("sam", deeds.VerificationAwaited(later)),
        (None, deeds.VerificationLapsed()),
        ("sam", deeds.Reopened("came back")),
        ("sam", deeds.Completed(Outcome.WORKAROUND, "replace it", 25)),
        ("sam", deeds.Reopened()),
        ("sam", deeds.Cancelled("moved away")),
    ]


def _shown_now(deed: Deed, now: Snapshot) -> Deed:
    if isinstance(deed, Acted):
        return Acted(now.session.here.visit, deed.verb, deed.values)
    return deed


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),  # to shrink a walk through a database takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
async def test_the_rows_of_any_walk_lead_to_the_session_stored(
    company: Company, data: st.DataObject
) -> None:
    if "gus" not in company.people:
        await company.hires("gus", Role.GUEST)
    name = f"flow-{new_id().hex}"
    flows = [data.draw(valid_flows()).model_copy(update={"flow": name}) for _ in range(2)]
    versions = dict(zip(await company.publishes(*flows), flows, strict=True))
    session = await company.starts("sam", started=Started(next(iter(versions))))
    last = (await company.reads("sam", session)).session
    for minute in range(data.draw(st.integers(3, 12))):
        company.ahead += timedelta(minutes=7)
        trail = await company.trail(session)
        who = data.draw(st.sampled_from((None, "sam", "sam", "kim", "vic", "ada", "gus")))
        deed = data.draw(_deeds(company, last, trail, versions))
        result = await company.does(who, session, deed, f"{name}-{minute}")
        if isinstance(result, Changed):
            last = result.moved.session
        assert (await company.reads("kim", session)).session == last
    trail = await company.trail(session)
    assert [entry.seq for entry in trail] == list(range(1, last.revision + 1))
    assert list(trail) == with_strikes(trail)
    assert replay(versions, session, trail, company.account) == last


def _deeds(
    company: Company, session: Session, trail: tuple[Entry, ...], versions: dict[VersionId, Flow]
) -> st.SearchStrategy[Deed]:
    node = versions[session.here.version].by_id[session.here.node]
    answers = [
        Acted(session.here.visit, verb.name, {"option": verb.argument, "value": "5"})
        for verb in node.verbs()
    ]
    said = [entry for entry in trail if entry.answers]
    others = [
        Corrected(entry.seq, verb.name, {"option": verb.argument, "value": "7"})
        for entry in said
        for verb in versions[entry.stack[-1].version].by_id[entry.stack[-1].node].verbs()
    ]
    notes = [entry.seq for entry in trail if isinstance(entry.deed, deeds.NoteAdded)]
    due = company.now() + timedelta(minutes=9)
    rest: list[Deed] = [
        deeds.NoteAdded("tried the other port"),
        *(deeds.NoteEdited(of, "tried both ports") for of in notes),
        *(deeds.NoteDeleted(of) for of in notes),
        *(deeds.Returned(entry.seq) for entry in said),
        deeds.Paused("vendor"),
        deeds.Resumed(),
        deeds.TakenOver(),
        *(deeds.HandoverOffered(to) for to in company.people.values()),
        deeds.HandoverAccepted(),
        deeds.HandoverDeclined("no"),
        deeds.VerificationAwaited(due),
        deeds.VerificationAnswered(fine=False),
        deeds.VerificationLapsed(),
        deeds.Completed(Outcome.RESOLVED),
        deeds.Reopened("again"),
        *(deeds.Upgraded(version) for version in versions),
        deeds.ScratchpadSaved("s"),
        deeds.CustomStepAdded("c"),
    ]
    ways = [answers or rest, answers or rest, others or answers or rest, rest]
    return st.sampled_from(ways).flatmap(st.sampled_from)


async def test_a_note_that_meets_another_change_is_not_lost(company: Company) -> None:
    session = await company.starts("sam")
    results = await at_once(
        company.storage,
        "session",
        company.chooses("sam", session, "yes"),
        company.does("kim", session, deeds.NoteAdded("hm")),
    )
    assert all(isinstance(result, Changed) for result in results)
    assert sorted(await company.kinds(session)) == ["acted", "note-added", "started"]
    assert (await company.reads("sam", session)).session.revision == 3


async def test_what_is_refused_is_not_saved(company: Company) -> None:
    session = await company.starts("sam")
    refused = await company.does("sam", session, Acted(9, "choose", {"option": "yes"}))
    assert isinstance(refused, Unchanged)
    assert refused.refusal is not None
    assert refused.refusal.because is Because.STALE
    assert await company.kinds(session) == ["started"]


async def test_a_delivery_repeated_is_answered_with_the_step_as_it_is(company: Company) -> None:
    session = await company.starts("sam")
    press = choice(await company.reads("sam", session), "yes")
    assert isinstance(await company.does("sam", session, press, "d-1"), Changed)
    again = await company.does("sam", session, press, "d-1")
    assert isinstance(again, Unchanged)
    assert again.refusal is None
    assert again.snapshot is not None
    assert again.snapshot.session.here.node == "second"
    assert await company.kinds(session) == ["started", "acted"]


async def test_a_note_delivered_twice_is_one_note(company: Company) -> None:
    session = await company.starts("sam")
    note = deeds.NoteAdded("hm")
    assert isinstance(await company.does("sam", session, note, "d-1"), Changed)
    again = await company.does("sam", session, note, "d-1")
    assert isinstance(again, Unchanged)
    assert again.refusal is None
    assert await company.kinds(session) == ["started", "note-added"]
    async with company.storage.work(company.account) as work:
        entry = await work.histories.delivered("d-1")
    assert entry is not None
    assert entry.seq == 2


@pytest.mark.parametrize("planned", [choice, lambda *_: deeds.NoteAdded("hm")])
async def test_a_delivery_repeated_at_once_is_one_entry(
    company: Company, planned: type[Deed]
) -> None:
    session = await company.starts("sam")
    deed: Deed = planned(await company.reads("sam", session), "yes")  # type: ignore[call-arg, arg-type]
    same = [company.does("sam", session, deed, "d-1") for _ in range(2)]
    results = await at_once(company.storage, "session", *same)
    assert {type(result) for result in results} == {Changed, Unchanged}
    unchanged = next(result for result in results if isinstance(result, Unchanged))
    assert unchanged.refusal is None
    assert unchanged.snapshot is not None
    assert unchanged.snapshot.session.revision == 2
    assert len(await company.trail(session)) == 2


async def test_two_accounts_may_have_a_delivery_of_one_name(
    company: Company, rival: Company
) -> None:
    for one in (company, rival):
        session = await one.starts("sam", "start-1")
        note = deeds.NoteAdded("hm")
        assert isinstance(await one.does("sam", session, note, "d-1"), Changed)


async def test_a_start_delivered_twice_is_one_session(company: Company) -> None:
    first = await company.starts("sam", "d-1")
    assert await company.starts("sam", "d-1") == first
    assert await company.starts("sam", "d-2") != first
    async with company.storage.work(company.account) as work:
        assert len(await work.histories.open_for(company.people["sam"])) == 2


async def test_a_start_delivered_twice_leaves_the_transaction_usable(company: Company) -> None:
    first = await company.starts("sam", "d-1")
    async with company.storage.work(company.account) as work:
        made = await work.people.add("Lee", Role.VIEWER)
        begun = Moved(*(await _begun(company)))
        assert await work.histories.begin(begun, "d-1") == first
    async with company.storage.work(company.account) as work:
        assert await work.people.get(made) is not None
        assert await work.histories.get(begun.session.id) is None


async def _begun(company: Company) -> tuple[Session, Entry]:
    """A session that has begun and is not saved."""
    session = await company.starts("kim")
    entry = (await company.trail(session))[0]
    snapshot = await company.reads("kim", session)
    made = SessionId(new_id())
    fields = {name: getattr(snapshot.session, name) for name in Session.__dataclass_fields__}
    return Session(**{**fields, "id": made}), entry


async def test_somebody_of_another_account_sees_nothing_and_changes_nothing(
    company: Company, rival: Company
) -> None:
    session = await company.starts("sam")
    before = await company.reads("sam", session)
    press = choice(before, "yes")
    for who in ("sam", "ada", None):
        assert await rival.does(who, session, press) == NOBODY
    assert await rival.does("sam", SessionId(new_id()), press) == NOBODY
    assert await company.storage.sessions.read(Asked(rival.identity("sam"), session)) is None
    assert await company.storage.sessions.read(Asked(Product(rival.account), session)) is None
    assert (await company.reads("sam", session)).session == before.session
    assert await company.kinds(session) == ["started"]


async def test_strikes_are_stored_as_they_are_derived(company: Company) -> None:
    session = await company.starts("sam")
    for option in ("no", "", "no", ""):
        here = (await company.reads("sam", session)).session.here
        act = (
            Acted(here.visit, "choose", {"option": option}) if option else Acted(here.visit, "done")
        )
        assert isinstance(await company.does("sam", session, act), Changed)
    await company.does("kim", session, deeds.NoteAdded("a note between is not struck"))
    assert isinstance(
        await company.does("kim", session, Corrected(4, "choose", {"option": "yes"})), Changed
    )
    assert isinstance(await company.does("kim", session, deeds.Returned(3)), Changed)
    trail = await company.trail(session)
    assert [entry.struck_by for entry in trail] == [None, None, 8, 7, 7, None, 8, None]
    assert list(trail) == with_strikes(trail)
    async with company.storage.work(company.account) as work:
        behind = await work.histories.behind(session)
    assert [entry.seq for entry in behind.entries] == [2]


async def jobs(company: Company) -> list[tuple[Job, float]]:
    """What is queued, with the seconds it waits."""
    async with company.storage.database.raw() as raw:
        rows = await raw.fetch(
            "SELECT entrypoint, payload, extract(epoch FROM execute_after - created)::float AS wait"
            " FROM pgqueuer ORDER BY id"
        )
    return [(from_payload(row["entrypoint"], row["payload"]), row["wait"]) for row in rows]


async def test_what_must_happen_once_is_queued_with_the_change(company: Company) -> None:
    session = await company.starts("sam")
    await company.does("sam", session, deeds.HandoverOffered(company.people["kim"]))
    ((told, wait),) = await jobs(company)
    assert told == Job(
        "tell", company.account, session, 2, company.people["kim"], "handover-offered"
    )
    assert wait == pytest.approx(0, abs=1)
    for _ in range(2):
        await company.chooses("sam", session, "yes")
    due = company.now() + timedelta(hours=3)
    assert isinstance(await company.does("sam", session, deeds.VerificationAwaited(due)), Changed)
    _, (asking, wait) = await jobs(company)
    assert (asking.kind, asking.session, asking.revision) == ("ask-still-fine", session, 5)
    assert wait == pytest.approx(3 * 3600, abs=30)


async def test_what_is_queued_is_rolled_back_with_the_change(company: Company) -> None:
    session = await company.starts("sam")
    asked = Asked(company.identity("sam"), session)
    kim = company.people["kim"]

    def decide(snapshot: Snapshot) -> Moved | Refusal:
        told = deeds.HandoverOffered(kim)
        entry = Entry(2, company.now(), snapshot.actor.id, told, snapshot.session.stack)
        moved = Session(
            **{
                **{n: getattr(snapshot.session, n) for n in Session.__dataclass_fields__},
                "revision": 2,
            }
        )
        notice = Tell(kim, "x")  # type: ignore[arg-type]  # no Notice: fails after the first
        return Moved(moved, entry, (Tell(kim, _Told()), notice))  # type: ignore[arg-type]

    with pytest.raises(AttributeError):
        await company.storage.sessions.change(asked, decide)
    assert await jobs(company) == []
    assert await company.kinds(session) == ["started"]


class _Told:
    value = "handover-offered"


async def test_a_click_marks_the_messages_of_the_place_that_the_session_lives_in(
    company: Company,
) -> None:
    session = await company.starts("sam")
    async with company.storage.work(company.account) as work:
        for thread in ("1", "2"):
            spot = Spot(company.workspace, "general", thread)
            assert await work.places.open(session, spot, revision=1)
        await work.raw.execute("UPDATE message SET shown = wanted")
    await company.chooses("sam", session, "yes")
    async with company.storage.database.raw() as raw:
        rows = await raw.fetch(
            "SELECT p.thread, m.role FROM message m JOIN place p ON p.id = m.place_id"
            " WHERE m.wanted > m.shown"
        )
        pointers = await raw.fetchval("SELECT count(*) FROM message WHERE wanted = $1", POINTER)
    assert pointers == 2
    assert [(row["thread"], row["role"]) for row in rows] == [("2", "step")]


async def test_an_answer_counts_for_the_showing_it_was_given_to(company: Company) -> None:
    session = await company.starts("sam")
    await company.chooses("kim", session, "yes")
    async with company.storage.work(company.account) as work:
        answer = await work.histories.answer_to(session, 1)
        assert answer is not None
        assert answer.by == company.people["kim"]
        assert await work.histories.answer_to(session, 2) is None
        assert await work.histories.last_seen(session, company.people["kim"]) == answer.at
        assert await work.histories.last_seen(session, company.people["ada"]) is None
        assert await work.histories.trail(session, upto=0) == ()
        assert len(await work.histories.trail(session, upto=1)) == 1


async def test_of_a_long_walk_the_last_answers_are_read_and_the_others_counted(
    company: Company,
) -> None:
    session = await company.starts("sam")
    for _ in range(6):
        await company.chooses("sam", session, "yes")
        await company.chooses("sam", session, "no")
    async with company.storage.work(company.account) as work:
        behind = await work.histories.behind(session, 5)
    assert [entry.seq for entry in behind.entries] == [9, 10, 11, 12, 13]
    assert behind.earlier == 7


async def test_a_flow_within_a_flow_is_stored_with_where_it_goes_back_to(company: Company) -> None:
    (inner,) = await company.publishes(VERIFIED)
    session, entry = await _begun(company)
    stack = (*session.stack, Frame(inner, "second", 7))
    moved = Moved(replace(session, stack=stack), replace(entry, stack=stack))
    async with company.storage.work(company.account) as work:
        await work.histories.begin(moved)
        assert await work.histories.get(session.id) == moved.session
        assert await work.histories.trail(session.id) == (moved.entry,)
        flows = await work.histories.flows(moved.session)
    assert set(flows) == {company.version, inner}
    assert set((await company.reads("sam", session.id)).flows) == {company.version, inner}
