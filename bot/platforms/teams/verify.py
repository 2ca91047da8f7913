"""Who speaks to us: Teams, for one of our registrations, about its own tenant; or nobody.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import jwt
import structlog

from bot.loopback import is_loopback
from bot.platforms.teams.application import Application, Registration
from bot.platforms.teams.keys import Keys
from bot.platforms.teams.registrations import Registrations
from bot.platforms.teams.surface import CHANNEL
from core.frozen import frozen

Json = Mapping[str, Any]
LEEWAY = 300  # seconds that clocks may differ by
_KNOWN = 1_000  # tokens that were checked already: Teams sends one for an hour
_LONGEST = 3_600  # seconds that a token need not be checked again: keys are withdrawn as well
_BEARER = "bearer "
_log = structlog.get_logger(__name__)


class Stranger(Exception):
    """Whoever it is, it is not Teams speaking to us; `status` is what they are answered."""

    def __init__(self, status: int, why: str) -> None:
        """`why` is for the log."""
        super().__init__(why)
        self.status = status


@frozen
class _Checked:
    registration: Registration
    service: str
    endorsements: tuple[str, ...]
    until: float


class Verifier:
    """Checks tokens."""

    def __init__(
        self,
        application: Application,
        keys: Keys,
        registrations: Registrations,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`now` tells seconds since 1970."""
        self._application = application
        self._keys = keys
        self._registrations = registrations
        self._now = now
        self._checked: OrderedDict[str, _Checked] = OrderedDict()
        if application.unauthenticated:
            _log.warning(
                "teams-unauthenticated",
                what="TEAMS_ALLOW_UNAUTHENTICATED is on: whoever is on this machine may speak as "
                "Microsoft Teams, for anybody.",
            )

    async def check(self, authorization: str, activity: Json, peer: str) -> None:
        """Raise Stranger unless it is Teams who sends `activity`; Unavailable where nobody says
        which keys count; a StorageError.
        """
        if self._application.unauthenticated and is_loopback(peer):
            self._check_local(activity)
        else:
            self._fits(await self._signed(authorization), activity)

    async def _signed(self, authorization: str) -> _Checked:
        """What a token says that Teams signed."""
        if not authorization.lower().startswith(_BEARER):
            raise Stranger(401, "no token")
        token = authorization[len(_BEARER) :].strip()
        checked = self._checked.get(token)
        if checked is None or checked.until < self._now() or not await self._is_ours(checked):
            checked = await self._check(token)
            self._checked[token] = checked
            if len(self._checked) > _KNOWN:
                self._checked.popitem(last=False)
        return checked

    def _fits(self, checked: _Checked, activity: Json) -> None:
        """What the token says beside what is said under it."""
        service = activity.get("serviceUrl")
        is_same = isinstance(service, str) and checked.service == service.rstrip("/")
        if not checked.service or not is_same:
            raise Stranger(401, "the token is for another service")
        channel = activity.get("channelId")
        if checked.endorsements and channel not in checked.endorsements:
            raise Stranger(401, "the key does not speak for that channel")
        # Elsewhere, such as in a Web Chat, people say who they are as they like.
        if channel != CHANNEL:
            raise Stranger(403, "another channel's")
        if tenant_of(activity) != checked.registration.tenant:
            raise Stranger(403, "another tenant's")

    async def _check(self, token: str) -> _Checked:
        try:
            header = jwt.get_unverified_header(token)
            key = await self._keys.of(str(header.get("kid", "")))
            if key is None:
                raise Stranger(401, "no such key")
            found = jwt.decode(
                token,
                key.key,
                algorithms=["RS256"],
                issuer=list(self._keys.issuers),
                leeway=LEEWAY,
                options={
                    "require": ["exp", "iss", "aud"],
                    "verify_aud": False,  # it says for which of us it is: looked up below
                    "verify_exp": False,
                    "verify_nbf": False,
                },
            )
            until = self._until(found)
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise Stranger(401, type(error).__name__) from error
        registration = await self._registration(found.get("aud"))
        service = found.get("serviceurl")
        signed = service.rstrip("/") if isinstance(service, str) else ""
        return _Checked(registration, signed, key.endorsements, until)

    def _until(self, found: Json) -> float:
        """When it is not good any more, or has to be checked again. Raises ValueError, TypeError,
        Stranger where it is not good now.
        """
        now, until = self._now(), float(found["exp"]) + LEEWAY
        since = float(found.get("nbf", 0)) - LEEWAY
        if not since <= now <= until:
            raise Stranger(401, "not now")
        return min(until, now + _LONGEST)

    async def _is_ours(self, checked: _Checked) -> bool:
        """Whether its registration was not taken away or changed since."""
        client = checked.registration.client_id
        return await self._registrations.of_client(client) == checked.registration

    async def _registration(self, audience: Any) -> Registration:
        found = None
        if isinstance(audience, str):
            found = await self._registrations.of_client(audience)
        if found is None:
            raise Stranger(401, "the token is for nobody that we know")
        return found

    def _check_local(self, activity: Json) -> None:
        """What is not signed must not make us call anybody else."""
        try:
            service = urlsplit(str(activity.get("serviceUrl", "")))
            is_here = service.scheme in ("http", "https") and is_loopback(service.hostname or "")
        except ValueError:
            is_here = False
        if not is_here:
            raise Stranger(403, "without a token the serviceUrl must be on this machine")


def tenant_of(activity: Json) -> str:
    """The tenant that an activity is of; "" where it does not say."""
    data = activity.get("channelData")
    told = data.get("tenant") if isinstance(data, Mapping) else None
    if isinstance(told, Mapping) and told.get("id"):
        return str(told["id"])
    conversation = activity.get("conversation")
    return str(conversation.get("tenantId") or "") if isinstance(conversation, Mapping) else ""
