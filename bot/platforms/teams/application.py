"""How Teams is reached: one of our registrations, if one is set, and Microsoft's addresses."""

from dataclasses import field

from core.frozen import frozen

OPENID_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
TOKEN_URL = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"  # noqa: S105 - no secret
SERVICE_URL = "https://smba.trafficmanager.net/teams"


@frozen
class Registration:
    """An app registration in Entra, of one tenant: its bot is known to Teams by `client_id`."""

    client_id: str
    client_secret: str = field(repr=False)
    tenant: str


@frozen
class Application:
    """What the settings say. `token_url` names a tenant by `{tenant}`; `service_url` is where the
    connector answers as long as no conversation has told another.

    `unauthenticated`: whoever is on this machine may speak as Teams.
    """

    registration: Registration | None
    openid_url: str = OPENID_URL
    token_url: str = TOKEN_URL
    service_url: str = SERVICE_URL
    unauthenticated: bool = False
    public_url: str = ""
