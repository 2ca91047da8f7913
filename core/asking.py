"""Which verbs ask something first: pressing one opens a form, and only what is sent is done."""

from collections.abc import Mapping
from enum import Enum

from core.flow.nodes.solution import COMPLETE
from core.session.verbs import SessionVerb
from core.verbs import ProductVerb


class When(Enum):
    """With which arguments a verb asks."""

    ALWAYS = "always"
    NAMED = "with an argument"
    UNNAMED = "without one"


ASKING: Mapping[str, When] = {
    SessionVerb.NOTE: When.ALWAYS,
    SessionVerb.CORRECT: When.NAMED,  # without one it shows the answers to choose from
    SessionVerb.VARIABLES: When.ALWAYS,
    SessionVerb.SCRATCHPAD: When.ALWAYS,
    SessionVerb.CUSTOM_STEP: When.ALWAYS,
    SessionVerb.PAUSE: When.ALWAYS,
    SessionVerb.HAND_OVER: When.ALWAYS,
    SessionVerb.DECLINE: When.ALWAYS,
    SessionVerb.FINISH: When.ALWAYS,
    SessionVerb.CANCEL: When.ALWAYS,
    COMPLETE: When.ALWAYS,
    ProductVerb.FIND: When.ALWAYS,
    ProductVerb.PIN: When.UNNAMED,
    ProductVerb.START_FROM: When.ALWAYS,
    ProductVerb.NOTE_TO: When.ALWAYS,
    ProductVerb.ROLE: When.ALWAYS,
}


def asks_first(verb: str, argument: str = "") -> bool:
    """Whether this verb asks something first, whatever the step."""
    when = ASKING.get(verb)
    if when is None or when is When.ALWAYS:
        return when is not None
    return bool(argument) is (when is When.NAMED)
