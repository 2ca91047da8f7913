"""The product outside of any session: its home, its guide, its members."""

from datetime import datetime

from core.access import Role
from core.frozen import frozen
from core.ids import PersonId, SessionId
from core.views.choice import Choice
from core.views.session import SessionLine


@frozen
class WaitingLine:
    """A session that asks somebody for something: `why` in a sentence, and what they can answer."""

    line: SessionLine
    why: str
    choices: tuple[Choice, ...]


@frozen
class RecentLine:
    """A completed session; `at` is when that was (UTC)."""

    session: SessionId
    flow_title: str
    client: str | None
    outcome: str
    at: datetime


@frozen
class HomeView:
    """Where somebody starts: their open sessions, flows to start, what to do first.

    Nothing is listed twice. `more` is how many open sessions there are beside those listed.
    `newcomer` is whether nobody here has ever finished a session; then `choices` begin with the
    sample.
    """

    name: str
    sessions: tuple[SessionLine, ...]
    flows: tuple[Choice, ...]
    choices: tuple[Choice, ...] = ()
    newcomer: bool = False
    is_admin: bool = False
    waiting: tuple[WaitingLine, ...] = ()
    more: int = 0
    pinned: tuple[Choice, ...] = ()
    recent: tuple[RecentLine, ...] = ()


@frozen
class GuideView:
    """What can be typed: each line is what to type, and what it does. Fits one screen."""

    title: str
    lines: tuple[tuple[str, str], ...]
    hint: str = ""
    choices: tuple[Choice, ...] = ()


@frozen
class MemberLine:
    """A member of the account."""

    id: PersonId
    name: str
    role: Role


@frozen
class MembersView:
    """The account's members; `may_change` is whether who asked may give them roles."""

    account: str
    lines: tuple[MemberLine, ...]
    may_change: bool
