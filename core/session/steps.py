"""The rules of walking: starting, answering, correcting, going back, changing the version."""

from collections.abc import Mapping
from dataclasses import replace

from core.errors import Because, Refusal
from core.flow.node import Taken
from core.session.deeds import Acted, Corrected, CustomStepAdded, Returned, Started, Upgraded
from core.session.scene import EVERYTHING, STEP, Moved, Scene, Strike, moved, to_node, wrong_status
from core.session.state import Frame, Session, Stack, Status
from core.session.trail import Entry
from core.session.variables import accepted, updated, with_defaults
from core.text import cleaned

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
    taken = _taken(scene, past.stack, deed.verb, deed.values)
    if isinstance(taken, Refusal):
        return taken
    if isinstance(past.deed, Acted | Corrected) and _same(past.deed, deed.verb, taken.values):
        return Refusal(Because.INVALID, "That is already the answer to this step.")
    onward = _onward(scene, past.stack, taken)
    kept = replace(deed, values=taken.values)
    at = (past.stack, past.behind)
    return moved(scene, onward, *STEP, Strike(deed.of), deed=kept, at=at)


def returned(scene: Scene, deed: Returned) -> Moved | Refusal:
    """Ask an earlier step again."""
    past = _standing(scene, deed.of)
    if isinstance(past, Refusal):
        return past
    session = replace(to_node(scene.session, past.stack, past.stack[-1].node), behind=past.behind)
    return moved(scene, session, *STEP, Strike(deed.of))


def custom_step_added(scene: Scene, deed: CustomStepAdded) -> Moved | Refusal:
    """Record something that the flow has no node for; the step stays."""
    if scene.session.status is not Status.ACTIVE:
        return wrong_status(scene.session)
    text = cleaned(deed.text)
    if not text or len(text) > CUSTOM_STEP_LIMIT:
        return Refusal(
            Because.INVALID,
            f"Say what you did in 1 to {CUSTOM_STEP_LIMIT:,} characters; "
            "put longer output in a note.",
        )
    return moved(scene, scene.session, deed=replace(deed, text=text))


def upgraded(scene: Scene, deed: Upgraded) -> Moved | Refusal:
    """Go on with another version, at the same node if it still exists, else at the one picked."""
    session, flow = scene.session, scene.flows.get(deed.version)
    if session.status is Status.COMPLETED:
        return wrong_status(session)
    if flow is None or flow.flow != scene.flow.flow:
        return Refusal(Because.NOT_FOUND, "There is no such version of this flow.")
    if deed.version == session.here.version:
        return Refusal(Because.INVALID, "The session runs on this version already.")
    node = deed.node or session.here.node
    if node not in flow.by_id:
        return Refusal(
            Because.NEEDS_CHOICE,
            "The step you are at is not in the newer version. Pick the step to go on at.",
        )
    stack = (*session.stack[:-1], replace(session.here, version=deed.version))
    return moved(scene, to_node(session, stack, node), *EVERYTHING)


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
    reason = cleaned(values.get("reason", ""))[:REASON_LIMIT]
    return replace(taken, values={**taken.values, "reason": reason}) if reason else taken


def _onward(scene: Scene, stack: Stack, taken: Taken) -> Session:
    session = to_node(scene.session, stack, taken.to)
    variables = updated(session.variables, taken.sets) if taken.sets else session.variables
    return replace(session, variables=variables, behind=scene.session.revision + 1)


def _standing(scene: Scene, of: int) -> Entry | Refusal:
    """The answer in entry `of`, if it is one and still stands."""
    if scene.session.status is not Status.ACTIVE:
        return wrong_status(scene.session)
    past = scene.event.past
    if past is None or past.seq != of or not past.answers:
        return Refusal(Because.NOT_FOUND, "There is no such answer in this session to go back to.")
    if past.struck_by is not None:
        return Refusal(Because.STALE, "This answer was changed already. Here is the current step.")
    return past


def _same(past: Acted | Corrected, verb: str, values: Mapping[str, str]) -> bool:
    return past.verb == verb and dict(past.values) == dict(values)
