"""Driving: parking, taking over, handing over; each hand-over has one taker."""

import pytest

from core.access import Role
from core.errors import Because
from core.session.deeds import HandoverDeclined, HandoverWithdrawn
from core.session.scene import Notice
from core.session.state import Status
from tests.core.session.vpn import VPN
from tests.play import play


def test_a_parked_session_says_what_it_waits_for_and_takes_no_answers() -> None:
    walk = play(VPN).start().pause("the customer is back at two").is_now(Status.PAUSED)
    assert walk.session.parked == "the customer is back at two"
    walk.choose("One site").refused("This session is parked. Resume it first.")
    walk.pause("again").refused("This session is parked. Resume it first.", Because.WRONG_STATUS)


def test_a_parked_session_goes_on_where_it_was() -> None:
    walk = play(VPN).start().choose("One site").pause("parts").by("kim").resume()
    walk.is_now(Status.ACTIVE).shows("Restart it.").choose("Done", visit=2).replayed()
    assert walk.session.parked is None


def test_only_a_parked_session_is_resumed() -> None:
    play(VPN).start().resume().refused("This session is going on already.")


@pytest.mark.parametrize("reason", ["", " \n", "x" * 301])
def test_parking_takes_a_reason(reason: str) -> None:
    walk = play(VPN).start().pause(reason)
    walk.refused("Say what the session waits for, in 1 to 300 characters.")


def test_anyone_answers_and_the_driver_stays() -> None:
    play(VPN).start().by("kim", Role.VIEWER).choose("One site").driven_by("sam")


def test_anyone_takes_over_and_the_former_driver_is_told() -> None:
    walk = play(VPN).start().by("kim", Role.VIEWER).take_over().driven_by("kim")
    walk.tells("sam", Notice.TAKEN_OVER).take_over().refused("You are driving this session already")


def test_a_session_that_the_product_started_is_anyones_to_take() -> None:
    walk = play(VPN).by_the_product().start().driven_by(None).by("kim").take_over()
    walk.driven_by("kim").tells_nobody()


def test_a_hand_over_changes_the_driver_when_it_is_accepted() -> None:
    walk = play(VPN).start().hand_over("kim", " mind the dog ").driven_by("sam")
    walk.tells("kim", Notice.HANDOVER_OFFERED).by("kim").accept().driven_by("kim")
    walk.tells("sam", Notice.HANDOVER_ACCEPTED).accept().refused("No hand-over is waiting")
    walk.replayed()


def test_only_the_person_asked_accepts_or_declines() -> None:
    walk = play(VPN).start().hand_over("kim").by("lee", Role.TEAM_ADMIN)
    words = "offered to somebody else. You can take over instead."
    walk.accept().refused(words, Because.NOT_ALLOWED)
    walk.does(HandoverDeclined()).refused(words, Because.NOT_ALLOWED)


def test_who_declines_says_so_and_the_driver_stays() -> None:
    walk = play(VPN).start().hand_over("kim").by("kim").does(HandoverDeclined("on leave"))
    walk.tells("sam", Notice.HANDOVER_DECLINED).driven_by("sam")
    assert walk.session.offer is None


def test_a_hand_over_is_withdrawn_by_who_asked_or_who_drives() -> None:
    walk = play(VPN).start().by("lee").hand_over("kim").by("kim").does(HandoverWithdrawn())
    walk.refused("Only who drives, or who asked, can withdraw it.").by("sam")
    walk.does(HandoverWithdrawn()).tells("kim", Notice.HANDOVER_WITHDRAWN)
    walk.does(HandoverWithdrawn()).refused("To drive this session, take over.", Because.STALE)


def test_one_hand_over_waits_at_a_time() -> None:
    play(VPN).start().hand_over("kim").hand_over("lee").refused("Withdraw it to ask somebody else")


def test_a_hand_over_goes_to_somebody_else() -> None:
    walk = play(VPN).start().hand_over("sam").refused("is driving already. Pick somebody else.")
    walk.by("kim").hand_over("kim").refused("To drive this session yourself, take over.")
    walk.by_the_product().hand_over("lee").refused("Only a person can hand a session over.")


def test_a_message_that_is_too_long_is_refused_not_cut() -> None:
    play(VPN).start().hand_over("kim", "x" * 1_001).refused("Your message is 1,001 characters")
    walk = play(VPN).start().hand_over("kim").by("kim").does(HandoverDeclined("x" * 1_001))
    walk.refused("Your reason is 1,001 characters")


def test_the_driver_is_told_of_a_hand_over_that_somebody_else_arranged() -> None:
    walk = play(VPN).start().by("lee", Role.TEAM_ADMIN).hand_over("kim").by("kim").accept()
    walk.tells("lee", Notice.HANDOVER_ACCEPTED).tells("sam", Notice.TAKEN_OVER)


def test_who_was_asked_is_told_when_somebody_else_takes_over() -> None:
    walk = play(VPN).start().hand_over("kim").by("lee").take_over()
    walk.tells("kim", Notice.HANDOVER_WITHDRAWN).by("kim").accept().refused("No hand-over")


def test_taking_over_is_a_way_to_accept() -> None:
    walk = play(VPN).start().hand_over("kim").by("kim").take_over().driven_by("kim")
    walk.tells("sam", Notice.TAKEN_OVER)
    assert walk.session.offer is None
    assert len(walk.effects) == 2


def test_a_hand_over_ends_with_the_session() -> None:
    for end in ("complete", "cancel"):
        walk = play(VPN).start().hand_over("kim")
        walk = walk.complete() if end == "complete" else walk.cancel("wrong customer")
        assert walk.session.offer is None
        walk.tells("kim", Notice.HANDOVER_WITHDRAWN).by("kim").accept().refused("is completed")
        walk.take_over().refused("is completed. Reopen it first").reopen().take_over()


def test_parked_and_awaiting_sessions_can_be_handed_over() -> None:
    play(VPN).start().pause("parts").hand_over("kim").by("kim").accept().is_now(Status.PAUSED)
    walk = play(VPN).start().choose("One site").choose("Done").verify_in(hours=1)
    walk.hand_over("kim").by("kim").accept().is_now(Status.AWAITING).still_fine(True)
    walk.is_now(Status.COMPLETED)
