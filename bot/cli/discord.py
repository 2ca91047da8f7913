"""`resolutionflow discord`: the address that takes the bot into a server; its commands there."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import click

from bot.cli.endings import Refused

if TYPE_CHECKING:
    from bot.platforms.discord.calls import Calls
    from bot.settings import Settings

_T = TypeVar("_T")
_WRONG = (
    "Discord refuses the token. On the app's page “Bot” (discord.com/developers/applications) reset"
    " it, and set DISCORD_BOT_TOKEN to the new one."
)
_SHUT = (
    "Discord does not let the app register commands there. Open the address of"
    " `resolutionflow discord invite` in that server again."
)
_SLOW = "Clients that are open may take up to an hour to show it."


@click.group()
def discord() -> None:
    """The Discord app: the address that takes it into a server, its commands."""


@discord.command()
def invite() -> None:
    """Print the address at which an admin of a server takes the bot in.

    Below it: what the bot may do there, and what for. Opening the address again, in a server that
    has the bot, grants what is missing.

    \b
    Example:
      resolutionflow discord invite
    """
    from bot.platforms.discord.invite import address, reasons
    from bot.platforms.discord.surface import permissions
    from bot.settings import read_settings

    click.echo(address(_application_id(read_settings())))
    click.echo(f"\nPermissions: {permissions()}")
    for line in reasons():
        click.echo(f"  {line}")


@discord.command()
@click.option("--guild", "guild", metavar="ID", help="In this server, where it is seen at once.")
@click.option("--everywhere", is_flag=True, help="In every server that has the bot.")
def sync(*, guild: str | None, everywhere: bool) -> None:
    """Register /flow and what is in the menu of a message, if that has changed.

    Without an option: where it is registered already, else in the server that is set
    (DISCORD_GUILD_ID) or the only one the bot is in.

    \b
    Examples:
      resolutionflow discord sync
      resolutionflow discord sync --everywhere
    """
    from bot.settings import read_settings

    if guild is not None and everywhere:
        raise click.UsageError("Give --guild or --everywhere, not both.")
    if guild is not None and not (guild.isascii() and guild.isdecimal()):
        raise click.BadParameter("it must be a server's id, a number.", param_hint="--guild")
    settings = read_settings()
    asked = "" if everywhere else guild
    wanted = settings.discord_guild_id
    for line in _asking(settings, lambda calls: _registered(calls, asked, wanted)):
        click.echo(line)


async def _registered(calls: "Calls", asked: str | None, wanted: str) -> list[str]:
    """What was done, in lines. Raises Refused, a PlatformError."""
    from bot.platforms.discord.commands import register
    from bot.platforms.discord.guilds import Unclear

    try:
        done = await register(calls, await _own_id(calls), asked, wanted)
    except Unclear as error:
        raise Refused(str(error)) from error
    where = f"in {done.where} (at once)" if done.where else f"everywhere. {_SLOW}"
    lines = [f"Registered: {_names()}, {where}" if done.changed else "Nothing has changed."]
    if done.cleared:
        lines.append(f"Taken away where they were twice: {', '.join(done.cleared)}")
    return lines


def _names() -> str:
    from bot.platforms.discord.surface import FLOW, NOTE, START, SUBCOMMANDS

    return f"/{FLOW} with {len(SUBCOMMANDS)} commands, “{NOTE}”, “{START}”"


def _application_id(settings: "Settings") -> str:
    """Asked of Discord; where that does not answer, told by the token. Raises Refused."""
    from bot.platforms.discord.invite import application_of

    told = application_of(settings.discord_bot_token)
    try:
        return _asking(settings, _own_id)
    except _Silent:
        if told is None:
            raise
        return told


async def _own_id(calls: "Calls") -> str:
    return str((await calls.call("GET", "/applications/@me"))["id"])


def _asking(settings: "Settings", use: Callable[["Calls"], Awaitable[_T]]) -> _T:
    """What Discord says. Raises Refused."""
    from bot.cli.product import run
    from bot.connecting import discord_application
    from bot.logs import configure
    from bot.platforms.discord.calls import Rejected, talking
    from bot.port import PlatformError, Unauthorized

    found = settings.discord
    if found is None:
        raise Refused("Set DISCORD_BOT_TOKEN first: the app's page “Bot” shows it once.")
    application = discord_application(found)
    configure(settings, stderr=False)

    async def whole() -> _T:
        async with talking(application) as calls:
            try:
                await calls.me()
            except Unauthorized as error:
                raise Refused(_WRONG) from error
            return await use(calls)

    try:
        return run(whole())
    except Unauthorized as error:
        raise Refused(_SHUT) from error
    except Rejected as error:
        raise Refused(f"Discord does not take the commands: {error}") from error
    except PlatformError as error:
        raise _Silent(f"Discord does not answer at {found.api_url}: try again.") from error


class _Silent(Refused):
    """Discord does not answer now."""
