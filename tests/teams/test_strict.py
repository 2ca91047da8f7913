"""Each limit of Teams' is refused one past it, what is exactly at it is taken; each shape that is
wrong is refused, and what is right beside it is not.
"""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.teams.checks import (
    CONSENT,
    activity_refusals,
    conversation_refusals,
    reaction_refusals,
)
from tests.teams.checks_answers import answer_refusals
from tests.teams.checks_cards import card as refusals_of
from tests.teams.checks_cards import size
from tests.teams.rules import RULES, Refusal
from tests.teams.samples import (
    attached,
    box,
    card,
    choices,
    dialog,
    execute,
    field,
    found,
    message,
    opener,
    row,
    says,
    shows,
    submit,
    text,
    toggle,
    with_fallback,
)
from tests.teams.world import Json

Refuses = Callable[[int], list[Refusal]]


def shown(*body: Any, **more: Any) -> list[Refusal]:
    return [*refusals_of(card(*body, **more), "")]


def said(**more: object) -> list[Refusal]:
    return activity_refusals({"type": "message", "text": "Hello", **more})


def sent(*body: Json, **more: object) -> list[Refusal]:
    return activity_refusals(message(*body, **more))


def clicked(body: Json, status: int = 200) -> list[Refusal]:
    return answer_refusals("adaptiveCard/action", status, body)


def fetched(body: object) -> list[Refusal]:
    return answer_refusals("task/fetch", 200, body)


def queried(body: object) -> list[Refusal]:
    return answer_refusals("composeExtension/query", 200, body)


def begun(**more: object) -> list[Refusal]:
    told = {"members": [{"id": "29:1"}], "tenantId": "t", "isGroup": False, **more}
    return conversation_refusals(told)


def in_channel(**more: object) -> list[Refusal]:
    data = {"channel": {"id": "19:x"}}
    told = {"isGroup": True, "channelData": data, "activity": message(), **more}
    return conversation_refusals(told)


def _sized(bytes_: int) -> list[Refusal]:
    """A card of so many bytes, in letters of two."""
    spent = size(card(text("x")))
    return shown(text("x" + "ä" * ((bytes_ - spent) // 2) + "x" * ((bytes_ - spent) % 2)))


def _long(bytes_: int) -> list[Refusal]:
    spent = len(json.dumps({"type": "message", "text": ""}, separators=(",", ":"))) * 2
    return activity_refusals({"type": "message", "text": "x" * ((bytes_ - spent + 1) // 2)})


def _dialog(*body: Json, **more: Any) -> list[Refusal]:
    return fetched(dialog(*body, **more))


def _facts(*pairs: tuple[object, object]) -> Json:
    return {"type": "FactSet", "facts": [{"title": a, "value": b} for a, b in pairs]}


def _columns(*widths: object) -> Json:
    columns = [{"type": "Column", "items": [text()], "width": each} for each in widths]
    return {"type": "ColumnSet", "columns": columns}


def _acted(body: object) -> list[Refusal]:
    return answer_refusals("composeExtension/submitAction", 200, body)


def _buttons(count: int, primary: int) -> list[Refusal]:
    modes = ["primary"] * primary + ["secondary"] * (count - primary)
    return shown(row(*[execute(str(n), mode=mode) for n, mode in enumerate(modes)]))


def _error(**value: object) -> list[Refusal]:
    kind = "application/vnd.microsoft.error"
    return clicked({"statusCode": 400, "type": kind, "value": value})


def _in_dialog(*actions: Json) -> list[Refusal]:
    made = dialog()
    made["task"]["value"]["card"]["content"]["actions"] = [*actions]
    return fetched(made)


def _result(**more: object) -> list[Refusal]:
    body = found("VPN")
    body["composeExtension"]["attachments"][0].update(more)
    return queried(body)


def _extends(**more: object) -> list[Refusal]:
    return queried({"composeExtension": found("VPN")["composeExtension"] | more})


def _refreshed(**more: object) -> list[Refusal]:
    return shown(text(), refresh={"action": execute(""), "userIds": [], **more})


# Rule, most, and a body of a size.
SIZES: list[tuple[str, int, Refuses]] = [
    ("card-size", 28 * 1_024, _sized),
    ("activity-size", 100 * 1_024, _long),
    ("actions-many", 6, lambda n: shown(row(*[execute(str(k)) for k in range(n)]))),
    ("actions-many", 6, lambda n: shown(text(), actions=[execute(str(k)) for k in range(n)])),
    ("refresh-users", 60, lambda n: _refreshed(userIds=["29:1"] * n)),
    ("input-range", 5, lambda n: shown(field(maxLength=5, value="x" * n))),
    ("extension-many", 25, lambda n: queried(found(*["VPN"] * n))),
    ("suggested", 6, lambda n: activity_refusals(_suggesting(n), personal=True)),
]


def _suggesting(count: int, kind: str = "imBack") -> Json:
    action = {"type": kind, "title": "x", "value": "x"}
    return {"type": "message", "text": "x", "suggestedActions": {"actions": [action] * count}}


_AT = "<at>Sam</at>"
_MENTION = {"type": "mention", "text": _AT, "mentioned": {"id": "29:1", "name": "Sam"}}
_NO_PREVIEW: Json = {"type": "botMessagePreview"}
_PREVIEW = {"composeExtension": _NO_PREVIEW | {"activityPreview": message(text())}}
_LINK: Json = {"type": "Action.OpenUrl", "title": "Read", "url": "https://a"}


def _consent(**more: object) -> list[Refusal]:
    content = {"description": "x", "sizeInBytes": 3, "acceptContext": {}, "declineContext": {}}
    told = {"contentType": CONSENT, "name": "a.txt", "content": content, **more}
    return activity_refusals({"type": "message", "attachments": [told]})


# Of each rule without a number: what breaks it, and what is right beside it.
SHAPES: list[tuple[str, list[Refusal], list[Refusal]]] = [
    ("json", activity_refusals([]), activity_refusals(message())),
    ("json", conversation_refusals("x"), begun()),
    ("activity-type", activity_refusals({"type": "event"}), activity_refusals({"type": "typing"})),
    ("activity-property", said(markdown=True), said(textFormat="markdown")),
    ("activity-shape", said(summary=5), said(summary="5")),
    ("activity-shape", said(channelData="x"), said(channelData={})),
    ("activity-shape", said(attachments={}), said(attachments=[])),
    ("activity-empty", activity_refusals({"type": "message"}), said()),
    ("text-format", said(textFormat="html"), said(textFormat="xml")),
    ("attachment", sent(attachments=["x"]), sent()),
    (
        "attachment",
        sent(attachments=[{"contentType": "image/png"}]),
        sent(attachments=[{"contentType": "image/png", "contentUrl": "data:image/png;base64,AA"}]),
    ),
    ("attachment-type", sent(attachments=[{"contentType": "text/html", "content": "x"}]), sent()),
    ("attachment-layout", sent(attachmentLayout="grid"), sent(attachmentLayout="list")),
    ("importance", said(importance="top"), said(importance="high")),
    ("split", said(attachments=[attached(card())]), sent(summary="Hello")),
    ("suggested", activity_refusals(_suggesting(1)), said()),
    ("suggested", activity_refusals(_suggesting(1, "openUrl"), personal=True), said()),
    ("mention", said(text=_AT), said(text=_AT, entities=[_MENTION])),
    ("mention", said(entities=[_MENTION]), said()),
    ("mention", said(text=_AT, entities=[{**_MENTION, "mentioned": {}}]), said()),
    (
        "mention-card",
        shown(text(_AT)),
        shown(text(_AT), msteams={"entities": [_MENTION]}),
    ),
    ("mention-card", shown(text(), msteams={"entities": [_MENTION]}), shown(text())),
    ("mention-card", shown(text(_AT), msteams={"entities": [{"text": _AT}]}), shown(text())),
    ("consent", _consent(content={}), _consent()),
    ("consent", _consent(name=""), _consent()),
    ("reaction", reaction_refusals("thumbs up"), reaction_refusals("2705_whiteheavycheckmark")),
    ("reaction", reaction_refusals("👍"), reaction_refusals("like")),
    ("conversation-shape", begun(members=[]), begun()),
    ("conversation-shape", begun(members=[{"id": "1"}, {"id": "2"}]), begun()),
    ("conversation-shape", in_channel(channelData={}), in_channel()),
    ("conversation-shape", in_channel(activity=None), in_channel()),
    ("required", begun(tenantId=""), begun(tenantId="", channelData={"tenant": {"id": "t"}})),
    # Cards
    ("object", [*refusals_of("x", "")], shown()),
    ("object", shown("x"), shown(text())),
    ("card-type", shown(type="Card"), shown()),
    ("card-version", shown(version="1.6"), shown(version="1.4")),
    ("card-empty", shown(body=[]), shown(body=[], actions=[execute()])),
    ("element-type", shown({"type": "Badge", "text": "x"}), shown(text())),
    ("element-type", shown({"type": "Column", "items": []}), shown(box(text()))),
    ("property", shown(text(colour="good")), shown(text(color="good"))),
    ("property", shown(body=[text()], title="x"), shown(body=[text()], lang="en")),
    ("required", shown({"type": "TextBlock"}), shown(text())),
    ("required", shown({"type": "Input.Text", "label": "x"}), shown(field())),
    ("required", shown({"type": "Container"}), shown(box(text()))),
    ("string", shown(text(5)), shown(text("5"))),  # type: ignore[arg-type]
    ("boolean", shown(text(wrap="true")), shown(text(wrap=True))),
    ("number", shown(text(maxLines="2")), shown(text(maxLines=2))),
    ("number", shown(text(maxLines=True)), shown(text(maxLines=2))),
    ("list", shown(body={}), shown(body=[text()])),
    ("value", shown(text(size="huge")), shown(text(size="Large"))),
    ("value", shown(text(weight=None)), shown(text())),
    ("value", shown(text(), msteams={"width": "wide"}), shown(text(), msteams={"width": "Full"})),
    ("id-twice", shown(field("a"), field("a")), shown(field("a"), field("b"))),
    ("id-twice", shown(text(id="a"), field("a")), shown(text(id="a"), field("b"))),
    ("text-empty", shown(text("")), shown(text("x"))),
    ("text-empty", shown({"type": "RichTextBlock", "inlines": []}), shown(text())),
    (
        "address",
        shown({"type": "Image", "url": "http://a/b.png"}),
        shown({"type": "Image", "url": "https://a/b.png"}),
    ),
    ("choices-empty", shown(choices()), shown(choices("a"))),
    ("choice", shown(choices(choices=[{"title": "x"}])), shown(choices("a"))),
    ("choice", shown(choices(choices=[{"title": "", "value": "x"}])), shown(choices("a"))),
    ("choice-twice", shown(choices("a", "a")), shown(choices("a", "b"))),
    ("choice-value", shown(choices("a", value="b")), shown(choices("a", value="a"))),
    (
        "choice-value",
        shown(choices("a", "b", value="a,c", isMultiSelect=True)),
        shown(choices("a", "b", value="a,b", isMultiSelect=True)),
    ),
    ("choice-comma", shown(choices("a,b", isMultiSelect=True)), shown(choices("a,b"))),
    ("facts-empty", shown(_facts()), shown(_facts(("a", "b")))),
    ("string", shown(_facts(("a", None))), shown(_facts(("a", "b")))),
    ("columns-empty", shown(_columns()), shown(_columns("auto"))),
    ("width", shown(_columns("wide")), shown(_columns("40px", "stretch", 2))),
    ("input-label", shown(field(label="")), shown(field(label="x"))),
    (
        "input-error",
        shown(field(isRequired=True)),
        shown(field(isRequired=True, errorMessage="Write something.")),
    ),
    ("input-error", shown(field(regex="x")), shown(field(regex="x", errorMessage="x"))),
    # Actions
    ("action-type", shown(row({"type": "Action.Http", "title": "x"})), shown(row(execute()))),
    (
        "action-type",
        shown(box(text(), selectAction={"type": "Action.ShowCard", "card": card()})),
        shown(box(text(), selectAction=execute())),
    ),
    ("action-title", shown(row(execute(""))), shown(row(execute("x")))),
    ("actions-empty", shown(row()), shown(row(execute()))),
    ("actions-many", _buttons(9, 7), _buttons(9, 6)),
    ("submit-data", shown(row(execute(data="x"))), shown(row(execute(data={})))),
    ("submit-msteams", shown(row(submit(msteams={"type": "x"}))), shown(row(opener()))),
    ("toggle-targets", shown(row(toggle("a"))), shown(box(text(), id="a"), row(toggle("a")))),
    ("toggle-targets", shown(row(toggle())), shown(row(execute()))),
    (
        "toggle-targets",
        shown(row(toggle({"isVisible": True}))),
        shown(box(text(), id="a"), row(toggle({"elementId": "a", "isVisible": True}))),
    ),
    ("execute-verb", shown(row(execute(verb=""))), shown(row(execute(verb="x")))),
    ("execute-verb", shown(row(execute(verb=5))), shown(row(execute(verb="5")))),
    (
        "required",
        shown(row({"type": "Action.Execute", "title": "x"})),
        shown(row(execute())),
    ),
    ("execute-version", shown(row(execute()), version="1.3"), shown(row(submit()), version="1.3")),
    (
        "execute-fallback",
        shown(row(execute(fallback=execute()))),
        shown(row(with_fallback())),
    ),
    ("refresh", shown(text(), refresh={"userIds": []}), _refreshed()),
    ("action-type", _refreshed(action=submit()), _refreshed()),
    ("property", _refreshed(users=[]), _refreshed()),
    # Answers
    ("answer-crash", clicked({}, 500), clicked({}, 404)),
    ("answer-crash", answer_refusals("", 502, None), answer_refusals("", 200, "anything")),
    ("answer-json", fetched("x"), fetched(dialog())),
    ("answer-card", clicked({"type": "x"}), clicked(says("Done."))),
    ("answer-card", clicked(shows(card()) | {"more": 1}), clicked(shows(card()))),
    ("answer-type", clicked(says("x") | {"type": "text"}), clicked(says("x"))),
    ("answer-status", clicked(shows(card()) | {"statusCode": 201}), clicked(shows(card()))),
    ("answer-status", clicked(says("x") | {"statusCode": "200"}), clicked(says("x"))),
    ("answer-value", clicked(says("")), clicked(says("x"))),
    ("answer-value", _error(), _error(code="BadRequest", message="x")),
    ("element-type", clicked(shows(card({"type": "x"}))), clicked(shows(card()))),
    ("task", fetched(None), answer_refusals("task/submit", 200, None)),
    ("task", fetched({"task": {"type": "close"}}), fetched(dialog())),
    ("task", fetched({"task": "x"}), fetched(dialog())),
    (
        "task-message",
        fetched({"task": {"type": "message", "value": ""}}),
        fetched({"task": {"type": "message", "value": "x"}}),
    ),
    ("dialog-title", _dialog(title=""), _dialog(title="x")),
    ("dialog-size", _dialog(height="tall"), _dialog(height=500)),
    ("dialog-size", _dialog(width=-1), _dialog(width="small")),
    ("dialog-card", _dialog(card=card()), _dialog()),
    ("dialog-card", _dialog(card=None, url="http://a"), _dialog(card=None, url="https://a")),
    ("dialog-actions", _in_dialog(execute()), _in_dialog(submit())),
    ("dialog-actions", _in_dialog(_LINK), _in_dialog(_LINK, submit())),
    ("dialog-msteams", _in_dialog(opener()), _in_dialog(submit())),
    ("element-type", _dialog({"type": "x"}), _dialog(text())),
    ("extension", queried({}), queried(found("VPN"))),
    ("extension", _extends(type="message"), _extends(type="message", text="x")),
    ("extension-type", _extends(type="list"), _extends(type="auth")),
    ("extension-layout", _extends(attachmentLayout="rows"), _extends(attachmentLayout="grid")),
    ("extension-result", _result(preview=None), _result()),
    ("extension-result", _result(contentType="text/plain"), _result()),
    ("extension-preview", _acted({"composeExtension": _NO_PREVIEW}), _acted(_PREVIEW)),
    ("task", _acted({"task": {}}), _acted(None)),
]
# What needs the whole Teams to be broken: see test_api.
APART = {"member"}


@pytest.mark.parametrize(
    ("rule", "most", "sized"), SIZES, ids=[f"{rule} {most}" for rule, most, _ in SIZES]
)
def test_one_more_than_a_limit_is_refused(rule: str, most: int, sized: Refuses) -> None:
    assert sized(most) == []
    more = sized(most + 1)
    assert more
    assert more[0].rule.name == rule


@pytest.mark.parametrize(("rule", "wrong", "right"), SHAPES, ids=[rule for rule, _, _ in SHAPES])
def test_a_shape_that_is_wrong_is_refused(
    rule: str, wrong: list[Refusal], right: list[Refusal]
) -> None:
    assert right == []
    assert rule in [each.rule.name for each in wrong]


def test_every_rule_has_a_case_and_a_page() -> None:
    tried = {rule for rule, *_ in SIZES} | {rule for rule, *_ in SHAPES}
    assert RULES.keys() - tried - APART == set()
    for rule in RULES.values():
        assert re.fullmatch(r"[\w./:;#-]+", rule.page), rule.name
        assert rule.says
