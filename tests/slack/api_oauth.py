"""Installing, rotating and revoking: oauth.v2.*, auth.revoke, apps.uninstall
(docs.slack.dev/authentication/installing-with-oauth and .../using-token-rotation).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from aiohttp import web

from tests.slack.app import ROTATED
from tests.slack.calls import Call, Grant, Refused
from tests.slack.world import Json

if TYPE_CHECKING:
    from tests.slack.server import Slack

CODE = 600.0  # seconds that a code is good for


@dataclass
class Code:
    """What an installer brings back from the authorize page."""

    team: str
    user: str
    scopes: frozenset[str]
    redirect: str
    made: float
    used: bool = False


async def authorize(request: web.Request, slack: "Slack") -> web.StreamResponse:
    """/oauth/v2/authorize: whoever the test says installs it, or declines."""
    query, app = request.query, slack.app
    if query.get("client_id") != app.client_id:
        return web.Response(status=400, text="Invalid client_id parameter")
    redirect = query.get("redirect_uri") or (app.redirects[0] if app.redirects else "")
    if not redirect or (app.redirects and not redirect.startswith(app.redirects)):
        return web.Response(status=400, text="redirect_uri did not match any configured URIs")
    back = {"state": query["state"]} if "state" in query else {}
    if slack.declines:
        raise web.HTTPFound(f"{redirect}?{urlencode({'error': 'access_denied', **back})}")
    scopes = frozenset(filter(None, query.get("scope", "").split(",")))
    team = slack.teams[slack.installs_into]
    admin = next(each for each in team.users.values() if each.is_admin)
    code = slack.secret()
    slack.codes[code] = Code(team.id, admin.id, scopes, redirect, slack.clock.now())
    raise web.HTTPFound(f"{redirect}?{urlencode({'code': code, **back})}")


async def access(call: Call) -> Json:
    """oauth.v2.access: a code, or a refresh token, for a token"""
    _client(call)
    if call.text("grant_type", "authorization_code") == "refresh_token":
        return _refreshed(call)
    slack, code = call.slack, call.slack.codes.get(call.text("code"))
    if code is None or code.used or slack.clock.now() - code.made > CODE:
        raise Refused("invalid_code")
    if call.args.get("redirect_uri", code.redirect) != code.redirect:
        raise Refused("bad_redirect_uri")
    code.used = True
    team = slack.teams[code.team]
    team.installed, team.scopes = True, team.scopes | code.scopes
    grant = slack.grants(team, code.scopes)
    return _told(call, grant) | {"authed_user": {"id": code.user}}


async def exchange(call: Call) -> Json:
    """oauth.v2.exchange: a token that lives for ever for one that rotates"""
    _client(call)
    slack, grant = call.slack, call.slack.tokens.get(call.text("token"))
    if not slack.app.rotation:
        raise Refused("token_rotation_not_enabled")
    if grant is None or grant.revoked:
        raise Refused("invalid_token")
    if grant.expires:
        raise Refused("token_already_exchanged")
    grant.revoked = True
    return _told(call, slack.grants(slack.teams[grant.team], grant.scopes))


def _refreshed(call: Call) -> Json:
    """A refresh token is good for once; and, for a short grace, once more."""
    slack, asked, now = call.slack, call.text("refresh_token"), call.slack.clock.now()
    if not slack.app.rotation:
        raise Refused("token_rotation_not_enabled")
    found = [each for each in slack.tokens.values() if each.refresh == asked]
    used, old = slack.spent.get(asked, (now, found[0] if found else None))
    if old is None or now - used > slack.app.grace or (not found and not slack.app.grace):
        raise Refused("invalid_refresh_token")
    team = slack.teams[old.team]
    if not team.installed:
        raise Refused("invalid_refresh_token")
    old.refresh = ""
    slack.spent.setdefault(asked, (now, old))
    grant = slack.grants(team, old.scopes)
    _at_most_two(call, old.team)
    return _told(call, grant)


def _at_most_two(call: Call, team: str) -> None:
    """The old token goes on until it expires; of more than two that are alive, the oldest ends."""
    now = call.slack.clock.now()
    ours = [each for each in call.slack.tokens.values() if (each.team, each.kind) == (team, "bot")]
    alive = [each for each in ours if not each.revoked and each.expires > now]
    for each in alive[:-2]:
        each.revoked = True


def _told(call: Call, grant: Grant) -> Json:
    team, whole = call.slack.teams[grant.team], call.slack.installs_everywhere
    told: Json = {
        "app_id": call.slack.app.id,
        "authed_user": {},
        "scope": ",".join(sorted(grant.scopes)),
        "token_type": "bot",
        "access_token": grant.token,
        "bot_user_id": team.bot.id,
        "team": None if whole else {"id": team.id, "name": team.name},
        "enterprise": {"id": "E0000001", "name": "Acme Group"} if whole else None,
        "is_enterprise_install": whole,
    }
    if grant.expires:
        told |= {"refresh_token": grant.refresh, "expires_in": ROTATED}
    return told


def _client(call: Call) -> None:
    """The app shows who it is: as a form, or in the header."""
    id, secret = call.basic
    id = id or call.text("client_id", "")
    secret = secret or call.text("client_secret", "")
    if id != call.slack.app.client_id:
        raise Refused("invalid_client_id")
    if secret != call.slack.app.client_secret:
        raise Refused("bad_client_secret")


async def revoke(call: Call) -> Json:
    """auth.revoke"""
    if not call.flag("test"):
        call.grant.revoked = True
        call.team.event("tokens_revoked", {"tokens": {"oauth": [], "bot": [call.team.bot.id]}})
    return {"revoked": not call.flag("test")}


async def uninstall(call: Call) -> Json:
    """apps.uninstall"""
    app = call.slack.app
    if (call.text("client_id"), call.text("client_secret")) != (app.client_id, app.client_secret):
        raise Refused("client_id_token_mismatch")
    call.slack.uninstalls(call.team)
    return {}
