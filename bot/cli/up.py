"""`resolutionflow up`: everything in one process."""

import click


@click.command()
def up() -> None:
    """Bring everything up in one process: PostgreSQL (or DATABASE_URL), schema, web, worker.

    Runs until Ctrl-C or SIGTERM, then stops cleanly. Its log is in the data directory.

    \b
    Example:
      resolutionflow up
    """
    from bot.cli.serving import up

    up()
