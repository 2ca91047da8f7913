"""The product outside of any session: its home, its guide, its members."""

from dataclasses import dataclass

from core.access import Role
from core.ids import PersonId
from core.views.choice import Choice
from core.views.session import SessionLine


@dataclass(frozen=True, slots=True)
class HomeView:
    """Where somebody starts: their open sessions, flows to start, what to do first.

    `newcomer` is whether nobody here has ever finished a session; then `choices` begin with the
    sample.
    """

    name: str
    sessions: tuple[SessionLine, ...]
    flows: tuple[Choice, ...]
    choices: tuple[Choice, ...] = ()
    newcomer: bool = False
    is_admin: bool = False


@dataclass(frozen=True, slots=True)
class GuideView:
    """What can be typed: each line is what to type, and what it does. Fits one screen."""

    title: str
    lines: tuple[tuple[str, str], ...]
    hint: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member of the account."""

    id: PersonId
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class MembersView:
    """The account's members; `may_change` is whether who asked may give them roles."""

    account: str
    lines: tuple[MemberLine, ...]
    may_change: bool
