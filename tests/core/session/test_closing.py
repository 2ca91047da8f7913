"""Closing: completion, cancelling, the quiet period before it, reopening after it."""

from datetime import timedelta

import pytest

from core.errors import Because
from core.flow.outcome import Outcome
from core.session.deeds import Completed, VerificationAwaited, VerificationLapsed
from core.session.scene import AskAt, Notice
from core.session.state import Status
from tests.core.session.vpn import UP, VPN, edition
from tests.play import MORNING, Play, play


def at_the_end() -> Play:
    """The tunnel is up; the flow wants it verified after a day."""
    return play(VPN).start().choose("One site").choose("Done").shows("tunnel is up")


def awaiting() -> Play:
    """Asked in a day whether it is still up."""
    return at_the_end().verify_in(days=1).is_now(Status.AWAITING)


def test_a_session_ends_with_an_outcome() -> None:
    walk = at_the_end().complete(Outcome.WORKAROUND, " call them \x00").is_now(Status.COMPLETED)
    assert walk.session.outcome is Outcome.WORKAROUND
    assert walk.session.closing == len(walk.trail)
    assert walk.trail[-1].deed == Completed(Outcome.WORKAROUND, "call them")


def test_it_does_not_end_twice() -> None:
    walk = at_the_end().complete().complete()
    walk.refused("completed. Reopen it first if it has to go on.", Because.WRONG_STATUS)
    walk.cancel("x").refused("is completed")


def test_cancelling_is_another_deed_and_takes_a_reason() -> None:
    at_the_end().complete(Outcome.CANCELLED).refused("To cancel a session, cancel it and say why.")
    at_the_end().cancel(" ").refused("Say why it is cancelled, in 1 to 300 characters.")
    walk = at_the_end().cancel("wrong customer").is_now(Status.COMPLETED)
    assert walk.session.outcome is Outcome.CANCELLED


@pytest.mark.parametrize("minutes", [-1, 44_641])
def test_time_worked_is_a_possible_one(minutes: int) -> None:
    walk = at_the_end().does(Completed(Outcome.RESOLVED, minutes=minutes))
    walk.refused("Time worked is 0 to 44,640 minutes")
    at_the_end().does(Completed(Outcome.RESOLVED, minutes=0))


def test_next_steps_that_are_too_long_are_refused() -> None:
    at_the_end().complete(next_steps="x" * 3_001).refused("3,001 characters long; 3,000 is")


def test_a_parked_session_can_be_ended_as_it_is() -> None:
    walk = at_the_end().pause("parts").complete().is_now(Status.COMPLETED)
    assert walk.session.parked is None


def test_waiting_asks_when_it_is_due_and_takes_no_answers() -> None:
    walk = awaiting()
    assert AskAt(MORNING + timedelta(days=1)) in walk.effects
    assert walk.session.due == MORNING + timedelta(days=1)
    assert walk.session.outcome is Outcome.RESOLVED
    for attempt in (walk.back, lambda: walk.pause("x"), walk.resume, walk.reopen):
        attempt().refused("Say first whether it is still fine.", Because.WRONG_STATUS)


def test_only_an_end_is_verified_at_a_time_to_come() -> None:
    play(VPN).start().verify_in(hours=1).refused("nothing to verify yet: finish the steps first")
    for days in (-1.0, 0.0, 91.0):
        at_the_end().verify_in(days=days).refused("still to come and within 90 days")


def test_still_fine_closes_with_the_outcome_of_the_end() -> None:
    walk = awaiting().by("kim").still_fine(True).is_now(Status.COMPLETED)
    assert walk.session.outcome is Outcome.RESOLVED
    assert (walk.session.due, walk.session.closing) == (None, len(walk.trail))
    walk.still_fine(True).refused("is completed")


def test_not_fine_goes_on_where_the_flow_says() -> None:
    walk = awaiting().still_fine(False).is_now(Status.ACTIVE).shows("Does").stands("Who", "Restart")
    assert (walk.session.outcome, walk.session.due) == (None, None)
    walk.still_fine(True).refused("Nobody waits for an answer to that any more.")


def test_not_fine_at_an_end_that_names_no_step_shows_that_end_again() -> None:
    walk = play(VPN).start().choose("Everyone").choose("No").verify_in(hours=1)
    visit = walk.session.here.visit
    walk.still_fine(False).shows("line is down").back().shows("answer?")
    assert walk.session.here.visit > visit


def test_a_reopening_step_that_does_not_exist_is_no_trap() -> None:
    assert UP.verify is not None
    verify = UP.verify.model_copy(update={"reopen": "nowhere"})
    end = UP.model_copy(update={"verify": verify})
    walk = play(edition(nodes=(end,))).start().complete().reopen()
    walk.shows("tunnel is up").complete()


def test_silence_closes_but_not_before_it_is_due() -> None:
    walk = awaiting().by_the_product().does(VerificationLapsed()).refused("not time to verify yet")
    walk.at(days=2).does(VerificationLapsed()).is_now(Status.COMPLETED).replayed()
    walk.does(VerificationLapsed()).refused("is completed")


def test_nobody_but_the_product_closes_by_silence() -> None:
    walk = awaiting().at(days=2).does(VerificationLapsed())
    walk.refused("Say whether it is still fine instead.", Because.NOT_ALLOWED)


def test_a_session_that_waits_can_be_completed_at_once() -> None:
    walk = awaiting().complete()
    assert (walk.session.due, walk.session.status) == (None, Status.COMPLETED)
    walk.does(VerificationAwaited(MORNING + timedelta(days=3))).refused("is completed")


def test_a_hand_over_ends_with_the_verification() -> None:
    walk = awaiting().hand_over("kim").still_fine(True).tells("kim", Notice.HANDOVER_WITHDRAWN)
    assert walk.session.offer is None


def test_reopening_goes_on_where_the_flow_says_and_once() -> None:
    walk = at_the_end().complete().by("kim").reopen("it is back").is_now(Status.ACTIVE)
    walk.shows("answer?").driven_by("sam")
    assert (walk.session.outcome, walk.session.closing) == (None, None)
    walk.reopen().refused("going on already", Because.WRONG_STATUS).choose("No").complete()
    walk.reopen().shows("line is down").replayed()


def test_reopening_goes_on_where_it_ended_else() -> None:
    play(VPN).start().choose("One site").cancel("x").reopen().shows("Restart it.")


def test_answers_from_before_a_reopening_can_be_corrected() -> None:
    walk = at_the_end().complete().reopen().choose("No").correct("Who", "Everyone")
    walk.shows("answer?").stands("Who is affected?: Everyone").replayed()


def test_a_button_from_before_a_reopening_is_stale() -> None:
    walk = at_the_end().back().complete().reopen().choose("Done", visit=2)
    walk.refused("answered already", Because.STALE)


def test_a_reason_to_reopen_that_is_too_long_is_refused() -> None:
    at_the_end().complete().reopen("x" * 301).refused("Your reason is 301 characters long")
