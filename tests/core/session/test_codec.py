"""Sessions and deeds as JSON: small, and honest about what was never written."""

import json
from dataclasses import replace

import pytest

from core.session.codec import deed_from_json, stack_from_json, state_to_json, with_state
from core.session.deeds import ScratchpadSaved
from tests.core.session.vpn import VPN
from tests.play import play


def test_a_fresh_session_is_a_small_row() -> None:
    walk = play(VPN).start()
    assert len(state_to_json(walk.session)) < 150
    assert set(json.loads(state_to_json(walk.session))) == {"p", "n", "v", "d"}


def test_whatever_a_session_holds_is_kept() -> None:
    for walk in (
        play(VPN).start(client="Acme").hand_over("kim").pause("parts"),
        play(VPN).start().choose("One site").choose("Done").verify_in(hours=1),
        play(VPN).start().does(ScratchpadSaved("x")).complete(),
    ):
        session = walk.session
        bare = replace(play(VPN).start().session, revision=session.revision, status=session.status)
        assert with_state(bare, state_to_json(session)) == session


def test_text_in_other_scripts_is_not_blown_up() -> None:
    assert "東京" in state_to_json(play(VPN).start().set(client="東京").session)


def test_a_deed_of_no_kind_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        deed_from_json("teleported", "{}")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("acted", "{}"),
        ("acted", '{"visit":"soon","verb":"choose"}'),
        ("acted", '{"visit":1,"verb":7}'),
        ("acted", '{"visit":1,"verb":"choose","values":{"option":7}}'),
        ("variables-set", '{"values":["a"]}'),
        ("completed", '{"outcome":"happy"}'),
        ("taken-over", "["),
        ("handover-offered", '{"to":"sam"}'),
    ],
)
def test_a_deed_with_values_of_the_wrong_type_is_a_value_error(kind: str, text: str) -> None:
    with pytest.raises(ValueError):
        deed_from_json(kind, text)


def test_a_state_that_was_never_written_is_an_error() -> None:
    session = play(VPN).start().session
    with pytest.raises(KeyError):
        with_state(session, "{}")
    with pytest.raises(ValueError):
        with_state(session, "no")
    with pytest.raises(ValueError):
        stack_from_json('[["1","scope",1]]')
