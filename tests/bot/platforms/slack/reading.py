"""What a person, and Slack itself, finds in blocks: words, buttons, mentions."""

import re
from collections.abc import Iterator
from typing import Any

from tests.bot.cards.test_layout import texts

__all__ = ["followed", "marked", "pressed", "said", "texts", "words"]

Json = dict[str, Any]
# What Slack follows in mrkdwn: everything between < and >.
_FOLLOWED = re.compile(r"<([^<>]*)>")
_DATE = re.compile(r"!date\^\d+\^\{date_short_pretty\} \{time\}\|[\w ,:]+")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


def said(value: object) -> Iterator[str]:
    """Every text, as it is read, in order."""
    if isinstance(value, list):
        for each in value:
            yield from said(each)
    elif isinstance(value, dict):
        if isinstance(value.get("text"), str):
            text = value["text"]
            yield unescaped(text) if value["type"] == "mrkdwn" else text
        if value.get("type") == "link":
            yield value["url"]
        if value.get("style") == "ordered":
            first = value.get("offset", 0) + 1
            yield from (f"{first + number}." for number in range(len(value["elements"])))
        for name, each in value.items():
            if name not in ("initial_option", "initial_options"):
                yield from said(each)


def unescaped(text: str) -> str:
    """Slack's three entities, read."""
    return re.sub("&(?:lt|gt|amp);", lambda found: _ENTITIES[found[0]], text)


def words(text: str) -> str:
    """What is left when blanks and capitals do not count."""
    return "".join(text.split()).casefold()


def pressed(blocks: list[Json]) -> list[str]:
    """The token of everything that can be pressed or picked."""
    elements = [e for b in blocks if b["type"] == "actions" for e in b["elements"]]
    return [
        token
        for element in elements
        for token in (
            [option["value"] for option in element["options"]]
            if "options" in element
            else [element["action_id"]]
        )
    ]


def marked(value: object) -> Iterator[Json]:
    """Every object in it whose text Slack reads for marks."""
    if isinstance(value, list):
        for each in value:
            yield from marked(each)
    elif isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value
        for each in value.values():
            yield from marked(each)


def followed(payload: Json) -> list[str]:
    """What Slack would follow in it beside times: mentions, channels, links that are not ours."""
    found = [each for text in marked(payload) for each in _FOLLOWED.findall(text["text"])]
    beside = _FOLLOWED.findall(payload.get("text") or "")
    parts = [part["type"] for part in _parts(payload.get("blocks"))]
    mentioning = [kind for kind in parts if kind in ("user", "usergroup", "channel", "broadcast")]
    return [*(each for each in found if not _DATE.fullmatch(each)), *beside, *mentioning]


def _parts(value: object) -> Iterator[Json]:
    if isinstance(value, list):
        for each in value:
            yield from _parts(each)
    elif isinstance(value, dict):
        if "type" in value:
            yield value
        for each in value.values():
            yield from _parts(each)
