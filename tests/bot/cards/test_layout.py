"""Every view on every platform: within its limits, with every button once and every word there."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from functools import cache

import pytest

from bot.cards import card_of
from bot.cards.card import Button, Card, Choices, Document, Line, Notice, Prose
from bot.cards.fitting import plainly_fits
from bot.cards.layout import laid_out, pages
from bot.cards.limits import Limits, Units
from bot.cards.markdown import plain
from bot.platforms.discord.limits import DISCORD
from bot.platforms.playground.limits import PLAYGROUND
from bot.platforms.slack.limits import SLACK
from bot.platforms.teams.limits import TEAMS
from bot.token import Token
from core.verbs import ProductVerb
from core.views import Choice, CommandView, HelpView, NoteView, NoticeView, StepView
from tests.bot.cards.native import CHECKS, texts_of
from tests.gallery import DECISION, GALLERY, SESSION

PLATFORMS = {"playground": PLAYGROUND, "slack": SLACK, "teams": TEAMS, "discord": DISCORD}
_EXTREME = (
    "longest", "forty", "wall", "thousand", "hundred", "oddest", "by hand", "fenced", "one line",
)  # fmt: skip
ORDINARY = [name for name in GALLERY if not any(much in name for much in _EXTREME)]
_MARKDOWN = {
    (StepView, "prose"), (StepView, "warn"), (StepView, "expect"), (HelpView, "prose"),
    (HelpView, "expect"), (CommandView, "expect"),
}  # fmt: skip
_FOR_PROGRAMS = {"verb", "argument", "kind", "language", "status", "certainty", "tone"}

everywhere = pytest.mark.parametrize("platform", PLATFORMS)
everything = pytest.mark.parametrize("name", GALLERY)


@cache
def shown(name: str, platform: str) -> tuple[Card, ...]:
    """The pages of one of the gallery's views."""
    return pages(card_of(GALLERY[name]), PLATFORMS[platform])


@everywhere
@everything
def test_each_page_fits(name: str, platform: str) -> None:
    for page in shown(name, platform):
        CHECKS[platform](page)


@everywhere
@everything
def test_no_button_is_lost_or_doubled_and_every_token_is_one(name: str, platform: str) -> None:
    card = card_of(GALLERY[name])
    pressed = [button.token for page in shown(name, platform) for button in page.buttons()]
    verbs = Counter(Token.unpack(token).verb for token in pressed)
    leading = {t for t in pressed if Token.unpack(t).verb == ProductVerb.READ_ON}
    assert Counter(t for t in pressed if t not in leading) == Counter(
        b.token for b in card.buttons()
    )
    assert verbs[ProductVerb.READ_ON] == len(leading)


@everywhere
@everything
def test_every_word_is_there(name: str, platform: str) -> None:
    view = GALLERY[name]
    said = "".join("".join(text.split()) for text in read(shown(name, platform))).casefold()
    letters = Counter(said)
    for text in texts(view):
        for word in re.findall(r"\w+", text):
            if len(word) <= 60:
                assert word.casefold() in said
            else:  # broken over pages
                counted = Counter(word.casefold())
                assert all(letters[letter] >= n for letter, n in counted.items())


@everywhere
@everything
def test_all_is_pressed_on_the_first_page_but_lists_that_it_cannot_hold(
    name: str, platform: str
) -> None:
    first, *later = shown(name, platform)
    for page in later:
        lists = [b for b in page.blocks if isinstance(b, Choices) and "read-on" not in str(b)]
        assert all(choices.menu for choices in lists)
        assert not lists or [b for b in first.blocks if isinstance(b, Choices) and b.menu]


@everywhere
@everything
def test_each_page_leads_to_the_next(name: str, platform: str) -> None:
    view = card_of(GALLERY[name])
    every = shown(name, platform)
    for number, page in enumerate(every[:-1], 2):
        last = [*page.buttons()][-1]
        token = Token.unpack(last.token)
        assert (token.verb, token.argument) == (ProductVerb.READ_ON, str(number))
        assert (token.session, token.visit) == (view.session, view.visit)
        assert last.label == f"Read on ({number} of {len(every)})"
    alone = pages(view, PLATFORMS[platform], linked=False)
    assert all("read-on" not in button.token for page in alone for button in page.buttons())


@everywhere
@pytest.mark.parametrize("name", ORDINARY)
def test_what_is_ordinary_is_one_page(name: str, platform: str) -> None:
    [page] = shown(name, platform)
    assert page.summary == card_of(GALLERY[name]).summary


@everywhere
def test_what_is_ordinary_keeps_its_buttons_as_buttons(platform: str) -> None:
    [page] = pages(card_of(DECISION), PLATFORMS[platform])
    assert [choices.menu for choices in page.blocks if isinstance(choices, Choices)] == [
        False,
        False,
        True,
    ]


@everywhere
@pytest.mark.parametrize("name", ["step, longest", "step, a wall", "step, oddest"])
def test_what_is_asked_and_warned_of_is_beside_the_buttons(name: str, platform: str) -> None:
    first = shown(name, platform)[0]
    assert any(isinstance(block, Prose) and block.lead for block in first.blocks)
    assert any(isinstance(block, Notice) for block in first.blocks)


@everywhere
def test_forty_options_are_picked_from_lists(platform: str) -> None:
    first = shown("step, forty options", platform)[0]
    menus = [b for b in first.blocks if isinstance(b, Choices) and b.menu]
    picked = [button.label for menu in menus for button in menu.buttons]
    assert any(label.endswith("Option number 39") for label in picked)
    assert all(len(menu.buttons) <= PLATFORMS[platform].options for menu in menus)


def test_a_label_that_is_too_long_is_whole_in_a_line_above() -> None:
    first = shown("step, longest", "slack")
    lines = [block.parts[0] for page in first for block in page.blocks if isinstance(block, Line)]
    label = GALLERY["step, longest"].choices[3].label  # type: ignore[union-attr]
    assert f"4  {label}" in lines


def test_labels_that_were_cut_are_told_apart() -> None:
    for platform in PLATFORMS:
        first = shown("home, longest", platform)[0]
        for choices in first.blocks:
            if isinstance(choices, Choices):
                labels = [button.label for button in choices.buttons]
                assert len(labels) == len(set(labels))


def test_buttons_that_begin_alike_are_told_apart_when_they_are_cut() -> None:
    alike = "Restart the service on the first of all servers, then wait for it, and look again"
    choices = tuple(Choice("choose", f"{alike} {n}", f"o-{n}") for n in range(3))
    [page] = pages(card_of(NoticeView("Which?", choices)), PLAYGROUND)
    labels = [button.label for button in page.buttons()]
    assert labels[0].endswith("then wait for it, and…")
    assert labels[1].endswith("… (2)")
    assert labels[2].endswith("… (3)")
    lines = [block.parts[0] for block in page.blocks if isinstance(block, Line)]
    assert f"{labels[2]} = {alike} 2" in lines


def test_many_answers_leave_room_for_the_text_where_buttons_count_as_blocks() -> None:
    answers = tuple(Choice("choose", f"Answer {n}", f"o-{n}") for n in range(15))
    view = replace(DECISION, choices=answers, past=DECISION.past * 2)
    [page] = pages(card_of(view), DISCORD)
    [menu, _] = [block for block in page.blocks if isinstance(block, Choices) and block.menu]
    assert (menu.label, len(menu.buttons)) == ("Answer…", 15)
    [page] = pages(card_of(replace(view, choices=answers[:8])), DISCORD)
    assert not next(block.menu for block in page.blocks if isinstance(block, Choices))


def test_more_menus_than_a_message_can_hold_become_fewer() -> None:
    menus = [
        Choices((Button(Token(SESSION, n, "choose").pack(), f"Answer {n}"),), "Menu", menu=True)
        for n in range(9)
    ]
    [page] = pages(Card(tuple(menus), "Menus"), DISCORD)
    [menu] = page.blocks
    assert isinstance(menu, Choices)
    assert [button.label for button in menu.buttons] == [f"Answer {n}" for n in range(9)]


@pytest.mark.parametrize(("units", "size"), [("code-points", 1), ("utf-16", 2), ("utf-8", 4)])
def test_text_is_counted_as_the_platform_counts(units: str, size: int) -> None:
    assert replace(PLAYGROUND, units=Units(units)).size("🔥") == size
    assert SLACK.size("<a&b>") == len("&lt;a&amp;b&gt;")


def test_a_button_shows_its_key_and_count_where_the_platform_has_no_badges() -> None:
    [there] = shown("step", "slack")
    [here] = shown("step", "playground")
    assert [b.label for b in there.buttons()][:2] == ["1  Valid (7 of 9)", "2  Expired"]
    assert next((b.label, b.key, b.count) for b in here.buttons()) == ("Valid", "1", "7 of 9")


def test_a_note_over_its_pages_is_the_note() -> None:
    note = GALLERY["note, longest"]
    assert isinstance(note, NoteView)
    for platform in PLATFORMS:
        parts = [b for page in shown("note, longest", platform) for b in page.blocks]
        documents = [part for part in parts if isinstance(part, Document)]
        assert "".join("".join(d.text.split()) for d in documents) == "".join(note.text.split())
        assert [d.name for d in documents][:2] == ["ticket-note-1.md", "ticket-note-2.md"]


def test_a_long_note_leads_on_within_its_session() -> None:
    last = [*shown("note, longest", "slack")[0].buttons()][-1]
    assert Token.unpack(last.token) == Token(SESSION, 0, ProductVerb.READ_ON, "2")


def test_a_summary_too_long_for_the_platform_says_its_own_page() -> None:
    for page in shown("note, longest", "playground"):
        assert 0 < len(page.summary) <= PLAYGROUND.summary


@pytest.mark.parametrize("message", [300, 500, 900, 3_000])
def test_the_least_of_platforms_holds_everything_too(message: int) -> None:
    small: Limits = replace(DISCORD, message=message, block=200, document=200, blocks=12)
    for name in ("step, oddest", "help, longest", "notice, longest", "sessions, two hundred"):
        every = pages(card_of(GALLERY[name]), small)
        tokens = [b.token for page in every for b in page.buttons() if "read-on" not in b.token]
        assert Counter(tokens) == Counter(b.token for b in card_of(GALLERY[name]).buttons())
        assert all(len(page.blocks) <= 12 for page in every)


def read(every: tuple[Card, ...]) -> Iterator[str]:
    """Every text of pages, as it is read."""
    for page in every:
        for block in page.blocks:
            marked = isinstance(block, Prose | Notice)
            yield from (plain(text) if marked else text for text in texts_of(block))
            if isinstance(block, Choices):
                yield from (button.count or "" for button in block.buttons)


def texts(view: object) -> Iterator[str]:
    """Every text of a view that a person is meant to read."""
    if isinstance(view, str):
        yield view
    elif isinstance(view, tuple):
        for part in view:
            yield from texts(part)
    elif is_dataclass(view):
        for each in fields(view):
            value = getattr(view, each.name)
            if each.name in _FOR_PROGRAMS or isinstance(value, datetime):
                continue
            if isinstance(view, StepView) and each.name == "commands":
                value = _commands_of(view)
            if isinstance(view, StepView) and each.name == "past":
                value = tuple(replace(line, by="") for line in view.past)  # "Earlier" tells by whom
            if isinstance(view, CommandView) and each.name == "missing":
                continue  # the code itself shows a <placeholder> for each
            markdown = (type(view), each.name) in _MARKDOWN and value
            yield from texts(plain(value) if markdown else value)


def _commands_of(view: StepView) -> tuple[CommandView, ...]:
    """Those that a step shows itself: of a decision's several, and of sources, "How?" tells."""
    is_shown = view.kind == "action" or len(view.commands) == 1
    return tuple(replace(c, source=None) for c in view.commands) if is_shown else ()


@pytest.mark.parametrize("name", GALLERY)
def test_what_plainly_fits_is_what_measuring_every_block_gives(name: str) -> None:
    card = card_of(GALLERY[name])
    for limits in (*PLATFORMS.values(), replace(DISCORD, badges=True, payload=0)):
        if plainly_fits(card, limits):
            assert pages(card, limits) == laid_out(card, limits)


def test_an_ordinary_step_plainly_fits() -> None:
    for limits in (PLAYGROUND, SLACK, DISCORD):
        assert plainly_fits(card_of(DECISION), limits)
