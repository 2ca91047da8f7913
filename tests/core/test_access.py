"""Access: who may do what, role by role."""

from uuid import UUID

import pytest

from core.access import (
    GRANTABLE,
    Actor,
    Ownership,
    Role,
    Visibility,
    may_administer,
    may_change_flow,
    may_change_note,
    may_grant,
    may_run_sessions,
    may_see_flow,
    may_write_flows,
)
from core.errors import Because
from core.ids import AccountId, PersonId, TeamId

ACCOUNT = AccountId(UUID(int=1))
SAM, KIM = PersonId(UUID(int=2)), PersonId(UUID(int=3))
NETWORK, SERVERS = TeamId(UUID(int=4)), TeamId(UUID(int=5))
PEOPLE = [role for role in Role if role is not Role.SYSTEM]


def sam(role: Role, *teams: TeamId) -> Actor:
    """Sam in a role."""
    return Actor(SAM, ACCOUNT, role, frozenset(teams))


@pytest.mark.parametrize(
    ("may", "least"),
    [
        (may_run_sessions, Role.VIEWER),
        (may_write_flows, Role.ENGINEER),
        (may_administer, Role.TEAM_ADMIN),
    ],
)
def test_each_right_begins_at_a_role(may: object, least: Role) -> None:
    assert callable(may)
    order = list(Role)
    for role in order:
        refusal = may(sam(role))
        assert (refusal is None) == (order.index(role) >= order.index(least)), role
        assert refusal is None or refusal.because is Because.NOT_ALLOWED


def test_a_refusal_says_whom_to_ask() -> None:
    for refusal in (may_run_sessions(sam(Role.GUEST)), may_write_flows(sam(Role.VIEWER))):
        assert refusal is not None
        assert "Ask a team admin to make you" in refusal.message


def test_who_sees_a_flow() -> None:
    private = Ownership(KIM, Visibility.PRIVATE)
    team = Ownership(KIM, Visibility.TEAM, NETWORK)
    account = Ownership(KIM, Visibility.ACCOUNT)
    engineer = sam(Role.ENGINEER, SERVERS)
    assert [may_see_flow(engineer, each) for each in (private, team, account)] == [0, 0, 1]
    teammate = sam(Role.VIEWER, NETWORK)
    assert [may_see_flow(teammate, each) for each in (private, team, account)] == [0, 1, 1]
    admin = sam(Role.TEAM_ADMIN)
    assert all(may_see_flow(admin, each) for each in (private, team, account))


@pytest.mark.parametrize("visibility", Visibility)
def test_who_owns_a_flow_sees_it_but_a_guest_sees_none(visibility: Visibility) -> None:
    own = Ownership(SAM, visibility, NETWORK)
    assert may_see_flow(sam(Role.VIEWER), own)
    assert not may_see_flow(sam(Role.GUEST, NETWORK), own)


def test_a_flow_of_nobody_is_not_the_products_or_a_strangers() -> None:
    nobodys = Ownership(None, Visibility.PRIVATE)
    assert not may_see_flow(Actor(None, ACCOUNT, Role.ENGINEER), nobodys)
    assert may_change_flow(Actor(None, ACCOUNT, Role.ENGINEER), nobodys) is not None


def test_a_flow_of_no_team_is_not_everyones() -> None:
    assert not may_see_flow(sam(Role.ENGINEER), Ownership(KIM, Visibility.TEAM, None))


def test_who_changes_a_flow() -> None:
    own, others = (Ownership(who, Visibility.ACCOUNT) for who in (SAM, KIM))
    assert may_change_flow(sam(Role.ENGINEER), own) is None
    assert may_change_flow(sam(Role.TEAM_ADMIN), others) is None
    refused = may_change_flow(sam(Role.ENGINEER), others)
    assert refused is not None
    assert "Clone it, or ask its owner" in refused.message
    demoted = may_change_flow(sam(Role.VIEWER), own)
    assert demoted is not None
    assert "Viewers run flows but do not write them" in demoted.message


def test_who_changes_a_note() -> None:
    assert may_change_note(sam(Role.VIEWER), SAM) is None
    assert may_change_note(sam(Role.TEAM_ADMIN), KIM) is None
    assert may_change_note(sam(Role.ENGINEER), KIM) is not None
    assert may_change_note(sam(Role.ENGINEER), None) is not None
    assert may_change_note(Actor(None, ACCOUNT, Role.ENGINEER), None) is not None


def test_an_admin_grants_roles_up_to_their_own() -> None:
    granted = [role for role in PEOPLE if may_grant(sam(Role.TEAM_ADMIN), role) is None]
    assert granted == [Role.GUEST, Role.VIEWER, Role.ENGINEER, Role.TEAM_ADMIN]
    assert all(may_grant(sam(Role.SUPER_ADMIN), role) is None for role in PEOPLE)
    assert all(may_grant(sam(Role.ENGINEER), role) is not None for role in PEOPLE)


@pytest.mark.parametrize("role", Role)
def test_nobody_becomes_the_product(role: Role) -> None:
    refused = may_grant(sam(role), Role.SYSTEM)
    assert refused is not None
    assert refused.because is Because.INVALID
    assert Role.SYSTEM not in GRANTABLE
