"""What the stories that were told have used: every verb, command and view, by platform.

A platform's gap is declared in GAPS with what people get instead, or the test fails.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

from bot.app.commands.registry import VERBS
from bot.port import Shown
from bot.token import Token, TokenUnreadable
from core.flow.nodes import action, decision, input, solution
from core.session.verbs import SessionVerb
from core.verbs import ProductVerb
from tests.scenarios.acts import VIEWS, Kind

# Behind each verb or view of a platform that nobody can use there: what they use instead.
GAPS: Mapping[str, Mapping[str, str]] = {
    "playground": {
        SessionVerb.COMMANDS: "“How?” shows a step's commands",
        ProductVerb.KEEP_OUT: "the no-entry reaction keeps a message out",
    },
    "discord": {
        SessionVerb.COMMANDS: "“How?” shows a step's commands",
        ProductVerb.KEEP_OUT: "the no-entry reaction keeps a message out",
    },
    "slack": {
        SessionVerb.COMMANDS: "“How?” shows a step's commands",
        ProductVerb.KEEP_OUT: "the no-entry reaction keeps a message out",
    },
    "teams": {
        SessionVerb.COMMANDS: "“How?” shows a step's commands",
        ProductVerb.KEEP_OUT: "a message is kept out by writing // in front of it, then or later",
    },
}
NODE_VERBS = (
    decision.CHOOSE,
    decision.COULD_NOT_CHECK,
    action.DONE,
    action.COULD_NOT_DO,
    input.ANSWER,
    input.COULD_NOT_FIND_OUT,
    solution.COMPLETE,
    solution.AWAIT,
)
_TYPED: Mapping[str, str] = {
    "menu": ProductVerb.MENU,
    "start": ProductVerb.START,
    "find": ProductVerb.FIND,
    "pin": ProductVerb.PIN,
    "sample": ProductVerb.SAMPLE,
    "list": ProductVerb.LIST,
    "join": ProductVerb.JOIN,
    "move": ProductVerb.MOVE,
    "help": ProductVerb.GUIDE,
    "link": ProductVerb.LINK,
    "link workspace": ProductVerb.LINK_WORKSPACE,
    "admin": ProductVerb.MEMBERS,
    "note": SessionVerb.NOTE,
    "back": SessionVerb.BACK,
    "correct": SessionVerb.CORRECT,
    "variables": SessionVerb.VARIABLES,
    "scratchpad": SessionVerb.SCRATCHPAD,
    "custom": SessionVerb.CUSTOM_STEP,
    "pause": SessionVerb.PAUSE,
    "handover": SessionVerb.HAND_OVER,
    "accept": SessionVerb.ACCEPT,
    "decline": SessionVerb.DECLINE,
    "withdraw": SessionVerb.WITHDRAW,
    "takeover": SessionVerb.TAKE_OVER,
    "done": SessionVerb.FINISH,
    "cancel": SessionVerb.CANCEL,
    "fine": SessionVerb.FINE,
    "notfine": SessionVerb.NOT_FINE,
    "reopen": SessionVerb.REOPEN,
    "resume": ProductVerb.OPEN,
    "how": SessionVerb.HELP,
    "summary": SessionVerb.TICKET,
    "answer": decision.CHOOSE,
}

_POINTED: Mapping[str, str] = {
    "Add as note": ProductVerb.NOTE_TO,
    "Start a flow from this": ProductVerb.START_FROM,
}


def views() -> set[str]:
    """Every view there is, by name."""
    return {view.__name__ for view in get_args(Shown)}


def verbs() -> set[str]:
    """Every verb there is."""
    return {*NODE_VERBS, *SessionVerb, *ProductVerb}


@dataclass
class Used:
    """What people pressed, typed and saw in stories that came true."""

    verbs: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    views: set[str] = field(default_factory=set)

    def pressed(self, handle: str) -> None:
        """A button, by its token."""
        try:
            self.verbs.add(Token.unpack(handle).verb)
        except TokenUnreadable:
            return  # a forged one

    def pointed(self, entry: str) -> None:
        """An entry of a message's own menu."""
        self.verbs.add(_POINTED[entry])

    def typed(self, command: str) -> None:
        """A command, with its slash."""
        said = command.removeprefix("/flow").strip()
        self.words.add(said.partition(" ")[0])
        for words in (" ".join(said.split()[:2]), said.partition(" ")[0]):
            if words in _TYPED:
                self.verbs.add(_TYPED[words])
                return

    def saw(self, kind: Kind) -> None:
        """Something that is a view."""
        if kind in VIEWS:
            self.views.add(VIEWS[kind])

    def add(self, other: "Used") -> None:
        """All of another's."""
        self.verbs |= other.verbs
        self.words |= other.words
        self.views |= other.views


def missing(platform: str, used: Used) -> Sequence[str]:
    """What nobody used there although no gap is declared; and gaps that are none."""
    return [*_missing(GAPS[platform], used)]


def _missing(gaps: Mapping[str, str], used: Used) -> Iterator[str]:
    for kind, wanted, found in (
        ("verb", verbs(), used.verbs),
        ("command", {verb.name for verb in VERBS}, used.words),
        ("view", views(), used.views),
    ):
        yield from (f"{kind} {name}" for name in sorted(wanted - found - gaps.keys()))
    for name in gaps:
        if name in used.verbs | used.views:
            yield f"{name} is declared as a gap, but was used"
        elif name not in verbs() | views():
            yield f"{name} is declared as a gap, but is nothing"
