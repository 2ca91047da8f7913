"""Where we are installed: each workspace's bot and token. One may come from the settings; those
that came by OAuth are remembered, encrypted, and their tokens renewed by one process at a time.

Token rotation: https://docs.slack.dev/authentication/using-token-rotation
"""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.calls import Answered, Limits, call
from bot.port import Memory, Unauthorized

KIND = "installation"
SOON = 30 * 60  # seconds before its end in which a token is renewed
FRESH = 60.0  # seconds that this process goes by what it read
_SELF = "self"  # the workspace, before the token from the settings has said which one that is


@dataclass(frozen=True, slots=True)
class Application:
    """Our app as Slack knows it, and where Slack is; `url` ends with a slash. Empty: not set."""

    url: str
    token: str = ""  # of one workspace's bot
    app_token: str = ""
    signing_secret: str = ""
    client_id: str = ""
    client_secret: str = ""
    authorize_url: str = ""


@dataclass(frozen=True, slots=True)
class Installation:
    """Us in one workspace. `url` is the workspace's own address, with a slash at its end; `until`
    is when the token ends, in Unix seconds (0: never), and `renewal` what it is renewed with.
    """

    workspace: str
    name: str
    url: str
    token: str
    bot: str  # the bot's user
    bot_id: str
    scopes: str = ""
    installer: str = ""
    renewal: str = ""
    until: float = 0.0

    def dumps(self) -> str:
        """As it is remembered."""
        return json.dumps(asdict(self))

    @classmethod
    def loads(cls, text: str) -> "Installation":
        """As it was remembered; what a later version remembered besides is left out."""
        found = json.loads(text)
        known = cls.__dataclass_fields__
        return cls(**{name: value for name, value in found.items() if name in known})


class Installations:
    """All of them. `session` is shared by all calls."""

    def __init__(
        self,
        application: Application,
        memory: Memory,
        session: ClientSession,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`clock` tells Unix seconds."""
        self.application = application
        self.limits = Limits()
        self._memory = memory
        self._session = session
        self._clock = clock
        self._own: Installation | None = None
        self._asking = asyncio.Lock()
        self._read: dict[str, tuple[float, Installation | None]] = {}
        self._clients: dict[str, AsyncWebClient] = {}

    async def own(self) -> Installation | None:
        """The one of the token from the settings, None without one. Raises a PlatformError."""
        if not self.application.token or self._own is not None:
            return self._own
        async with self._asking:
            if self._own is None:
                self._own = await self.examined(self.application.token)
        return self._own

    async def of(self, workspace: str) -> Installation | None:
        """The one in a workspace, with a token that is still good. Raises PlatformError."""
        own = await self.own()
        if own is not None and own.workspace == workspace:
            return own
        found = await self._remembered(workspace)
        if found is not None and self._is_ending(found):
            return await self._renewed(workspace)
        return found

    async def all(self) -> list[Installation]:
        """Every one that is known. Raises PlatformError."""
        own = await self.own()
        kept = [Installation.loads(text) for text in (await self._memory.all(KIND)).values()]
        others = (each for each in kept if own is None or each.workspace != own.workspace)
        return [*([own] if own else ()), *others]

    async def remember(self, installation: Installation) -> None:
        """From now on we are there."""
        await self._memory.keep(KIND, installation.workspace, installation.dumps())
        self._read.pop(installation.workspace, None)

    async def forget(self, workspace: str) -> None:
        """We are there no more."""
        await self._memory.forget(KIND, workspace)
        self._read.pop(workspace, None)

    async def call(self, workspace: str, method: str, **body: Any) -> Answered:
        """Call a method as the bot of a workspace. Raises a PlatformError, or calls.Rejected."""
        there = await self.of(workspace)
        if there is None:
            raise Unauthorized("not installed in this workspace")
        client = self.client(there.token)
        return await call(client, self.limits, workspace, method, body)

    def client(self, token: str) -> AsyncWebClient:
        """A client with this token, on the shared session."""
        client = self._clients.get(token)
        if client is None:
            if len(self._clients) > 500:  # renewed tokens come and go
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

    async def _remembered(self, workspace: str) -> Installation | None:
        read, found = self._read.get(workspace, (-FRESH, None))
        now = self._clock()
        if now - read < FRESH:
            return found
        text = await self._memory.recall(KIND, workspace)
        found = Installation.loads(text) if text else None
        self._read[workspace] = now, found
        return found

    def _is_ending(self, installation: Installation) -> bool:
        return installation.until > 0 and self._clock() > installation.until - SOON

    async def _renewed(self, workspace: str) -> Installation | None:
        """With a new token. Slack revokes what it was renewed with: only one process may do it."""
        async with self._memory.held(KIND, workspace) as cell:
            now = Installation.loads(cell.value) if cell.value else None
            if now is not None and self._is_ending(now):
                now = renewed(now, await self._renew(now), self._clock())
                await cell.keep(now.dumps())
        self._read[workspace] = self._clock(), now
        return now

    async def _renew(self, installation: Installation) -> Answered:
        asked = {
            "client_id": self.application.client_id,
            "client_secret": self.application.client_secret,
            "grant_type": "refresh_token",
            "refresh_token": installation.renewal,
        }
        client = AsyncWebClient(base_url=self.application.url, session=self._session)
        return await call(client, self.limits, installation.workspace, "oauth.v2.access", asked)


def renewed(old: Installation, answer: Mapping[str, Any], now: float) -> Installation:
    """With the token of an `oauth.v2.access` that renewed it at `now` (Unix seconds)."""
    return replace(
        old,
        token=answer["access_token"],
        renewal=answer.get("refresh_token", old.renewal),
        until=now + float(answer.get("expires_in", 0) or 0) if answer.get("expires_in") else 0.0,
    )
