"""Long texts are split, never cut: every word is there again, and no piece is too long."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.limits import Units
from bot.cards.markdown import escaped, lead, linked, plain
from bot.cards.passages import split_markdown
from bot.cards.splitting import Size, split_exactly, split_text
from tests.gallery import ODD

SIZES: dict[Units, Size] = {
    Units.CODE_POINTS: len,
    Units.UTF16: lambda text: len(text.encode("utf-16-le")) // 2,
    Units.UTF8: lambda text: len(text.encode()),
}
FAMILY = "👨\u200d👩\u200d👧\u200d👦"
_WORDS = st.sampled_from((
    "plain", "words", "**strong**", "*em*", "`code`", "``a`b``", "[link](https://a.example/x)",
    "\\*not\\*", "- ", "1. ", "# ", "> ", "\n", "\n\n", "```\n", "    ", "&amp;", "<b>", "~~~\n",
    "snake_case", "C:\\x\\y", "!", "***", "---", "===", "x" * 70, "é" * 30, FAMILY, "e\u0301" * 9,
    *ODD,
))  # fmt: skip
TEXTS = st.lists(_WORDS, max_size=60).map(" ".join)


def words(text: str) -> list[str]:
    """What is left of a text when blanks do not count."""
    return list("".join(text.split()))


@given(TEXTS, st.integers(20, 200), st.sampled_from(list(Units)))
def test_plain_text_is_found_again_over_its_pieces(text: str, limit: int, units: Units) -> None:
    size = SIZES[units]
    pieces = split_text(text, limit, size)
    assert all(size(piece) <= limit for piece in pieces)
    assert words("".join(pieces)) == words(text)


@given(TEXTS, st.integers(20, 200), st.sampled_from(list(Units)))
def test_code_keeps_every_blank(code: str, limit: int, units: Units) -> None:
    size = SIZES[units]
    pieces = split_exactly(code, limit, size)
    assert all(size(piece) <= limit for piece in pieces)
    # Between two pieces stands nothing, or the line break where they were broken.
    assert re.fullmatch("\n?".join(map(re.escape, pieces)), code)


@given(TEXTS, st.integers(60, 300), st.sampled_from(list(Units)))
def test_markdown_reads_the_same_over_its_pieces(text: str, limit: int, units: Units) -> None:
    size = SIZES[units]
    pieces = split_markdown(text, limit, size)
    assert all(size(piece) <= limit for piece in pieces)
    if not re.search(r"`|~~~|\]\(", text):  # a link's address is said with each of its pieces
        assert words("".join(map(plain, pieces))) == words(plain(text))


@given(TEXTS)
def test_escaped_text_reads_as_it_was(text: str) -> None:
    assert words(plain(escaped(text))) == words(text)


def test_a_break_is_sought_between_paragraphs_then_lines_then_words() -> None:
    assert split_text("one two\n\nthree four", 12, len) == ["one two", "three four"]
    assert split_text("one two\nthree four", 12, len) == ["one two", "three four"]
    assert split_text("one two three four", 12, len) == ["one two", "three four"]


@pytest.mark.parametrize(
    "character", [FAMILY, "e\u0301\u0301", "🇩🇪", "👍🏽", "1️⃣", "\u1112\u1161\u11ab"]
)
def test_a_character_as_read_is_not_broken(character: str) -> None:
    pieces = split_text(character * 20, 15, len)
    assert all(piece == character * (len(piece) // len(character)) for piece in pieces)


def test_a_surrogate_pair_is_not_broken() -> None:
    pieces = split_text("🔥" * 20, 7, SIZES[Units.UTF16])
    assert pieces == ["🔥" * 3] * 6 + ["🔥" * 2]


def test_a_character_longer_than_the_limit_is_broken_all_the_same() -> None:
    assert "".join(split_text("e" + "\u0301" * 100, 30, len)) == "e" + "\u0301" * 100


def test_fenced_code_is_closed_and_opened_again() -> None:
    text = "Look:\n\n```powershell\n" + "\n".join(f"Get-Thing {n}" for n in range(20)) + "\n```"
    pieces = split_markdown(text, 120, len)
    assert len(pieces) > 2
    assert all(piece.count("```") == 2 for piece in pieces)
    assert all("```powershell\nGet-Thing" in piece and piece.endswith("\n```") for piece in pieces)


def test_emphasis_and_links_are_closed_and_opened_again() -> None:
    assert split_markdown("**one two three** four", 14, len) == ["**one two**", "**three** four"]
    pieces = split_markdown("Read [one two three](https://a.example) now", 32, len)
    assert [plain(piece) for piece in pieces] == [
        "Read one (https://a.example)",
        "two three (https://a.example)",
        "now",
    ]


def test_the_first_piece_can_be_shorter_than_the_others() -> None:
    text = "one two three four five six\n\nseven eight"
    assert split_markdown(text, 20, len, first=8) == [
        "one two",
        "three four five six",
        "seven eight",
    ]


def test_an_escape_is_not_broken() -> None:
    pieces = split_markdown("\\*" * 40, 31, len)
    assert "".join(map(plain, pieces)) == "*" * 40
    assert all(len(piece) % 2 == 0 for piece in pieces)


def test_items_stay_items() -> None:
    text = "Check:\n\n" + "\n".join(f"{n}. step number {n}" for n in range(1, 9))
    pieces = split_markdown(text, 50, len)
    assert pieces[0] == "Check:\n\n1. step number 1\n2. step number 2"
    assert pieces[1].startswith("3. step number 3\n4. ")


def test_a_link_defined_elsewhere_in_the_text_still_leads_there() -> None:
    text = "See [here][1].\n\n" + "word " * 40 + "\n\n[1]: https://a.example"
    assert split_markdown(text, 100, len)[0].startswith("See [here](<https://a.example>).")


def test_plain_text_of_markdown() -> None:
    assert plain("Who at **Acme** is _affected_? See [log](https://a.example).") == (
        "Who at Acme is affected? See log (https://a.example)."
    )
    assert plain("- a\n- b\n\n```\ncode  x\n```") == "- a\n- b\ncode  x"
    assert plain("<b>x</b> &amp; \\*y\\*") == "<b>x</b> & *y*"


def test_a_question_stands_out_by_its_first_paragraph() -> None:
    assert lead("Who is **affected**?\n\nAsk two.") == "### Who is **affected**?\n\nAsk two."
    assert lead("Who is\naffected?") == "### Who is affected?"
    for text in ("- a list", "1. a list", "> quote", "```\nx\n```", "# Title", "x " * 150, "C #"):
        assert lead(text) == text.strip()


def test_a_link_leads_nowhere_odd() -> None:
    assert (
        linked("Doc [1]", "https://a.example/x_(y)") == "[Doc \\[1\\]](<https://a.example/x_(y)>)"
    )
    assert linked("Doc", "javascript:alert(1)") == "Doc, javascript:alert(1)"
