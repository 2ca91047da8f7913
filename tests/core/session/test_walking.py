"""Walking: starting, answering, what cannot be checked, what the flow does not know."""

import pytest

from core.errors import Because
from core.flow.model import Flow
from core.flow.nodes import Decision, Solution
from core.flow.nodes.decision import Option
from core.session.deeds import Acted, CustomStepAdded, Started
from core.session.state import Status
from tests.core.session.vpn import VPN, edition
from tests.play import play, version


def test_a_session_starts_at_the_first_step_with_its_starter_driving() -> None:
    play(VPN).start().shows("Who is affected?").driven_by("sam").is_now(Status.ACTIVE)


def test_it_starts_at_the_step_the_flow_names() -> None:
    play(edition(start="online")).start().shows("answer?")


def test_it_starts_with_what_is_known_and_with_defaults() -> None:
    play(VPN).start(client="Acme").knows(client="Acme", seats="5", gateway="")
    play(VPN).start(seats="7").knows(seats="7")


def test_a_flow_without_steps_cannot_be_started() -> None:
    play(edition(nodes=())).start().refused("has no first step yet")


def test_a_value_that_is_none_of_its_type_is_refused_and_says_what_is_wanted() -> None:
    play(VPN).start(seats="many").refused("Seats should be a number, not “many”.")
    play(VPN).start().set(gateway="x").refused("should be an IP address such as 10.0.0.5")
    play(VPN).start(color="red").refused("no variable “color”. It has: client, seats, gateway.")


def test_it_cannot_start_twice() -> None:
    play(VPN).start().does(Started(version(1))).refused("has started already")


def test_answers_lead_where_the_flow_says() -> None:
    play(VPN).start().choose("One site").shows("Restart it.").choose("Done").shows("tunnel is up")


def test_an_answer_that_the_step_does_not_have_is_refused_with_those_it_has() -> None:
    walk = play(VPN).start()
    walk.does(Acted(1, "choose", {"option": "nobody"}))
    walk.refused("none of the answers here: “One user”, “One site”, “Everyone”", Because.INVALID)
    walk.does(Acted(1, "done")).refused("cannot be answered with “done”")


def test_an_input_sets_its_variable_in_canonical_form() -> None:
    walk = play(VPN).start().choose("One user").answer(" 10.0.0.1 ").knows(gateway="10.0.0.1")
    walk.shows("Does 10.0.0.1 answer?")


def test_an_empty_or_wrong_input_is_refused_and_the_step_stays() -> None:
    walk = play(VPN).start().choose("One user")
    walk.answer("  ").refused("Gateway is empty. Type it, or choose “Couldn't find out”.")
    walk.answer("gw").refused("should be an IP address").shows("Which gateway")


def test_what_nobody_could_find_out_goes_on_and_sets_nothing() -> None:
    walk = play(VPN).start().choose("One user").choose("Couldn't find out")
    walk.shows("Restart it.").knows(gateway="")


def test_what_could_not_be_done_goes_where_the_flow_says() -> None:
    play(VPN).start().choose("One site").choose("Couldn't do it").shows("line is down")


def test_could_not_check_goes_where_the_step_says_and_stands_as_such() -> None:
    walk = play(VPN).start().choose("Everyone").could_not_check().shows("line is down")
    walk.stands("Who is affected?: Everyone", "Does (gateway not set) answer?: could not be")


def test_could_not_check_goes_where_the_flow_says_else() -> None:
    play(edition(could_not_check="down")).start().could_not_check().shows("down")


def test_could_not_check_without_a_way_asks_for_a_branch_and_records_both() -> None:
    walk = play(VPN).start().could_not_check()
    walk.refused("Pick the branch to go on with", Because.NEEDS_CHOICE).shows("Who is affected?")
    walk.could_not_check(as_if="One site").shows("Restart it.")
    walk.stands("Who is affected?: could not be checked; went on as if “One site”")


def test_the_flows_default_never_leads_a_step_back_to_itself() -> None:
    flow = edition(could_not_check="scope")
    play(flow).start().could_not_check().refused("Pick the branch", Because.NEEDS_CHOICE)


def test_a_loop_to_itself_is_a_new_showing() -> None:
    walk = play(VPN).start().choose("Everyone")
    before = walk.session.here
    walk.choose("Look again").shows("answer?")
    assert (walk.session.here.node, walk.session.here.visit) == (before.node, before.visit + 1)


def test_a_reason_is_kept_with_the_answer() -> None:
    walk = play(VPN).start().choose("One site")
    walk.does(Acted(2, "could-not-do", {"reason": "no rights", "junk": "x" * 9_999}))
    deed = walk.trail[-1].deed
    assert isinstance(deed, Acted)
    assert deed.values == {"reason": "no rights"}


def test_a_reason_that_is_too_long_is_refused_not_cut() -> None:
    walk = play(VPN).start().choose("One site")
    walk.does(Acted(2, "could-not-do", {"reason": "x" * 501}))
    walk.refused("Your reason is 501 characters long; 500 is the most. Shorten it.")


def test_a_way_into_nothing_says_what_to_do_instead() -> None:
    option = Option(id="x", label="X", to="nowhere")
    flow = Flow(flow="f", title="F", nodes=(Decision(id="a", ask="A?", options=(option,)),))
    play(flow).start().choose("X").refused("leads nowhere from here. Complete the session, or add")


def test_an_end_is_completed_not_answered() -> None:
    flow = Flow(flow="f", title="F", nodes=(Solution(id="a", resolved="Fine."),))
    play(flow).start().does(Acted(1, "complete")).refused("complete the session, or go back")


def test_a_custom_step_is_recorded_and_the_step_stays() -> None:
    walk = play(VPN).start().does(CustomStepAdded("  Swapped the cable \r\n")).shows("Who is")
    assert walk.trail[-1].deed == CustomStepAdded("Swapped the cable")
    assert walk.session.here.visit == 1


@pytest.mark.parametrize(("text", "words"), [("", "Say what you did"), ("x" * 3_001, "3,001")])
def test_a_custom_step_says_something_and_not_too_much(text: str, words: str) -> None:
    play(VPN).start().does(CustomStepAdded(text)).refused(words)


def test_any_step_can_be_the_last() -> None:
    play(VPN).start().complete().is_now(Status.COMPLETED)


def test_a_fact_pre_filled_survives_a_shrug() -> None:
    walk = play(VPN).start(gateway="10.0.0.9").choose("One user").choose("Couldn't find out")
    walk.knows(gateway="10.0.0.9")


def test_an_answer_is_recorded_at_the_step_it_was_given_at() -> None:
    walk = play(VPN).start().choose("One user").answer("10.0.0.1")
    assert [entry.stack[-1].node for entry in walk.trail] == ["scope", "scope", "gateway"]
