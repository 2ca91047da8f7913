"""`resolutionflow doctor`: one line a thing, and what to do where something is wrong."""

import click

from bot.cli.endings import PROBLEM


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
def doctor(*, as_json: bool) -> None:
    """Look at everything this product stands on, and say what to do.

    Ends with 1 when there is a problem. Changes nothing.

    \b
    Example:
      resolutionflow doctor
    """
    from bot.cli.checkup import findings, show

    found = findings()
    show(found, as_json=as_json)
    if not all(finding.fine for finding in found):
        raise click.exceptions.Exit(PROBLEM)
