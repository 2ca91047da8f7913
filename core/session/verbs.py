"""The verbs that every session has beyond those of its node, and what verbs mean as deeds.

A verb's name goes into a button's token: renaming one makes buttons on screen lose their meaning.
Whether a verb may be used now is the engine's to say.
"""

from collections.abc import Mapping
from enum import StrEnum

from core.session.deeds import Acted, Corrected


class SessionVerb(StrEnum):
    """What can be done in a session wherever it stands; the last four only read."""

    NOTE = "note"
    BACK = "back"
    CORRECT = "correct"
    VARIABLES = "variables"
    SCRATCHPAD = "scratchpad"
    CUSTOM_STEP = "custom-step"
    PAUSE = "pause"
    RESUME = "resume"
    HAND_OVER = "hand-over"
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    TAKE_OVER = "take-over"
    FINISH = "finish"
    CANCEL = "cancel"
    FINE = "fine"
    NOT_FINE = "not-fine"
    REOPEN = "reopen"
    HELP = "help"
    COMMANDS = "commands"
    EARLIER = "earlier"
    TICKET = "ticket"


MISSING = "missing"  # of VARIABLES: only those that the step names and that have no value
LABELS: Mapping[SessionVerb, str] = {
    SessionVerb.NOTE: "Add a note…",
    SessionVerb.BACK: "Back",
    SessionVerb.CORRECT: "Correct an answer…",
    SessionVerb.VARIABLES: "Variables…",
    SessionVerb.SCRATCHPAD: "Scratchpad…",
    SessionVerb.CUSTOM_STEP: "Custom step…",
    SessionVerb.PAUSE: "Park…",
    SessionVerb.RESUME: "Resume",
    SessionVerb.HAND_OVER: "Hand over…",
    SessionVerb.ACCEPT: "Accept",
    SessionVerb.DECLINE: "Decline…",
    SessionVerb.WITHDRAW: "Withdraw the hand-over",
    SessionVerb.TAKE_OVER: "Take over",
    SessionVerb.FINISH: "Finish…",
    SessionVerb.CANCEL: "Cancel the session…",
    SessionVerb.FINE: "Yes, still fine",
    SessionVerb.NOT_FINE: "No, it came back",
    SessionVerb.REOPEN: "Reopen",
    SessionVerb.HELP: "How?",
    SessionVerb.COMMANDS: "Commands",
    SessionVerb.EARLIER: "Earlier",
    SessionVerb.TICKET: "Ticket note",
}


def answering(
    visit: int, verb: str, argument: str = "", values: Mapping[str, str] | None = None
) -> Acted:
    """The deed behind a node's own verb: a button's argument, a form's values."""
    return Acted(visit, verb, _with_option(argument, values or {}))


def answer_code(verb: str, argument: str = "") -> str:
    """An answer as one value of a form's choice: `choose:yes`."""
    return f"{verb}:{argument}" if argument else verb


def correcting(of: int, values: Mapping[str, str]) -> Corrected:
    """The deed behind a submitted correction: `answer` as `answer_code` wrote it, and the rest."""
    verb, _, argument = values.get("answer", "").partition(":")
    rest = {name: value for name, value in values.items() if name != "answer"}
    return Corrected(of, verb, _with_option(argument, rest))


def _with_option(argument: str, values: Mapping[str, str]) -> Mapping[str, str]:
    return {**values, "option": argument} if argument else values
