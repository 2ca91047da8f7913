"""Making PostgreSQL's own directory, once. Running a server on it is elsewhere."""

import os
import shutil
import tempfile
import time
from pathlib import Path

from storage.embedded.binaries import Binaries
from storage.embedded.errors import explain_output
from storage.embedded.layout import Layout
from storage.embedded.ownership import Account, give
from storage.embedded.processes import run

ROLE = DATABASE = "resolutionflow"
_SUPERUSER = "postgres"
_POLL = 0.005  # seconds
_LINGERING = 3.0  # seconds
# CREATEDB for databases made from a template; not a superuser, who could run programs.
_FOUNDING = f"CREATE ROLE {ROLE} LOGIN CREATEDB\nCREATE DATABASE {DATABASE} OWNER {ROLE}\n"
# pg_trgm asks the C library what a letter is, even where PostgreSQL brings its own
# locale: under C it drops "ü" from a word. The first of these that the system has.
_LETTERS = ("C.UTF-8", "UTF-8", "C")


def create_cluster(layout: Layout, binaries: Binaries, account: Account) -> None:
    """PostgreSQL's directory with the role and the database in it, complete or not there at all.

    Raises EmbeddedError, OSError.
    """
    making = Path(tempfile.mkdtemp(prefix="cluster-making-", dir=layout.home))
    give(making, account)
    try:
        _fill(making, layout, binaries=binaries, account=account)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    making.rename(layout.cluster)
    _sync_directory(layout.home)


def clear_half_made(layout: Layout) -> None:
    """Remove what a killed initialisation left; its last process may still be writing there."""
    deadline = time.monotonic() + _LINGERING
    for half in layout.home.glob("cluster-making-*"):
        while half.exists() and time.monotonic() < deadline:
            shutil.rmtree(half, ignore_errors=True)
            time.sleep(_POLL)


def _fill(making: Path, layout: Layout, *, binaries: Binaries, account: Account) -> None:
    for letters in _LETTERS:
        done, output = run(account, _initdb_command(making, binaries, letters))
        if done or "invalid locale name" not in output:
            break
    # Nothing is synced until the end, where everything is, once.
    strict = ("--single", "-F", "-c", "exit_on_error=on")
    single = (binaries.program("postgres"), *strict, "-D", making, "postgres")
    sync = (binaries.program("initdb"), "--sync-only", "-D", making)
    if done:
        done, output = run(account, single, feed=_FOUNDING)
    if done:
        done, output = run(account, sync)
    if not done:
        raise explain_output(output, layout.home)


def _initdb_command(making: Path, binaries: Binaries, letters: str) -> list[str | Path]:
    # Sorting by code point and Unicode's own letters: the same on every machine.
    provider = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return [
        binaries.program("initdb"),
        *("-D", making, "-U", _SUPERUSER, "-E", "UTF8", "--locale=C", f"--lc-ctype={letters}"),
        *(provider if binaries.major >= 17 else []),
        *("--auth-local=trust", "--auth-host=reject"),  # the socket's directory is the lock
        *("--data-checksums", "--no-sync", "--no-instructions"),
    ]


def _sync_directory(directory: Path) -> None:
    opened = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
