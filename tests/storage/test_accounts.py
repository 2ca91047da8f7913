"""Accounts never see each other: every door of storage, tried from the account next door.

A new public method of a repository that is not in DOORS fails here until it is.
"""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property

import asyncpg
import pytest
from sqlalchemy.exc import IntegrityError, NoResultFound

from core.access import Ownership, Role, Visibility
from core.flow.outcome import Outcome
from core.ids import ClientId, PlaceId, SessionId, TeamId
from core.session import deeds
from core.session.deeds import Started
from core.session.engine import begin
from core.session.scene import Event, Moved
from storage.clients import Clients
from storage.files import Files
from storage.flows import Flows
from storage.histories import Histories
from storage.ids import new_id
from storage.jobs import DeadLetters, Job, enqueue
from storage.overview import Overview
from storage.people import People
from storage.pins import Pins
from storage.places import Places, Spot
from storage.pointed import Pointed
from storage.search import Search
from storage.sessions import Asked, Sessions
from storage.sources import Sources
from storage.tables import metadata
from storage.work import Work
from tests.company import FLOW, Company

TEXTS = ("of A", "Only A", "only-a", "Acme")
_DATE = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass
class Near:
    """An account with one of everything, seen from the account next door."""

    a: Company
    b: Company
    session: SessionId
    team: TeamId
    client: ClientId
    spot: Spot
    place: PlaceId
    sha256: str
    moved: Moved
    dead: int


YESTERDAY = datetime.now(UTC) - timedelta(days=1)
Door = Callable[[Near, Work], Awaitable[object]]
DOORS: dict[tuple[type, str], Door] = {
    (People, "account"): lambda n, w: w.people.account(),
    (People, "change_account"): lambda n, w: w.people.change_account(time_zone="Asia/Tokyo"),
    (People, "get"): lambda n, w: w.people.get(n.a.people["sam"]),
    (People, "members"): lambda n, w: w.people.members(),
    (People, "names"): lambda n, w: w.people.names(),
    (People, "add"): lambda n, w: w.people.add("New", Role.VIEWER),
    (People, "set_role"): lambda n, w: w.people.set_role(n.a.people["sam"], Role.GUEST),
    (People, "admins"): lambda n, w: w.people.admins(),
    (People, "hold"): lambda n, w: w.people.hold(n.a.people["sam"], n.a.people["kim"]),
    (People, "merge"): lambda n, w: w.people.merge(n.a.people["sam"], n.b.people["kim"]),
    (People, "add_team"): lambda n, w: w.people.add_team("Day of A"),
    (People, "join_team"): lambda n, w: w.people.join_team(n.team, n.b.people["sam"]),
    (People, "teams_of"): lambda n, w: w.people.teams_of(n.a.people["sam"]),
    (People, "workspaces"): lambda n, w: w.people.workspaces(),
    (People, "add_workspace"): lambda n, w: w.people.add_workspace("test", "Acme IT", "x"),
    (People, "add_identity"): lambda n, w: w.people.add_identity(
        n.a.workspace, "new", who=n.b.people["sam"], name="x"
    ),
    (People, "contacts"): lambda n, w: w.people.contacts(n.a.people["sam"]),
    (Flows, "get"): lambda n, w: w.flows.get(n.a.flow_id),
    (Flows, "by_name"): lambda n, w: w.flows.by_name("only-a"),
    (Flows, "all"): lambda n, w: _all(n, w),
    (Flows, "names"): lambda n, w: w.flows.names(),
    (Flows, "draft"): lambda n, w: w.flows.draft(n.a.flow_id),
    (Flows, "version"): lambda n, w: w.flows.version(n.a.version),
    (Flows, "newest_of"): lambda n, w: w.flows.newest_of(n.a.version),
    (Flows, "create"): lambda n, w: w.flows.create(
        FLOW.model_copy(update={"flow": "stolen"}),
        Ownership(n.a.people["sam"], Visibility.TEAM, n.team),
    ),
    (Flows, "save_draft"): lambda n, w: w.flows.save_draft(n.a.flow_id, FLOW, expected=3),
    (Flows, "publish"): lambda n, w: w.flows.publish(n.a.flow_id, FLOW, by=None),
    (Flows, "archive"): lambda n, w: w.flows.archive(n.a.flow_id, archived=True),
    (Clients, "add"): lambda n, w: w.clients.add("Client of B"),
    (Clients, "named"): lambda n, w: w.clients.named("Client of A"),
    (Clients, "get"): lambda n, w: w.clients.get(n.client),
    (Clients, "all"): lambda n, w: w.clients.all(),
    (Files, "store"): lambda n, w: w.files.store(b"file of B", "text/html"),
    (Files, "content"): lambda n, w: w.files.content(n.sha256),
    (Histories, "begin"): lambda n, w: w.histories.begin(n.moved),
    (Histories, "get"): lambda n, w: w.histories.get(n.session),
    (Histories, "trail"): lambda n, w: w.histories.trail(n.session),
    (Histories, "behind"): lambda n, w: _empty_behind(n, w),
    (Histories, "answer_to"): lambda n, w: w.histories.answer_to(n.session, 1),
    (Histories, "left"): lambda n, w: w.histories.left(n.session, 1),
    (Histories, "delivered"): lambda n, w: w.histories.delivered("delivery-a"),
    (Histories, "last_seen"): lambda n, w: w.histories.last_seen(n.session, n.a.people["sam"]),
    (Histories, "flows"): lambda n, w: w.histories.flows(n.moved.session),
    (Histories, "open_for"): lambda n, w: w.histories.open_for(n.a.people["sam"]),
    (Histories, "open_on"): lambda n, w: w.histories.open_on(n.a.flow_id, timedelta(days=1)),
    (Histories, "begun_on"): lambda n, w: w.histories.begun_on(n.a.flow_id, YESTERDAY),
    (Histories, "open_now"): lambda n, w: w.histories.open_now(10),
    (Histories, "flows_of"): lambda n, w: w.histories.flows_of([n.moved.session]),
    (Histories, "meanwhile"): lambda n, w: w.histories.meanwhile(
        n.session, [n.a.people["sam"]], (YESTERDAY, YESTERDAY + timedelta(days=2))
    ),
    (Histories, "last_closed"): lambda n, w: w.histories.last_closed(n.a.flow_id, n.client),
    (Overview, "sessions"): lambda n, w: w.overview.sessions(n.a.people["sam"], n.a.now()),
    (Overview, "shelf"): lambda n, w: _shelf(n, w),
    (Pins, "add"): lambda n, w: w.pins.add(n.a.people["kim"], [n.a.flow_id]),
    (Pins, "remove"): lambda n, w: w.pins.remove(n.a.people["sam"], [n.a.flow_id]),
    (Pointed, "keep"): lambda n, w: w.pointed.keep(n.a.people["sam"], "key", "changed"),
    (Pointed, "get"): lambda n, w: w.pointed.get(n.a.people["sam"], "key"),
    (Places, "open"): lambda n, w: w.places.open(
        n.session, Spot(n.b.workspace, "new", "1"), revision=9
    ),
    (Places, "repost"): lambda n, w: w.places.repost(n.session, revision=9),
    (Places, "at"): lambda n, w: w.places.at(n.spot),
    (Places, "get"): lambda n, w: w.places.get(n.place),
    (Places, "header"): lambda n, w: w.places.header(n.place),
    (Places, "vacate"): lambda n, w: w.places.vacate(n.spot),
    (Places, "wrote_below"): lambda n, w: w.places.wrote_below(n.spot),
    (Places, "redraw"): lambda n, w: w.places.redraw(n.session),
    (Places, "is_note"): lambda n, w: w.places.is_note(n.session, "m-note"),
    (Places, "lost"): lambda n, w: w.places.lost(n.place),
    (Places, "rooted"): lambda n, w: w.places.rooted(n.place, "t"),
    (Places, "in_channel"): lambda n, w: w.places.in_channel(n.spot.workspace, n.spot.channel),
    (Places, "active"): lambda n, w: w.places.active(n.session),
    (Places, "save_form"): lambda n, w: w.places.save_form(
        n.a.people["sam"], n.session, "note", {"text": "x"}
    ),
    (Places, "form"): lambda n, w: w.places.form(n.a.people["sam"], n.session, "note"),
    (Places, "drop_form"): lambda n, w: w.places.drop_form(n.a.people["sam"], n.session, "note"),
    (Sources, "get"): lambda n, w: w.sources.get(n.spot, "m"),
    (Sources, "claim"): lambda n, w: w.sources.claim(n.spot, "new"),
    (Sources, "bind"): lambda n, w: w.sources.bind(n.spot, "m", n.session, 1),
    (Sources, "hold_change"): lambda n, w: w.sources.hold_change(n.spot, "m", "x"),
    (Sources, "set_aside"): lambda n, w: w.sources.set_aside(n.spot, "m", aside=True),
    (Sources, "take_up"): lambda n, w: w.sources.take_up(n.spot, "m"),
    (Sources, "set_out"): lambda n, w: w.sources.set_out(n.spot, "m", n.a.people["sam"]),
    (Sources, "made"): lambda n, w: w.sources.made(["delivery-a"]),
    (Search, "names"): lambda n, w: _search(n, w, "names"),
    (Search, "called"): lambda n, w: _search(n, w, "called"),
    (Search, "titles"): lambda n, w: _search(n, w, "titles"),
    (Search, "words"): lambda n, w: _search(n, w, "words"),
    (Search, "did_you_mean"): lambda n, w: _search(n, w, "did_you_mean"),
    (DeadLetters, "list"): lambda n, w: n.b.storage.dead_letters(n.b.account).list(),
    (DeadLetters, "retry"): lambda n, w: n.b.storage.dead_letters(n.b.account).retry(n.dead),
    (Sessions, "read"): lambda n, w: n.b.storage.sessions.read(
        Asked(n.b.identity("sam"), n.session)
    ),
    (Sessions, "change"): lambda n, w: n.b.does("ada", n.session, deeds.TakenOver()),
}
CLASSES = {door[0] for door in DOORS}


async def _all(near: Near, work: Work) -> object:
    return await work.flows.all(await near.a.actor("ada"))


async def _shelf(near: Near, work: Work) -> object:
    return (await work.overview.shelf(await near.a.actor("sam"), 10)).flows


async def _search(near: Near, work: Work, how: str) -> object:
    search = Search(work.raw, near.b.account, await near.a.actor("ada"))
    return await getattr(search, how)("only a")


async def _empty_behind(near: Near, work: Work) -> object:
    behind = await work.histories.behind(near.session)
    return behind.entries, behind.earlier


@pytest.fixture
async def near(company: Company, rival: Company) -> Near:
    """One of everything in account A."""
    only = FLOW.model_copy(update={"flow": "only-a", "title": "Only A"})
    (version,) = await company.publishes(only)
    sam, spot = company.people["sam"], Spot(company.workspace, "general", "1")
    async with company.storage.work(company.account) as work:
        team, client = (
            await work.people.add_team("Team of A"),
            await work.clients.add("Client of A"),
        )
        assert team is not None
        assert client is not None
        await work.people.join_team(team, sam)
        stored = await work.files.store(b"file of A", "text/plain")
        await work.pins.add(sam, [company.flow_id])
        await work.pointed.keep(sam, "key", "of A")
        await work.flows.save_draft(company.flow_id, FLOW, expected=2)
        await enqueue(work.raw, Job("tell", company.account, SessionId(new_id()), 1))
        dead = await work.raw.fetchval("UPDATE pgqueuer SET status = 'failed' RETURNING id")
    await company.starts("sam")
    started = Started(company.version, {}, client)
    session = await company.starts("sam", "delivery-a", started=started)
    await company.chooses("sam", session, "yes")
    await company.does("sam", session, deeds.Completed(Outcome.RESOLVED))
    async with company.storage.work(company.account) as work:
        place = await work.places.open(session, spot, revision=1)
        assert place is not None
        await work.sources.claim(spot, "m")
        await work.places.save_form(sam, session, "note", {"text": "of A"})
        await work.raw.execute("UPDATE message SET shown = wanted, reference = 'm-step'")
        await work.raw.execute("UPDATE message SET role = 'note' WHERE role = 'header'")
        await work.raw.execute("UPDATE message SET reference = 'm-note' WHERE role = 'note'")
        await work.raw.execute("UPDATE message SET role = 'header' WHERE role = 'step'")
        await work.raw.execute("UPDATE place SET rooted = true")
    event = Event(await company.actor("sam"), Started(version))
    moved = begin({version: only}, SessionId(new_id()), event, company.now())
    assert isinstance(moved, Moved)
    sha256 = getattr(stored, "sha256", "")
    return Near(company, rival, session, team, client, spot, place, sha256, moved, dead)


async def everything(company: Company) -> list[str]:
    """Every row of an account, as text."""
    async with company.storage.database.raw() as raw:
        rows = []
        for table in metadata.sorted_tables:
            if "account_id" in table.c:
                rows += await raw.fetch(
                    f'SELECT t::text AS row FROM "{table.name}" t WHERE account_id = $1',
                    company.account,
                )
        rows += await raw.fetch(
            "SELECT t::text AS row FROM account t WHERE id = $1", company.account
        )
        rows += await raw.fetch("SELECT id || status::text AS row FROM pgqueuer t")
    return sorted(row["row"] for row in rows)


async def test_from_the_account_next_door_nothing_is_seen_or_changed(near: Near) -> None:
    before = await everything(near.a)
    theirs = [near.a.account, near.session, near.team, near.client, near.a.flow_id, near.a.version]
    secrets = [*map(str, theirs), *map(str, near.a.people.values()), *TEXTS]
    for door, attempt in DOORS.items():
        shown: object = None
        try:
            async with near.b.storage.work(near.b.account) as work:
                shown = await attempt(near, work)
        except (IntegrityError, NoResultFound, ValueError):
            pass
        text = repr(shown)
        assert not [secret for secret in secrets if secret in text], door
        assert await everything(near.a) == before, door


class _Undone(Exception):
    pass


async def test_at_home_each_of_these_doors_opens(near: Near) -> None:
    """Else the test above would pass for a question that nobody can answer."""
    home = replace(near, b=near.a)
    silent = {"add_workspace", "add_identity", "bind", "join_team", "drop_form", "create"}
    silent |= {
        "save_form",
        "wrote_below",
        "redraw",
        "rooted",
        "set_aside",
        "set_out",
        "take_up",
        "keep",
        "teams_of",
        "add",
        "add_team",
        "merge",
    }
    for door, attempt in DOORS.items():
        shown: object = None
        try:
            async with near.a.storage.work(near.a.account) as work:
                shown = await attempt(home, work)
                raise _Undone
        except _Undone:
            pass
        assert shown or door[1] in silent, door


def test_every_door_is_tried() -> None:
    public = {
        (kind, name)
        for kind in CLASSES
        for name, _ in inspect.getmembers(kind, inspect.iscoroutinefunction)
        if not name.startswith("_")
    }
    assert public == set(DOORS)
    kept = {name for name, value in vars(Work).items() if isinstance(value, cached_property)}
    assert kept == {kind.__name__.lower() for kind in CLASSES - {Search, DeadLetters, Sessions}}


def test_every_table_belongs_to_an_account() -> None:
    for table in metadata.tables.values():
        if table.name in {"installation", "account", "memory"}:
            continue
        assert not table.c.account_id.nullable, table.name
        assert "account_id" in table.primary_key.columns, table.name


def test_every_reference_stays_within_an_account() -> None:
    for table in metadata.tables.values():
        of_account = False
        for key in table.foreign_key_constraints:
            pairs = {(e.parent.name, e.column.name) for e in key.elements}
            if key.referred_table.name == "account":
                assert pairs == {("account_id", "id")}
            else:
                assert ("account_id", "account_id") in pairs, (table.name, pairs)
            of_account = True
        assert of_account or table.name in {"installation", "account", "memory"}, table.name


async def test_the_database_has_the_same_references(company: Company) -> None:
    async with company.storage.database.raw() as raw:
        rows = await raw.fetch(
            "SELECT conname, conrelid::regclass::text AS of, confrelid::regclass::text AS to,"
            " pg_get_constraintdef(oid) AS said FROM pg_constraint"
            " WHERE contype = 'f' AND connamespace = 'public'::regnamespace"
        )
    assert len(rows) > 20
    for row in rows:
        assert row["said"].startswith("FOREIGN KEY (account_id"), row["conname"]


async def test_a_row_cannot_point_into_another_account(near: Near) -> None:
    started = Started(near.b.version, {}, near.client)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await near.b.starts("sam", started=started)
