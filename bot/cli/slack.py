"""`resolutionflow slack`: the app's manifest, and a link with which somebody installs it."""

import json
from typing import TYPE_CHECKING

import click

from bot.cli.endings import Refused

if TYPE_CHECKING:
    from bot.composition import Product
    from bot.settings import Settings

_ONCE = "Open it within ten minutes, once. Whoever installs the app there becomes an admin here."


def _address(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Raises BadParameter."""
    from bot.settings import address_for_others

    try:
        return None if value is None else address_for_others(value)
    except ValueError as error:
        example = "https://flow.example.com"
        raise click.BadParameter(f"it must begin with https://, for instance {example}.") from error


@click.group()
def slack() -> None:
    """The Slack app: its manifest, a link that installs it."""


@slack.command()
@click.option("--url", callback=_address, help="Where Slack reaches us, instead of what is set.")
@click.option(
    "--socket/--http",
    default=None,
    help="How events come. Default: by HTTP where there is an address, else by Socket Mode.",
)
@click.option("--rotation", is_flag=True, help="Tokens end after 12 hours and are renewed (OAuth).")
@click.option("--json/--yaml", "as_json", default=False, help="How it is printed. Default: YAML.")
def manifest(*, url: str | None, socket: bool | None, rotation: bool, as_json: bool) -> None:
    """Print what “Create an app from a manifest” at api.slack.com/apps takes.

    Without an address of ours (RESOLUTIONFLOW_URL, or --url) it is for Socket Mode. Slack cannot
    switch --rotation off again.

    \b
    Examples:
      resolutionflow slack manifest
      resolutionflow slack manifest --url https://flow.example.com --rotation
    """
    from bot.platforms.slack.manifest import Wanted
    from bot.platforms.slack.manifest import manifest as made
    from bot.settings import read_settings

    settings = read_settings()
    if socket is None:  # whoever has a token for a socket uses one, unless they say where
        socket = not (url or settings.public_url) or bool(settings.slack_app_token and not url)
    url = settings.public_url if url is None else url
    if not socket and not url:
        raise click.UsageError("--http needs an address: give --url, or set RESOLUTIONFLOW_URL.")
    if rotation and socket:
        raise click.UsageError("--rotation needs --http: tokens that are renewed come by OAuth.")
    app = made(Wanted(url, socket, rotation))
    if as_json:
        click.echo(json.dumps(app, indent=2, ensure_ascii=False))
        return
    import yaml

    click.echo(yaml.safe_dump(app, sort_keys=False, allow_unicode=True, width=100), nl=False)


@slack.command("install-link")
def install_link() -> None:
    """Get the address at which somebody installs the app in their workspace, by OAuth.

    It carries a code: the workspace is linked to your account, and whoever installs the app is its
    admin. Needs no role, like `admin recover`.

    \b
    Example:
      resolutionflow slack install-link
    """
    from bot.app.installing import issue_installation_code
    from bot.cli.product import with_product
    from bot.platforms.slack.surface import INSTALL_PATH
    from bot.settings import read_settings

    address = _installs_at(read_settings()) + INSTALL_PATH

    async def use(product: "Product") -> str:
        return await issue_installation_code(product.desk)

    click.echo(f"{address}?code={with_product(use)}")
    click.echo(_ONCE, err=True)


def _installs_at(settings: "Settings") -> str:
    """Where people install the app. Raises Refused."""
    if settings.slack is None or not settings.slack.client_id:
        raise Refused(
            "Set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET first: that is how several workspaces"
            " install the app. For one workspace, its bot token is enough."
        )
    return settings.public_url or settings.own_url
