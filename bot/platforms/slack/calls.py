"""One call of Slack's Web API: what it answers, or which of the four failures it is. A limit that
Slack named is kept to for that method (and channel, where it is the channel's) without asking
again; everything else goes on meanwhile.

Errors by name: https://docs.slack.dev/reference/methods, limits: .../apis/web-api/rate-limits
"""

import time
from collections.abc import Callable
from typing import Any

import structlog
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.meanings import meaning
from bot.port import PlatformError, RateLimited, Unavailable

Answered = dict[str, Any]

# What only reads takes no JSON: https://docs.slack.dev/apis/web-api#post_bodies
_READS = {
    "auth.test",
    "conversations.history",
    "conversations.info",
    "conversations.replies",
    "files.getUploadURLExternal",
    "files.info",
    "users.info",
}
_FORMS = {"oauth.v2.access"}
_BY_CHANNEL = {"chat.postMessage", "chat.postEphemeral"}
# Whoever called knows what to do about these.
EXPECTED = {
    "already_reacted",
    "exchanged_trigger_id",
    "expired_trigger_id",
    "hash_conflict",
    "invalid_trigger_id",
    "no_reaction",
}
_LIMITED = {"ratelimited", "rate_limited", "message_limit_exceeded"}
_KNOWN = 5_000  # limits that are remembered
_WAIT = 30.0  # seconds, where a limit names none
_log = structlog.get_logger(__name__)


class Rejected(Exception):
    """Slack says that what was sent is not right: a bug of ours, not its failure. `error` is its
    name for it.
    """

    def __init__(self, method: str, error: str) -> None:
        """`method` was called and answered `error`."""
        super().__init__(f"{method}: {error}")
        self.error = error


class Limits:
    """Until when what must not be called, by workspace, method and perhaps channel."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` tells seconds."""
        self._clock = clock
        self._until: dict[tuple[str, str, str], float] = {}

    def check(self, workspace: str, method: str, channel: str) -> None:
        """Raise RateLimited while Slack asked for patience."""
        left = self._until.get(_key(workspace, method, channel), 0.0) - self._clock()
        if left > 0:
            raise RateLimited(left)

    def note(self, workspace: str, method: str, channel: str, seconds: float) -> None:
        """Slack asks for so many seconds of patience."""
        if len(self._until) >= _KNOWN:
            now = self._clock()
            self._until = {key: at for key, at in self._until.items() if at > now}
        self._until[_key(workspace, method, channel)] = self._clock() + seconds


def _key(workspace: str, method: str, channel: str) -> tuple[str, str, str]:
    return workspace, method, channel if method in _BY_CHANNEL else ""


async def call(
    client: AsyncWebClient, limits: Limits, workspace: str, method: str, body: dict[str, Any]
) -> Answered:
    """Call `method` with `body`. Raises a PlatformError, or Rejected."""
    channel = str(body.get("channel", ""))
    limits.check(workspace, method, channel)
    try:
        if method in _READS:
            answer = await client.api_call(method, http_verb="GET", params=body)
        elif method in _FORMS:
            answer = await client.api_call(method, data=body)
        else:
            answer = await client.api_call(method, json=body)
    except SlackApiError as error:
        failure = failed(method, error)
        if isinstance(failure, RateLimited):
            limits.note(workspace, method, channel, failure.retry_after)
        raise failure from error
    except (SlackClientError, ClientError, TimeoutError, OSError, ValueError) as error:
        raise Unavailable("Slack does not answer") from error
    found = answer.data
    return found if isinstance(found, dict) else {}


def failed(method: str, error: SlackApiError) -> PlatformError | Rejected:
    """What a refusal of Slack's means."""
    response = error.response
    status = getattr(response, "status_code", 200)
    headers = getattr(response, "headers", None) or {}
    data = getattr(response, "data", response)
    name = str(data.get("error", "")) if isinstance(data, dict) else ""
    if status == 429 or name in _LIMITED:
        return RateLimited(_seconds(headers))
    means = meaning(name)
    if means is not None:
        return means(f"{method}: {_told(name, data)}")
    if status >= 500 or not name:
        return Unavailable(f"{method}: {name or status}")
    if name in EXPECTED:
        return Rejected(method, name)
    why = data.get("response_metadata", {}).get("messages") if isinstance(data, dict) else None
    _log.error("slack-rejected", method=method, error=name, why=why)
    return Rejected(method, name)


def _told(name: str, data: Any) -> str:
    needed = data.get("needed") if name == "missing_scope" and isinstance(data, dict) else None
    return f"{name} (needs {needed})" if needed else name


def _seconds(headers: Any) -> float:
    said = next((value for key, value in headers.items() if key.lower() == "retry-after"), "")
    try:
        return max(float(str(said)), 0.1)
    except ValueError:
        return _WAIT
