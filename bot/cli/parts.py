"""`resolutionflow web` and `resolutionflow worker`: the two parts of `up`, each alone."""

import click


@click.command()
def web() -> None:
    """Run the web part alone, until SIGTERM or Ctrl-C. Logs go to stderr.

    The database must be up to date: run `resolutionflow migrate` first.

    \b
    Example:
      PORT=8080 resolutionflow web
    """
    from bot.cli.serving import part
    from bot.serving import Part

    part(Part.WEB)


@click.command()
def worker() -> None:
    """Run the worker alone, until SIGTERM or Ctrl-C. Logs go to stderr.

    Any number of workers can run beside each other.

    \b
    Example:
      resolutionflow worker
    """
    from bot.cli.serving import part
    from bot.serving import Part

    part(Part.WORKER)
