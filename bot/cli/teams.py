"""`resolutionflow teams`: the verbs and their help. What they do is in bot/cli/tenants.py."""

import click


def _https(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Raises BadParameter."""
    if value is not None and not value.startswith("https://"):
        raise click.BadParameter("it must begin with https://, as Teams wants it.")
    return value


def _guid(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """As tokens write it. Raises BadParameter."""
    from bot.teams_settings import wrong_client_id, wrong_tenant

    if value is None:
        return None
    look = wrong_client_id if param.name == "client_id" else wrong_tenant
    if mistake := look(value.strip()):
        raise click.BadParameter(mistake)
    return value.strip().lower()


def _version(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Raises BadParameter."""
    parts = value.split(".") if value is not None else ["0"] * 3
    if len(parts) != 3 or not all(part.isascii() and part.isdecimal() for part in parts):
        raise click.BadParameter("it must be three numbers, for instance 1.0.1.")
    return value


@click.group()
def teams() -> None:
    """The Teams app: its package; the registrations of further tenants."""


@teams.command()
@click.option(
    "-o",
    "--output",
    default="resolutionflow-teams.zip",
    show_default=True,
    type=click.Path(dir_okay=False, allow_dash=True),
    help="Where it is written; - for standard output.",
)
@click.option("--tenant", callback=_guid, metavar="ID", help="For a tenant that was added.")
@click.option(
    "--website",
    callback=_https,
    metavar="URL",
    help="A page about whoever offers the app. Default: RESOLUTIONFLOW_URL.",
)
@click.option(
    "--privacy", callback=_https, metavar="URL", help="Their privacy statement. Default: --website."
)
@click.option(
    "--terms", callback=_https, metavar="URL", help="Their terms of use. Default: --website."
)
@click.option(
    "--app-version",
    callback=_version,
    metavar="X.Y.Z",
    help="Higher than the one that is there, for Teams to take it anew. Default: this program's.",
)
def package(
    *,
    output: str,
    tenant: str | None,
    website: str | None,
    privacy: str | None,
    terms: str | None,
    app_version: str | None,
) -> None:
    """Write the app's package, a zip with the manifest and the icons, to be uploaded to Teams.

    It is made for the registration that is set, or, with --tenant, for one that was added. The
    three pages are shown to whoever adds the app. The same app is the same file, byte for byte.

    \b
    Examples:
      resolutionflow teams package
      resolutionflow teams package --website https://acme.example --app-version 1.0.1
    """
    from bot.cli.tenants import Pages, write_package

    write_package(output, tenant, Pages(website, privacy, terms), app_version)


@teams.command()
@click.option("--client-id", callback=_guid, metavar="ID", help="“Application (client) ID”.")
@click.option("--tenant", callback=_guid, metavar="ID", help="“Directory (tenant) ID”.")
@click.option(
    "--secret-file",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Read the secret's “Value” from here instead of asking; - for standard input.",
)
@click.option("--unchecked", is_flag=True, help="Do not ask Entra whether it is right.")
def add(
    *, client_id: str | None, tenant: str | None, secret_file: str | None, unchecked: bool
) -> None:
    """Add the registration of a further tenant, or a new secret for one that was added.

    Asks for what is not given; the secret is never an argument, which others on this machine could
    read. Entra is asked whether it gives a token for it; then it is kept, encrypted. The first
    registration is the one in the settings: without that, Teams is off.

    \b
    Examples:
      resolutionflow teams add
      resolutionflow teams add --client-id ID --tenant ID --secret-file secret.txt
    """
    from bot.cli.tenants import add

    add(client_id, tenant, secret_file, checked=not unchecked)


@teams.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def listed(*, as_json: bool) -> None:
    """List the registrations: tenant, client id, and where it is from. Never a secret.

    \b
    Example:
      resolutionflow teams list
    """
    from bot.cli.tenants import listed

    listed(as_json=as_json)


@teams.command()
@click.argument("tenant", callback=_guid)
def remove(tenant: str) -> None:
    """Remove the registration that was added for a tenant. Its sessions stay; within a minute Teams
    is not heard there any more.

    \b
    Example:
      resolutionflow teams remove 11111111-2222-3333-4444-555555555555
    """
    from bot.cli.tenants import remove

    remove(tenant)
