"""How Teams is reached: one of our registrations, if one is set, and Microsoft's addresses."""

from dataclasses import field

from core.frozen import frozen


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
    openid_url: str
    token_url: str
    service_url: str
    unauthenticated: bool = False
    public_url: str = ""
