"""Who Teams says it is: the OpenID configuration, the keys, and tokens for what it sends to a bot;
wrong tokens too (learn.microsoft.com/azure/bot-service/rest-api/
bot-framework-rest-connector-authentication).

The issuer and the address of the keys cannot be guessed from the address of the configuration.
"""

import hmac
import json
import secrets
import time
from base64 import urlsafe_b64encode
from enum import Enum
from hashlib import sha256

import jwt
from aiohttp import web

from tests.teams.keys import Key
from tests.teams.world import Json

CONFIGURATION = "/v1/.well-known/openidconfiguration"
HOUR = 3_600
_CHANNEL = "msteams"


class Wrong(Enum):
    """What can be wrong with a token."""

    EXPIRED = "it was good until an hour ago"
    EARLY = "it is good from an hour on"
    AUDIENCE = "it is for another app"
    ISSUER = "somebody else issued it"
    SERVICE_URL = "it is for another service"
    NO_SERVICE_URL = "it is for no service"
    UNKNOWN_KEY = "it is signed by a key that nobody shows"
    NO_KEY = "it does not say by which key it is signed"
    SIGNATURE = "it was changed after it was signed"
    ENDORSEMENT = "it is signed by a key that vouches for other channels"
    NONE = "it is not signed"
    HS256 = "it is signed with the public key as if that were a secret"
    NO_EXPIRY = "it is good for ever"


class Identity:
    """Tells and signs. `url` is where the configuration is, `elsewhere` where the keys are;
    `asked` counts who looked, by what.
    """

    def __init__(self) -> None:
        self.url = ""
        self.elsewhere = ""
        self.down = False
        self.asked = {"configuration": 0, "keys": 0}
        self._path = f"/{secrets.token_hex(8)}"
        self._current = Key.make("current", _CHANNEL, "webchat")
        self._other = Key.make("other", "skype", "directline")

    @property
    def configuration_url(self) -> str:
        """What TEAMS_OPENID_METADATA_URL must be."""
        return f"{self.url}{CONFIGURATION}"

    @property
    def issuer(self) -> str:
        """Whom the configuration names."""
        return f"{self.elsewhere}{self._path}/issuer"

    @property
    def keys_path(self) -> str:
        """Where the keys are, on the other address."""
        return f"{self._path}/keys"

    @property
    def kid(self) -> str:
        """The id of the key that signs now."""
        return self._current.kid

    def rotates(self) -> None:
        """From now on another key signs, and the one before is shown no more."""
        name = "current" if self._current.private is not _named("current") else "next"
        self._current = Key.make(name, _CHANNEL, "webchat")

    def claims(self, app: str, service_url: str) -> Json:
        """What a token says."""
        now = int(time.time())
        return {
            "serviceurl": service_url,
            "nbf": now,
            "exp": now + HOUR,
            "iss": self.issuer,
            "aud": app,
        }

    def token(self, app: str, service_url: str) -> str:
        """One for what is sent to an app."""
        return self._current.sign(self.claims(app, service_url))

    def wrong(self, how: Wrong, app: str, service_url: str) -> str:
        """One that must be refused."""
        claims, now = self.claims(app, service_url), int(time.time())
        changes: dict[Wrong, Json] = {
            Wrong.EXPIRED: {"nbf": now - 2 * HOUR, "exp": now - HOUR},
            Wrong.EARLY: {"nbf": now + HOUR, "exp": now + 2 * HOUR},
            Wrong.AUDIENCE: {"aud": "00000000-0000-0000-0000-000000000000"},
            Wrong.ISSUER: {"iss": f"{self.elsewhere}/issuer"},
            Wrong.SERVICE_URL: {"serviceurl": f"{service_url.rstrip('/')}.evil.example/"},
        }
        for name in ("serviceurl", "exp"):
            missing = Wrong.NO_SERVICE_URL if name == "serviceurl" else Wrong.NO_EXPIRY
            if how is missing:
                del claims[name]
        return self._signed_wrongly(how, claims | changes.get(how, {}))

    def _signed_wrongly(self, how: Wrong, claims: Json) -> str:
        good = self._current
        if how is Wrong.UNKNOWN_KEY:
            return Key.make("stranger", _CHANNEL).sign(claims)
        if how is Wrong.NO_KEY:
            return jwt.encode(claims, good.private, "RS256")
        if how is Wrong.ENDORSEMENT:
            return self._other.sign(claims)
        if how is Wrong.NONE:
            return jwt.encode(claims, "", "none", headers={"kid": good.kid})
        if how is Wrong.HS256:
            return _with_secret(claims, good)
        token = good.sign(claims)
        if how is Wrong.SIGNATURE:
            head, body, signature = token.split(".")
            said = good.sign(claims | {"aud": claims["aud"], "more": 1}).split(".")[1]
            return f"{head}.{said if said != body else body[:-4]}.{signature}"
        return token

    # What is asked

    async def configuration(self, _: web.Request) -> web.StreamResponse:
        """The OpenID configuration."""
        self.asked["configuration"] += 1
        if self.down:
            return web.Response(status=503)
        told = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.elsewhere}/invalid",
            "jwks_uri": f"{self.elsewhere}{self.keys_path}",
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        }
        return web.json_response(told)

    async def keys(self, _: web.Request) -> web.StreamResponse:
        """The JWKS."""
        self.asked["keys"] += 1
        if self.down:
            return web.Response(status=503)
        return web.json_response({"keys": [self._other.told(), self._current.told()]})


def _named(name: str) -> object:
    return Key.make(name).private


def _with_secret(claims: Json, key: Key) -> str:
    """By hand: the library refuses to take a public key for a secret."""
    head = {"alg": "HS256", "typ": "JWT", "kid": key.kid}
    said = ".".join(_coded(json.dumps(each).encode()) for each in (head, claims))
    signature = hmac.digest(key.public_pem(), said.encode(), sha256)
    return f"{said}.{_coded(signature)}"


def _coded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
