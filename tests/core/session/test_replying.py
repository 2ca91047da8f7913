"""What a reply means: an answer by number or label, a command's output, chatter, else a note."""

import pytest

from core.session.deeds import NoteAdded, NoteKind
from core.session.replying import could_answer, meant_by, noted, stays_out
from core.views import Choice

CHOICES = (
    Choice("choose", "Yes", "yes"),
    Choice("choose", "No, it isn’t", "no"),
    Choice("choose", "Not sure.", "not-sure"),
    Choice("could-not-check", "Couldn't check"),
)


def said(text: str, *, numbered: bool = True) -> list[str]:
    """The labels that a reply names."""
    return [choice.label for choice in meant_by(CHOICES, text, numbered=numbered)]


@pytest.mark.parametrize("text", ["2", "2.", "#2", " 2 ", "#2.", "no, it isn't", "No, it isn’t."])
def test_a_number_or_a_label_names_one_choice(text: str) -> None:
    assert said(text) == ["No, it isn’t"]


@pytest.mark.parametrize("text", ["NOT  SURE", "not sure.", "not sure", "3"])
def test_case_spaces_and_the_full_stop_do_not_matter(text: str) -> None:
    assert said(text) == ["Not sure."]


@pytest.mark.parametrize(
    "text",
    [
        "", "0", "5", "02", "-1", "2)", "2 of 3 users", "1 2", "1,2", "²", "٢", "#", ".", "…",
        "Yes it does", "Yes!", "yes?", "no", "Couldn't", "2\n2", "Yes\nit does", "1" * 300,
    ],
)  # fmt: skip
def test_everything_else_is_a_note(text: str) -> None:
    assert said(text) == []


def test_a_number_is_a_value_where_the_step_asks_for_one() -> None:
    assert said("2", numbered=False) == []
    assert said("couldn’t check", numbered=False) == ["Couldn't check"]


def test_a_label_that_is_another_ones_number_names_both() -> None:
    phases = (Choice("choose", "2", "two"), Choice("choose", "1", "one"))
    assert meant_by(phases, "1", numbered=True) == phases


def test_only_a_short_line_can_be_an_answer() -> None:
    assert could_answer(" Yes ")
    assert not could_answer("x" * 201)
    assert not could_answer("Yes\nNo")
    assert not could_answer(" ")


@pytest.mark.parametrize(
    ("text", "out"),
    [("// lunch?", True), (" \n//x", True), ("//", True), ("/ x", False), ("see http://x", False)],
)
def test_two_slashes_in_front_keep_a_message_out(text: str, out: bool) -> None:
    assert stays_out(text) is out


PING = """\
Pinging 8.8.8.8 with 32 bytes of data:
Reply from 8.8.8.8: bytes=32 time=10ms TTL=117
Reply from 8.8.8.8: bytes=32 time=11ms TTL=117
Request timed out.
Reply from 8.8.8.8: bytes=32 time=10ms TTL=117"""
IPCONFIG = """\
Windows IP Configuration

Ethernet adapter Ethernet:

   Connection-specific DNS Suffix  . : acme.local
   IPv4 Address. . . . . . . . . . . : 10.0.0.15
   Subnet Mask . . . . . . . . . . . : 255.255.255.0
   Default Gateway . . . . . . . . . : 10.0.0.1"""
NSLOOKUP = """\
Server:  dc01.acme.local
Address:  10.0.0.10

*** dc01.acme.local can't find vpn.acme.com: Non-existent domain"""
SERVICE = """\
PS C:\\> Get-Service Spooler

Status   Name               DisplayName
------   ----               -----------
Running  Spooler            Print Spooler"""
SYSLOG = """\
Nov 23 10:02:11 fw01 charon: received NO_PROPOSAL_CHOSEN
Nov 23 10:02:15 fw01 charon: peer not responding
Nov 23 10:02:19 fw01 charon: giving up"""


@pytest.mark.parametrize("text", [PING, IPCONFIG, NSLOOKUP, SERVICE, SYSLOG])
def test_what_programs_write_is_output(text: str) -> None:
    assert noted(text) == NoteAdded(text.strip(), NoteKind.OUTPUT)


@pytest.mark.parametrize(
    "text",
    [
        "The router was rebooted.",
        "Called Kim.  She said no.\nCalled Sam.  He said yes.\nSo we wait.",
        "Gateway: 10.0.0.1\nMask: 255.255.255.0\nDNS: 10.0.0.10",
        "- one\n- two\n- three",
        "1. first\n2. second\n3. third",
        "We did\n\n  - this\n  - that\n  - those",
        "They got this, and I explained to them at length what it means:\n```\nNXDOMAIN\n```",
        "an unfinished\n```\nfence stays\nwhat it is",
        "bytes=32 time=1",
    ],
)
def test_what_people_write_is_a_note(text: str) -> None:
    assert noted(text) == NoteAdded(text, NoteKind.NOTE)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("```\nno route to host\n```", "no route to host"),
        ("```text\nno route\n  to host\n```", "no route\n  to host"),
        ("```ipconfig```", "ipconfig"),
        ("```ping\nno answer```", "ping\nno answer"),
        ("```no route to host\nat all\n```", "no route to host\nat all"),
    ],
)
def test_a_fenced_message_is_what_the_fence_holds(text: str, kept: str) -> None:
    assert noted(text) == NoteAdded(kept, NoteKind.OUTPUT)


def test_a_fence_with_a_word_before_it_keeps_both() -> None:
    text = "I ran:\n```\nno route to host\nno route to host\n```"
    assert noted(text) == NoteAdded(text, NoteKind.OUTPUT)


def test_no_word_is_lost_in_an_empty_fence() -> None:
    assert noted("``````").text == "``````"


@pytest.mark.parametrize(
    "text", ["=" * 40_000, "a=," * 13_000, "```a\n" * 8_000, "x@" + "a." * 19_999, "\n" * 40_000]
)
def test_the_longest_message_is_judged_whatever_is_in_it(text: str) -> None:
    assert len(noted(text).text) <= 40_000
