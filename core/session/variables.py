"""A session's variables: which values are taken, and how they fill prose and commands."""

from collections.abc import Mapping

from core.errors import Because, Refusal
from core.flow.model import Flow


def accepted(flow: Flow, values: Mapping[str, str]) -> dict[str, str] | Refusal:
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


def with_defaults(flow: Flow, values: Mapping[str, str]) -> dict[str, str]:
    """`values`, with each variable's default where nothing was given; empty ones left out."""
    defaults = {name: v.default for name, v in flow.variables.items() if v.default}
    return {name: value for name, value in {**defaults, **values}.items() if value}


def updated(values: Mapping[str, str], changes: Mapping[str, str]) -> dict[str, str]:
    """`values` after `changes`; an empty change clears."""
    return {name: value for name, value in {**values, **changes}.items() if value}


def missing(flow: Flow, values: Mapping[str, str]) -> tuple[str, ...]:
    """Labels of the required variables that are still empty, in the flow's order."""
    return tuple(v.label for v in flow.intake if v.required and not values.get(v.name))
