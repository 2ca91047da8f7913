"""From a data directory to a server that takes connections. Only for the holder of the lease."""

import os
import time
from pathlib import Path
from typing import IO

from storage.embedded.binaries import Binaries, choose_binaries, copy_binaries
from storage.embedded.cluster import clear_half_made, create_cluster
from storage.embedded.errors import StartFailed, Unreachable, explain_output
from storage.embedded.layout import Layout
from storage.embedded.ownership import Account, choose_account, make_private
from storage.embedded.presence import clear_remains, end_orphan, find_server
from storage.embedded.processes import Postmaster, run

_LOG_BYTES = 5_000_000
_POLL = 0.005  # seconds
# Durability (fsync, synchronous_commit, full_page_writes) stays as PostgreSQL has it: on.
_SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "shared_buffers": "128MB",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
}
_BLOCKED = 'for path do [ -r "$path" ] || [ -x "$path" ] || printf "%s\\n" "$path"; done'


def launch(layout: Layout, *, given: Binaries | None, patience: float) -> Postmaster:
    """Start the server, making or repairing what it needs; `patience` in seconds.

    Raises EmbeddedError, OSError.
    """
    account = choose_account(layout)
    end_orphan(layout)
    binaries = _settle(choose_binaries(layout.cluster, given=given), layout, account)
    clear_half_made(layout)
    if not layout.cluster.exists():
        create_cluster(layout, binaries, account)
    make_private(layout.sockets, account)
    clear_remains(layout)
    with _open_log(layout) as log:
        before = log.tell()
        server = Postmaster(account, _server_command(layout, binaries), log=log)
    try:
        _wait_until_ready(layout, server, before=before, patience=patience)
    except BaseException:  # Ctrl-C too: the lease goes back, so the server must not stay
        server.stop()
        raise
    return server


def _settle(binaries: Binaries, layout: Layout, account: Account) -> Binaries:
    """Programs that `account` can read: these, or a copy. Raises Unreachable."""
    if not account.is_dropped:
        return binaries
    way = [*reversed(layout.home.parents), layout.home]
    shell = ["/bin/sh", "-c", _BLOCKED, "sh"]
    done, output = run(account, [*shell, *way, *binaries.samples()])
    if not done:
        raise explain_output(output, layout.home)
    blocked = {Path(line) for line in output.splitlines()}
    for directory in way:
        if directory in blocked:
            raise Unreachable(directory, account=account.name)
    return copy_binaries(binaries, layout) if blocked and binaries.folders else binaries


def _server_command(layout: Layout, binaries: Binaries) -> list[str | Path]:
    settings = {
        **_SETTINGS,
        "unix_socket_directories": str(layout.sockets),
        "cluster_name": layout.marker,
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return [binaries.program("postgres"), "-D", layout.cluster, *options]


def _open_log(layout: Layout) -> IO[bytes]:
    if layout.log.exists() and layout.log.stat().st_size > _LOG_BYTES:
        layout.log.replace(layout.log.with_suffix(".log.1"))
    opened = os.open(layout.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    log = os.fdopen(opened, "ab")
    log.seek(0, os.SEEK_END)
    return log


def _wait_until_ready(layout: Layout, server: Postmaster, *, before: int, patience: float) -> None:
    deadline = time.monotonic() + patience
    while server.running():
        found = find_server(layout)
        if found is not None and found.ready and found.pid == server.pid:
            return
        if time.monotonic() > deadline:
            reason = f"it was not ready after {patience:.0f} seconds"
            raise StartFailed(reason, log=layout.log)
        time.sleep(_POLL)
    said = layout.log.read_bytes()[before:].decode(errors="replace")
    raise explain_output(said, layout.home, log=layout.log)
