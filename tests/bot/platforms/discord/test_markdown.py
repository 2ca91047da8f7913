"""Text as Discord's markdown reads as it was, and holds nothing to follow; what somebody wrote is
what they read.
"""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.platforms.discord.limits import DISCORD
from bot.platforms.discord.markdown import (
    escaped,
    fenced,
    line,
    mentioned,
    plain,
    struck,
    time,
    without,
)
from tests.bot.platforms.discord.reading import Run, kinds, marked, read, seen
from tests.gallery import ODD

AT = datetime(2026, 3, 31, 7, 2, tzinfo=UTC)
NAMES = {"101": "Sam", "102": "Kim", "201": "support", "301": "Network"}
FOLLOWED = (
    "@everyone", "@here", "<@101>", "<@!101>", "<@&301>", "<#201>", "<:ok:401>", "<a:ok:401>",
    "</flow menu:501>", "<t:1774940520:R>", "<id:customize>", ":tada:", "steam://run/1",
)  # fmt: skip
MARKS = (
    "*slanted*", "**bold**", "_slanted_", "__under__", "~~gone~~", "||hidden||", "`code`",
    "``co`de``", "```\nblock\n```", "[x](https://a.example)", "# title", "### title", "-# small",
    "- item", "* item", "+ item", "1. item", "12. item", "> quote", ">>> quote", "  - item",
    "one\n- two", "one\n> two\n1. three", "- # title", "-# # title", "****both****", "_a_ b",
    "\u00a0- item", "[# title](https://a.example)", "[a*b*c](https://a.example)",
)  # fmt: skip
NONE = (
    "\\",
    "\\\\",
    "\\*",
    "a\\",
    "***",
    "snake_case_name",
    "a * b * c",
    "#42",
    "-5",
    "1.5",
    "-- x",
)
_PIECES = st.sampled_from(
    (*FOLLOWED, *MARKS, *NONE, *ODD, "https://a.example/x_y*z", "\n", " ", "")
)
TEXTS = st.lists(_PIECES | st.text("*_~`|<>@#:-+.[]()\\1a \n", max_size=6), max_size=8).map("".join)


@pytest.mark.parametrize("text", [*FOLLOWED, *MARKS, *NONE])
def test_what_discord_would_follow_or_mark_is_only_words(text: str) -> None:
    assert kinds(escaped(text)) <= {"address"}
    assert seen(read(escaped(text))) == text


@pytest.mark.parametrize("text", [*FOLLOWED, *MARKS])
def test_without_that_they_would_be_followed_or_marked(text: str) -> None:
    assert kinds(text)


@given(TEXTS | st.text())
def test_text_reads_as_it_was(text: str) -> None:
    assert seen(read(escaped(text))) == text
    assert kinds(escaped(text)) <= {"address"}


@given(TEXTS | st.text())
@example("https://a.example/~~x and https://b.example/~~y")
@example("ends with a backslash\\")
@example("ends with ~")
def test_what_is_struck_is_struck_from_its_begin_to_its_end(text: str) -> None:
    said = " ".join(text.split())
    if said:
        runs = list(read(struck(line((said,), within=True))))
        assert {run.within[:1] for run in runs} == {("struck",)}
        assert {kind for run in runs for kind in run.within} <= {"struck", "address"}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("see https://a.example/a_b.", "see <https://a.example/a_b>."),
        ("(https://a.example/x_(y))", "(<https://a.example/x_(y)>)"),
        ("<https://a.example>", "\\<<https://a.example>>"),
        ("HTTPS://A.example?x", "<HTTPS://A.example?x>"),
        ("https:// is no address", "https\\:// is no address"),
    ],
)
def test_an_address_is_a_link_without_a_preview(text: str, written: str) -> None:
    assert escaped(text) == written


@pytest.mark.parametrize(
    "text",
    ["Is it up? Yes", "It's 10:30.", "a > b, 5 + 3 - 2", "-5 °C", "C # and F#", "bob@acme.example",
     "#42", "1.5 or 2.", "שלום עולם", "✓ Done (really) – “quoted”", "👨\u200d👩\u200d👧"],
)  # fmt: skip
def test_ordinary_text_is_written_as_it_is(text: str) -> None:
    assert escaped(text) == text


def test_a_time_is_shown_by_the_readers_own_clock() -> None:
    assert line(("since ", AT, " <b>")) == "since <t:1774940520:f> \\<b>"
    assert list(read(time(AT))) == [Run("1774940520", ("time",))]
    assert len(time(AT)) <= DISCORD.time


@pytest.mark.parametrize(
    "code",
    ["a && b <c> `d` <@101> @everyone\n\n  e", "    indented", "\tif x:\n\t\ty", "`", "``", "x`",
     "```\nfence\n```", "- a\n```sh\nls *_x_*\n```\n1. b", "\\\\server\\share$"],
)  # fmt: skip
def test_code_is_seen_as_it_is(code: str) -> None:
    assert seen(read(fenced(code, "bash"))) == code
    assert kinds(fenced(code, "bash")) <= {"block"}


@given(st.text().filter(lambda code: code.strip("\n") == code and not code.isspace()))
def test_any_code_is_seen_as_it_is(code: str) -> None:
    assert seen(read(fenced(code))) == code


@pytest.mark.parametrize("language", ["<b>", "c#", "two words", "x" * 75, "a`b", "ü", ""])
def test_a_language_that_discord_would_show_as_code_is_left_out(language: str) -> None:
    assert fenced("ls", language) == "```\nls\n```"
    assert fenced("ls", "c++") == "```c++\nls\n```"


@pytest.mark.parametrize(
    ("written", "is_read"),
    [
        ("ask <@101> or <@!102>", "ask @Sam or @Kim"),
        ("ask <@109>", "ask @109"),
        ("<@&301> and <@&309>", "@Network and @309"),
        ("in <#201> and <#209>", "in #support and #209"),
        ("@here @everyone", "@here @everyone"),
        ("<:ok:401> <a:dance:402>", ":ok: :dance:"),
        ("type </flow menu:501>", "type /flow menu"),
        ("at <t:1392734382:R>, <t:0>", "at 2014-02-18 14:39 UTC, 1970-01-01 00:00 UTC"),
        ("at <t:99999999999999999999>", "at 99999999999999999999"),
        ("<https://a.example/x> and https://b.example", "https://a.example/x and https://b.example"),
        ("\\*not slanted\\* \\<@101> \\`x\\`", "*not slanted* <@101> `x`"),
        ("\\\\fs01\\data and C:\\Users\\x", "\\\\fs01\\data and C:\\Users\\x"),
        ("`<@101> \\*` and ```\n<#201>\n```", "`<@101> \\*` and ```\n<#201>\n```"),
        ("**bold** and 5 < 6 > 4", "**bold** and 5 < 6 > 4"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_was_written_is_read(written: str, is_read: str) -> None:
    assert plain(written, NAMES) == is_read


def test_each_who_is_mentioned_is_known() -> None:
    said = "<@102> <@!101> <@102> <@&301> <#201> `<@103>` \\<@104> <@sam>"
    assert mentioned(said) == {"101", "102"}
    assert mentioned("nobody") == set()


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("<@101> vpn", "vpn"),
        ("<@101>: vpn", "vpn"),
        ("<@!101> note rebooted  twice", "note rebooted  twice"),
        ("hey <@101> vpn", "hey vpn"),
        ("note see below <@101>\n  indented\n", "note see below\n  indented"),
        ("<@101>", ""),
        ("<@1012> vpn", "<@1012> vpn"),
    ],
)
def test_who_is_spoken_to_is_no_part_of_what_is_said(written: str, asked: str) -> None:
    assert without(written, "101") == asked


@settings(max_examples=50)
@given(TEXTS)
@example("a<@101>b <@<@!101>101>")
def test_what_makes_no_sense_is_no_error(text: str) -> None:
    assert "101" not in mentioned(without(text, "101"))
    assert "<#201>" not in plain(text.replace("`", "").replace("\\", ""), NAMES)


@settings(max_examples=50)
@given(st.text().filter(lambda text: "`" not in text and "\\" not in text and "<" not in text))
@example("  indented\n\n")
def test_what_was_typed_without_marks_comes_back_as_it_was(typed: str) -> None:
    assert plain(typed, {}) == typed


def test_reading_knows_what_is_marked() -> None:
    assert marked("**a *b*** ~~c~~\n- d\n-# e") == (
        "<bold>a </bold><bold><italic>b</italic></bold> <struck>c</struck>\n"
        "<item>- d\n</item><small>e</small>"
    )
