"""What Teams refuses of a whole activity that a bot sends, of a conversation that it begins, of a
reaction.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.teams import checks_cards
from tests.teams.rules import Refusal, refusal
from tests.teams.world import ADAPTIVE, Json

ACTIVITY_SIZE = 100 * 1_024  # bytes of UTF-16
CONSENT = "application/vnd.microsoft.teams.card.file.consent"
FILE_CARD = "application/vnd.microsoft.teams.card.file.info"
HERO, THUMBNAIL = "application/vnd.microsoft.card.hero", "application/vnd.microsoft.card.thumbnail"
_CARDS = (ADAPTIVE, HERO, THUMBNAIL, CONSENT, FILE_CARD)
_PICTURE = re.compile(r"image/(png|jpe?g|gif|\*)")
_REACTION = re.compile(r"like|heart|laugh|surprised|sad|angry|launch|[0-9a-f]{2,}(-[0-9a-f]+)*_\w+")
_AT = re.compile(r"<at>.*?</at>")
_TEXTS = ("text", "summary", "locale", "inputHint", "replyToId", "id", "name", "speak")
_KNOWN = {
    *_TEXTS,
    "type",
    "textFormat",
    "attachments",
    "attachmentLayout",
    "channelData",
    "channelId",
    "conversation",
    "entities",
    "from",
    "importance",
    "recipient",
    "serviceUrl",
    "suggestedActions",
    "timestamp",
    "value",
}
_AMONG = {
    "textFormat": ("text-format", ("plain", "markdown", "xml")),
    "attachmentLayout": ("attachment-layout", ("list", "carousel")),
    "importance": ("importance", ("low", "normal", "high", "urgent")),
}
_Found = Iterator[Refusal]


def activity_problems(payload: Any, *, personal: bool = False) -> list[str]:
    """What Teams would say to an activity; nothing where it takes it."""
    return [str(each) for each in activity_refusals(payload, personal=personal)]


def card_problems(card: Any) -> list[str]:
    """The same of a card."""
    return [str(each) for each in checks_cards.card(card, "")]


def activity_refusals(payload: Any, *, personal: bool = False) -> list[Refusal]:
    """What is refused of an activity; `personal`: it goes to a personal chat."""
    if not isinstance(payload, dict):
        return [refusal("json", "", payload)]
    kind = payload.get("type")
    if kind not in ("message", "typing"):
        return [refusal("activity-type", "/type", kind)]
    found = [*_properties(payload)]
    if kind == "message":
        found += [*_message(payload, personal=personal)]
    bytes_ = _size(payload)
    if bytes_ > ACTIVITY_SIZE:
        found.insert(0, refusal("activity-size", "", bytes_))
    return found


def conversation_refusals(body: Any) -> list[Refusal]:
    """What is refused of a conversation that a bot begins, but for who is in it."""
    if not isinstance(body, dict):
        return [refusal("json", "", body)]
    members, where = body.get("members") or [], (body.get("channelData") or {}).get("channel")
    if body.get("isGroup"):
        fits = isinstance(where, dict) and where.get("id") and not members
        found = [] if fits else [refusal("conversation-shape", "/channelData/channel/id")]
        if not isinstance(body.get("activity"), dict):
            found.append(refusal("conversation-shape", "/activity"))
        return found
    if len(members) != 1 or not isinstance(members[0], dict) or not members[0].get("id"):
        return [refusal("conversation-shape", "/members", members)]
    tenant = body.get("tenantId") or ((body.get("channelData") or {}).get("tenant") or {}).get("id")
    return [] if tenant else [refusal("required", "/tenantId")]


def reaction_refusals(kind: str) -> list[Refusal]:
    """What is refused of a reaction."""
    return [] if _REACTION.fullmatch(kind) else [refusal("reaction", "", kind)]


def _size(payload: Json) -> int:
    """Bytes as Teams counts them: in UTF-16, pictures aside."""
    said = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return len(re.sub(r"data:image/[^\"]*", "", said).encode("utf-16-le"))


def _properties(payload: Json) -> _Found:
    for name in payload.keys() - _KNOWN:
        yield refusal("activity-property", f"/{name}")
    for name in _TEXTS:
        if payload.get(name) is not None and not isinstance(payload[name], str):
            yield refusal("activity-shape", f"/{name}", payload[name])
    for name in ("from", "recipient", "conversation", "channelData", "suggestedActions"):
        if payload.get(name) is not None and not isinstance(payload[name], dict):
            yield refusal("activity-shape", f"/{name}", payload[name])
    for name in ("attachments", "entities"):
        if payload.get(name) is not None and not isinstance(payload[name], list):
            yield refusal("activity-shape", f"/{name}", payload[name])
    for name, (rule, values) in _AMONG.items():
        if payload.get(name) is not None and payload[name] not in values:
            yield refusal(rule, f"/{name}", payload[name])


def _message(payload: Json, *, personal: bool) -> _Found:
    said, attachments = payload.get("text"), payload.get("attachments") or []
    if not isinstance(attachments, list):
        return
    if not said and not attachments:
        yield refusal("activity-empty", "/text")
    if said and any(type_of(each) in _CARDS for each in attachments):
        yield refusal("split", "/attachments")
    for at, each in enumerate(attachments):
        yield from _attachment(each, f"/attachments/{at}")
    yield from _mentions(payload)
    suggested = payload.get("suggestedActions")
    if isinstance(suggested, dict):
        yield from _suggested(suggested, personal=personal)


def type_of(attachment: Any) -> str:
    """The contentType of an attachment; "" where it has none."""
    return str(attachment.get("contentType")) if isinstance(attachment, dict) else ""


def _attachment(value: Any, where: str) -> _Found:
    kind = type_of(value)
    if not isinstance(value, dict) or not kind:
        yield refusal("attachment", where, value)
    elif kind == ADAPTIVE:
        yield from checks_cards.card(value.get("content"), f"{where}/content")
    elif kind == CONSENT:
        yield from _consent(value, where)
    elif kind in (HERO, THUMBNAIL, FILE_CARD):
        if not isinstance(value.get("content"), dict):
            yield refusal("attachment", f"{where}/content", value.get("content"))
    elif _PICTURE.fullmatch(kind):
        if not isinstance(value.get("contentUrl"), str):
            yield refusal("attachment", f"{where}/contentUrl", value.get("contentUrl"))
    else:
        yield refusal("attachment-type", f"{where}/contentType", kind)


def _consent(value: Json, where: str) -> _Found:
    content = value.get("content")
    if not isinstance(content, dict) or not value.get("name"):
        yield refusal("consent", where, value.get("name"))
    elif not isinstance(content.get("sizeInBytes"), int):
        yield refusal("consent", f"{where}/content/sizeInBytes", content.get("sizeInBytes"))


def _mentions(payload: Json) -> _Found:
    entities = payload.get("entities") or []
    mentions = [e for e in entities if isinstance(e, dict) and e.get("type") == "mention"]
    said = {*_AT.findall(str(payload.get("text") or ""))}
    named = {str(each.get("text")) for each in mentions}
    for text in sorted(said ^ named):
        yield refusal("mention", "/entities", text)
    for at, each in enumerate(mentions):
        mentioned = each.get("mentioned")
        if not isinstance(mentioned, dict) or not mentioned.get("id"):
            yield refusal("mention", f"/entities/{at}/mentioned", mentioned)


def _suggested(value: Json, *, personal: bool) -> _Found:
    actions = value.get("actions")
    fits = isinstance(actions, list) and 1 <= len(actions) <= 6
    if not personal or not fits or any(each.get("type") != "imBack" for each in actions or ()):
        yield refusal("suggested", "/suggestedActions")
