"""The rules of walking: starting, answering, correcting, going back, changing the version."""

from collections.abc import Mapping
from dataclasses import replace

from core.errors import Because, Refusal
from core.flow.node import Taken
from core.session.deeds import (
    Acted,
    Corrected,
    CustomStepAdded,
    Deed,
    Returned,
    Started,
    Upgraded,
)
from core.session.scene import (
    EVERYTHING,
    STEP,
    Flows,
    Moved,
    Scene,
    Strike,
    moved,
    to_node,
    worded,
    worded_if_any,
    wrong_status,
)
from core.session.state import Frame, Session, Stack, Status
from core.session.trail import Entry
from core.session.variables import accepted, updated, with_defaults

REASON_LIMIT = 500  # characters
CUSTOM_STEP_LIMIT = 3_000  # characters
STALE = Refusal(Because.STALE, "This step has been answered already. Here is the current one.")


def started(scene: Scene, deed: Started) -> Moved | Refusal:
    """At the flow's first node, with the variables given and the defaults of the others."""
    flow = scene.flows[deed.version]
    if flow.first is None or flow.first not in flow.by_id:
        return Refusal(Because.INVALID, f"“{flow.title}” has no first step yet. Edit it first.")
    values = accepted(flow, deed.variables)
    if isinstance(values, Refusal):
        return values
    frame = Frame(deed.version, flow.first, 1)
    values = with_defaults(flow, values)
    session = replace(
        scene.session,
        stack=(frame,),
        visits=1,
        variables=values,
        client=deed.client,
        driver=scene.who,
    )
    kept = replace(deed, variables=values)
    return moved(scene, session, *EVERYTHING, deed=kept, at=((frame,), None))


def acted(scene: Scene, deed: Acted) -> Moved | Refusal:
    """Answer the step that is shown now."""
    session = scene.session
    if session.status is not Status.ACTIVE:
        return wrong_status(session)
    if deed.visit != session.here.visit:
        return STALE
    taken = _taken(scene, session.stack, deed.verb, deed.values)
    if isinstance(taken, Refusal):
        return taken
    onward = _onward(scene, session.stack, taken)
    return moved(scene, onward, *STEP, deed=replace(deed, values=taken.values))


def corrected(scene: Scene, deed: Corrected) -> Moved | Refusal:
    """Change an earlier answer: the later ones no longer stand, and the walk goes on from it."""
    past = _standing(scene, deed.of)
    if isinstance(past, Refusal):
        return past
    stack = asked_again(scene.flows, scene.session, past)
    taken = _taken(scene, stack, deed.verb, deed.values)
    if isinstance(taken, Refusal):
        return taken
    if _same(past.deed, deed.verb, taken.values):
        return Refusal(Because.INVALID, "That is the answer already. Pick another, or leave it.")
    onward = _onward(scene, stack, replace(taken, sets={**_unset(scene, past), **taken.sets}))
    kept = replace(deed, values=taken.values)
    return moved(scene, onward, *STEP, Strike(deed.of), deed=kept, at=(stack, past.behind))


def returned(scene: Scene, deed: Returned) -> Moved | Refusal:
    """Ask an earlier step again."""
    past = _standing(scene, deed.of)
    if isinstance(past, Refusal):
        return past
    stack = asked_again(scene.flows, scene.session, past)
    session = replace(to_node(scene.session, stack, stack[-1].node), behind=past.behind)
    return moved(scene, session, *STEP, Strike(deed.of))


def asked_again(flows: Flows, session: Session, past: Entry) -> Stack:
    """Where an answered step is asked now: in the version that the session runs on, where that
    still has the step, else in the version in which it was answered.
    """
    *below, top = past.stack
    flow = flows[session.here.version]
    if flow.flow == flows[top.version].flow and top.node in flow.by_id:
        return (*below, replace(top, version=session.here.version))
    return past.stack


def custom_step_added(scene: Scene, deed: CustomStepAdded) -> Moved | Refusal:
    """Record something that the flow has no node for; the step stays."""
    if scene.session.status is not Status.ACTIVE:
        return wrong_status(scene.session)
    ask = "Put long output in a note. Say what you did"
    text = worded(deed.text, CUSTOM_STEP_LIMIT, ask)
    if isinstance(text, Refusal):
        return text
    return moved(scene, scene.session, deed=replace(deed, text=text))


def upgraded(scene: Scene, deed: Upgraded) -> Moved | Refusal:
    """Go on with another version, at the same node if it still exists, else at the one picked."""
    session, flow = scene.session, scene.flows.get(deed.version)
    if session.status not in {Status.ACTIVE, Status.PAUSED}:
        return wrong_status(session)
    if flow is None or flow.flow != scene.flow.flow:
        return Refusal(
            Because.NOT_FOUND, "There is no such version of this flow. Pick one of its versions."
        )
    if deed.version == session.here.version:
        return Refusal(
            Because.INVALID, "The session runs on this version already. Go on with its step."
        )
    node = deed.node or session.here.node
    if node not in flow.by_id:
        return Refusal(
            Because.NEEDS_CHOICE,
            "The step you are at is not in the newer version. Pick the step to go on at.",
        )
    stack = (*session.stack[:-1], replace(session.here, version=deed.version))
    known = {name: session.variables.get(name, "") for name in scene.flow.variables}
    variables = with_defaults(flow, {**known, **session.variables})
    return moved(scene, replace(to_node(session, stack, node), variables=variables), *EVERYTHING)


def _taken(scene: Scene, stack: Stack, verb: str, values: Mapping[str, str]) -> Taken | Refusal:
    flow = scene.flows[stack[-1].version]
    node = flow.by_id[stack[-1].node]
    otherwise = flow.could_not_check if flow.could_not_check != node.id else None
    taken = node.act(verb, values, otherwise)
    if isinstance(taken, Refusal):
        return taken
    if taken.to not in flow.by_id:
        return Refusal(
            Because.INVALID,
            "The flow leads nowhere from here. Complete the session, or add a custom step and "
            "tell the flow's author.",
        )
    reason = worded_if_any(values.get("reason", ""), REASON_LIMIT, "Your reason")
    if isinstance(reason, Refusal):
        return reason
    return replace(taken, values={**taken.values, "reason": reason}) if reason else taken


def _onward(scene: Scene, stack: Stack, taken: Taken) -> Session:
    session = scene.session
    revision = session.revision + 1
    variables = updated(session.variables, taken.sets) if taken.sets else session.variables
    at = {"variables": variables, "behind": revision, "revision": revision}
    return to_node(session, stack, taken.to, **at)


def _standing(scene: Scene, of: int) -> Entry | Refusal:
    """The answer in entry `of`, if it is one and still stands."""
    if scene.session.status is not Status.ACTIVE:
        return wrong_status(scene.session)
    past = scene.event.past
    if past is None or past.seq != of or not past.answers:
        return Refusal(
            Because.NOT_FOUND, "There is no such answer here. Pick one of the earlier steps."
        )
    if past.struck_by is not None:
        return Refusal(Because.STALE, "This answer was changed already. Here is the current step.")
    return past


def _same(past: Deed, verb: str, values: Mapping[str, str]) -> bool:
    if not isinstance(past, Acted | Corrected):
        return False
    return past.verb == verb and dict(past.values) == dict(values)


def _unset(scene: Scene, past: Entry) -> Mapping[str, str]:
    """What a wrong answer set, cleared; but not what somebody has set otherwise since."""
    top, deed = past.stack[-1], past.deed
    if not isinstance(deed, Acted | Corrected):
        return {}
    taken = scene.flows[top.version].by_id[top.node].act(deed.verb, deed.values, None)
    sets = {} if isinstance(taken, Refusal) else taken.sets
    now = scene.session.variables
    return {name: "" for name, value in sets.items() if now.get(name) == value}
