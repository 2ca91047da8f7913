"""Installing by OAuth: /slack/install sends people to Slack, which sends them back with a code for
a token. The order of it is Bolt's (state, cookie, code); what is kept is in our memory.

What a link to us carried (the code that joins the workspace to an account) travels with the state.
https://docs.slack.dev/authentication/installing-with-oauth
"""

import math
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import structlog
from slack_bolt import BoltResponse
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.oauth.async_callback_options import (
    AsyncCallbackOptions,
    AsyncFailureArgs,
    AsyncSuccessArgs,
)
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models.installation import Installation as Granted
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.logs import new_reference
from bot.loopback import is_loopback
from bot.platforms.slack import pages
from bot.platforms.slack.calls import Rejected
from bot.platforms.slack.installations import Installation, Installations
from bot.platforms.slack.pages import Page
from bot.platforms.slack.surface import INSTALL_PATH, REDIRECT_PATH, SCOPES
from bot.platforms.slack.visits import Visits
from bot.port import Memory, PlatformError, Unauthorized
from core.frozen import frozen

LASTS = timedelta(minutes=10)  # a state does
_STATE = "state"  # as which the memory keeps them
_CODE = 100  # characters of a code that are kept
_COOKIE = "resolutionflow-slack-install"
_NAMES = {"localhost", "127.0.0.1", "[::1]"}  # of this machine, as a browser writes them
Welcome = Callable[
    [Installation, str, str], Awaitable[None]
]  # with a code, and a state as its name
_log = structlog.get_logger(__name__)


class States(AsyncOAuthStateStore):
    """The states of one visit, each good for once. `code` is what the link to us carried."""

    def __init__(self, memory: Memory, code: str = "") -> None:
        """A visit that begins with `code`, or that ends: then it is found with its state."""
        self._memory = memory
        self.code = code

    async def async_issue(self, *args: Any, **kwargs: Any) -> str:
        """A new state."""
        state = secrets.token_urlsafe(24)
        await self._memory.keep(_STATE, state, self.code, lasts=LASTS)
        return state

    async def async_consume(self, state: str) -> bool:
        """Whether a state was issued and not used before; of several at once, one has it."""
        found = await self._memory.take(_STATE, state)
        self.code = found or ""
        return found is not None


class Grants(AsyncInstallationStore):
    """Keeps what Slack granted where we keep installations. Finding them is `Installations`'s."""

    def __init__(self, installations: Installations) -> None:
        """`installations` is where."""
        self._installations = installations
        self.saved: Installation | None = None

    async def async_save(self, installation: Granted) -> None:
        """Remember it, as what Slack says of its token. Raises a PlatformError."""
        known = await self._installations.examined(installation.bot_token or "")
        self.saved = replace(
            known,
            scopes=",".join(installation.bot_scopes or ()),
            installer=installation.user_id,
            renewal=installation.bot_refresh_token or "",
            until=float(installation.bot_token_expires_at or 0),
        )
        await self._installations.remember(self.saved)


class _NotInstalled(Exception):
    """Ends a visit with a page."""

    def __init__(self, page: Page) -> None:
        super().__init__(page.title)
        self.page = page


@frozen
class _Visit:
    """Somebody who installs us, on one of the two pages."""

    flow: "_Flow"
    states: States
    grants: Grants


class _Flow(AsyncOAuthFlow):
    """Bolt's, with our calls and our pages."""

    def __init__(self, settings: AsyncOAuthSettings, installations: Installations) -> None:
        super().__init__(settings=settings)
        self._installations = installations

    async def build_authorize_url(self, state: str, request: AsyncBoltRequest) -> str:
        """Where Slack asks whether to install us."""
        asked = {
            "client_id": self.settings.client_id,
            "scope": ",".join(self.settings.scopes or ()),
            "redirect_uri": self.settings.redirect_uri or "",
            "state": state,
        }
        return f"{self.settings.authorization_url}?{urlencode(asked)}"

    async def run_installation(self, code: str) -> Granted:
        """What Slack grants for the code. Raises _NotInstalled, PlatformError."""
        try:
            found = await self._installations.exchanged(code, self.settings.redirect_uri or "")
        except (Unauthorized, Rejected) as error:
            _log.warning("slack-not-installed", why=str(error))
            raise _NotInstalled(pages.REFUSED) from error
        if found.get("is_enterprise_install") or not found.get("team"):
            raise _NotInstalled(pages.WHOLE_ORGANISATION)
        return Granted(
            team_id=found["team"]["id"],
            bot_token=found["access_token"],
            bot_scopes=found.get("scope", ""),
            bot_refresh_token=found.get("refresh_token"),
            bot_token_expires_in=found.get("expires_in"),
            user_id=(found.get("authed_user") or {}).get("id", ""),
        )


class Installing:
    """The two pages."""

    def __init__(self, installations: Installations, memory: Memory, welcome: Welcome) -> None:
        """`welcome` says hello to whoever has installed us. Raises nothing."""
        self._installations = installations
        self._memory = memory
        self._welcome = welcome
        self._begun, self._ended = Visits(), Visits()

    def doors(self) -> list[Route]:
        """Where people come."""
        return [
            Route(INSTALL_PATH, self.install, methods=["GET"]),
            Route(REDIRECT_PATH, self.redirected, methods=["GET"]),
        ]

    async def install(self, request: Request) -> Response:
        """On the way to Slack."""
        return await self._safely(request, self._install, self._begun)

    async def redirected(self, request: Request) -> Response:
        """Back from Slack."""
        return await self._safely(request, self._redirected, self._ended)

    async def _install(self, request: Request) -> Response:
        code = request.query_params.get("code", "")[:_CODE]
        visit = self._visit(request, code)
        asked = to_async_bolt_request(request, b"")
        return to_starlette_response(await visit.flow.handle_installation(asked))

    async def _redirected(self, request: Request) -> Response:
        visit = self._visit(request)
        asked = to_async_bolt_request(request, b"")
        answer = to_starlette_response(await visit.flow.handle_callback(asked))
        if visit.grants.saved is not None:
            state = request.query_params.get("state", "")
            await self._welcome(visit.grants.saved, visit.states.code, state)
        return answer

    def _visit(self, request: Request, code: str = "") -> _Visit:
        """Raises _NotInstalled."""
        app = self._installations.application
        states, grants = States(self._memory, code), Grants(self._installations)
        settings = AsyncOAuthSettings(
            client_id=app.client_id,
            client_secret=app.client_secret,
            scopes=sorted(SCOPES),
            user_scopes=(),
            redirect_uri=_back(app.public_url, request) + REDIRECT_PATH,
            install_path=INSTALL_PATH,
            install_page_rendering_enabled=False,
            redirect_uri_path=REDIRECT_PATH,
            callback_options=AsyncCallbackOptions(_succeeded, _failed),
            authorization_url=app.authorize_url,
            installation_store=grants,
            state_store=states,
            state_cookie_name=_COOKIE,
            state_expiration_seconds=int(LASTS.total_seconds()),
        )
        return _Visit(_Flow(settings, self._installations), states, grants)

    async def _safely(
        self, request: Request, page: Callable[[Request], Awaitable[Response]], visits: Visits
    ) -> Response:
        """A page for a person, whatever happens."""
        if (wait := visits.wait()) > 0:
            return pages.crowded(math.ceil(wait)).response()
        try:
            return await page(request)
        except _NotInstalled as ended:
            return ended.page.response()
        except PlatformError as error:
            _log.warning("slack-not-installed", why=str(error))
            return pages.UNREACHABLE.response()
        except Exception as error:
            reference = new_reference()
            _log.error("slack-install-failed", ref=reference, exc_info=error)
            return pages.broken(reference).response()


def _back(public_url: str, request: Request) -> str:
    """Our address, to which Slack sends people back: the one that is set; else, on this machine
    only, the one that the browser used. Anybody can send us another Host. Raises _NotInstalled.
    """
    if public_url:
        return public_url
    host = request.headers.get("host", "")
    name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
    if name in _NAMES and request.client is not None and is_loopback(request.client.host):
        return f"http://{host}"
    raise _NotInstalled(pages.NO_ADDRESS)


async def _succeeded(args: AsyncSuccessArgs) -> BoltResponse:
    store = args.settings.installation_store
    assert isinstance(store, Grants)
    assert store.saved is not None
    # The cookie stays for its ten minutes: who reloads this page is told that it was used.
    return pages.installed(store.saved.name, store.saved.workspace).bolt()


async def _failed(args: AsyncFailureArgs) -> BoltResponse:
    return pages.FAILURES.get(args.reason, pages.REFUSED).bolt()
