"""What we send and answer, read by Microsoft's own library for Teams: its models know every field
that there is, and refuse values of others.
"""

import warnings
from typing import Any

import pytest

from bot.platforms.teams import dialog, papers, render
from bot.port import Form
from tests.gallery import FORMS, GALLERY

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # previews of things that are not used here
    from microsoft_teams.api.models import MessagingExtensionResponse, TaskModuleResponse
    from microsoft_teams.cards import AdaptiveCard

Json = dict[str, Any]


@pytest.mark.parametrize("name", GALLERY)
def test_every_card_is_one_for_the_library(name: str) -> None:
    for card in render.cards(GALLERY[name]):
        _read(card)


@pytest.mark.parametrize("name", FORMS)
def test_every_dialog_is_one_for_the_library(name: str) -> None:
    shown = dialog.dialog(Form("t" * 90, FORMS[name]), {"key": "1"})
    answer = {"task": {"type": "continue", "value": shown}}
    read: Any = TaskModuleResponse.model_validate(_small(answer))
    assert read.task.value.title == shown["title"]
    _read(shown["card"]["content"])


def test_a_search_finds_what_the_library_knows() -> None:
    found = [papers.offer("VPN is down", "start vpn-down")]
    listed = {"type": "result", "attachmentLayout": "list", "attachments": found}
    read = MessagingExtensionResponse.model_validate({"composeExtension": listed})
    assert read.compose_extension is not None
    [one] = read.compose_extension.attachments or []
    assert one.preview is not None
    _read(found[0]["content"])


def _read(card: Json) -> None:
    """Nothing of it is lost on the way through the library."""
    read = AdaptiveCard.model_validate(_small(card))
    again = read.model_dump(by_alias=True, exclude_none=True)
    assert _types(again) >= _types(card)


def _types(told: Any) -> set[str]:
    """The kinds of elements and actions in it."""
    if isinstance(told, dict):
        own = {str(told["type"])} if "type" in told else set()
        return own.union(*map(_types, told.values()))
    return set().union(*map(_types, told)) if isinstance(told, list) else set()


def _small(told: Any) -> Any:
    """The library writes one word in small letters where Microsoft's documents write a capital."""
    if isinstance(told, dict):
        return {name: "full" if value == "Full" else _small(value) for name, value in told.items()}
    return [_small(each) for each in told] if isinstance(told, list) else told
