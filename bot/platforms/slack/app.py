"""The Bolt app: one catch-all for each kind of thing that Slack sends, so that taking one costs the
same however many features there are.

https://docs.slack.dev/tools/bolt-python/
"""

import logging
import re
from typing import Any

import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.logs import new_reference
from bot.platforms.slack.heard import Heard
from bot.platforms.slack.incoming import workspace_of
from bot.platforms.slack.installations import Installation, Installations
from bot.platforms.slack.receive import Receiver
from bot.port import PlatformError

_ANY = re.compile("")
_NOT_HERE = (
    "ResolutionFlow is not installed in this workspace any more, or cannot be reached right now. "
    "Try again in a minute; if it stays, ask an admin of the workspace to install it anew."
)
_GONE = {"app_uninstalled", "tokens_revoked"}
_log = structlog.get_logger(__name__)


def bolt(
    receiver: Receiver, installations: Installations, heard: Heard, *, secret: str = ""
) -> AsyncApp:
    """The app; `secret` signs what comes by HTTP, and is needed for that only."""
    app = unheard(installations, secret=secret)

    async def event(body: dict[str, Any]) -> BoltResponse:
        heard.note(body)
        if body["event"]["type"] in _GONE:
            return await _left(installations, body)
        there = await installations.of(workspace_of(body))
        return BoltResponse(status=200) if there is None else await receiver.event(body, there)

    app.action(_ANY)(receiver.action)  # they are asked in turn: what comes most is the first
    app.event(_ANY)(event)
    app.command(_ANY)(receiver.command)
    app.view_submission(_ANY)(receiver.submission)
    app.view_closed(_ANY)(_nothing)
    app.options(_ANY)(receiver.suggestion)
    app.shortcut(_ANY)(receiver.shortcut)
    app.error(_failed)
    return app


def unheard(installations: Installations, *, secret: str) -> AsyncApp:
    """The app before anybody listens: it knows what is signed, and where it is installed."""

    async def authorize(
        context: AsyncBoltContext, team_id: str | None, enterprise_id: str | None
    ) -> Any:
        try:
            there = await installations.of(team_id or "")
        except PlatformError:
            if context.response_url is None:
                raise
            return None  # then who waits is told why
        return None if there is None else _authorized(there, enterprise_id)

    return AsyncApp(
        name="resolutionflow",
        logger=logging.getLogger("slack_bolt"),  # else each of its loggers has the root's level
        # A client of its own, so that Bolt reads no token from the environment by itself.
        client=AsyncWebClient(base_url=installations.application.url),
        signing_secret=secret,
        authorize=authorize,
        user_facing_authorize_error_message=_NOT_HERE,
        process_before_response=True,
        ignoring_self_events_enabled=False,  # they show that we are subscribed to them
        ignoring_self_assistant_message_events_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )


async def _failed(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """What is not as Slack's pages say is so however often it is sent; the rest may work then."""
    kind = body.get("type", "command") if isinstance(body, dict) else ""
    match error:
        case PlatformError():
            _log.warning("slack-not-taken", kind=kind, why=str(error))
        case KeyError() | TypeError() | ValueError() | IndexError() | AttributeError():
            _log.warning("slack-misunderstood", kind=kind, exc_info=error)
            return BoltResponse(status=200)
        case _:
            _log.error("slack-not-taken", kind=kind, ref=new_reference(), exc_info=error)
    return BoltResponse(status=503)


async def _left(installations: Installations, body: dict[str, Any]) -> BoltResponse:
    """A workspace has thrown us out, or taken our token back."""
    event = body["event"]
    bots = (event.get("tokens") or {}).get("bot")
    if event["type"] == "app_uninstalled" or bots:
        try:
            if await installations.left(workspace_of(body)):
                _log.info("slack-uninstalled", workspace=workspace_of(body))
        except PlatformError as error:
            _log.warning("slack-left-unclear", why=str(error))
            return BoltResponse(status=503)  # Slack tells it again
    return BoltResponse(status=200)


async def _nothing() -> BoltResponse:
    return BoltResponse(status=200)


def _authorized(there: Installation, enterprise: str | None) -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=enterprise,
        team_id=there.workspace,
        bot_user_id=there.bot,
        bot_id=there.bot_id,
        bot_token=there.token,
    )
