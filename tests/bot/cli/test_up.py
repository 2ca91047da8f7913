"""`resolutionflow up`: started, stopped, killed and started again, as a process of its own."""

import json
import re
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from bot.cli.main import run
from storage.embedded.layout import Layout
from tests.processes import PATIENCE, Running, call, directory, environment, running

Env = dict[str, str]


@pytest.fixture(scope="module")
def embedded() -> Iterator[Env]:
    """The settings for one data directory, which these tests share, in their order."""
    with directory() as data:
        yield environment(data)


@contextmanager
def up(env: Env) -> Iterator[Running]:
    with running("up", env=env) as made:
        made.hears("Stop:.*Ctrl-C")
        yield made


class Cli:
    """Verbs that end by themselves, called in this process: a second each is saved."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, env: Env, *arguments: str) -> tuple[int, str]:
        for name in ("RESOLUTIONFLOW_DATA", "RESOLUTIONFLOW_PORT", "DATABASE_URL"):
            self._monkeypatch.setenv(name, env[name])
        self._capsys.readouterr()
        code = run(list(arguments))
        return code, self._capsys.readouterr().out

    def flows(self, env: Env) -> list[str]:
        """The names of the flows in the library."""
        code, out = self(env, "flows", "list", "--json")
        assert code == 0
        return [row["name"] for row in json.loads(out)]


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(monkeypatch, capsys)


def postmaster(env: Env) -> int:
    """The process number of the embedded server, as it wrote it down."""
    layout = Layout(Path(env["RESOLUTIONFLOW_DATA"]).resolve() / "postgres")
    try:
        return int(layout.pid_file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return 0


def eventually(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_the_first_start_says_what_to_do_next_and_stops_cleanly(embedded: Env, cli: Cli) -> None:
    with up(embedded) as process:
        said = process.hears("Stop")
        assert re.search(r"Open http://127\.0\.0\.1:\d+/playground and type /flow vpn", said)
        assert "walk vpn-down" in said
        assert process.get("/healthz").json()["status"] == "ok"
        assert process.get("/readyz").status_code == 200
        assert "vpn-down" in cli.flows(embedded)
        assert (Path(embedded["RESOLUTIONFLOW_DATA"]) / "keys").stat().st_mode & 0o777 == 0o600
        server = postmaster(embedded)
        assert process.stop() == 0
        assert not psutil.pid_exists(server)
        assert "Traceback" not in process.said


def test_after_kill_9_everything_is_still_there(embedded: Env, cli: Cli, tmp_path: Path) -> None:
    with up(embedded) as process:
        _, document = cli(embedded, "flows", "export", "vpn-down")
        file = tmp_path / "mine.yaml"
        file.write_text(document.replace("flow: vpn-down", "flow: mine", 1))
        assert cli(embedded, "flows", "import", str(file), "--publish")[0] == 0
        process.stop(signal.SIGKILL)
    with up(embedded) as process:
        assert "mine" in cli.flows(embedded)
        assert process.stop(signal.SIGINT) == 0


def test_a_postgresql_that_dies_is_started_again(embedded: Env) -> None:
    with up(embedded) as process:
        dead = postmaster(embedded)
        psutil.Process(dead).kill()
        eventually(lambda: postmaster(embedded) not in (0, dead))
        eventually(lambda: process.get("/readyz").status_code == 200)
        assert process.process.poll() is None


def test_doctor_sees_what_runs(embedded: Env, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    with up(embedded) as process:
        env = {**embedded, "RESOLUTIONFLOW_PORT": process.address().rpartition(":")[2]}
        code, out = cli(env, "doctor")
        assert code == 0, out
        for line in ("ResolutionFlow answers there", "worker: running", "pg_trgm: installed"):
            assert line in out
    monkeypatch.setenv("RESOLUTIONFLOW_PROT", "1")
    code, out = cli(embedded, "doctor", "--json")
    assert code == 1
    problems = [found for found in json.loads(out) if not found["fine"]]
    assert [found["about"] for found in problems] == ["settings"]
    assert "RESOLUTIONFLOW_PORT" in problems[0]["advice"]


def test_a_taken_port_is_said_before_anything_is_made() -> None:
    with directory() as data, socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = call("up", env=environment(data, RESOLUTIONFLOW_PORT=port))
        assert done.returncode == 1
        assert f"Port {port} is in use" in done.stderr
        assert not (data / "postgres").exists()


def test_with_a_database_of_ones_own(bare_address: str, cli: Cli) -> None:
    with directory() as data:
        env = environment(data, bare_address)
        with up(env) as process:
            assert process.get("/readyz").status_code == 200
            process.stop(signal.SIGKILL)
        with up(env) as process:
            assert "vpn-down" in cli.flows(env)
            assert process.stop() == 0
        assert not (data / "postgres").exists()


def test_in_parts_as_the_procfile_says(bare_address: str, cli: Cli) -> None:
    with directory() as data:
        env = environment(data, bare_address, RESOLUTIONFLOW_LOG_FORMAT="json")
        assert cli(env, "web")[0] == 3
        assert cli(env, "migrate")[0] == 0
        with running("web", env=env) as web:
            assert web.get("/readyz").status_code == 200
            apart = {**env, "RESOLUTIONFLOW_PLAYGROUND_URL": web.address()}
            with running("worker", env=apart) as worker:
                worker.hears('"event": "ready"')
                command = {"channel": "c1", "text": "vpn-down"}
                httpx.post(f"{web.address()}/api/as/sam/commands", json=command, trust_env=False)
                channel = "/api/as/sam/channels/c1/messages"
                eventually(lambda: any(each["replies"] for each in web.get(channel).json()))
                assert worker.stop() == 0
            assert web.stop() == 0


def test_a_disk_that_is_shut_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = call("up", env=environment(tmp_path / "file" / "data"))
    assert done.returncode == 3
    assert "Cannot write" in done.stderr
    assert "Traceback" not in done.stderr
