"""How commands end: exit codes, one line on stderr, never a traceback."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.cli.main import run
from tests.processes import call, directory, environment

NOWHERE = "postgresql://u:hunter2@127.0.0.1:9/none"


@pytest.fixture
def data() -> Iterator[Path]:
    with directory() as made:
        yield made


def test_wrong_usage_ends_with_2(data: Path) -> None:
    done = call("flows", "chekc", env=environment(data))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "check" in done.stderr


def test_a_wrong_setting_ends_with_2_and_names_the_variable(data: Path) -> None:
    done = call("up", env=environment(data, RESOLUTIONFLOW_POOL="many"))
    assert done.returncode == 2
    assert done.stderr.startswith("Error: RESOLUTIONFLOW_POOL is not right")
    assert len(done.stderr.splitlines()) == 1
    assert not data.exists()


@pytest.fixture
def called(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], tuple[int, str]]:
    """`flows list` on an address: how it ended, and what it said."""

    def call(address: str) -> tuple[int, str]:
        monkeypatch.setenv("RESOLUTIONFLOW_DATA", str(data))
        monkeypatch.setenv("DATABASE_URL", address)
        code = run(["flows", "list"])
        return code, capsys.readouterr().err

    return call


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (NOWHERE, "No database answers"),
        ("mysql://u@h/d", "DATABASE_URL names mysql"),
        ("nonsense", "should look like postgresql://"),
    ],
)
def test_a_wrong_address_ends_with_3_and_a_reference_that_is_in_the_log(
    data: Path, called: Callable[[str], tuple[int, str]], address: str, said: str
) -> None:
    code, told = called(address)
    assert code == 3
    assert said in told
    assert len(told.splitlines()) == 1
    assert "hunter2" not in told
    reference = told.partition("(ref ")[2][:8]
    log = (data / "log" / "resolutionflow.log").read_text()
    assert reference in log
    assert "hunter2" not in log


def test_an_empty_database_ends_with_3_and_says_migrate(
    called: Callable[[str], tuple[int, str]], bare_address: str
) -> None:
    code, told = called(bare_address)
    assert code == 3
    assert "resolutionflow migrate" in told


def test_a_bug_ends_with_4_and_shows_no_details(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise ValueError("hunter2")

    monkeypatch.setattr("bot.cli.documents.schema", broken)
    monkeypatch.setenv("RESOLUTIONFLOW_DATA", str(data))
    assert run(["flows", "schema"]) == 4
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("Something went wrong (ref ")
    assert len(shown.err.splitlines()) == 1
    log = data / "log" / "resolutionflow.log"
    assert str(log) in shown.err
    assert "ValueError" in log.read_text()
    assert "hunter2" not in log.read_text()


def test_a_bug_is_recorded_even_where_the_data_directory_cannot_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise ValueError("hunter2")

    (tmp_path / "file").write_text("")
    monkeypatch.setattr("bot.cli.documents.schema", broken)
    monkeypatch.setenv("RESOLUTIONFLOW_DATA", str(tmp_path / "file" / "data"))
    assert run(["flows", "schema"]) == 4
    log = Path(capsys.readouterr().err.strip().rpartition(" ")[2])
    assert "ValueError" in log.read_text()


def test_a_reader_that_had_enough_hears_no_complaint(data: Path) -> None:
    program = "from bot.cli.main import main; main()"
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-c", program, "flows", "schema"],
        env=environment(data),
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writing)
    assert done.stderr == ""
