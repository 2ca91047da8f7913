"""`resolutionflow migrate`: the release step of a deployment."""

import click


@click.command()
def migrate() -> None:
    """Bring the database's schema up to date, and set up what every start needs.

    Safe to repeat, and to run while an older version still serves. Makes the first account and
    the starter flows if they are missing.

    \b
    Example:
      DATABASE_URL=postgresql://user:password@host/database resolutionflow migrate
    """
    from bot.app.starter import prepare
    from bot.cli.product import at_terminal, run
    from bot.composition import casts, running
    from bot.logs import configure
    from bot.settings import read_settings

    settings = read_settings()
    configure(settings)

    async def whole() -> None:
        async with running(settings, migrating=True) as product:
            name, zone = settings.account_name, settings.time_zone
            who = at_terminal()
            await prepare(product.desk, name, who, time_zone=zone, casts=casts(settings))

    run(whole())
    click.echo("The database is up to date.")
