"""Views as text for a terminal: wrapped, plain, without a control character of anybody's.

Bold and dim are hints only; without colours the text says the same.
"""

import re
import shutil
import textwrap
from collections.abc import Iterator

import click

from core.flow.node import Certainty
from core.session.state import Status
from core.text import cleaned, plural, shortened
from core.views import Choice, CommandView, HelpView, StepView, WhereWasIView

WIDEST = 88
ACTION = "action"
_LIST = re.compile(r"^(\s*(?:[-*+]|\d+[.)])\s+)")
_BOLD = re.compile(r"\*\*(.+?)\*\*|__(.+?)__")
_CODE = re.compile(r"`([^`]+)`")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_MARK = {
    Certainty.CHECKED: "✓",
    Certainty.DONE: "✓",
    Certainty.NOT_CHECKED: "?",
    Certainty.NOT_DONE: "✗",
}


def width() -> int:
    """Columns to write in."""
    return min(WIDEST, shutil.get_terminal_size((WIDEST, 24)).columns)


def say(text: str = "") -> None:
    """Print prose, wrapped."""
    click.echo("\n".join(wrapped(text)))


def step(view: StepView) -> None:
    """The step: where it stands, what is asked, what can be answered."""
    click.echo()
    click.secho(_headline(view), bold=True)
    for line in _before(view):
        click.secho(line, dim=True)
    click.echo()
    for text in _body(view):
        say(text)
        click.echo()
    for number, choice in enumerate(view.choices, 1):
        if view.field is None:
            click.echo(f"  {number}  {_labelled(choice)}")


def help_(view: HelpView) -> None:
    """How to do the step."""
    click.echo()
    click.secho(view.title, bold=True)
    for text in (view.prose, f"**What you should see:** {view.expect}" if view.expect else None):
        if text:
            say(text)
            click.echo()
    for command in view.commands:
        say(_command(command))
        click.echo()
    if view.reference:
        say(f"Read more: {view.reference.title}, {view.reference.url}")


def recap(view: WhereWasIView) -> None:
    """Three lines for somebody who was away."""
    click.echo()
    click.secho("Where was I?", bold=True)
    for label, text in (("About", view.about), ("Known", view.known), ("Now", view.asked)):
        say(f"{label}: {text}")


def wrapped(text: str) -> list[str]:
    """Markdown as lines: paragraphs wrapped, lists indented, code left alone."""
    lines: list[str] = []
    fenced = False
    for line in cleaned(text).split("\n"):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif line.startswith("    → "):
            lines += textwrap.wrap(_styled(line), width(), subsequent_indent=" " * 6)
        elif fenced or line.startswith("    "):
            lines.append(line if line.startswith("    ") else f"    {line}")
        else:
            lines += _paragraph(line)
    return lines


def _paragraph(line: str) -> list[str]:
    bullet = _LIST.match(line)
    indent = " " * len(bullet[1]) if bullet else ""
    plain = _styled(line)
    # Escape codes take no columns: wrap the words, not the codes.
    return textwrap.wrap(
        plain, width(), subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    ) or [""]


def _styled(line: str) -> str:
    line = _LINK.sub(r"\1 (\2)", line)
    line = _BOLD.sub(lambda m: m[1] or m[2], line)
    line = _CODE.sub(r"\1", line)
    return _ESCAPED.sub(r"\1", line).removeprefix("# ").removeprefix("## ")


def _headline(view: StepView) -> str:
    parts = [
        view.flow_title,
        view.client or "",
        "" if view.status is Status.ACTIVE else view.status,
    ]
    return " · ".join(part for part in parts if part)


def _before(view: StepView) -> Iterator[str]:
    if view.earlier:
        yield f"  … {plural(view.earlier, 'answer')} before"
    for line in view.past[-4:]:
        answer = f"{line.answer}, corrected" if line.corrected else line.answer
        asked = shortened(line.asked, max(20, width() - len(answer) - 6))
        yield f"  {_MARK[line.certainty]} {asked} {answer}"


def _body(view: StepView) -> Iterator[str]:
    if view.parked:
        yield f"Parked: {view.parked}"
    if view.offer:
        yield f"{view.offer.by} asked {view.offer.to} to take over."
    if view.warn:
        yield f"Careful: {view.warn}"
    yield view.prose
    if view.kind == ACTION or len(view.commands) == 1:
        yield from (_command(command) for command in view.commands)
    elif view.commands:
        labels = dict.fromkeys(command.label.split(",")[0] for command in view.commands)
        yield f"/how shows {plural(len(view.commands), 'command')}: {', '.join(labels)}."
    elif view.can_help:
        yield "/how tells how to find out."
    if view.missing:
        yield f"Not set yet: {', '.join(view.missing)}. /set asks for it."
    if view.expect:
        yield f"You should see: {view.expect}"


def _command(command: CommandView) -> str:
    effect = {True: "changes things", False: "only reads", None: ""}[command.changes]
    head = ", ".join(part for part in (command.label, effect) if part)
    code = "\n".join(f"    {line}" for line in command.code.splitlines())
    seen = [f"    → {command.expect}"] if command.expect else []
    return "\n".join([f"{head}:", code, *seen])


def _labelled(choice: Choice) -> str:
    return f"{choice.label} ({choice.count})" if choice.count else choice.label
