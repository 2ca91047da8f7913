"""`resolutionflow bench NAME`: run a benchmark and print what came out."""

import asyncio
import sys
from importlib import import_module

import click

BENCHMARKS = {
    "turns": "answers a second, persisted, beside the floor and two peers",
    "engine": "CPU of one decision, without a database",
    "history": "a click late in a long session beside an early one",
    "start": "from `up` to the first answer, and memory",
    "search": "finding a flow among 100,000",
    "click": "a click in the playground, to the event in the browser, beside a bare handler",
    "slack": "a click in Slack, to the changed message, by HTTP and Socket Mode, beside a floor",
    "discord": "a click in Discord, to the answer that it has taken, beside a bare handler",
    "teams": "a click in Teams, to the card that answers it, beside a bare handler",
}


@click.command("bench")
@click.argument("name", type=click.Choice(list(BENCHMARKS)))
@click.option("--quick", is_flag=True, help="Fewer rounds; ends within 50 seconds.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def bench(name: str, quick: bool, as_json: bool) -> None:
    """Measure NAME: turns, engine, history, start, search, click, slack,
    discord or teams.

    Each runs on a PostgreSQL of its own that is thrown away afterwards. Ratios are taken within
    one run; single times are as noisy as the machine.

    Example: resolutionflow bench turns --quick --json
    """
    if sys.platform == "win32":
        run = asyncio.run
    else:
        import uvloop

        run = uvloop.run
    module = import_module(f"bot.bench.{name}")
    try:
        result = run(module.run(quick=quick))
    except Exception as error:
        if type(error).__name__ != "Missing":
            raise
        raise click.ClickException(str(error)) from error
    click.echo(result.as_json() if as_json else result.as_text())
