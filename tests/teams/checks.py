"""What Teams refuses of a whole activity that a bot sends, and of a conversation that it begins."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
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
    if said and any(_type_of(each) in _CARDS for each in attachments):
        yield refusal("split", "/attachments")
    for at, each in enumerate(attachments):
        yield from _attachment(each, f"/attachments/{at}")
    yield from _mentions(payload)
    suggested = payload.get("suggestedActions")
    if isinstance(suggested, dict):
        yield from _suggested(suggested, personal=personal)


def _type_of(attachment: Any) -> str:
    return str(attachment.get("contentType")) if isinstance(attachment, dict) else ""


def _attachment(value: Any, where: str) -> _Found:
    kind = _type_of(value)
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


# What is answered to invokes


def answer_refusals(name: str, status: int, body: Any) -> list[Refusal]:
    """What is refused of the answer to an invoke of that name, or ("") to anything else."""
    if status >= 500:
        return [refusal("answer-crash", "", status)]
    if status >= 400 or name not in _ANSWERS:
        return []
    if body is not None and not isinstance(body, dict):
        return [refusal("answer-json", "", body)]
    return [*_ANSWERS[name](body or {})]


def _clicked(body: Json) -> _Found:
    kind, status, value = (body.get(name) for name in ("type", "statusCode", "value"))
    for name in body.keys() ^ {"type", "statusCode", "value"}:
        yield refusal("answer-card", f"/{name}")
    if kind == ADAPTIVE:
        yield from _status(status, 200)
        yield from checks_cards.card(value, "/value")
    elif kind == "application/vnd.microsoft.activity.message":
        yield from _status(status, 200)
        if not isinstance(value, str) or not value.strip():
            yield refusal("answer-value", "/value", value)
    elif kind == "application/vnd.microsoft.error":
        yield from _status(status, 400, 404, 500)
        fits = isinstance(value, dict) and value.get("code") and value.get("message")
        if not fits:
            yield refusal("answer-value", "/value", value)
    else:
        yield refusal("answer-type", "/type", kind)


def _status(found: Any, *allowed: int) -> _Found:
    if found not in allowed or isinstance(found, bool):
        yield refusal("answer-status", "/statusCode", found)


def _fetched(body: Json) -> _Found:
    if not body:
        yield refusal("task", "/task")
    yield from _submitted(body)


def _submitted(body: Json) -> _Found:
    if not body:
        return
    task = body.get("task")
    if body.keys() != {"task"} or not isinstance(task, dict):
        yield refusal("task", "/task", task)
        return
    value = task.get("value")
    if task.get("type") == "message":
        if not isinstance(value, str) or not value.strip():
            yield refusal("task-message", "/task/value", value)
    elif task.get("type") == "continue" and isinstance(value, dict):
        yield from dialog(value, "/task/value")
    else:
        yield refusal("task", "/task/type", task.get("type"))


def dialog(value: Json, where: str) -> _Found:
    """What a dialog shows."""
    title = value.get("title")
    if not isinstance(title, str) or not title.strip():
        yield refusal("dialog-title", f"{where}/title", title)
    for name in ("height", "width"):
        size = value.get(name)
        pixels = isinstance(size, int) and not isinstance(size, bool) and size > 0
        if size is not None and not pixels and size not in ("small", "medium", "large"):
            yield refusal("dialog-size", f"{where}/{name}", size)
    card = value.get("card")
    if isinstance(card, dict) and card.get("contentType") == ADAPTIVE:
        yield from checks_cards.card(card.get("content"), f"{where}/card/content", dialog=True)
    elif not str(value.get("url", "")).startswith("https://"):
        yield refusal("dialog-card", f"{where}/card", card)


def _queried(body: Json) -> _Found:
    result = body.get("composeExtension")
    if not isinstance(result, dict) or body.keys() != {"composeExtension"}:
        yield refusal("extension", "/composeExtension", result)
        return
    yield from _extension(result, "/composeExtension")


def _extension(result: Json, where: str) -> _Found:
    kind = result.get("type")
    if kind == "message":
        if not isinstance(result.get("text"), str) or not result["text"].strip():
            yield refusal("extension", f"{where}/text", result.get("text"))
    elif kind == "result":
        if result.get("attachmentLayout") not in ("list", "grid"):
            yield refusal("extension-layout", f"{where}/attachmentLayout")
        found = result.get("attachments")
        if not isinstance(found, list):
            yield refusal("list", f"{where}/attachments", found)
            return
        if len(found) > 25:
            yield refusal("extension-many", f"{where}/attachments", len(found))
        for at, each in enumerate(found):
            yield from _result(each, f"{where}/attachments/{at}")
    elif kind == "botMessagePreview":
        preview = result.get("activityPreview")
        shown = (preview.get("attachments") or []) if isinstance(preview, dict) else []
        if len(shown) != 1 or _type_of(shown[0]) != ADAPTIVE:
            yield refusal("extension-preview", f"{where}/activityPreview")
    elif kind not in ("auth", "config"):
        yield refusal("extension-type", f"{where}/type", kind)


def _result(value: Any, where: str) -> _Found:
    kind = _type_of(value)
    if kind == ADAPTIVE:
        yield from checks_cards.card(value.get("content"), f"{where}/content")
        if _type_of(value.get("preview")) not in (HERO, THUMBNAIL):
            yield refusal("extension-result", f"{where}/preview")
    elif kind not in (HERO, THUMBNAIL) or not isinstance(value.get("content"), dict):
        yield refusal("extension-result", where, kind)


def _acted(body: Json) -> _Found:
    yield from _queried(body) if "composeExtension" in body else _submitted(body)


def _anything(body: Json) -> _Found:
    return iter(())


_ANSWERS: Mapping[str, Callable[[Json], _Found]] = {
    "adaptiveCard/action": _clicked,
    "task/fetch": _fetched,
    "task/submit": _submitted,
    "composeExtension/query": _queried,
    "composeExtension/fetchTask": _fetched,
    "composeExtension/submitAction": _acted,
    "fileConsent/invoke": _anything,
}
