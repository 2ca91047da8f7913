"""Notes, files, the scratchpad, variables: what is written down is never turned away."""

from uuid import UUID

import pytest

from core.access import Role
from core.errors import Because
from core.ids import ClientId
from core.session.deeds import (
    Attached,
    NoteAdded,
    NoteDeleted,
    NoteEdited,
    NoteKeptOut,
    NoteKind,
    ScratchpadSaved,
    VariablesSet,
)
from core.session.scene import Redraw, Showing
from tests.core.session.vpn import VPN
from tests.play import Play, play

ACME = ClientId(UUID(int=7))


def noted() -> Play:
    """A session with a note of Sam's."""
    return play(VPN).start().note("rebooted")


def test_a_note_belongs_to_the_step_of_the_moment() -> None:
    walk = play(VPN).start().choose("One site").note(" rebooted\r\ntwice\x1b ")
    assert walk.trail[-1].deed == NoteAdded("rebooted\ntwice")
    assert walk.trail[-1].stack[-1].node == "restart"


def test_who_wrote_what_somebody_else_added_is_kept_on_one_line() -> None:
    note = NoteAdded("rebooted", author=" Kim\n\x1b of  Acme ")
    file = Attached("0" * 64, "a.txt", "text/plain", 1, "K" * 300)
    walk = play(VPN).start().does(note).does(file)
    assert [getattr(entry.deed, "author", None) for entry in walk.trail[-2:]] == [
        "Kim of Acme",
        "K" * 200,
    ]


def test_a_note_does_not_make_a_button_stale() -> None:
    noted().choose("One site", visit=1).shows("Restart it.")


@pytest.mark.parametrize("status", ["parked", "awaiting", "completed"])
def test_a_note_is_taken_in_every_status(status: str) -> None:
    walk = play(VPN).start().choose("One site").choose("Done")
    if status == "parked":
        walk.pause("parts")
    if status == "awaiting":
        walk.verify_in(hours=1)
    if status == "completed":
        walk.complete()
    walk.note("and then").edit_note("and then", "and now").delete_note("and then")
    walk.does(ScratchpadSaved("x")).does(Attached("0" * 64, "a.png", "image/png", 9)).replayed()


def test_an_empty_note_is_refused() -> None:
    noted().note(" \n\x00 ").refused("An empty note says nothing. Type something, then send it.")


def test_a_note_has_a_limit_and_says_where_more_can_go() -> None:
    noted().note("x" * 40_000)
    noted().note("x" * 40_001).refused("40,001 characters long; 40,000 is the most. Attach it")


def test_who_wrote_a_note_or_an_admin_changes_it() -> None:
    noted().edit_note("rebooted", "restarted").delete_note("rebooted")
    noted().by("lee", Role.TEAM_ADMIN).edit_note("rebooted", "restarted")
    noted().by_the_product().delete_note("rebooted")


def test_nobody_else_changes_a_note() -> None:
    walk = noted().by("kim")
    words = "Only the person who wrote a note, or a team admin, can change it."
    walk.edit_note("rebooted", "ruined").refused(words, Because.NOT_ALLOWED)
    walk.delete_note("rebooted").refused(words, Because.NOT_ALLOWED)


def test_anyone_may_keep_a_note_out_and_let_it_in_again() -> None:
    noted().by("kim").does(NoteKeptOut(2)).does(NoteKeptOut(2, out=False))


def test_only_notes_can_be_changed() -> None:
    walk = noted().choose("One site")
    for seq in (1, 3, 99):
        for deed in (NoteEdited(seq, "x"), NoteDeleted(seq), NoteKeptOut(seq)):
            walk.does(deed).refused("There is no such note in this session.", Because.NOT_FOUND)
    walk.edit_note("rebooted", "").refused("An empty note")


def test_the_entry_read_must_be_the_note_that_is_meant() -> None:
    walk = noted().note("again")
    walk.does(NoteDeleted(2), walk.trail[2]).refused("There is no such note in this session.")


def test_a_file_has_no_text_but_can_be_taken_back() -> None:
    walk = play(VPN).start().does(Attached("0" * 64, "C:\\temp\\log.txt", "text/plain", 9))
    walk.does(NoteEdited(2, "x")).refused("A file has no text to change. Add a note instead.")
    walk.does(NoteDeleted(2))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\temp\\log.txt", "log.txt"),
        ("../../etc/passwd", "passwd"),
        ("\x00/", "file"),
        ("a/..", "file"),
        ("log\n\u202etxt.exe", "log txt.exe"),
        ("x" * 300 + ".png", "x" * 196 + ".png"),
    ],
)
def test_a_file_keeps_its_name_without_its_folder(given: str, kept: str) -> None:
    walk = play(VPN).start().does(Attached("0" * 64, given, "text/plain", 9))
    assert walk.trail[-1].deed == Attached("0" * 64, kept, "text/plain", 9)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("image/PNG", "image/png"),
        ("text/plain; charset=utf-8", "text/plain"),
        ("", "application/octet-stream"),
        ("text/html\r\nX-Evil: 1", "application/octet-stream"),
        ("a/b/c", "application/octet-stream"),
    ],
)
def test_a_file_is_of_the_type_it_is_said_to_be_if_that_is_one(said: str, kept: str) -> None:
    walk = play(VPN).start().does(Attached("0" * 64, "log", said, 9))
    assert walk.trail[-1].deed == Attached("0" * 64, "log", kept, 9)


def test_pasted_output_is_told_from_a_note() -> None:
    walk = play(VPN).start().does(NoteAdded("PING ...", NoteKind.OUTPUT))
    assert walk.trail[-1].deed == NoteAdded("PING ...", NoteKind.OUTPUT)


def test_the_scratchpad_is_where_it_was_saved_last_and_may_be_empty() -> None:
    walk = play(VPN).start().does(ScratchpadSaved("a")).does(ScratchpadSaved(""))
    assert walk.session.scratchpad == 3
    walk.does(ScratchpadSaved("x" * 40_001)).refused("40,001 characters long")


def test_variables_can_be_set_and_cleared_at_any_time() -> None:
    walk = play(VPN).start().set(client="Acme", seats="9").knows(client="Acme", seats="9")
    assert "client" not in walk.set(client="").session.variables
    walk.knows(client="", seats="9").complete().set(client="ACME Ltd")
    walk.knows(client="ACME Ltd").replayed()


def test_a_wrong_value_sets_none_of_them() -> None:
    play(VPN).start().set(client="Acme", seats="x").refused("Seats should be").knows(client="")


def test_the_header_follows_the_client_and_no_other_variable() -> None:
    walk = play(VPN).start().set(seats="9")
    assert walk.effects == (Redraw((Showing.STEP,)),)
    for change in (VariablesSet({"client": "Acme"}), VariablesSet({}, ACME)):
        walk.does(change)
        assert walk.effects == (Redraw((Showing.HEADER, Showing.STEP)),)
        walk.does(change)
        assert walk.effects == (Redraw((Showing.STEP,)),)
    assert walk.set(seats="1").session.client == ACME
