"""One call of Discord's REST API: what it answers, or which of the four failures it is. The library
keeps to the limits by its buckets; a wait that is longer than a moment is said instead of waited.

https://docs.discord.com/developers/topics/opcodes-and-status-codes#json-json-error-codes
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from io import BytesIO
from math import ceil
from typing import Any, TypeVar

import discord
import structlog
from aiohttp import ClientError
from discord.gateway import DiscordWebSocket
from discord.http import HTTPClient, Route
from discord.utils import MISSING
from pydantic_core import to_json
from yarl import URL

from bot.platforms.discord.application import Application
from bot.platforms.discord.buckets import Http
from bot.port import Gone, PlatformError, RateLimited, Unauthorized, Unavailable, Upload

PATIENCE = 10.0  # seconds that a call may take, with what the library tries again
_WAIT = 5.0  # seconds, where a limit names none
ARCHIVED, ACKNOWLEDGED, HAS_THREAD, LOCKED = 50083, 40060, 160004, 160005  # of Rejected
_TOKEN_GONE = 50027  # a webhook's: fifteen minutes are over
_T = TypeVar("_T")
_log = structlog.get_logger(__name__)


class Rejected(Exception):
    """Discord says that what was sent is not right. `code` is its number for why."""

    def __init__(self, code: int, why: str) -> None:
        """`why` is for the log."""
        super().__init__(f"{code}: {why}")
        self.code = code


class Calls:
    """Calls Discord as the bot."""

    def __init__(self, http: HTTPClient, token: str) -> None:
        """`http` is the library's, which signs in with `token` when it is first used."""
        self._http = http
        self._token = token
        self._me: dict[str, Any] | None = None
        self._signing = asyncio.Lock()

    async def me(self) -> str:
        """The bot's own user id. Raises a PlatformError."""
        return str((await self._signed_in())["id"])

    async def call(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        params: Mapping[str, str] | None = None,
        **where: Any,
    ) -> Any:
        """Call `method` of `path`, which `where` fills. Raises a PlatformError, or Rejected."""
        more: dict[str, Any] = {"params": params} if params else {}
        if json is not None:
            more["json"] = json
        return await self._called(method, path, where, **more)

    async def send(self, path: str, payload: object, files: Sequence[Upload], **where: Any) -> Any:
        """POST `payload` with files. Raises a PlatformError, or Rejected."""
        opened = [discord.File(BytesIO(file.content), file.name) for file in files]
        form: list[dict[str, Any]] = [{"name": "payload_json", "value": to_json(payload).decode()}]
        form += [
            {
                "name": f"files[{number}]",
                "value": file.fp,
                "filename": file.filename,
                "content_type": "application/octet-stream",
            }
            for number, file in enumerate(opened)
        ]
        return await self._called("POST", path, where, form=form, files=opened)

    async def fetch(self, address: str) -> bytes:
        """What lies at an address of Discord's CDN. Raises a PlatformError."""
        await self._signed_in()
        with _meant("GET", "attachment"):
            async with asyncio.timeout(PATIENCE):
                return await self._http.get_from_cdn(address)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    async def _called(self, method: str, path: str, where: Mapping[str, str], **more: Any) -> Any:
        if any(not _is_id(name, value) for name, value in where.items()):
            raise Gone(f"{path}: no such id")
        await self._signed_in()
        with _meant(method, path):
            async with asyncio.timeout(PATIENCE):
                found = await self._http.request(Route(method, path, **where), **more)
        if found and isinstance(found, str):
            raise Unavailable(f"{method} {path}: what answers is not Discord")
        return found

    async def _signed_in(self) -> dict[str, Any]:
        if self._me is None:
            async with self._signing:
                if self._me is None:
                    with _meant("GET", "/users/@me"):
                        self._me = await self._sign_in()
        return self._me

    async def _sign_in(self) -> dict[str, Any]:
        try:
            async with asyncio.timeout(PATIENCE):
                found: object = await self._http.static_login(self._token)
            if isinstance(found, dict):
                return found
            raise Unavailable("what answers is not Discord")
        except BaseException:
            await self._http.close()
            self._http.connector = MISSING  # the next try opens another
            raise


@asynccontextmanager
async def talking(application: Application) -> AsyncIterator[Calls]:
    """Calls, until the end. Asks nobody yet."""
    point(application)
    calls = Calls(Http(), application.token)
    try:
        yield calls
    finally:
        await calls.close()


def point(application: Application) -> None:
    """Let the library find Discord where the settings say: one place for a whole process."""
    _quieten()
    Route.BASE = application.api_url
    DiscordWebSocket.DEFAULT_GATEWAY = URL(application.gateway_url)


def _quieten() -> None:
    """The library logs what is sent and received, which is somebody's, and the addresses of calls,
    some of which are secret: it tells of failures alone.
    """
    level = logging.getLogger().level
    logging.getLogger("discord").setLevel(max(level, logging.WARNING))
    logging.getLogger("discord.http").setLevel(max(level, logging.ERROR))
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False


@contextmanager
def _meant(method: str, path: str) -> Iterator[None]:
    """Turns what the library raises into what it means."""
    try:
        yield
    except Exception as error:
        meaning = _meaning(f"{method} {path}", error)
        if meaning is None:
            raise
        raise meaning from error


def _meaning(what: str, error: Exception) -> PlatformError | Rejected | None:
    match error:
        case discord.RateLimited():
            return RateLimited(ceil(error.retry_after))
        case discord.LoginFailure():
            return Unauthorized("the bot's token is wrong")
        case discord.NotFound():
            return Gone(f"{what}: {error.code} {error.text}")
        case discord.Forbidden():
            return Unauthorized(f"{what}: {error.code} {error.text}")
        case discord.HTTPException(status=401):
            gone = error.code == _TOKEN_GONE
            return (Gone if gone else Unauthorized)(f"{what}: {error.code} {error.text}")
        case discord.HTTPException(status=429):
            return RateLimited(_seconds(error))
        case discord.HTTPException() if error.status >= 500:
            return Unavailable(f"{what}: {error.status}")
        case discord.HTTPException():
            if error.code not in (ARCHIVED, ACKNOWLEDGED, HAS_THREAD, LOCKED):
                _log.error("discord-rejected", what=what, code=error.code, why=error.text)
            return Rejected(error.code, f"{what}: {error.text}")
        case discord.DiscordException() | ClientError() | TimeoutError() | OSError():
            return Unavailable("Discord does not answer")
        case _:
            return None


def _seconds(error: discord.HTTPException) -> float:
    try:
        return max(float(error.response.headers["Retry-After"]), 0.1)
    except (KeyError, ValueError):
        return _WAIT


def _is_id(name: str, value: str) -> bool:
    return not name.endswith("_id") or (value.isascii() and value.isdecimal())
