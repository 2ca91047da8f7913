"""The forms of a session: what is asked before a deed, with what is known already filled in.

A form opens while a click is answered and changes nothing; only its submission is a deed, and
what may be submitted is the engine's to say.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.flow.model import Flow
from core.flow.node import Node
from core.flow.nodes import Solution
from core.flow.outcome import Outcome
from core.flow.variable import TYPES, Variable, VariableType
from core.session.closing import NEXT_STEPS_LIMIT
from core.session.deeds import Acted, Corrected
from core.session.driving import MESSAGE_LIMIT, PARKED_LIMIT
from core.session.scene import Flows
from core.session.state import Session
from core.session.steps import CUSTOM_STEP_LIMIT, asked_again
from core.session.texts import Texts
from core.session.trail import Entry
from core.session.verbs import SessionVerb as Can
from core.session.verbs import answer_code
from core.text import NOTE_LIMIT
from core.views import FieldKind, FieldOption, FieldView, FormView, Person

ENDINGS = tuple(outcome for outcome in Outcome if outcome is not Outcome.CANCELLED)

_KINDS = {
    VariableType.LONG_TEXT: FieldKind.TEXT,
    VariableType.NUMBER: FieldKind.NUMBER,
    VariableType.SELECT: FieldKind.ONE_OF,
    VariableType.MULTI_SELECT: FieldKind.SOME_OF,
    VariableType.DATE: FieldKind.DATE,
}


def input_form(flows: Flows, session: Session, verb: str) -> FormView | None:
    """The value that this step asks for; None where it asks for none."""
    flow, node = _here(flows, session)
    variable = node.asks()
    if variable is None:
        return None
    value = session.variables.get(variable.name)
    field = replace(variable_field(variable, value, name="value"), required=True)
    ask = Texts(flow, session.variables).prose(node.prose)
    return FormView(variable.label, verb, (field,), submit="Answer", prose=ask)


def variables_form(flows: Flows, session: Session, names: Sequence[str] = ()) -> FormView:
    """The flow's variables, or only those named, with their values. None is needed here: what is
    still empty at the end is warned of, and never in the way.
    """
    flow, _ = _here(flows, session)
    fields = tuple(
        replace(variable_field(variable, session.variables.get(name)), required=False)
        for name, variable in flow.variables.items()
        if not names or name in names
    )
    return FormView("Variables", Can.VARIABLES, fields)


def completing_form(
    flows: Flows, session: Session, verb: str = Can.FINISH, minutes: int | None = None
) -> FormView:
    """How it ended; `minutes` is the time worked as inferred."""
    flow, node = _here(flows, session)
    texts = Texts(flow, session.variables)
    ended = node if isinstance(node, Solution) else None
    outcome = ended.outcome if ended and ended.outcome in ENDINGS else None
    steps = "\n".join(texts.plain(step) for step in ended.next_steps) if ended else ""
    fields = tuple(_ending(outcome, steps, minutes))
    prose = _still_empty(flow, session)
    return FormView("Finish the session", verb, fields, submit="Finish", prose=prose)


def _still_empty(flow: Flow, session: Session) -> str | None:
    """A warning that the ticket note will lack something; it may be finished all the same."""
    known = session.variables
    empty = [each.label for each in flow.intake if each.required and not known.get(each.name)]
    if not empty:
        return None
    return (
        f"The ticket note lacks: {', '.join(empty)}. Set it first under “Variables…”, if you can."
    )


def _ending(outcome: Outcome | None, steps: str, minutes: int | None) -> Iterator[FieldView]:
    yield FieldView(
        "outcome",
        "Outcome",
        FieldKind.ONE_OF,
        required=True,
        value=outcome,
        options=tuple(FieldOption(each, each.label) for each in ENDINGS),
    )
    yield FieldView(
        "next_steps", "Next steps", FieldKind.TEXT, value=steps or None, limit=NEXT_STEPS_LIMIT
    )
    yield FieldView(
        "minutes",
        "Minutes worked",
        FieldKind.NUMBER,
        help="Inferred from what was done; correct it if it is wrong.",
        value=None if minutes is None else str(minutes),
        limit=6,
    )


def correction_form(flows: Flows, session: Session, past: Entry) -> FormView:
    """An earlier step with its answer, to be answered otherwise."""
    stack = asked_again(flows, session, past)
    flow = flows[stack[-1].version]
    node = flow.by_id[stack[-1].node]
    now = past.deed if isinstance(past.deed, Acted | Corrected) else None
    values = now.values if now else {}
    current = answer_code(now.verb, values.get("option", "")) if now else None
    fields = [_answer_field(node, current)]
    variable = node.asks()
    if variable is not None:
        fields.append(variable_field(variable, values.get("value"), name="value"))
    asked = Texts(flow, session.variables).prose(node.prose)
    return FormView("Correct an answer", Can.CORRECT, tuple(fields), str(past.seq), prose=asked)


def _answer_field(node: Node, current: str | None) -> FieldView:
    options = tuple(_answers(node))
    known = {option.value for option in options}
    bare = current.partition(":")[0] if current else None
    value = current if current in known else bare if bare in known else None
    return FieldView("answer", "Answer", FieldKind.ONE_OF, None, True, value, options)


def _answers(node: Node) -> Iterator[FieldOption]:
    """Every verb; and, for one without an argument beside such with, each branch by hand."""
    verbs = node.verbs()
    branches = [verb for verb in verbs if verb.argument]
    for verb in verbs:
        yield FieldOption(answer_code(verb.name, verb.argument), verb.label)
        for branch in branches if not verb.argument else ():
            code = answer_code(verb.name, branch.argument)
            yield FieldOption(code, f"{verb.label}, go on as if “{branch.label}”")


def note_form() -> FormView:
    """A note, for where a reply would not count as one."""
    field = FieldView("text", "Note", FieldKind.TEXT, required=True, limit=NOTE_LIMIT)
    return FormView("Add a note", Can.NOTE, (field,))


def pause_form() -> FormView:
    """What a session waits for while it is parked."""
    field = FieldView(
        "reason",
        "What does it wait for?",
        help="For instance: the customer is back at 14:00.",
        required=True,
        limit=PARKED_LIMIT,
    )
    return FormView("Park the session", Can.PAUSE, (field,), submit="Park")


def handover_form(people: Sequence[Person], preset: Person | None = None) -> FormView:
    """Who is asked to go on, what they should know; `people` where a platform cannot pick one."""
    options = tuple(FieldOption(str(person.id), person.name) for person in people)
    to = FieldView(
        "to",
        "To",
        FieldKind.PERSON,
        required=True,
        value=str(preset.id) if preset else None,
        options=options,
    )
    message = FieldView("message", "What should they know?", FieldKind.TEXT, limit=MESSAGE_LIMIT)
    return FormView("Hand over", Can.HAND_OVER, (to, message), submit="Ask")


def declining_form() -> FormView:
    """Why a hand-over is turned down."""
    field = FieldView("reason", "Why not?", FieldKind.TEXT, limit=MESSAGE_LIMIT)
    return FormView("Decline the hand-over", Can.DECLINE, (field,), submit="Decline")


def custom_step_form() -> FormView:
    """Something that was done and that the flow does not know."""
    field = FieldView(
        "text",
        "What did you do, and what came of it?",
        FieldKind.TEXT,
        help="It is marked CUSTOM in the ticket note, and the flow's author hears of it.",
        required=True,
        limit=CUSTOM_STEP_LIMIT,
    )
    return FormView("Custom step", Can.CUSTOM_STEP, (field,), submit="Add")


def scratchpad_form(text: str = "") -> FormView:
    """The session's scratchpad as it stands."""
    field = FieldView("text", "Scratchpad", FieldKind.TEXT, value=text or None, limit=NOTE_LIMIT)
    return FormView("Scratchpad", Can.SCRATCHPAD, (field,))


def cancelling_form() -> FormView:
    """Why a session ends without being worked through."""
    field = FieldView("reason", "Why is it cancelled?", required=True, limit=PARKED_LIMIT)
    return FormView("Cancel the session", Can.CANCEL, (field,), submit="Cancel the session")


def variable_field(variable: Variable, value: str | None, name: str | None = None) -> FieldView:
    """A variable as a field that holds `value`, else its default."""
    return FieldView(
        name or variable.name,
        variable.label,
        _KINDS.get(variable.type, FieldKind.LINE),
        variable.help,
        variable.required,
        value or variable.default,
        tuple(FieldOption(option, option) for option in variable.options),
        TYPES[variable.type].limit,
    )


def _here(flows: Flows, session: Session) -> tuple[Flow, Node]:
    flow = flows[session.here.version]
    return flow, flow.by_id[session.here.node]
