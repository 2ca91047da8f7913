"""The command `resolutionflow` as a process of its own, on a data directory of its own."""

import os
import re
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

_PROGRAM = [sys.executable, "-c", "from bot.cli.main import main; main()"]
_ROOT = Path(__file__).parents[1]
PATIENCE = 60.0  # seconds; the machine may be busy with other tests


def environment(data: Path, address: str = "", **more: str) -> dict[str, str]:
    """Only what is said here is set; an empty DATABASE_URL hides one in a .env file."""
    ours = ("RESOLUTIONFLOW_", "PYTEST_", "SLACK_", "DISCORD_", "TEAMS_")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(ours) and k != "PORT"}
    settings = {"RESOLUTIONFLOW_DATA": str(data), "RESOLUTIONFLOW_PORT": "0"}
    return {**clean, "DATABASE_URL": address, **settings, **more}


@contextmanager
def directory() -> Iterator[Path]:
    """An empty data directory that any user can get to."""
    root = Path(tempfile.mkdtemp(prefix="rf-cli-"))
    root.chmod(0o755)
    try:
        yield root / "data"
    finally:
        shutil.rmtree(root, ignore_errors=True)


def call(
    *arguments: str, env: Mapping[str, str], feed: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a verb to its end."""
    return subprocess.run(
        [*_PROGRAM, *arguments],
        env=dict(env),
        cwd=_ROOT,
        input=feed,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


class Running:
    """A verb that goes on until it is stopped."""

    def __init__(
        self, *arguments: str, env: Mapping[str, str], stdin: int = subprocess.DEVNULL
    ) -> None:
        self.process = subprocess.Popen(
            [*_PROGRAM, *arguments],
            env=dict(env),
            cwd=_ROOT,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""

    def hears(self, words: str) -> str:
        """Wait until it has said `words`; everything that it said so far."""
        assert self.process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            deadline = time.monotonic() + PATIENCE
            while not re.search(words, self.said):
                left = deadline - time.monotonic()
                assert left > 0, f"“{words}” was not said: {self.said}"
                if selector.select(left):
                    line = os.read(self.process.stdout.fileno(), 65_536).decode()
                    assert line, f"It ended: {self.said}"
                    self.said += line
        return self.said

    def address(self) -> str:
        """Where its web part answers."""
        found = re.search(r"http://[\d.]+:\d+", self.hears(r"http://[\d.]+:\d+\b[^\d]"))
        assert found
        return found[0]

    def get(self, path: str) -> httpx.Response:
        """Ask its web part."""
        return httpx.get(self.address() + path, trust_env=False, timeout=PATIENCE)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal to it, and it alone; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        assert self.process.stdout is not None
        self.process.stdout.close()
        if self.process.stdin is not None:
            self.process.stdin.close()
        return code


@contextmanager
def running(
    *arguments: str, env: Mapping[str, str], stdin: int = subprocess.DEVNULL
) -> Iterator[Running]:
    """A verb that is stopped at the end, whatever happens."""
    made = Running(*arguments, env=env, stdin=stdin)
    try:
        yield made
    finally:
        if made.process.poll() is None:
            made.stop()
