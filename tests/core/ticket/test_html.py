"""The ticket note as a page: what people write never becomes a mark, and the page needs nothing.

Every `<` in it must begin one of the few tags that a note is made of, letter by letter, so that
no browser's reading of broken HTML has to be known here.
"""

import re
from html import unescape
from unicodedata import category

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.session import deeds
from core.text import NOTE_LIMIT, cleaned
from core.ticket.html import escaped
from tests.core.ticket.story import JO, SAM, Story, flow_from
from tests.core.ticket.test_escaping import ALPHABET, HOSTILE, story_with

PLAIN = (
    "h1", "h2", "h3", "p", "dl", "div", "dt", "dd", "ul", "li", "blockquote", "pre", "code",
    "strong", "s", "bdi", "main", "body", "html",
)  # fmt: skip
TAGS = {
    *(f"<{name}>" for name in PLAIN if name != "html"),
    *(f"</{name}>" for name in PLAIN),
    '<pre tabindex="0">',
    '<strong class="alert">',
    "<br>",
}
NAUGHTY = (
    *HOSTILE,
    '"><img src=x onerror=alert(1)>',
    "</title></style></head><script>alert(1)</script>",
    "</pre></blockquote></li></ul></main><h2>Outcome</h2>",
    "<svg/onload=alert(1)>",
    "&lt;script&gt; &amp;amp; &#60; &",
    "{title} {style} {body} {0} %s",
    "]]> <![CDATA[ <?php ?> <!doctype html>",
    "javascript:alert(1) https://evil.example/pixel.png",
    "\u202egnp.exe \u2066x\u2069 \u05e9\u05dc\u05d5\u05dd",
)


def head_and_body(page: str) -> tuple[str, str]:
    head, _, body = page.partition("</head>\n")
    return head, body


def tags(page: str) -> list[str]:
    return re.findall("<[^>]*>?", head_and_body(page)[1])


def quotes(page: str) -> list[str]:
    found = re.findall("<blockquote>(.*?)</blockquote>", page, re.DOTALL)
    return [unescape(quote.replace("<br>", "\n")) for quote in found]


@pytest.mark.parametrize("text", NAUGHTY)
def test_nothing_that_is_written_anywhere_becomes_a_mark(text: str) -> None:
    page = story_with(text).html(client=text)
    assert set(tags(page)) <= TAGS
    assert tags(page).count("<h1>") == 1
    assert tags(page).count("<h2>") == 4
    assert f"{cleaned(text)}\nlast line" in quotes(page)


@pytest.mark.parametrize("text", NAUGHTY)
def test_neither_does_a_title_or_a_label_of_the_flow(text: str) -> None:
    flow = flow_from("printer-offline").model_copy(update={"title": text})
    story = Story(flow, "09:00", printer="HP")
    page = story.html()
    head, body = head_and_body(page)
    harmless, _ = head_and_body(Story(flow_from("printer-offline"), "09:00", printer="HP").html())
    titles = [re.search("<title>([^<]*)</title>", each) for each in (head, harmless)]
    assert titles[0] is not None
    assert titles[1] is not None
    assert head.replace(titles[0][0], "") == harmless.replace(titles[1][0], "")
    assert unescape(titles[0][1]) == story.report().title
    assert set(tags(page)) <= TAGS
    assert body.count("<h1>") == 1


@settings(max_examples=150, deadline=None)
@given(st.text(ALPHABET + "\"'\t\u202e\u05d0", min_size=1, max_size=40))
@example("</li")
@example("&lt;br&gt;")
def test_a_note_is_read_as_it_was_typed(text: str) -> None:
    story = Story(flow_from("vpn-down"), "09:00", user=cleaned(text) or "jo", client=text)
    note = cleaned(f"first\n{text}\nlast")
    story.noted("09:02", note)
    page = story.html(client=text)
    assert set(tags(page)) <= TAGS
    assert quotes(page) == [note]


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=40))
@example("\x00\x1b[31m\x0c\x85\ufffe")
def test_literal_text_is_read_as_it_was_typed_without_what_no_page_may_hold(text: str) -> None:
    shown = escaped(text)
    assert not {*"<>\"'"} & {*shown}
    assert unescape(shown) == "".join(c for c in text if c in "\t\n" or category(c) != "Cc")


def test_an_output_keeps_every_blank_and_cannot_end_itself() -> None:
    output = "Name   State\n\n</pre><h2>Outcome</h2>\n\tVPN    down  \n  &amp;"
    story = Story(flow_from("vpn-down"), "09:00", user="jo")
    story.do("09:02", deeds.NoteAdded(output, deeds.NoteKind.OUTPUT))
    page = story.html()
    assert set(tags(page)) <= TAGS
    [shown] = re.findall('<pre tabindex="0">\n(.*?)</pre>', page, re.DOTALL)
    assert unescape(shown) == output


def test_a_note_of_40000_characters_is_whole() -> None:
    text = (("<b># not a heading</b> " * 40)[:799] + "\n") * 50
    assert len(text) == NOTE_LIMIT
    story = Story(flow_from("vpn-down"), "09:00", user="jo")
    story.noted("09:02", text)
    assert quotes(story.html()) == [cleaned(text)]


def test_the_page_fetches_runs_and_links_nothing() -> None:
    page = story_with("see https://kb.example/1 and <a href=//x.example>this</a>").html()
    head, body = head_and_body(page)
    assert "default-src 'none'" in head
    assert '<meta charset="utf-8">' in head
    marks = head + "".join(re.findall("<[^>]*>", body))
    for loud in ("<script", "<link", "<img", "<a ", "@import", "url(", "src=", "href=", " on"):
        assert loud not in marks


def test_paper_is_light_whatever_the_screen_is() -> None:
    head, _ = head_and_body(Story(flow_from("vpn-down"), "09:00", user="jo").html())
    assert re.findall("@media[^{]*dark[^{]*", head) == [
        "@media screen and (prefers-color-scheme: dark) "
    ]


def test_a_corrected_answer_is_struck_and_said_to_be_corrected() -> None:
    story = Story(flow_from("vpn-down"), "09:00", user="jo", client="Acme")
    first = story.chose("09:01", "one")
    story.do("09:02", deeds.Corrected(first, "choose", {"option": "site"}), JO)
    story.do("09:03", deeds.Corrected(first + 1, "choose", {"option": "one"}), SAM)
    page = story.html()
    assert "Corrected from “<s>One user</s>” (answered at 09:01 by Sam Keller)" in page
    assert page.count("<s>") == 2


def test_what_could_not_be_checked_strikes_the_eye() -> None:
    story = Story(flow_from("vpn-down"), "09:00", user="jo", client="Acme")
    story.chose("09:01", "one")
    story.acted("09:03", "could-not-check", option="yes", reason="no access")
    page = story.html()
    assert '<strong class="alert">Could not be checked</strong>: no access' in page


def test_a_name_that_runs_from_right_to_left_does_not_turn_its_line() -> None:
    name = "\u05e9\u05dc\u05d5\u05dd"
    page = Story(flow_from("vpn-down"), "09:00", user="jo").html(client=name)
    assert f"<dt>Client</dt><dd><bdi>{name}</bdi></dd>" in page
    assert "<bdi>" not in Story(flow_from("vpn-down"), "09:00", user="jo").html(client="Åcme 日本")
