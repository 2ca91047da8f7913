"""A session as a whole: at a glance, in a list, for who comes back, as a ticket note."""

from datetime import datetime, timedelta

from core.frozen import frozen
from core.ids import SessionId
from core.session.state import Status

AWAY = timedelta(minutes=15)


@frozen
class NoteView:
    """A ticket note, finished; `session` where it can be asked for again."""

    text: str
    session: SessionId | None = None


@frozen
class WhereWasIView:
    """Three plain lines for who comes back: what it is about, what is known, what is asked."""

    about: str
    known: str
    asked: str


@frozen
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


@frozen
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


@frozen
class StatusView:
    """Where a session stands, for one person who asked; `visit` is the step of now."""

    header: HeaderView
    recap: WhereWasIView
    visit: int
    answers: int
    notes: int
    files: int


@frozen
class TimeLine:
    """Whole minutes worked on one thing: a step, by a person, or in another session meanwhile."""

    what: str
    minutes: int


@frozen
class TimeView:
    """Time worked, as inferred: altogether, by step in order, by person.

    `overlaps` are other sessions that the same people worked in during the same minutes.
    """

    session: SessionId
    flow_title: str
    minutes: int
    steps: tuple[TimeLine, ...] = ()
    people: tuple[TimeLine, ...] = ()
    overlaps: tuple[TimeLine, ...] = ()


@frozen
class SessionsView:
    """Sessions to go on with; `title` says whose or which they are."""

    title: str
    lines: tuple[SessionLine, ...]


def needs_recap(last_seen: datetime | None, now: datetime) -> bool:
    """Whether the next view starts with "Where was I?": after more than 15 minutes away."""
    return last_seen is not None and now - last_seen > AWAY
