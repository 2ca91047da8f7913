"""Plain text, times and code as rich text: exactly as they are; and which texts need not be."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.platforms.teams.markdown import Inline, code, is_quiet, rich, runs, time
from tests.bot.platforms.teams.test_render import CALLED
from tests.gallery import ODD

AT = datetime(2026, 3, 31, 7, 2, tzinfo=UTC)
SHOWN = "{{DATE(2026-03-31T07:02:00Z,COMPACT)}} {{TIME(2026-03-31T07:02:00Z)}}"
_BROWSER = MarkdownIt("js-default", {"html": False})
_PARTS = st.lists(
    st.sampled_from((*ODD, "{", "{{", "DATE(2026-03-31T07:02:00Z)}}", "<at>Sam</at>"))
    | st.text(max_size=10)
    | st.just(AT),
    max_size=6,
).map(tuple)


def seen(inlines: list[Inline]) -> str:
    """All of it as text."""
    return "".join(each if isinstance(each, str) else each["text"] for each in inlines)


def test_a_time_is_shown_by_the_readers_own_clock() -> None:
    assert time(AT) == SHOWN
    assert time(AT.astimezone(timezone(timedelta(hours=2)))) == SHOWN
    assert runs(("since ", AT, ", by Sam")) == [f"since {SHOWN}, by Sam"]
    assert runs((AT, AT), size="Small") == [{"type": "TextRun", "text": SHOWN * 2, "size": "Small"}]


@given(_PARTS)
def test_whatever_is_written_is_read_as_it_is(parts: tuple[str | datetime, ...]) -> None:
    inlines = runs(parts)
    expected = "".join(time(part) if isinstance(part, datetime) else part for part in parts)
    assert seen(list(inlines)) == expected
    assert all(inlines)
    texts = "".join(part for part in parts if isinstance(part, str))
    called = [each for run in inlines for each in CALLED.findall(str(run))]
    assert len(called) == 2 * sum(isinstance(part, datetime) for part in parts), texts


def test_what_looks_like_a_time_or_a_mention_is_only_words() -> None:
    assert runs(("at {{DATE(2026-03-31T07:02:00Z)}}",)) == ["at {", "{DATE(2026-03-31T07:02:00Z)}}"]
    assert runs(("{", "{TIME(2026-03-31T07:02:00Z)}}")) == ["{", "{TIME(2026-03-31T07:02:00Z)}}"]
    assert runs(("<at>Sam</at>",)) == ["<", "at>Sam<", "/at>"]
    assert runs(("{{client}} <b>",)) == ["{{client}} <b>"]


def test_nothing_is_a_blank_since_rich_text_must_say_something() -> None:
    assert runs(()) == []
    assert rich(runs(("",)))["inlines"] == [" "]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ls -l", "ls -l"),
        ("a  b   c", "a\u00a0 b\u00a0\u00a0 c"),
        ("if x:\n    y\n z", "if x:\n\u00a0\u00a0\u00a0 y\n\u00a0z"),
        ("\tx\ty", "\u00a0" * 4 + "x" + "\u00a0" * 4 + "y"),
    ],
)
def test_blanks_of_code_stay(text: str, shown: str) -> None:
    [box] = code(text)["items"]
    assert seen(box["inlines"]) == shown
    assert seen(box["inlines"]).replace("\u00a0", " ") == text.replace("\t", "    ")


@pytest.mark.parametrize(
    "text",
    [
        *("VPN is down · Acme Ltd", "Is it up?", "1 hour (of 3)", "a - b", "Sam's", "9:02", "50 %"),
        *("שלום עולם", "日本語", "443", "+", "a=b", 'say "so"', "2026", "-5", "C #"),
    ],
)
def test_what_has_no_mark_is_quiet(text: str) -> None:
    assert is_quiet(text) is (text[0] not in "+-")


@given(st.text("*_`[]()<>&~|{}#-+=>.1a \\\n", max_size=12) | st.sampled_from(ODD))
def test_what_is_quiet_is_read_as_it_is_wherever_marks_are_read(text: str) -> None:
    if is_quiet(text) and text.strip():
        tokens = _BROWSER.parse(text.strip())
        assert [each.type for each in tokens] == ["paragraph_open", "inline", "paragraph_close"]
        assert [each.content for each in tokens[1].children or ()] == [text.strip()]


def test_a_mark_at_the_beginning_counts_only_there() -> None:
    assert not is_quiet("- x")
    assert is_quiet("- x", begins=False)
    assert not is_quiet("2. x")
    assert not is_quiet("*x*", begins=False)
