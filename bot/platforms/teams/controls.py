"""What can be pressed in Teams: buttons in rows, and menus. What an action carries is a token, or
the name of the list that one was picked from; `pressed` reads it.

A button is an Action.Execute, whose answer is a card, with an Action.Submit for clients that know
none. Only a Submit opens a dialog: a button that asks first is one.
learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards
"""

from collections.abc import Mapping
from typing import Any

from bot.cards.card import Button, Choices
from bot.platforms.teams.limits import TEAMS
from bot.platforms.teams.surface import HOME
from bot.token import Token
from core.flow.node import Tone
from core.session.verbs import SessionVerb

Payload = dict[str, Any]

PRESS, PICK = "press", "pick"  # verbs of an Action.Execute, as HOME is
# Characters of a row on a phone, and of what is around a label: what is longer Teams cuts.
WIDTH, BESIDE = 40, 4
UNFOLDED = 12  # entries of a menu that are buttons; more of them are a list to search

_CANCEL = SessionVerb.CANCEL.value
_FETCH = {"type": "task/fetch"}
_MORE, _GO = "More…", "Go"
SEARCH = "Type to search…"
_CHOOSE = "Choose one first."


class NothingPicked(ValueError):
    """Nothing was picked from a list; the message is safe to show."""


def rows(choices: Choices) -> list[Payload]:
    """Choices as buttons that stand side by side, in as many rows as they need."""
    main = [each for each in choices.buttons if each.tone is not Tone.ASIDE]
    # One way on stands out among ways around; where there are several, none is the right one.
    primary = main[0] if len(main) == 1 and len(choices.buttons) > 1 else None
    several: list[list[Payload]] = []
    used = WIDTH
    for each in choices.buttons:
        length = len(each.label) + BESIDE
        if used + length > WIDTH or len(several[-1]) == TEAMS.row:
            several.append([])
            used = 0
        several[-1].append(button(each, is_primary=each is primary))
        used += length
    return [row(actions) for actions in several]


def has_room(row: Payload, action: Payload) -> bool:
    """Whether an action can stand in a row as well."""
    actions = row["actions"]
    taken = sum([len(each["title"]) + BESIDE for each in (*actions, action)])
    return len(actions) < TEAMS.row and taken <= WIDTH


def menu(choices: Choices, number: int) -> tuple[Payload | None, list[Payload]]:
    """Choices behind one control, the card's menu of that number: the button that unfolds it, if
    there is one, and what stands below.
    """
    if len(choices.buttons) > UNFOLDED:
        return None, _list(choices, f"{PICK}{number}")
    id_ = f"menu{number}"
    unfold = {
        "type": "Action.ToggleVisibility",
        "title": choices.label or _MORE,
        "targetElements": [id_],
    }
    entries = [
        {"type": "ActionSet", "spacing": "Small", "actions": [button(each)]}
        for each in choices.buttons
    ]
    return unfold, [{"type": "Container", "id": id_, "isVisible": False, "items": entries}]


def row(actions: list[Payload]) -> Payload:
    """Actions side by side."""
    return {"type": "ActionSet", "actions": actions}


def button(pressed: Button, *, is_primary: bool = False) -> Payload:
    """One button, which stands in a row."""
    token = pressed.token
    if pressed.asks:
        action = opener(pressed.label, {"token": token})
    else:
        action = _execute(pressed.label, PRESS, {"token": token})
    # Nearly all are told by their ends, which is quicker.
    if token.endswith(_CANCEL) and Token.unpack(token).verb == _CANCEL:
        action["style"] = "destructive"
    elif is_primary:
        action["style"] = "positive"
    return action


def opener(title: str, data: Mapping[str, Any]) -> Payload:
    """A button that opens a dialog; `data` is what Teams asks for it with."""
    return {"type": "Action.Submit", "title": title, "data": {**data, "msteams": _FETCH}}


def refresh() -> Payload:
    """What makes Teams ask for a newer card whenever somebody sees it."""
    return {"action": {"type": "Action.Execute", "title": "Refresh", "verb": HOME}}


def pressed(data: object) -> str:
    """The token in an action's data. Raises NothingPicked; ValueError where there is none."""
    if not isinstance(data, Mapping):
        raise ValueError("no data")
    name = data.get("menu")
    token = data.get("token" if name is None else str(name))
    if name is not None and not token:
        raise NothingPicked(_CHOOSE)
    if not isinstance(token, str) or not token:
        raise ValueError("no token")
    return token


def _execute(title: str, verb: str, data: Payload) -> Payload:
    return {
        "type": "Action.Execute",
        "title": title,
        "verb": verb,
        "data": data,
        "fallback": {"type": "Action.Submit", "title": title, "data": data},
    }


def _list(choices: Choices, id_: str) -> list[Payload]:
    """A list to search in, and what takes what was picked there."""
    picked = {
        "type": "Input.ChoiceSet",
        "id": id_,
        "style": "filtered",
        "label": choices.label or _MORE,
        "placeholder": SEARCH,
        "choices": [{"title": each.label, "value": each.token} for each in choices.buttons],
    }
    data = {"menu": id_}
    # A dialog can be opened only where every entry opens one.
    asks = all(each.asks for each in choices.buttons)
    go = opener(_GO, data) if asks else _execute(_GO, PICK, data)
    return [picked, row([go])]
