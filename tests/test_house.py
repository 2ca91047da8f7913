"""The house is in order: who imports whom, what files may say, what the project promises."""

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bot.app.documents import examine
from bot.cli.main import resolutionflow

ROOT = Path(__file__).parents[1]
_SKIPPED = {"node_modules", ".git", ".venv", ".data", ".hypothesis", "__pycache__", "build", "dist"}
# Spelt apart, so that this file does not name them itself.
_HOSTS = ["py" + "pi.org", "python" + "hosted.org", "art" + "ifactory", "registry." + "npmjs"]
_HOMES = re.compile(r"(?<![\w.])/(?:home|root|Users|work|opt/wheels)/[\w.-]+")
_LOCKS = ["requirements.lock", "tests/requirements.lock", "bot/bench/requirements.lock"]


def _files() -> list[str]:
    """What belongs to the project: what git knows, or everything where there is no git."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode == 0 and listed.stdout:
        return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return [str(path) for path in found if not _SKIPPED & set(path.parts)]


def _texts() -> Iterator[tuple[str, str]]:
    for name in _files():
        if Path(name).suffix not in {".pyc", ".png", ".ttf"}:
            yield name, (ROOT / name).read_text(encoding="utf-8")


def test_who_imports_whom() -> None:
    program = shutil.which("lint-imports", path=Path(sys.executable).parent)
    assert program is not None, "pip install import-linter"
    done = subprocess.run([program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_file_names_a_registrys_host_or_somebodys_directory() -> None:
    for name, text in _texts():
        assert not [host for host in _HOSTS if host in text], name
        assert not _HOMES.findall(text), name


def test_the_procfile_names_verbs_that_exist() -> None:
    lines = (ROOT / "Procfile").read_text().splitlines()
    processes = {line.partition(": ")[0]: line.partition(": ")[2].split() for line in lines}
    assert set(processes) == {"release", "web", "worker"}
    for command, verb in processes.values():
        assert command == "resolutionflow"
        assert verb in resolutionflow.list_commands(click.Context(resolutionflow))


@pytest.mark.parametrize("name", _LOCKS)
def test_locks_pin_every_package_with_hashes_and_name_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    pins = re.findall(r"^([a-z0-9-]+)==[^ ]+ (?:; .* )?\\\n    --hash=sha256:", text, re.MULTILINE)
    assert len(pins) > 10
    assert len(pins) == len(re.findall(r"^[a-z0-9][^\n]*==", text, re.MULTILINE))
    assert "://" not in text
    assert not re.search(r"^--(index|extra-index|trusted|find)", text, re.MULTILINE)


def test_locks_agree_with_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    wanted = zip(
        _LOCKS, [project["project"]["dependencies"], groups["dev"], groups["bench"]], strict=True
    )
    for lock, requirements in wanted:
        pinned = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / lock).read_text(), re.MULTILINE))
        names = {re.split(r"[<>=;\[ ]", line)[0].lower().replace(".", "-") for line in requirements}
        assert names <= pinned, lock


def test_every_dependency_has_its_notice() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    notices = (ROOT / "THIRD_PARTY_NOTICES.md").read_text()
    for line in project["dependencies"]:
        found = re.match(r"([\w.-]+)(?:\[\w+\])?([^;]*)", line)
        assert found
        assert f"| {found[1]} | `{found[2]}` |" in notices


def test_the_two_commands_are_in_the_readme_and_in_ci() -> None:
    readme = (ROOT / "README.md").read_text()
    for command in ("make up", "make test"):
        assert f"```sh\n{command}\n```" in readme
    assert (ROOT / ".ci/run").read_text().rstrip().endswith("\nmake test")
    assert (ROOT / ".ci/run").stat().st_mode & 0o100


def test_the_flow_in_the_readme_can_be_published() -> None:
    found = re.search(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert found
    assert examine(found[1], "README.md").problems == ()


def test_the_decisions_name_tests_that_exist() -> None:
    for name in re.findall(r"`(tests/[\w/.]+\.py)`", (ROOT / "DECISIONS.md").read_text()):
        assert (ROOT / name).is_file(), name
