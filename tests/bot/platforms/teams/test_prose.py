"""CommonMark as elements: what flows say looks as it is meant, on every client of Teams."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cards.markdown import plain
from bot.platforms.teams.prose import bare, prose
from tests.bot.platforms.teams.reading import said, words
from tests.gallery import ODD

Json = dict[str, Any]
IN = "\u00a0" * 4  # how far a list within a list is in


def inlines(markdown: str) -> list[Any]:
    """Those of the one element that it is."""
    [element] = prose(markdown)
    assert element["type"] == "RichTextBlock"
    return list(element["inlines"])


def run(text: str, **looks: Any) -> Json:
    return {"type": "TextRun", "text": text, **looks}


def to(address: str) -> Json:
    return {"type": "Action.OpenUrl", "url": address}


def block(text: str) -> Json:
    """A list that Teams draws."""
    return {"type": "TextBlock", "text": text, "wrap": True}


def test_a_paragraph_is_rich_text() -> None:
    assert inlines("Restart it.") == ["Restart it."]
    assert inlines("One\ntwo  \nthree") == ["One two\nthree"]
    assert [each["inlines"] for each in prose("One.\n\nTwo.")] == [["One."], ["Two."]]
    assert prose(" \n ") == ()


def test_words_look_as_they_are_marked() -> None:
    assert inlines("A **b** *c* ***d*** `e` f") == [
        "A ",
        run("b ", weight="Bolder"),
        run("c ", italic=True),
        run("d ", weight="Bolder", italic=True),
        run("e", fontType="Monospace"),
        " f",
    ]
    assert inlines("`code` *x*") == [run("code", fontType="Monospace"), run(" x", italic=True)]


def test_nothing_in_code_or_text_is_a_mark() -> None:
    assert inlines("`C:\\*x*`") == [run("C:\\*x*", fontType="Monospace")]
    assert inlines("\\*no\\* \\_mark\\_ <b>") == ["*no* _mark_ <b>"]
    assert inlines("It is {{DATE(2026-03-31T07:02:00Z)}}") == [
        "It is {",
        "{DATE(2026-03-31T07:02:00Z)}}",
    ]


def test_a_link_leads_there_where_it_is_one_that_opens_safely() -> None:
    assert inlines("See [the page](https://a.example/x_y) now") == [
        "See ",
        run("the page", selectAction=to("https://a.example/x_y")),
        " now",
    ]
    assert inlines("<https://a.example>") == [
        run("https://a.example", selectAction=to("https://a.example"))
    ]
    assert inlines("[x](ftp://a.example)") == ["x (ftp://a.example)"]
    assert inlines("![a map](https://a.example/m.png)") == [
        run("a map", selectAction=to("https://a.example/m.png"))
    ]
    assert inlines("**[b](https://a.example)**") == [
        run("b", weight="Bolder", selectAction=to("https://a.example"))
    ]


def test_a_heading_is_one_and_the_first_of_what_is_asked_is_large() -> None:
    title, _ = prose("### Is it up?\n\nLook.", is_lead=True)
    assert (title["type"], title["style"], title["size"]) == ("TextBlock", "heading", "Large")
    assert title["text"] == "Is it up?"
    assert "size" not in prose("## How\n\nx")[0]
    one, other = prose("### Is it **up**?\n# Then", is_lead=True)
    assert (one["text"], one["size"]) == ("Is it up?", "Large")
    assert "size" not in other


def test_a_heading_with_marks_in_it_is_read_as_it_is() -> None:
    [title] = prose("### Is \\*it\\* `up`?", is_lead=True)
    assert title["inlines"] == [
        run("Is *it* ", weight="Bolder", size="Large"),
        run("up", weight="Bolder", size="Large", fontType="Monospace"),
        run("?", weight="Bolder", size="Large"),
    ]
    [title] = prose("### C:\\\\Users\\\\x", is_lead=True)
    assert title["inlines"] == [run("C:\\Users\\x", weight="Bolder", size="Large")]


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("- One.\n- Two.", "- One.\r- Two."),
        ("* One\n* Two", "- One\r- Two"),
        ("1. One\n2. Two", "1. One\r2. Two"),
        ("3) One\n4) Two", "3. One\r4. Two"),
        ("- **Dates** - look\n- the *whole* chain", "- **Dates** - look\r- the _whole_ chain"),
        ("- [Page](https://a.example/x), then", "- [Page](https://a.example/x), then"),
        ("- a\n\n- b", "- a\r- b"),
    ],
)
def test_a_list_is_teams_own(markdown: str, text: str) -> None:
    assert prose(markdown) == (block(text),)


def test_a_list_that_has_more_than_teams_own_can_is_drawn() -> None:
    assert inlines("- run `ls`\n- a_b") == [
        "•\u00a0",
        "run ",
        run("ls", fontType="Monospace"),
        "\n•\u00a0",
        "a_b",
    ]
    nested = f"1.\u00a0a\n{IN}◦\u00a0b\n{IN}{IN}1.\u00a0c\n2.\u00a0d"
    assert "".join(inlines("1. a\n   - b\n     1. c\n2. d")) == nested
    assert "".join(inlines("- a\n\n  more\n- b")) == f"•\u00a0a\n{IN}more\n•\u00a0b"
    assert "".join(inlines("- 1\\. a\n-\n- b")) == "•\u00a01. a\n•\u00a0\n•\u00a0b"


@pytest.mark.parametrize(
    "markdown",
    [
        "- a_b",
        "- C:\\\\x",
        "- a **b**c",
        "- **(b)** c",
        "- a**b** c",
        "- 2 * 3",
        "- [x](https://a.example/(b))",
    ],
)
def test_a_list_in_which_a_client_could_read_another_mark_is_drawn(markdown: str) -> None:
    assert inlines(markdown)[0] == "•\u00a0"


def test_code_stands_in_a_box_and_a_list_goes_on_below_it() -> None:
    before, box, after = prose("1. Run:\n\n   ```sh\n   ls  -l\n   ```\n\n2. Look.")
    assert before == block("1. Run:")
    assert (box["type"], box["style"]) == ("Container", "emphasis")
    assert box["items"][0]["inlines"] == [run("ls\u00a0 -l", fontType="Monospace")]
    assert after == block("2. Look.")
    assert prose("```\n\n```") == ()


def test_a_quote_stands_in_a_box() -> None:
    [box] = prose("> Said **so**.\n>\n> - and so")
    assert [each["type"] for each in box["items"]] == ["RichTextBlock", "TextBlock"]


def test_bare_words_are_the_same_without_looks() -> None:
    assert bare("### A **b**\n\n- `c`") == ({"type": "RichTextBlock", "inlines": ["A b\n- c"]},)
    assert bare("") == ()


@settings(deadline=None)
@given(st.lists(st.sampled_from((*ODD, "\n", "\n\n", "- ", "1. ", "> ", "**", "`")), max_size=8))
def test_every_word_is_there(pieces: list[str]) -> None:
    markdown = " ".join(pieces)
    told = words("".join(said({"type": "AdaptiveCard", "body": list(prose(markdown))})))
    for word in plain(markdown).split():
        if word.isalnum():
            assert word.casefold() in told
