"""Replay proves the engine: whatever happens in whatever flow, the trail leads to the session.

Random flows, random people in random roles, random deeds, most of them allowed.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.access import Actor, Role
from core.errors import Because, ReplayError
from core.flow.model import Flow
from core.flow.nodes import Solution
from core.flow.outcome import Outcome
from core.ids import ClientId
from core.session import deeds
from core.session.codec import (
    deed_from_json,
    deed_to_json,
    stack_from_json,
    stack_to_json,
    state_to_json,
    with_state,
)
from core.session.deeds import Acted, Corrected, Deed
from core.session.engine import replay
from core.session.possible import asked_anew, possible
from core.session.state import Session, Status
from core.session.trail import with_strikes
from core.session.verbs import SessionVerb, answering, correcting
from tests.core.session.vpn import VPN, edition
from tests.flows import valid_flows
from tests.play import ACCOUNT, SESSION, Play, person, play, version

PEOPLE = ("sam", "kim", "lee")
ROLES = (Role.VIEWER, Role.ENGINEER, Role.TEAM_ADMIN, Role.GUEST, Role.SYSTEM)
TEXTS = st.sampled_from(("ok", "  ", "x" * 301, "zwei\nZeilen", "\ud800", "{{client}}", "-"))
STEPS = st.integers(4, 14)
RANDOMLY = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)

Check = Callable[[Play, Session], None]


def answers(walk: Play) -> st.SearchStrategy[Deed]:
    """An answer to the step of the moment, mostly of its own; sometimes of a showing gone by."""
    here = walk.session.here.visit
    visits = st.sampled_from((here, here, here, here, here - 1))
    verbs = [(verb.name, verb.argument) for verb in walk.node.verbs()]
    branches = [argument for _, argument in verbs if argument] or [""]
    values = st.fixed_dictionaries(
        {}, optional={"option": st.sampled_from((*branches, "none")), "reason": TEXTS}
    )
    return st.builds(
        lambda visit, verb, rest: Acted(
            visit, verb[0], {**rest, "value": "v", **({"option": verb[1]} if verb[1] else {})}
        ),
        visits,
        st.sampled_from(verbs),
        values,
    )


def corrections(walk: Play) -> st.SearchStrategy[Deed]:
    """A correction of any entry, mostly of an answer; it may have been struck, or be one itself."""
    entries = [entry for entry in walk.trail if entry.answers] or walk.trail
    verbs = [
        (verb.name, verb.argument)
        for entry in entries
        for verb in walk.flows[entry.stack[-1].version].by_id[entry.stack[-1].node].verbs()
    ]
    return st.builds(
        lambda entry, verb: Corrected(
            entry.seq, verb[0], {"value": "w", **({"option": verb[1]} if verb[1] else {})}
        ),
        st.sampled_from(entries),
        st.sampled_from(verbs),
    )


def asides(walk: Play) -> st.SearchStrategy[Deed]:
    """Everything else that can happen."""
    seqs = st.integers(0, len(walk.trail) + 1)
    names = (*walk.flows[walk.session.here.version].variables, "none")
    values = st.dictionaries(st.sampled_from(names), st.sampled_from(("", "10.0.0.1", "5", "x")))
    nodes = st.none() | st.sampled_from([*walk.flows[version(2)].by_id, "gone"])
    dues = st.integers(-1, 30).map(lambda hours: walk.now + timedelta(hours=hours))
    return st.one_of(
        st.builds(deeds.Returned, seqs),
        st.builds(deeds.NoteAdded, TEXTS, st.sampled_from(deeds.NoteKind)),
        st.builds(deeds.NoteEdited, seqs, TEXTS),
        st.builds(deeds.NoteDeleted, seqs),
        st.builds(deeds.NoteKeptOut, seqs, st.booleans()),
        st.builds(deeds.Attached, st.just("0" * 64), TEXTS, st.just("image/png"), st.just(1)),
        st.builds(deeds.CustomStepAdded, TEXTS),
        st.builds(deeds.VariablesSet, values, st.none() | st.just(ClientId(UUID(int=5)))),
        st.builds(deeds.ScratchpadSaved, TEXTS),
        st.builds(deeds.Upgraded, st.sampled_from((version(1), version(2))), nodes),
        _driving(),
        _closing(dues),
    )


def _driving() -> st.SearchStrategy[Deed]:
    return st.one_of(
        st.builds(deeds.Paused, TEXTS),
        st.just(deeds.Resumed()),
        st.just(deeds.TakenOver()),
        st.builds(deeds.HandoverOffered, st.sampled_from(PEOPLE).map(person), TEXTS),
        st.just(deeds.HandoverAccepted()),
        st.builds(deeds.HandoverDeclined, TEXTS),
        st.just(deeds.HandoverWithdrawn()),
    )


def _closing(dues: st.SearchStrategy[object]) -> st.SearchStrategy[Deed]:
    return st.one_of(
        st.builds(deeds.VerificationAwaited, dues),
        st.builds(deeds.VerificationAnswered, st.booleans()),
        st.just(deeds.VerificationLapsed()),
        st.builds(deeds.Completed, st.sampled_from(Outcome), TEXTS, st.integers(-1, 90)),
        st.builds(deeds.Cancelled, TEXTS),
        st.builds(deeds.Reopened, TEXTS),
    )


@st.composite
def editions(draw: st.DrawFn) -> tuple[Flow, Flow]:
    """Two versions of one flow: the second is another, or lacks some ways of the first."""
    first = draw(valid_flows() | st.just(VPN))
    second = draw(st.just(first) | valid_flows() | st.just(VPN))
    return first, edition(second, flow=first.flow)


def walk_somewhere(data: st.DataObject, *checks: Check) -> Play:
    """Random deeds, one after another; checks see the play and the session before the deed."""
    walk = play(*data.draw(editions())).start()
    for minute in range(data.draw(STEPS)):
        walk.actor = data.draw(
            st.builds(
                Actor,
                st.sampled_from(PEOPLE).map(person),
                st.just(ACCOUNT),
                st.sampled_from(ROLES),
            )
        )
        walk.at(hours=minute)
        before = walk.session
        walk.does(data.draw(answers(walk) | answers(walk) | corrections(walk) | asides(walk)))
        for check in checks:
            check(walk, before)
        walk.refusal = None
    return walk


@RANDOMLY
@given(st.data())
def test_whatever_happens_the_record_and_the_session_agree(data: st.DataObject) -> None:
    walk = walk_somewhere(data, *AT_EVERY_STEP)
    _strikes_are_those_that_a_row_store_makes(walk)
    _answers_that_stand_are_one_walk_without_a_gap(walk)


def _the_trail_leads_to_the_session(walk: Play, _: Session) -> None:
    assert replay(walk.flows, SESSION, walk.trail, ACCOUNT) == walk.session
    assert walk.session.revision == len(walk.trail) == walk.trail[-1].seq


def _what_is_refused_changes_nothing_and_says_why(walk: Play, before: Session) -> None:
    if walk.refusal is None:
        assert walk.session.revision == before.revision + 1
        return
    assert walk.session == before
    assert walk.refusal.message.endswith((".", "”."))
    assert len(walk.refusal.message) < 1_000


def _a_session_is_somewhere_and_its_parts_fit_its_status(walk: Play, _: Session) -> None:
    session = walk.session
    assert walk.node.id == session.here.node
    assert session.here.visit <= session.visits
    assert (session.parked is not None) == (session.status is Status.PAUSED)
    assert (session.due is not None) == (session.status is Status.AWAITING)
    assert (session.closing is not None) == (session.status is Status.COMPLETED)
    assert session.offer is None or session.status is not Status.COMPLETED
    assert all(session.variables.values())


def _session_deed_and_stack_survive_being_stored(walk: Play, _: Session) -> None:
    session, entry = walk.session, walk.trail[-1]
    begun = session.started_at
    row = Session(session.id, session.account, session.revision, session.status, (), 0, begun)
    assert with_state(row, state_to_json(session)) == session
    assert deed_from_json(entry.deed.kind, deed_to_json(entry.deed)) == entry.deed
    assert stack_from_json(stack_to_json(entry.stack)) == entry.stack


def _strikes_are_those_that_a_row_store_makes(walk: Play) -> None:
    assert with_strikes(walk.trail) == walk.trail
    assert walk.session.behind == (walk.standing[-1].seq if walk.standing else None)


def _answers_that_stand_are_one_walk_without_a_gap(walk: Play) -> None:
    seqs = [entry.seq for entry in walk.standing]
    assert [entry.behind for entry in walk.standing] == [None, *seqs][: len(seqs)]


def _what_is_offered_is_taken_and_what_is_not_is_refused(walk: Play, _: Session) -> None:
    last = walk.standing[-1] if walk.standing else None
    offered = possible(walk.flows, walk.session, last)
    assert offered == asked_anew(walk.flows, walk.session, last)
    for verb, deed in _ORDINARY.items():
        trial = _again(walk).by("max", Role.VIEWER).does(deed)
        assert (trial.refusal is None) == (verb in offered), (verb, trial.refusal)


def _every_answer_that_a_step_shows_is_taken(walk: Play, _: Session) -> None:
    if walk.session.status is not Status.ACTIVE or isinstance(walk.node, Solution):
        return
    for choice in _again(walk).view.choices:
        deed = answering(walk.session.here.visit, choice.verb, choice.argument, {"value": "x"})
        refusal = _again(walk).by("lee").does(deed).refusal
        a_value = walk.node.kind == "input" and choice.verb == "answer"
        assert refusal is None or a_value or refusal.because is Because.NEEDS_CHOICE, refusal


def _again(walk: Play) -> Play:
    """The same moment, to try something out."""
    trial = Play(walk.flows)
    trial.trail, trial.now, trial._session = list(walk.trail), walk.now, walk.session
    return trial


_ORDINARY: dict[SessionVerb, Deed] = {
    SessionVerb.NOTE: deeds.NoteAdded("The user called."),
    SessionVerb.VARIABLES: deeds.VariablesSet({}),
    SessionVerb.SCRATCHPAD: deeds.ScratchpadSaved("0800 123"),
    SessionVerb.CUSTOM_STEP: deeds.CustomStepAdded("Swapped the cable."),
    SessionVerb.PAUSE: deeds.Paused("parts"),
    SessionVerb.RESUME: deeds.Resumed(),
    SessionVerb.HAND_OVER: deeds.HandoverOffered(person("pat"), "please"),
    SessionVerb.TAKE_OVER: deeds.TakenOver(),
    SessionVerb.FINISH: deeds.Completed(Outcome.UNRESOLVED, "call back", 5),
    SessionVerb.CANCEL: deeds.Cancelled("wrong customer"),
    SessionVerb.FINE: deeds.VerificationAnswered(True),
    SessionVerb.NOT_FINE: deeds.VerificationAnswered(False),
    SessionVerb.REOPEN: deeds.Reopened("it is back"),
}


AT_EVERY_STEP: tuple[Check, ...] = (
    _the_trail_leads_to_the_session,
    _what_is_refused_changes_nothing_and_says_why,
    _a_session_is_somewhere_and_its_parts_fit_its_status,
    _session_deed_and_stack_survive_being_stored,
    _what_is_offered_is_taken_and_what_is_not_is_refused,
    _every_answer_that_a_step_shows_is_taken,
)


def test_the_stored_state_does_not_grow_with_history() -> None:
    walk = play(VPN).start().choose("Everyone")
    sizes = []
    for round in range(200):
        walk.choose("Look again").note("still nothing " * 20).correct("Does", "Look again").refused(
            "the answer already"
        )
        if round % 3 == 0:
            walk.correct("Does", "No").back()
        sizes.append(len(state_to_json(walk.session)))
    assert max(sizes) - sizes[0] <= 3 * 3  # the digits of three counters


def test_a_damaged_trail_is_told() -> None:
    walk = play(VPN).start().choose("One site").choose("Done")
    with pytest.raises(ReplayError, match=r"Entry 3 .acted.: This step has been answered already"):
        replay(walk.flows, SESSION, [walk.trail[0], walk.trail[2]], ACCOUNT)
    with pytest.raises(ReplayError, match="has never begun"):
        replay(walk.flows, SESSION, [], ACCOUNT)


def test_a_trail_that_corrects_what_stood_no_more_is_damaged() -> None:
    walk = play(VPN).start().choose("One site").choose("Done").correct("Who", "Everyone")
    again = replace(walk.trail[-1], seq=5, deed=Corrected(3, "could-not-do"))
    with pytest.raises(ReplayError, match="This answer was changed already"):
        replay(walk.flows, SESSION, [*walk.trail, again], ACCOUNT)


def test_a_correction_form_says_what_a_button_would() -> None:
    assert correcting(3, {"answer": "choose:yes"}) == Corrected(3, "choose", {"option": "yes"})
    assert correcting(3, {"answer": "answer", "value": "x"}) == Corrected(
        3, "answer", {"value": "x"}
    )
    assert correcting(3, {}) == Corrected(3, "", {})
