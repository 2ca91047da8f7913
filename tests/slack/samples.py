"""Blocks, messages and views to test with: each as large as it is told."""

from typing import Any

from tests.slack.world import Json


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "x", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(number: int = 1, text: str = "Yes", **more: Any) -> Json:
    return {"type": "button", "action_id": f"a{number}", "text": plain(text), "value": "v", **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def option(number: int = 1, text: str = "One", value: str = "") -> Json:
    return {"text": plain(text), "value": value or f"o{number}"}


def options(count: int) -> list[Json]:
    return [option(number) for number in range(count)]


def select(count: int = 1, **more: Any) -> Json:
    return {"type": "static_select", "action_id": "pick", "options": options(count), **more}


def grouped(*groups: Json) -> Json:
    return {"type": "static_select", "action_id": "pick", "option_groups": list(groups)}


def group(count: int = 1, label: str = "Group") -> Json:
    return {"label": plain(label), "options": options(count)}


def asked(element: Json | None = None, number: int = 1, **more: Any) -> Json:
    """An input block."""
    element = element or text_input(number)
    return {
        "type": "input",
        "block_id": f"b{number}",
        "label": plain("Name"),
        "element": element,
        **more,
    }


def text_input(number: int = 1, **more: Any) -> Json:
    return {"type": "plain_text_input", "action_id": f"t{number}", **more}


def message(*blocks: Json, **more: Any) -> Json:
    return {"text": "x", "blocks": list(blocks), **more}


def modal(*blocks: Json, **more: Any) -> Json:
    submit = {"submit": plain("Save")} if any(b["type"] == "input" for b in blocks) else {}
    return {"type": "modal", "title": plain("Title"), "blocks": list(blocks), **submit, **more}


def home(*blocks: Json, **more: Any) -> Json:
    return {"type": "home", "blocks": list(blocks), **more}
