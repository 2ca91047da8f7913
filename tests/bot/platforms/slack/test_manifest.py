"""The registry, the manifest, the README and what the adapter does say the same."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.platforms.slack import app as door
from bot.platforms.slack import events, surface
from bot.platforms.slack.manifest import Wanted, manifest
from bot.port import Purpose
from tests.slack.app import EVENT_SCOPES, app_of
from tests.slack.methods import METHODS

ROOT = Path(__file__).parents[4]
ADAPTER = ROOT / "bot" / "platforms" / "slack"
URL = "https://flow.example.com"
WAYS = {
    "socket": Wanted(),
    "http": Wanted(URL, socket=False),
    "rotating": Wanted(URL, socket=False, rotation=True),
    "socket with an address": Wanted(URL, socket=True),
}
# What a manifest may hold, and how long its texts may be: docs.slack.dev/reference/app-manifest and
# the schema that Slack publishes (github.com/slackapi/manifest-schema).
FLAG, LINK = "flag", "link"
SHAPE: Mapping[str, Any] = {
    "_metadata": {"major_version": int, "minor_version": int},
    "display_information": {
        "name": (1, 35),
        "description": (1, 140),
        "long_description": (175, 4000),
        "background_color": (4, 7),
    },
    "features": {
        "app_home": {
            "home_tab_enabled": FLAG,
            "messages_tab_enabled": FLAG,
            "messages_tab_read_only_enabled": FLAG,
        },
        "bot_user": {"display_name": (1, 80), "always_online": FLAG},
        "shortcuts": [
            {"name": (1, 24), "type": (6, 7), "callback_id": (1, 255), "description": (1, 150)}
        ],
        "slash_commands": [
            {
                "command": (2, 32),
                "url": LINK,
                "description": (1, 2000),
                "usage_hint": (1, 1000),
                "should_escape": FLAG,
            }
        ],
    },
    "oauth_config": {"redirect_urls": [LINK], "scopes": {"bot": [(1, 50)]}},
    "settings": {
        "event_subscriptions": {"request_url": LINK, "bot_events": [(1, 50)]},
        "interactivity": {
            "is_enabled": FLAG,
            "request_url": LINK,
            "message_menu_options_url": LINK,
        },
        "org_deploy_enabled": FLAG,
        "socket_mode_enabled": FLAG,
        "token_rotation_enabled": FLAG,
    },
}


@pytest.fixture(params=[*WAYS.values()], ids=[*WAYS])
def wanted(request: pytest.FixtureRequest) -> Wanted:
    found = request.param
    assert isinstance(found, Wanted)
    return found


def test_slack_takes_the_manifest(wanted: Wanted) -> None:
    assert list(_problems(manifest(wanted), SHAPE, "")) == []


def test_what_slack_would_not_take_is_found() -> None:
    wrong = manifest(Wanted())
    wrong["display_information"]["name"] = "x" * 36
    wrong["features"]["shortcuts"][0]["icon"] = "star"
    wrong["settings"]["socket_mode_enabled"] = "yes"
    assert list(_problems(wrong, SHAPE, "")) == [
        ".display_information.name",
        ".features.shortcuts[0].icon",
        ".settings.socket_mode_enabled",
    ]


def test_the_app_is_what_the_registry_says(wanted: Wanted) -> None:
    app = app_of(manifest(wanted), "A1")
    assert app.name == "ResolutionFlow"
    assert app.scopes == set(surface.SCOPES)
    assert app.events == set(surface.EVENTS)
    assert app.commands == {surface.COMMAND}
    found = [(each.callback_id, each.name, each.kind == "message") for each in app.shortcuts]
    assert found == [(each.id, each.name, each.on_message) for each in surface.SHORTCUTS]
    assert app.has_home
    assert (app.socket_mode, app.rotation) == (wanted.socket, wanted.rotation)
    assert app.redirects == ((URL + surface.REDIRECT_PATH,) if wanted.url else ())
    assert app.request_url == ("" if wanted.socket else URL + surface.PATH)


def test_by_http_everything_goes_to_one_door() -> None:
    made = manifest(WAYS["http"])
    [command] = made["features"]["slash_commands"]
    addresses = [command["url"], made["settings"]["event_subscriptions"]["request_url"]]
    asks = made["settings"]["interactivity"]
    addresses += [asks["request_url"], asks["message_menu_options_url"]]
    assert addresses == [URL + surface.PATH] * 4
    assert "http" not in str(manifest(WAYS["socket"]))


def test_every_event_that_is_subscribed_to_is_handled_and_the_other_way_round() -> None:
    subscribed = {name.partition(".")[0] for name in surface.EVENTS}
    assert _read_events() | set(events._LOSSES) | door._GONE == subscribed


def test_an_event_needs_the_scope_that_the_registry_says() -> None:
    assert {name: EVENT_SCOPES.get(name, "") for name in surface.EVENTS} == dict(surface.EVENTS)
    assert {scope for scope in surface.EVENTS.values() if scope} <= set(surface.SCOPES)


def test_every_shortcut_means_something() -> None:
    on_messages = {each.id for each in surface.SHORTCUTS if each.on_message}
    assert on_messages == {purpose.value for purpose in Purpose} | {surface.RESUME}
    assert {each.id for each in surface.SHORTCUTS} - on_messages == {surface.BEGIN}


def test_every_method_that_is_called_has_its_scopes() -> None:
    called = set(_called())
    assert {"chat.postMessage", "views.open", "users.info", "files.info"} <= called
    for method in called:
        scopes = set(METHODS[method].scopes) - {surface.APP_SCOPE}
        assert not scopes or scopes & set(surface.SCOPES), method


def test_no_scope_is_asked_for_that_nothing_needs() -> None:
    needed = {scope for method in _called() for scope in METHODS[method].scopes}
    needed |= set(surface.EVENTS.values()) | {"commands"}
    assert set(surface.SCOPES) <= needed


def test_the_readme_gives_every_scope_its_reason() -> None:
    readme = (ROOT / "README.md").read_text()
    section = readme.partition("\n## Slack\n")[2].partition("\n## ")[0]
    told = re.findall(r"^\| `([\w:.]+)` \| (.+) \|$", section, re.MULTILINE)
    assert dict(told) == dict(surface.SCOPES)


def test_the_readme_and_the_registry_name_the_same_addresses() -> None:
    readme = (ROOT / "README.md").read_text()
    for path in (surface.PATH, surface.INSTALL_PATH, surface.REDIRECT_PATH):
        assert f"`{path}`" in readme
    assert surface.APP_SCOPE in readme


def _read_events() -> set[str]:
    """The types of events that `Events.read` tells apart."""
    tree = ast.parse((ADAPTER / "events.py").read_text())
    [read] = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.AsyncFunctionDef) and node.name == "read"
    ]
    return {
        node.value.value
        for node in ast.walk(read)
        if isinstance(node, ast.MatchValue)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }


def _called() -> Iterator[str]:
    """Every method that the adapter names; each must be one that Slack has."""
    families = {name.partition(".")[0] for name in METHODS}
    method = re.compile(rf"(?:{'|'.join(families)})(?:\.\w+)+")
    for path in ADAPTER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if method.fullmatch(node.value):
                    assert node.value in METHODS, (path.name, node.value)
                    yield node.value
            elif isinstance(node, ast.Attribute) and node.attr == "apps_connections_open":
                yield "apps.connections.open"


def _problems(value: Any, shape: Any, where: str) -> Iterator[str]:
    match shape:
        case Mapping():
            for name, each in value.items():
                if name not in shape:
                    yield f"{where}.{name}"
                else:
                    yield from _problems(each, shape[name], f"{where}.{name}")
        case [inner]:
            for number, each in enumerate(value):
                yield from _problems(each, inner, f"{where}[{number}]")
        case (least, most) if not (isinstance(value, str) and least <= len(value) <= most):
            yield where
        case "flag" if not isinstance(value, bool):
            yield where
        case "link" if not value.startswith("https://"):
            yield where
        case type() if not isinstance(value, shape):
            yield where
        case _:
            return
