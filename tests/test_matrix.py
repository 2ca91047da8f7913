"""The matrix of verbs and views by platform: what is in it. That each is used, the scenarios show
(tests/test_scenarios.py).
"""

from pathlib import Path

import bot.platforms
from core.session.verbs import SessionVerb
from tests.scenarios.acts import VIEWS
from tests.scenarios.matrix import GAPS, Used, missing, verbs, views

_PLATFORMS = Path(bot.platforms.__file__).parent


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
