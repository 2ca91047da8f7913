"""The registry, the manifest, the README and Microsoft's own schema of a manifest agree."""

import ast
import json
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from bot.app.commands.registry import VERBS, WORDS
from bot.platforms.teams import surface
from bot.platforms.teams.manifest import Wanted, manifest
from bot.port import Purpose

ROOT = Path(__file__).parents[4]
SCHEMA = (
    ROOT / "tests/manifest/node_modules/@microsoft/app-manifest/build/json-schemas/teams/v1.22"
    "/MicrosoftTeams.schema.json"
)
URL = "https://flow.example.com"
ID = str(uuid.uuid4())
SHOWN = 10  # commands that Teams shows in each place


def wanted(domain: str = "flow.example.com") -> Wanted:
    return Wanted(ID, "1.2.3", URL, f"{URL}/privacy", f"{URL}/terms", domain)


def problems(made: dict[str, Any]) -> list[str]:
    """Where Microsoft's schema does not take it."""
    assert SCHEMA.is_file(), "run: npm ci --prefix tests/manifest"
    schema = json.loads(SCHEMA.read_text(encoding="utf-8-sig"))
    return sorted({error.json_path for error in Draft4Validator(schema).iter_errors(made)})


@pytest.mark.parametrize("domain", ["flow.example.com", ""])
def test_microsofts_schema_takes_the_manifest(domain: str) -> None:
    assert problems(manifest(wanted(domain))) == []


def test_what_microsoft_would_not_take_is_found() -> None:
    made = manifest(Wanted("flow", "1", "flow.example.com", URL, URL))
    made["description"]["short"] = "x" * 81
    made["bots"][0]["commandLists"][0]["commands"] *= 2
    made["composeExtensions"][0]["commands"][0]["icon"] = "star"
    assert problems(made) == [
        "$.bots[0].botId",
        "$.bots[0].commandLists[0].commands",
        "$.composeExtensions[0].botId",
        "$.composeExtensions[0].commands[0]",
        "$.description.short",
        "$.developer.websiteUrl",
        "$.id",
        "$.webApplicationInfo.id",
    ]


def test_the_app_is_its_registration() -> None:
    made = manifest(wanted())
    [bot], [extension] = made["bots"], made["composeExtensions"]
    named = {made["id"], bot["botId"], extension["botId"], made["webApplicationInfo"]["id"]}
    assert named == {ID}
    assert made["webApplicationInfo"]["resource"]  # without one no permission is granted
    assert made["version"] == "1.2.3"
    assert made["validDomains"] == ["flow.example.com"]
    told = made["developer"]
    addresses = [told[f"{name}Url"] for name in ("website", "privacy", "termsOfUse")]
    assert addresses == [URL, f"{URL}/privacy", f"{URL}/terms"]


def test_every_place_has_its_commands_and_no_more_than_teams_shows() -> None:
    lists = manifest(wanted())["bots"][0]["commandLists"]
    assert [each["scopes"] for each in lists] == [["personal"], ["team"], ["groupChat"]]
    for each in lists:
        titles = [command["title"] for command in each["commands"]]
        assert 0 < len(titles) == len(set(titles)) <= SHOWN, each["scopes"]
        assert {"start", "resume", "note", "help"} <= set(titles)
    told = {each["title"]: each["description"] for each in lists[0]["commands"]}
    assert told["note"] == "Write something down: note TEXT"
    assert told["help"] == "What you can type"


def test_every_command_is_shown_or_declared_to_be_typed() -> None:
    shown = {word.name for word in surface.COMMANDS}
    assert shown & set(surface.TYPED) == set()
    assert (shown - {surface.HOME}) | set(surface.TYPED) == {verb.name for verb in VERBS}
    assert shown <= set(WORDS)


def test_what_can_follow_a_command_is_what_the_product_takes() -> None:
    usage = {verb.name: verb.usage for verb in VERBS}
    for word in surface.COMMANDS:
        if word.asks and " " in usage[word.name]:
            assert usage[word.name] == f"{word.name} {word.asks}"


def test_the_menu_of_a_message_and_the_search() -> None:
    commands = manifest(wanted())["composeExtensions"][0]["commands"]
    in_menu = {each["title"]: each for each in commands if each["type"] == "action"}
    assert [*in_menu] == ["Add as note", "Start a flow from this message"]
    assert len(in_menu) == len(Purpose)
    for each in in_menu.values():
        assert (each["context"], each["fetchTask"]) == (["message"], True)
    [search] = [each for each in commands if each["type"] == "query"]
    assert (search["id"], search["title"], search["initialRun"]) == ("start", "Start a flow", True)
    assert [each["name"] for each in search["parameters"]] == [surface.WORDS]


def test_the_permissions_are_asked_for_where_the_app_is_added() -> None:
    asked = manifest(wanted())["authorization"]["permissions"]["resourceSpecific"]
    assert asked == [
        {"name": "ChannelMessage.Read.Group", "type": "Application"},
        {"name": "ChatMessage.Read.Chat", "type": "Application"},
    ]


def test_every_invoke_that_the_registry_names_is_answered_and_no_other() -> None:
    tree = ast.parse((ROOT / "bot/platforms/teams/receive.py").read_text())
    named = {
        key.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and "/" in key.value
    }
    assert named == set(surface.INVOKES)


def test_the_readme_says_what_the_registry_says() -> None:
    section = (ROOT / "README.md").read_text().partition("\n## Microsoft Teams\n")[2]
    section = section.partition("\n## ")[0]
    told = dict(re.findall(r"^\| `([A-Z]\w+\.\w+\.\w+)` \| (.+) \|$", section, re.MULTILINE))
    assert told == dict(surface.PERMISSIONS)
    assert f"https://flow.example.com{surface.PATH}" in section
    for extension in surface.EXTENSIONS:
        assert f"*{extension.title}*" in " ".join(section.split()), extension
