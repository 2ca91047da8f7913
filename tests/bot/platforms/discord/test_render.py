"""Every view as a Discord message: Discord takes it, every word and button is in it, and nothing in
it is followed.
"""

import re
import timeit
from collections import Counter
from dataclasses import replace
from time import process_time
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.cards import card_of
from bot.cards.card import Button, Choices
from bot.platforms.discord.controls import menu
from bot.platforms.discord.render import ephemeral, file, message, messages
from bot.port import Shown
from bot.token import Token
from core.flow.node import Tone
from core.session.verbs import SessionVerb as Can
from core.text import cleaned
from core.verbs import ProductVerb
from core.views import Choice, FoldedView, NoteView, NoticeView
from tests.bot.cards.test_layout import texts
from tests.bot.platforms.discord.reading import (
    contents,
    every,
    kinds,
    marked,
    pressed,
    read,
    seen,
    told,
    words,
)
from tests.bot.platforms.discord.test_markdown import FOLLOWED, MARKS, NONE
from tests.discord.checks import message_problems
from tests.gallery import ACTION, DECISION, GALLERY, HEADER, ODD, long

Json = dict[str, Any]

SHOWN = {"bold", "italic", "code", "block", "quote", "title", "item", "small", "struck"}
FOLLOWING = {"mention", "emoji", "bare address", "spoiler", "underlined", "slanted"}
ODDLY = st.sampled_from((*ODD, *FOLLOWED, *MARKS, *NONE)) | st.text(max_size=20)
ODD_TEXTS = st.lists(ODDLY, min_size=1, max_size=8).map(" ".join).map(cleaned).filter(bool)

everything = pytest.mark.parametrize("name", GALLERY)


def is_taken(payload: Json) -> None:
    """Fail where Discord would."""
    assert message_problems(payload) == []
    assert payload.keys() == {"flags", "components", "allowed_mentions"}
    assert payload["allowed_mentions"] == {"parse": []}
    assert sum(len(text.encode("utf-16-le")) // 2 for text in contents(payload)) <= 4_000
    for text in contents(payload):
        assert text.strip()


def components(shown: Shown) -> list[Json]:
    """Those of its first page."""
    found: list[Json] = message(shown)["components"]
    return found


def buttons(shown: Shown) -> list[Json]:
    """Every button of its first page."""
    return [each for each in every(components(shown)) if each["type"] == 2]


@everything
def test_discord_takes_every_message(name: str) -> None:
    for payload in [message(GALLERY[name]), *messages(GALLERY[name])]:
        is_taken(payload)
        assert payload["flags"] == 1 << 15


@everything
def test_every_word_is_there(name: str) -> None:
    payloads = messages(GALLERY[name])
    told_all = [told(read(text)) for payload in payloads for text in contents(payload)]
    labels = [each.get("label", "") for p in payloads for each in _labelled(p)]
    shown = words("".join((*told_all, *labels)).replace("~~~", "```"))
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
    found = Counter(token for payload in messages(GALLERY[name]) for token in pressed(payload))
    assert found == Counter(button.token for button in card.buttons())


@everything
def test_nothing_in_it_is_followed(name: str) -> None:
    for payload in messages(GALLERY[name]):
        for text in contents(payload):
            assert not kinds(text) & FOLLOWING


@settings(deadline=None)
@given(ODD_TEXTS)
@example("*" * 1_900)
@example("\n" * 5 + ">\n" * 800)
@example("http://a " * 400)
@example("||**_~" * 900)
def test_no_text_of_anybody_is_followed_or_refused(odd: str) -> None:
    line = replace(DECISION.past[0], asked=odd, answer=odd, by=odd)
    step = replace(ACTION, flow_title=odd, client=odd, warn=odd, prose=odd, past=(line,))
    folded = FoldedView(DECISION.session, odd, line, struck=True)
    header = replace(HEADER, driver=odd, client=odd)
    for view in (step, NoticeView(odd), NoteView(odd), header, folded):
        for payload in [message(view), *messages(view)]:
            is_taken(payload)
            for text in contents(payload):
                assert not kinds(text) & FOLLOWING


def test_a_message_is_filled_as_far_as_discord_takes_it_and_no_further() -> None:
    for words_ in ("words", "w*rds", "* _", "||"):
        every_ = messages(NoticeView(long(words_, 9_000)))
        for payload in every_:
            is_taken(payload)
        assert len(every_) <= 9_000 // 1_000
    assert len(messages(NoticeView(long("words", 3_400)))) == 1


def test_a_step_reads_from_what_was_to_what_can_be_done() -> None:
    assert [each["type"] for each in components(DECISION)] == [10, 10, 10, 1, 1, 1]
    past, asked, with_it = contents(message(DECISION))
    assert past.split("\n")[:2] == [
        "-# VPN is down · Acme Ltd · Sam",
        "-# ✓ Who at Acme Ltd is affected? Everyone",
    ]
    assert all(line.startswith("-# ") for line in (*past.split("\n"), with_it))
    assert asked.split("\n")[1:] == ["- Look at the dates first.", "- Then at the *whole* chain."]
    assert asked.startswith("### Is the certificate that **vpn.acme.com** shows in date")
    answers, beside, behind = components(DECISION)[3:]
    assert [b["label"] for b in answers["components"]][:2] == ["1  Valid (7 of 9)", "2  Expired"]
    assert [b["label"] for b in beside["components"]] == ["How?", "Back", "Add a note…"]
    [more] = behind["components"]
    assert (more["custom_id"], more["placeholder"]) == ("pick1", "More…")


def test_a_warning_stands_apart_with_a_sign_and_words() -> None:
    [box] = [each for each in components(ACTION) if each["type"] == 17]
    assert isinstance(box["accent_color"], int)
    [said] = box["components"]
    assert said["content"] == "⚠️ **Careful:** Drops **every** tunnel for about a minute."
    code = replace(ACTION, warn="```\nrm -r x\n```")
    [box] = [each for each in components(code) if each["type"] == 17]
    assert marked(box["components"][0]["content"]) == (
        "⚠️ <bold>Careful:</bold>\n<block>rm -r x</block>"
    )


def test_code_stands_below_what_it_is_for_exactly_as_it_is() -> None:
    command = replace(ACTION.commands[0], code="a && b <c> `d` <@101> @here\n\n  e :tada:")
    said = contents(message(replace(ACTION, commands=(command,))))[3]
    assert marked(said) == (
        f"<small>FortiOS 7.4 · changes things\n</small><block>{command.code}</block>"
    )


def test_the_one_way_on_stands_out_and_several_do_not() -> None:
    assert [b["style"] for b in buttons(ACTION)][:2] == [1, 2]
    assert {b["style"] for b in buttons(DECISION)} == {2}
    alone = NoticeView("Done.", (Choice(ProductVerb.MENU, "Menu"),))
    assert [b["style"] for b in buttons(alone)] == [2]
    both = tuple(Choice(ProductVerb.JOIN, label, label.lower()) for label in ("Join", "Other"))
    assert {b["style"] for b in buttons(NoticeView("Which?", both))} == {2}


def test_what_ends_a_session_for_nothing_is_red() -> None:
    choices = (
        Choice(Can.CANCEL, "Cancel the session…", tone=Tone.END),
        Choice("choose", "Cancel", "cancel", Tone.ASIDE),
    )
    assert [b["style"] for b in buttons(NoticeView("Sure?", choices, DECISION.session))] == [4, 2]


def test_a_token_comes_back_as_it_was() -> None:
    [first, *_] = buttons(DECISION)
    assert Token.unpack(first["custom_id"]) == Token(DECISION.session, 5, "choose", "valid")


def test_forty_answers_are_picked_from_menus_that_are_told_apart() -> None:
    menus = [e for e in every(components(GALLERY["step, forty options"])) if e["type"] == 3]
    assert [each["custom_id"] for each in menus] == ["pick1", "pick2", "pick3"]
    assert len(menus[0]["options"]) == 25
    assert menus[1]["options"][14]["label"] == "40  Option number 39"


def test_a_placeholder_fits_and_is_there() -> None:
    option = Button(Token(DECISION.session, 5, "choose", "valid").pack(), "Valid")
    for label in ("🔥" * 150, "x" * 151, "word " * 60, "", "short"):
        [select] = menu(Choices((option,), label, menu=True), 1)["components"]
        assert 1 <= len(select["placeholder"].encode("utf-16-le")) // 2 <= 150
        assert select["placeholder"] == label or len(label) != 5


def test_many_buttons_stand_in_rows_of_five() -> None:
    choices = tuple(Choice("choose", f"Option {n}", f"o-{n}") for n in range(12))
    view = NoticeView("Which?", choices, DECISION.session)
    rows = [each for each in components(view) if each["type"] == 1]
    assert [len(row["components"]) for row in rows] == [5, 5, 2]
    assert [b["label"] for b in buttons(view)] == [choice.label for choice in choices]


def test_a_session_in_its_channel_is_a_title_and_small_lines() -> None:
    title, small = contents(message(HEADER))
    assert title == "## VPN is down · Acme Ltd"
    assert small == "-# Active\n-# Driven by Sam · since <t:1774940520:f>"


def test_a_step_that_stands_no_more_is_struck() -> None:
    [folded] = contents(message(GALLERY["folded, struck"]))
    assert re.fullmatch(r"-# ~~✓ .*<t:\d+:f>~~", folded)
    assert all(run.within[:2] == ("small", "struck") for run in read(folded))


def test_facts_are_names_with_their_values() -> None:
    said = contents(message(GALLERY["status"]))[1]
    names = [run.text for run in read(said) if run.within == ("bold",)]
    assert "".join(names) == "StatusSinceDriven byRecordedKnownNow"


def test_a_ticket_note_can_be_copied_whole() -> None:
    note = "# VPN is down\n\n- <@101> **said** so\n\n```sh\nls\n```\n\n1. done"
    _, document = contents(message(NoteView(note)))
    assert kinds(document) == {"block"}
    assert seen(read(document)) == note.replace("```", "~~~")  # which means the same
    both = f"{note}\n\n~~~\nx\n~~~"
    assert seen(read(contents(message(NoteView(both)))[1])) == both


def test_a_long_ticket_note_is_split_and_never_cut() -> None:
    note = GALLERY["note, longest"]
    assert isinstance(note, NoteView)
    shown = "".join(contents(message_)[-1] for message_ in messages(note))
    assert shown.count("finding") == note.text.count("finding")


def test_a_mark_is_the_first_components_id() -> None:
    for view in (DECISION, HEADER, NoticeView("Here.")):
        payload = message(view, mark=7)
        is_taken(payload)
        first, *others = every(payload["components"])
        assert first["id"] == 7
        assert all("id" not in each for each in others)
    assert all("id" not in each for each in every(components(DECISION)))
    assert components(DECISION) == components(DECISION)


def test_what_one_person_sees_is_else_the_same() -> None:
    payload = message(DECISION)
    assert ephemeral(payload) == {**payload, "flags": (1 << 15) | (1 << 6)}
    assert payload["flags"] == 1 << 15


def test_a_file_stands_below_what_it_is() -> None:
    payload = file("Ticket *note*", "vpn.md", mark=7)
    assert payload["components"] == [
        {"type": 10, "content": "Ticket \\*note\\*", "id": 7},
        {"type": 13, "file": {"url": "attachment://vpn.md"}},
    ]
    is_taken(payload)


def test_a_step_is_written_quickly() -> None:
    # Five times what it takes, for machines with much else to do.
    taken = timeit.repeat(lambda: message(DECISION), timer=process_time, number=20, repeat=20)
    assert min(taken) / 20 < 0.002


def _labelled(payload: Json) -> list[Json]:
    found = list(every(payload["components"]))
    menus = [{"label": each["placeholder"]} for each in found if "placeholder" in each]
    return [*found, *menus, *(option for each in found for option in each.get("options", ()))]
