"""What `doctor` asks of Slack: whose the tokens are and what they may do, whether the clocks agree,
whether Slack finds us, which events never came. Changes nothing; a network that fails is a finding.
"""

import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import field
from email.utils import parsedate_to_datetime
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.heard import Heard
from bot.platforms.slack.installation import KIND, Application, Installation
from bot.platforms.slack.surface import APP_SCOPE, EVENTS, PATH, SCOPES
from bot.port import Finding, Memory
from core.frozen import frozen

CLOSE, TOO_FAR = 60.0, 300.0  # seconds between two clocks: well, and when signatures are refused
MOST = 20  # installations that are asked for
_PATIENCE = ClientTimeout(total=10, connect=5)
_SILENT, _BUSY = "silent", "ratelimited"
_PATIENT = "not known: Slack was asked too often; look again in a minute"
_SOCKET_ADVICE: Mapping[str, str] = {
    "missing_scope": f"Make an app-level token with the scope {APP_SCOPE}, for SLACK_APP_TOKEN.",
    "socket_mode_not_enabled": "Switch Socket Mode on in the app's settings.",
}
_COPY = (
    "Install the app in the workspace again, and copy its “Bot User OAuth Token” into"
    " SLACK_BOT_TOKEN."
)
_AGAIN = (
    "Let somebody install the app in that workspace again: `resolutionflow slack install-link`."
)


@frozen
class _Told:
    """What Slack said. `error` is its name for why not, or ours where it was not reached."""

    said: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    error: str = ""

    @property
    def reached(self) -> bool:
        """Whether it was Slack that said it."""
        return self.error != _SILENT


class Examination:
    """Implements bot.port.Checkup."""

    def __init__(
        self,
        application: Application,
        memory: Memory | None,
        session: ClientSession,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Without a memory, only what Slack says. `clock` tells Unix seconds."""
        self._application = application
        self._memory = memory
        self._heard = Heard(memory) if memory is not None else None
        self._session = session
        self._clock = clock

    async def look(self) -> AsyncIterator[Finding]:
        """What is found."""
        app = self._application
        bot = await self._ask(app.token, "auth.test")  # without a token it says what time it is
        if not bot.reached:
            advice = "Check this machine's way there (proxy, firewall, DNS), and SLACK_API_URL."
            yield Finding(False, "Slack", f"does not answer at {app.url}", advice)
        else:
            yield self._clocks(bot)
        if app.token and bot.reached:
            for finding in _token(bot, "Slack token", _COPY):
                yield finding
        if app.app_token and bot.reached:
            yield await self._socket(bot)
        if app.client_id or not app.app_token:
            yield self._address()
        if app.token and not bot.error:
            async for finding in self._events(str(bot.said["team_id"]), "Slack events"):
                yield finding
        if self._memory is not None:
            async for finding in self._installed(self._memory, asking=bot.reached):
                yield finding

    def _clocks(self, told: _Told) -> Finding:
        try:
            theirs = parsedate_to_datetime(_header(told.headers, "date")).timestamp()
        except ValueError:
            return Finding(True, "Slack's clock", "not told")
        apart = abs(self._clock() - theirs)
        how = f"{apart:.0f} s apart"
        if apart > TOO_FAR:
            how += ": what Slack signs is refused, as it looks old"
        advice = "Set this machine's clock: let it take its time from a server (NTP)."
        return Finding(apart <= CLOSE, "Slack's clock", how, advice)

    async def _socket(self, bot: _Told) -> Finding:
        """The app's own token: whether it opens a connection, and is of the same app."""
        about = "Slack app token"
        opened = await self._ask(self._application.app_token, "apps.connections.open")
        if opened.error == _BUSY:
            return Finding(True, about, _PATIENT)
        if opened.error:
            advice = "Copy the app's “App-Level Token” into SLACK_APP_TOKEN."
            advice = _SOCKET_ADVICE.get(opened.error, advice)
            return Finding(False, about, f"refused: {opened.error}", advice)
        ours = await self._ask(self._application.app_token, "auth.test")
        theirs = await self._ask(
            self._application.token, "bots.info", bot=str(bot.said.get("bot_id", ""))
        )
        apps = ours.said.get("app_id"), theirs.said.get("bot", {}).get("app_id")
        if all(apps) and apps[0] != apps[1]:
            advice = "Copy SLACK_APP_TOKEN and SLACK_BOT_TOKEN from the same app."
            return Finding(False, about, "of another app than the bot's token", advice)
        return Finding(True, about, "opens a connection")

    def _address(self) -> Finding:
        """Where Slack sends what it signs."""
        app, about = self._application, "Slack over HTTP"
        if not app.signing_secret:
            advice = "Copy the app's “Signing Secret” into SLACK_SIGNING_SECRET."
            return Finding(False, about, "what Slack sends cannot be told from others'", advice)
        if not app.public_url:
            advice = "Set RESOLUTIONFLOW_URL to the https address at which Slack reaches us."
            return Finding(False, about, "our own address is not known", advice)
        advice = "Slack sends to https only: set RESOLUTIONFLOW_URL to such an address."
        fine = app.public_url.startswith("https://")
        return Finding(fine, about, f"expected at {app.public_url}{PATH}", advice)

    async def _events(self, workspace: str, about: str) -> AsyncIterator[Finding]:
        """What must have come, since the bot's own messages are told too."""
        if self._heard is None:
            return
        heard, places = await self._heard.of(workspace), await self._heard.places(workspace)
        if not places:
            yield Finding(True, about, "not known: the bot has posted nothing lately")
            return
        never = _never(heard, places)
        if not never:
            yield Finding(True, about, "they come")
            return
        names = " and ".join(never)
        how = f"the bot has posted, and no {' or '.join(never)} came"
        if not heard:
            how = "the bot has posted, and not one event came"
            names = f"all {len(EVENTS)} of `resolutionflow slack manifest`"
        advice = f"Subscribe the app to the bot events: {names}; then install it again."
        yield Finding(False, about, how, advice)

    async def _installed(self, memory: Memory, *, asking: bool) -> AsyncIterator[Finding]:
        """The workspaces that installed the app by OAuth."""
        kept = map(Installation.loads, (await memory.all(KIND)).values())
        found = [each for each in kept if each is not None]
        if not found and not self._application.client_id:
            return
        how = f"{len(found)} by OAuth" if found else "none by OAuth yet"
        yield Finding(True, "Slack workspaces", how)
        for each in found[:MOST] if asking else ():
            about = f"Slack in {each.name}"
            if 0 < each.until < self._clock():
                yield Finding(True, about, "its token has ended; it is renewed when it is needed")
                continue
            for finding in _token(await self._ask(each.token, "auth.test"), about, _AGAIN):
                yield finding
            async for finding in self._events(each.workspace, f"{about}, events"):
                yield finding

    async def _ask(self, token: str, method: str, **asked: str) -> _Told:
        client = AsyncWebClient(token or None, self._application.url, session=self._session)
        verb = "POST" if method == "apps.connections.open" else "GET"
        try:
            answer = await client.api_call(method, http_verb=verb, params=asked)
        except SlackApiError as error:
            headers = getattr(error.response, "headers", None) or {}
            if getattr(error.response, "status_code", 200) >= 500:
                return _Told(error=_SILENT)
            return _Told(headers=headers, error=str(error.response.get("error", "refused")))
        except (SlackClientError, ClientError, TimeoutError, OSError, ValueError):
            return _Told(error=_SILENT)
        return _Told(answer.data if isinstance(answer.data, dict) else {}, answer.headers)


def _token(told: _Told, about: str, advice: str) -> Iterator[Finding]:
    """Whose a bot's token is, and what it may not do."""
    if told.error == _BUSY:
        yield Finding(True, about, _PATIENT)
        return
    if told.error:
        yield Finding(False, about, f"refused: {told.error}", advice)
        return
    yield Finding(True, about, f"{told.said.get('team')}, as {told.said.get('user')}")
    scopes = {each.strip() for each in _header(told.headers, "x-oauth-scopes").split(",")} - {""}
    missing = [scope for scope in SCOPES if scopes and scope not in scopes]
    for scope in missing:
        add = f"Add {scope} to the app's bot token scopes, and install the app again."
        yield Finding(False, f"{about}, {scope}", f"missing; cannot {SCOPES[scope]}", add)
    if scopes and not missing:
        yield Finding(True, f"{about}, scopes", f"all {len(SCOPES)}")


def _never(heard: set[str], places: set[str]) -> list[str]:
    """The events of which one at least must have come, since the bot has posted there."""
    channels = {"message.channels", "message.groups"}
    never: list[str] = []
    if places & {"C", "G"} and not heard & channels:
        never += sorted(channels)
    if "D" in places and "message.im" not in heard:
        never.append("message.im")
    return never


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), "")


@asynccontextmanager
async def examined(application: Application, memory: Memory | None) -> AsyncIterator[Examination]:
    """Slack, to be looked at until the end."""
    async with ClientSession(timeout=_PATIENCE, cookie_jar=DummyCookieJar()) as session:
        yield Examination(application, memory, session)
