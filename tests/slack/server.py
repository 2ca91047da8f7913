"""The server: the Web API under /api/, response_urls, uploads, files, sockets and the authorize
page, in memory and on one loop. `serving` runs it on a free port.
"""

import base64
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from tests.slack import api_files, api_oauth
from tests.slack.app import ROTATED, app_of
from tests.slack.calls import Call, Grant, Refused, needs
from tests.slack.clock import Clock
from tests.slack.delivery import Delivery
from tests.slack.limits import Throttle, Trouble
from tests.slack.methods import METHODS
from tests.slack.people import Person
from tests.slack.team import Team
from tests.slack.triggers import ResponseUrl, Triggers, refused
from tests.slack.world import File, Ids, Json, Message

LATE = 1.0  # seconds that a slow Slack takes
_NOBODY = Grant("", "none", "", frozenset())
_JSON_ARGUMENTS = ("blocks", "view", "metadata", "files", "attachments", "unfurls")


class Slack:
    """All of it: one app, its workspaces, its tokens."""

    def __init__(
        self, manifest: Json | None = None, *, clock: Clock | None = None, pace: float = 1.0
    ) -> None:
        self.ids = Ids()
        self.clock = clock or Clock(pace)
        self.app = app_of(manifest, self.ids.next("A"))
        self.delivery = Delivery(self.app, self.clock, self.ids)
        self.throttle = Throttle(self.clock)
        self.triggers = Triggers(self.clock)
        self.trouble: Trouble | None = None
        self.teams: dict[str, Team] = {}
        self.tokens: dict[str, Grant] = {}
        self.codes: dict[str, Any] = {}
        self.spent: dict[str, tuple[float, Grant]] = {}  # refresh tokens, and when they were used
        self.uploads: dict[str, File] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.people: dict[tuple[str, str], Person] = {}
        self.calls: list[tuple[str, Json]] = []
        self.declines = False
        self.url = ""
        self.team = self.workspace("Acme")
        self.installs_into = self.team.id
        self.installs_everywhere = False  # for a whole organisation
        self.bot_token = self.grants(self.team, self.app.scopes).token
        app_scopes = frozenset({"connections:write"})
        self.tokens[self.app.token] = Grant(self.app.token, "app", self.team.id, app_scopes)

    @property
    def api_url(self) -> str:
        """What SLACK_API_URL must be."""
        return f"{self.url}/api/"

    def workspace(self, name: str) -> Team:
        """A new workspace: the same people and channels in each."""
        team = Team(name, self.app, self.delivery, self.clock, self.ids)
        self.teams[team.id] = team
        people = [
            team.joins("sam", "Sam"),
            team.joins("kim", "Kim"),
            team.joins("vic", "Vic"),
            team.joins("ada", "Ada", is_admin=True),
            team.joins("gus", "Gus", is_restricted=True),
        ]
        for name in ("support", "network"):
            team.opens(name, [*people, team.bot])
        team.opens("general", people)
        team.opens("cellar", people[:2], private=True)
        return team

    def person(self, name: str, team: Team | None = None) -> Person:
        """Somebody at their client."""
        team = team or self.team
        return self.people.setdefault((team.id, name), Person(self, team, team.user(name)))

    def secret(self) -> str:
        """Something that nobody can guess."""
        return secrets.token_hex(12)

    def grants(self, team: Team, scopes: frozenset[str]) -> Grant:
        """A new token of the bot's; it rotates where the app wants that."""
        head = "xoxe.xoxb-1-" if self.app.rotation else "xoxb-"
        grant = Grant(f"{head}{secrets.token_hex(16)}", "bot", team.id, scopes)
        if self.app.rotation:
            grant.expires = self.clock.now() + ROTATED
            grant.refresh = f"xoxe-1-{secrets.token_hex(16)}"
        self.tokens[grant.token] = grant
        return grant

    def uninstalls(self, team: Team) -> None:
        """The app leaves a workspace, and its tokens with it."""
        for grant in self.tokens.values():
            if grant.team == team.id and grant.kind == "bot":
                grant.revoked, grant.refresh = True, ""
        team.uninstalls({"oauth": [], "bot": [team.bot.id]})

    def response_url(
        self, team: Team, channel: str, user: str, original: Message | None = None
    ) -> str:
        """An address at which this act of somebody can be answered."""
        id = self.secret()
        at = self.clock.now()
        self.response_urls[id] = ResponseUrl(team, channel, user, at, original)
        return f"{self.url}/actions/{team.id}/{id}"

    def application(self) -> web.Application:
        """What answers."""
        app = web.Application(client_max_size=64 * 1024**2)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/actions/{team}/{id}", self._response)
        app.router.add_post("/upload/v1/{ticket}", self._upload)
        app.router.add_get("/files-pri/{id}/{secret}/{name}", self._file)
        app.router.add_get("/link/", self.delivery.sockets.accept)
        app.router.add_get("/oauth/v2/authorize", self._authorize)
        return app

    async def _api(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        args, token, basic = await _read(request)
        grant = self.tokens.get(token, _NOBODY)
        if waits := self._troubled(grant.team):
            return waits
        call = Call(self, name, args, grant, basic)
        self.calls.append((name, args))
        headers = {"x-oauth-scopes": ",".join(sorted(grant.scopes))}
        try:
            answer = {"ok": True, **await self._done(call, token)}
        except Refused as error:
            if error.error == "ratelimited":
                return _limited(error.more["seconds"])
            answer = {"ok": False, "error": error.error, **error.more}
        return await self._answered(request, answer, headers)

    async def _done(self, call: Call, token: str) -> Json:
        method = METHODS.get(call.method)
        if method is None:
            raise Refused("unknown_method", req_method=call.method)
        if method.tokens:
            self._known(call.grant, token, method.tokens)
        channel = str(call.args.get("channel", ""))
        seconds = self.throttle.wait(call.grant.team, call.method, method.most, channel)
        if seconds:
            raise Refused("ratelimited", seconds=seconds)
        if method.tokens:
            needs(call.grant, method.scopes)
        return await method.handler(call)

    def _known(self, grant: Grant, token: str, kinds: tuple[str, ...]) -> None:
        if not token:
            raise Refused("not_authed")
        if grant is _NOBODY:
            raise Refused("invalid_auth")
        if grant.revoked:
            raise Refused(
                "token_revoked" if self.teams[grant.team].installed else "account_inactive"
            )
        if grant.expires and self.clock.now() > grant.expires:
            raise Refused("token_expired")
        if grant.kind not in kinds:
            raise Refused("not_allowed_token_type")

    def _troubled(self, team: str) -> web.Response | None:
        match self.trouble:
            case Trouble.DOWN:
                return web.Response(status=503, text="Service Unavailable")
            case Trouble.BUSY:
                seconds = self.throttle.one_a_second(team)
                return _limited(seconds) if seconds else None
            case _:
                return None

    async def _answered(
        self, request: web.Request, answer: Json, headers: dict[str, str]
    ) -> web.StreamResponse:
        """The answer, unless it gets lost."""
        if self.trouble is Trouble.SLOW:
            await self.clock.sleep(LATE)
        if self.trouble is Trouble.MUMBLES and request.transport is not None:
            request.transport.close()
        return web.json_response(answer, headers=headers)

    async def _response(self, request: web.Request) -> web.StreamResponse:
        found = self.response_urls.get(request.match_info["id"])
        if found is None:
            return web.json_response({"ok": False, "error": "invalid_url"}, status=404)
        if waits := self._troubled(found.team.id):
            return waits
        body = await request.json()
        self.calls.append(("response_url", body))
        try:
            found.answer(body, self.clock.now())
        except Refused as error:
            return refused(error)
        return await self._answered(request, {"ok": True}, {})

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        return self._troubled("upload") or await api_files.put_bytes(request, self.uploads)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """A file's bytes for who shows a token; others are sent to sign in."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        grant = self.tokens.get(token, _NOBODY)
        if grant.revoked or "files:read" not in grant.scopes:
            raise web.HTTPFound(f"{self.url}/?redir=files")
        file = self.teams[grant.team].files.get(request.match_info["id"])
        if file is None or file.deleted or file.secret != request.match_info["secret"]:
            return web.Response(status=404)
        return web.Response(body=file.content, content_type=file.mimetype)

    async def _authorize(self, request: web.Request) -> web.StreamResponse:
        return await api_oauth.authorize(request, self)


async def _read(request: web.Request) -> tuple[Json, str, tuple[str, str]]:
    """A call's arguments, its token, and the name and password of its header."""
    args: Json = dict(request.query)
    body = await request.read()
    if request.content_type == "application/json":
        args |= json.loads(body) if body else {}
    elif request.content_type == "multipart/form-data":
        args |= {name: str(value) for name, value in (await request.post()).items()}
    else:
        args |= dict(parse_qsl(body.decode(), keep_blank_values=True))
    for name in _JSON_ARGUMENTS:
        if isinstance(args.get(name), str) and args[name][:1] in ("[", "{"):
            args[name] = json.loads(args[name])
    header = request.headers.get("Authorization", "")
    basic = ("", "")
    if header.startswith("Basic "):
        id, _, secret = base64.b64decode(header[6:]).decode().partition(":")
        basic = (id, secret)
    token = header.removeprefix("Bearer ") if header.startswith("Bearer ") else ""
    return args, token or str(args.get("token", "")), basic


def _limited(seconds: int) -> web.Response:
    body = {"ok": False, "error": "ratelimited"}
    return web.json_response(body, status=429, headers={"Retry-After": str(seconds)})


@asynccontextmanager
async def serving(slack: Slack, port: int = 0) -> AsyncIterator[Slack]:
    """Serve it on this machine until the end; afterwards nothing of it runs."""
    runner = web.AppRunner(slack.application(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    slack.url = slack.app.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield slack
    finally:
        await slack.delivery.close()
        await runner.cleanup()
