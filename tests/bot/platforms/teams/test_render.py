"""Every view as an Adaptive Card: Teams takes it, every word and button is in it, and nothing that
somebody wrote is formatted.
"""

import json
import re
from collections import Counter
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.cards import card_of
from bot.platforms.teams.controls import pressed as token_of
from bot.platforms.teams.limits import SIZE
from bot.platforms.teams.render import activity, card, cards, led, message, messages, size
from bot.port import Shown
from bot.token import Token
from core.flow.node import Tone
from core.session.verbs import SessionVerb as Can
from core.text import cleaned
from core.verbs import ProductVerb
from core.views import Choice, FoldedView, HelpView, HomeView, NoteView, NoticeView, StatusView
from tests.bot.cards.test_layout import texts
from tests.bot.platforms.teams.reading import kinds, marks, pressed, runs, said, words
from tests.gallery import ACTION, DECISION, GALLERY, HEADER, ODD, long
from tests.teams.checks import activity_problems, card_problems
from tests.teams.parts import elements, pressables

Json = dict[str, Any]

MARKS = (
    "*slanted*", "**bold**", "_slanted_", "`code`", "[x](https://a.example)", "# title", "- item",
    "1. item", "> quote", "<b>", "&amp;", "a\\*b", "~~gone~~", "a|b\n-|-", "{{DATE(x)}}",
    "{{DATE(2026-03-31T07:02:00Z)}}", "{{{TIME(2026-03-31T07:02:00Z)}}", "line\nbreak", "***",
)  # fmt: skip
ODDLY = st.sampled_from((*ODD, *MARKS)) | st.text(max_size=20)
ODD_TEXTS = st.lists(ODDLY, min_size=1, max_size=8).map(" ".join).map(cleaned).filter(bool)
# What Teams puts a reader's own time in place of.
CALLED = re.compile(r"\{\{(?:DATE|TIME)\(\d{4}-[\dT:Z-]+(?:, ?(?:COMPACT|LONG|SHORT))?\)\}\}")
AT = "{{DATE(2026-03-31T07:02:00Z,COMPACT)}} {{TIME(2026-03-31T07:02:00Z)}}"

FOR_PROGRAMS = {"verb", "argument", "kind", "language", "session", "id", "field", "reference"}

[STATUS] = [view for view in [GALLERY["status"]] if isinstance(view, StatusView)]

everything = pytest.mark.parametrize("name", GALLERY)


def is_taken(made: Json) -> None:
    """Fail where Teams would not take it."""
    assert card_problems(made) == []
    whole = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
    assert size(made) == len(whole.encode()) <= 28_000
    for element, _ in elements(made):
        assert len(element.get("actions", ())) <= 6


def rows(shown: Shown) -> list[list[str]]:
    """The titles of its buttons, row by row."""
    found = [e for e in card(shown)["body"] if e["type"] == "ActionSet"]
    return [[action["title"] for action in row["actions"]] for row in found]


def actions(shown: Shown) -> list[Json]:
    """Every action of its first page."""
    return [each.action for each in pressables(card(shown))]


@everything
def test_teams_takes_every_message(name: str) -> None:
    for made in [card(GALLERY[name]), *cards(GALLERY[name])]:
        is_taken(made)
        assert activity_problems(activity(made)) == []
        assert (made["version"], made["msteams"]) == ("1.5", {"width": "Full"})


@everything
def test_every_word_is_there(name: str) -> None:
    shown = words("".join(text for each in cards(GALLERY[name]) for text in said(each)))
    shown = shown.replace("@resolutionflow", "/flow")
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
    found = Counter(token for each in cards(GALLERY[name]) for token in pressed(each))
    assert found == Counter(button.token for button in card_of(GALLERY[name]).buttons())


@everything
def test_only_lists_and_what_flows_mark_is_marked(name: str) -> None:
    for each in cards(GALLERY[name]):
        kinds_ = {kind.removesuffix("_open").removesuffix("_close") for kind in marks(each)}
        assert kinds_ <= {"bullet_list", "ordered_list", "list_item", "strong", "em", "link"}


@settings(deadline=None)
@given(ODD_TEXTS)
@example("*" * 1_900)
@example("字" * 5_000)
@example("**a** `b` [c](https://a.example) " * 200)
@example("\\" * 6_000)
def test_no_text_of_anybody_is_formatted_or_refused(odd: str) -> None:
    line = replace(DECISION.past[0], asked=odd, answer=odd, by=odd)
    step = replace(ACTION, flow_title=odd, client=odd, past=(line,), missing=(odd,))
    folded = FoldedView(DECISION.session, odd, line, struck=True)
    header = replace(HEADER, driver=odd, client=odd)
    status = replace(STATUS, header=header)
    for view in (step, NoticeView(odd), NoteView(odd), header, folded, status):
        for made in [card(view), *cards(view)]:
            is_taken(made)
            if view is not step:
                assert not [*marks(made)]
            for element, _ in elements(made):
                for each in runs(element) if element["type"] == "RichTextBlock" else ():
                    text = each if isinstance(each, str) else each["text"]
                    assert all(found in AT_ALL for found in CALLED.findall(text))


AT_ALL = {
    CALLED.findall(each)[n]
    for each in (AT, AT.replace("07:02", "07:04"))
    for n in (0, 1)
}  # fmt: skip


@settings(deadline=None)
@given(ODD_TEXTS, ODD_TEXTS)
@example("**a** b " * 400, "`b` c " * 500)
@example("- *x*\n" * 500, "> " * 300 + "x")
@example("- " * 400, "1. a\n   - b\n" * 200)
def test_whatever_a_flow_says_fits(odd: str, other: str) -> None:
    step = replace(DECISION, prose=odd, warn=other, expect=odd)
    for view in (step, HelpView(odd[:100], f"{odd}\n\n{other}", DECISION.commands, other)):
        for made in [card(view), *cards(view)]:
            is_taken(made)


@pytest.mark.parametrize("sign", ["字", "🔥", '"', "\\", "*", "_x_ "])
def test_the_longest_views_fit_whatever_they_are_written_in(sign: str) -> None:
    for view in GALLERY.values():
        for made in cards(written_in(view, sign)):
            assert size(made) <= SIZE


def written_in(value: Any, sign: str) -> Any:
    """A view in which every letter that people read is another one."""
    if isinstance(value, str) and not isinstance(value, Enum):
        return "".join(sign if each.isalpha() else each for each in value)
    if isinstance(value, tuple):
        return tuple(written_in(each, sign) for each in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    held = {each.name: getattr(value, each.name) for each in fields(value)}
    return replace(
        value, **{n: v if n in FOR_PROGRAMS else written_in(v, sign) for n, v in held.items()}
    )


def test_where_looks_would_take_too_much_the_same_words_are_there_without() -> None:
    prose = " ".join(f"**{n}** x" for n in range(500))
    pages = cards(HelpView("How", prose, ()))
    assert all(size(each) <= SIZE for each in pages)
    told = " ".join(text for each in pages for text in said(each))
    assert all(f" {n} x" in f" {told}" for n in range(500))
    assert len(pages) == 1


@everything
def test_whatever_is_folded_can_be_unfolded(name: str) -> None:
    for made in cards(GALLERY[name]):
        folded = [e["id"] for e, _ in elements(made) if e.get("isVisible") is False]
        every = [each.action.get("targetElements", []) for each in pressables(made)]
        assert folded == [target for targets in every for target in targets]


def test_a_step_reads_from_what_was_to_what_can_be_done() -> None:
    made = card(DECISION)
    assert kinds(made) == [
        *("RichTextBlock", "TextBlock", "TextBlock", "RichTextBlock"),
        *("ActionSet", "ActionSet", "ActionSet", "ActionSet", "Container"),
    ]
    past, asked, items, with_it, *_ = made["body"]
    [small] = runs(past)
    assert small["text"].split("\n")[:2] == [
        "VPN is down · Acme Ltd · Sam",
        "✓ Who at Acme Ltd is affected? Everyone",
    ]
    assert (small["size"], small["isSubtle"], runs(with_it)[0]["size"]) == ("Small", True, "Small")
    assert asked["text"].startswith("Is the certificate that vpn.acme.com shows in date")
    assert (asked["style"], asked["size"], asked["wrap"]) == ("heading", "Large", True)
    assert items["text"] == "- Look at the dates first.\r- Then at the _whole_ chain."
    assert rows(DECISION) == [
        ["1  Valid (7 of 9)", "2  Expired"],
        ["3  Wrong name or chain"],
        ["4  Couldn't check"],
        ["How?", "Back", "Add a note…", "More…"],
    ]


def test_what_is_rarer_unfolds_below_its_button() -> None:
    *_, more = card(DECISION)["body"][-2]["actions"]
    folded = card(DECISION)["body"][-1]
    assert (more["type"], more["targetElements"]) == ("Action.ToggleVisibility", [folded["id"]])
    assert folded["isVisible"] is False
    titles = [each["actions"][0]["title"] for each in folded["items"]]
    assert titles[:2] == ["Variables…", "Correct an answer…"]
    assert all(len(each["actions"]) == 1 for each in folded["items"])


def test_a_warning_stands_apart_and_says_so() -> None:
    [box] = [each for each in card(ACTION)["body"] if each.get("style") == "warning"]
    [text] = box["items"]
    assert [*said({"type": "AdaptiveCard", "body": [text]})] == [
        "Careful: Drops every tunnel for about a minute."
    ]
    bold = [each["text"] for each in runs(text) if not isinstance(each, str)]
    assert bold == ["Careful:", "every"]


def test_code_stands_below_what_it_is_for_exactly_as_it_is() -> None:
    code = "a && b <c> `d` *e* \\f\n\n  if x:   y\t{{DATE(2026-03-31T07:02:00Z)}}"
    command = replace(ACTION.commands[0], code=code)
    body = card(replace(ACTION, commands=(command,)))["body"]
    at = next(n for n, each in enumerate(body) if each.get("style") == "emphasis")
    assert runs(body[at - 1])[0]["text"] == "FortiOS 7.4 · changes things"
    [box] = body[at]["items"]
    assert {each["fontType"] for each in runs(box)} == {"Monospace"}
    shown = "".join(each["text"] for each in runs(box))
    assert shown.replace("\u00a0", " ") == code.replace("\t", " " * 4)
    assert "  " not in shown  # a browser would show one of them
    assert not any(CALLED.search(each["text"]) for each in runs(box))


def test_the_one_way_on_stands_out_and_several_do_not() -> None:
    assert [each.get("style") for each in actions(ACTION)][:2] == ["positive", None]
    assert not [each for each in actions(DECISION) if each.get("style") == "positive"]
    alone = NoticeView("Done.", (Choice(ProductVerb.MENU, "Menu"),))
    assert [each.get("style") for each in actions(alone)] == [None]


def test_what_ends_a_session_for_nothing_is_red() -> None:
    choices = (
        Choice(Can.CANCEL, "Cancel the session…", tone=Tone.END),
        Choice("choose", "Cancel", "cancel", Tone.ASIDE),
    )
    view = NoticeView("Sure?", choices, DECISION.session)
    assert [each.get("style") for each in actions(view)] == ["destructive", None]


def test_a_button_that_asks_opens_a_dialog_and_any_other_is_answered_with_a_card() -> None:
    answer, *_ = actions(DECISION)
    note = next(each for each in actions(DECISION) if each["title"] == "Add a note…")
    assert (answer["type"], answer["verb"]) == ("Action.Execute", "press")
    assert answer["fallback"]["type"] == "Action.Submit"
    assert answer["fallback"]["title"] == answer["title"]
    assert note["type"] == "Action.Submit"
    assert note["data"]["msteams"] == {"type": "task/fetch"}


def test_a_token_comes_back_as_it_was_by_either_way() -> None:
    first, *_ = actions(DECISION)
    expected = Token(DECISION.session, 5, "choose", "valid")
    for sent in (first["data"], first["fallback"]["data"]):
        assert Token.unpack(token_of(json.loads(json.dumps(sent)))) == expected


def test_forty_answers_are_a_list_to_search() -> None:
    made = card(GALLERY["step, forty options"])
    [list_] = [each for each in made["body"] if each["type"] == "Input.ChoiceSet"]
    assert (list_["id"], list_["style"], list_["label"]) == ("pick1", "filtered", "Answer…")
    assert list_["choices"][39]["title"] == "40  Option number 39"
    go = made["body"][made["body"].index(list_) + 1]["actions"][0]
    assert (go["title"], go["verb"], go["data"]) == ("Go", "pick", {"menu": "pick1"})
    picked = {**go["data"], "pick1": list_["choices"][39]["value"]}
    assert Token.unpack(token_of(picked)).argument == "option-39"


def test_many_buttons_stand_in_rows_that_are_not_too_long() -> None:
    choices = tuple(Choice("choose", f"Option {n}", f"o-{n}") for n in range(14))
    assert list(map(len, rows(NoticeView("Which?", choices, DECISION.session)))) == [3, 3, 3, 3, 2]
    choices = tuple(Choice("choose", long(f"option {n}", 40), f"o-{n}") for n in range(5))
    assert list(map(len, rows(NoticeView("Which?", choices, DECISION.session)))) == [1] * 5


def test_a_session_in_its_channel_is_a_title_and_small_lines() -> None:
    title, small = card(HEADER)["body"]
    assert (title["text"], title["style"]) == ("VPN is down · Acme Ltd", "heading")
    assert runs(small)[0]["text"] == f"Active\nDriven by Sam · since {AT}"


def test_a_title_with_marks_in_it_is_read_as_it_is() -> None:
    client = "[Acme](https://a.example) *Ltd*"
    title = card(replace(HEADER, client=client))["body"][0]
    assert title["type"] == "RichTextBlock"
    [run] = runs(title)
    assert run["text"] == f"VPN is down · {client}"
    assert (run["size"], run["weight"]) == ("Large", "Bolder")


def test_a_step_that_stands_no_more_is_struck() -> None:
    [folded] = card(GALLERY["folded, struck"])["body"]
    assert all(run["strikethrough"] for run in runs(folded))
    assert AT.replace("07:02", "07:04") in runs(folded)[-1]["text"]


def test_facts_are_a_table_and_with_marks_they_are_lines() -> None:
    [_, table, _] = card(GALLERY["status"])["body"]
    facts = [(fact["title"], fact["value"]) for fact in table["facts"]]
    assert facts[:3] == [("Status", "Active"), ("Since", AT), ("Driven by", "Sam")]
    odd = replace(STATUS, header=replace(HEADER, driver="*Sam*"))
    [_, lines, _] = card(odd)["body"]
    told = "".join(each if isinstance(each, str) else each["text"] for each in runs(lines))
    assert "\nDriven by\u2003*Sam*\n" in told


def test_a_ticket_note_can_be_copied_whole() -> None:
    note = "# VPN is down\n\n- <@101> **said** so\n\n```sh\nls  -l\n```\n\n1. done"
    _, box = card(NoteView(note))["body"]
    [text] = box["items"]
    assert "".join(run["text"] for run in runs(text)).replace("\u00a0", " ") == note


def test_a_long_ticket_note_is_split_and_never_cut() -> None:
    note = GALLERY["note, longest"]
    assert isinstance(note, NoteView)
    shown = "".join(text for each in cards(note) for text in said(each))
    assert shown.count("finding") == note.text.count("finding")


def test_the_dashboard_alone_asks_for_itself_again() -> None:
    for name, view in GALLERY.items():
        refresh = card(view).get("refresh")
        assert (refresh is not None) is isinstance(view, HomeView), name
    shown = GALLERY["home"]
    assert isinstance(shown, HomeView)
    assert card(shown)["refresh"]["action"]["verb"] == "home"


def test_commands_are_told_as_they_are_typed_in_teams() -> None:
    told = " ".join(said(card(GALLERY["guide"])))
    assert "@ResolutionFlow vpn" in told
    assert "/flow" not in told
    assert "/flow" not in " ".join(said(card(GALLERY["sessions, none"])))
    mine = NoticeView("Type /flow and what is wrong; a/flow and /flower are none.")
    assert [*said(card(mine))] == [
        "Type @ResolutionFlow and what is wrong; a/flow and /flower are none."
    ]


def test_a_notification_says_what_is_asked() -> None:
    told = message(DECISION)
    assert told["summary"] == told["attachments"][0]["content"]["speak"]
    assert told["summary"].startswith("VPN is down · Acme Ltd · Sam · Is the certificate that")
    assert len(told["summary"]) <= 200
    assert [each["type"] for each in messages(GALLERY["note, longest"])][:2] == ["message"] * 2


def test_a_sentence_leads_to_a_dialog() -> None:
    payload = led("To go on, press *this*.", {"token": "t"}, "Add a note…")
    assert activity_problems(payload) == []
    made = payload["attachments"][0]["content"]
    assert [*said(made)] == ["To go on, press *this*.", "Add a note…"]
    [opener] = [each.action for each in pressables(made)]
    assert opener["data"] == {"token": "t", "msteams": {"type": "task/fetch"}}


def test_what_is_shown_twice_is_the_same() -> None:
    assert card(DECISION) == card(DECISION)
    card(DECISION)["body"].clear()
    assert len(card(DECISION)["body"]) == 9
