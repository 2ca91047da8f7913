"""Access: who may do anything in a session at all, and whose session it is."""

from uuid import UUID

import pytest

from core.access import Role
from core.errors import Because
from core.ids import AccountId
from core.session.deeds import Deed, NoteAdded, NoteKeptOut, TakenOver, VariablesSet
from tests.core.session.vpn import VPN
from tests.play import play

ELSEWHERE = AccountId(UUID(int=99))
DEEDS: list[Deed] = [NoteAdded("x"), VariablesSet({}), TakenOver(), NoteKeptOut(2)]


def test_a_viewer_runs_sessions() -> None:
    walk = play(VPN).by("kim", Role.VIEWER).start().choose("One site").note("x").choose("Done")
    walk.delete_note("x").correct("Who", "Everyone").pause("x").resume().complete()


def test_a_guest_does_not_even_start_one() -> None:
    words = "Guests cannot take part in sessions. Ask a team admin"
    play(VPN).by("kim", Role.GUEST).start().refused(words, Because.NOT_ALLOWED)


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.kind)
def test_a_guest_does_nothing_in_one(deed: Deed) -> None:
    walk = play(VPN).start().by("kim", Role.GUEST).does(deed)
    walk.refused("Guests cannot take part", Because.NOT_ALLOWED)


def test_a_guest_does_not_touch_a_note_even_their_own() -> None:
    walk = play(VPN).start().note("x").by("sam", Role.GUEST)
    walk.edit_note("x", "y").refused("Guests").delete_note("x").refused("Guests")


@pytest.mark.parametrize("role", [Role.ENGINEER, Role.SUPER_ADMIN, Role.SYSTEM])
@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.kind)
def test_for_other_accounts_the_session_does_not_exist(role: Role, deed: Deed) -> None:
    walk = play(VPN).start().by("sam", role, ELSEWHERE).does(deed)
    walk.refused("There is no such session.", Because.NOT_FOUND)


def test_a_session_belongs_to_the_account_of_who_starts_it() -> None:
    assert play(VPN).by("kim", account=ELSEWHERE).start().session.account == ELSEWHERE
