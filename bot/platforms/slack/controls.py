"""What can be pressed in Slack: buttons, menus, and the search for a flow, as elements of actions
blocks. A button's token is its action_id and its value, an option's is its value.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.cards.card import Button, Choices
from bot.platforms.slack.limits import SLACK
from bot.token import Token
from core.flow.node import Tone
from core.session.verbs import SessionVerb
from core.text import shortened
from core.verbs import ProductVerb

Element = dict[str, Any]

PICK = "pick"  # begins the action_id of every menu, which a number makes unique in its message
LABEL = 150  # characters of a placeholder
_MORE = "More…"


def plain(text: str) -> Element:
    """A text without any marks; `:ab:` within it is no emoji."""
    return {"type": "plain_text", "text": text, "emoji": False}


def row(choices: Choices, *, searching: bool = False) -> Iterator[Element]:
    """Choices as elements that stand side by side; `searching`: what finds a flow is a menu that is
    searched by typing, else a button that asks for words.
    """
    main = [button for button in choices.buttons if button.tone is not Tone.ASIDE]
    # One way on stands out among ways around; where there are several, none is the right one.
    primary = main[0] if len(main) == 1 and len(choices.buttons) > 1 else None
    for button in choices.buttons:
        if searching and _does(button, ProductVerb.FIND):
            yield _search(button)
        elif _does(button, SessionVerb.CANCEL):
            yield {**_button(button), "style": "danger"}
        elif button is primary:
            yield {**_button(button), "style": "primary"}
        else:
            yield _button(button)


def menu(choices: Choices, number: int) -> Element:
    """Choices behind one control, the message's menu of that number."""
    return {
        "type": "static_select",
        "action_id": f"{PICK}{number}",
        "placeholder": plain(shortened(choices.label, LABEL) or _MORE),
        "options": options([(button.label, button.token) for button in choices.buttons]),
    }


def options(labelled: Sequence[tuple[str, str]]) -> list[Element]:
    """Options of a menu: each with its label and its value."""
    return [{"text": plain(label), "value": value} for label, value in labelled]


def actions(elements: Sequence[Element]) -> Iterator[Element]:
    """Blocks of as many elements as one holds."""
    for begin in range(0, len(elements), SLACK.row):
        yield {"type": "actions", "elements": list(elements[begin : begin + SLACK.row])}


def _does(button: Button, verb: str) -> bool:
    # Nearly all are told by their ends, which is quicker.
    return button.token.endswith(verb) and Token.unpack(button.token).verb == verb


def _button(button: Button) -> Element:
    return {
        "type": "button",
        "action_id": button.token,
        "value": button.token,
        "text": plain(button.label),
    }


def _search(button: Button) -> Element:
    """A menu that is filled while somebody types, from what answers block_suggestion."""
    return {
        "type": "external_select",
        "action_id": button.token,
        "placeholder": plain(button.label),
        "min_query_length": 1,
    }
