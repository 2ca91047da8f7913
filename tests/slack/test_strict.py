"""Every rule refuses what is over its limit and takes what is at it; the numbers are those of
docs.slack.dev, as the table of rules has them.
"""

import re
from collections.abc import Callable

import pytest

from tests.slack.checks import (
    CHARACTERS,
    message_problems,
    message_refusals,
    suggestion_refusals,
    view_problems,
)
from tests.slack.rules import RULES
from tests.slack.samples import (
    actions,
    asked,
    button,
    group,
    grouped,
    home,
    message,
    modal,
    mrkdwn,
    option,
    options,
    plain,
    section,
    select,
    text_input,
)
from tests.slack.world import Json

Sized = tuple[str, int, Callable[[int], Json]]


def _confirmed(**sizes: int) -> Json:
    texts = {"title": 1, "text": 1, "confirm": 1, "deny": 1, **sizes}
    confirm = {name: plain("x" * size) for name, size in texts.items()}
    return message(actions(button(confirm=confirm)))


def _image(**more: object) -> Json:
    return message({"type": "image", "image_url": "https://a", "alt_text": "x", **more})


# Of each rule with a number: how to build a payload of a size, and the size that is taken still.
SIZES: list[Sized] = [
    ("text-length", 3_000, lambda n: message({"type": "context", "elements": [mrkdwn("x" * n)]})),
    ("block-id-length", 255, lambda n: message(section(block_id="x" * n))),
    ("action-id-length", 255, lambda n: message(actions(button(action_id="x" * n)))),
    ("message-blocks", 50, lambda n: message(*[{"type": "divider"}] * n)),
    ("message-text", 40_000, lambda n: {"text": "x" * n}),
    ("section-text", 3_000, lambda n: message(section("x" * n))),
    ("section-fields", 10, lambda n: message({"type": "section", "fields": [mrkdwn("x")] * n})),
    ("section-field", 2_000, lambda n: message({"type": "section", "fields": [mrkdwn("x" * n)]})),
    ("header-text", 150, lambda n: message({"type": "header", "text": plain("x" * n)})),
    ("context-elements", 10, lambda n: message({"type": "context", "elements": [plain("x")] * n})),
    ("actions-elements", 25, lambda n: message(actions(*map(button, range(n))))),
    ("markdown-text", 12_000, lambda n: message({"type": "markdown", "text": "x" * n})),
    ("image-url", 3_000, lambda n: _image(image_url="https://a/".ljust(n, "x"))),
    ("image-alt", 2_000, lambda n: _image(alt_text="x" * n)),
    ("image-title", 2_000, lambda n: _image(title=plain("x" * n))),
    ("table-rows", 100, lambda n: message(_table([[_cell()]] * n))),
    ("table-columns", 20, lambda n: message(_table([[_cell()] * n]))),
    ("button-text", 75, lambda n: message(actions(button(text="x" * n)))),
    ("button-value", 2_000, lambda n: message(actions(button(value="x" * n)))),
    ("button-url", 3_000, lambda n: message(actions(button(url="https://a/".ljust(n, "x"))))),
    ("button-label", 75, lambda n: message(actions(button(accessibility_label="x" * n)))),
    ("option-text", 75, lambda n: message(actions(select(options=[option(text="x" * n)])))),
    ("option-value", 150, lambda n: message(actions(select(options=[option(value="x" * n)])))),
    ("option-description", 75, lambda n: message(actions(select(options=[_described(n)])))),
    ("group-label", 75, lambda n: message(actions(grouped(group(label="x" * n))))),
    ("select-options", 100, lambda n: message(actions(select(n)))),
    ("select-groups", 100, lambda n: message(actions(grouped(*[group()] * n)))),
    ("select-placeholder", 150, lambda n: message(actions(select(placeholder=plain("x" * n))))),
    ("select-query", 100, lambda n: message(actions(_external(min_query_length=n)))),
    ("overflow-options", 5, lambda n: message(actions(_overflow(n)))),
    ("confirm-title", 100, lambda n: _confirmed(title=n)),
    ("confirm-text", 300, lambda n: _confirmed(text=n)),
    ("confirm-button", 30, lambda n: _confirmed(deny=n)),
    ("radio-options", 10, lambda n: message(actions(_ticked("radio_buttons", n)))),
    ("checkbox-options", 10, lambda n: message(actions(_ticked("checkboxes", n)))),
    ("input-label", 2_000, lambda n: modal(asked(label=plain("x" * n)))),
    ("input-hint", 2_000, lambda n: modal(asked(hint=plain("x" * n)))),
    ("text-input-length", 3_000, lambda n: modal(asked(text_input(max_length=n)))),
    ("text-input-initial", 3_000, lambda n: modal(asked(text_input(initial_value="x" * n)))),
    (
        "text-input-initial",
        9,
        lambda n: modal(asked(text_input(max_length=9, initial_value="x" * n))),
    ),
    ("view-blocks", 100, lambda n: modal(*[{"type": "divider"}] * n)),
    ("view-blocks", 100, lambda n: home(*[{"type": "divider"}] * n)),
    ("view-title", 24, lambda n: modal(section(), title=plain("x" * n))),
    ("view-submit", 24, lambda n: modal(section(), submit=plain("x" * n))),
    ("view-close", 24, lambda n: modal(section(), close=plain("x" * n))),
    ("view-metadata", 3_000, lambda n: modal(section(), private_metadata="x" * n)),
    ("view-callback", 255, lambda n: modal(section(), callback_id="x" * n)),
    ("view-external", 255, lambda n: modal(section(), external_id="x" * n)),
]


def _cell() -> Json:
    return {"type": "raw_text", "text": "x"}


def _table(rows: list[list[Json]]) -> Json:
    return {"type": "table", "rows": rows}


def _described(size: int) -> Json:
    return {**option(), "description": plain("x" * size)}


def _external(**more: object) -> Json:
    return {"type": "external_select", "action_id": "find", **more}


def _overflow(count: int) -> Json:
    return {"type": "overflow", "action_id": "more", "options": options(count)}


def _ticked(kind: str, count: int) -> Json:
    return {"type": kind, "action_id": "tick", "options": options(count)}


def _rich(*parts: Json, kind: str = "rich_text_section") -> Json:
    return message({"type": "rich_text", "elements": [{"type": kind, "elements": list(parts)}]})


# Of each rule without a number: what breaks it, and what is right beside it.
SHAPES: list[tuple[str, Json, Json]] = [
    ("text-empty", message(section("")), message(section("x"))),
    (
        "text-type",
        message({"type": "section", "text": {"type": "markdown", "text": "x"}}),
        message(section()),
    ),
    (
        "text-plain",
        message({"type": "header", "text": mrkdwn("x")}),
        message({"type": "header", "text": plain("x")}),
    ),
    ("text-plain", modal(section(), title=mrkdwn("x")), modal(section(), title=plain("x"))),
    ("block-type", message({"type": "sektion"}), message({"type": "divider"})),
    (
        "block-type",
        modal({"type": "markdown", "text": "x"}),
        message({"type": "markdown", "text": "x"}),
    ),
    ("block-shape", message(section(style="bold")), message(section(expand=True))),
    (
        "block-shape",
        message(actions(button(url="https://a", colour="red"))),
        message(actions(button(url="https://a", style="danger"))),
    ),
    (
        "block-shape",
        message({"type": "section", "text": {**mrkdwn("x"), "emoji": True}}),
        message({"type": "section", "text": {**plain("x"), "emoji": True}}),
    ),
    (
        "block-id-twice",
        message(section(block_id="b"), section(block_id="b")),
        message(section(block_id="b"), section(block_id="c")),
    ),
    (
        "action-id-twice",
        message(actions(button(1)), section(accessory=button(1))),
        message(actions(button(1)), section(accessory=button(2))),
    ),
    (
        "element-type",
        message(section(accessory=text_input())),
        message(section(accessory=button())),
    ),
    (
        "element-type",
        message({"type": "context", "elements": [{**button()}]}),
        message({"type": "context", "elements": [mrkdwn("x")]}),
    ),
    (
        "element-surface",
        message(asked({"type": "email_text_input", "action_id": "e"})),
        modal(asked({"type": "email_text_input", "action_id": "e"})),
    ),
    (
        "focus-twice",
        modal(
            asked(text_input(1, focus_on_load=True), 1), asked(text_input(2, focus_on_load=True), 2)
        ),
        modal(asked(text_input(1, focus_on_load=True), 1), asked(text_input(2), 2)),
    ),
    ("message-empty", {"text": ""}, {"text": "x"}),
    (
        "metadata-shape",
        {"text": "x", "metadata": {"event_type": "x"}},
        {"text": "x", "metadata": {"event_type": "x", "event_payload": {"a": 1}}},
    ),
    (
        "metadata-type",
        {"text": "x", "metadata": {"event_type": "", "event_payload": {}}},
        {"text": "x", "metadata": {"event_type": "x", "event_payload": {}}},
    ),
    (
        "metadata-payload",
        {"text": "x", "metadata": {"event_type": "x", "event_payload": "a"}},
        {"text": "x", "metadata": {"event_type": "x", "event_payload": {}}},
    ),
    ("section-empty", message({"type": "section"}), message(section())),
    (
        "context-elements",
        message({"type": "context", "elements": []}),
        message({"type": "context", "elements": [plain("x")]}),
    ),
    ("actions-elements", message(actions()), message(actions(button()))),
    ("context-actions", message({"type": "context_actions", "elements": []}), message(section())),
    ("image-alt", message({"type": "image", "image_url": "https://a"}), _image()),
    ("image-source", message({"type": "image", "alt_text": "x"}), _image()),
    ("table-cell", message(_table([[mrkdwn("x")]])), message(_table([[_cell()]]))),
    (
        "table-twice",
        message(_table([[_cell()]]), _table([[_cell()]])),
        message(_table([[_cell()]])),
    ),
    (
        "rich-text",
        message({"type": "rich_text", "elements": [section()]}),
        _rich({"type": "text", "text": "x"}),
    ),
    (
        "rich-text-list",
        _rich(section(), kind="rich_text_list"),
        _rich({"type": "text", "text": "x"}),
    ),
    ("rich-text-part", _rich({"type": "text", "text": ""}), _rich({"type": "text", "text": "x"})),
    ("rich-text-part", _rich({"type": "user"}), _rich({"type": "user", "user_id": "U1"})),
    (
        "button-style",
        message(actions(button(style="warning"))),
        message(actions(button(style="primary"))),
    ),
    (
        "option-url",
        message(actions(select(options=[{**option(), "url": "https://a"}]))),
        message(
            actions({**_overflow(2), "options": [{**option(1), "url": "https://a"}, option(2)]})
        ),
    ),
    (
        "option-text",
        message(actions(select(options=[{"text": plain("x" * 76), "value": "v"}]))),
        message(actions(select())),
    ),
    (
        "select-either",
        message(actions({"type": "static_select", "action_id": "a"})),
        message(actions(select())),
    ),
    ("select-options", message(actions(select(0))), message(actions(select(1)))),
    (
        "select-initial",
        message(actions(select(initial_option=option(9)))),
        message(actions(select(initial_option=option(0)))),
    ),
    (
        "select-query",
        message(actions(_external(min_query_length=-1))),
        message(actions(_external(min_query_length=0))),
    ),
    (
        "select-most",
        message(
            section(accessory={**select(), "type": "multi_static_select", "max_selected_items": 0})
        ),
        message(section(accessory={**select(), "type": "multi_static_select"})),
    ),
    ("overflow-options", message(actions(_overflow(1))), message(actions(_overflow(2)))),
    (
        "text-input-length",
        modal(asked(text_input(min_length=5, max_length=4))),
        modal(asked(text_input(min_length=4, max_length=5))),
    ),
    (
        "date-format",
        modal(asked({"type": "datepicker", "action_id": "d", "initial_date": "1.2.26"})),
        modal(asked({"type": "datepicker", "action_id": "d", "initial_date": "2026-02-01"})),
    ),
    (
        "time-format",
        modal(asked({"type": "timepicker", "action_id": "d", "initial_time": "24:00"})),
        modal(asked({"type": "timepicker", "action_id": "d", "initial_time": "23:59"})),
    ),
    ("view-type", {"type": "dialog"}, modal(section())),
    ("view-title", {"type": "modal", "blocks": [section()]}, modal(section())),
    (
        "view-needs-submit",
        {"type": "modal", "title": plain("x"), "blocks": [asked()]},
        modal(asked()),
    ),
    ("view-unknown", modal(section(), colour="red"), modal(section(), clear_on_close=True)),
    ("view-blocks", modal(), modal(section())),
    ("home-buttons", home(section(), title=plain("x")), home(section())),
    (
        "view-size",
        modal(*[section("x" * 2_600) for _ in range(99)]),
        modal(*[section("x" * 2_400) for _ in range(99)]),
    ),
]


def problems(payload: Json) -> list[str]:
    """What is said to a message, or to a view."""
    kind = payload.get("type")
    if kind is None:
        return message_problems(payload)
    return view_problems(payload, kind=kind if kind in ("modal", "home") else "modal")


@pytest.mark.parametrize(
    ("rule", "most", "sized"), SIZES, ids=[f"{rule} {most}" for rule, most, _ in SIZES]
)
def test_one_more_than_a_limit_is_refused(
    rule: str, most: int, sized: Callable[[int], Json]
) -> None:
    assert problems(sized(most)) == []
    [said, *_] = problems(sized(most + 1))
    assert said.startswith(f"[ERROR] {rule}:")


@pytest.mark.parametrize(("rule", "wrong", "right"), SHAPES, ids=[rule for rule, _, _ in SHAPES])
def test_a_shape_that_is_wrong_is_refused(rule: str, wrong: Json, right: Json) -> None:
    assert problems(right) == []
    assert [said for said in problems(wrong) if said.startswith(f"[ERROR] {rule}:")]


def test_all_blocks_together_hold_so_much_and_each_block_takes_some_of_it() -> None:
    whole = [section("x" * 3_000)] * 4
    rest = CHARACTERS - 12_000 - 4 * 125
    assert message_problems(message(*whole, section("x" * rest))) == []
    [said] = message_refusals(message(*whole, section("x" * (rest + 1))))
    assert said.rule.error == "msg_blocks_too_long"
    # Menus that are not open hold as much as they like.
    assert message_problems(message(*whole, actions(select(100)))) == []


def test_the_text_of_an_update_is_shorter_than_that_of_a_post() -> None:
    assert message_refusals({"text": "x" * 4_000}, update=True) == []
    [said] = message_refusals({"text": "x" * 4_001}, update=True)
    assert (said.rule.name, said.rule.error) == ("update-text", "msg_too_long")


def test_so_many_suggestions_are_taken() -> None:
    assert suggestion_refusals({"options": options(100)}) == []
    assert suggestion_refusals({"options": []}) == []
    assert suggestion_refusals({"options": options(101)})[0].rule.name == "reply-options"
    assert suggestion_refusals({"option_groups": [group()] * 101})[0].rule.name == "reply-options"
    assert suggestion_refusals({"options": [option(text="x" * 76)]})[0].rule.name == "option-text"


def test_what_slacks_own_models_refuse_is_refused_too() -> None:
    # A video's title: none of our rules knows it.
    video = {
        "type": "video",
        "title": plain("x" * 201),
        "alt_text": "x",
        "video_url": "https://a",
        "thumbnail_url": "https://a",
    }
    [said] = message_problems(message(video))
    assert "title" in said
    assert message_problems(message({**video, "title": plain("x")})) == []


def test_every_rule_has_a_case_and_a_page() -> None:
    tried = {rule for rule, *_ in SIZES} | {rule for rule, *_ in SHAPES}
    apart = {"message-characters", "update-text", "reply-options"}
    assert RULES.keys() - tried - apart == set()
    for rule in RULES.values():
        assert re.fullmatch(r"[\w./:; -]+", rule.page), rule.name
        assert rule.says
