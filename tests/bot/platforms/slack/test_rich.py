"""CommonMark as Slack's rich text: the same words, the same shape, and no part Slack refuses."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.markdown import plain
from bot.platforms.slack.rich import INDENT, Part, fallback, rich, spoken_parts
from tests.bot.cards.test_splitting import TEXTS
from tests.bot.platforms.slack.reading import said, words
from tests.slack.checks import message_problems

_MARKS = "\\`*_[]<>~|&#=+-"
_LETTERS = st.characters(exclude_characters=_MARKS, exclude_categories=["Cc"])
AT = datetime(2026, 3, 31, 7, 2, tzinfo=UTC)


def lines(markdown: str) -> list[str]:
    """Rich text as a person sees it: a line each, marks in angle brackets, items with theirs."""
    return [line for part in rich(markdown) for line in _seen(part)]


def _seen(part: Part) -> list[str]:
    if part["type"] != "rich_text_list":
        shown = "".join(map(_leaf, part["elements"]))
        mark = {"rich_text_quote": "| ", "rich_text_preformatted": "# "}.get(part["type"], "")
        return [f"{mark}{line}" for line in shown.split("\n")]
    shift = "  " * part.get("indent", 0) + "| " * part.get("border", 0)
    first = part.get("offset", 0) + 1
    return [
        f"{shift}{f'{number}.' if part['style'] == 'ordered' else '•'} "
        + "".join(map(_leaf, item["elements"]))
        for number, item in enumerate(part["elements"], first)
    ]


def _leaf(part: Part) -> str:
    shown = part["text"]
    for style in part.get("style", {}):
        shown = f"<{style}>{shown}</{style}>"
    return f"[{shown}]({part['url']})" if part["type"] == "link" else shown


def test_emphasis_and_code() -> None:
    assert lines("Is **the _log_** in `a  b`?") == [
        "Is <bold>the </bold><italic><bold>log</bold></italic> in <code>a  b</code>?"
    ]


def test_a_question_is_bold_and_what_follows_is_not() -> None:
    assert lines("### Is it up?") == ["<bold>Is it up?</bold>"]
    assert lines("### Is *it* up?\n\nLook.\n\nTwice.") == [
        "<bold>Is </bold><italic><bold>it</bold></italic><bold> up?</bold>",
        "Look.",
        "",
        "Twice.",
    ]


def test_a_line_break_stays_and_a_soft_one_is_a_blank() -> None:
    assert lines("one  \ntwo\nthree") == ["one", "two three"]


def test_lists_are_lists_and_go_on_with_their_numbers() -> None:
    text = "Do:\n\n3. a\n4. b\n   - c\n     1. d\n5. e\n\n   ```\n   code\n   ```\n6. f\n\nThen."
    assert lines(text) == [
        "Do:", "3. a", "4. b", "  • c", "    1. d", "5. e", "# code", "6. f", "", "Then.",
    ]  # fmt: skip


def test_an_item_of_two_paragraphs_is_one_item() -> None:
    assert lines("- a\n\n  b\n- c") == ["• a\nb", "• c"]


def test_an_item_without_words_is_still_an_item() -> None:
    assert lines("1.\n2. b") == ["1.  ", "2. b"]


def test_two_lists_are_two() -> None:
    assert lines("1. a\n\n1) b") == ["1. a", "1. b"]


def test_quotes_hold_what_they_hold() -> None:
    assert lines("> a\n>\n> b\n>\n> - c\n>\n> ```\n> d\n> ```\n\ne") == [
        "| a", "| ", "| b", "| • c", "# d", "e",
    ]  # fmt: skip


def test_a_list_is_never_deeper_than_slack_allows() -> None:
    deep = "\n".join("  " * depth + f"- {depth}" for depth in range(12))
    assert max(part.get("indent", 0) for part in rich(deep)) == INDENT


@pytest.mark.parametrize("address", ["https://a.example/x_(y)", "http://a.example", "mailto:a@b.c"])
def test_a_link_leads_there(address: str) -> None:
    assert lines(f"See [the **log**](<{address}>).") == [
        f"See [the ]({address})[<bold>log</bold>]({address})."
    ]


def test_a_link_that_is_its_address() -> None:
    assert lines("<https://a.example>") == ["[https://a.example](https://a.example)"]
    assert lines("[](https://a.example)") == ["[https://a.example](https://a.example)"]


@pytest.mark.parametrize(
    "address", ["/relative", "ftp://a.example", "https:///x", "slack://x", "mailto:nobody"]
)
def test_a_link_that_leads_elsewhere_is_words(address: str) -> None:
    assert lines(f"[here]({address})") == [f"here ({address})"]


def test_an_address_too_long_for_a_link_is_words() -> None:
    address = "https://a.example/" + "x" * 3_000
    assert lines(f"[here]({address})") == [f"here ({address})"]


def test_a_picture_is_a_link_to_it() -> None:
    assert lines("![the rack](https://a.example/r.png)") == ["[the rack](https://a.example/r.png)"]
    assert lines("![the rack](r.png)") == ["the rack (r.png)"]


@pytest.mark.parametrize(
    "text", ["<!channel>", "<@U1>", "@everyone", "00:ab:cd", ":tada:", "<b>x</b>", "a | b", "~x~"]
)
def test_what_slack_could_follow_is_only_words(text: str) -> None:
    [part] = rich(text.replace("<", "\\<"))
    assert part["elements"] == [{"type": "text", "text": text}]


def test_code_is_shown_as_it_is() -> None:
    code = "  if a && b: `x` <!here> *y*\n\n\tdone"
    assert rich(f"```\n{code}\n```")[0]["elements"] == [{"type": "text", "text": code}]


def test_times_are_in_the_readers_zone_and_say_utc_where_they_cannot() -> None:
    [time] = spoken_parts((AT.astimezone(timezone(timedelta(hours=5))),))
    assert (time["type"], time["timestamp"]) == ("date", int(AT.timestamp()))
    assert time["fallback"] == fallback(AT) == "31 Mar 2026, 07:02 UTC"


@given(TEXTS | st.text())
def test_every_text_is_rich_text_with_all_its_words(text: str) -> None:
    parts = rich(text)
    if text.strip():
        blocks = [{"type": "rich_text", "elements": list(parts)}]
        assert message_problems({"text": "x", "blocks": blocks}) == []
    shown = words("".join(said(list(parts))))
    for word in plain(text).split():
        assert words(word.strip("()-.0123456789")) in shown


@given(st.text(_LETTERS, max_size=40))
def test_the_quick_way_for_plain_text_gives_what_parsing_gives(text: str) -> None:
    for markdown in (text, f"### {text}"):
        assert "".join(said(list(rich(markdown)))).strip() == plain(markdown).strip()
