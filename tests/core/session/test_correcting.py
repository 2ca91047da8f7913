"""Correcting and going back: an append; what followed is struck, facts stay known."""

from core.errors import Because
from core.session.deeds import Acted, Corrected, Returned
from core.session.state import Status
from core.session.trail import with_strikes
from tests.core.session.vpn import VPN
from tests.play import Play, play


def walked() -> Play:
    """One user, a gateway, it answers, restarted: at the end."""
    walk = play(VPN).start().choose("One user").answer("10.0.0.1").choose("Yes").choose("Done")
    return walk.shows("tunnel is up")


def test_back_asks_the_step_before_again() -> None:
    walk = walked().back().shows("Restart it.").stands("Who", "Gateway", "Does").back()
    walk.shows("Does 10.0.0.1 answer?").stands("Who", "Gateway")


def test_back_from_the_first_step_is_refused() -> None:
    play(VPN).start().back().refused("There is no such answer here.", Because.NOT_FOUND)


def test_a_fact_stays_known_when_its_step_is_asked_again() -> None:
    walk = play(VPN).start().choose("One user").answer("10.0.0.1").back()
    walk.shows("Which gateway").knows(gateway="10.0.0.1").stands("Who")


def test_a_correction_goes_on_from_the_corrected_step() -> None:
    walk = walked().by("kim").correct("Who is affected?", "One site").shows("Restart it.")
    walk.stands("Who is affected?: One site")
    line = walk.view.past[0]
    assert (line.by, line.corrected) == ("Kim", True)


def test_what_followed_is_kept_and_struck() -> None:
    walk = walked().correct("Does", "No")
    assert [entry.struck_by for entry in walk.trail] == [None, None, None, 6, 6, None]
    walk.correct("Who", "Everyone")
    assert [entry.struck_by for entry in walk.trail] == [None, 7, 7, 6, 6, 7, None]
    assert with_strikes(walk.trail) == walk.trail


def test_a_correction_can_be_corrected_and_the_first_answer_too() -> None:
    walk = walked().correct("Does", "No").shows("line is down").correct("Does", "Yes")
    walk.shows("Restart it.").stands("Who", "Gateway: 10.0.0.1", "Does 10.0.0.1 answer?: Yes")
    walk.correct("Who", "Everyone").shows("Does").stands("Who is affected?: Everyone")


def test_back_after_a_correction_asks_the_corrected_step_again() -> None:
    walked().correct("Does", "No").back().shows("answer?").stands("Who", "Gateway").back().stands(
        "Who"
    )


def test_the_same_answer_is_no_correction() -> None:
    walked().correct("Does", "Yes").refused("That is the answer already.").shows("tunnel is up")


def test_an_answer_that_was_struck_cannot_be_corrected_again() -> None:
    walk = walked().correct("Does", "No")
    struck = walk.trail[3]
    walk.does(Corrected(struck.seq, "choose", {"option": "yes"}))
    walk.refused("This answer was changed already.", Because.STALE)
    walk.does(Returned(struck.seq)).refused("This answer was changed already.", Because.STALE)


def test_only_answers_can_be_corrected() -> None:
    walk = walked().note("hm")
    for seq in (1, 6, 0, -1, 99):
        walk.does(Returned(seq)).refused("There is no such answer here.", Because.NOT_FOUND)


def test_the_entry_read_must_be_the_one_that_is_meant() -> None:
    walk = walked()
    walk.does(Returned(2), walk.trail[2]).refused("There is no such answer here.")


def test_a_correction_to_something_wrong_is_refused_and_changes_nothing() -> None:
    walk = walked()
    before = walk.session
    walk.does(Corrected(2, "choose", {"option": "x"})).refused("none of the answers here")
    walk.does(Corrected(3, "answer", {"value": "x"})).refused("should be an IP address")
    assert walk.session == before


def test_could_not_check_as_a_correction_asks_for_a_branch_too() -> None:
    walk = walked().correct("Who", "could-not-check").refused("Pick the branch")
    walk.does(Corrected(2, "could-not-check", {"option": "one-site"})).shows("Restart it.")


def test_a_corrected_input_sets_its_value_anew() -> None:
    walk = walked().correct("Which gateway", value="10.0.0.2").knows(gateway="10.0.0.2")
    walk.shows("Does 10.0.0.2 answer?")


def test_a_wrong_value_corrected_to_unknown_is_not_known_any_more() -> None:
    walked().correct("Which gateway", "Couldn't find out").knows(gateway="")


def test_but_a_value_that_somebody_has_set_since_stays() -> None:
    walk = walked().set(gateway="10.0.0.7").correct("Which gateway", "Couldn't find out")
    walk.knows(gateway="10.0.0.7")


def test_parked_sessions_are_resumed_before_they_are_corrected() -> None:
    walk = walked().pause("the customer").correct("Does", "No").refused("parked. Resume it first")
    walk.back().refused("parked. Resume it first").is_now(Status.PAUSED)


def test_going_back_leaves_a_hand_over_waiting() -> None:
    walk = walked().hand_over("kim").back().by("kim").accept().driven_by("kim").shows("Restart")
    walk.back().shows("answer?")


def test_a_struck_loop_is_walked_again() -> None:
    walk = play(VPN).start().choose("Everyone").choose("Look again").choose("Look again")
    walk.correct("Who", "Everyone").refused("the answer already").back().back().stands("Who")
    walk.choose("No").shows("line is down").stands("Who", "Does").replayed()


def test_a_correction_keeps_the_step_it_is_about() -> None:
    walk = walked().correct("Who", "One site")
    assert walk.trail[-1].stack[-1].node == "scope"
    assert isinstance(walk.trail[1].deed, Acted)
