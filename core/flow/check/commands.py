"""Whether a command says what it is: where from, for what, and that it changes something.

One that changes or destroys must be preceded by a warning (DOMAIN.md, "Sources of truth").
"""

from collections.abc import Iterator

from core.flow.check.changing import changing
from core.flow.check.report import about_node, warned
from core.flow.command import Command
from core.flow.model import Flow
from core.flow.node import CODE_LIMIT, Node
from core.flow.problem import Path, Problem

Found = tuple[str, str, str]  # code, message, the command's field


def commands(flow: Flow) -> Iterator[Problem]:
    """Commands without language, source, or the truth about what they change."""
    for index, node in enumerate(flow.nodes):
        for at, command in enumerate(node.commands):
            here: Path = ("commands", at)
            for code, message, field in _wrong(command, node):
                yield about_node(code, message, (index, node), (*here, field))
            for code, message, field in _missing(command):
                yield warned(about_node(code, message, (index, node), (*here, field)))


def _wrong(command: Command, node: Node) -> Iterator[Found]:
    if not command.language.strip():
        message = "Name the language (powershell, cmd, bash, fortios, …): it decides the quoting."
        yield "no-language", message, "language"
    found = None if command.changes else _change(command)
    if found and command.changes is None:
        message = f"“{found}” changes something. Say changes: true, and warn of it on the step."
        yield "unsaid-change", message, "changes"
    elif found:
        message = f"It says changes: false, but “{found}” changes something. Say true, and warn."
        yield "denied-change", message, "changes"
    if command.changes and not (node.warn or "").strip():
        message = "A command that changes something needs a warning. Say in warn: what can happen."
        yield "no-warning", message, "changes"


def _missing(command: Command) -> Iterator[Found]:
    if command.changes is None and not _change(command):
        message = "Say changes: true if it changes anything, changes: false if it only reads."
        yield "unsaid-change", message, "changes"
    if not (command.source or "").strip():
        message = "Say where the command is documented: an address, or the manual's name."
        yield "no-source", message, "source"


def _change(command: Command) -> str | None:
    return changing(command.code[:CODE_LIMIT], command.language)
