"""A step and what belongs to it: its answers, commands, how to do it, what lies behind."""

from datetime import datetime

from core.flow.command import Reference
from core.flow.node import Certainty
from core.flow.variable import Variable
from core.frozen import frozen
from core.ids import SessionId
from core.session.state import Status
from core.session.verbs import SessionVerb
from core.views.choice import Choice


@frozen
class CommandView:
    """A command to copy, filled and safe; `missing` names what it still shows a <placeholder> for.

    `changes` is whether it changes or deletes anything, None where the author has not said.
    """

    label: str
    language: str
    code: str
    changes: bool | None = None
    expect: str | None = None
    source: str | None = None
    missing: tuple[str, ...] = ()


@frozen
class PastLine:
    """One earlier answer that stands; `corrected` when it replaced another."""

    seq: int
    asked: str
    answer: str
    certainty: Certainty
    by: str
    at: datetime
    corrected: bool = False


@frozen
class OfferView:
    """A hand-over that waits: who is asked, by whom."""

    to: str
    by: str


@frozen
class StepView:
    """The step where a session is.

    `choices` are the answers of this step (or of its status: resume, still fine); `more` what can
    be done besides. `past` is oldest first, `earlier` how many answers came before those.
    `missing` are labels of variables that the step names and that have no value yet.
    """

    session: SessionId
    revision: int
    visit: int
    flow_title: str
    kind: str
    prose: str
    status: Status
    choices: tuple[Choice, ...]
    more: tuple[Choice, ...] = ()
    warn: str | None = None
    expect: str | None = None
    commands: tuple[CommandView, ...] = ()
    field: Variable | None = None
    past: tuple[PastLine, ...] = ()
    earlier: int = 0
    missing: tuple[str, ...] = ()
    client: str | None = None
    driver: str | None = None
    offer: OfferView | None = None
    parked: str | None = None
    due: datetime | None = None
    outcome: str | None = None

    @property
    def can_help(self) -> bool:
        """Whether "How?" is among what can be done."""
        return any(choice.verb == SessionVerb.HELP for choice in self.more)


@frozen
class HelpView:
    """How to do a step, shown to the asker alone; `prose` is None where only commands help."""

    title: str
    prose: str | None
    commands: tuple[CommandView, ...] = ()
    expect: str | None = None
    reference: Reference | None = None


@frozen
class FoldedView:
    """A step that lies further up: what was asked, and what was answered if it was.

    `line` is None where the step was left without an answer; `struck` where that stands no more.
    """

    session: SessionId
    asked: str
    line: PastLine | None = None
    struck: bool = False


@frozen
class PastView:
    """Every answer that stands, oldest first, for one person; `visit` is the step of now."""

    session: SessionId
    visit: int
    lines: tuple[PastLine, ...]
