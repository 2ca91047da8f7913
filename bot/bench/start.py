"""`bench start`: from `up` to the first answer on an empty and on a full data directory, and the
memory of the process after 1,000 sessions.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.bench.result import Figure, Result, Spread

PATIENCE = 60.0  # seconds
SESSIONS = 1_000
_UP = [sys.executable, "-c", "from bot.cli.main import main; main()", "up"]
_SESSIONS = [sys.executable, "-m", "bot.bench.sessions", str(SESSIONS)]


async def run(*, quick: bool) -> Result:
    """Measure."""
    rounds = 3 if quick else 7
    cold: list[float] = []
    warm: list[float] = []
    idle: list[float] = []
    for _ in range(rounds):
        with _directory() as data:
            took, memory = _up(data)
            cold.append(took)
            idle.append(memory)
            warm.append(_up(data)[0])
    with _directory() as data:
        used = _used(data)
    figures: dict[str, Figure] = {
        "empty data directory, s": Spread.of(cold),
        "full data directory, s": Spread.of(warm),
        "memory at the first answer, MB": Spread.of(idle),
        f"memory after {SESSIONS:,} sessions, MB": used,
    }
    goals = {
        "empty data directory": "at most 5 s",
        "full data directory": "at most 2 s",
        "memory": f"at most 150 MB after {SESSIONS:,} sessions",
    }
    return Result("start", figures, goals=goals)


@contextmanager
def _directory() -> Iterator[Path]:
    # As root the server runs as another user, who must be able to reach the directory.
    root = Path(tempfile.mkdtemp(prefix="resolutionflow-bench-"))
    root.chmod(0o755)
    try:
        yield root / "data"
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _up(data: Path) -> tuple[float, float]:
    """Seconds until /readyz says yes, and megabytes of the process then."""
    port = free_port()
    began = time.perf_counter()
    process = subprocess.Popen(
        _UP, env=_environment(data, port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not ready(port):
            if process.poll() is not None or time.perf_counter() - began > PATIENCE:
                raise RuntimeError("`up` did not come up")
            time.sleep(0.01)
        return time.perf_counter() - began, resident(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def _used(data: Path) -> float:
    """Megabytes of a process with everything of `up` in it, after SESSIONS sessions."""
    done = subprocess.run(
        _SESSIONS, env=_environment(data, 0), stdout=subprocess.PIPE, check=True, text=True
    )
    return float(done.stdout)


def _environment(data: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return {**kept, "RESOLUTIONFLOW_DATA": str(data), "RESOLUTIONFLOW_PORT": str(port)}


def ready(port: int) -> bool:
    """Whether what listens on `port` of this machine says that it is ready."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def resident(pid: int) -> float:
    """Megabytes that a process has in memory (Linux: VmRSS)."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this system does not tell how much memory a process has")
