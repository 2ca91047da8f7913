"""What `flows check` and `flows schema` do; nothing here needs a database or settings."""

import json
from collections.abc import Iterable
from dataclasses import replace

import click

from bot.app.documents import Examined, examine
from bot.cli.endings import PROBLEM, Refused
from core.flow.document import SIZE_LIMIT
from core.flow.problem import Problem
from core.flow.schema import schema as published
from core.text import cleaned


def check(files: Iterable[str]) -> None:
    """Print every problem. Ends the command with PROBLEM when one is an error."""
    examined = [read(file) for file in files]
    for one in examined:
        show(one.problems)
    if not all(one.publishable for one in examined):
        raise click.exceptions.Exit(PROBLEM)


def schema() -> None:
    """Print the JSON Schema."""
    click.echo(json.dumps(published(), indent=2, ensure_ascii=False))


def read(file: str) -> Examined:
    """A document from a file, or from standard input (-). Raises Refused."""
    try:
        with click.open_file(file, "rb") as opened:
            # One byte more than is allowed is enough to be refused for its size.
            source = opened.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror}.") from error
    name = "standard input" if file == "-" else file
    return _named(examine(source, name), cleaned(name))


def _named(examined: Examined, name: str) -> Examined:
    """With the whole name in each place, however long it is: editors jump to it."""
    problems = (
        replace(problem, place=replace(problem.place, name=name)) if problem.place else problem
        for problem in examined.problems
    )
    return replace(examined, problems=tuple(problems))


def show(problems: Iterable[Problem], *, err: bool = False) -> None:
    """One line a problem: file:line:column: error: where: message."""
    for problem in problems:
        parts = (str(problem.place or ""), problem.severity, problem.where, problem.message)
        click.echo(": ".join(part for part in parts if part), err=err)
