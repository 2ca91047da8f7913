"""What Slack refuses of blocks, one by one, on one surface: `message`, `modal` or `home`."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.slack.checks_elements import element, image
from tests.slack.checks_texts import Json, text_object, too_long, unknown_keys
from tests.slack.rules import Refusal, refusal

_VIEWS = {"actions", "context", "divider", "header", "image", "input", "rich_text", "section"}
_TYPES: Mapping[str, set[str]] = {
    "message": {*_VIEWS, "markdown", "table", "context_actions", "video"},
    "modal": {*_VIEWS, "video"},
    "home": {*_VIEWS, "video"},
}
# What a part of a rich text must have, from reference/block-kit/blocks/rich-text-block.
_PARTS: Mapping[str, set[str]] = {
    "text": {"text"},
    "link": {"url"},
    "emoji": {"name"},
    "user": {"user_id"},
    "channel": {"channel_id"},
    "usergroup": {"usergroup_id"},
    "team": {"team_id"},
    "broadcast": {"range"},
    "date": {"timestamp", "format"},
    "color": {"value"},
}
_RICH = {"rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"}


def block(given: Any, where: str, surface: str) -> Iterator[Refusal]:
    """One block."""
    if not isinstance(given, dict):
        yield refusal("block-shape", where, "no object")
        return
    kind = str(given.get("type"))
    if kind not in _TYPES[surface]:
        yield refusal("block-type", where, f"{kind} in a {surface}")
        return
    yield from too_long("block-id-length", given.get("block_id"), 255, f"{where}/block_id")
    if check := _CHECKS.get(kind):
        yield from check(given, where, surface)


def _section(given: Json, where: str, surface: str) -> Iterator[Refusal]:
    known = {"type", "block_id", "text", "fields", "accessory", "expand"}
    yield from unknown_keys(given, known, where)
    if not given.get("text") and not given.get("fields"):
        yield refusal("section-empty", where)
    if "text" in given:
        yield from text_object(given["text"], f"{where}/text", "section-text")
    if "fields" in given:
        fields = given["fields"]
        yield from too_long("section-fields", fields, 10, f"{where}/fields", least=1)
        for number, field in enumerate(fields):
            at = f"{where}/fields/{number}"
            yield from text_object(field, at, "section-field", most=2_000)
    if "accessory" in given:
        at = f"{where}/accessory"
        yield from element(given["accessory"], at, block="section", surface=surface)


def _header(given: Json, where: str, _: str) -> Iterator[Refusal]:
    yield from unknown_keys(given, {"type", "block_id", "text", "level"}, where)
    text = given.get("text")
    yield from text_object(text, f"{where}/text", "header-text", most=150, plain=True)


def _divider(given: Json, where: str, _: str) -> Iterator[Refusal]:
    yield from unknown_keys(given, {"type", "block_id"}, where)


def _context(given: Json, where: str, surface: str) -> Iterator[Refusal]:
    yield from unknown_keys(given, {"type", "block_id", "elements"}, where)
    elements = given.get("elements") or []
    yield from too_long("context-elements", elements, 10, f"{where}/elements", least=1)
    for number, each in enumerate(elements):
        at = f"{where}/elements/{number}"
        if isinstance(each, dict) and each.get("type") in ("plain_text", "mrkdwn"):
            yield from text_object(each, at)
        else:
            yield from element(each, at, block="context", surface=surface)


def _elements(kind: str, rule: str, most: int) -> "Check":
    def check(given: Json, where: str, surface: str) -> Iterator[Refusal]:
        yield from unknown_keys(given, {"type", "block_id", "elements"}, where)
        elements = given.get("elements") or []
        yield from too_long(rule, elements, most, f"{where}/elements", least=1)
        for number, each in enumerate(elements):
            at = f"{where}/elements/{number}"
            yield from element(each, at, block=kind, surface=surface)

    return check


def _image(given: Json, where: str, _: str) -> Iterator[Refusal]:
    yield from image(given, where)
    if "title" in given:
        at = f"{where}/title"
        yield from text_object(given["title"], at, "image-title", most=2_000, plain=True)


def _input(given: Json, where: str, surface: str) -> Iterator[Refusal]:
    known = {"type", "block_id", "label", "element", "hint", "optional", "dispatch_action"}
    yield from unknown_keys(given, known, where)
    label = given.get("label")
    yield from text_object(label, f"{where}/label", "input-label", most=2_000, plain=True)
    if "hint" in given:
        at = f"{where}/hint"
        yield from text_object(given["hint"], at, "input-hint", most=2_000, plain=True)
    at = f"{where}/element"
    yield from element(given.get("element"), at, block="input", surface=surface)


def _markdown(given: Json, where: str, _: str) -> Iterator[Refusal]:
    yield from unknown_keys(given, {"type", "block_id", "text"}, where)
    if not isinstance(given.get("text"), str) or not given["text"]:
        yield refusal("text-empty", where)


def _table(given: Json, where: str, surface: str) -> Iterator[Refusal]:
    rows = given.get("rows") or []
    yield from too_long("table-rows", rows, 100, f"{where}/rows", least=1)
    for y, row in enumerate(rows):
        yield from too_long("table-columns", row, 20, f"{where}/rows/{y}", least=1)
        for x, cell in enumerate(row):
            at = f"{where}/rows/{y}/{x}"
            if cell.get("type") == "rich_text":
                yield from _rich_text(cell, at, surface)
            elif cell.get("type") != "raw_text" or not cell.get("text"):
                yield refusal("table-cell", at)


def _rich_text(given: Json, where: str, _: str) -> Iterator[Refusal]:
    elements = given.get("elements")
    if not isinstance(elements, list) or not elements:
        yield refusal("rich-text", where, "no elements")
        return
    for number, each in enumerate(elements):
        at = f"{where}/elements/{number}"
        kind = each.get("type")
        if kind not in _RICH:
            yield refusal("rich-text", at, str(kind))
        elif kind == "rich_text_list":
            yield from _rich_list(each, at)
        else:
            yield from _parts(each, at)


def _rich_list(given: Json, where: str) -> Iterator[Refusal]:
    if given.get("style") not in ("bullet", "ordered"):
        yield refusal("rich-text-list", where, f"style {given.get('style')}")
    for number, each in enumerate(given.get("elements") or []):
        if each.get("type") != "rich_text_section":
            yield refusal("rich-text-list", f"{where}/elements/{number}", str(each.get("type")))
        yield from _parts(each, f"{where}/elements/{number}")


def _parts(given: Json, where: str) -> Iterator[Refusal]:
    for number, each in enumerate(given.get("elements") or []):
        at = f"{where}/elements/{number}"
        kind = each.get("type")
        plain = given["type"] == "rich_text_preformatted" and kind not in ("text", "link")
        if kind not in _PARTS or plain or not each.keys() >= _PARTS[kind]:
            yield refusal("rich-text-part", at, str(kind))
        elif kind == "text" and not each["text"]:
            yield refusal("rich-text-part", at, "empty text")


Check = Callable[[Json, str, str], Iterator[Refusal]]
_CHECKS: Mapping[str, Check] = {
    "section": _section,
    "header": _header,
    "divider": _divider,
    "context": _context,
    "actions": _elements("actions", "actions-elements", 25),
    "context_actions": _elements("context_actions", "context-actions", 5),
    "image": _image,
    "input": _input,
    "markdown": _markdown,
    "table": _table,
    "rich_text": _rich_text,
}
