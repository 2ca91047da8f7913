"""The verbs, and their help."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bot.cli.main import resolutionflow, run

ROOT = Path(__file__).parents[3]
_WATCHED = "pydantic", "sqlalchemy", "asyncpg", "starlette", "yaml", "bot.cli.up", "bot.cli.flows"


def _verbs(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _verbs(inner, (*path, name))


VERBS = sorted(_verbs(resolutionflow))


@pytest.mark.parametrize("path", VERBS, ids=" ".join)
def test_every_verb_explains_itself(path: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(resolutionflow, [*path, "--help"], prog_name="resolutionflow")
    assert shown.exit_code == 0, shown.output
    command: click.Command = resolutionflow
    for name in path:
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), name)
        assert found is not None
        assert found.name == name
        command = found
    if not isinstance(command, click.Group):
        assert "Example" in shown.output
        assert f"resolutionflow {' '.join(path)}" in shown.output


def test_the_promised_verbs_are_there() -> None:
    promised = """up migrate doctor web worker walk bench; flows check; flows schema; flows import;
        flows export; flows list; flows clone; flows publish; flows archive; admin recover;
        admin link; admin account; admin members; admin role; admin jobs list; admin jobs retry;
        admin keys new; admin keys rotate; slack manifest; slack install-link;
        discord invite; discord sync; teams package; teams add; teams list; teams remove"""
    first, *rest = promised.split(";")
    expected = {(name,) for name in first.split()} | {tuple(path.split()) for path in rest}
    assert expected <= set(VERBS)


def test_help_loads_nothing_that_is_slow() -> None:
    program = (
        "import sys; from bot.cli.main import run; run(['--help']);"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert "Verbs:" in done.stdout
    assert not set(_WATCHED) & set(done.stderr.split())


def test_a_job_with_an_impossible_number_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["admin", "jobs", "retry", "99999999999999999999"]) == 2
    assert "not in the range" in capsys.readouterr().err
