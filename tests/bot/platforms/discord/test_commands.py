"""Whether the commands that Discord has are ours of now."""

import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from bot.platforms.discord.commands import differing
from bot.platforms.discord.surface import FLOW, NOTE, START, commands

Payload = dict[str, Any]


def told() -> list[Payload]:
    """Ours as Discord tells them: with ids and what is usual, without what is empty."""
    found = deepcopy(commands())
    for number, each in enumerate(found):
        each |= {
            "id": str(1100 + number),
            "application_id": "1",
            "version": "2",
            "default_member_permissions": None,
            "nsfw": False,
            "dm_permission": True,
            "contexts": None,
            "integration_types": [0],
            "description": each.get("description", ""),
            "name_localizations": None,
        }
        for option in each.get("options", ()):
            for words in option["options"]:
                words["required"] = False
            if not option["options"]:
                del option["options"]
    return found


def test_what_discord_adds_is_no_difference() -> None:
    assert differing(told()) == []
    assert differing(told()[::-1]) == []
    assert differing(commands()) == []


def test_nothing_is_registered() -> None:
    assert differing([]) == [FLOW, NOTE, START]


def renames(found: list[Payload]) -> None:
    found[0]["options"][0]["name"] = "begin"


def says_otherwise(found: list[Payload]) -> None:
    found[0]["options"][2]["description"] = "Home"


def takes_away(found: list[Payload]) -> None:
    found[0]["options"].pop()


def adds(found: list[Payload]) -> None:
    found[0]["options"].append({"type": 1, "name": "more", "description": "More"})


def asks_for_words(found: list[Payload]) -> None:
    option = next(each for each in found[0]["options"] if "options" not in each)
    option["options"] = [{"type": 3, "name": "words", "description": "Words"}]


def demands_words(found: list[Payload]) -> None:
    found[0]["options"][0]["options"][0]["required"] = True


def suggests_nothing(found: list[Payload]) -> None:
    found[0]["options"][0]["options"][0]["autocomplete"] = False


def is_for_admins(found: list[Payload]) -> None:
    found[0]["default_member_permissions"] = "8"


@pytest.mark.parametrize(
    "change",
    [
        renames,
        says_otherwise,
        takes_away,
        adds,
        asks_for_words,
        demands_words,
        suggests_nothing,
        is_for_admins,
    ],
)
def test_whatever_we_say_otherwise_is_a_difference(
    change: Callable[[list[Payload]], None],
) -> None:
    found = told()
    change(found)
    assert differing(found) == [FLOW]


def test_a_command_that_is_none_of_ours_is_a_difference() -> None:
    more: Payload = {"id": "9", "name": "ping", "type": 1, "description": "Pong"}
    assert differing([*told(), more]) == ["ping"]
    as_a_command: Payload = {"id": "9", "name": NOTE, "description": "x"}
    assert differing([*told(), as_a_command]) == [NOTE]


def test_discord_takes_them() -> None:
    """docs.discord.com/developers/interactions/application-commands"""
    flow, *menus = commands()
    assert all(re.fullmatch(r"[\w ]{1,32}", menu["name"]) for menu in menus)
    assert 1 <= len(flow["options"]) <= 25
    names = [option["name"] for option in flow["options"]]
    assert len(set(names)) == len(names)
    characters = 0
    for each in (flow, *flow["options"], *(o for s in flow["options"] for o in s["options"])):
        assert re.fullmatch(r"[-_a-z0-9]{1,32}", each["name"])
        assert 1 <= len(each["description"]) <= 100
        characters += len(each["name"]) + len(each["description"])
    assert characters <= 8_000
