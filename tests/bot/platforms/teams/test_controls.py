"""Buttons and menus, and what comes back of them."""

import pytest

from bot.cards.card import Button, Choices
from bot.platforms.teams.controls import NothingPicked, menu, opener, pressed, rows
from bot.token import Token
from core.session.verbs import SessionVerb as Can
from tests.gallery import SESSION
from tests.teams.checks import card_problems

TOKEN = Token(SESSION, 5, "choose", "valid").pack()


def button(label: str, *, asks: bool = False) -> Button:
    verb = Can.CORRECT if asks else "choose"
    argument = "".join(each for each in label.lower() if each.isalnum())
    return Button(Token(SESSION, 5, verb, argument[:40]).pack(), label, asks=asks)


def choices(count: int, *, asks: bool = False, label: str = "Menu…") -> Choices:
    """A menu of so many entries."""
    return Choices(tuple(button(f"Entry {n}", asks=asks) for n in range(count)), label, menu=True)


def test_a_token_is_in_what_was_pressed_whatever_else_is_there() -> None:
    assert pressed({"token": TOKEN}) == TOKEN
    assert pressed({"token": TOKEN, "pick1": "other", "msteams": {"type": "task/fetch"}}) == TOKEN
    assert pressed({"menu": "pick1", "pick1": TOKEN, "pick2": "other"}) == TOKEN
    assert pressed(opener("Note…", {"token": TOKEN})["data"]) == TOKEN


@pytest.mark.parametrize("data", [{"menu": "pick1"}, {"menu": "pick1", "pick1": ""}])
def test_whoever_picked_nothing_is_told_so(data: object) -> None:
    with pytest.raises(NothingPicked, match="Choose one first"):
        pressed(data)


@pytest.mark.parametrize(
    "data",
    [
        *(None, "", "token", 7, [], {}, {"token": ""}, {"token": None}, {"token": 7}),
        *({"token": ["a"]}, {"menu": 7, "7": ["x"]}, {"menu": "pick1", "pick1": 7}),
    ],
)
def test_nonsense_is_no_token(data: object) -> None:
    with pytest.raises(ValueError) as told:
        pressed(data)
    assert not isinstance(told.value, NothingPicked)


def test_a_row_ends_where_its_labels_would_be_cut() -> None:
    labels = ["x" * 16, "y" * 16, "z"]
    found = rows(Choices(tuple(map(button, labels))))
    assert [[each["title"] for each in row["actions"]] for row in found] == [labels[:2], labels[2:]]
    assert len(rows(Choices((button("x" * 200),)))) == 1


def test_a_short_menu_unfolds_and_a_long_one_is_searched() -> None:
    unfold, [folded] = menu(choices(12), 3)
    assert unfold is not None
    assert (unfold["title"], unfold["targetElements"]) == ("Menu…", ["menu3"])
    assert len(folded["items"]) == 12
    nothing, [field, go] = menu(choices(13), 3)
    assert nothing is None
    assert (field["id"], len(field["choices"])) == ("pick3", 13)
    assert go["actions"][0]["data"] == {"menu": "pick3"}
    card = {"type": "AdaptiveCard", "version": "1.5"}
    assert card_problems({**card, "body": [{**field}, go]}) == []
    assert card_problems({**card, "body": [folded], "actions": [unfold]}) == []


def test_a_list_opens_a_dialog_where_all_in_it_do() -> None:
    _, [_, go] = menu(choices(13, asks=True), 1)
    assert go["actions"][0]["type"] == "Action.Submit"
    assert go["actions"][0]["data"] == {"menu": "pick1", "msteams": {"type": "task/fetch"}}
    mixed = Choices((*choices(13).buttons, button("Asks…", asks=True)), "Menu…", menu=True)
    _, [_, go] = menu(mixed, 1)
    assert go["actions"][0]["type"] == "Action.Execute"


def test_a_menu_without_a_name_has_one() -> None:
    assert (menu(choices(2, label=""), 1)[0] or {})["title"] == "More…"
    assert menu(choices(13, label=""), 1)[1][0]["label"] == "More…"
