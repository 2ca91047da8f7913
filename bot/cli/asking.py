"""Asking a person at a terminal: a line, one of several, a form's questions. No session here."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import TypeVar

import click

from core.text import plural
from core.views import FieldKind, FieldView

_T = TypeVar("_T")


async def aside(ask: Callable[[], _T]) -> _T:
    """What `ask` returns, asked in a thread that nobody waits for: Ctrl-C ends the walk at once."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[_T] = loop.create_future()

    def work() -> None:
        try:
            given = ask()
        except Exception as error:
            settle = partial(answer.set_exception, error)
        else:
            settle = partial(answer.set_result, given)
        with suppress(RuntimeError):  # the loop is closed: the person has left
            loop.call_soon_threadsafe(lambda: answer.done() or settle())

    Thread(target=work, daemon=True).start()
    return await answer


async def pick(options: Sequence[tuple[str, _T]]) -> _T | None:
    """One of several, by number; None for anything else."""
    for number, (label, _) in enumerate(options, 1):
        click.echo(f"  {number}  {label}")
    line = await aside(lambda: read_line(f"1 to {len(options)}, or Enter for none > "))
    if line is None or not line.isdecimal() or not 1 <= int(line) <= len(options):
        return None
    return options[int(line) - 1][1]


def fill(field: FieldView) -> str | None:
    """One question of a form, asked until it has an answer; None at the end of input."""
    if field.help:
        click.echo(field.help)
    while True:
        for number, option in enumerate(field.options, 1):
            click.echo(f"  {number}  {option.label}")
        line = read_line(f"{field.label}{_default(field)} > ")
        if line is None:
            return None
        value = _option(field, line) if field.options and line else line or field.value or ""
        if value or not field.required:
            return value
        click.echo(f"{field.label} is needed.")


def _default(field: FieldView) -> str:
    if not field.value:
        return ""
    label = next((o.label for o in field.options if o.value == field.value), field.value)
    return f" [{label}]" if "\n" not in label else f" [{plural(label.count(chr(10)) + 1, 'line')}]"


def _option(field: FieldView, line: str) -> str:
    """What a line means where there are options: a number or words; several with commas."""
    several = field.kind is FieldKind.SOME_OF
    parts = [part.strip() for part in line.split(",")] if several else [line]
    found = [_one_option(field, part) for part in parts]
    return ", ".join(found) if all(found) else ""


def _one_option(field: FieldView, part: str) -> str:
    if part.isdecimal() and 1 <= int(part) <= len(field.options):
        return field.options[int(part) - 1].value
    wanted = part.casefold()
    return next((o.value for o in field.options if o.label.casefold() == wanted), "")


def agree(question: str) -> bool:
    """Whether the answer is yes."""
    return (read_line(f"{question} (y/n) > ") or "").casefold() in ("y", "yes")


def read_line(prompt: str) -> str | None:
    """A line without its blanks; None at the end of input."""
    click.echo()
    click.echo(prompt, nl=False)
    line = read_raw_line()
    if not sys.stdin.isatty():
        click.echo(line or "")
    return None if line is None else line.strip()


def read_raw_line() -> str | None:
    """A line as it was typed; None at the end of input."""
    line = _unlocked_line()
    return line.rstrip("\r\n") if line else None


def _unlocked_line() -> str:
    """Read past Python's buffer: a thread inside that one makes the program's end fail."""
    buffer = getattr(sys.stdin, "buffer", None)
    if buffer is None:
        return sys.stdin.readline()
    line: bytes = buffer.raw.readline()
    return line.decode(sys.stdin.encoding, "replace")
