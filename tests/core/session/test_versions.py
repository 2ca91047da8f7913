"""Versions: a session stays on the one it started on, until somebody takes it to another."""

from core.errors import Because
from core.flow.nodes import Action, Decision
from core.flow.nodes.decision import Option
from core.flow.variable import Variable
from core.session.state import Status
from tests.core.session.vpn import DOWN, ONLINE, RESTART, SCOPE, UP, VPN, edition
from tests.play import play, version

NEWER = edition(
    title="VPN down, second edition",
    intake=(*VPN.intake, Variable(name="ticket", label="Ticket", default="T1")),
    nodes=(
        SCOPE.model_copy(update={"ask": "Who suffers?"}),
        ONLINE.model_copy(update={"ask": "Does it ping?"}),
        RESTART,
        UP,
        DOWN,
    ),
)
OTHER = edition(flow="dns")


def test_an_upgrade_goes_on_at_the_same_step() -> None:
    walk = play(VPN, NEWER).start(client="Acme").choose("Everyone").upgrade().shows("Does it ping?")
    walk.knows(client="Acme").choose("No").replayed()
    assert walk.session.here.version == version(2)


def test_its_buttons_from_before_are_stale() -> None:
    play(VPN, NEWER).start().upgrade().choose("One site", visit=1).refused("answered already")


def test_new_variables_get_their_defaults_but_what_was_cleared_stays_so() -> None:
    walk = play(VPN, NEWER).start().set(seats="").upgrade().knows(ticket="T1", seats="").replayed()
    walk.set(ticket="T2")


def test_a_step_that_is_gone_asks_for_another() -> None:
    walk = play(VPN, NEWER).start().choose("One user").upgrade()
    walk.refused("Pick the step to go on at.", Because.NEEDS_CHOICE).upgrade(node="online")
    walk.shows("Does it ping?")


def test_a_version_of_another_flow_is_none() -> None:
    walk = play(VPN, OTHER).start().upgrade().refused("no such version", Because.NOT_FOUND)
    walk.upgrade(3).refused("no such version").upgrade(1).refused("runs on this version already")


def test_back_stays_in_the_newer_version() -> None:
    walk = play(VPN, NEWER).start().choose("Everyone").upgrade().back().shows("Who suffers?")
    assert walk.replayed().session.here.version == version(2)


def test_a_correction_is_made_in_the_newer_version() -> None:
    walk = play(VPN, NEWER).start().choose("Everyone").upgrade().correct("Who", "One site")
    walk.shows("Restart it.").stands("Who suffers?: One site").replayed()
    assert walk.session.here.version == version(2)


def test_back_to_a_step_that_is_gone_goes_back_to_the_version_that_has_it() -> None:
    walk = play(VPN, NEWER).start().choose("One user").answer("10.0.0.1").upgrade()
    walk.back().shows("Which gateway").replayed()
    assert walk.session.here.version == version(1)
    walk.upgrade(node="scope").shows("Who suffers?")


def test_a_correction_is_judged_by_the_step_as_it_is_now() -> None:
    options = (Option(id="some", label="Some", to="down"),)
    third = edition(nodes=(SCOPE.model_copy(update={"options": options}), DOWN, ONLINE))
    walk = play(VPN, third).start().choose("Everyone").upgrade().correct("Who", "One site")
    walk.refused("none of the answers here: “Some”").replayed()


def test_an_answer_whose_step_changed_its_kind_can_be_given_anew() -> None:
    changed = edition(nodes=(Action(id="scope", do="Count them.", to="down"), DOWN, ONLINE))
    walk = play(VPN, changed).start().choose("Everyone").upgrade().back().shows("Count them.")
    walk.choose("Done").shows("line is down").replayed()


def test_a_session_that_waits_or_has_ended_is_not_upgraded() -> None:
    walk = play(VPN, NEWER).start().choose("One site").choose("Done").verify_in(hours=1)
    walk.upgrade().refused("Say first whether it is still fine.").still_fine(True)
    walk.upgrade().refused("completed. Reopen it first").reopen().upgrade()


def test_a_parked_session_can_be_upgraded() -> None:
    play(VPN, NEWER).start().pause("a fix").upgrade().is_now(Status.PAUSED).resume().shows("suffer")


def test_a_value_stays_when_its_step_is_gone() -> None:
    walk = play(VPN, NEWER).start().choose("One user").answer("10.0.0.1").upgrade(node="scope")
    walk.knows(gateway="10.0.0.1").set(gateway="x").refused("no variable “gateway”")


def test_a_flow_can_be_taken_back_to_an_older_version() -> None:
    walk = play(VPN, NEWER).start().upgrade(2).upgrade(1).shows("Who is affected?").replayed()
    assert isinstance(walk.node, Decision)
