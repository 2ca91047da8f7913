"""How what happens gets to the app: by signed HTTP or one of its sockets, acknowledged in time or
tried again; and whatever was delivered once can be delivered again.
"""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp

from tests.slack.app import App
from tests.slack.clock import Clock
from tests.slack.sockets import Sockets
from tests.slack.world import Ids, Json

RETRIES = (1.0, 60.0, 300.0)  # seconds before an event is sent again
# Envelope types of Socket Mode by what is delivered.
_ENVELOPES = {"event": "events_api", "command": "slash_commands", "interaction": "interactive"}


@dataclass(frozen=True)
class Reply:
    """What the app answered. `failed` is Slack's own word for it where it did not, else ""."""

    failed: str = ""
    body: Json | None = None
    text: str = ""


@dataclass
class Delivered:
    """Something that was sent to the app; `kind` is event, command or interaction."""

    kind: str
    payload: Json
    tries: int = 0
    replies: list[Reply] = field(default_factory=list)

    @property
    def acknowledged(self) -> bool:
        """Whether the app took it at last."""
        return bool(self.replies) and not self.replies[-1].failed


class Delivery:
    """All of one app's. `ack` is how long the app has, in seconds."""

    def __init__(self, app: App, clock: Clock, ids: Ids) -> None:
        self.app = app
        self.clock = clock
        self.ids = ids
        self.ack = 3.0
        self.skew = 0  # seconds that the timestamps of signed requests are wrong by
        self.log: list[Delivered] = []
        self.sockets = Sockets(app)
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    async def close(self) -> None:
        """Nothing is delivered any more."""
        # A request that ends just now takes a cancellation for its own timeout, and goes on.
        while self._tasks:
            for task in [*self._tasks]:
                task.cancel()
            await asyncio.wait(self._tasks, timeout=0.1)
        await self.sockets.close()
        if self._session is not None:
            await self._session.close()

    async def settled(self) -> None:
        """Until nothing is on its way to the app."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def reachable(self, seconds: float = 30.0) -> None:
        """Until the app can be reached by its sockets, where it uses them. Raises TimeoutError."""
        if self.app.socket_mode:
            await asyncio.wait_for(self.sockets.connected(), seconds)

    def tell(self, payload: Json) -> Delivered:
        """Send an event, and send it again until the app has it; waits for nobody."""
        delivered = Delivered("event", payload)
        self.log.append(delivered)
        task = asyncio.ensure_future(self._persist(delivered))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return delivered

    async def ask(self, kind: str, payload: Json, *, answers: bool = True) -> Reply:
        """Send what somebody waits for, once."""
        delivered = Delivered(kind, payload)
        self.log.append(delivered)
        return await self._once(delivered, answers=answers)

    async def again(self, delivered: Delivered, *, fresh: bool = False) -> Reply:
        """Deliver it once more: as the same, or under another event id."""
        payload = delivered.payload
        if fresh and "event_id" in payload:
            payload = {**payload, "event_id": self.ids.next("Ev")}
        repeated = Delivered(delivered.kind, payload, tries=0 if fresh else delivered.tries)
        self.log.append(repeated)
        return await self._once(repeated)

    async def verify(self) -> bool:
        """Whether the request URL answers a url_verification."""
        challenge = self.ids.next("ch")
        asked = {"token": self.app.verification, "challenge": challenge, "type": "url_verification"}
        reply = await self._post("event", asked, {})
        said = (reply.body or {}).get("challenge", reply.text)
        return not reply.failed and bool(said == challenge)

    async def _persist(self, delivered: Delivered) -> None:
        reply = await self._once(delivered)
        for wait in RETRIES:
            if not reply.failed or reply.failed == "no_retry":
                return
            await self.clock.sleep(wait)
            reply = await self._once(delivered, reason=reply.failed)

    async def _once(self, delivered: Delivered, *, reason: str = "", answers: bool = True) -> Reply:
        retry = delivered.tries if reason else 0
        delivered.tries += 1
        if self.app.socket_mode:
            kind = _ENVELOPES[delivered.kind]
            extra = {"retry_attempt": retry, "retry_reason": _reason(reason)}
            envelope = {"type": kind, "accepts_response_payload": delivered.kind != "event"}
            if delivered.kind == "event":
                envelope |= extra
            reply = _told(await self.sockets.send(envelope, delivered.payload, self.ack))
        else:
            headers = {"x-slack-retry-num": str(retry), "x-slack-retry-reason": _reason(reason)}
            reply = await self._post(delivered.kind, delivered.payload, headers if reason else {})
        delivered.replies.append(reply)
        return reply

    async def _post(self, kind: str, payload: Json, headers: Mapping[str, str]) -> Reply:
        if not self.app.request_url:
            return Reply("dispatch_failed")
        body, content_type = _encoded(kind, payload)
        headers = {**signed(self.app.signing_secret, body, self.skew), **headers}
        headers["Content-Type"] = content_type
        session = self._session or aiohttp.ClientSession()
        self._session = session
        limit = aiohttp.ClientTimeout(total=self.ack)
        try:
            async with session.post(
                self.app.request_url, data=body, headers=headers, timeout=limit
            ) as answer:
                text = await answer.text()
                if answer.status >= 300:
                    stops = answer.headers.get("x-slack-no-retry") == "1"
                    return Reply("no_retry" if stops else "http_error")
        except TimeoutError:
            return Reply("operation_timeout")
        except aiohttp.ClientError:
            return Reply("dispatch_failed")
        return _read(text)


def signed(secret: str, body: bytes, skew: int = 0) -> dict[str, str]:
    """The headers of docs.slack.dev/authentication/verifying-requests-from-slack."""
    at = str(int(time.time()) + skew)
    mac = hmac.new(secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256)
    return {
        "x-slack-request-timestamp": at,
        "x-slack-signature": f"v0={mac.hexdigest()}",
        "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
    }


def _encoded(kind: str, payload: Json) -> tuple[bytes, str]:
    if kind == "event":
        return json.dumps(payload, ensure_ascii=False).encode(), "application/json"
    form = payload if kind == "command" else {"payload": json.dumps(payload, ensure_ascii=False)}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


def _reason(failed: str) -> str:
    return {"operation_timeout": "http_timeout", "dispatch_failed": "connection_failed"}.get(
        failed, "http_error"
    )


def _read(text: str) -> Reply:
    if not text.strip():
        return Reply()
    try:
        body = json.loads(text)
    except ValueError:
        return Reply(text=text)
    return Reply(body=body) if isinstance(body, dict) else Reply(text=text)


def _told(answer: Json | None) -> Reply:
    """What came back by a socket; None is nothing in time, or nobody there."""
    if answer is None:
        return Reply("operation_timeout")
    payload = answer.get("payload")
    if isinstance(payload, dict) and payload:
        return Reply(body=payload)
    return Reply(text=payload) if isinstance(payload, str) else Reply()
