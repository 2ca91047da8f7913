"""A session's variables: which values are taken, and how they fill prose.

How they fill a command, where a value could do harm, is core/session/commands.py.
"""

from collections.abc import Callable, Mapping

from core.errors import Because, Refusal
from core.flow import template
from core.flow.model import Flow
from core.flow.variable import Variable

Variables = Mapping[str, Variable]
Values = Mapping[str, str]


def accepted(flow: Flow, values: Values) -> dict[str, str] | Refusal:
    """`values` in canonical form, if the flow knows each name and takes each value."""
    taken: dict[str, str] = {}
    for name, text in values.items():
        variable = flow.variables.get(name)
        if variable is None:
            known = ", ".join(flow.variables) or "none"
            return Refusal(
                Because.INVALID, f"This flow has no variable “{name[:40]}”. It has: {known}."
            )
        value = variable.accept(text)
        if isinstance(value, Refusal):
            return value
        taken[name] = value
    return taken


def with_defaults(flow: Flow, values: Values) -> dict[str, str]:
    """`values`, with each variable's default where nothing was given; empty ones left out."""
    defaults = {name: v.default for name, v in flow.variables.items() if v.default}
    return {name: value for name, value in {**defaults, **values}.items() if value}


def updated(values: Values, changes: Values) -> dict[str, str]:
    """`values` after `changes`; an empty change clears."""
    return {name: value for name, value in {**values, **changes}.items() if value}


def missing(flow: Flow, values: Values) -> tuple[str, ...]:
    """Labels of the required variables that are still empty, in the flow's order."""
    return tuple(v.label for v in flow.intake if v.required and not values.get(v.name))


def label_of(name: str, variables: Variables) -> str:
    """What a variable is called on screen; its name where the flow does not know it."""
    variable = variables.get(name)
    return variable.label if variable else name


def filled(
    text: str, variables: Variables, values: Values, *, written: Callable[[str], str] = str
) -> str:
    """`text` with its {{variables}} replaced; an unset one reads "(client not set)".

    `written` makes a value safe for what `text` is written in, for instance Markdown.
    """

    def value_of(name: str) -> str:
        value = values.get(name)
        return written(value) if value else gap(label_of(name, variables))

    return template.fill(text, value_of) if "{{" in text else text


def gap(label: str) -> str:
    """What stands in a text for a variable without a value, by its label: "(client not set)"."""
    return f"({_inside(label)} not set)"


def _inside(label: str) -> str:
    """A label within a sentence: "Client" becomes "client", "IP address" stays."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
