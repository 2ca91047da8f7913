"""The matrix of verbs and views by platform: what is in it. That each is used, the scenarios show
(tests/test_scenarios.py).
"""

import re
from dataclasses import fields
from pathlib import Path
from typing import get_args

import bot.platforms
from bot.port import Answer, Inbound, Sender
from core.session.verbs import SessionVerb
from tests.scenarios.acts import VIEWS
from tests.scenarios.matrix import GAPS, Used, missing, verbs, views

_PLATFORMS = Path(bot.platforms.__file__).parent
_ROOT = Path(__file__).parents[1]


def test_every_platform_that_hears_people_is_in_it() -> None:
    assert {path.parent.name for path in _PLATFORMS.glob("*/receive.py")} == {*GAPS}


def test_every_gap_says_what_people_use_instead() -> None:
    for platform, gaps in GAPS.items():
        for name, instead in gaps.items():
            assert name in verbs() | views(), (platform, name)
            assert len(instead.split()) > 2, (platform, name)


def test_every_view_can_be_seen_in_a_story() -> None:
    assert {*VIEWS.values()} == views()


def test_what_nobody_used_is_named_and_so_is_a_gap_that_is_none() -> None:
    nothing = Used()
    assert f"verb {SessionVerb.BACK}" in missing("playground", nothing)
    assert "view StepView" in missing("playground", nothing)
    assert "command handover" in missing("playground", nothing)
    used = Used(verbs={SessionVerb.COMMANDS})
    assert "commands is declared as a gap, but was used" in missing("playground", used)


def test_the_table_of_decisions_has_all_of_the_port() -> None:
    table = (_ROOT / "DECISIONS.md").read_text(encoding="utf-8")
    firsts = "".join(re.findall(r"^  \| ([^|]+) \|", table, re.MULTILINE))
    told = {*re.findall(r"`(?:Answer\.)?(\w+)`", firsts)}
    heard = {kind.__name__ for kind in get_args(Inbound)}
    sent = {name for name in vars(Sender) if not name.startswith("_")}
    answered = {field.name for field in fields(Answer)}
    assert heard | sent | answered <= told
