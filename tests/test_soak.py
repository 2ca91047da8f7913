"""A few rounds of the soaks: all is killed, and nothing may be lost, doubled or stale."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_ten_rounds_of_killing_everything_lose_nothing() -> None:
    """In a process of its own, which has its own PostgreSQL to kill. About 15 s."""
    command = [sys.executable, "-m", "tests.soak", "--rounds", "10"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "missing 0, doubled 0, stale screens 0, damaged trails 0" in done.stdout


def test_five_rounds_of_killing_the_web_process_lose_nothing() -> None:
    command = [sys.executable, "-m", "tests.soak.web", "--rounds", "5"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "missing 0, doubled 0, stale threads 0, damaged trails 0" in done.stdout
