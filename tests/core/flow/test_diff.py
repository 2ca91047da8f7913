"""What changed between two flows, and how it is told."""

from hypothesis import given, settings

from core.flow.change import OptionChanged
from core.flow.diff import diff
from core.flow.document import read
from core.flow.model import Flow
from core.flow.nodes import Decision
from tests.core.flow.documents import VPN, action, decision, flow, solution
from tests.flows import valid_flows

OLD = read(VPN)


def told(*replacements: tuple[str, str]) -> tuple[str, ...]:
    """The lines for the example with these replacements made in its text."""
    text = VPN
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    return diff(OLD, read(text)).lines()


@settings(max_examples=40, deadline=None)
@given(valid_flows(), valid_flows())
def test_a_difference_is_empty_for_the_same_flow_and_always_tellable(a: Flow, b: Flow) -> None:
    assert not diff(a, a)
    assert diff(a, a).lines() == ()
    assert all("\n" not in line and line.endswith(".") for line in diff(a, b).lines())
    assert {node.id for node in diff(a, b).added} == set(b.by_id) - set(a.by_id)
    assert {node.id for node in diff(a, b).removed} == set(a.by_id) - set(b.by_id)


def test_a_new_answer_is_told_by_its_label() -> None:
    new = "      - {id: no, label: No, to: escalate}"
    assert told((new, f"{new}\n      - {{id: some, label: Intermittent, to: restart}}")) == (
        "Step “Is {{gateway}} reachable?” has a new answer “Intermittent”.",
    )


def test_an_answer_that_is_gone_relabelled_or_leads_elsewhere() -> None:
    assert told(("      - {id: no, label: No, to: escalate}\n", "")) == (
        "Step “Is {{gateway}} reachable?” no longer has the answer “No”.",
    )
    assert told(("label: No, to: escalate", "label: Not at all, to: restart")) == (
        "In step “Is {{gateway}} reachable?”, the answer “No” is now called “Not at all”.",
        "In step “Is {{gateway}} reachable?”, the answer “Not at all” now leads to "
        "“Restart the tunnel.”; before, to “Handed to the provider.”.",
    )
    assert told(("The gateway answered: reachable.", "Up.")) == (
        "In step “Is {{gateway}} reachable?”, the answer “Yes” reads differently in the "
        "ticket note.",
    )


def test_answers_in_another_order() -> None:
    old = flow(decision("a", yes="end", no="end"), solution())
    new = flow(decision("a", no="end", yes="end"), solution())
    assert diff(old, new).lines() == ("Step “Is it up?” has its answers in another order.",)


def test_a_change_of_an_answer_says_what_kind_it_is() -> None:
    old = flow(decision("a", yes="end", no="end"), solution())
    new = flow(decision("a", yes="a", no="end"), solution())
    (change,) = diff(old, new).changes
    assert isinstance(change, OptionChanged)
    assert (change.relabelled, change.retargeted) == (False, True)


def test_the_flow_s_own_fields() -> None:
    assert told(
        ("title: VPN is down", "title: No VPN"),
        ("summary: When one user or a whole site cannot connect.\n", ""),
        ("category: Network", "category: WAN"),
        (", remote", ""),
        ("start: scope", "start: restart"),
        ("could_not_check: escalate", "could_not_check: fixed"),
    ) == (
        "The title is now “No VPN”; it was “VPN is down”.",
        "The summary is gone.",
        "The category changed.",
        "The tags changed.",
        "It now starts at “Restart the tunnel.”.",
        "What could not be checked now leads to “The tunnel came up again.”.",
    )


def test_a_start_that_is_only_written_out_is_no_change() -> None:
    assert told(("start: scope\n", "")) == ()


def test_the_intake() -> None:
    assert told(
        ("  - {name: client, label: Client, type: client}\n", ""),
        ("label: Gateway, type: ip", "label: Gateway's address, type: hostname"),
        ("start: scope", "  - {name: user, label: User}\nstart: scope"),
    ) == (
        "The intake now calls “Gateway” “Gateway's address”.",
        "The intake asks for “Gateway's address” differently: type.",
        "The intake now also asks for “User”.",
        "The intake no longer asks for “Client”.",
    )


def test_steps_that_are_new_gone_or_reworded() -> None:
    old = flow(action("a", "b", "Do A."), action("b", "end", "Do B."), solution())
    new = flow(action("a", "c", "Do A!"), action("c", "end", "Do C."), solution())
    assert diff(old, new).lines() == (
        "New step “Do C.”.",
        "Step “Do B.” is gone.",
        "Step “Do A.” now reads “Do A!”.",
        "Step “Do A!” now leads to “Do C.”.",
    )


def test_the_other_fields_of_a_step() -> None:
    assert told(
        ("    warn: Everyone on the tunnel is cut off for a minute.\n", ""),
        ("diagnose vpn ike gateway list", "diagnose vpn tunnel list"),
        ("    done: The tunnel was restarted.", "    could_not_do: scope"),
    ) == (
        "Step “Restart the tunnel.”: the commands changed.",
        "Step “Restart the tunnel.”: the warning is gone.",
        "Step “Restart the tunnel.”: the sentence for the ticket note is gone.",
        "Step “Restart the tunnel.” now leads to “Is {{gateway}} reachable?” when it could not "
        "be done.",
    )


def test_a_step_that_is_now_of_another_kind() -> None:
    old = flow(action("a", "end"), solution())
    new = flow(decision("a", yes="end", no="end"), solution())
    assert diff(old, new).lines() == ("Step “Restart it.” is now a decision: “Is it up?”.",)


def test_steps_in_another_order() -> None:
    one, other = action("b", "end"), action("c", "b")
    old = flow(action("a", "c"), one, other, solution())
    new = flow(action("a", "c"), other, one, solution())
    assert diff(old, new).lines() == ("The steps are listed in another order.",)


def test_long_texts_are_shortened_and_ids_shown_only_without_a_text() -> None:
    old = flow(solution())
    new = flow(solution(), Decision(id="no-text", ask=" "), solution("long", "word " * 50))
    first, second = diff(old, new).lines()
    assert first == "New step “no-text”."
    assert len(second) < 80
    assert second.endswith("…”.")
