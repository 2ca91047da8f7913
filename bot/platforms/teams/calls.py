"""One call of Teams' connector: what it answers, or which of the four failures it is. What passes
by itself is tried again a few times; a limit is said instead of waited for.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import structlog
from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, DummyCookieJar
from pydantic_core import from_json, to_json

from bot.platforms.teams.application import Application, Registration
from bot.platforms.teams.pace import Pace
from bot.platforms.teams.places import Places, conversation
from bot.platforms.teams.registrations import Registrations
from bot.platforms.teams.tokens import Tokens
from bot.platforms.teams.verify import is_loopback
from bot.port import (
    Gone,
    RateLimited,
    Target,
    TooLarge,
    Unauthorized,
    Unavailable,
)

TRIES = 4
_PASSING = {412, 500, 502, 503, 504}  # may be better in a moment
_FIRST, _WAIT = 0.2, 5.0  # seconds before the second try; where a limit names none
LONG = 30.0  # seconds that a limit is waited for where nothing else would say it again
_PATIENCE = ClientTimeout(total=15, connect=3, sock_read=10)
_JSON = {"Content-Type": "application/json; charset=utf-8"}
_T = TypeVar("_T")
_log = structlog.get_logger(__name__)


class Rejected(Exception):
    """Teams says that what was sent is not right: a bug of ours, not its failure."""


class Calls:
    """Calls the connector as the bot of a tenant's registration."""

    def __init__(
        self,
        application: Application,
        session: ClientSession,
        registrations: Registrations,
        places: Places,
        tokens: Tokens,
    ) -> None:
        """`places` know which service a conversation is reached by."""
        self._application = application
        self._session = session
        self._registrations = registrations
        self._places = places
        self._tokens = tokens
        self.pace = Pace()

    async def post(self, target: Target, activity: Mapping[str, Any]) -> str:
        """Send an activity; its id. Raises a PlatformError, Rejected, a StorageError."""
        found = await self._of(target, "POST", "/activities", activity)
        id = found.get("id")
        if not id:
            raise Unavailable("what was posted has no id")
        return str(id)

    async def put(self, target: Target, reference: str, activity: Mapping[str, Any]) -> None:
        """Show something else in a message. Raises as `post`."""
        path = f"/activities/{_quoted(reference)}"
        await self._of(target, "PUT", path, {**activity, "id": reference})

    async def delete(self, target: Target, reference: str) -> None:
        """Take a message away. Raises as `post`."""
        await self._of(target, "DELETE", f"/activities/{_quoted(reference)}")

    async def react(self, target: Target, reference: str, reaction: str) -> None:
        """Put a reaction on a message. Raises as `post`."""
        path = f"/activities/{_quoted(reference)}/reactions/{_quoted(reaction)}"
        await self._of(target, "PUT", path)

    async def member(self, workspace: str, channel: str, user: str) -> dict[str, Any]:
        """Somebody who is in a conversation. Raises as `post`."""
        service = await self.service(workspace, channel)
        where = f"{service}/v3/conversations/{_quoted(channel)}"
        return await self._call(workspace, "GET", f"{where}/members/{_quoted(user)}")

    async def roster(self, workspace: str, channel: str) -> None:
        """Look whether the bot is in a conversation. Raises Gone or Unauthorized where it is not,
        and as `post`.
        """
        service = await self.service(workspace, channel)
        where = f"{service}/v3/conversations/{_quoted(channel)}"
        await self._call(workspace, "GET", f"{where}/pagedmembers?pageSize=50")

    async def converse(self, workspace: str, account: str) -> str:
        """Begin a conversation with one person, or find it; its id. Raises as `post`."""
        service = await self.service(workspace)
        registration = await self._registered(workspace)
        body = {
            "isGroup": False,
            "bot": {"id": f"28:{registration.client_id}" if registration else "bot"},
            "members": [{"id": account}],
            "tenantId": workspace,
            "channelData": {"tenant": {"id": workspace}},
        }
        found = await self._call(workspace, "POST", f"{service}/v3/conversations", body)
        if not found.get("id"):
            raise Unavailable("a conversation without an id")
        return str(found["id"])

    async def service(self, workspace: str, channel: str = "") -> str:
        """Where the connector answers for a conversation, or a tenant. Raises a StorageError."""
        told = await self._places.service_of(workspace, channel)
        return (told or self._application.service_url).rstrip("/")

    async def fetch(self, workspace: str, address: str, *, limit: int) -> bytes:
        """What lies at an address that somebody's message named; our token is shown to the
        connector alone. Raises a PlatformError, TooLarge, a StorageError.
        """
        headers: dict[str, str] = {}
        if await self._is_service(workspace, address):
            headers = await self._headers(await self._registered(workspace))
        try:
            async with self._session.get(address, headers=headers) as response:
                if response.status != 200:
                    raise _failure(response, {}, "GET a file")
                content = await response.content.read(limit + 1)
                while len(content) <= limit and (more := await response.content.read(limit)):
                    content += more
        except (ClientError, TimeoutError, OSError, ValueError) as error:
            raise Unavailable("the file's server does not answer") from error
        if len(content) > limit:
            raise TooLarge
        return content

    async def store(self, address: str, content: bytes) -> None:
        """Put a file where somebody agreed to have it. Raises a PlatformError."""
        size = len(content)
        headers = {"Content-Range": f"bytes 0-{size - 1}/{size}"}
        try:
            async with self._session.put(address, data=content, headers=headers) as response:
                if response.status >= 300:
                    raise _failure(response, {}, "PUT a file")
        except (ClientError, TimeoutError, OSError, ValueError) as error:
            raise Unavailable("the file's server does not answer") from error

    async def _of(
        self, target: Target, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """A call about a conversation, in its turn."""
        service = await self.service(target.workspace, target.channel)
        where = _quoted(conversation(target.channel, target.thread))
        url = f"{service}/v3/conversations/{where}{path}"
        await self.pace.turn(target.channel)
        try:
            return await self._call(target.workspace, method, url, body)
        except RateLimited as error:
            self.pace.note(target.channel, error.retry_after)
            raise

    async def _call(
        self, workspace: str, method: str, url: str, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Once, and again while it may pass by itself."""
        registration = await self._registered(workspace)
        data = None if body is None else to_json(body)
        wait = _FIRST
        for left in reversed(range(TRIES)):
            try:
                return await self._tried(registration, method, url, data)
            except _Passing as error:
                if not left:
                    raise Unavailable(str(error)) from error
            await asyncio.sleep(wait * random.uniform(0.5, 1.5))  # noqa: S311 - only spreads calls
            wait *= 2
        raise AssertionError

    async def _tried(
        self, registration: Registration | None, method: str, url: str, data: bytes | None
    ) -> dict[str, Any]:
        headers = await self._headers(registration)
        sent = headers if data is None else {**headers, **_JSON}
        try:
            async with self._session.request(method, url, data=data, headers=sent) as response:
                found = _object(await response.read())
        except (ClientError, TimeoutError, OSError) as error:
            raise Unavailable("Teams does not answer") from error
        if response.status < 300:
            return found
        if response.status == 401 and registration is not None:
            self._tokens.forget(registration)
        raise _failure(response, found, method)

    async def _registered(self, workspace: str) -> Registration | None:
        """Whose bot speaks there; None where nobody asks who does."""
        found = await self._registrations.of_tenant(workspace)
        if found is None and not self._application.unauthenticated:
            raise Unauthorized("no registration for that tenant")
        return found

    async def _headers(self, registration: Registration | None) -> dict[str, str]:
        if registration is None or not registration.client_secret:
            return {}
        return {"Authorization": f"Bearer {await self._tokens.of(registration)}"}

    async def _is_service(self, workspace: str, address: str) -> bool:
        """Whether an address is the connector's own: known by what Teams signed for."""
        asked = urlsplit(address)
        secure = asked.scheme == "https" or is_loopback(asked.hostname or "")
        service = urlsplit(await self.service(workspace))
        return secure and asked.netloc == service.netloc


class _Passing(Exception):
    """It may be better in a moment."""


async def patiently(do: Callable[[], Awaitable[_T]]) -> _T:
    """Do what nobody would do again: a limit is waited for, LONG at most. Raises as it does."""
    clock = asyncio.get_running_loop().time
    until = clock() + LONG
    while True:
        try:
            return await do()
        except RateLimited as error:
            if clock() + error.retry_after > until:
                raise
            await asyncio.sleep(error.retry_after)


@asynccontextmanager
async def talking() -> AsyncIterator[ClientSession]:
    """Connections, until the end."""
    async with ClientSession(timeout=_PATIENCE, cookie_jar=DummyCookieJar()) as session:
        yield session


def _failure(response: ClientResponse, found: dict[str, Any], method: str) -> Exception:
    """What a refusal of the connector's means."""
    told = found.get("error")
    error = told if isinstance(told, dict) else {}
    code = str(error.get("code") or "")
    what = f"{method}: {response.status} {code}"
    match response.status:
        case 401 | 403:
            return Unauthorized(what)
        case 404:
            return Gone(what)
        case 429:
            return RateLimited(_seconds(response.headers))
        case status if status in _PASSING:
            return _Passing(what)
        case status if status >= 500:
            return Unavailable(what)
        case _:
            _log.error("teams-rejected", what=what, why=str(error.get("message", ""))[:300])
            return Rejected(what)


def _seconds(headers: Mapping[str, str]) -> float:
    try:
        return max(float(headers["Retry-After"]), 0.1)
    except (KeyError, ValueError):
        return _WAIT


def _object(raw: bytes) -> dict[str, Any]:
    if not raw:
        return {}
    try:
        found = from_json(raw)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _quoted(part: str) -> str:
    return quote(part, safe="@:;=")
