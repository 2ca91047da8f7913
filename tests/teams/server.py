"""The server: the connector, Entra, the OpenID configuration, the keys and the files, in memory and
on one loop. `serving` runs it on two free ports: the keys are elsewhere.
"""

import json
import math
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from aiohttp import web

from tests.slack.clock import Clock
from tests.teams import entra, identity
from tests.teams.api_files import Drive
from tests.teams.calls import Call, Refused
from tests.teams.chat import Chat
from tests.teams.delivery import Delivery
from tests.teams.entra import Entra
from tests.teams.identity import Identity
from tests.teams.limits import Throttle, Trouble
from tests.teams.people import Person
from tests.teams.routes import ROUTES, Route
from tests.teams.rules import Refusal
from tests.teams.world import Json, Registration, Tenant

LATE = 1.0  # seconds that a slow Teams takes
_FLAKY = (412, 502, 504)
_NAME = re.compile(r"\{[^}]*\}")
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_EMPTY = {"message": "Authorization has been denied for this request."}


class Teams:
    """All of it: tenants, each with its app; everybody there.

    chat       `channel(name)`, `user(name)`, `direct(user)`, `message(id)`, `watch()`,
               `until(find, seconds)`, `versions`; whoever acts there, and in `chat.seats`, is asked
               no questions
    delivery   `bot_url`, `patience`, `waits`, `log`, `settled()`, `reachable()`, `again`, `raw`
    identity   `configuration_url`, `token`, `wrong(how, …)`, `rotates()`
    entra      `token_url`, `lives`, `forgets()`
    drive      `lives`, `got`
    calls      (method, path, body) of each call, in order; `counts` by route, as
               "POST /v3/conversations/{}/activities"
    refused    what was wrong with what the bot sent or answered: `serving` fails for it at the end
    """

    def __init__(
        self, *, clock: Clock | None = None, bot_url: str = "", all_messages: bool = True
    ) -> None:
        self.clock = clock or Clock()
        self.identity = Identity()
        self.delivery = Delivery(self.identity, self.refuses, bot_url)
        self.chat = Chat(self.clock, self.delivery, all_messages=all_messages)
        self.entra = Entra(lambda: self.chat.tenants.values())
        self.drive = Drive(self)
        self.throttle = Throttle(self.clock)
        self.trouble: Trouble | None = None
        self.calls: list[tuple[str, str, Json]] = []
        self.counts: Counter[str] = Counter()
        self.refused: list[str] = []
        self.people: dict[tuple[str, str], Person] = {}
        self._flaky: list[int] = []

    @property
    def url(self) -> str:
        """Where it is."""
        return self.chat.url

    @property
    def service_url(self) -> str:
        """What TEAMS_SERVICE_URL must be, where no conversation tells one."""
        return self.chat.service_url

    @property
    def tenant(self) -> Tenant:
        """The first one, Acme."""
        return self.chat.tenant

    @property
    def app(self) -> Registration:
        """Its app registration."""
        return self.chat.tenant.app

    def settings(self, tenant: Tenant | None = None) -> dict[str, str]:
        """The product's, by their variables."""
        app = (tenant or self.tenant).app
        return {
            "TEAMS_CLIENT_ID": app.client_id,
            "TEAMS_CLIENT_SECRET": app.secret,
            "TEAMS_TENANT_ID": app.tenant,
            "TEAMS_OPENID_METADATA_URL": self.identity.configuration_url,
            "TEAMS_TOKEN_URL": self.entra.token_url,
            "TEAMS_SERVICE_URL": self.service_url,
        }

    def person(self, name: str, tenant: Tenant | None = None) -> Person:
        """Somebody at their client: sam, kim, vic, ada (owns the teams), gus (a guest)."""
        tenant = tenant or self.tenant
        made = Person(self, tenant, self.chat.user(name, tenant))
        return self.people.setdefault((tenant.id, name), made)

    def adds_tenant(self, name: str) -> Tenant:
        """A new tenant with an app of its own: the same people, the same channels."""
        return self.chat.founds(name)

    def breaks(self, trouble: Trouble | None) -> None:
        """From now on it is in that trouble; None: in none."""
        self.trouble = trouble
        self._flaky = [*_FLAKY] if trouble is Trouble.FLAKY else []

    def refuses(self, found: list[Refusal]) -> None:
        """The bot did something that real Teams refuses."""
        self.refused += [str(each) for each in found]

    @contextmanager
    def allowing(self) -> Iterator[list[str]]:
        """What is refused meanwhile is meant to be: it is in the list afterwards."""
        before, self.refused = self.refused, []
        found = self.refused
        try:
            yield found
        finally:
            self.refused = before

    def application(self) -> web.Application:
        """What answers at the first address."""
        app = web.Application(client_max_size=64 * 1_024**2)
        for region in ("/amer", "/teams"):  # the one of conversations, and the one for all
            for route in ROUTES:
                app.router.add_route(route.method, f"{region}{route.path}", self._answering(route))
        app.router.add_post(entra.PATH, self.entra.answer)
        app.router.add_get(identity.CONFIGURATION, self.identity.configuration)
        app.router.add_get("/files/{file}", self.drive.download)
        app.router.add_put("/uploads/{file}", self.drive.upload)
        app.router.add_route("*", "/{rest:.*}", _nothing)
        return app

    def elsewhere(self) -> web.Application:
        """What answers at the other one."""
        app = web.Application()
        app.router.add_get(self.identity.keys_path, self.identity.keys)
        return app

    # Answering

    def _answering(self, route: Route) -> _Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            self.delivery.works(+1)
            try:
                return await self._answer(route, request)
            finally:
                self.delivery.works(-1)

        return answer

    async def _answer(self, route: Route, request: web.Request) -> web.StreamResponse:
        self.counts[f"{route.method} {_NAME.sub('{}', route.path)}"] += 1
        if self.trouble is Trouble.DOWN or self._flaky:
            return _failed(self._flaky.pop(0) if self._flaky else 502)
        if self.trouble is Trouble.BUSY and (wait := self.throttle.one_a_second()):
            return _throttled(wait)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        found = [t.app for t in self.chat.tenants.values()]
        app = next((a for a in found if a.client_id == self.entra.app_of(token)), None)
        if app is None:
            return web.json_response(_EMPTY, status=401)
        place = request.match_info.get("conversation", "").partition(";")[0]
        if wait := self.throttle.count(route.counted, place, app.client_id):
            return _throttled(wait)
        answer = await self._done(route, request, app)
        if self.trouble is Trouble.SLOW:
            await self.clock.sleep(LATE)
        return _failed(502) if self.trouble is Trouble.MUMBLES else answer

    async def _done(
        self, route: Route, request: web.Request, app: Registration
    ) -> web.StreamResponse:
        body: Any = None
        try:
            body = _read(await request.read())
            self.calls.append((route.method, request.path, body))
            told = await route.does(Call(self, app, request.match_info, request.query, body))
        except Refused as error:
            return web.json_response(error.body, status=error.status)
        if isinstance(told, web.StreamResponse):
            return told
        if told is None:
            return web.Response(status=route.status)
        return web.json_response(told, status=route.status)


def _read(said: bytes) -> Any:
    if not said:
        return None
    try:
        return json.loads(said)
    except ValueError as error:
        raise Refused("BadSyntax") from error


def _throttled(wait: float) -> web.Response:
    """A number of whole seconds, as in HTTP."""
    body = Refused("Throttled").body
    headers = {"Retry-After": str(math.ceil(wait))}
    return web.json_response(body, status=429, headers=headers)


def _failed(status: int) -> web.Response:
    if status == 412:
        return web.json_response(Refused("PreconditionFailed").body, status=412)
    return web.Response(status=status, text="<html>Bad Gateway</html>", content_type="text/html")


async def _nothing(_: web.Request) -> web.StreamResponse:
    return web.json_response({"message": "No HTTP resource was found."}, status=404)


@asynccontextmanager
async def serving(teams: Teams, port: int = 0) -> AsyncIterator[Teams]:
    """Serve it on this machine until the end; afterwards nothing of it runs. Fails where the bot
    did what real Teams refuses.
    """
    runners = [
        web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        for app in (teams.application(), teams.elsewhere())
    ]
    try:
        addresses = [await _listens(each, at) for each, at in zip(runners, (port, 0), strict=True)]
        teams.chat.url = teams.entra.url = teams.identity.url = addresses[0]
        teams.identity.elsewhere = addresses[1]
        yield teams
    finally:
        await teams.delivery.close()
        for each in runners:
            await each.cleanup()
    assert not teams.refused, "\n".join(teams.refused)


async def _listens(runner: web.AppRunner, port: int) -> str:
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return f"http://127.0.0.1:{runner.addresses[0][1]}"
