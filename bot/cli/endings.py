"""How a command ends: an exit code, and on stderr one or two lines that say what to do."""

from collections.abc import Callable
from pathlib import Path

import click

OK, PROBLEM, USAGE, DATABASE, BUG, STOPPED = 0, 1, 2, 3, 4, 130


class Refused(click.ClickException):
    """A command was refused, or found a problem; the message says what to do."""

    exit_code = PROBLEM


def ended(command: Callable[[], object]) -> int:
    """Run `command` and turn whatever it raises into an exit code and a line on stderr."""
    try:
        done = command()
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except (click.Abort, KeyboardInterrupt):
        return STOPPED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except Exception as error:
        return _explain(error)
    return done if isinstance(done, int) else OK


def _explain(error: Exception) -> int:
    from bot.settings import SettingsError

    if isinstance(error, SettingsError):
        return _say(f"Error: {error}", USAGE)
    from storage.embedded import EmbeddedError
    from storage.errors import StorageError

    reference, log = _record(error)
    if isinstance(error, EmbeddedError | StorageError):
        return _say(f"Error: {error} (ref {reference})", DATABASE)
    return _say(f"Something went wrong (ref {reference}); details are in the log: {log}", BUG)


def _say(line: str, code: int) -> int:
    click.echo(line, err=True)
    return code


def _record(error: Exception) -> tuple[str, Path]:
    """Write what happened to the log, under a new reference; both."""
    import structlog

    from bot.logs import configure, new_reference
    from bot.settings import read_settings

    reference = new_reference()
    settings = read_settings()
    for file in (settings.log_file, _elsewhere(reference)):
        try:
            configure(settings, file=file, stderr=False)
        except OSError:
            continue
        structlog.get_logger().error("failed", ref=reference, exc_info=error)
        configure(settings, stderr=False)
        break
    return reference, file


def _elsewhere(reference: str) -> Path:
    """Where the log goes when the data directory cannot be written."""
    import tempfile

    return Path(tempfile.mkdtemp(prefix="resolutionflow-")) / f"{reference}.log"
