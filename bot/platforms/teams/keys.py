"""The keys that Teams signs with, as its OpenID configuration names them. They are fetched without
holding anybody up, and what is known goes on to count while they cannot be.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from aiohttp import ClientError, ClientSession
from jwt import PyJWK, PyJWKSetError, PyJWTError
from pydantic_core import from_json

from bot.port import Unavailable
from core.frozen import frozen

FRESH = 24 * 3600.0  # seconds: Microsoft's advice
AGAIN = 10.0  # at least so many between two looks for a key that is not known
_SOON = 1.0  # the same where none is known at all
_PATIENCE = 3.0  # somebody waits for an answer of ours meanwhile
ISSUER = "https://api.botframework.com"
_log = structlog.get_logger(__name__)


@frozen
class Key:
    """A public key, and the channels that it may speak for; none where it does not say."""

    key: PyJWK
    endorsements: tuple[str, ...] = ()


class Keys:
    """Keys by their ids."""

    def __init__(
        self, session: ClientSession, url: str, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`url` is the OpenID configuration's; `clock` tells seconds."""
        self._session = session
        self._url = url
        self._clock = clock
        self._known: Mapping[str, Key] = {}
        self.issuers: tuple[str, ...] = (ISSUER,)
        self._read: float | None = None
        self._tried: float | None = None
        self._reading = asyncio.Lock()

    async def of(self, id: str) -> Key | None:
        """The key; None where there is none of that id. Raises Unavailable where nobody says."""
        known = self._known.get(id)
        if known is not None and (self._is_fresh() or self._reading.locked()):
            return known
        async with self._reading:
            if self._known.get(id) is None or not self._is_fresh():
                await self._look()
        return self._known.get(id)

    async def read(self) -> int:
        """Fetch them now; how many there are. Raises Unavailable."""
        self._tried = self._clock()
        configuration = await self._get(self._url)
        address = configuration.get("jwks_uri")
        if not isinstance(address, str):
            raise Unavailable(f"{self._url} is no OpenID configuration")
        told = (await self._get(address)).get("keys")
        keys = dict(filter(None, map(_key, told if isinstance(told, list) else ())))
        if not keys:
            raise Unavailable(f"{address} has no keys")
        self._known = keys
        said = configuration.get("issuer")
        self.issuers = tuple(dict.fromkeys([ISSUER, *([said] if isinstance(said, str) else [])]))
        self._read = self._clock()
        return len(self._known)

    async def _look(self) -> None:
        """Fetch them, unless that was tried a moment ago."""
        if not self._older_than(AGAIN if self._known else _SOON, self._tried):
            if self._known:
                return
            raise Unavailable("nobody said a moment ago")
        try:
            async with asyncio.timeout(_PATIENCE):
                await self.read()
        except (Unavailable, TimeoutError) as error:
            if not self._known:
                raise Unavailable("nobody says which keys there are") from error
            _log.warning("teams-keys-not-read", why=str(error))

    def _is_fresh(self) -> bool:
        return not self._older_than(FRESH, self._read)

    def _older_than(self, seconds: float, since: float | None) -> bool:
        return since is None or self._clock() - since >= seconds

    async def _get(self, url: str) -> dict[str, Any]:
        try:
            async with self._session.get(url) as response:
                found = from_json(await response.read()) if response.status == 200 else None
        except (ClientError, TimeoutError, OSError, ValueError) as error:
            raise Unavailable(f"{url} does not answer") from error
        if not isinstance(found, dict):
            raise Unavailable(f"{url} answers nothing that makes sense")
        return found


def _key(told: Any) -> tuple[str, Key] | None:
    """A key as it is published; None for what we cannot use."""
    try:
        endorsements = tuple(map(str, told.get("endorsements") or ()))
        return str(told["kid"]), Key(PyJWK.from_dict(told, "RS256"), endorsements)
    except (PyJWTError, PyJWKSetError, KeyError, TypeError, AttributeError, ValueError):
        return None
