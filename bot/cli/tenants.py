"""What `teams` does: write the app's package; keep, list and remove registrations of tenants."""

import json
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import urlsplit

import click

from bot.cli.endings import Refused
from bot.cli.product import with_product
from bot.composition import Product
from bot.connecting import teams_application
from bot.platforms.teams.application import Registration
from bot.platforms.teams.calls import talking
from bot.platforms.teams.findings import kept, of_refusal
from bot.platforms.teams.manifest import Wanted
from bot.platforms.teams.package import package, version
from bot.platforms.teams.registrations import Registrations
from bot.platforms.teams.surface import NAME
from bot.platforms.teams.tokens import Refused as NoToken
from bot.platforms.teams.tokens import Tokens
from bot.port import Unavailable
from bot.settings import Settings, read_settings
from bot.teams_settings import TeamsSettings, wrong_client_id, wrong_client_secret, wrong_tenant
from core.frozen import frozen

_T = TypeVar("_T")
_OFF = (
    "Teams is off. Set TEAMS_CLIENT_ID, TEAMS_CLIENT_SECRET and TEAMS_TENANT_ID first: they are the"
    " first registration; the README says where they come from."
)
_UPLOAD = (
    "Upload it: Teams admin center, “Teams apps”, “Manage apps”, “Upload new app”; or in Teams"
    " “Apps”, “Manage your apps”, “Upload an app”."
)
_SECRET = 10_000  # characters of a file with a secret, at most


@frozen
class Pages:
    """What is shown to whoever adds the app; None for the default."""

    website: str | None
    privacy: str | None
    terms: str | None


def write_package(output: str, tenant: str | None, pages: Pages, number: str | None) -> None:
    """Write it, and say what to do with it. Raises Refused, UsageError."""
    settings = read_settings()
    wanted = _wanted(settings, _client(settings, tenant), pages, number or version())
    try:
        with click.open_file(output, "wb") as opened:
            opened.write(package(wanted))
    except OSError as error:
        raise Refused(f"{output} cannot be written: {error.strerror}.") from error
    name = "The package" if output == "-" else output
    click.echo(f"{name}: ResolutionFlow {wanted.version}, for {wanted.client_id}.", err=True)
    click.echo(_UPLOAD, err=True)


def add(
    client_id: str | None, tenant: str | None, secret_file: str | None, *, checked: bool
) -> None:
    """Keep a registration. Raises Refused, UsageError."""
    settings = read_settings()
    if settings.teams is None:
        raise Refused(_OFF)
    new = _given(client_id, tenant, secret_file)
    if settings.teams.tenant == new.tenant:
        raise Refused("That is the tenant of the settings: change TEAMS_CLIENT_SECRET there.")
    url = settings.teams.token_url if checked else None

    async def use(registrations: Registrations) -> Registration | None:
        before = await registrations.of_tenant(new.tenant)
        other = await registrations.of_client(new.client_id)
        if other is not None and other.tenant != new.tenant:
            raise Refused(f"{new.client_id} is that of {other.tenant}: make one for each tenant.")
        if url is not None:
            await _check(url, new)
        await registrations.keep(new)
        return before

    _tell(new, _with_registrations(settings, use))


def listed(*, as_json: bool) -> None:
    """Print all registrations."""
    settings = read_settings()
    own = settings.teams.client_id if settings.teams else ""

    async def use(registrations: Registrations) -> tuple[Registration, ...]:
        return await registrations.all()

    rows = [
        {
            "tenant": each.tenant,
            "client_id": each.client_id,
            "from": "settings" if each.client_id == own else "added",
        }
        for each in _with_registrations(settings, use)
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
    else:
        for row in rows:
            click.echo("  ".join(row.values()))
    if settings.teams is None:
        click.echo(_OFF, err=True)


def remove(tenant: str) -> None:
    """Forget what was kept for a tenant. Raises Refused."""
    settings = read_settings()

    async def use(registrations: Registrations) -> bool:
        return await registrations.forget(tenant)

    if not _with_registrations(settings, use):
        if settings.teams and settings.teams.tenant == tenant:
            raise Refused("That is the tenant of the settings: take TEAMS_CLIENT_ID away there.")
        raise Refused(_NONE.format(tenant))
    click.echo(f"Removed: the registration of {tenant}.")


def _wanted(settings: Settings, client_id: str, pages: Pages, number: str) -> Wanted:
    """Raises UsageError."""
    secure = settings.public_url if settings.public_url.startswith("https://") else ""
    website = pages.website or secure
    if not website:
        raise click.UsageError(
            "Teams shows a page about whoever offers the app: give --website, or set"
            " RESOLUTIONFLOW_URL to the https address at which Teams reaches us."
        )
    domain = urlsplit(secure).hostname or ""
    privacy, terms = pages.privacy or website, pages.terms or website
    return Wanted(client_id, number, website, privacy, terms, domain)


def _client(settings: Settings, tenant: str | None) -> str:
    """For which registration the app is. Raises Refused."""
    own = settings.teams
    if own is not None and own.client_id and tenant in (None, own.tenant):
        return own.client_id
    if tenant is None:
        raise Refused(_OFF)

    async def use(registrations: Registrations) -> Registration | None:
        return await registrations.of_tenant(tenant)

    found = _with_registrations(settings, use)
    if found is None:
        raise Refused(_NONE.format(tenant))
    return found.client_id


def _given(client_id: str | None, tenant: str | None, file: str | None) -> Registration:
    """What was given, and for the rest somebody is asked. Raises Refused, UsageError."""
    complete = client_id and tenant and file
    if not complete and (file == "-" or not sys.stdin.isatty()):
        given = "--client-id, --tenant and --secret-file"
        raise click.UsageError(f"Without a terminal to ask at, give {given}.")
    client_id = client_id or _asked("Application (client) ID", wrong_client_id)
    tenant = tenant or _asked("Directory (tenant) ID", wrong_tenant)
    secret = _read(file) if file else click.prompt("Its secret", hide_input=True)
    if mistake := wrong_client_secret(secret.strip()):
        raise Refused(f"The secret is not right: {mistake}")
    return Registration(client_id, secret.strip(), tenant)


def _with_registrations(settings: Settings, use: Callable[[Registrations], Awaitable[_T]]) -> _T:
    async def whole(product: Product) -> _T:
        memory = product.storage.memories.of(NAME)
        application = teams_application(settings, settings.teams or TeamsSettings())
        return await use(Registrations(application, memory))

    return with_product(whole)


async def _check(url: str, registration: Registration) -> None:
    """Whether Entra gives a token for it. Raises Refused."""
    async with talking() as session:
        try:
            await Tokens(session, url).of(registration)
        except NoToken as error:
            why = of_refusal(error.code, kept(registration.tenant))
            raise Refused(f"Not kept. Entra gives no token: {why.how}. {why.advice}") from error
        except Unavailable as error:
            how = f"{error} ({url})"
            raise Refused(f"Not kept. {how}: try again, or give --unchecked.") from error


def _asked(what: str, wrong: Callable[[str], str | None]) -> str:
    def read(value: str) -> str:
        if mistake := wrong(value.strip()):
            raise click.BadParameter(mistake)
        return value.strip().lower()

    asked: str = click.prompt(what, value_proc=read)
    return asked


def _read(file: str) -> str:
    """A secret from a file, or from standard input (-). Raises Refused."""
    try:
        with click.open_file(file, encoding="utf-8") as opened:
            text: str = opened.read(_SECRET)
            return text
    except UnicodeDecodeError as error:
        raise Refused(f"{file} is no text.") from error
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror}.") from error


def _tell(new: Registration, before: Registration | None) -> None:
    if before is None:
        click.echo(f"Kept: {new.client_id}, for {new.tenant}.")
    elif before.client_id == new.client_id:
        click.echo(f"Kept: a new secret of {new.client_id}, for {new.tenant}.")
    else:
        click.echo(f"Kept: {new.client_id}, for {new.tenant}. It replaces {before.client_id}.")
    if before is None or before.client_id != new.client_id:
        click.echo(_NEXT.format(new.tenant), err=True)


_NONE = "There is no registration for {}. See `resolutionflow teams list`."
_NEXT = (
    "Next: `resolutionflow teams package --tenant {}`, and upload the package there. Then"
    " `resolutionflow admin link` gives a code: write “link” and the code to ResolutionFlow there."
)
