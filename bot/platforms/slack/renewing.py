"""Renewing tokens that end, for all processes together: what a token is renewed with is good for
once. Until its own end the old token goes on, so that a renewal may fail for a while.

Slack takes what was used a short while longer: a process that died between its answer and our
keeping it is made good by the next renewal. Later than that, somebody must install the app again.
https://docs.slack.dev/authentication/using-token-rotation
"""

import asyncio
import time
from collections.abc import Callable

import structlog
from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.calls import Limits, Rejected, call
from bot.platforms.slack.installation import KIND, Application, Installation
from bot.port import Memory, PlatformError, Unauthorized

SOON = 2 * 3600.0  # seconds before its end in which a token is renewed
AGAIN = 10.0  # seconds after which a renewal that failed is tried again
_log = structlog.get_logger(__name__)


class Renewals:
    """Renews. Methods raise a PlatformError; and whatever the memory raises."""

    def __init__(
        self,
        application: Application,
        memory: Memory,
        session: ClientSession,
        limits: Limits,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`clock` tells Unix seconds."""
        self._application = application
        self._memory = memory
        self._session = session
        self._limits = limits
        self._clock = clock
        self._failed: dict[str, tuple[float, PlatformError]] = {}
        self._unkept: dict[str, tuple[str, Installation]] = {}
        self._tasks: dict[str, asyncio.Task[Installation | None]] = {}

    def is_due(self, found: Installation) -> bool:
        """Whether its token ends soon."""
        return found.until > 0 and self._clock() > found.until - SOON

    async def kept_good(self, found: Installation) -> Installation | None:
        """The same with a token that lasts; as it is while a renewal fails and its own lasts."""
        at, failure = self._failed.get(found.workspace, (0.0, None))
        if failure is None or self._clock() - at >= AGAIN:
            try:
                return await self.renewed(found)
            except PlatformError as error:
                failure = error
                self._failed[found.workspace] = self._clock(), error
                _log.error("slack-token-not-renewed", workspace=found.workspace, why=str(error))
        if self._clock() >= found.until:
            raise failure.with_traceback(None)
        return found

    async def renewed(self, worn: Installation) -> Installation | None:
        """With another token than this one's: somebody else's by now, or a new one; None where
        nothing is remembered any more.
        """
        task = self._tasks.get(worn.workspace)
        if task is None:
            # A task of its own: whoever waits may go away, between an answer and keeping it too.
            task = self._tasks[worn.workspace] = asyncio.create_task(self._renewed(worn))
            task.add_done_callback(lambda done: self._done(worn.workspace, done))
        return await asyncio.shield(task)

    async def close(self) -> None:
        """What was begun is kept."""
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _renewed(self, worn: Installation) -> Installation | None:
        workspace = worn.workspace
        async with self._memory.held(KIND, workspace) as cell:
            now = Installation.loads(cell.value)
            if now is None or now.token != worn.token or not now.renewal:
                return now
            spent, unkept = self._unkept.get(workspace, ("", None))
            if unkept is None or spent != now.renewal:
                unkept = await self._ask(now)
                self._unkept[workspace] = now.renewal, unkept
            await cell.keep(unkept.dumps())
        self._unkept.pop(workspace, None)
        _log.info("slack-token-renewed", workspace=workspace)
        return unkept

    async def _ask(self, now: Installation) -> Installation:
        asked = {
            "client_id": self._application.client_id,
            "client_secret": self._application.client_secret,
            "grant_type": "refresh_token",
            "refresh_token": now.renewal,
        }
        client = AsyncWebClient(base_url=self._application.url, session=self._session)
        try:
            answer = await call(client, self._limits, now.workspace, "oauth.v2.access", asked)
        except Rejected as error:
            raise Unauthorized(
                f"the token cannot be renewed ({error.error}): install the app again"
            ) from error
        return now.renewed(answer, self._clock())

    def _done(self, workspace: str, task: "asyncio.Task[Installation | None]") -> None:
        self._tasks.pop(workspace, None)
        if not task.cancelled() and task.exception() is None:
            self._failed.pop(workspace, None)
