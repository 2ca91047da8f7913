"""When the database is wrong, slow, full or gone: what is said, and that it works again."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from core.session import deeds
from storage import sessions
from storage.database import Database, Pool, url_of
from storage.embedded import Server, start
from storage.errors import (
    DiskFull,
    NotSaved,
    StorageError,
    Unavailable,
    WrongAddress,
    translated,
)
from storage.schema import migrate
from storage.sessions import Changed
from storage.storage import Storage, opened
from tests import database
from tests.company import Company, founded

HASTY = Pool(lock_timeout=0.05)
SECRET = "hunter2"


@pytest.mark.parametrize(
    "address",
    [
        "", " ", "x", "localhost", "host:5432/db", "mysql://u:hunter2@h/db", "sqlite:///x.db",
        "http://u:hunter2@h/", "postgresql://u:hunter2@h:port/db", "postgresql:/u:hunter2@h/db",
    ],
)  # fmt: skip
def test_what_is_no_address_is_told(address: str) -> None:
    with pytest.raises(WrongAddress, match=r"DATABASE_URL.*postgresql://user:password@") as told:
        Database.open(address)
    assert SECRET not in str(told.value)
    assert told.value.__cause__ is None


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_every_common_scheme_is_an_address(scheme: str) -> None:
    url = url_of(f"{scheme}://u:p%40ss@h:6543/db?sslmode=require&channel_binding=require")
    assert (url.drivername, url.password, url.port) == ("postgresql+asyncpg", "p@ss", 6543)
    assert dict(url.query) == {"sslmode": "require"}


async def why(address: str) -> StorageError:
    """What `ping` says about an address."""
    base = Database.open(address)
    try:
        with pytest.raises(StorageError) as told:
            await base.ping()
    finally:
        await base.close()
    assert SECRET not in str(told.value)
    assert "DATABASE_URL" in str(told.value)
    return told.value


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://u:hunter2@127.0.0.1:1/db",
        "postgresql://u@127.0.0.1:1/db?password=hunter2",
        "postgresql://u:hunter2@no-such-host.invalid/db",
        "postgresql://u:hunter2@/db?host=/no/such/directory",
    ],
)
async def test_a_server_that_does_not_answer_is_told(address: str) -> None:
    told = await why(address)
    assert type(told) is Unavailable
    assert "/db" in str(told)


async def test_an_address_that_the_driver_cannot_use_is_told(server_address: str) -> None:
    told = await why("postgresql://u:hunter2@h/db?sslmode=sometimes")
    assert type(told) is WrongAddress


async def test_a_silent_server_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.database.CONNECTING", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        address = f"postgresql://u:hunter2@127.0.0.1:{port}/db?sslmode=disable"
        assert type(await why(address)) is Unavailable
        async with opened(address) as storage:
            with pytest.raises(Unavailable, match="cannot be reached"):
                await storage.installation.accounts()


async def test_a_database_that_does_not_exist_is_told(server_address: str) -> None:
    told = await why(database.named(server_address, "nowhere"))
    assert type(told) is WrongAddress
    assert "“nowhere”" in str(told)


async def test_a_database_that_answers_says_nothing(storage: Storage) -> None:
    await storage.database.ping()


async def test_an_address_with_the_settings_of_libpq_works(address: str) -> None:
    url = make_url(address).update_query_dict(
        {"sslmode": "prefer", "channel_binding": "prefer", "connect_timeout": "10"}
    )
    async with opened(url.render_as_string(hide_password=False)) as storage:
        await storage.database.ping()


async def test_a_click_that_has_to_wait_too_long_is_not_saved_and_can_be_pressed_again(
    company: Company, address: str
) -> None:
    session = await company.starts("sam")
    note = deeds.NoteAdded("hm")
    async with company.storage.database.raw() as raw, opened(address, HASTY) as hasty:
        company.storage = hasty
        async with raw.transaction():
            await raw.execute("SELECT FROM session FOR UPDATE")
            for _ in range(12):  # more than the pool has connections
                with pytest.raises(NotSaved, match="Press again"):
                    await company.does("sam", session, note, "d-1")
        assert isinstance(await company.does("sam", session, note, "d-1"), Changed)
        assert await company.kinds(session) == ["started", "note-added"]


async def test_a_click_takes_two_seconds_at_most(company: Company, address: str) -> None:
    session = await company.starts("sam")
    loop = asyncio.get_running_loop()
    patient = Pool(lock_timeout=10)
    async with company.storage.database.raw() as raw, opened(address, patient) as storage:
        company.storage = storage
        async with raw.transaction():
            await raw.execute("SELECT FROM session FOR UPDATE")
            began = loop.time()
            with pytest.raises(NotSaved, match="Press again"):
                await company.does("sam", session, deeds.NoteAdded("hm"))
    assert loop.time() - began == pytest.approx(2, abs=0.5)


def test_the_server_gives_up_before_the_click_does() -> None:
    """What is given up by the client alone may still be saved when the lock is let go."""
    assert Pool().lock_timeout < sessions.PATIENCE == 2


async def test_a_click_that_finds_no_connection_free_is_not_saved(
    company: Company, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "PATIENCE", 0.2)
    session = await company.starts("sam")
    async with opened(address, Pool(size=1)) as small:
        company.storage = small
        async with small.database.raw():
            with pytest.raises(NotSaved, match="Press again"):
                await company.does("sam", session, deeds.NoteAdded("hm"))
        assert isinstance(await company.does("sam", session, deeds.NoteAdded("hm")), Changed)


async def test_a_full_pool_is_told(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.database.CONNECTING", 0.1)
    async with opened(address, Pool(size=1)) as small:
        base = small.database
        async with base.raw(), base.begin(), base.begin():
            for attempt in (small.outbox.behind, small.installation.accounts):
                with pytest.raises(NotSaved, match="Press again"):
                    await attempt()
        assert base.in_use()[0] == 0


@pytest.mark.parametrize("pool", [Pool(lock_timeout=0.1), Pool(statement_timeout=0.1)])
async def test_a_unit_of_work_that_has_to_wait_too_long_is_not_saved(
    company: Company, address: str, pool: Pool
) -> None:
    async with opened(address, pool) as hasty, company.storage.work(company.account) as work:
        assert await work.people.set_role(company.people["sam"], company.people and "viewer")  # type: ignore[arg-type]
        with pytest.raises(NotSaved, match="Press again"):
            async with hasty.work(company.account) as late:
                await late.people.merge(company.people["sam"], company.people["kim"])


async def test_a_deadlock_has_one_loser_who_presses_again(company: Company) -> None:
    async def locks(first: str, second: str) -> None:
        async with company.storage.work(company.account) as work:
            for name in (first, second):
                await work.raw.execute(
                    "SELECT FROM person WHERE id = $1 FOR UPDATE", company.people[name]
                )
                await asyncio.sleep(0.05)

    results = await asyncio.gather(locks("sam", "kim"), locks("kim", "sam"), return_exceptions=True)
    assert [type(result) for result in results if result] == [NotSaved]


async def cut(address: str) -> None:
    """End every other connection to this database, from the server's side."""
    one = await asyncpg.connect(address)
    await one.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend'"
    )
    await one.close()
    await asyncio.sleep(0.05)


async def test_connections_that_were_cut_are_replaced(company: Company, address: str) -> None:
    session = await company.starts("sam")

    async def busy() -> None:
        async with company.storage.database.raw():
            await asyncio.sleep(0.05)

    await asyncio.gather(*(busy() for _ in range(10)))
    await cut(address)
    for n in range(12):
        assert isinstance(await company.does("sam", session, deeds.NoteAdded(f"{n}")), Changed)
    await cut(address)
    failed = 0
    for _ in range(12):
        try:
            await company.actor("sam")
        except Unavailable:
            failed += 1
    assert failed <= 1  # which tells that all of them are dead


async def test_a_connection_cut_in_the_middle_is_told(company: Company, address: str) -> None:
    async def waits() -> None:
        async with company.storage.database.raw() as raw:
            await raw.execute("SELECT pg_sleep(5)")

    async def works() -> None:
        async with company.storage.work(company.account) as work:
            await work.people.members()
            await asyncio.sleep(0.3)
            await work.people.members()

    async def comes_back() -> None:
        async with company.storage.database.raw() as raw:
            await asyncio.sleep(0.3)
            await raw.execute("SELECT 1")

    for busy in (waits, works, comes_back):
        task = asyncio.create_task(busy())
        await asyncio.sleep(0.1)
        await cut(address)
        with pytest.raises(Unavailable, match="try again in a minute"):
            await task


@pytest.mark.parametrize("via", ["click", "work"])
async def test_a_full_disk_is_told_and_nothing_is_half_saved(company: Company, via: str) -> None:
    session = await company.starts("sam")
    async with company.storage.database.raw() as raw:
        # A real error of the server; filling a disk takes a disk of one's own.
        await raw.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS"
            " $$BEGIN RAISE SQLSTATE '53100' USING MESSAGE = 'No space left on device'; END$$;"
            "CREATE TRIGGER no_room BEFORE INSERT ON trail EXECUTE FUNCTION no_room();"
            "CREATE TRIGGER no_room BEFORE INSERT ON person EXECUTE FUNCTION no_room()"
        )
    attempts: dict[str, Callable[[], Awaitable[object]]] = {
        "click": lambda: company.chooses("sam", session, "yes"),
        "work": lambda: company.hires("lee", company.people and "viewer"),  # type: ignore[arg-type]
    }
    try:
        with pytest.raises(DiskFull, match="disk is full"):
            await attempts[via]()
    finally:
        async with company.storage.database.raw() as raw:
            await raw.execute("DROP FUNCTION no_room CASCADE")
    assert (await company.reads("sam", session)).session.revision == 1
    assert await attempts[via]()


async def test_our_own_mistakes_are_not_called_an_outage(company: Company) -> None:
    for wrong in ("SELECT nonsense", "SELECT $1::int", "SELECT $1::int, $2::int"):
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)) as told:
            async with company.storage.database.raw() as raw:
                await raw.fetch(wrong, *(["x"] if "$1" in wrong else []))
        assert told.value.__cause__ is not told.value


@pytest.fixture
def home() -> Iterator[Path]:
    """A directory for a server of one's own."""
    with database.directory() as root:
        yield root / "data"


@pytest.fixture
def server(home: Path) -> Iterator[Server]:
    """A server of one's own."""
    running = start(home)
    yield running
    running.stop()


@pytest.fixture
async def own(server: Server) -> AsyncIterator[Company]:
    """A company on it."""
    async with opened(server.url) as storage:
        await migrate(storage.database.engine)
        yield await founded(storage)


async def test_a_server_that_goes_and_comes_back_is_used_again(
    own: Company, server: Server, home: Path
) -> None:
    session = await own.starts("sam")
    server.stop()
    for attempt in (own.chooses("sam", session, "yes"), own.actor("sam"), own.starts("sam")):
        with pytest.raises(Unavailable, match="cannot be reached"):
            await attempt
    with pytest.raises(Unavailable, match="Is the server running"):
        await own.storage.database.ping()
    again = start(home)
    try:
        assert isinstance(await own.chooses("sam", session, "yes"), Changed)
        await own.storage.database.ping()
    finally:
        await own.storage.close()
        again.stop()


async def test_a_wrong_password_is_told(server: Server, home: Path) -> None:
    (rules,) = home.rglob("pg_hba.conf")
    server.stop()
    rules.write_text("local all all scram-sha-256\n", encoding="utf-8")
    again = start(home)
    try:
        wrong = make_url(again.url).set(password=SECRET).render_as_string(hide_password=False)
        told = await why(wrong)
        assert type(told) is WrongAddress
        assert "user or the password" in str(told)
        async with opened(wrong) as storage:
            with pytest.raises(Unavailable):
                await storage.installation.accounts()
    finally:
        again.stop()


def test_a_password_with_an_at_sign_is_not_shown_as_a_host() -> None:
    with pytest.raises(WrongAddress, match="write %40") as told:
        url_of("postgresql://u:hun@ter2@127.0.0.1:1/db")
    assert "ter2" not in str(told.value)


async def test_a_database_that_cannot_hold_every_language_is_refused(server_address: str) -> None:
    sql = "CREATE DATABASE rf_ascii ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0"
    await asyncio.to_thread(database.statement, server_address, sql)
    try:
        async with opened(database.named(server_address, "rf_ascii")) as storage:
            with pytest.raises(WrongAddress, match="ENCODING 'UTF8'"):
                await storage.database.ping()
    finally:
        await asyncio.to_thread(database.drop, server_address, "rf_ascii")


async def test_a_connection_that_the_server_just_ended_is_an_outage_not_a_bug() -> None:
    with pytest.raises(Unavailable):
        async with translated():
            # What asyncpg says when the server's goodbye is read before its connection is lost.
            raise asyncpg.InternalClientError("cannot switch to state 15")


async def test_a_connection_that_nobody_used_for_long_is_made_anew(address: str) -> None:
    async def server_process(pool: Pool) -> set[int]:
        found = set()
        database = Database.open(address, pool)
        for _ in range(3):
            async with database.raw() as raw:
                found.add(await raw.fetchval("SELECT pg_backend_pid()"))
        await database.close()
        return found

    assert len(await server_process(Pool(size=1))) == 1
    assert len(await server_process(Pool(size=1, idle=0.0))) == 3  # what lies between forgot it
