"""`resolutionflow walk`: a person at a terminal, from a flow's name to a ticket note."""

import asyncio
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.app.desk import Desk
from bot.app.starter import prepare
from bot.cli.main import run
from bot.cli.product import at_terminal
from storage.storage import opened


@pytest.fixture
def office(address: str) -> str:
    """A database as `up` leaves it after the first start."""

    async def make() -> None:
        async with opened(address) as storage:
            await prepare(Desk(storage), "Acme IT", at_terminal())

    asyncio.run(make())
    return address


Walk = Callable[..., str]


@pytest.fixture
def walk(office: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Walk:
    """Runs the command with `typed` on its standard input; what it said."""
    monkeypatch.setenv("DATABASE_URL", office)
    monkeypatch.setenv("COLUMNS", "88")

    def walked(*arguments: str, typed: str = "", code: int = 0) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        ended = run(["walk", *arguments])
        said = capsys.readouterr()
        assert ended == code, said.err
        return said.err if code else said.out

    return walked


WALK = """\
3
/set
vpn.acme.com
It started at nine, after the firewall was rebooted.
/skip no hotspot at hand
1
The office itself has internet.
/correct
3
2
1
/finish
1
Renew the certificate in time next year.
25
"""


def test_a_whole_session_with_two_notes_a_correction_and_a_could_not_check(
    walk: Walk, tmp_path: Path
) -> None:
    note = tmp_path / "note.md"
    walk("vpn-down", "--client", "Acme Ltd", "-o", str(note), typed=WALK)
    text = note.read_text(encoding="utf-8")
    for expected in (
        "# VPN is down",
        "Acme Ltd",
        "**Could not be checked**: no hotspot at hand.",
        "Corrected from “Valid”",
        "It started at nine, after the firewall was rebooted.",
        "The office itself has internet.",
        "25 minutes worked",
        "**Resolved.**",
        "Renew the certificate in time next year.",
    ):
        assert expected in text
    assert "{{" not in text
    assert "gateway-reachable" not in text, "no node ids in a ticket note"


def test_leaving_half_way_keeps_everything_and_resume_goes_on(walk: Walk) -> None:
    left = walk("vpn-down", "--client", "Acme Ltd", typed="3\nThe line is noisy.\n")
    session = left.rsplit("--resume ", 1)[1].strip()
    assert session in walk("--list")
    again = walk("--resume", session, typed="/ticket\n")
    assert "Who at Acme Ltd is affected? Everyone" in again
    assert "The line is noisy." in again


def test_an_answer_by_its_words_and_back_to_answer_otherwise(walk: Walk) -> None:
    done = walk("vpn-down", "--client", "", typed="one site\n/back\nEVERYONE\n/earlier\n")
    assert "Who at (client not set) is affected? Everyone" in done.rsplit("/earlier", 1)[1]


def test_chatter_stays_out_and_control_characters_never_reach_the_terminal(walk: Walk) -> None:
    typed = "// lunch?\nline \x1b[31mred\x07 \x1b]0;title\x07\n/ticket\n"
    done = walk("vpn-down", "--client", "A", typed=typed)
    note = done.rsplit("/ticket", 1)[1]
    assert "lunch" not in note
    assert "red" in note
    assert "\x1b" not in note
    assert "\x07" not in note


def test_what_starts_with_a_slash_can_be_written_down(walk: Walk) -> None:
    typed = "/dev/sda is full\n/note /tmp too\n/tmp\n/ticket\n"
    done = walk("vpn-down", "--client", "A", typed=typed)
    note = done.rsplit("/ticket", 1)[1]
    assert "/dev/sda is full" in note
    assert "/tmp too" in note
    assert "There is no /tmp." in done


def test_a_word_nobody_knows_says_where_to_look(walk: Walk) -> None:
    done = walk("zzzzqqqq", code=1)
    assert "flows list" in done


def test_a_misspelt_flow_is_offered(walk: Walk) -> None:
    done = walk("lockuot", typed="1\n\n/quit\n")
    assert "Did you mean" in done
    assert "The session is kept" in done


def test_somebody_elses_session_is_no_session(walk: Walk) -> None:
    done = walk("--resume", "00000000-0000-7000-8000-000000000000", code=1)
    assert "There is no such session" in done


def test_a_note_that_cannot_be_written_is_still_shown_and_the_reason_said(walk: Walk) -> None:
    typed = "/cancel a test\n"
    told = walk("vpn-down", "--client", "A", "-o", "/no/such/note.md", typed=typed, code=1)
    assert told == (
        "Error: /no/such/note.md cannot be written: No such file or directory. The note is above.\n"
    )
