"""The command `resolutionflow`: its verbs, loaded only when called, so that --help is quick."""

import os
import sys
from importlib import import_module

import click

from bot.cli.endings import BUG, DATABASE, PROBLEM, USAGE

_VERBS = {
    "up": ("bot.cli.up:up", "Bring everything up in one process: database, web, worker."),
    "walk": ("bot.cli.walk:walk", "Walk through a flow here in the terminal."),
    "flows": ("bot.cli.flows:flows", "Check, import, export, list, clone, publish flows."),
    "doctor": ("bot.cli.doctor:doctor", "Look at everything, and say what to do."),
    "migrate": ("bot.cli.migrate:migrate", "Bring the database's schema up to date."),
    "web": ("bot.cli.parts:web", "Run the web part alone."),
    "worker": ("bot.cli.parts:worker", "Run the worker alone."),
    "admin": ("bot.cli.admin:admin", "Members, link codes, recovery, failed jobs."),
    "slack": ("bot.cli.slack:slack", "The Slack app: its manifest, a link that installs it."),
    "discord": ("bot.cli.discord:discord", "The Discord app: its address, its commands."),
    "teams": ("bot.cli.teams:teams", "The Teams app: its package, tenants it is for."),
    "bench": ("bot.bench.command:bench", "Measure this product beside others."),
}
_EPILOG = f"""\b
Ends with
  0    all right
  {PROBLEM}    a problem was found, or something was refused
  {USAGE}    wrong usage, or a wrong setting
  {DATABASE}    the database cannot be reached, or has another schema
  {BUG}    something went wrong in this program; the log says more
  130  stopped by Ctrl-C

Settings come from the environment and from .env; .env.example lists them all.
"""


class Verbs(click.Group):
    """A group whose commands are imported when one of them is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which a newcomer needs them."""
        return list(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name not in _VERBS:
            return None
        module, _, name = _VERBS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list, without importing what it lists."""
        with formatter.section("Verbs"):
            formatter.write_dl([(name, line) for name, (_, line) in _VERBS.items()])


@click.command(cls=Verbs, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="resolutionflow", prog_name="resolutionflow")
def resolutionflow() -> None:
    """Guided troubleshooting for IT support engineers. Take the path most traveled.

    Start with `resolutionflow up`; then, in another terminal, `resolutionflow walk vpn-down`.
    """


def main() -> None:
    """Run the command line; the process ends here."""
    _open_closed_streams()
    sys.exit(run(sys.argv[1:]))


def _open_closed_streams() -> None:
    """A standard stream that came closed is empty from now on: else the next file or socket gets
    its number, and what is read or printed goes there."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115 - open to the end


def run(arguments: list[str]) -> int:
    """Run one command; its exit code. Whatever happens, no traceback is shown."""
    from bot.cli.endings import ended

    return ended(lambda: resolutionflow.main(arguments, "resolutionflow", standalone_mode=False))
