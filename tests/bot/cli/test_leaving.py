"""Leaving a walk: by Ctrl-C while it waits for a line, and with nothing to read at all."""

import signal
import subprocess
import sys

import pytest

from tests.processes import PATIENCE, call, directory, environment, running

_CLOSED = "import os, sys; os.close(0); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
_PROGRAM = ["-c", "from bot.cli.main import main; main()", "walk", "vpn-down"]


@pytest.fixture
def office(bare_address: str) -> dict[str, str]:
    """Settings for a database with everything in it."""
    with directory() as data:
        env = environment(data, bare_address)
        assert call("migrate", env=env).returncode == 0
        return env


def test_ctrl_c_ends_a_walk_that_waits_for_a_line(office: dict[str, str]) -> None:
    with running("walk", "vpn-down", "--client", "A", env=office, stdin=subprocess.PIPE) as walk:
        walk.hears("Answer, note")
        walk.process.send_signal(signal.SIGINT)
        walk.hears("The session is kept. Go on with: resolutionflow walk --resume")
        assert walk.stop(signal.SIGINT) == 130  # and not only after one more line


def test_a_closed_standard_input_is_one_that_has_ended(office: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CLOSED, *_PROGRAM],
        env=office,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "The session is kept" in done.stdout
