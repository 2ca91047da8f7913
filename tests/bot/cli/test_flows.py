"""`resolutionflow flows`, `admin` and `migrate`, on a database that was given."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.main import run
from tests import database

GOOD = """\
flow: restart
title: Restart it
nodes:
  - decision: "on"
    ask: Is it on?
    options:
      - {id: "yes", label: "Yes", to: fine}
      - {id: "no", label: "No", to: fine}
  - solution: fine
    resolved: It was off.
"""
BAD = GOOD.replace("to: fine}\n      -", "to: nowhere}\n      -")


@pytest.fixture(scope="module")
def installed(server_address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a database that `migrate` has set up."""
    with database.copy(server_address, "template0") as address, pytest.MonkeyPatch.context() as m:
        m.setenv("DATABASE_URL", address)
        m.setenv("RESOLUTIONFLOW_DATA", str(tmp_path_factory.mktemp("data")))
        assert run(["migrate"]) == 0
        yield address


class Cli:
    """The command line in this process; what it printed and how it ended."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        code = run(list(arguments))
        shown = self._capsys.readouterr()
        assert "Traceback" not in shown.err
        return code, shown.out, shown.err


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    capsys.readouterr()
    return Cli(capsys)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "restart.yaml"
    made.write_text(GOOD)
    return made


def test_check_says_nothing_about_a_good_document(cli: Cli, file: Path) -> None:
    assert cli("flows", "check", str(file)) == (0, "", "")


def test_check_names_file_line_and_column_and_ends_with_1(cli: Cli, file: Path) -> None:
    file.write_text(BAD)
    code, out, err = cli("flows", "check", str(file))
    assert (code, err) == (1, "")
    assert out.startswith(f"{file}:7:")
    assert ": error: " in out
    file.write_text("flow: [")
    assert cli("flows", "check", str(file))[0] == 1


def test_check_reads_standard_input(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.cli.main import resolutionflow

    done: Result = CliRunner().invoke(resolutionflow, ["flows", "check", "-"], input=BAD)
    assert done.exit_code == 1
    assert done.output.startswith("standard input:7:")


def test_check_of_a_file_that_is_not_there_says_so(cli: Cli) -> None:
    code, _, err = cli("flows", "check", "/nowhere.yaml")
    assert code == 1
    assert "/nowhere.yaml cannot be read" in err


def test_check_refuses_a_document_that_is_too_large(cli: Cli, file: Path) -> None:
    file.write_bytes(b"#" * 3_000_000)
    code, out, _ = cli("flows", "check", str(file))
    assert code == 1
    assert "2 MB" in out


def test_schema_is_json(cli: Cli) -> None:
    code, out, _ = cli("flows", "schema")
    assert code == 0
    assert json.loads(out)["title"]


@pytest.mark.usefixtures("installed")
def test_from_import_to_archive(cli: Cli, file: Path) -> None:
    assert cli("flows", "import", str(file), "--publish") == (0, "restart: version 1\n", "")
    again = cli("flows", "import", str(file), "--publish")
    assert again == (0, "restart: unchanged (version 1)\n", "")
    exported = cli("flows", "export", "restart")[1]
    assert exported.startswith("flow: restart\n")
    file.write_text(exported.replace("Restart it", "Restart it all"))
    assert cli("flows", "import", str(file))[1] == "restart: version 1, draft\n"
    assert cli("flows", "publish", "restart")[1] == "restart: version 2\n"
    assert cli("flows", "clone", "restart", "restart-b")[1] == "restart-b: draft\n"
    rows = json.loads(cli("flows", "list", "--json")[1])
    assert {"vpn-down", "restart", "restart-b"} <= {row["name"] for row in rows}
    assert cli("flows", "archive", "restart")[0] == 0
    names = [line.split()[0] for line in cli("flows", "list")[1].splitlines()]
    assert "restart" not in names
    assert "restart-b" in names
    assert "restart " in cli("flows", "list", "--archived")[1]


@pytest.mark.usefixtures("installed")
def test_what_is_wrong_is_saved_as_a_draft_and_not_published(cli: Cli, file: Path) -> None:
    file.write_text(BAD.replace("flow: restart", "flow: wrong"))
    code, out, err = cli("flows", "import", str(file), "--publish")
    assert (code, out) == (1, "wrong: draft\n")
    assert f"{file}:7:" in err
    assert "not published" in err
    code, _, err = cli("flows", "publish", "wrong")
    assert code == 1
    assert "nowhere" in err


@pytest.mark.usefixtures("installed")
def test_export_can_write_a_file_and_json(cli: Cli, tmp_path: Path) -> None:
    target = tmp_path / "vpn.json"
    assert cli("flows", "export", "vpn-down", "--json", "-o", str(target)) == (0, "", "")
    assert json.loads(target.read_text())["flow"] == "vpn-down"
    code, _, err = cli("flows", "export", "vpn-down", "-o", "/nowhere/x")
    assert code == 1
    assert "cannot be written" in err
    assert cli("flows", "export", "nothing")[0] == 1


@pytest.mark.usefixtures("installed")
def test_migrating_again_changes_nothing(cli: Cli) -> None:
    before = cli("flows", "list", "--json")
    assert cli("migrate")[0] == 0
    assert cli("flows", "list", "--json") == before


@pytest.mark.usefixtures("installed")
def test_an_admin_gets_codes_members_and_jobs(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, err = cli("admin", "recover")
    assert code == 0
    assert len(out.strip()) == 9
    assert "ten minutes" in err
    monkeypatch.setattr("getpass.getuser", lambda: "kim")
    assert cli("admin", "jobs", "list")[0] == 1
    assert "admin of this account" in cli("admin", "link", out.strip())[1]
    assert cli("admin", "jobs", "list", "--json")[1] == "[]\n"
    assert cli("admin", "jobs", "retry", "7")[0] == 1
    people = json.loads(cli("admin", "members", "--json")[1])
    assert {"kim": "team-admin"}.items() <= {one["name"]: one["role"] for one in people}.items()
    assert cli("admin", "role", "kim", "engineer")[1] == "kim is now engineer.\n"
    assert cli("admin", "role", "nobody", "engineer")[0] == 1
    assert cli("admin", "link")[0] == 1
    assert len(cli("admin", "link", "--me")[1].strip()) == 9
