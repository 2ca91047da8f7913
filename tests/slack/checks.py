"""What Slack refuses of a whole message or view. First our own rules, then slack_sdk's models, so
that whatever those know beyond ours is refused too.
"""

import json
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from tests.slack.checks_blocks import block
from tests.slack.checks_texts import Json, options, text_object, too_long
from tests.slack.rules import Refusal, refusal

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
# Seen in github.com/slackapi/bolt-js/issues/2509: one block held 13,297 characters, and 125 fewer
# with a second block beside it.
CHARACTERS, A_BLOCK = 13_297, 125
POSTED_TEXT, UPDATED_TEXT = 40_000, 4_000
VIEW_SIZE = 250_000  # bytes
_VIEW = {
    "type",
    "title",
    "blocks",
    "close",
    "submit",
    "private_metadata",
    "callback_id",
    "clear_on_close",
    "notify_on_close",
    "external_id",
    "submit_disabled",
}
# It says at each unknown key what is refused here anyway.
logging.getLogger("slack_sdk.models").setLevel(logging.ERROR)


def message_problems(payload: Json) -> list[str]:
    """What Slack would say to the arguments of chat.postMessage; nothing where it takes them."""
    return [str(each) for each in message_refusals(payload)]


def view_problems(view: Json, *, kind: str) -> list[str]:
    """The same of a view; `kind` is `modal` or `home`."""
    return [str(each) for each in view_refusals(view, kind=kind)]


def message_refusals(payload: Json, *, update: bool = False) -> list[Refusal]:
    """What is refused of a message, worst first. Blocks and metadata are objects, not JSON."""
    return [*_message(payload, update=update)]


def view_refusals(view: Json, *, kind: str) -> list[Refusal]:
    """What is refused of a view."""
    return [*_view(view, kind)]


def suggestion_refusals(answer: Json) -> list[Refusal]:
    """What is refused of the answer to a block_suggestion."""
    if "option_groups" in answer:
        many = answer["option_groups"]
        found = [*too_long("reply-options", many, 100, "/option_groups")]
        for number, group in enumerate(many):
            at = f"/option_groups/{number}"
            found += text_object(group.get("label"), f"{at}/label", "group-label", most=75)
            found += options(group.get("options"), f"{at}/options", rule="reply-options", least=0)
        return found
    return [*options(answer.get("options"), "/options", rule="reply-options", least=0)]


def _message(payload: Json, *, update: bool) -> Iterator[Refusal]:
    text, blocks = payload.get("text") or "", payload.get("blocks") or []
    if not text and not blocks and not payload.get("attachments"):
        yield refusal("message-empty", "/text")
    yield from too_long("message-text", text, POSTED_TEXT, "/text")
    if update and len(text) <= POSTED_TEXT:
        yield from too_long("update-text", text, UPDATED_TEXT, "/text")
    yield from too_long("message-blocks", blocks, MESSAGE_BLOCKS, "/blocks")
    if isinstance(blocks, list):
        yield from _characters(blocks)
    yield from _blocks(blocks, "message", "/blocks")
    if payload.get("metadata"):
        yield from _metadata(payload["metadata"])


def _characters(blocks: Sequence[Json]) -> Iterator[Refusal]:
    said = [b.get("text") for b in blocks if isinstance(b, dict) and b.get("type") == "markdown"]
    markdown = sum(len(text) for text in said if isinstance(text, str))
    if markdown > 12_000:
        yield refusal("markdown-text", "/blocks", str(markdown))
    taken = block_characters(blocks)
    if taken > CHARACTERS:
        yield refusal("message-characters", "/blocks", f"{taken} of {CHARACTERS}")


def block_characters(blocks: Sequence[Json]) -> int:
    """What blocks take of a message: all words that are shown, and 125 for each further block."""
    return _said(blocks) + A_BLOCK * max(len(blocks) - 1, 0)


def _said(value: Any) -> int:
    """The characters of every `text` that is a string, but of options that a menu still hides."""
    if isinstance(value, list):
        return sum(map(_said, value))
    if not isinstance(value, dict):
        return 0
    return sum(
        len(each) if name in ("text", "alt_text") and isinstance(each, str) else _said(each)
        for name, each in value.items()
        if name not in ("options", "option_groups", "initial_option", "initial_options")
    )


def _metadata(metadata: Any) -> Iterator[Refusal]:
    if not isinstance(metadata, dict) or metadata.keys() != {"event_type", "event_payload"}:
        yield refusal("metadata-shape", "/metadata")
        return
    if not isinstance(metadata["event_type"], str) or not metadata["event_type"]:
        yield refusal("metadata-type", "/metadata/event_type")
    if not isinstance(metadata["event_payload"], dict):
        yield refusal("metadata-payload", "/metadata/event_payload")


def _view(view: Json, kind: str) -> Iterator[Refusal]:
    if not isinstance(view, dict) or view.get("type") != kind:
        yield refusal("view-type", "/view/type")
        return
    if unknown := sorted(view.keys() - _VIEW):
        yield refusal("view-unknown", "/view", str(unknown))
    blocks = view.get("blocks") or []
    least = 1 if kind == "modal" else 0
    yield from too_long("view-blocks", blocks, VIEW_BLOCKS, "/view/blocks", least=least)
    yield from _lengths(view)
    yield from _titles(view, kind)
    asks = any(each.get("type") == "input" for each in blocks)
    if kind == "modal" and asks and "submit" not in view:
        yield refusal("view-needs-submit", "/view/submit")
    yield from _blocks(blocks, kind, "/view/blocks")
    if not any(True for _ in _blocks(blocks, kind, "")):
        yield from _by_models(lambda: View(**view).to_dict() if blocks else {}, "/view")
    if len(json.dumps(view, ensure_ascii=False).encode()) > VIEW_SIZE:
        yield refusal("view-size", "/view")


def _lengths(view: Json) -> Iterator[Refusal]:
    metadata, callback = view.get("private_metadata"), view.get("callback_id")
    yield from too_long("view-metadata", metadata, 3_000, "/view/private_metadata")
    yield from too_long("view-callback", callback, 255, "/view/callback_id")
    yield from too_long("view-external", view.get("external_id"), 255, "/view/external_id")


def _titles(view: Json, kind: str) -> Iterator[Refusal]:
    names = [name for name in ("title", "submit", "close") if name in view]
    if kind == "home":
        if names:
            yield refusal("home-buttons", "/view", str(names))
        return
    if "title" not in view:
        yield refusal("view-title", "/view/title", "missing")
    for name in names:
        yield from text_object(view[name], f"/view/{name}", f"view-{name}", most=24, plain=True)


def _blocks(blocks: Any, surface: str, where: str) -> Iterator[Refusal]:
    if not isinstance(blocks, list):
        yield refusal("block-shape", where, "no list of blocks")
        return
    found = [r for number, b in enumerate(blocks) for r in block(b, f"{where}/{number}", surface)]
    yield from found
    if found:
        return
    yield from _once(blocks, where)
    yield from _by_models(lambda: [each.to_dict() for each in Block.parse_all(blocks)], where)


def _once(blocks: Sequence[Json], where: str) -> Iterator[Refusal]:
    """What may be there only once."""
    ids = Counter(each["block_id"] for each in blocks if each.get("block_id"))
    yield from (refusal("block-id-twice", where, id) for id, times in ids.items() if times > 1)
    elements = [each for b in blocks for each in elements_of(b)]
    actions = Counter(each["action_id"] for each in elements if each.get("action_id"))
    yield from (refusal("action-id-twice", where, id) for id, n in actions.items() if n > 1)
    if sum(bool(each.get("focus_on_load")) for each in elements) > 1:
        yield refusal("focus-twice", where)
    if sum(each["type"] == "table" for each in blocks) > 1:
        yield refusal("table-twice", where)


def elements_of(block: Json) -> Sequence[Json]:
    """Everything in a block that can be worked."""
    if block["type"] in ("actions", "context_actions"):
        return list(block["elements"])
    return [block[name] for name in ("accessory", "element") if name in block]


def _by_models(build: Any, where: str) -> Iterator[Refusal]:
    try:
        build()
    except (SlackObjectFormationError, TypeError, ValueError) as error:
        yield refusal("block-shape", where, f"slack_sdk: {error}")
