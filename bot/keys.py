"""The keys that secrets are sealed with: RESOLUTIONFLOW_KEYS, else a file beside the data, which
`up` makes. What is sealed with them is storage's.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path

import structlog

from bot.settings import Settings
from storage.memory import Resealed
from storage.sealing import Seal
from storage.sealing import fresh_key as fresh_key
from storage.storage import Storage

_HEAD = """\
# The keys that secrets in the database are encrypted with, one a line, the newest first.
# Back this file up, apart from the database: without it those secrets are lost.
"""
_log = structlog.get_logger(__name__)


def seal_of(settings: Settings) -> Seal | None:
    """What is set, else what the file holds; None where there are no keys. Raises NoKey."""
    keys = settings.keys or _read(settings.keys_file)
    return Seal.of(keys) if keys else None


def make_keys(settings: Settings) -> None:
    """A first key, in the file, unless there are keys. Without a place for it, nothing secret can
    be kept, but everything else goes on.
    """
    if settings.keys or settings.keys_file.exists():
        return
    try:
        _write(settings.keys_file)
    except OSError as error:
        _log.warning("no keys were made", file=str(settings.keys_file), why=error.strerror)


async def reseal(storage: Storage, *, forgetting: bool = False) -> Resealed:
    """Seal all secrets anew with the newest key; forget those that no key fits, if asked to."""
    return await storage.memories.reseal(forgetting=forgetting)


def _read(file: Path) -> tuple[str, ...]:
    """The keys in the file; none where it cannot be read, which matters only to who needs one."""
    try:
        lines = file.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _write(file: Path) -> None:
    """Whole or not at all, and only if nobody was first: then theirs counts. Raises OSError."""
    draft = file.with_name(f".{file.name}-{secrets.token_hex(8)}")
    private = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(private, "w", encoding="utf-8") as written:
            written.write(f"{_HEAD}{fresh_key()}\n")
            written.flush()
            os.fsync(written.fileno())
        with suppress(FileExistsError):
            file.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)
    _settle(file.parent)


def _settle(directory: Path) -> None:
    """See to it that a file stays through a power cut: what is sealed with it will."""
    opened = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
