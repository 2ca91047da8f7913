"""Plain values into JSON, always the same way: a list or map on one line where it fits."""

import json

from core.flow.document.canonical import Plain

_WIDTH = 100  # columns


def dumped(document: dict[str, Plain]) -> str:
    """The document as JSON, with a line end at its end."""
    return _spread(document, "") + "\n"


def _value(value: Plain, indent: str, before: int) -> str:
    """`value` on one line, if it fits behind `before` columns, else over several."""
    if isinstance(value, str | bool):
        return json.dumps(value, ensure_ascii=False)
    if not any(isinstance(item, dict | list) for item in _items(value)):
        line = json.dumps(value, ensure_ascii=False)
        if before + len(line) < _WIDTH:
            return line
    return _spread(value, indent)


def _spread(value: list[Plain] | dict[str, Plain], indent: str) -> str:
    inner = indent + "  "
    heads = [f"{json.dumps(key)}: " for key in value] if isinstance(value, dict) else []
    heads = heads or [""] * len(value)
    lines = [
        f"{inner}{head}{_value(item, inner, len(inner) + len(head))}"
        for head, item in zip(heads, _items(value), strict=True)
    ]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return "\n".join([opening, ",\n".join(lines), indent + closing])


def _items(value: list[Plain] | dict[str, Plain]) -> list[Plain]:
    return value if isinstance(value, list) else list(value.values())
