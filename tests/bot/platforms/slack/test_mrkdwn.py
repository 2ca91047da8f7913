"""mrkdwn: nothing in a text is followed, and what could be marks is known."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.slack.limits import SLACK
from bot.platforms.slack.mrkdwn import beside, escaped, is_plain, line, time
from tests.bot.platforms.slack.reading import unescaped

AT = datetime(2026, 3, 31, 7, 2, tzinfo=UTC)


@given(st.text())
def test_escaped_text_reads_as_it_was_and_holds_nothing_to_follow(text: str) -> None:
    assert unescaped(escaped(text)) == text
    assert not set("<>") & set(escaped(text))


def test_a_time_is_shown_by_the_readers_own_clock() -> None:
    assert line(("since ", AT, " <b>")) == (
        "since <!date^1774940520^{date_short_pretty} {time}|31 Mar 2026, 07:02 UTC> &lt;b&gt;"
    )
    assert len(time(AT)) <= SLACK.time


@pytest.mark.parametrize(
    "text",
    ["*bold*", "_slanted_", "so ~not~ so", "`code`", "(*x*)", "00:ab:cd", ":tada:", "> quoted",
     "one\n> two", "&gt; quoted", "*over\nlines*", "```\nx\n```"],
)  # fmt: skip
def test_what_could_be_marks_is_known(text: str) -> None:
    assert not is_plain(text)


@pytest.mark.parametrize(
    "text",
    ["Is it up? Yes", "svc_backup_old", "2*3*4", "~/.config", "a > b", "5 * 3 * 2", "It's 10:30.",
     "C:\\Users\\x", "** not bold", "one `tick", "שלום עולם"],
)  # fmt: skip
def test_what_is_none_is_shown_as_it_is(text: str) -> None:
    assert is_plain(text)


def test_what_is_said_beside_a_message_is_cut_at_a_word_and_says_so() -> None:
    assert beside("A & B", 40) == "A &amp; B"
    said = beside("word " * 20, 60)
    assert said == "word word word word word word… (the message has it all)".replace("d…", "d …")


@given(st.text(min_size=1), st.integers(40, 200))
def test_what_is_said_beside_a_message_fits(text: str, most: int) -> None:
    assert len(beside(text, most)) <= most
