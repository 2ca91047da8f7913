"""Programs started through `child.py`, and what a process number really is. Knows no PostgreSQL."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from storage.embedded.ownership import Account

_CHILD = Path(__file__).with_name("child.py")
# The application's environment holds secrets, and the server may run as another user.
_KEPT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR")
_FAST, _SLOW = 30.0, 5.0  # seconds


def run(account: Account, arguments: Sequence[str | Path], *, feed: str = "") -> tuple[bool, str]:
    """Run a program to its end as `account`; whether it succeeded, and what it printed."""
    done = subprocess.run(
        _command(account, arguments, death=signal.SIGKILL),
        input=feed,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        env=_environment(),
        cwd="/",
    )
    return done.returncode == 0, done.stdout


class Postmaster:
    """A server process, and the thread that started it and waits for its end.

    The thread matters: Linux sends the parent-death signal when the *thread* that
    started a process ends, so a server started from a pool would die with its worker.
    """

    def __init__(self, account: Account, arguments: Sequence[str | Path], *, log: IO[bytes]):
        """Start it. Raises OSError when the interpreter itself cannot be run."""
        self._command = _command(account, arguments, death=signal.SIGINT)
        self._log = log
        self._launched = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._failure: OSError | None = None
        self._thread = threading.Thread(target=self._live, name="embedded-postgres", daemon=True)
        self._thread.start()
        self._launched.wait()
        if self._failure is not None:
            raise self._failure

    def _live(self) -> None:
        try:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
                env=_environment(),
                cwd="/",
                start_new_session=True,  # Ctrl-C is for the application, which stops us last
            )
        except OSError as error:
            self._failure = error
            return
        finally:
            self._launched.set()
        self._process.wait()

    @property
    def pid(self) -> int:
        """Its process number; 0 if it never ran."""
        return self._process.pid if self._process else 0

    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """End it: politely (SIGINT rolls back and checkpoints), then less so. Up to 40 s."""
        for number, seconds in (
            (signal.SIGINT, _FAST),
            (signal.SIGQUIT, _SLOW),
            (signal.SIGKILL, _SLOW),
        ):
            if self._process is not None and self.running():
                self._process.send_signal(number)
                self._thread.join(seconds)


def read_command(pid: int) -> list[str]:
    """The command line of a process as a list; empty if there is none (or it is a zombie)."""
    if sys.platform == "linux":
        try:
            raw = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return []
        return [os.fsdecode(part) for part in raw.rstrip(b"\0").split(b"\0") if part]
    listed = subprocess.run(
        ["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return [listed.stdout.strip()] if listed.stdout.strip() else []


def list_processes() -> Iterator[tuple[int, list[str]]]:
    """Every process this user can see: its number and its command line."""
    if sys.platform == "linux":
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                yield int(entry), read_command(int(entry))
        return
    listed = subprocess.run(["ps", "-axww", "-o", "pid=,args="], capture_output=True, text=True)
    for line in listed.stdout.splitlines():
        number, _, command = line.strip().partition(" ")
        yield int(number), [command.strip()]


def _command(
    account: Account, arguments: Sequence[str | Path], *, death: signal.Signals
) -> list[str]:
    identity = (account.name, account.uid, account.gid, os.getpid(), int(death))
    child = [sys.executable, "-I", "-S", str(_CHILD)]
    return [*child, *map(str, identity), *map(str, arguments)]


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}
