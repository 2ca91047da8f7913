"""What is told of a registration, of our address and of what is heard, and what is to be done."""

import uuid

import pytest

from bot.platforms.teams import findings
from bot.platforms.teams.findings import OWN, kept
from bot.platforms.teams.surface import PERMISSIONS

TENANT = str(uuid.uuid4())
CHANNEL, TEAM = "19:ab@thread.tacv2", "19:cd@thread.skype"
CHAT = "19:ef@thread.v2"


@pytest.mark.parametrize(
    ("code", "how", "advice"),
    [
        ("AADSTS7000215", "its secret is wrong", "set TEAMS_CLIENT_SECRET to its “Value”, not the"),
        ("AADSTS7000222", "its secret has expired", "Make a new one under “Certificates"),
        (
            "AADSTS700016",
            "no such app in that tenant",
            "set TEAMS_CLIENT_ID to its “Application (client) ID”",
        ),
        ("AADSTS90002", "no such tenant", "set TEAMS_TENANT_ID to its “Directory (tenant) ID”"),
        ("AADSTS7000112", "switched off", "“Enterprise applications”"),
        ("AADSTS7000229", "not present in its tenant", "“Enterprise applications”"),
        ("AADSTS53003", "Conditional Access", "workload identities"),
        ("AADSTS65001", "refused: AADSTS65001", "error?code=65001"),
        ("invalid_client", "refused: invalid_client", "Compare client id, tenant"),
        ("", "refused: without a reason", "Compare client id"),
    ],
)
def test_why_entra_gives_no_token_and_what_to_do(code: str, how: str, advice: str) -> None:
    found = findings.of_refusal(code, OWN)
    assert (found.fine, found.about) == (False, "Teams registration")
    assert how in found.how
    assert code in found.how
    assert advice in found.advice
    assert found.advice.endswith((".", "65001"))


def test_a_registration_that_was_added_is_added_again() -> None:
    found = findings.of_refusal("AADSTS7000222", kept(TENANT))
    assert found.about == f"Teams in {TENANT}"
    assert "`resolutionflow teams add`" in found.advice
    assert "TEAMS_" not in found.advice


@pytest.mark.parametrize(
    ("url", "fine", "how"),
    [
        ("https://flow.example.com", True, "expected at https://flow.example.com/api/messages"),
        ("http://localhost:8080", False, "expected at http://localhost:8080/api/messages"),
        ("", False, "our own address is not known"),
    ],
)
def test_teams_must_reach_us_by_https(url: str, fine: bool, how: str) -> None:
    found = findings.of_address(url)
    assert found.fine == fine
    assert found.how.startswith(how)
    assert "RESOLUTIONFLOW_URL" in found.advice


def test_all_replies_are_heard() -> None:
    for place in (CHANNEL, TEAM):
        channels, chats = findings.of_replies([place], [place])
        assert (channels.fine, channels.how) == (True, "all are heard of 1")
        assert chats.fine
        assert chats.how.startswith("not known")
    channels, chats = findings.of_replies([CHAT], [])
    assert channels.how.startswith("not known")
    assert chats.how == "all are heard of 1"


def test_only_mentions_are_heard_and_what_that_means() -> None:
    channels, chats = findings.of_replies([], [CHANNEL, CHAT])
    for found, permission in zip((channels, chats), PERMISSIONS, strict=True):
        assert not found.fine
        assert found.how.startswith("only mentions were heard so far; cannot take replies")
        assert "`resolutionflow teams package`" in found.advice
        assert permission in found.advice


def test_where_nobody_wrote_to_the_bot_is_nothing_to_be_said() -> None:
    assert all(each.fine for each in findings.of_replies([], []))
