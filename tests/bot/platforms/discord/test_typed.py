"""What people are told to type can be typed in Discord."""

import re
from dataclasses import replace

import pytest

from bot.app.commands.guide import LINES
from bot.app.commands.registry import VERBS
from bot.platforms.discord import render
from bot.platforms.discord.surface import OTHERS, SUBCOMMANDS
from bot.platforms.discord.typed import words
from core.views import GuideView, NoteView, NoticeView
from tests.gallery import GALLERY

NAMES = {each.name for each in SUBCOMMANDS}


@pytest.mark.parametrize(
    ("said", "typed"),
    [
        ("Type /flow vpn.", "Type /flow start vpn."),
        ("Type /flow and what is wrong", "Type /flow start and what is wrong"),
        ("Type /flow to find one.", "Type /flow start to find one."),
        ("Use /flow.", "Use /flow menu."),
        ("or type /flow move.", "or type /flow move."),
        ("for instance /flow join vpn", "for instance /flow do join vpn"),
        ("no /flow is needed", "no /flow is needed"),
        ("see example.com/flow vpn", "see example.com/flow vpn"),
    ],
)
def test_what_is_said_can_be_typed(said: str, typed: str) -> None:
    assert words(said) == typed


def test_every_verb_is_a_subcommand_or_typed_after_do() -> None:
    for verb in VERBS:
        assert (verb.name in NAMES) != (verb.name in OTHERS), verb.name


def test_the_guide_names_commands_that_discord_has() -> None:
    guide = GuideView("What you can type", LINES)
    said = "\n".join(each["content"] for each in render.message(guide)["components"])
    named = re.findall(r"/flow(?: ([\w-]+))?", said)
    assert len(named) == len(LINES)
    assert {*named} <= NAMES


def test_only_the_products_own_words_are_changed() -> None:
    [note] = [shown for name, shown in GALLERY.items() if name == "note, one line"]
    assert isinstance(note, NoteView)
    said = str(render.message(replace(note, text="They type /flow vpn there.")))
    assert "They type /flow vpn there." in said
    assert "/flow start vpn" in str(render.message(NoticeView("Type /flow vpn")))
