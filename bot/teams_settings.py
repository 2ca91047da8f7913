"""How Teams is reached, as it was set: the values, and what does not fit together. Nobody is asked
here.
"""

import re
from dataclasses import field

from core.frozen import frozen

OPENID_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
TOKEN_URL = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"  # noqa: S105 - no token
SERVICE_URL = "https://smba.trafficmanager.net/teams"

_GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_EVERYBODY = ("common", "organizations", "consumers")  # what Entra calls tenants of all kinds


@frozen
class TeamsSettings:
    """What was set; empty where nothing was.

    The three that begin with client and tenant are one registration, whose tenant belongs to the
    first account. `openid_url` says whose signatures count, `token_url` (with `{tenant}` in it, or
    without) is where our tokens come from, `service_url` where we call as long as no conversation
    said another. `unauthenticated`: local test clients need no token.
    """

    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    tenant: str = ""
    openid_url: str = OPENID_URL
    token_url: str = TOKEN_URL
    service_url: str = SERVICE_URL
    unauthenticated: bool = False


def is_configured(teams: TeamsSettings) -> bool:
    """Whether anything was set that is for Teams alone."""
    return bool(teams.client_id or teams.client_secret or teams.tenant or teams.unauthenticated)


def wrong(teams: TeamsSettings) -> str | None:
    """What is wrong with what was set, in one line that names the variable; None if nothing is."""
    given = {
        "TEAMS_CLIENT_ID": (teams.client_id, wrong_client_id),
        "TEAMS_CLIENT_SECRET": (teams.client_secret, wrong_client_secret),
        "TEAMS_TENANT_ID": (teams.tenant, wrong_tenant),
    }
    there = [name for name, (value, _) in given.items() if value]
    for name, (value, look) in given.items():
        if there and not value:
            return f"{name} is missing: {there[0]} needs it. {_WHERE[name]}"
        if value and (mistake := look(value)):
            return f"{name} is not right: {mistake}"
    return None


def wrong_client_id(value: str) -> str | None:
    """What is wrong with it, and where the right one is shown; None if nothing is."""
    if is_guid(value):
        return None
    return f"it must be a GUID. {_WHERE['TEAMS_CLIENT_ID']}"


def wrong_client_secret(value: str) -> str | None:
    """As `wrong_client_id`."""
    where = _WHERE["TEAMS_CLIENT_SECRET"]
    if is_guid(value):
        return f"it must be the secret's “Value”; that is the “Secret ID” beside it. {where}"
    if any(map(str.isspace, value)) or not value.isascii():
        return f"it must be the secret alone. {where}"
    return None


def wrong_tenant(value: str) -> str | None:
    """As `wrong_client_id`."""
    where = _WHERE["TEAMS_TENANT_ID"]
    if value.casefold() in _EVERYBODY:
        return f"it must be one tenant: Microsoft makes no new bots for all of them. {where}"
    if not is_guid(value):
        named = ", and not its domain" if "." in value else ""
        return f"it must be the tenant's GUID{named}. {where}"
    return None


def is_guid(value: str) -> bool:
    """Whether it is one, as Microsoft writes them."""
    return _GUID.fullmatch(value) is not None


_WHERE = {
    "TEAMS_CLIENT_ID": (
        "The app registration shows it in the Azure portal as “Application (client) ID”."
    ),
    "TEAMS_CLIENT_SECRET": (
        "The app registration shows it under “Certificates & secrets” in the column “Value”, once,"
        " when it is made."
    ),
    "TEAMS_TENANT_ID": "The app registration shows it as “Directory (tenant) ID”.",
}
