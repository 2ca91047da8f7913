"""Structured logs, on stderr or in a rotating file: what happened, to which ids, never its content.

Exceptions are logged as types and places in the code; what a message of theirs says may be
somebody's note, so only those of our own hierarchies are written out.
"""

import logging
import os
import secrets
import sys
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.settings import LogFormat, Settings
from core.errors import CoreError
from storage.embedded import EmbeddedError
from storage.errors import StorageError

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
_FILE_BYTES, _FILES = 5_000_000, 3
_SAFE = (CoreError, EmbeddedError, StorageError)
# At their lowest level these write out what is sent and received, which is somebody's.
_NOISY = (
    "alembic",
    "asyncio",
    "httpcore",
    "httpx",
    "pgqueuer",
    "slack_bolt",
    "slack_sdk",
    "sqlalchemy",
)


def new_reference() -> str:
    """Eight characters that lead from what a user saw to the line in the log."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(8))


def configure(settings: Settings, *, file: Path | None = None, stderr: bool = True) -> None:
    """Send the log to stderr, to a rotating `file`, to both, or nowhere. Raises OSError."""
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)] if stderr else []
    if file is not None:
        handlers.append(_rotating(file))
    for handler in handlers:
        handler.setFormatter(_formatter(settings.log_format))
    root = logging.getLogger()
    for old in root.handlers:
        if isinstance(old, RotatingFileHandler):
            old.close()
    root.handlers[:] = handlers or [logging.NullHandler()]
    root.setLevel(settings.log_level.upper())
    for name in _NOISY:
        logging.getLogger(name).setLevel(max(root.level, logging.WARNING))
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(root.level),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def told(error: BaseException) -> list[str]:
    """An exception and its causes: types, safe messages, and the places in the code."""
    lines: list[str] = []
    seen: BaseException | None = error
    while seen is not None:
        message = f": {seen}" if isinstance(seen, _SAFE) else ""
        number = f" [{seen.errno}]" if isinstance(seen, OSError) else ""
        lines.append(f"{type(seen).__module__}.{type(seen).__qualname__}{number}{message}")
        frames = traceback.extract_tb(seen.__traceback__)[-12:]
        lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return lines


def _tell(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["error"] = told(error)
    return event


_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _tell,
]


def _formatter(form: LogFormat) -> logging.Formatter:
    last: Processor = (
        structlog.processors.JSONRenderer()
        if form is LogFormat.JSON
        else structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"])
    )
    meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    return structlog.stdlib.ProcessorFormatter(processors=[meta, last], foreign_pre_chain=_SHARED)


def _rotating(file: Path) -> RotatingFileHandler:
    """Raises OSError."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = RotatingFileHandler(file, maxBytes=_FILE_BYTES, backupCount=_FILES, encoding="utf-8")
    os.chmod(file, 0o600)
    return handler
