"""Looking at everything that the product stands on, and saying what to do. Changes nothing."""

import asyncio
import json
import os
import shutil
import sys
import time
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

from bot.port import Checkup, Finding
from bot.settings import Settings, local, unknown
from storage.errors import StorageError
from storage.schema import verify
from storage.storage import Storage
from storage.vitals import OLDEST, Vitals, read_vitals

_ROOM = 500  # MB that should be free
_SKEW = 5.0  # seconds that two clocks may differ


async def look_around(settings: Settings) -> AsyncIterator[Finding]:
    """What can be seen without a database."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding(sys.version_info >= (3, 11), "Python", version, "Install Python 3.11 or newer.")
    yield _settings()
    yield _directory(settings.data)
    yield _disk(settings.data)
    yield _own_clock()
    yield await asyncio.to_thread(_port, settings)


async def look_into(storage: Storage, *, embedded: bool, web: bool) -> AsyncIterator[Finding]:
    """What the database can tell. Raises StorageError. `web` says that the web part runs here."""
    vitals = await read_vitals(storage.database)
    yield _server(vitals, embedded=embedded)
    try:
        await verify(storage.database.engine)
    except StorageError as error:
        yield Finding(False, "schema", "not the one this program needs", str(error))
    else:
        yield Finding(True, "schema", "up to date")
        yield _trigrams(vitals)
    yield _clocks(vitals)
    yield _worker(vitals, web=web)


async def look_at(platforms: Mapping[str, Checkup]) -> AsyncIterator[Finding]:
    """What the platforms tell, by their names."""
    for name, platform in platforms.items():
        try:
            async for finding in platform.look():
                yield finding
        except StorageError as error:
            how = "what is remembered of it cannot be read"
            yield Finding(False, name.capitalize(), how, str(error))


def _settings() -> Finding:
    strange = unknown(list(os.environ))
    if not strange:
        return Finding(True, "settings", "understood")
    name, meant = next(iter(strange.items()))
    advice = f"Did you mean {meant}?" if meant else "See .env.example for all that there are."
    return Finding(False, "settings", f"{name} is not one of ours", advice)


def _directory(data: Path) -> Finding:
    there = next(path for path in (data, *data.parents) if path.exists())
    fine = there.is_dir() and os.access(there, os.W_OK | os.X_OK)
    how = str(data) if data.exists() else f"{data} (not made yet)"
    advice = f"Make {there} writable for this user, or set RESOLUTIONFLOW_DATA."
    return Finding(fine, "data directory", how, advice)


def _disk(data: Path) -> Finding:
    there = next(path for path in (data, *data.parents) if path.exists())
    free = shutil.disk_usage(there).free // 1_000_000
    advice = f"Free some room on the disk of {there}: {_ROOM} MB at least."
    return Finding(free >= _ROOM, "disk", f"{free:,} MB free", advice)


def _own_clock() -> Finding:
    written = Path(__file__).stat().st_mtime
    advice = "Set this machine's clock: it is behind the day on which this program was installed."
    now = datetime.now(UTC).isoformat(" ", "seconds")
    return Finding(time.time() > written - 86_400, "clock", now, advice)


def _port(settings: Settings) -> Finding:
    from bot.web.listener import PortTaken, listen

    about = f"port {settings.port}"
    if serves(settings):
        return Finding(True, about, "ResolutionFlow answers there")
    try:
        listen(settings.host, settings.port).close()
    except PortTaken as error:
        return Finding(False, about, "something else answers there", str(error))
    return Finding(True, about, "free; nothing runs there yet")


def serves(settings: Settings) -> bool:
    """Whether our web part answers on the port that is set."""
    address = f"http://{local(settings.host)}:{settings.port}/healthz"
    opener = build_opener(ProxyHandler({}))
    try:
        with opener.open(address, timeout=2) as answer:
            return bool(json.load(answer).get("product") == "resolutionflow")
    except (OSError, ValueError, AttributeError):
        return False


def _server(vitals: Vitals, *, embedded: bool) -> Finding:
    which = "embedded" if embedded else "DATABASE_URL"
    how = f"{'.'.join(map(str, vitals.version))} ({which})"
    advice = f"PostgreSQL {OLDEST} or newer is needed. Upgrade that server, or choose another."
    return Finding(vitals.version[0] >= OLDEST, "PostgreSQL", how, advice)


def _trigrams(vitals: Vitals) -> Finding:
    how = "installed" if vitals.has_trigrams else "missing"
    advice = "Run CREATE EXTENSION pg_trgm in the database, as its owner or a superuser."
    return Finding(vitals.has_trigrams, "pg_trgm", how, advice)


def _clocks(vitals: Vitals) -> Finding:
    skew = abs((vitals.clock - datetime.now(UTC)).total_seconds())
    advice = "Let both machines take their time from the same server (NTP)."
    return Finding(skew <= _SKEW, "database's clock", f"{skew:.1f} s apart", advice)


def _worker(vitals: Vitals, *, web: bool) -> Finding:
    if any("worker" in name.split() for name in vitals.processes):
        return Finding(True, "worker", "running")
    how = "none runs now"
    if not web:
        return Finding(True, "worker", f"{how}; `resolutionflow up` starts one")
    return Finding(False, "worker", how, "Start `resolutionflow worker`: messages wait for it.")
