"""What Teams refuses of what a bot answers: to clicks, to dialogs, to queries."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.teams import checks_cards
from tests.teams.checks import HERO, THUMBNAIL, type_of
from tests.teams.rules import Refusal, refusal
from tests.teams.world import ADAPTIVE, Json

RESULTS = 25
_Found = Iterator[Refusal]


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
        if len(found) > RESULTS:
            yield refusal("extension-many", f"{where}/attachments", len(found))
        for at, each in enumerate(found):
            yield from _result(each, f"{where}/attachments/{at}")
    elif kind == "botMessagePreview":
        preview = result.get("activityPreview")
        shown = (preview.get("attachments") or []) if isinstance(preview, dict) else []
        if len(shown) != 1 or type_of(shown[0]) != ADAPTIVE:
            yield refusal("extension-preview", f"{where}/activityPreview")
    elif kind not in ("auth", "config"):
        yield refusal("extension-type", f"{where}/type", kind)


def _result(value: Any, where: str) -> _Found:
    kind = type_of(value)
    if kind == ADAPTIVE:
        yield from checks_cards.card(value.get("content"), f"{where}/content")
        if type_of(value.get("preview")) not in (HERO, THUMBNAIL):
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
