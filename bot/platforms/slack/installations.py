"""Where we are installed: each workspace's bot and token. One may come from the settings; those
that came by OAuth are remembered, encrypted, and their tokens renewed.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from aiohttp import ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.calls import Answered, Limits, call
from bot.platforms.slack.installation import KIND, Application, Installation
from bot.platforms.slack.renewing import Renewals
from bot.port import Memory, PlatformError, Unauthorized

__all__ = ["Application", "Installation", "Installations"]

FRESH = 60.0  # seconds that this process goes by what it read
AGAIN = 0.5  # seconds after which Slack is asked again of the token from the settings
_SELF = "self"  # the workspace, before a token has said which one that is
_CLIENTS = 500  # that are kept; renewed tokens come and go
# Slack's names for a token that is good no more; another may stand in its place.
_WORN = {"account_inactive", "invalid_auth", "token_expired", "token_revoked"}
_POST = "chat.postMessage"


class Installations:
    """All of them. `session` is shared by all calls. What the memory raises is raised."""

    def __init__(
        self,
        application: Application,
        memory: Memory,
        session: ClientSession,
        *,
        clock: Callable[[], float] = time.time,
        posted: Callable[[str, str], None] | None = None,
    ) -> None:
        """`clock` tells Unix seconds. `posted` is told workspace and channel of what was posted."""
        self.application = application
        self.limits = Limits()
        self.renewals = Renewals(application, memory, session, self.limits, clock=clock)
        self._memory = memory
        self._session = session
        self._clock = clock
        self._posted = posted
        self._own: Installation | None = None
        self._failed: tuple[float, PlatformError] | None = None
        self._asking = asyncio.Lock()
        self._read: dict[str, tuple[float, Installation | None]] = {}
        self._clients: dict[str, AsyncWebClient] = {}

    async def own(self) -> Installation | None:
        """The one of the token from the settings, None without one. Raises a PlatformError."""
        if not self.application.token or self._own is not None:
            return self._own
        async with self._asking:
            if self._own is None:
                self._own = await self._examined_own()
        return self._own

    async def of(self, workspace: str) -> Installation | None:
        """The one in a workspace, with a token that is still good. Raises PlatformError."""
        failure: PlatformError | None = None
        try:
            own = await self.own()
        except PlatformError as error:  # which stops nothing in the other workspaces
            own, failure = None, error
        if own is not None and own.workspace == workspace:
            return own
        found = await self._remembered(workspace)
        if found is None and failure is not None:
            raise failure
        if found is not None and self.renewals.is_due(found):
            found = await self.renewals.kept_good(found)
            self._read[workspace] = self._clock(), found
        return found

    async def remembered(self) -> list[Installation]:
        """Those that came by OAuth, as they are."""
        kept = (await self._memory.all(KIND)).values()
        return [found for found in map(Installation.loads, kept) if found is not None]

    async def remember(self, installation: Installation) -> None:
        """From now on we are there."""
        await self._memory.keep(KIND, installation.workspace, installation.dumps())
        self._read.pop(installation.workspace, None)

    async def left(self, workspace: str) -> bool:
        """Slack says that it has thrown us out, or has taken a token back: forget it, and say so;
        unless its token is good all the same. That may be told late, after we came back, or of one
        token among several. Raises a PlatformError where Slack does not say.
        """
        self._read.pop(workspace, None)
        gone = Installation.loads(await self._memory.recall(KIND, workspace))
        if gone is None or await self._works(gone):
            return False
        async with self._memory.held(KIND, workspace) as cell:
            now = Installation.loads(cell.value)
            if now is None or now.token != gone.token:  # somebody has installed us meanwhile
                return False
            await cell.keep("")
        self._read.pop(workspace, None)
        return True

    async def call(self, workspace: str, method: str, **body: Any) -> Answered:
        """Call a method as the bot of a workspace. Raises a PlatformError, or calls.Rejected."""
        there = await self.of(workspace)
        if there is None:
            raise Unauthorized("not installed in this workspace")
        try:
            found = await self._call(there, method, body)
        except Unauthorized as error:
            another = await self._another(there) if _is_worn(error) else None
            if another is None:
                raise
            found = await self._call(another, method, body)
        if method == _POST and self._posted is not None:
            self._posted(workspace, str(found.get("channel") or body.get("channel", "")))
        return found

    def client(self, token: str) -> AsyncWebClient:
        """A client with this token, on the shared session."""
        client = self._clients.get(token)
        if client is None:
            if len(self._clients) >= _CLIENTS:
                self._clients.clear()
            client = self._clients[token] = AsyncWebClient(
                token=token, base_url=self.application.url, session=self._session
            )
        return client

    async def examined(self, token: str) -> Installation:
        """What Slack says of a token. Raises a PlatformError."""
        client = self.client(token)
        found = await call(client, self.limits, _SELF, "auth.test", {})
        return Installation(
            workspace=found["team_id"],
            name=str(found.get("team") or found["team_id"]),
            url=found.get("url", ""),
            token=token,
            bot=found["user_id"],
            bot_id=found.get("bot_id", ""),
        )

    async def exchanged(self, code: str, redirect: str) -> Answered:
        """What Slack gives for the code that somebody brought from it to `redirect`. Raises a
        PlatformError, or calls.Rejected.
        """
        app = self.application
        asked = {"client_id": app.client_id, "client_secret": app.client_secret}
        asked |= {"code": code, "redirect_uri": redirect}
        client = AsyncWebClient(base_url=app.url, session=self._session)
        return await call(client, self.limits, _SELF, "oauth.v2.access", asked)

    async def _examined_own(self) -> Installation:
        at, failure = self._failed or (0.0, None)
        if failure is not None and self._clock() - at < AGAIN:
            raise failure.with_traceback(None)
        try:
            return await self.examined(self.application.token)
        except PlatformError as error:
            self._failed = self._clock(), error
            raise

    async def _call(self, there: Installation, method: str, body: dict[str, Any]) -> Answered:
        client = self.client(there.token)
        return await call(client, self.limits, there.workspace, method, body)

    async def _remembered(self, workspace: str) -> Installation | None:
        read, found = self._read.get(workspace, (-FRESH, None))
        now = self._clock()
        if found is not None and now - read < FRESH:  # another process may have installed us
            return found
        found = Installation.loads(await self._memory.recall(KIND, workspace))
        self._read[workspace] = now, found
        return found

    async def _another(self, worn: Installation) -> Installation | None:
        """What stands in the place of a token that Slack refuses; renewed where it can be."""
        if worn is self._own:
            return None
        now = Installation.loads(await self._memory.recall(KIND, worn.workspace))
        if now is not None and now.token == worn.token:
            now = await self.renewals.renewed(now) if now.renewal else None
        if now is not None and now.token != worn.token:
            self._read[worn.workspace] = self._clock(), now
            return now
        return None

    async def _works(self, installation: Installation) -> bool:
        """Whether Slack takes its token, or gives another for it."""
        try:
            await self.examined(installation.token)
        except Unauthorized:
            if not installation.renewal:
                return False
        else:
            return True
        try:
            await self.renewals.renewed(installation)
        except Unauthorized:
            return False
        return True


def _is_worn(error: Unauthorized) -> bool:
    """Whether the token is why."""
    cause = error.__cause__
    return isinstance(cause, SlackApiError) and cause.response.get("error") in _WORN
