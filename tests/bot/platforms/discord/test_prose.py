"""CommonMark as Discord's markdown: the same words, the same shape, and nothing to follow in it."""

from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.cards.markdown import escaped as common
from bot.cards.markdown import plain
from bot.platforms.discord.prose import prose
from core.text import cleaned
from tests.bot.cards.test_splitting import TEXTS
from tests.bot.platforms.discord.reading import kinds, marked, read, seen, told, words
from tests.bot.platforms.discord.test_markdown import FOLLOWED, MARKS, NONE
from tests.gallery import ODD

_MARKS = "\\`*_[]<>~|&#=+-:@"
_LETTERS = st.characters(exclude_characters=_MARKS, exclude_categories=["Cc"])
OURS = {"bold", "italic", "code", "block", "quote", "title", "item", "address"}


def lines(markdown: str) -> list[str]:
    """What a person sees, with what it is within."""
    return marked(prose(markdown)).split("\n")


def test_emphasis_and_code() -> None:
    assert lines("Is **the _log_** in `a  b`?") == [
        "Is <bold>the </bold><bold><italic>log</italic></bold> in <code>a  b</code>?"
    ]
    assert lines("*a **b***") == ["<italic>a</italic> <bold><italic>b</italic></bold>"]
    assert lines("***a** b*") == ["<bold><italic>a</italic></bold> <italic>b</italic>"]


def test_stars_that_would_be_read_as_others_are_left_out() -> None:
    assert lines("*a**b**c* d") == ["<italic>a</italic>b<italic>c</italic> d"]
    assert lines("*ends with \\\\* x") == ["ends with \\ x"]
    assert lines("**see `a*b` now**") == [
        "<bold>see</bold> <code>a*b</code> <bold>now</bold>",
    ]


def test_a_question_is_a_title_and_what_follows_is_not() -> None:
    assert prose("### Is it up?") == "### Is it up?"
    assert prose("### Is *it* up?\n\nLook.\n\nTwice.") == "### Is *it* up?\nLook.\n\nTwice."
    assert prose("# a\n\n## b\n\n#### c\n\nd") == "# a\n## b\n**c**\nd"
    assert prose("- # a") == "- **a**"


def test_a_line_break_stays_and_a_soft_one_is_a_blank() -> None:
    assert prose("one  \ntwo\nthree") == "one\ntwo three"
    assert prose("**one  \ntwo**") == "**one**\n**two**"
    assert prose("- one  \n  two") == "- one\n  two"


def test_lists_are_lists_and_go_on_with_their_numbers() -> None:
    text = "Do:\n\n3. a\n4. b\n   - c\n     1. d\n5. e\n\n   ```\n   code\n   ```\n6. f\n\nThen."
    assert prose(text).split("\n") == [
        "Do:", "3. a", "4. b", "  - c", "    1. d", "5. e", "```", "code", "```", "6. f", "",
        "Then.",
    ]  # fmt: skip
    assert prose("0. a\n1. b") == "0. a\n1. b"


def test_an_item_of_two_paragraphs_is_one_item() -> None:
    assert prose("- a\n\n  b\n- c") == "- a\n  b\n- c"


def test_an_item_that_begins_with_code_or_a_list_is_still_there() -> None:
    assert prose("1. ```\n   ls\n   ```\n2. b") == "1\\.\n```\nls\n```\n2. b"
    assert prose("- - a\n  - b") == "- - a\n  - b"
    assert prose("1.\n2. b") == "2. b"


def test_quotes_hold_what_they_hold() -> None:
    assert prose("> a\n>\n> b  \n> c\n>\n> - d\n\ne") == "> a\n> b\n> c\n> - d\n\ne"
    assert prose("> a\n>\n> ```\n> ls\n> ```") == "> a\n```\nls\n```"


def test_a_link_leads_there() -> None:
    assert prose("See [the **log**](<https://a.example/x_(y)>).") == (
        "See [the log](https://a.example/x_%28y%29)."
    )
    assert prose("**[a](https://a.example/*)**") == "**[a](https://a.example/%2A)**"
    assert prose("<https://a.example>") == prose("[](https://a.example)") == "<https://a.example>"


@pytest.mark.parametrize(
    "label", ["a\\*b\\*", "https://b.example", "\\[x\\]", "_", ":tada:", "@here"]
)
def test_a_link_whose_words_hold_a_mark_stands_beside_them(label: str) -> None:
    link = prose(f"[{label}](https://a.example)")
    assert seen(read(link)) == f"{plain(label)} (https://a.example)"
    assert kinds(link) <= {"address"}
    assert kinds(prose("[OpenSSL s_client](https://a.example)")) == {"to https://a.example"}


@pytest.mark.parametrize("address", ["/relative", "ftp://a.example", "https:///x", "slack://x"])
def test_a_link_that_leads_elsewhere_is_words(address: str) -> None:
    assert marked(prose(f"[here]({address})")) == f"here ({address})"


def test_a_picture_is_a_link_to_it() -> None:
    assert prose("![the rack](https://a.example/r.png)") == "[the rack](https://a.example/r.png)"
    assert seen(read(prose("![the rack](r.png)"))) == "the rack (r.png)"


@pytest.mark.parametrize("text", [*FOLLOWED, *MARKS, *NONE, *ODD])
def test_what_discord_could_follow_or_mark_is_only_words(text: str) -> None:
    assert kinds(prose(common(text))) <= {"address"}
    assert words(seen(read(prose(common(text))))) == words(text)


def test_code_is_shown_as_it_is() -> None:
    code = "  if a && b: `x` <@101> *y*\n\n\tdone"
    assert marked(prose(f"```sh\n{code}\n```")) == f"<block>{code}</block>"
    assert marked(prose("``a`b`` ``` ``x`` ```")) == "<code>a`b</code> ``x``"
    assert marked(prose("``` a``b ```")) == "a``b"


@given((TEXTS | st.text()).map(cleaned))
@example("a **b `c**")
@example("[](")
def test_every_text_is_written_with_all_its_words(text: str) -> None:
    written = prose(text)
    shown = words(unquote(told(read(written))))
    for word in unquote(plain(text)).split():
        assert words(word.strip("()-.0123456789")) in shown
    assert {kind for kind in kinds(written) if not kind.startswith("to http")} <= OURS


@given(st.text(_LETTERS, max_size=40))
def test_the_quick_way_for_plain_text_gives_what_parsing_gives(text: str) -> None:
    for markdown in (text, f"### {text}"):
        assert seen(read(prose(markdown))).strip() == plain(markdown).strip()
