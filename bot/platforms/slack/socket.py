"""Socket Mode: a WebSocket to Slack, so that no address of ours has to be reachable. Slack ends it
every few hours and says so before; the library opens the next one, and we look after the library.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import logging

import structlog
from aiohttp import ClientError
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

AGAIN, LONGEST = 0.5, 60.0  # seconds between two tries to connect
CONNECTING = 15.0  # seconds that a try may take
LOST = 5.0  # seconds after which a connection that is gone is given up for another
_LOOK, _PING = 0.5, 3.0  # seconds between two looks at it, between two signs of life
_log = structlog.get_logger(__name__)


class Socket:
    """Takes what Slack sends, for as long as it is let."""

    def __init__(self, app: AsyncApp, token: str, url: str) -> None:
        """`token` is the app's own (xapp-), `url` where Slack's Web API is."""
        self._app = app
        self._token = token
        self._url = url

    async def work(self, stop: asyncio.Event) -> None:
        """Be connected until `stop`; where Slack cannot be reached, try again ever more slowly."""
        wait = AGAIN
        while not stop.is_set():
            try:
                await self._connected(stop)
                wait = AGAIN
            except (TimeoutError, SlackApiError, SlackClientError, ClientError, OSError) as error:
                _log.warning("slack-not-connected", why=_why(error), again=wait)
                wait = min(2 * wait, LONGEST)
            await _pause(stop, wait)

    async def _connected(self, stop: asyncio.Event) -> None:
        """One connection and those that follow it, until `stop` or until it is lost."""
        client = AsyncWebClient(base_url=self._url)
        answer = await client.apps_connections_open(app_token=self._token)
        handler = self._handler(client)
        handler.client.wss_uri = answer["url"]
        try:
            async with asyncio.timeout(CONNECTING):
                await handler.client.connect()
            _log.info("slack-connected")
            await self._look_after(handler, stop)
        finally:
            await handler.client.close()

    async def _look_after(self, handler: AsyncSocketModeHandler, stop: asyncio.Event) -> None:
        """Until `stop`, or until the library has not found its way back for too long."""
        clock = asyncio.get_running_loop().time
        seen = clock()
        while not await _pause(stop, _LOOK) and clock() - seen < LOST:
            if await handler.client.is_connected():
                seen = clock()
        if not stop.is_set():
            _log.warning("slack-connection-lost")

    def _handler(self, client: AsyncWebClient) -> AsyncSocketModeHandler:
        # What the library says of its tries is said here, in one line each.
        logger = logging.getLogger("slack_sdk.socket_mode")
        return AsyncSocketModeHandler(
            self._app, self._token, web_client=client, logger=logger, ping_interval=_PING
        )


def _why(error: Exception) -> str:
    if not isinstance(error, SlackApiError):
        return type(error).__name__
    data = getattr(error.response, "data", error.response)
    if isinstance(data, dict):
        return str(data.get("error", "refused"))
    return f"status {getattr(error.response, 'status_code', 'unknown')}"  # a page of some proxy's


async def _pause(stop: asyncio.Event, seconds: float) -> bool:
    """Wait so long; whether it is time to stop."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return False
    return True
