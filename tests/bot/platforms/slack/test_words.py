"""What somebody wrote, as they read it themselves: nothing lost, nothing left of Slack's marks."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.platforms.slack.words import mentioned, plain, without
from tests.slack.world import escaped

NAMES = {"U01": "Sam", "W02": "Kim"}
_MARKS = re.compile(r"<[@#!][^<>\n]*>|<(?:https?|mailto|tel):[^<>\n]*>")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("ask <@U01> or <@W02>", "ask @Sam or @Kim"),
        ("ask <@U09>", "ask @U09"),
        ("ask <@U09|gus>", "ask @gus"),
        ("in <#C01|support> and <#C02|>", "in #support and #C02"),
        ("<!here> <!here|here> <!channel> <!everyone|@everyone>", "@here @here @channel @everyone"),
        ("<!subteam^S01|@network> and <!subteam^S02>", "@network and @S02"),
        ("at <!date^1392734382^{date}|Feb 18, 2014>", "at Feb 18, 2014"),
        ("at <!date^1392734382^{date}>", "at 2014-02-18 14:39 UTC"),
        ("<https://example.com/a>", "https://example.com/a"),
        ("<https://example.com/a|example.com/a>", "example.com/a"),
        ("<https://example.com/?a=1&amp;b=2|the log>", "the log (https://example.com/?a=1&b=2)"),
        ("<http://10.0.0.1|10.0.0.1> is up", "10.0.0.1 is up"),
        ("<mailto:bob@acme.example|bob@acme.example>", "bob@acme.example"),
        ("<mailto:bob@acme.example>", "bob@acme.example"),
        ("<mailto:bob@acme.example|Bob>", "Bob (bob@acme.example)"),
        ("<tel:+49301234|+49 30 1234>", "+49 30 1234"),
        ("a &lt;b&gt; &amp;amp; c &amp;lt;", "a <b> &amp; c &lt;"),
        (":white_check_mark: 12:30:45 00:1a:ab:2b", ":white_check_mark: 12:30:45 00:1a:ab:2b"),
        ("`ping <http://dc01.acme|dc01.acme>`", "`ping dc01.acme`"),
        ("```if a &lt; b\n  x &gt;&gt; 1```", "```if a < b\n  x >> 1```"),
        ("5 < 6 > 4", "5 < 6 > 4"),
        ("", ""),
    ],
)
def test_it_is_read_as_it_was_written(written: str, read: str) -> None:
    assert plain(written, NAMES) == read


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("<@U01> vpn", "vpn"),
        ("<@U01>: vpn", "vpn"),
        ("<@U01|bot> note rebooted  twice", "note rebooted  twice"),
        ("hey <@U01> vpn", "hey vpn"),
        ("note see below <@U01>\n  indented\n", "note see below\n  indented"),
        ("<@U01>", ""),
        ("<@U011> vpn", "<@U011> vpn"),
    ],
)
def test_who_is_spoken_to_is_no_part_of_what_is_said(written: str, asked: str) -> None:
    assert without(written, "U01") == asked


def test_each_who_is_mentioned_is_named_once_in_order() -> None:
    assert mentioned("<@W02> <@U01|sam> <@W02> <@u03> <#C01|x> &lt;@U05&gt;") == ["W02", "U01"]


_MADE = st.sampled_from(["<@U01>", "<@U05|gus>", "<!here>", "<#C1|>", "<https://a.b|c>", "<tel:1>"])


@settings(max_examples=50)
@given(st.lists(_MADE | st.text(max_size=8).map(escaped), max_size=8).map("".join))
def test_no_mark_is_left_wherever_it_stands(text: str) -> None:
    bare = text.replace("&", "")  # so that what was typed does not look like a mark
    assert not _MARKS.search(plain(bare, NAMES))
    assert "U01" not in mentioned(without(text, "U01"))


@settings(max_examples=50)
@given(st.lists(st.sampled_from("<@!#|^>&U0 \n") | st.text(max_size=4), max_size=20).map("".join))
@example("<!date^99999999999999999999^{date}>")
@example("<!date^x>")
@example("<!^>")
def test_what_makes_no_sense_is_no_error(text: str) -> None:
    mentioned(text)
    without(text, "U01")
    plain(text, {})


@settings(max_examples=50)
@given(st.text())
def test_what_was_typed_comes_back_as_it_was(typed: str) -> None:
    assert plain(escaped(typed), {}) == typed
