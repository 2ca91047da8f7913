"""Tokens that we call the connector with: asked of Entra with a registration's secret, kept until
shortly before their end.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
"""

import re
import time
from collections.abc import Callable
from typing import Any

import structlog
from aiohttp import ClientError, ClientSession

from bot.platforms.teams.answers import json_object
from bot.platforms.teams.application import Registration
from bot.port import PlatformError, Unauthorized, Unavailable
from bot.port.lanes import Lanes

SCOPE = "https://api.botframework.com/.default"
_EARLY = 300.0  # seconds before its end that a token is not used any more
_SHORT = 60.0  # at most so many of one that lives less long than that
_LONGEST = 24 * 3600.0
_CODE = re.compile(r"AADSTS\d+")
_PASSING = ("temporarily_unavailable", "server_error")  # errors that are Entra's own
_log = structlog.get_logger(__name__)


class Refused(Unauthorized):
    """Entra gives no token; `code` is its number for why, such as AADSTS7000215."""

    def __init__(self, code: str, why: str) -> None:
        """`why` is for the log."""
        super().__init__(f"{code}: {why}")
        self.code = code


class Tokens:
    """A token by registration."""

    def __init__(
        self,
        session: ClientSession,
        url: str,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`url` names the tenant by `{tenant}`; `clock` tells seconds."""
        self._session = session
        self._url = url
        self._clock = clock
        self._known: dict[Registration, tuple[float, str]] = {}
        self._lanes = Lanes()

    async def of(self, registration: Registration) -> str:
        """A token that is good for a while. Raises Refused, Unavailable."""
        known = self._fresh(registration)
        if known is not None:
            return known
        async with self._lanes.of(registration):
            known = self._fresh(registration)
            if known is None:
                known, lasts = await self._asked(registration)
                until = self._clock() + max(lasts - _EARLY, min(lasts / 2, _SHORT))
                self._known[registration] = until, known
            return known

    def forget(self, registration: Registration, token: str) -> None:
        """The connector does not take that one any more."""
        if self._known.get(registration, (0.0, ""))[1] == token:
            del self._known[registration]

    def _fresh(self, registration: Registration) -> str | None:
        until, token = self._known.get(registration, (0.0, ""))
        return token if token and self._clock() < until else None

    async def _asked(self, registration: Registration) -> tuple[str, float]:
        form = {
            "grant_type": "client_credentials",
            "client_id": registration.client_id,
            "client_secret": registration.client_secret,
            "scope": SCOPE,
        }
        url = self._url.replace("{tenant}", registration.tenant)
        try:
            async with self._session.post(url, data=form, allow_redirects=False) as response:
                status, found = response.status, json_object(await response.read())
        except (ClientError, TimeoutError, OSError) as error:
            raise Unavailable("Entra does not answer") from error
        if status != 200:
            raise _refusal(status, found)
        token = found.get("access_token")
        if not isinstance(token, str) or not token:
            raise Unavailable("what answers is not Entra")
        return token, _seconds(found.get("expires_in"))


def _refusal(status: int, found: dict[str, Any]) -> PlatformError:
    said = str(found.get("error_description") or found.get("error") or "")
    code = _CODE.search(said)
    if status >= 500 or status == 429 or not said or found.get("error") in _PASSING:
        return Unavailable(f"Entra answers {status}")
    _log.error("teams-no-token", code=code[0] if code else "", why=said.splitlines()[0][:300])
    return Refused(code[0] if code else str(found.get("error", "")), said.partition(".")[0])


def _seconds(said: Any) -> float:
    try:
        lasts = float(said)
    except (TypeError, ValueError):
        return _SHORT
    return lasts if 0 <= lasts <= _LONGEST else _SHORT
