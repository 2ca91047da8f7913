"""Races that must have one winner: two connections at a barrier, many times over."""

import asyncio
from collections.abc import Sequence
from typing import TypeVar

import pytest
from sqlalchemy import text

from core.access import Ownership, Role, Visibility
from core.errors import Because, Refusal
from core.ids import FlowId, PersonId, PlaceId, SessionId
from core.session import deeds
from core.session.deeds import Deed
from storage.database import Pool
from storage.errors import NotSaved
from storage.files import Stored
from storage.links import Link, Purpose, issue, spend
from storage.places import Spot
from storage.schema import migrate, verify
from storage.sessions import Changed, Unchanged
from storage.storage import Storage, opened
from tests.company import FLOW, Company, choice
from tests.storage.barrier import ROUNDS, at_once

_T = TypeVar("_T")


def one(results: Sequence[Changed | Unchanged]) -> Unchanged:
    """The loser, where one of two won."""
    (loser,) = (result for result in results if isinstance(result, Unchanged))
    assert sum(isinstance(result, Changed) for result in results) == 1
    return loser


async def test_two_answers_to_one_step(company: Company) -> None:
    session = await company.starts("sam")
    for turn in range(ROUNDS):
        before = await company.reads("sam", session)
        options = [verb.argument for verb in FLOW.by_id[before.session.here.node].verbs()][:2]
        loser = one(
            await at_once(
                company.storage,
                "session",
                company.does("sam", session, choice(before, options[0]), f"s-{turn}"),
                company.does("kim", session, choice(before, options[0]), f"k-{turn}"),
            )
        )
        assert loser.refusal is not None
        assert loser.refusal.because is Because.STALE
        assert loser.snapshot is not None
        now = await company.reads("sam", session)
        assert loser.snapshot.session == now.session
        await company.does("sam", session, deeds.Returned(now.session.revision))
        assert len(await company.trail(session)) == 1 + 2 * (turn + 1)


async def test_the_same_press_delivered_anew_under_another_id(company: Company) -> None:
    session = await company.starts("sam")
    for turn in range(ROUNDS):
        press = choice(await company.reads("sam", session), "yes")
        loser = one(
            await at_once(
                company.storage,
                "session",
                *(company.does("sam", session, press, f"{n}-{turn}") for n in "ab"),
            )
        )
        assert loser.refusal is not None
        assert loser.refusal.because is Because.STALE
        await company.does("sam", session, deeds.Returned(2 * turn + 2))
        assert len(await company.trail(session)) == 2 * turn + 3


@pytest.mark.parametrize(
    "other", [deeds.HandoverAccepted(), deeds.HandoverDeclined(), deeds.HandoverWithdrawn()]
)
async def test_two_takers_of_one_hand_over(company: Company, other: Deed) -> None:
    withdrawn = isinstance(other, deeds.HandoverWithdrawn)
    session = await company.starts("sam")
    for _ in range(ROUNDS // 3):
        await company.does("sam", session, deeds.HandoverOffered(company.people["kim"]))
        loser = one(
            await at_once(
                company.storage,
                "session",
                company.does("kim", session, deeds.HandoverAccepted()),
                company.does("sam" if withdrawn else "kim", session, other),
            )
        )
        assert loser.refusal is not None
        assert loser.refusal.because is Because.STALE
        await company.does("sam", session, deeds.TakenOver())


async def test_a_form_submitted_twice(company: Company) -> None:
    session = await company.starts("sam")
    for turn in range(ROUNDS):
        sent = deeds.ScratchpadSaved(f"text {turn}")
        loser = one(
            await at_once(
                company.storage,
                "session",
                *(company.does("sam", session, sent, f"view-{turn}") for _ in range(2)),
            )
        )
        assert loser.refusal is None
        assert len(await company.trail(session)) == turn + 2


async def test_a_start_delivered_twice_at_once(company: Company) -> None:
    for turn in range(ROUNDS):
        made = await at_once(
            company.storage, "trail", *(company.starts("sam", f"start-{turn}") for _ in range(2))
        )
        assert made[0] == made[1]
    async with company.storage.database.raw() as raw:
        assert await raw.fetchval("SELECT count(*) FROM session") == ROUNDS


@pytest.mark.parametrize("purpose", [Purpose.IDENTITY, Purpose.WORKSPACE])
async def test_a_code_spent_twice(company: Company, purpose: Purpose) -> None:
    storage, sam = company.storage, company.people["sam"]

    async def spends(code: str) -> Link | None:
        async with storage.installation.begin() as connection:
            return await spend(connection, code)

    for _ in range(ROUNDS):
        link = Link(company.account, purpose, sam if purpose is Purpose.IDENTITY else None, None)
        async with storage.installation.begin() as connection:
            code = await issue(connection, link)
        spent = await at_once(storage, "link_code", spends(code), spends(code))
        assert sorted(map(bool, spent)) == [False, True]
        assert link in spent


async def test_two_editors_save_one_draft(company: Company) -> None:
    async def saves(title: str, expected: int) -> bool:
        async with company.storage.work(company.account) as work:
            flow = FLOW.model_copy(update={"title": title})
            return await work.flows.save_draft(company.flow_id, flow, expected=expected)

    for _ in range(ROUNDS):
        async with company.storage.work(company.account) as work:
            record = await work.flows.get(company.flow_id)
        assert record is not None
        saved = await at_once(
            company.storage, "flow", *(saves(title, record.draft_revision) for title in ("a", "b"))
        )
        assert sorted(saved) == [False, True]
        async with company.storage.work(company.account) as work:
            draft = await work.flows.draft(company.flow_id)
        assert draft is not None
        assert draft.title == ("a" if saved[0] else "b")


async def test_publishing_one_draft_twice(company: Company) -> None:
    async def publishes(expected: int) -> bool:
        async with company.storage.work(company.account) as work:
            if not await work.flows.save_draft(company.flow_id, FLOW, expected=expected):
                return False
            await work.flows.publish(company.flow_id, FLOW, by=company.people["sam"])
            return True

    for turn in range(ROUNDS):
        async with company.storage.work(company.account) as work:
            record = await work.flows.get(company.flow_id)
        assert record is not None
        assert record.published == turn + 1
        twice = (publishes(record.draft_revision) for _ in range(2))
        assert sorted(await at_once(company.storage, "flow", *twice)) == [False, True]


async def lives_with_a_header(company: Company) -> None:
    """A session with one message only."""
    session = await company.starts("sam")
    async with company.storage.work(company.account) as work:
        await work.places.open(session, Spot(company.workspace, "general", "1"), revision=1)
        await work.raw.execute("DELETE FROM message WHERE role <> 'header'")


async def test_one_message_is_sent_by_one_worker(company: Company) -> None:
    await lives_with_a_header(company)
    for turn in range(ROUNDS):
        outbox = company.storage.outbox
        claims = await at_once(
            company.storage, "message", *(outbox.claim(["test"]) for _ in range(2))
        )
        ((claimed,),) = (claim for claim in claims if claim)
        await outbox.shown(claimed, revision=0, reference=f"m-{turn}")


async def test_an_older_rendering_reported_after_a_newer_one_is_covered_again(
    company: Company,
) -> None:
    outbox = company.storage.outbox
    await lives_with_a_header(company)
    for turn in range(ROUNDS):
        (slow,) = await outbox.claim(["test"])
        async with company.storage.database.raw() as raw:
            await raw.execute("UPDATE message SET claimed_until = now()")
        (fast,) = await outbox.claim(["test"])
        reports = [
            outbox.shown(slow, revision=2 * turn, reference="m-1"),
            outbox.shown(fast, revision=2 * turn + 1, reference="m-1"),
        ]
        await at_once(company.storage, "message", *(reports if turn % 2 else reversed(reports)))
        async with company.storage.database.raw() as raw:
            assert await raw.fetchval("SELECT wanted > shown FROM message")
            await raw.execute("UPDATE message SET claimed_until = now(), wanted = $1", 2 * turn + 3)


async def test_files_that_together_exceed_the_quota(company: Company) -> None:
    async def stores(content: bytes) -> Stored | Refusal:
        async with company.storage.work(company.account) as work:
            return await work.files.store(content, "text/plain")

    for turn in range(ROUNDS):
        async with company.storage.database.raw() as raw:
            await raw.execute("UPDATE account SET file_quota = $1", 10 * (turn + 1) + 5)
        kept = await at_once(
            company.storage, "account", *(stores(f"{name}{turn:09}".encode()) for name in "ab")
        )
        assert sorted(isinstance(result, Stored) for result in kept) == [False, True]


async def test_one_file_stored_twice_at_once_counts_once(company: Company) -> None:
    async def stores(content: bytes) -> Stored | Refusal:
        async with company.storage.work(company.account) as work:
            return await work.files.store(content, "text/plain")

    for turn in range(ROUNDS):
        async with company.storage.database.raw() as raw:
            await raw.execute("UPDATE account SET file_quota = $1", 10 * (turn + 1))
        content = f"{turn:010}".encode()
        kept = await at_once(company.storage, "account", stores(content), stores(content))
        assert all(isinstance(result, Stored) for result in kept)


async def test_two_processes_install_the_first_account(storage: Storage) -> None:
    for _ in range(ROUNDS):
        made = await at_once(
            storage, "installation", *(storage.installation.install(name) for name in "ab")
        )
        assert sum(account is not None for account in made) == 1
        assert await storage.installation.accounts() == [a for a in made if a]
        async with storage.database.raw() as raw:
            await raw.execute("DELETE FROM installation; DELETE FROM account")


async def test_two_processes_migrate(bare_address: str) -> None:
    async with opened(bare_address) as first, opened(bare_address) as second:
        for _ in range(3):
            await asyncio.gather(*(migrate(s.database.engine) for s in (first, second)))
            await verify(first.database.engine)
            async with first.database.raw() as raw:
                await raw.execute("DROP SCHEMA public, playground CASCADE; CREATE SCHEMA public")


async def test_two_accounts_link_one_workspace(company: Company, rival: Company) -> None:
    async def links(who: Company, name: str) -> bool:
        async with who.storage.work(who.account) as work:
            return await work.people.add_workspace("test", name, name) is not None

    for turn in range(ROUNDS):
        both = (links(who, f"T{turn}") for who in (company, rival))
        assert sorted(await at_once(company.storage, "workspace", *both)) == [False, True]


async def test_two_sessions_move_to_one_thread(company: Company) -> None:
    sessions = [await company.starts(name) for name in ("sam", "kim")]

    async def moves(session: SessionId, spot: Spot) -> PlaceId | None:
        async with company.storage.work(company.account) as work:
            return await work.places.open(session, spot, revision=1)

    for turn in range(ROUNDS):
        spot = Spot(company.workspace, "general", str(turn))
        made = await at_once(company.storage, "place", *(moves(s, spot) for s in sessions))
        assert sorted(map(bool, made)) == [False, True]
        async with company.storage.work(company.account) as work:
            taken = await work.places.at(spot)
            assert taken is not None
            assert taken.id in made
            for session in sessions:
                lives = await work.places.active(session)
                assert (lives == taken) == (session == taken.session)


async def test_one_session_moves_to_two_threads(company: Company) -> None:
    session = await company.starts("sam")

    async def moves(thread: str) -> PlaceId | None:
        async with company.storage.work(company.account) as work:
            return await work.places.open(
                session, Spot(company.workspace, "general", thread), revision=1
            )

    for turn in range(ROUNDS):
        made = await at_once(company.storage, "session", moves(f"{turn}a"), moves(f"{turn}b"))
        async with company.storage.work(company.account) as work:
            lives = await work.places.active(session)
        assert lives is not None
        assert lives.id in made
        assert None not in made


async def test_two_workers_take_one_chat_message(company: Company) -> None:
    session = await company.starts("sam")
    await company.does("sam", session, deeds.NoteAdded("hm"))
    spot = Spot(company.workspace, "general", "1")

    async def takes(message: str) -> bool:
        async with company.storage.work(company.account) as work:
            mine = await work.sources.claim(spot, message)
            if mine:
                await work.sources.bind(spot, message, session, 2)
            return mine

    for turn in range(ROUNDS):
        taken = await at_once(company.storage, "note_source", *(takes(f"m-{turn}") for _ in "ab"))
        assert sorted(taken) == [False, True]


async def test_an_edit_that_comes_while_its_message_becomes_a_note_is_not_lost(
    company: Company,
) -> None:
    session = await company.starts("sam")
    await company.does("sam", session, deeds.NoteAdded("hm"))
    spot = Spot(company.workspace, "general", "1")

    async def becomes_a_note(message: str) -> str | None:
        async with company.storage.work(company.account) as work:
            await work.sources.claim(spot, message)
            source = await work.sources.get(spot, message)
            await work.sources.bind(spot, message, session, 2)
            return source.waiting_text if source else None

    async def is_edited(message: str) -> str | None:
        async with company.storage.work(company.account) as work:
            if await work.sources.hold_change(spot, message, "edited"):
                return None
            source = await work.sources.get(spot, message)
            return "edited" if source and source.seq == 2 else None

    for turn in range(ROUNDS):
        both = (becomes_a_note(f"m-{turn}"), is_edited(f"m-{turn}"))
        seen = await at_once(company.storage, "note_source", *(both if turn % 2 else both[::-1]))
        assert sorted(map(bool, seen)) == [False, True]


async def test_the_last_two_admins_step_down(company: Company) -> None:
    bob = await company.hires("bob", Role.TEAM_ADMIN)

    async def steps_down(who: PersonId) -> bool:
        async with company.storage.work(company.account) as work:
            if await work.people.admins() < 2:
                return False
            return await work.people.set_role(who, Role.ENGINEER)

    for _ in range(ROUNDS):
        both = (steps_down(who) for who in (bob, company.people["ada"]))
        assert sorted(await at_once(company.storage, "account", *both)) == [False, True]
        async with company.storage.work(company.account) as work:
            for who in (bob, company.people["ada"]):
                await work.people.set_role(who, Role.TEAM_ADMIN)


async def test_a_client_and_a_flow_of_one_name_made_twice(company: Company) -> None:
    async def makes(name: str) -> tuple[bool, bool]:
        async with company.storage.work(company.account) as work:
            flow = FLOW.model_copy(update={"flow": name})
            flow_id: FlowId | None = await work.flows.create(
                flow, Ownership(None, Visibility.ACCOUNT)
            )
            return await work.clients.add(name) is not None, flow_id is not None

    for turn in range(ROUNDS):
        made = await at_once(company.storage, "flow", *(makes(f"n-{turn}") for _ in "ab"))
        assert sorted(made) == [(False, False), (True, True)]


async def test_of_many_writers_none_loses_a_note(company: Company, address: str) -> None:
    writers, each = 10, 20
    session = await company.starts("sam")

    async def writes(storage: Storage, number: int) -> None:
        mine = Company(
            storage, company.account, company.workspace, FLOW, company.flow_id, company.version
        )
        for n in range(each):
            note = deeds.NoteAdded(f"{number}-{n}")
            while True:  # as a person does who reads "press again"
                try:
                    await mine.does("sam", session, note, f"{number}-{n}")
                    break
                except NotSaved:
                    pass

    async with opened(address, Pool(size=5)) as other, asyncio.TaskGroup() as group:
        for number in range(writers):
            group.create_task(writes((company.storage, other)[number % 2], number))
    trail = await company.trail(session)
    notes = [entry.deed.text for entry in trail if isinstance(entry.deed, deeds.NoteAdded)]
    assert sorted(notes) == sorted(f"{w}-{n}" for w in range(writers) for n in range(each))
    assert [entry.seq for entry in trail] == list(range(1, writers * each + 2))


async def test_a_raw_write_is_rolled_back_with_its_transaction(company: Company) -> None:
    async def in_a_transaction() -> None:
        async with company.storage.database.begin() as connection:
            raw = (await connection.get_raw_connection()).driver_connection
            assert raw is not None
            await raw.execute("UPDATE account SET name = 'raw'")
            await connection.execute(text("UPDATE account SET time_zone = 'x'"))
            raise RuntimeError("no")

    async def in_a_unit_of_work() -> None:
        async with company.storage.work(company.account) as work:
            await work.raw.execute("UPDATE account SET name = 'raw'")
            raise RuntimeError("no")

    for failing in (in_a_transaction, in_a_unit_of_work):
        with pytest.raises(RuntimeError, match="no"):
            await failing()
    async with company.storage.work(company.account) as work:
        account = await work.people.account()
    assert (account.name, account.time_zone) == ("Acme IT", "UTC")
