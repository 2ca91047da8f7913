"""What `doctor` asks of Microsoft: whether each registration gets a token, whether the keys are
there that Teams signs with, whether the clocks agree; and whether replies were heard. Changes
nothing; a network that fails is a finding.
"""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar

from bot.platforms.teams.application import Application, Registration
from bot.platforms.teams.findings import OWN, Named, kept, of_address, of_refusal, of_replies
from bot.platforms.teams.heard import HEARD, MENTIONED
from bot.platforms.teams.keys import Keys
from bot.platforms.teams.registrations import Registrations
from bot.platforms.teams.tokens import Refused, Tokens
from bot.port import Finding, Memory, Unavailable

CLOSE, TOO_FAR = 60.0, 300.0  # seconds between two clocks: well, and when signatures are refused
MOST = 20  # registrations that are tried
_PATIENCE = ClientTimeout(total=10, connect=5)
_WAY = "Check this machine's way there (proxy, firewall, DNS), and"


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
        """Without a memory, only what the settings say. `clock` tells Unix seconds."""
        self._application = application
        self._memory = memory
        self._session = session
        self._clock = clock

    async def look(self) -> AsyncIterator[Finding]:
        """What is found."""
        app = self._application
        if app.unauthenticated:
            yield _open(app.registration)
        registrations = await self._registrations()
        if registrations or not app.unauthenticated:
            yield await self._keys()
            yield self._clocks(await self._date())
            async for finding in self._tokens(registrations):
                yield finding
            yield of_address(app.public_url)
        if self._memory is not None:
            heard = await self._memory.all(HEARD)
            for finding in of_replies(heard, await self._memory.all(MENTIONED)):
                yield finding

    async def _registrations(self) -> tuple[Registration, ...]:
        """The settings' first."""
        app = self._application
        if self._memory is None:
            return (app.registration,) if app.registration else ()
        return await Registrations(app, self._memory).all()

    async def _keys(self) -> Finding:
        url = self._application.openid_url
        advice = f"{_WAY} TEAMS_OPENID_METADATA_URL: until then all that Teams sends is refused."
        try:
            found = await Keys(self._session, url).read()
        except Unavailable as error:
            return Finding(False, "Teams' keys", str(error), advice)
        return Finding(found > 0, "Teams' keys", f"{found} at {url}", advice)

    def _clocks(self, date: str) -> Finding:
        try:
            theirs = parsedate_to_datetime(date).timestamp()
        except ValueError:
            return Finding(True, "Teams' clock", "not told")
        apart = abs(self._clock() - theirs)
        how = f"{apart:.0f} s apart"
        if apart > TOO_FAR:
            how += ": what Teams signs is refused, as it looks too old or too new"
        advice = "Set this machine's clock: let it take its time from a server (NTP)."
        return Finding(apart <= CLOSE, "Teams' clock", how, advice)

    async def _date(self) -> str:
        """What time it is there, "" where nobody says."""
        try:
            async with self._session.get(self._application.openid_url) as answer:
                return answer.headers.get("Date", "")
        except (ClientError, TimeoutError, OSError, ValueError):
            return ""

    async def _tokens(self, registrations: tuple[Registration, ...]) -> AsyncIterator[Finding]:
        url = self._application.token_url
        tokens = Tokens(self._session, url)
        for each in registrations[:MOST]:
            named = OWN if each == self._application.registration else kept(each.tenant)
            try:
                yield await _token(tokens, each, named)
            except Unavailable as error:
                how = f"not known: {error} ({url})"
                yield Finding(False, named.about, how, f"{_WAY} TEAMS_TOKEN_URL.")
                return  # the others would wait as long for the same


async def _token(tokens: Tokens, registration: Registration, named: Named) -> Finding:
    """Whether it gets one. Raises Unavailable."""
    try:
        await tokens.of(registration)
    except Refused as refused:
        return of_refusal(refused.code, named)
    how = f"{registration.client_id} gets a token in {registration.tenant}"
    return Finding(True, named.about, how)


def _open(registration: Registration | None) -> Finding:
    """Whoever is on this machine may speak as Teams."""
    about, how = "Teams, TEAMS_ALLOW_UNAUTHENTICATED", "whoever is on this machine speaks as Teams"
    advice = "Take it away: it is for trying with test clients, and people work here in earnest."
    return Finding(registration is None, about, how, advice)


@asynccontextmanager
async def examined(application: Application, memory: Memory | None) -> AsyncIterator[Examination]:
    """Teams, to be looked at until the end."""
    async with ClientSession(timeout=_PATIENCE, cookie_jar=DummyCookieJar()) as session:
        yield Examination(application, memory, session)
