"""What to show, as frozen values. No platform, no layout, no button tokens, no colours.

What is called prose is CommonMark, in which the values of variables are escaped; everything else
is plain text. Times are UTC and written in the reader's zone by whoever renders them.
A session's views are built in core/session/shows.py, its forms in core/session/forms.py.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.flow.command import Reference
from core.flow.node import Certainty, Tone
from core.flow.variable import Variable
from core.ids import PersonId, SessionId
from core.session.state import Status
from core.session.verbs import SessionVerb

AWAY = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to press: its verb and argument for the token, `count` such as "7 of 9"."""

    verb: str
    label: str
    argument: str = ""
    tone: Tone = Tone.MAIN
    count: str | None = None


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class PastLine:
    """One earlier answer that stands; `corrected` when it replaced another."""

    seq: int
    asked: str
    answer: str
    certainty: Certainty
    by: str
    at: datetime
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class OfferView:
    """A hand-over that waits: who is asked, by whom."""

    to: str
    by: str


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class HelpView:
    """How to do a step, shown to the asker alone; `prose` is None where only commands help."""

    title: str
    prose: str | None
    commands: tuple[CommandView, ...] = ()
    expect: str | None = None
    reference: Reference | None = None


class FieldKind(StrEnum):
    """What a form's field takes."""

    LINE = "line"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    ONE_OF = "one-of"
    SOME_OF = "some-of"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class FieldOption:
    """One answer of a field with fixed answers."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class FieldView:
    """One question of a form. `value` is what it holds already; `limit` is in characters."""

    name: str
    label: str
    kind: FieldKind = FieldKind.LINE
    help: str | None = None
    required: bool = False
    value: str | None = None
    options: tuple[FieldOption, ...] = ()
    limit: int = 500


@dataclass(frozen=True, slots=True)
class FormView:
    """A form; submitting it does `verb` with `argument` and the fields' values."""

    title: str
    verb: str
    fields: tuple[FieldView, ...]
    argument: str = ""
    submit: str = "Save"
    prose: str | None = None


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A sentence or two for one person, with what can be done about it.

    `session` and `visit` are for the choices' tokens, where nothing else says which session it is.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    session: SessionId | None = None
    visit: int = 0


@dataclass(frozen=True, slots=True)
class NoteView:
    """A ticket note, finished."""

    text: str


@dataclass(frozen=True, slots=True)
class WhereWasIView:
    """Three plain lines for who comes back: what it is about, what is known, what is asked."""

    about: str
    known: str
    asked: str


@dataclass(frozen=True, slots=True)
class HeaderView:
    """The session at a glance, for the message above its thread; changes with its status only."""

    session: SessionId
    flow_title: str
    client: str | None
    driver: str | None
    status: Status
    since: datetime
    parked: str | None = None
    due: datetime | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session as one line of a list; `at` is the step where it stands."""

    session: SessionId
    flow_title: str
    at: str
    client: str | None
    driver: str | None
    status: Status
    since: datetime
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to pick in a form."""

    id: PersonId
    name: str


def needs_recap(last_seen: datetime | None, now: datetime) -> bool:
    """Whether the next view starts with "Where was I?": after more than 15 minutes away."""
    return last_seen is not None and now - last_seen > AWAY
