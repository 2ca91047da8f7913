"""Staleness is judged per showing of a step: a stale button never changes anything."""

import pytest

from core.errors import Because
from core.session.deeds import CustomStepAdded, ScratchpadSaved
from tests.core.session.vpn import VPN
from tests.play import Play, play

STALE = "This step has been answered already. Here is the current one."


def test_the_second_of_two_answers_is_stale() -> None:
    walk = play(VPN).start().choose("One site", visit=1).by("kim")
    walk.does(walk.trail[-1].deed).refused(STALE, Because.STALE).shows("Restart it.")


@pytest.mark.parametrize("visit", [0, -1, 3, 99])
def test_a_showing_that_never_was_is_stale_too(visit: int) -> None:
    walk = play(VPN).start().choose("One site")
    walk.does(walk.trail[-1].deed).refused(STALE)
    walk.choose("Done", visit=visit or -1).refused(STALE)


def test_what_does_not_answer_the_step_makes_no_button_stale() -> None:
    walk = play(VPN).start().note("x").set(client="Acme").does(ScratchpadSaved("x"))
    walk.does(CustomStepAdded("x")).edit_note("x", "y").hand_over("kim").pause("x").resume()
    walk.by("kim").take_over().choose("One site", visit=1).shows("Restart it.")


def passed(walk: Play) -> int:
    """The showing that a button of this moment belongs to."""
    return walk.session.here.visit


def test_a_button_from_before_a_correction_is_stale_even_at_the_same_step() -> None:
    walk = play(VPN).start().choose("Everyone")
    before = passed(walk)
    walk.correct("Who", "One site").correct("Who", "Everyone").shows("answer?")
    walk.choose("No", visit=before).refused(STALE).choose("No").shows("line is down")


def test_a_button_from_before_going_back_is_stale() -> None:
    walk = play(VPN).start().choose("Everyone").back()
    walk.choose("One site", visit=1).refused(STALE).choose("One site").shows("Restart it.")


def test_a_button_of_the_round_before_is_stale_in_a_loop() -> None:
    walk = play(VPN).start().choose("Everyone").choose("Look again")
    walk.choose("No", visit=2).refused(STALE)


def test_showings_are_never_counted_twice() -> None:
    walk = play(VPN).start()
    seen = [passed(walk)]
    seen.append(passed(walk.choose("Everyone")))
    seen.append(passed(walk.back()))
    seen.append(passed(walk.choose("One site")))
    walk.complete().reopen()
    assert len({*seen, passed(walk)}) == len(seen) + 1
