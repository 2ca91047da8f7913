"""A card as each platform would be sent it, counted as that platform counts: deliberately written
without bot/cards/costs.py, so that the two are checked against each other.

Each function asserts that one page is allowed, by the numbers that bot/platforms/*/limits.py names.
"""

import html
import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from bot.cards.card import (
    Block,
    Button,
    Card,
    Choices,
    Code,
    Document,
    Facts,
    Heading,
    Line,
    Notice,
    Parts,
    Prose,
)
from bot.platforms.playground import wire

Json = dict[str, Any]


def playground(card: Card) -> None:
    """Against the playground's own types."""
    blocks = [_of_playground(block) for block in card.blocks]
    wire.Content.model_validate({"text": card.summary, "blocks": blocks})
    texts = [text for block in card.blocks for text in texts_of(block)]
    assert sum(map(len, texts)) <= wire.MESSAGE_LIMIT
    assert len([b for b in card.buttons() if b.token in _buttons(card)]) <= wire.ACTIONS
    assert len([block for block in blocks if block["type"] == "select"]) <= wire.SELECTS
    tokens = [button.token for button in card.buttons()]
    assert len(tokens) == len(set(tokens))


def slack(card: Card) -> None:
    """As Block Kit."""
    blocks = [native for block in card.blocks for native in _of_slack(block)]
    assert 1 <= len(blocks) <= 50
    assert 1 <= len(card.summary) <= 40_000
    total = 0
    for block in blocks:
        texts = _slack_texts(block)
        total += sum(map(len, texts))
        most = {"header": 150, "markdown": 12_000}.get(block["type"], 3_000)
        assert all(1 <= len(text) <= most for text in texts)
        assert len(block.get("fields", ())) <= 10
        for element in block.get("elements", ()):
            for option in element.get("options", ()):
                assert 1 <= len(option["text"]) <= 75
                assert len(option["value"]) <= 150
            assert len(element.get("options", ())) <= 100
            assert len(element.get("label", "x")) in range(1, 76)
        assert len(block.get("elements", ())) <= 25
    assert total <= 13_200


def discord(card: Card) -> None:
    """As components (V2)."""
    components = 0
    texts: list[str] = []
    for block in card.blocks:
        if not isinstance(block, Choices):
            texts.append(_of_discord(block))
            components += 1
        elif block.menu:
            components += 2
            assert 1 <= len(block.buttons) <= 25
            assert all(1 <= _utf16(button.label) <= 100 for button in block.buttons)
            assert 1 <= _utf16(block.label) <= 150
        else:
            components += len(block.buttons) + -(-len(block.buttons) // 5)
            assert all(1 <= _utf16(button.label) <= 80 for button in block.buttons)
    assert components <= 40
    assert all(text.strip() for text in texts)
    assert sum(map(_utf16, texts)) <= 4_000
    assert all(len(button.token) <= 100 for button in card.buttons())


def teams(card: Card) -> None:
    """As an Adaptive Card: rich text, and whatever can be pressed twice, for older clients too."""
    body = [native for block in card.blocks for native in _of_teams(block)]
    adaptive = {
        "type": "AdaptiveCard",
        "version": "1.5",
        "msteams": {"width": "Full"},
        "speak": "x" * 200,
        "fallbackText": "x" * 80,
        "body": body,
    }
    assert len(json.dumps(adaptive, ensure_ascii=False).encode()) <= 28 * 1024
    assert all(len(native.get("actions", ())) <= 6 for native in body)


CHECKS: dict[str, Callable[[Card], None]] = {
    "playground": playground,
    "slack": slack,
    "teams": teams,
    "discord": discord,
}


def texts_of(block: Block) -> list[str]:
    """Every text of a block, labels too; times are no text."""
    match block:
        case Heading(text) | Prose(text) | Notice(text) | Document(text):
            return [text]
        case Line(parts):
            return [part for part in parts if isinstance(part, str)]
        case Code(text, _, caption):
            return [caption, text]
        case Facts(pairs):
            values = [part for _, value in pairs for part in value if isinstance(part, str)]
            return [*(name for name, _ in pairs), *values]
        case Choices(buttons, label):
            return [label, *(button.label for button in buttons)]


def _buttons(card: Card) -> set[str]:
    rows = [block for block in card.blocks if isinstance(block, Choices) and not block.menu]
    return {button.token for row in rows for button in row.buttons}


def _of_playground(block: Block) -> Json:
    match block:
        case Heading(text):
            return {"type": "heading", "text": text}
        case Prose(text):
            return {"type": "markdown", "text": text}
        case Line(parts, struck):
            return {"type": "line", "parts": _timed(parts), "struck": struck}
        case Code(text, language, caption):
            return {"type": "code", "text": text, "language": language, "caption": caption}
        case Facts(pairs):
            return {"type": "facts", "pairs": [(name, _timed(value)) for name, value in pairs]}
        case Notice(text, weight):
            return {"type": "notice", "text": text, "weight": weight.value}
        case Choices(buttons, label, True):
            return {"type": "select", "label": label, "options": [*map(_wired, buttons)]}
        case Choices(buttons):
            return {"type": "actions", "buttons": [*map(_wired, buttons)]}
        case Document(text, name):
            return {"type": "document", "text": text, "name": name}


def _wired(button: Button) -> Json:
    badge = button.count or ""
    return {"action": button.token, "label": button.label, "badge": badge, "key": button.key}


def _timed(parts: Parts) -> list[str | Json]:
    return [p if isinstance(p, str) else {"time": p.isoformat()} for p in parts]


def _of_slack(block: Block) -> Iterable[Json]:
    match block:
        case Heading(text):
            yield {"type": "header", "text": html.escape(text, quote=False)}
        case Prose(text) | Notice(text):
            yield {"type": "section", "text": html.escape(text, quote=False)}
        case Line(parts):
            yield {"type": "context", "text": _written(parts, _slack_time)}
        case Code(text, _, caption):
            if caption:
                yield {"type": "context", "text": html.escape(caption, quote=False)}
            yield {"type": "section", "text": f"```\n{html.escape(text, quote=False)}\n```"}
        case Facts(pairs):
            fields = [f"*{html.escape(n)}*\n{_written(v, _slack_time)}" for n, v in pairs]
            yield {"type": "section", "fields": fields}
        case Document(text):
            yield {"type": "markdown", "text": text}
        case Choices(buttons, label, True):
            options = [{"text": b.label, "value": b.token} for b in buttons]
            yield {"type": "actions", "elements": [{"label": label, "options": options}]}
        case Choices(buttons):
            yield {"type": "actions", "elements": [{"label": b.label} for b in buttons]}


def _slack_texts(block: Json) -> list[str]:
    said = [block["text"]] if "text" in block else []
    return [*said, *block.get("fields", ())]


def _slack_time(at: datetime) -> str:
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}}, {{time}}|{at:%d %b %Y, %H:%M} UTC>"


def _of_discord(block: Block) -> str:
    match block:
        case Heading(text):
            return f"## {text}"
        case Notice(text):
            return f"> {text}"
        case Line(parts):
            return "-# " + _written(parts, lambda at: f"<t:{int(at.timestamp())}:f>", escape=False)
        case Code(text, language, caption):
            return f"-# {caption}\n```{language}\n{text}\n```"
        case Facts(pairs):
            return "\n".join(f"**{n}**: {_written(v, str, escape=False)}" for n, v in pairs)
        case Document(text):
            return f"```md\n{text}\n```"
        case Prose(text):
            return text
        case Choices():
            raise AssertionError


def _of_teams(block: Block) -> Iterable[Json]:
    match block:
        case Heading(text):
            yield _rich(text, size="Large", weight="Bolder")
        case Prose(text):
            yield _rich(text)
        case Notice(text):
            yield {"type": "Container", "style": "warning", "items": [_rich(text)]}
        case Line(parts):
            said = _written(parts, _teams_time, escape=False)
            yield _rich(said, isSubtle=True, size="Small")
        case Code(text, _, caption):
            if caption:
                yield _rich(caption, isSubtle=True, size="Small")
            yield _boxed(text)
        case Facts(pairs):
            facts = [
                {"title": n, "value": _written(v, _teams_time, escape=False)} for n, v in pairs
            ]
            yield {"type": "FactSet", "facts": facts}
        case Document(text):
            yield _boxed(text)
        case Choices(buttons, label, True) if len(buttons) > 12:
            choices = [{"title": b.label, "value": b.token} for b in buttons]
            yield {"type": "Input.ChoiceSet", "id": "x" * 20, "label": label, "choices": choices}
            yield {"type": "ActionSet", "actions": [_execute(Button("t" * 100, "Go"))]}
        case Choices(buttons, label, True):
            unfold = {"type": "Action.ToggleVisibility", "title": label, "targetElements": ["x"]}
            entries = [{"type": "ActionSet", "actions": [_execute(each)]} for each in buttons]
            yield {"type": "ActionSet", "actions": [unfold]}
            yield {"type": "Container", "id": "x", "isVisible": False, "items": entries}
        case Choices(buttons):
            for at in range(0, len(buttons), 6):
                actions = [*map(_execute, buttons[at : at + 6])]
                yield {"type": "ActionSet", "actions": actions}


def _boxed(code: str) -> Json:
    # Blanks beside each other do not break, which takes two bytes.
    text = code.replace("  ", "\u00a0\u00a0")
    items = [_rich(text, fontType="Monospace")]
    return {"type": "Container", "style": "emphasis", "items": items}


def _rich(text: str, **looks: object) -> Json:
    # Some words look another way; each makes three runs of one.
    runs = [{"type": "TextRun", "text": each, **looks} for each in (text, "", "")]
    return {"type": "RichTextBlock", "inlines": runs}


def _execute(button: Button) -> Json:
    data = {"token": button.token}
    submit = {"type": "Action.Submit", "title": button.label, "data": data}
    execute = {"type": "Action.Execute", "title": button.label, "verb": "press", "data": data}
    return {**execute, "style": "positive", "fallback": submit}


def _teams_time(at: datetime) -> str:
    stamp = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    return f"{{{{DATE({stamp},COMPACT)}}}} {{{{TIME({stamp})}}}}"


def _written(parts: Parts, time: Callable[[datetime], str], *, escape: bool = True) -> str:
    said = [html.escape(p, quote=False) if escape else p for p in parts if isinstance(p, str)]
    times = [time(p) for p in parts if isinstance(p, datetime)]
    return "".join((*said, *times))


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
