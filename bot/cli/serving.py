"""What `up`, `web` and `worker` do: logs, the loop, and the lines that say what to do next."""

import shutil
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import click
import structlog

from bot.cli.endings import Refused
from bot.cli.product import at_terminal, run
from bot.composition import Product
from bot.keys import make_keys
from bot.logs import configure
from bot.serving import Part, serve
from bot.settings import Playground, Settings, read_settings
from bot.web.listener import PortTaken

_NEXT = """\
ResolutionFlow is up.
  {browser}
  Walk a flow, in another terminal:  {command} walk vpn-down
  Stop:                              Ctrl-C   (log: {log})
"""
_WITH_PLAYGROUND = "Open {address}/playground and type /flow vpn"
_WITHOUT = "In the browser:                    {address}"


def up() -> None:
    """All parts; what happens is told to the person at the terminal, the log goes to its file."""
    settings = read_settings()
    _log_to_file(settings)
    make_keys(settings)
    click.echo("Starting ResolutionFlow …", err=True)

    def ready(product: Product, address: str | None) -> None:
        plays = settings.playground is not Playground.OFF
        browser = (_WITH_PLAYGROUND if plays else _WITHOUT).format(address=address)
        command, log = called_as(), settings.log_file
        click.echo(_NEXT.format(browser=browser, command=command, log=log), nl=False)
        sys.stdout.flush()

    everything = serve(
        settings, {Part.WEB, Part.WORKER}, ready=ready, installer=at_terminal(), say=_say
    )
    _run(everything)
    click.echo("Stopped.", err=True)


def part(which: Part) -> None:
    """One part; the log goes to stderr."""
    settings = read_settings()
    configure(settings)

    def ready(product: Product, address: str | None) -> None:
        structlog.get_logger().info("ready", part=which, address=address)

    _run(serve(settings, {which}, ready=ready))


def called_as() -> str:
    """How to call this program again from here."""
    here = Path(sys.argv[0]).absolute()
    on_path = shutil.which("resolutionflow")
    if here.name != "resolutionflow" or (on_path and Path(on_path).absolute() == here):
        return "resolutionflow"
    below = here.is_relative_to(Path.cwd())
    return str(here.relative_to(Path.cwd()) if below else here)


def _say(lines: str) -> None:
    click.echo(lines)
    sys.stdout.flush()


def _run(everything: Coroutine[Any, Any, None]) -> None:
    try:
        run(everything)
    except PortTaken as error:
        raise Refused(str(error)) from error
    except BaseExceptionGroup as several:
        raise _first(several) from several


def _first(several: BaseExceptionGroup[BaseException]) -> BaseException:
    """The error behind a group of them."""
    error: BaseException = several
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _log_to_file(settings: Settings) -> None:
    try:
        configure(settings, file=settings.log_file, stderr=False)
    except OSError:  # the database will say better what is wrong with the directory
        configure(settings)
