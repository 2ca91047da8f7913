"""Whether every {{variable}} is asked for somewhere, and every variable can be given a value."""

import re
from collections.abc import Iterator

from core.errors import Refusal
from core.flow.check.report import about_flow, about_node, warned
from core.flow.check.texts import flow_texts, is_code
from core.flow.model import Flow
from core.flow.node import Node, Text
from core.flow.problem import Path, Problem
from core.flow.suggest import did_you_mean
from core.flow.template import malformed, names
from core.flow.variable import Variable, VariableType

_CHOICES = frozenset({VariableType.SELECT, VariableType.MULTI_SELECT})
# In code {{ may be the code's own, as in docker's '{{.Names}}'; this is meant as a variable.
_MEANT = re.compile(r"\{\{[\w \t-]*\}{0,2}")

Found = tuple[str, str, Path]  # code, message, the field within what holds it


def variables(flow: Flow) -> Iterator[Problem]:
    """Variables that are used and not asked for, asked for and not used, or badly defined."""
    used: set[str] = set()
    for text in flow_texts(flow):
        used.update(names(text.value))
        for code, message in _uses(text, flow):
            yield about_flow(code, message, *text.field)
    for index, node in enumerate(flow.nodes):
        for text in (*node.texts(), *_reference(node)):
            used.update(names(text.value))
            for code, message in _uses(text, flow):
                yield about_node(code, message, (index, node), text.field)
    yield from _definitions(flow)
    for at, variable in enumerate(flow.intake):
        if variable.name not in used and not _is_client(variable):
            message = f"No text or command uses {{{{{variable.name}}}}}. Use it, or do not ask."
            yield warned(about_flow("unused-variable", message, "intake", at))


def _reference(node: Node) -> Iterator[Text]:
    if node.reference is not None:
        yield Text(("reference", "title"), node.reference.title, 0)
        yield Text(("reference", "url"), node.reference.url, 0)


def _is_client(variable: Variable) -> bool:
    return variable.type is VariableType.CLIENT or variable.name == "client"


def _uses(text: Text, flow: Flow) -> Iterator[tuple[str, str]]:
    if "{{" not in text.value:
        return
    for name in names(text.value):
        if name not in flow.variables:
            hint = did_you_mean(name, flow.variables) or " Add it to intake:, or ask at a step."
            yield "undefined-variable", f"Nothing asks for {{{{{name}}}}}.{hint}"
    for shown in malformed(text.value):
        if not is_code(text) or _MEANT.fullmatch(shown):
            message = f"“{shown}” is no variable. Write it as {{{{name}}}}: a-z, 0-9 and _."
            yield "malformed-variable", message


def _definitions(flow: Flow) -> Iterator[Problem]:
    known: dict[str, Variable] = {}
    for at, variable in enumerate(flow.intake):
        for code, message, field in _definition(variable):
            yield about_flow(code, message, "intake", at, *field)
        if variable.name in known:
            message = f"{variable.name} is asked for twice. Remove one."
            yield about_flow("duplicate-variable", message, "intake", at, "name")
        known.setdefault(variable.name, variable)
    for index, node in enumerate(flow.nodes):
        asked = node.asks()
        if asked is None:
            continue
        for code, message, field in _definition(asked):
            yield about_node(code, message, (index, node), ("variable", *field))
        if known.setdefault(asked.name, asked) != asked:
            message = f"{asked.name} is defined differently elsewhere. Make both the same."
            field = ("variable", "name")
            yield about_node("duplicate-variable", message, (index, node), field)


def _definition(variable: Variable) -> Iterator[Found]:
    yield from _choices(variable)
    wrong = _pattern(variable.pattern) if variable.pattern else None
    if wrong:
        yield "bad-pattern", wrong, ("pattern",)
    elif variable.default:
        value = variable.accept(variable.default)
        if isinstance(value, Refusal):
            yield "bad-default", f"The default does not fit: {value.message}", ("default",)


def _choices(variable: Variable) -> Iterator[Found]:
    options = variable.options
    if variable.type not in _CHOICES:
        if options:
            message = f"A {variable.type} has no options. Remove them, or make it a select."
            yield "needless-options", message, ("options",)
        return
    if not options:
        yield "no-choices", f"A {variable.type} needs options to choose from.", ("options",)
    seen: set[str] = set()
    for at, option in enumerate(options):
        if not option.strip():
            yield "empty-text", "This option is empty. Write it.", ("options", at)
        elif option.casefold() in seen:
            yield "duplicate-choice", f"“{option}” is there twice. Remove one.", ("options", at)
        elif variable.type is VariableType.MULTI_SELECT and "," in option:
            message = "A comma separates what is chosen, so an option cannot hold one."
            yield "comma-in-choice", message, ("options", at)
        seen.add(option.casefold())


def _pattern(pattern: str) -> str | None:
    """What is wrong with a regular expression, or None."""
    try:
        re.compile(pattern)
    except re.error as error:
        return f"This is no regular expression: {error.msg}."
    except (RecursionError, OverflowError):
        return "This regular expression is too deep. Write a simpler one."
    if _explodes(pattern):
        return "A repeat within a repeat, as in (a+)+, can take for ever. Write a simpler one."
    return None


_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{\d*,\d*\}|.", re.DOTALL)


def _explodes(pattern: str) -> bool:
    """Whether something that repeats without end holds something that does so too."""
    open_groups, closed = [False], False  # closed: the last piece ended a group that repeats
    for match in _PIECE.finditer(pattern):
        piece = match.group()
        endless = piece in {"*", "+"} or (piece.startswith("{") and piece.endswith(",}"))
        if endless and closed:
            return True
        open_groups[-1] = open_groups[-1] or endless
        if piece == "(":
            open_groups.append(False)
        closed = piece == ")" and len(open_groups) > 1 and open_groups.pop()
        open_groups[-1] = open_groups[-1] or closed
    return False
