"""What people write stays what they wrote: it never becomes a mark, a link, HTML or a section.

Judged by a CommonMark parser with tables and strike-through, not by the look of the source.
"""

from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from core.flow.outcome import Outcome
from core.session import deeds
from core.text import NOTE_LIMIT, cleaned
from core.ticket.markdown import escaped
from core.ticket.prose import Values, as_text, prose
from tests.core.ticket.story import SAM, Story, flow_from

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
FENCED = "ok\n```\n# out of the fence\n````\n~~~\nstill inside"
HOSTILE = (
    "<script>alert(1)</script>",
    "<!-- hidden --> <b>bold</b> &lt;i&gt; &copy; &#x3C;",
    "# heading",
    "Heading\n=======",
    "Heading\n---",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/pixel.png) <https://evil.example>",
    "[x]: https://evil.example\n[x]",
    "| a | b |\n| - | - |\n| 1 | 2 |",
    "```\ncode\n```",
    "~~~\ncode\n~~~",
    "~~struck~~ **strong** *em* _em_ __strong__ `code`",
    "> quote",
    "- item\n+ item\n* item\n1. item\n2) item",
    "***",
    "C:\\Users\\jo \\server\\share\\ DC_01 _DC_02 \\",
    "one\n\n    indented after an empty line",
    "{{user}} {{client}} {{nothing}}",
)
ALPHABET = "#*_`[]()<>!|~\\-+=.&;:/{}1a \n"
ALLOWED = {"text", "softbreak", "hardbreak", "strong_open", "strong_close"}


def tokens(markdown: str) -> Iterator[Token]:
    for token in PARSER.parse(markdown):
        yield from [token, *(token.children or ())]


def said_in_quotes(markdown: str) -> list[str]:
    """The lines of every quote, as a reader sees them."""
    lines: list[str] = []
    depth = 0
    for token in PARSER.parse(markdown):
        depth += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        if depth and token.type == "inline":
            assert {child.type for child in token.children or ()} <= ALLOWED
            text = "".join(
                child.content if child.type == "text" else "\n" for child in token.children or ()
            )
            lines += text.split("\n")
    return lines


def story_with(text: str) -> Story:
    story = Story(flow_from("vpn-down"), "09:00", user=text, client=text, device="LT-1")
    story.chose("09:01", "one")
    story.noted("09:02", f"{text}\nlast line")
    story.noted("09:02", text)
    story.acted("09:03", "could-not-check", option="yes", reason=text)
    story.do("09:04", deeds.CustomStepAdded(text))
    story.do("09:05", deeds.Attached("ab" * 32, text, "text/plain", 7))
    story.do("09:06", deeds.Paused(text))
    story.do("09:07", deeds.Resumed())
    story.do("09:08", deeds.Completed(Outcome.UNRESOLVED, text))
    story.do("09:09", deeds.Reopened(text))
    story.do("09:10", deeds.Cancelled(text))
    return story


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_is_written_anywhere_becomes_a_mark(text: str) -> None:
    found = list(tokens(story_with(text).markdown(client=text)))
    headings = [token.tag for token in found if token.type == "heading_open"]
    assert headings == ["h1", "h2", "h2", "h2", "h2"]
    wrong = {"html_inline", "html_block", "link_open", "image", "table_open", "s_open", "em_open"}
    assert not wrong & {token.type for token in found}
    assert not {"code_inline", "code_block", "fence", "hr"} & {token.type for token in found}


@pytest.mark.parametrize("text", HOSTILE)
def test_a_title_or_a_label_of_the_flow_is_escaped_too(text: str) -> None:
    flow = flow_from("printer-offline").model_copy(update={"title": text})
    story = Story(flow, "09:00", printer="HP")
    heading = next(token for token in PARSER.parse(story.markdown()) if token.type == "inline")
    assert heading.children is not None
    assert {child.type for child in heading.children} == {"text"}


@settings(max_examples=150, deadline=None)
@given(st.text(ALPHABET, min_size=1, max_size=40))
@example("a\n=")
@example("&amp;\n#")
def test_a_note_of_several_lines_is_read_as_it_was_typed(text: str) -> None:
    story = Story(flow_from("vpn-down"), "09:00", user="jo")
    note = cleaned(f"first\n{text}\nlast")
    story.noted("09:02", note)
    shown = [" ".join(line.split()) for line in said_in_quotes(story.markdown())]
    typed = [" ".join(line.split()) for line in note.split("\n")]
    assert [line for line in shown if line] == [line for line in typed if line]


@settings(max_examples=150, deadline=None)
@given(st.text(ALPHABET.replace("\n", ""), min_size=1, max_size=40))
@example("a_b_c")
@example("![a](b)")
def test_literal_text_is_read_as_it_was_typed(text: str) -> None:
    inline = PARSER.parse(f"09:00, Jo: x{escaped(text)}x")[0 + 1]
    assert {child.type for child in inline.children or ()} == {"text"}
    assert "".join(child.content for child in inline.children or ()) == f"09:00, Jo: x{text}x"


def test_an_output_cannot_close_its_fence() -> None:
    story = Story(flow_from("vpn-down"), "09:00", user="jo")
    story.do("09:02", deeds.NoteAdded(FENCED, deeds.NoteKind.OUTPUT))
    found = list(tokens(story.markdown()))
    assert [token.content for token in found if token.type == "fence"] == [FENCED + "\n"]
    assert len([token for token in found if token.type == "heading_open"]) == 2


def test_a_note_of_40000_characters_is_whole_and_stays_a_quote() -> None:
    line = "<b># not a heading</b> "
    text = ((line * 40)[:799] + "\n") * 50
    assert len(text) == NOTE_LIMIT
    story = Story(flow_from("vpn-down"), "09:00", user="jo")
    story.noted("09:02", text)
    assert "\n".join(said_in_quotes(story.markdown())) == "\n".join(
        part.strip() for part in cleaned(text).split("\n")
    )
    assert story.text().count("<b># not a heading</b>") == text.count("<b># not a heading</b>")


def test_plain_text_keeps_a_note_out_of_its_headings() -> None:
    story = Story(flow_from("vpn-down"), "09:00", user="jo")
    story.noted("09:02", "see below\nOUTCOME\nResolved.")
    assert "\n    OUTCOME\n    Resolved." in story.text()
    assert "\nOUTCOME" not in story.text()


def test_plain_text_has_no_marks_of_the_flow() -> None:
    line = prose("Run `ping {{host}}` on **all** _of_ [them](https://x.example/a).", _values())
    assert as_text(line) == "Run ping dc_01 on all of them (https://x.example/a)."


@pytest.mark.parametrize(
    ("template", "read"),
    [
        ("First line\nsecond", "First line second"),
        ("# Title\n\n- one\n- two", "Title one two"),
        ("![logo](https://x.example/l.png) text", "logo text"),
        ("[x](javascript:alert(1)) y", "x y"),
        ("5 * 3 * 2, a_b_c, {{host}}_x", "5 * 3 * 2, a_b_c, dc_01_x"),
        (r"\*literal\* \\server\share", r"*literal* \\server\share"),
        ("{{gateway}} and {{ip}}", "(gateway name not set) and (IP address not set)"),
        ("the {{nobody_knows}}", "the (nobody knows not set)"),
        (
            "Ask for **{{gateway}}**, `{{ip}}`.",
            "Ask for (gateway name not set), (IP address not set).",
        ),
    ],
)
def test_prose_is_one_line_of_plain_words(template: str, read: str) -> None:
    assert as_text(prose(template, _values())) == read


def test_a_value_stays_inside_the_code_it_stands_in() -> None:
    flow = flow_from("printer-offline", power={"do": "Run `ping {{printer}}` now."})
    story = Story(flow, "09:00", printer="a`b <i> *c*")
    story.chose("09:01", "all")
    story.chose("09:02", "no")
    story.acted("09:03", "done", SAM)
    codes = [t.content for t in tokens(story.markdown()) if t.type == "code_inline"]
    assert codes == ["ping a`b <i> *c*"]


def _values() -> Values:
    labels = {"gateway": "Gateway name", "ip": "IP address", "host": "Host"}
    return Values({"host": "dc_01"}, labels)
