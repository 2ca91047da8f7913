"""What is wrong with a registration, with our address and with what is heard, and what to do about
it. Nothing is asked here (see `examine`).
"""

from collections import Counter
from collections.abc import Collection, Iterator

from bot.platforms.teams.places import Kind
from bot.platforms.teams.surface import PATH, PERMISSIONS
from bot.port import Finding
from core.frozen import frozen

PACKAGE = "resolutionflow teams package"
ADD = "resolutionflow teams add"
_CHANNELS = ("@thread.tacv2", "@thread.skype")  # how the ids of channels, and so of teams, end
_PLACES = {
    Kind.CHANNEL: ("channels", "ChannelMessage.Read.Group"),
    Kind.GROUP: ("group chats", "ChatMessage.Read.Chat"),
}
_SECRETS = "under “Certificates & secrets” of the app registration"
_ANYTHING = "Compare client id, tenant and secret with the app registration in the Azure portal."
_APPS = "Under “Enterprise applications” in the Entra admin center"


@frozen
class Named:
    """A registration as people know it: where it is told of, and how each part is changed."""

    about: str
    client: str
    tenant: str
    secret: str


OWN = Named(
    "Teams registration",
    "set TEAMS_CLIENT_ID to",
    "set TEAMS_TENANT_ID to",
    "set TEAMS_CLIENT_SECRET to",
)


def kept(tenant: str) -> Named:
    """One that was added for a tenant."""
    again = f"run `{ADD}` again, with"
    return Named(f"Teams in {tenant}", again, again, again)


def of_refusal(code: str, named: Named) -> Finding:
    """Entra gave no token; `code` is its number for why, or a word of OAuth's.

    https://learn.microsoft.com/entra/identity-platform/reference-error-codes
    """
    how, advice = _refusals(named).get(code, (f"refused: {code or 'without a reason'}", ""))
    more = f"https://login.microsoftonline.com/error?code={code.removeprefix('AADSTS')}"
    looked_up = f"Look it up: {more}" if code.startswith("AADSTS") else _ANYTHING
    told = f"{how} ({code})" if advice else how
    return Finding(False, named.about, told, advice or looked_up)


def _refusals(named: Named) -> dict[str, tuple[str, str]]:
    secret = f"Make a new one {_SECRETS}, and {named.secret} its “Value”"
    tenant = f"Look at the app registration, and {named.tenant} its “Directory (tenant) ID”."
    client = f"Look at the app registration, and {named.client} its “Application (client) ID”"
    enabled = f"{_APPS} open the app, “Properties”, and let it be enabled for users to sign in."
    return {
        "AADSTS7000215": ("its secret is wrong", f"{secret}, not the “Secret ID” beside it."),
        "AADSTS7000222": ("its secret has expired", f"{secret}."),
        "AADSTS7000218": ("its secret is missing", f"{secret}."),
        "AADSTS700016": (
            "no such app in that tenant",
            f"{client}; the tenant must be its own too.",
        ),
        "AADSTS90002": ("no such tenant", tenant),
        "AADSTS900023": ("no such tenant", tenant),
        "AADSTS7000112": ("the app is switched off in its tenant", enabled),
        "AADSTS7000229": (
            "the app is registered, and not present in its tenant",
            f"{_APPS} it must be listed: make the Azure Bot of this very registration.",
        ),
        "AADSTS53003": (
            "a Conditional Access policy keeps it out",
            "Let an admin of the tenant exclude the app from policies for workload identities.",
        ),
    }


def of_address(url: str) -> Finding:
    """Where Teams sends what people do; `url` is our address for others, "" where none is set."""
    about = "Teams over HTTPS"
    if not url:
        advice = "Set RESOLUTIONFLOW_URL to the https address at which Teams reaches us."
        return Finding(False, about, "our own address is not known", advice)
    advice = "Teams sends to https only: set RESOLUTIONFLOW_URL to such an address."
    how = f"expected at {url}{PATH}, the Azure Bot's “Messaging endpoint”"
    return Finding(url.startswith("https://"), about, how, advice)


def of_replies(heard: Collection[str], mentioned: Collection[str]) -> Iterator[Finding]:
    """Whether replies without a mention come: the conversations where some did, and those where
    there was a mention.
    """
    whole, others = Counter(map(_kind, heard)), Counter(map(_kind, {*mentioned} - {*heard}))
    for kind, (name, permission) in _PLACES.items():
        about = f"Teams, replies in {name}"
        if whole[kind]:
            more = f"; of {others[kind]} only mentions so far" if others[kind] else ""
            yield Finding(True, about, f"all are heard of {whole[kind]}{more}")
        elif others[kind]:
            how = f"only mentions were heard so far; cannot {PERMISSIONS[permission]}"
            yield Finding(False, about, how, _consent(permission))
        else:
            yield Finding(True, about, "not known: nobody has written to the bot there yet")


def _kind(place: str) -> Kind:
    return Kind.CHANNEL if place.endswith(_CHANNELS) else Kind.GROUP


def _consent(permission: str) -> str:
    return (
        f"Write something there without a mention. If it stays so: upload the package of"
        f" `{PACKAGE}` again, and let an owner there add the app anew and accept {permission}."
    )
