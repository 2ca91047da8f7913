"""What Teams tells of a command and of a click, as `bench teams` hands it to the product."""

from collections.abc import Iterator
from itertools import count
from typing import Any

Json = dict[str, Any]
CLIENT, TENANT = "00000000-0000-4000-8000-0000000000c1", "00000000-0000-4000-8000-0000000000d1"
USER, NAME, BOT = "00000000-0000-4000-8000-0000000000e1", "Sam", f"28:{CLIENT}"
CHANNEL = "19:bench@thread.tacv2"
_numbers = count(1_700_000_000_000)


def typed(words: str, service: str) -> Json:
    """A post of its own in a channel, which mentions the bot."""
    id, mention = str(next(_numbers)), "<at>ResolutionFlow</at>"
    entity = {
        "type": "mention",
        "text": mention,
        "mentioned": {"id": BOT, "name": "ResolutionFlow"},
    }
    told = {"id": id, "text": f"{mention} {words}", "textFormat": "plain", "entities": [entity]}
    return {**_activity("message", id, service), **told}


def clicked(message: str, root: str, data: Json, service: str) -> Json:
    """A button of a card in the thread of a post."""
    action = {"type": "Action.Execute", "title": "Yes", "verb": "press", "data": data}
    return {
        **_activity("invoke", root, service),
        "id": f"f:{next(_numbers)}",
        "name": "adaptiveCard/action",
        "replyToId": message,
        "value": {"action": action, "trigger": "manual"},
    }


def yes(card: Json) -> Json | None:
    """The data of the button "Yes", if the card has one."""
    for action in _actions(card.get("body", ())):
        if action["type"] == "Action.Execute" and str(action["title"]).endswith("Yes"):
            return dict(action["data"])
    return None


def _activity(kind: str, root: str, service: str) -> Json:
    return {
        "type": kind,
        "channelId": "msteams",
        "serviceUrl": service,
        "timestamp": "2026-11-27T10:00:00.000Z",
        "from": {"id": "29:sam", "aadObjectId": USER, "name": NAME},
        "recipient": {"id": BOT, "name": "ResolutionFlow"},
        "conversation": {
            "isGroup": True,
            "conversationType": "channel",
            "tenantId": TENANT,
            "id": f"{CHANNEL};messageid={root}",
        },
        "channelData": {
            "tenant": {"id": TENANT},
            "team": {"id": CHANNEL},
            "channel": {"id": CHANNEL},
        },
    }


def _actions(elements: Any) -> Iterator[Json]:
    for each in elements:
        yield from each.get("actions", ())
        yield from _actions(each.get("items", ()))
