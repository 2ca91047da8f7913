"""Tokens for the connector, as Entra gives them to an app that knows its secret
(learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow; errors:
learn.microsoft.com/entra/identity-platform/reference-error-codes).
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import uuid4

from aiohttp import web

from tests.teams.keys import Key
from tests.teams.world import Json, Tenant

SCOPE = "https://api.botframework.com/.default"
AUDIENCE = "https://api.botframework.com"
PATH = "/{tenant}/oauth2/v2.0/token"


@dataclass(frozen=True)
class Error(Exception):
    """Entra says no. `says` has the app and the tenant in it."""

    status: int
    error: str
    code: int
    says: str

    def body(self) -> Json:
        """As Entra answers it."""
        trace, correlation = str(uuid4()), str(uuid4())
        now = time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime())
        ids = f"Trace ID: {trace} Correlation ID: {correlation} Timestamp: {now}"
        return {
            "error": self.error,
            "error_description": f"AADSTS{self.code}: {self.says} {ids}",
            "error_codes": [self.code],
            "timestamp": now,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": f"https://login.microsoftonline.com/error?code={self.code}",
        }


class Entra:
    """Gives tokens, and knows those that it gave. `lives` is in seconds, `given` counts; `url` is
    where it is.
    """

    def __init__(self, tenants: Callable[[], Iterable[Tenant]]) -> None:
        self.url = ""
        self.lives = 3_599
        self.given = 0
        self.down = False
        self._tenants = tenants
        self._key = Key.make("entra")
        self._known: dict[str, tuple[str, float]] = {}

    @property
    def token_url(self) -> str:
        """What TEAMS_TOKEN_URL must be."""
        return f"{self.url}{PATH}"

    def app_of(self, token: str) -> str:
        """The app that holds a token which is good; "" for none."""
        app, until = self._known.get(token, ("", 0.0))
        return app if time.time() < until else ""

    def forgets(self) -> None:
        """No token that was given is good any more."""
        self._known.clear()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """POST /{tenant}/oauth2/v2.0/token"""
        if self.down:
            return web.Response(status=503)
        form = {name: str(value) for name, value in (await request.post()).items()}
        try:
            told = self._gives(request.match_info["tenant"], form)
        except Error as error:
            return web.json_response(error.body(), status=error.status)
        return web.json_response(told)

    def _gives(self, named: str, form: Mapping[str, str]) -> Json:
        tenant = next((t for t in self._tenants() if named in (t.id, t.name)), None)
        for name in ("grant_type", "client_id"):
            if not form.get(name):
                raise _missing(name)
        if form["grant_type"] != "client_credentials":
            raise Error(400, "unsupported_grant_type", 70003, "There is no such grant type.")
        if tenant is None:
            raise Error(400, "invalid_request", 90002, f"Tenant '{named}' not found.")
        app = tenant.app
        if form["client_id"] != app.client_id:
            says = f"Application with identifier '{form['client_id']}' was not found in '{named}'."
            raise Error(400, "unauthorized_client", 700016, says)
        _checked(form, app.client_id, app.secret)
        return self._given(tenant)

    def _given(self, tenant: Tenant) -> Json:
        now = int(time.time())
        claims = {
            "aud": AUDIENCE,
            "iss": f"https://sts.windows.net/{tenant.id}/",
            "iat": now,
            "nbf": now,
            "exp": now + self.lives,
            "appid": tenant.app.client_id,
            "tid": tenant.id,
            "uti": str(uuid4()),
        }
        token = self._key.sign(claims)
        self._known[token] = (tenant.app.client_id, time.time() + self.lives)
        self.given += 1
        told: Json = {"token_type": "Bearer", "expires_in": self.lives}
        return told | {"ext_expires_in": self.lives, "access_token": token}


def _checked(form: Mapping[str, str], app: str, secret: str) -> None:
    if not form.get("client_secret"):
        says = "The request body must contain: 'client_assertion' or 'client_secret'."
        raise Error(401, "invalid_client", 7000218, says)
    if form["client_secret"] != secret:
        says = f"Invalid client secret provided, for a secret added to app '{app}'."
        raise Error(401, "invalid_client", 7000215, says)
    if not form.get("scope"):
        raise _missing("scope")
    if form["scope"] != SCOPE:
        says = f"The scope {form['scope']} is not valid: it must be an app's, with /.default."
        raise Error(400, "invalid_scope", 1002012, says)


def _missing(name: str) -> Error:
    says = f"The request body must contain the following parameter: '{name}'."
    return Error(400, "invalid_request", 900144, says)
