"""Whether what a bot sends keeps the rules of wire: plain functions over parsed JSON.

They accept and fill in exactly what wire's models do, and check the totals that models cannot
say. By hand because every click's answer passes here: the models take ten times as long.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.platforms.playground import wire
from bot.platforms.playground.server.shape import (
    NEEDED,
    Check,
    Wrong,
    each,
    flag,
    nothing_or,
    one_of,
    pair,
    record,
    text,
    texts,
    whole,
    word,
)

_short = text(wire.LABEL_LIMIT)
_medium = text(wire.BLOCK_LIMIT)
_label = text(wire.LABEL_LIMIT, least=1)
_caption = text(300)
_action = word(wire.ACTION_BYTES)
_two_hundred = text(200)


def _moment(value: object) -> object:
    """A time, as {"time": ISO 8601}."""
    if type(value) is not dict or value.keys() != {"time"} or type(value["time"]) is not str:
        raise Wrong('must be text or {"time": …}')
    try:
        found = datetime.fromisoformat(value["time"])
    except ValueError:
        raise Wrong("is not a time in ISO 8601", "time") from None
    if found.tzinfo is None:
        raise Wrong("does not say its zone", "time")
    return value


def _part(value: object) -> object:
    return _medium(value) if type(value) is str else _moment(value)


_parts = each(_part, 50)
_button = record(
    action=(_action, NEEDED),
    label=(_label, NEEDED),
    style=(one_of("main", "aside", "end"), "main"),
    badge=(_short, ""),
    key=(text(30), ""),
)
_BLOCKS: Mapping[str, Check] = {
    name: record(type=(one_of(name), name), **fields)
    for name, fields in {
        "heading": {"text": (_caption, NEEDED)},
        "markdown": {"text": (_medium, NEEDED)},
        "line": {"parts": (_parts, NEEDED), "struck": (flag, False)},
        "code": {"text": (_medium, NEEDED), "language": (_short, ""), "caption": (_caption, "")},
        "facts": {"pairs": (each(pair(_short, _parts), 30), NEEDED)},
        "notice": {"text": (_medium, NEEDED), "weight": (one_of("info", "warning"), "info")},
        "actions": {"buttons": (each(_button, wire.ACTIONS, least=1), NEEDED)},
        "select": {
            "label": (_label, NEEDED),
            "options": (each(_button, wire.OPTIONS, least=1), NEEDED),
        },
        "document": {"text": (text(wire.MESSAGE_LIMIT), NEEDED), "name": (_short, NEEDED)},
    }.items()
}


def _block(value: object) -> object:
    kind = value.get("type") if type(value) is dict else None
    check = _BLOCKS.get(kind) if type(kind) is str else None
    if check is None:
        raise Wrong("is no kind of block", "type")
    return check(value)


_CONTENT = {
    "text": (text(wire.TEXT_LIMIT), ""),
    "blocks": (each(_block, wire.BLOCKS), ()),
}
_content_record = record(**_CONTENT)
_message_record = record(
    **_CONTENT,
    channel=(text(100), NEEDED),
    thread=(nothing_or(text(100)), None),
    mark=(text(wire.MARK_LIMIT), ""),
    audience=(nothing_or(text(100)), None),
)
_field = record(
    name=(text(100, least=1), NEEDED),
    label=(text(200, least=1), NEEDED),
    kind=(one_of("line", "text", "number", "date", "one-of", "some-of", "person"), "line"),
    help=(text(1_000), ""),
    required=(flag, False),
    value=(text(wire.VALUE_LIMIT), ""),
    options=(each(pair(_two_hundred, _two_hundred), wire.OPTIONS), ()),
    limit=(whole(1, wire.VALUE_LIMIT), 500),
)
_form_record = record(
    token=(_action, NEEDED),
    title=(text(100, least=1), NEEDED),
    prose=(_medium, ""),
    submit=(text(30, least=1), "Save"),
    fields=(each(_field, wire.FIELDS, least=1), NEEDED),
)
_suggestion = record(label=(_two_hundred, NEEDED), text=(_two_hundred, NEEDED))


def content(value: object) -> dict[str, Any]:
    """A wire.Content, filled in. Raises Wrong."""
    return _in_all(_content_record(value))


def message(value: object) -> dict[str, Any]:
    """A wire.NewBotMessage, filled in. Raises Wrong."""
    return _in_all(_message_record(value))


def form(value: object) -> dict[str, Any]:
    """A wire.Form, filled in. Raises Wrong."""
    found: dict[str, Any] = _form_record(value)
    names = [field["name"] for field in found["fields"]]
    if len(set(names)) < len(names):
        raise Wrong("names a field twice", "fields")
    return found


answer = record(
    replace=(nothing_or(content), None),
    whispers=(each(content, 10), ()),
    form=(nothing_or(form), None),
    suggestions=(each(_suggestion, 25), ()),
    errors=(texts, {}),
    home=(nothing_or(content), None),
    reaction=(nothing_or(one_of(*wire.REACTIONS)), None),
)
"""A wire.BotAnswer, filled in. Raises Wrong."""


def actions_of(blocks: Sequence[Mapping[str, Any]]) -> list[str]:
    """What can be pressed or picked in `blocks`, in order."""
    found: list[str] = []
    for block in blocks:
        kind = block["type"]
        if kind == "actions":
            found += [button["action"] for button in block["buttons"]]
        elif kind == "select":
            found += [option["action"] for option in block["options"]]
    return found


def _in_all(found: dict[str, Any]) -> dict[str, Any]:
    """What only all blocks together can break."""
    blocks = found["blocks"]
    size = sum(_SIZES[block["type"]](block) for block in blocks)
    if size > wire.MESSAGE_LIMIT:
        raise Wrong(f"have {size:,} characters in all, more than {wire.MESSAGE_LIMIT:,}", "blocks")
    if sum(len(block["buttons"]) for block in blocks if block["type"] == "actions") > wire.ACTIONS:
        raise Wrong(f"have more than {wire.ACTIONS} buttons in all", "blocks")
    if sum(block["type"] == "select" for block in blocks) > wire.SELECTS:
        raise Wrong(f"have more than {wire.SELECTS} selects", "blocks")
    actions = actions_of(blocks)
    if len(set(actions)) < len(actions):
        raise Wrong("have the same action twice", "blocks")
    return found


def _size_of_parts(parts: Sequence[object]) -> int:
    return sum(len(part) for part in parts if isinstance(part, str))


def _text_size(block: Mapping[str, Any]) -> int:
    return len(block["text"])


# Labels of buttons have a limit of their own, and count for no more.
_SIZES: Mapping[str, Callable[[Mapping[str, Any]], int]] = {
    "heading": _text_size,
    "markdown": _text_size,
    "line": lambda block: _size_of_parts(block["parts"]),
    "code": lambda block: len(block["text"]) + len(block["caption"]),
    "facts": lambda block: sum(len(name) + _size_of_parts(v) for name, v in block["pairs"]),
    "notice": _text_size,
    "actions": lambda block: 0,
    "select": lambda block: 0,
    "document": _text_size,
}
