"""One call of Teams' connector: what it answers, or which of the four failures it is. What passes
by itself is tried again a few times; a limit is said instead of waited for.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
"""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar
from pydantic_core import to_json
from yarl import URL

from bot.loopback import is_loopback
from bot.platforms.teams.answers import (
    Passing,
    failure,
    file_failure,
    json_object,
    segment,
)
from bot.platforms.teams.application import Application, Registration
from bot.platforms.teams.outside import is_outside
from bot.platforms.teams.pace import Pace
from bot.platforms.teams.places import Places, conversation
from bot.platforms.teams.registrations import Registrations
from bot.platforms.teams.tokens import Tokens
from bot.port import (
    Gone,
    RateLimited,
    Target,
    TooLarge,
    Unauthorized,
    Unavailable,
)

TRIES = 4
_FIRST = 0.2  # seconds before the second try
_PATIENCE = ClientTimeout(total=15, connect=3, sock_read=10)
_FOR_FILES = ClientTimeout(total=60, connect=3, sock_read=10)
_JSON = {"Content-Type": "application/json; charset=utf-8"}
_ELSEWHERE, _SENT_ON = (301, 302, 303, 307, 308), 5  # how often a file may be elsewhere
_OURS = "/v3/attachments/"  # in the address of a file that the connector keeps
_T = TypeVar("_T")


class Calls:
    """Calls the connector as the bot of a tenant's registration."""

    def __init__(
        self,
        application: Application,
        session: ClientSession,
        registrations: Registrations,
        places: Places,
        tokens: Tokens,
        *,
        files: ClientSession,
    ) -> None:
        """`places` know which service a conversation is reached by; `files` leads to addresses
        that somebody told us.
        """
        self._files = files
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
        path = f"/activities/{segment(reference)}"
        await self._of(target, "PUT", path, {**activity, "id": reference})

    async def delete(self, target: Target, reference: str) -> None:
        """Take a message away. Raises as `post`."""
        await self._of(target, "DELETE", f"/activities/{segment(reference)}")

    async def react(self, target: Target, reference: str, reaction: str) -> None:
        """Put a reaction on a message. Raises as `post`."""
        path = f"/activities/{segment(reference)}/reactions/{segment(reaction)}"
        await self._of(target, "PUT", path)

    async def member(self, workspace: str, channel: str, user: str) -> dict[str, Any]:
        """Somebody who is in a conversation. Raises as `post`."""
        service = await self.service(workspace, channel)
        where = f"{service}/v3/conversations/{segment(channel)}"
        return await self._call(workspace, "GET", f"{where}/members/{segment(user)}")

    async def roster(self, workspace: str, channel: str) -> None:
        """Look whether the bot is in a conversation. Raises Gone or Unauthorized where it is not,
        and as `post`.
        """
        service = await self.service(workspace, channel)
        where = f"{service}/v3/conversations/{segment(channel)}"
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
        url = address
        for _ in range(_SENT_ON):
            found = await self._fetched(workspace, url, limit)
            if isinstance(found, bytes):
                return found
            url = found
        raise Unavailable("the file is always elsewhere")

    async def _fetched(self, workspace: str, address: str, limit: int) -> bytes | str:
        """What lies there, or where it is instead."""
        url, is_theirs = await self._known(workspace, address)
        session = self._session if is_theirs else self._files
        is_ours = is_theirs and _OURS in url.path
        headers = await self._headers(await self._registered(workspace), url) if is_ours else {}
        content = bytearray()
        try:
            async with session.get(
                url, headers=headers, timeout=_FOR_FILES, allow_redirects=False
            ) as response:
                if response.status in _ELSEWHERE and (there := response.headers.get("Location")):
                    return str(url.join(URL(there)))
                if response.status != 200:
                    raise file_failure(response, is_ours=is_ours)
                async for part in response.content.iter_any():
                    content += part
                    if len(content) > limit:
                        raise TooLarge
        except (ClientError, TimeoutError, OSError, ValueError) as error:
            raise Unavailable("the file's server does not answer") from error
        return bytes(content)

    async def store(self, workspace: str, address: str, content: bytes) -> None:
        """Put a file where somebody agreed to have it. Raises a PlatformError, a StorageError."""
        url, is_theirs = await self._known(workspace, address)
        session = self._session if is_theirs else self._files
        size = len(content)
        headers = {"Content-Range": f"bytes 0-{size - 1}/{size}"}
        try:
            async with session.put(
                url, data=content, headers=headers, timeout=_FOR_FILES, allow_redirects=False
            ) as response:
                if response.status >= 300:
                    raise file_failure(response, is_ours=False)
        except (ClientError, TimeoutError, OSError, ValueError) as error:
            raise Unavailable("the file's server does not answer") from error

    async def _of(
        self, target: Target, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """A call about a conversation, in its turn."""
        service = await self.service(target.workspace, target.channel)
        where = segment(conversation(target.channel, target.thread))
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
        address, wait = URL(url, encoded=True), _FIRST
        for left in reversed(range(TRIES)):
            try:
                return await self._tried(registration, method, address, data)
            except Passing as error:
                if not left:
                    raise Unavailable(str(error)) from error
            await asyncio.sleep(wait * random.uniform(0.5, 1.5))  # noqa: S311 - only spreads calls
            wait *= 2
        raise AssertionError

    async def _tried(
        self, registration: Registration | None, method: str, url: URL, data: bytes | None
    ) -> dict[str, Any]:
        """Once; and once more with another token, where one that was good is not any more."""
        for is_again in (False, True):
            headers = await self._headers(registration, url)
            sent = headers if data is None else {**headers, **_JSON}
            try:
                async with self._session.request(
                    method, url, data=data, headers=sent, allow_redirects=False
                ) as response:
                    found = json_object(await response.read())
            except (ClientError, TimeoutError, OSError) as error:
                raise Unavailable("Teams does not answer") from error
            if response.status < 300:
                return found
            if response.status != 401 or registration is None or is_again:
                break
            self._tokens.forget(registration, headers.get("Authorization", "").partition(" ")[2])
        raise failure(response, found, method)

    async def _registered(self, workspace: str) -> Registration | None:
        """Whose bot speaks there; None where nobody asks who does."""
        found = await self._registrations.of_tenant(workspace)
        if found is None and not self._application.unauthenticated:
            raise Unauthorized("no registration for that tenant")
        return found

    async def _headers(self, registration: Registration | None, url: URL) -> dict[str, str]:
        """What shows who we are. Where anybody on this machine may speak as Teams, nobody on it is
        shown that, but whom the settings name.
        """
        if registration is None or not registration.client_secret:
            return {}
        if self._application.unauthenticated and url.scheme != "https":
            named = URL(self._application.service_url)
            if url.origin() != named.origin():
                return {}
        return {"Authorization": f"Bearer {await self._tokens.of(registration)}"}

    async def _known(self, workspace: str, address: str) -> tuple[URL, bool]:
        """An address that was told to us, and whether it is the connector's own, which is known by
        what Teams signed for. Nothing else is asked in the open, or within, and nobody but this
        machine for whoever speaks without a token: raises Gone.
        """
        try:
            url = URL(address)
            is_theirs = url.origin() == URL(await self.service(workspace)).origin()
        except ValueError as error:
            raise Gone("that is no address") from error
        host = url.host or ""
        if is_theirs:
            is_good = url.scheme == "https" or is_loopback(host)
        else:
            is_good = url.scheme == "https" and is_outside(host)
        if not is_good or (self._application.unauthenticated and not is_loopback(host)):
            raise Gone("that is no address of a file")
        return url, is_theirs


@asynccontextmanager
async def talking() -> AsyncIterator[ClientSession]:
    """Connections, until the end."""
    async with ClientSession(timeout=_PATIENCE, cookie_jar=DummyCookieJar()) as session:
        yield session
