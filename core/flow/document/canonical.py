"""A flow as plain values in the order in which its document is written, defaults left out."""

from typing import Any

from core.flow.model import Flow
from core.flow.nodes import KINDS
from core.flow.variable import Variable
from core.text import cleaned

Plain = str | bool | list["Plain"] | dict[str, "Plain"]

# A node reads as it is worked: what to do, its danger, how, what is seen, where to go.
_FIRST = ("ask", "do", "resolved", "outcome", "warn", "help", "commands", "expect", "reference")
_LAST = ("done", "to", "could_not_check", "could_not_do", "next_steps", "verify")


def canonical(flow: Flow) -> dict[str, Plain]:
    """The flow's document. Its `kind` and each variable's `type` are said, other defaults not."""
    dumped = flow.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    dumped["kind"] = flow.kind.value
    for variable, values in zip(flow.intake, dumped.get("intake", ()), strict=True):
        values["type"] = variable.type.value
    for node, values in zip(flow.nodes, dumped.get("nodes", ()), strict=True):
        asked = node.asks()
        if asked is not None:
            values["variable"]["type"] = asked.type.value
    return {key: _value(dumped[key], key) for key in Flow.model_fields if key in dumped}


def _value(value: Any, key: str) -> Plain:
    """`value` of the field `key`, texts cleaned, fields in order."""
    if isinstance(value, dict):
        fields = sorted(value, key=_rank) if any(kind in value for kind in KINDS) else list(value)
        if key in {"intake", "variable"}:
            fields = [field for field in Variable.model_fields if field in value]
        return {field: _value(value[field], field) for field in fields}
    if isinstance(value, list):
        return [_value(item, key) for item in value]
    return value if isinstance(value, bool) else cleaned(str(value))


def _rank(field: str) -> tuple[int, int]:
    """Where a node's field stands; one that has no place here stands in the middle, as found."""
    if field in KINDS:
        return 0, 0
    if field in _FIRST:
        return 1, _FIRST.index(field)
    return (3, _LAST.index(field)) if field in _LAST else (2, 0)
