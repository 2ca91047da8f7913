"""What `doctor` does: gather what bot/app/checkup finds, and print it."""

import json
from dataclasses import asdict

import click

from bot.app.checkup import look_around, look_at, look_into, serves
from bot.app.desk import Desk
from bot.cli.product import run
from bot.composition import connected, examining
from bot.logs import configure
from bot.port import Finding
from bot.settings import Settings, read_settings
from storage.embedded import EmbeddedError
from storage.errors import StorageError


def findings() -> list[Finding]:
    """Everything that was found. Raises SettingsError."""
    settings = read_settings()
    configure(settings, stderr=False)
    return run(_gathered(settings))


def show(found: list[Finding], *, as_json: bool) -> None:
    """Print it."""
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in found], indent=2))
        return
    for finding in found:
        click.echo(f"{'ok' if finding.fine else 'PROBLEM':<8} {finding.about}: {finding.how}")
        if not finding.fine:
            click.echo(f"{'':<8} → {finding.advice}")


async def _gathered(settings: Settings) -> list[Finding]:
    found = [finding async for finding in look_around(settings)]
    embedded = settings.embedded
    if embedded is not None and not (embedded / "cluster").exists():
        how = "embedded; made by the first `resolutionflow up`"
        return [*found, Finding(True, "PostgreSQL", how), *await _platforms(settings)]
    try:
        async with connected(settings) as product:
            looks = look_into(
                product.storage, embedded=product.server is not None, web=serves(settings)
            )
            found += [finding async for finding in looks]
            return found + await _platforms(settings, product.desk)
    except (EmbeddedError, StorageError) as error:
        wrong = Finding(False, "PostgreSQL", "does not answer", str(error))
        return [*found, wrong, *await _platforms(settings)]


async def _platforms(settings: Settings, desk: Desk | None = None) -> list[Finding]:
    async with examining(settings, desk) as platforms:
        return [finding async for finding in look_at(platforms)]
