"""What a button carries: it fits everywhere, comes back whole, and means nothing when changed."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.token import LIMIT, Token, TokenTooLarge, TokenUnreadable
from core.ids import SessionId

SESSION = SessionId(UUID("01a205fc-c336-748c-9ced-f2b676180cf9"))


@given(
    session=st.uuids(),
    visit=st.integers(0, 36**7 - 1),
    verb=st.from_regex(r"[a-z-]{1,24}", fullmatch=True),
    argument=st.from_regex(r"[a-z0-9-]{0,40}", fullmatch=True),
)
def test_a_token_comes_back_as_it_went(session: UUID, visit: int, verb: str, argument: str) -> None:
    token = Token(SessionId(session), visit, verb, argument)
    packed = token.pack()
    assert len(packed.encode()) <= LIMIT
    assert Token.unpack(packed) == token


def test_the_longest_option_of_a_flow_fits() -> None:
    longest = Token(SESSION, 36**7 - 1, "could-not-find-out", "a" * 32)
    assert len(longest.pack().encode()) <= LIMIT


@pytest.mark.parametrize(
    "token",
    [
        Token(SESSION, 1, "v" * 25),
        Token(SESSION, 1, "choose", "a" * 49),
        Token(SESSION, 1, "choose", "Yes"),
        Token(SESSION, 1, "choose", "ä"),
        Token(SESSION, 1, "choose.now", "yes"),
        Token(SESSION, 1, ""),
        Token(SESSION, 36**7, "choose"),
        Token(SESSION, -1, "choose"),
    ],
)
def test_what_does_not_fit_is_refused_when_it_is_packed(token: Token) -> None:
    with pytest.raises(TokenTooLarge):
        token.pack()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "choose.yes",
        "A" * 21 + ".1.choose.yes",
        "A" * 22 + ".1",
        "A" * 22 + ".-1.choose",
        "A" * 22 + ".1.choose.yes.more",
        "A" * 22 + ".1.choose.yes\n",
        "A" * 22 + ".1.CHOOSE.yes",
        "A" * 22 + ".1.choose." + "a" * 5_000,
        "\x00" * 40,
        "💥" * 25,
    ],
)
def test_what_was_changed_is_said_to_be_no_button_of_ours(text: str) -> None:
    with pytest.raises(TokenUnreadable, match="not one of ours"):
        Token.unpack(text)
