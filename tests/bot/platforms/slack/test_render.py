"""Every view as a Slack message and Home tab: Slack takes it, every word and button is in it."""

import re
import timeit
from collections import Counter
from dataclasses import replace
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards import card_of
from bot.cards.layout import pages
from bot.platforms.slack.limits import SLACK, UPDATE
from bot.platforms.slack.render import home, message, messages
from bot.port import Shown
from bot.token import Token
from core.flow.node import Tone
from core.session.verbs import SessionVerb as Can
from core.text import cleaned
from core.verbs import PRODUCT_LABELS, ProductVerb
from core.views import Choice, FoldedView, HomeView, NoteView, NoticeView
from tests.bot.platforms.slack.reading import (
    Json,
    followed,
    marked,
    pressed,
    said,
    texts,
    unescaped,
    words,
)
from tests.gallery import ACTION, DECISION, GALLERY, HEADER, ODD, long
from tests.slack.checks import (
    CHARACTERS,
    block_characters,
    message_problems,
    message_refusals,
    view_problems,
)

HOMES = {name: view for name, view in GALLERY.items() if isinstance(view, HomeView)}
ODDLY = st.lists(st.sampled_from(ODD) | st.text(max_size=20), min_size=1, max_size=8)
ODD_TEXTS = ODDLY.map(" ".join).map(cleaned).filter(bool)  # as all that people write is kept

everything = pytest.mark.parametrize("name", GALLERY)


def blocks(shown: Shown) -> list[Json]:
    """The blocks of its first page."""
    found: list[Json] = message(shown)["blocks"]
    return found


def types(shown: Shown) -> list[str]:
    """What its blocks are."""
    return [block["type"] for block in blocks(shown)]


def buttons(shown: Shown) -> list[Json]:
    """Everything in its rows and menus."""
    return [e for block in blocks(shown) if block["type"] == "actions" for e in block["elements"]]


@everything
def test_slack_takes_every_message(name: str) -> None:
    view = GALLERY[name]
    for payload in [message(view), *messages(view)]:
        assert message_problems(payload) == []
    assert message_refusals(message(view, update=True), update=True) == []


def test_a_message_is_filled_as_far_as_slack_takes_it_and_no_further() -> None:
    fullest = 0
    for length in range(12_300, 13_400, 50):
        view = NoticeView(long("words", length))
        for payload in messages(view):
            assert message_refusals(payload) == []
            fullest = max(fullest, block_characters(payload["blocks"]))
        assert message_refusals(message(view, update=True), update=True) == []
    assert CHARACTERS - 400 < fullest <= CHARACTERS


@pytest.mark.parametrize("name", HOMES)
def test_slack_takes_every_home(name: str) -> None:
    assert view_problems(home(HOMES[name]), kind="home") == []


@everything
def test_every_word_is_there(name: str) -> None:
    every = messages(GALLERY[name])
    shown = words("".join(text for payload in every for text in said(payload["blocks"])))
    letters = Counter(shown)
    for text in texts(GALLERY[name]):
        for word in re.findall(r"\w+", text):
            if len(word) <= 60:
                assert word.casefold() in shown
            else:  # broken over pages
                counted = Counter(word.casefold())
                assert all(letters[letter] >= n for letter, n in counted.items())


@everything
def test_every_button_is_there_once(name: str) -> None:
    card = card_of(GALLERY[name])
    found = Counter(t for payload in messages(GALLERY[name]) for t in pressed(payload["blocks"]))
    assert found == Counter(button.token for button in card.buttons())
    first = pages(card, SLACK)[0]
    assert Counter(pressed(blocks(GALLERY[name]))) == Counter(b.token for b in first.buttons())


@everything
def test_nothing_in_it_is_followed(name: str) -> None:
    for payload in messages(GALLERY[name]):
        assert followed(payload) == []
        assert all(text["verbatim"] for text in marked(payload))
        assert payload.keys() == {"text", "blocks"}  # no parse, no link_names


@given(ODD_TEXTS)
def test_no_text_of_anybody_is_followed_or_refused(odd: str) -> None:
    line = replace(DECISION.past[0], asked=odd, answer=odd, by=odd)
    step = replace(ACTION, flow_title=odd, client=odd, warn=odd, prose=odd, past=(line,))
    for view in (step, NoticeView(odd), NoteView(odd), replace(HEADER, driver=odd, client=odd)):
        for payload in messages(view):
            assert followed(payload) == []
            assert message_problems(payload) == []
            assert unescaped(payload["text"])


@everything
def test_what_stands_beside_the_blocks_says_all_of_it(name: str) -> None:
    page = pages(card_of(GALLERY[name]), SLACK)[0]
    assert unescaped(message(GALLERY[name])["text"]) == page.summary
    assert len(message(GALLERY[name], update=True)["text"]) <= UPDATE


def test_a_step_reads_from_what_was_to_what_can_be_done() -> None:
    assert types(DECISION) == ["context", "rich_text", "context", "actions", "actions"]
    past, asked, *_ = blocks(DECISION)
    [small] = past["elements"]
    assert small["text"].split("\n")[:2] == [
        "VPN is down · Acme Ltd · Sam",
        "✓ Who at Acme Ltd is affected? Everyone",
    ]
    assert asked["elements"][0]["elements"][0]["style"] == {"bold": True}
    assert [element["type"] for element in blocks(DECISION)[-1]["elements"]] == [
        "button", "button", "button", "static_select",
    ]  # fmt: skip


def test_a_warning_is_a_sign_and_words() -> None:
    warning = blocks(ACTION)[1]["elements"][0]["elements"]
    assert warning[0] == {"type": "emoji", "name": "warning"}
    assert warning[2] == {"type": "text", "text": "Careful:", "style": {"bold": True}}
    [first, *_] = blocks(replace(ACTION, warn="```\nrm -r x\n```"))[1]["elements"]
    assert [part["type"] for part in first["elements"][:1]] == ["emoji"]


def test_code_stands_below_what_it_is_for_exactly_as_it_is() -> None:
    command = replace(ACTION.commands[0], code="a && b <c> `d` <!here>\n\n  e :tada:")
    caption, code = blocks(replace(ACTION, commands=(command,)))[3]["elements"]
    assert caption["elements"][0]["text"] == "FortiOS 7.4 · changes things"
    assert code == {
        "type": "rich_text_preformatted",
        "elements": [{"type": "text", "text": command.code}],
    }


def test_the_one_way_on_stands_out_and_several_do_not() -> None:
    assert [b.get("style") for b in buttons(ACTION)][:2] == ["primary", None]
    assert {b.get("style") for b in buttons(DECISION)} == {None}
    alone = NoticeView("Done.", (Choice(ProductVerb.MENU, "Menu"),))
    assert [b.get("style") for b in buttons(alone)] == [None]
    both = tuple(Choice(ProductVerb.JOIN, label) for label in ("Join", "Join too"))
    assert {b.get("style") for b in buttons(NoticeView("Which?", both[:1] + both[1:]))} == {None}


def test_what_ends_a_session_for_nothing_is_red() -> None:
    choices = (
        Choice(Can.CANCEL, "Cancel the session…", tone=Tone.END),
        Choice("choose", "Cancel", "cancel", Tone.ASIDE),
    )
    assert [b.get("style") for b in buttons(NoticeView("Sure?", choices, DECISION.session))] == [
        "danger",
        None,
    ]


def test_a_flow_is_found_while_typing() -> None:
    find = Choice(ProductVerb.FIND, PRODUCT_LABELS[ProductVerb.FIND])
    [search] = buttons(HomeView("", (), (), (find,)))
    assert search["type"] == "external_select"
    assert search["min_query_length"] == 1
    assert search["placeholder"]["text"] == "Find a flow…"
    assert Token.unpack(search["action_id"]).verb == ProductVerb.FIND
    [button] = buttons(NoticeView("Which?", (find,)))
    assert button["type"] == "button"


def test_forty_answers_are_picked_from_menus_that_are_told_apart() -> None:
    menus = [e for e in buttons(GALLERY["step, forty options"]) if e["type"] == "static_select"]
    assert [menu["action_id"] for menu in menus] == ["pick1", "pick2"]
    assert menus[0]["options"][39]["text"]["text"] == "40  Option number 39"


def test_a_session_in_its_channel_is_a_title_and_small_lines() -> None:
    assert types(HEADER) == ["header", "context"]
    title, small = blocks(HEADER)
    assert title["text"]["text"] == "VPN is down · Acme Ltd"
    assert small["elements"][0]["text"].startswith("Active\nDriven by Sam · since <!date^")


def test_a_step_that_stands_no_more_is_struck() -> None:
    [folded] = blocks(GALLERY["folded, struck"])
    assert re.fullmatch(r"~✓ .*>~", folded["elements"][0]["text"])
    assert message(GALLERY["folded, struck"])["text"].startswith("(no longer stands)")


def test_a_line_with_what_could_be_marks_is_shown_without_them() -> None:
    odd = replace(DECISION.past[0], answer="*all* of ~them~")
    view = FoldedView(DECISION.session, odd.asked, odd)
    [plain] = blocks(view)
    assert [each["type"] for each in plain["elements"]] == ["plain_text", "mrkdwn"]
    [struck] = blocks(replace(view, struck=True))
    parts = struck["elements"][0]["elements"]
    assert {part["type"] for part in parts} == {"text", "date"}
    assert all(part["style"] == {"strike": True} for part in parts)


def test_facts_are_names_with_their_values() -> None:
    parts = blocks(GALLERY["status"])[1]["elements"][0]["elements"]
    assert [part["text"] for part in parts if part.get("style")] == [
        "Status", "Since", "Driven by", "Recorded", "Known", "Now",
    ]  # fmt: skip
    assert [part["type"] for part in parts].count("date") == 1


def test_a_ticket_note_reads_as_a_document() -> None:
    document = blocks(GALLERY["note"])[1]
    kinds = [part["type"] for part in document["elements"]]
    assert kinds == ["rich_text_section", "rich_text_list"]


def test_a_long_ticket_note_is_split_and_never_cut() -> None:
    note = GALLERY["note, longest"]
    assert isinstance(note, NoteView)
    shown = "".join(words("".join(said(payload["blocks"]))) for payload in messages(note))
    assert all(words(word) in shown for word in note.text.split() if word.isalpha())
    assert shown.count("finding") == note.text.count("finding")


def test_the_home_tab_is_one_page_of_blocks() -> None:
    for view in HOMES.values():
        assert home(view)["type"] == "home"
        assert home(view)["blocks"][0]["type"] == "header"


def test_a_step_is_written_quickly() -> None:
    # Five times what it takes, for machines with much else to do.
    taken = timeit.repeat(lambda: message(DECISION), timer=process_time, number=20, repeat=20)
    assert min(taken) / 20 < 0.001
