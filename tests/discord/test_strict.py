"""Each limit of Discord's is refused one past it, and what is exactly at it is taken."""

import re
from collections.abc import Callable

import pytest

from tests.discord.checks import (
    attachment_refusals,
    command_refusals,
    edit_refusals,
    message_refusals,
    modal_refusals,
    suggestion_refusals,
    thread_refusals,
)
from tests.discord.files import cleansed
from tests.discord.rules import RULES, Refusal
from tests.discord.samples import (
    button,
    command,
    container,
    embed,
    label,
    legacy,
    link,
    message,
    modal,
    option,
    row,
    section,
    select,
    string,
    subcommand,
    text,
    text_input,
)
from tests.discord.world import COMPONENTS_V2, Json

Refuses = Callable[[int], list[Refusal]]


def says(*components: Json, **more: object) -> list[Refusal]:
    return message_refusals(message(*components, **more))


def said(**more: object) -> list[Refusal]:
    return message_refusals(legacy(**more))


def asks(*components: Json, **more: object) -> list[Refusal]:
    return modal_refusals(modal(*components, **more))


def calls(*options: Json, **more: object) -> list[Refusal]:
    return command_refusals([command(*options, **more)])


def _attached(url: str) -> list[Refusal]:
    """A file and a picture that are told of, of a message that has one file."""
    gallery = {"type": 12, "items": [{"media": {"url": url}}]}
    shown = message(container({"type": 13, "file": {"url": url}}), gallery)
    return attachment_refusals(shown, [cleansed("two words.txt")])


def _embedded(**more: object) -> list[Refusal]:
    return message_refusals(embed(**more))


def _menus(kind: int, count: int) -> list[Refusal]:
    return command_refusals([{"name": f"Entry {n}", "type": kind} for n in range(count)])


def _large(size: int) -> list[Refusal]:
    """A command of so many characters, in names, descriptions and values."""
    choices = [{"name": "x" * 100, "value": "x" * 100}] * 13
    options = [string(n, description="x", choices=choices) for n in range(3)]
    spent = len("flowx") + 3 * (len("words0x") + 13 * 200) + len("words9") + 100
    rest = {"name": "x" * (size - spent - 1), "value": "x"}
    return calls(*options, string(9, description="x" * 100, choices=[rest]), description="x")


# Rule, most, and a body of a size.
SIZES: list[tuple[str, int, Refuses]] = [
    ("message-content", 2_000, lambda n: said(content="x" * n)),
    ("message-nonce", 25, lambda n: says(text(), nonce="1" * n)),
    ("message-nonce", 25, lambda n: says(text(), nonce=int("1" * n))),
    ("message-attachments", 10, lambda n: message_refusals(legacy(), files=n)),
    ("embeds", 10, lambda n: said(embeds=[{"title": "x"}] * n)),
    (
        "embeds-characters",
        6_000,
        lambda n: said(embeds=[{"description": "x" * 3_000}, {"description": "x" * (n - 3_000)}]),
    ),
    ("embed-title", 256, lambda n: _embedded(title="x" * n)),
    ("embed-description", 4_096, lambda n: _embedded(description="x" * n)),
    ("embed-fields", 25, lambda n: _embedded(fields=[{"name": "x", "value": "y"}] * n)),
    ("embed-field-name", 256, lambda n: _embedded(fields=[{"name": "x" * n, "value": "y"}])),
    ("embed-field-value", 1_024, lambda n: _embedded(fields=[{"name": "x", "value": "y" * n}])),
    ("embed-footer", 2_048, lambda n: _embedded(footer={"text": "x" * n})),
    ("embed-author", 256, lambda n: _embedded(author={"name": "x" * n})),
    ("v2-components", 40, lambda n: says(*[text() for _ in range(n)])),
    ("v2-components", 40, lambda n: says(container(*[text() for _ in range(n - 1)]))),
    (
        "v2-components",
        40,
        lambda n: says(row(*map(button, range(5))), *[text() for _ in range(n - 6)]),
    ),
    ("v2-characters", 4_000, lambda n: says(text("x" * 2_000), text("x" * (n - 2_000)))),
    ("text-display", 4_000, lambda n: says(text("x" * n))),
    ("legacy-rows", 5, lambda n: said(components=[row(button(k)) for k in range(n)])),
    ("row-buttons", 5, lambda n: said(components=[row(*map(button, range(n)))])),
    ("row-buttons", 5, lambda n: says(row(*map(button, range(n))))),
    ("custom-id", 100, lambda n: says(row(button(custom_id="x" * n)))),
    ("custom-id", 100, lambda n: says(row(select(custom_id="x" * n)))),
    ("custom-id", 100, lambda n: asks(label(), custom_id="x" * n)),
    ("custom-id", 100, lambda n: asks(label(text_input(custom_id="x" * n)))),
    ("component-id", 2**31 - 1, lambda n: says(text(id=n))),
    ("button-label", 80, lambda n: says(row(button(label="x" * n)))),
    ("button-action", 512, lambda n: says(row(link(url="https://a/".ljust(n, "x"))))),
    ("select-options", 25, lambda n: says(row(select(n)))),
    ("select-options", 25, lambda n: asks(label(select(n)))),
    ("select-placeholder", 150, lambda n: says(row(select(placeholder="x" * n)))),
    ("option-label", 100, lambda n: says(row(select(options=[option(label="x" * n)])))),
    ("option-value", 100, lambda n: says(row(select(options=[option(value="x" * n)])))),
    ("option-description", 100, lambda n: says(row(select(options=[option(description="x" * n)])))),
    ("select-values", 25, lambda n: says(row(select(25, max_values=n)))),
    ("section-texts", 3, lambda n: says(section(*[text() for _ in range(n)]))),
    ("container-color", 0xFFFFFF, lambda n: says(container(text(), accent_color=n))),
    ("gallery-items", 10, lambda n: says({"type": 12, "items": [_medium()] * n})),
    ("media-description", 1_024, lambda n: says(section(text(), accessory=_thumbnail(n)))),
    ("modal-title", 45, lambda n: asks(label(), title="x" * n)),
    ("modal-components", 5, lambda n: asks(*[label(text_input(k)) for k in range(n)])),
    ("label", 45, lambda n: asks(label(label="x" * n))),
    ("label", 45, lambda n: asks(row(text_input(label="x" * n)))),
    ("label-description", 100, lambda n: asks(label(description="x" * n))),
    ("input-length", 4_000, lambda n: asks(label(text_input(max_length=n)))),
    ("input-length", 4_000, lambda n: asks(label(text_input(min_length=n)))),
    ("input-value", 4_000, lambda n: asks(label(text_input(value="x" * n)))),
    ("input-value", 9, lambda n: asks(label(text_input(max_length=9, value="x" * n)))),
    ("input-placeholder", 100, lambda n: asks(label(text_input(placeholder="x" * n)))),
    ("choices", 25, lambda n: suggestion_refusals({"choices": [_choice()] * n})),
    ("choice-name", 100, lambda n: suggestion_refusals({"choices": [_choice(name="x" * n)]})),
    ("choice-value", 100, lambda n: suggestion_refusals({"choices": [_choice(value="x" * n)]})),
    ("command-name", 32, lambda n: calls(name="x" * n)),
    ("command-name", 32, lambda n: calls(string(name="x" * n))),
    ("menu-name", 32, lambda n: command_refusals([{"type": 3, "name": "X" * n}])),
    ("command-description", 100, lambda n: calls(description="x" * n)),
    ("command-description", 100, lambda n: calls(string(description="x" * n))),
    ("command-options", 25, lambda n: calls(*map(string, range(n)))),
    ("command-options", 25, lambda n: calls(*map(subcommand, range(n)))),
    ("command-choices", 25, lambda n: calls(string(choices=[_choice()] * n))),
    ("command-characters", 8_000, _large),
    ("command-count", 100, lambda n: command_refusals([command(name=f"c{k}") for k in range(n)])),
    ("command-count", 15, lambda n: _menus(2, n)),
    ("command-count", 15, lambda n: _menus(3, n)),
    ("thread-name", 100, lambda n: thread_refusals({"name": "x" * n}, new=True)),
    ("thread-name", 100, lambda n: thread_refusals({"name": "x" * n}, new=False)),
]


def _medium() -> Json:
    return {"media": {"url": "https://a/b.png"}}


def _thumbnail(size: int) -> Json:
    return {"type": 11, **_medium(), "description": "x" * size}


def _choice(**more: object) -> Json:
    return {"name": "x", "value": "y", **more}


# Of each rule without a number: what breaks it, and what is right beside it.
SHAPES: list[tuple[str, list[Refusal], list[Refusal]]] = [
    ("string", said(content=5), said(content="5")),
    ("object", says("x"), says(text())),  # type: ignore[arg-type]
    ("list", said(components="x"), said(components=[])),
    ("number", says(text(), row(button(style="1"))), says(row(button(style=1)))),
    ("boolean", says(row(button(disabled="no"))), says(row(button(disabled=False)))),
    ("required", says({"type": 10}), says(text())),
    ("required", says(row({"type": 2, "style": 1, "label": "x"})), says(row(button()))),
    ("message-empty", message_refusals({}), said()),
    ("message-empty", says(), says(text())),
    ("message-flags", says(text(), flags=COMPONENTS_V2 | 64), says(text())),
    ("message-attachment", said(attachments=[{"id": 0}]), said(attachments=[])),
    (
        "message-mentions",
        said(allowed_mentions={"parse": ["users"], "users": ["1"]}),
        said(allowed_mentions={"parse": []}),
    ),
    ("v2-content", says(text(), content="x"), says(text(), content=None)),
    ("v2-embeds", says(text(), embeds=[{"title": "x"}]), says(text(), embeds=[])),
    ("v2-poll", says(text(), poll={"question": {}}), says(text())),
    (
        "v2-stays",
        edit_refusals({"flags": 0}, before=COMPONENTS_V2),
        edit_refusals({}, before=COMPONENTS_V2),
    ),
    ("component-type", said(components=[text()]), says(text())),
    ("component-type", says(button()), says(row(button()))),
    ("component-type", says(container(container(text()))), says(container(text()))),
    ("component-type", asks({"type": 9}), asks(text(), label())),
    ("component-type", asks(label(button())), asks(label(select()))),
    ("component-id", says(text(id=5), text(id=5)), says(text(id=5), text(id=0), text(id=0))),
    ("component-id", says(text(id=-1)), says(text(id=1))),
    ("custom-id", says(row(button(custom_id=""))), says(row(button()))),
    ("custom-id-twice", says(row(button(1), button(1))), says(row(button(1), button(2)))),
    (
        "custom-id-twice",
        says(section(text(), accessory=button(1)), row(button(1))),
        says(section(text(), accessory=button(1)), row(button(2))),
    ),
    ("row-buttons", says(row()), says(row(button()))),
    ("row-select", says(row(select(), button())), says(row(select()), row(button()))),
    ("button-style", says(row(button(style=7))), says(row(button(style=4)))),
    ("button-action", says(row(link(custom_id="b"))), says(row(link()))),
    ("button-action", says(row(button(url="https://a"))), says(row(button()))),
    (
        "button-empty",
        says(row(button(label=""))),
        says(row(button(label="", emoji={"name": "👍"}))),
    ),
    ("button-emoji", says(row(button(emoji="👍"))), says(row(button(emoji={"name": "👍"})))),
    ("select-options", says(row(select(0))), says(row(select(1)))),
    (
        "option-value-twice",
        says(row(select(options=[option(1), option(1)]))),
        says(row(select(options=[option(1), option(2)]))),
    ),
    ("select-values", says(row(select(min_values=2))), says(row(select(min_values=1)))),
    (
        "select-values",
        says(row(select(options=[option(1, default=True), option(2, default=True)]))),
        says(row(select(options=[option(1, default=True), option(2)]))),
    ),
    ("select-disabled", asks(label(select(disabled=True))), asks(label(select()))),
    ("text-display", says(text("")), says(text("x"))),
    ("section-accessory", says({"type": 9, "components": [text()]}), says(section(text()))),
    ("container-empty", says(container()), says(container(text()))),
    ("separator", says({"type": 14, "spacing": 3}), says({"type": 14, "spacing": 2})),
    (
        "media-url",
        says({"type": 13, "file": {}}),
        says({"type": 13, "file": {"url": "attachment://a.txt"}}),
    ),
    (
        "attachment-name",
        _attached("attachment://two words.txt"),
        _attached("attachment://two_words.txt"),
    ),
    ("label-twice", asks(label(text_input(label="x"))), asks(label(text_input()))),
    ("input-style", asks(label(text_input(style=3))), asks(label(text_input(style=2)))),
    (
        "input-value",
        asks(label(text_input(min_length=5, value="x"))),
        asks(label(text_input(min_length=5, value=""))),
    ),
    ("modal-components", asks(), asks(label())),
    ("modal-title", asks(label(), title=""), asks(label())),
    ("command-twice", command_refusals([command(), command()]), calls()),
    ("command-type", calls(type=5), calls(type=1)),
    ("command-name", calls(name="Flow"), calls(name="flow")),
    ("command-name", calls(name="my flow"), calls(name="my-flow")),
    ("command-description", calls(string(description="")), calls(string())),
    (
        "menu-description",
        command_refusals([{"type": 3, "name": "Add", "description": "x"}]),
        command_refusals([{"type": 3, "name": "Add as note"}]),
    ),
    (
        "menu-options",
        command_refusals([{"type": 3, "name": "Add", "options": [string()]}]),
        command_refusals([{"type": 3, "name": "Add"}]),
    ),
    ("option-type", calls(string(type=12)), calls(string(type=11))),
    ("option-mixed", calls(subcommand(), string()), calls(subcommand(1), subcommand(2))),
    ("option-depth", calls(subcommand(1, subcommand(2))), calls(subcommand(1, string()))),
    (
        "option-order",
        calls(string(1), string(2, required=True)),
        calls(string(1, required=True), string(2)),
    ),
    ("option-twice", calls(string(1), string(1)), calls(string(1), string(2))),
    (
        "option-suggests",
        calls(string(autocomplete=True, choices=[_choice()])),
        calls(string(autocomplete=True)),
    ),
    (
        "option-autocomplete",
        calls(string(type=5, autocomplete=True)),
        calls(string(type=4, autocomplete=True)),
    ),
    (
        "thread-archive",
        thread_refusals({"name": "x", "auto_archive_duration": 61}, new=True),
        thread_refusals({"name": "x", "auto_archive_duration": 60}, new=True),
    ),
    ("thread-name", thread_refusals({"name": ""}, new=True), thread_refusals({}, new=False)),
]
# What needs the whole Discord to be broken: see test_api.
APART = {
    "query-number",
    "message-reference",
    "answer-type",
    "command-creates",
    "channel-name",
}


@pytest.mark.parametrize(
    ("rule", "most", "sized"), SIZES, ids=[f"{rule} {most}" for rule, most, _ in SIZES]
)
def test_one_more_than_a_limit_is_refused(rule: str, most: int, sized: Refuses) -> None:
    assert sized(most) == []
    assert sized(most + 1)[0].rule.name == rule


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


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("ticket-note_2.v1.md", "ticket-note_2.v1.md"),
        ("Müllers Notiz (2).md", "Mullers_Notiz_2.md"),
        ("_.hidden_.", "hidden"),
        ("logs/router one.txt", "logs_router_one.txt"),
        ("画像.png", "[0-9a-f]{16}.png"),
        ("画像", "[0-9a-f]{16}"),
    ],
)
def test_a_file_is_named_as_discord_names_it(given: str, kept: str) -> None:
    assert re.fullmatch(kept, cleansed(given))
