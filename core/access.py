"""Who may do what. Roles order from viewer to super admin; guests are no members at all.

Which session a person can see at all is the account's border: storage never crosses it.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from core.errors import Because, Refusal
from core.frozen import frozen
from core.ids import AccountId, PersonId, TeamId


class Role(StrEnum):
    """What a person is in an account; SYSTEM is the product itself, acting on a clock."""

    GUEST = "guest"
    VIEWER = "viewer"
    ENGINEER = "engineer"
    TEAM_ADMIN = "team-admin"
    SUPER_ADMIN = "super-admin"
    SYSTEM = "system"


_RANK: Mapping[Role, int] = MappingProxyType({role: rank for rank, role in enumerate(Role)})


@frozen
class Actor:
    """Somebody who acts: who, in which account, as what. `id` is None for the product itself.

    `once` holds the ids of people who turned out to be them: the trail still names those.
    """

    id: PersonId | None
    account: AccountId
    role: Role
    teams: frozenset[TeamId] = frozenset()
    once: frozenset[PersonId] = frozenset()

    def is_person(self, person: PersonId | None) -> bool:
        """Whether that is this actor, by the id of now or by one of before."""
        return person is not None and (person == self.id or person in self.once)

    def is_at_least(self, role: Role) -> bool:
        """Whether this actor's role reaches `role`."""
        return _RANK[self.role] >= _RANK[role]

    @property
    def is_admin(self) -> bool:
        """Whether this actor may administer the account."""
        return self.is_at_least(Role.TEAM_ADMIN)


class Visibility(StrEnum):
    """Who sees a flow: its owner, the owner's team, the account."""

    PRIVATE = "private"
    TEAM = "team"
    ACCOUNT = "account"


@frozen
class Ownership:
    """Whose a flow is, and who sees it."""

    owner: PersonId | None
    visibility: Visibility
    team: TeamId | None = None


def may_run_sessions(actor: Actor) -> Refusal | None:
    """Viewers and up run sessions, note and rate."""
    if actor.is_at_least(Role.VIEWER):
        return None
    return _no("Guests cannot take part in sessions. Ask a team admin to make you a member.")


def may_write_flows(actor: Actor) -> Refusal | None:
    """Engineers and up write flows."""
    if actor.is_at_least(Role.ENGINEER):
        return None
    return _no("Viewers run flows but do not write them. Ask a team admin to make you an engineer.")


def may_see_flow(actor: Actor, flow: Ownership) -> bool:
    """Own flows, those of one's teams and the account's; an admin sees them all."""
    if not actor.is_at_least(Role.VIEWER):
        return False
    if actor.is_admin or flow.visibility is Visibility.ACCOUNT:
        return True
    if flow.visibility is Visibility.TEAM and flow.team in actor.teams:
        return True
    return flow.owner is not None and flow.owner == actor.id


def may_change_flow(actor: Actor, flow: Ownership) -> Refusal | None:
    """An engineer changes own flows, an admin all of the account's."""
    refused = may_write_flows(actor)
    if refused or actor.is_admin or (flow.owner is not None and flow.owner == actor.id):
        return refused
    return _no("This flow belongs to somebody else. Clone it, or ask its owner or a team admin.")


def may_change_note(actor: Actor, author: PersonId | None) -> Refusal | None:
    """A note is changed by who wrote it, or by an admin."""
    if actor.is_admin or actor.is_person(author):
        return None
    return _no("Only the person who wrote a note, or a team admin, can change it.")


def may_administer(actor: Actor) -> Refusal | None:
    """Members, roles, links and integrations are an admin's."""
    if actor.is_admin:
        return None
    return _no("Only a team admin can do that.")


def may_grant(actor: Actor, role: Role) -> Refusal | None:
    """An admin grants roles up to their own; nobody becomes the product."""
    if role is Role.SYSTEM or Role(role) not in GRANTABLE:
        return Refusal(Because.INVALID, "That is no role a person can have.")
    refused = may_administer(actor)
    if refused is None and not actor.is_at_least(role):
        return _no("You cannot give a role above your own.")
    return refused


GRANTABLE: Iterable[Role] = tuple(role for role in Role if role is not Role.SYSTEM)


def _no(message: str) -> Refusal:
    return Refusal(Because.NOT_ALLOWED, message)
