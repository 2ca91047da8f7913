"""What an answer of the connector's, or of a server of files, means: one of the four failures, or
that it passes by itself.
"""

import math
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import structlog
from aiohttp import ClientResponse
from pydantic_core import from_json

from bot.port import Gone, PlatformError, RateLimited, Unauthorized, Unavailable

_PASSING = {412, 500, 502, 503, 504}  # may be better in a moment
_GONE = {404, 410}
WAIT, _LEAST, _MOST = 5.0, 0.1, 3600.0  # seconds: where a limit names none; at least and at most
_log = structlog.get_logger(__name__)


class Rejected(Exception):
    """Teams says that what was sent is not right: a bug of ours, not its failure."""


class Passing(Exception):
    """It may be better in a moment."""


def failure(response: ClientResponse, found: Mapping[str, Any], what: str) -> Exception:
    """What a refusal of the connector's means."""
    told = found.get("error")
    error = told if isinstance(told, dict) else {}
    what = f"{what}: {response.status} {error.get('code') or ''}"
    match response.status:
        case 401 | 403:
            return Unauthorized(what)
        case status if status in _GONE:
            return Gone(what)
        case 429:
            return RateLimited(seconds(response.headers))
        case status if status in _PASSING:
            return Passing(what)
        case status if status >= 500 or status < 400:
            return Unavailable(what)
        case _:
            _log.error("teams-rejected", what=what, why=str(error.get("message", ""))[:300])
            return Rejected(what)


def file_failure(response: ClientResponse, *, is_ours: bool) -> PlatformError:
    """What it means that a file is not given or taken; `is_ours`: we were asked who we are. Where
    not, the address itself was the permission, and is none any more.
    """
    what = f"a file: {response.status}"
    match response.status:
        case 401 | 403 if is_ours:
            return Unauthorized(what)
        case 429:
            return RateLimited(seconds(response.headers))
        case 400 | 401 | 403 | 404 | 410:
            return Gone(what)
        case _:
            return Unavailable(what)


def seconds(headers: Mapping[str, str]) -> float:
    """How long a limit lasts: Retry-After names seconds, or when it ends."""
    told = headers.get("Retry-After", "")
    try:
        wait = float(told)
    except ValueError:
        try:
            wait = parsedate_to_datetime(told).timestamp() - time.time()
        except (ValueError, OverflowError):
            return WAIT
    return min(max(wait, _LEAST), _MOST) if math.isfinite(wait) else WAIT


def json_object(raw: bytes) -> dict[str, Any]:
    """The object that was answered; {} for what is none."""
    try:
        found = from_json(raw)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def segment(id: str) -> str:
    """An id as one part of an address, which leads nowhere else. Raises Gone for what is no id."""
    if id.strip(".") == "":
        raise Gone("that is no id")
    return quote(id, safe="@:;=")
