"""What can be pressed in Discord: buttons and menus as rows. A button's custom_id is its token, an
option's value is its token.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.cards.card import Button, Choices
from bot.platforms.discord.limits import DISCORD
from bot.token import Token
from core.flow.node import Tone
from core.session.verbs import SessionVerb
from core.text import shortened

Component = dict[str, Any]

PICK = "pick"  # begins the custom_id of every menu, which a number makes unique in its message
PLACEHOLDER = 150  # characters

ROW, BUTTON, SELECT = 1, 2, 3
PRIMARY, SECONDARY, DANGER = 1, 2, 4
_MORE = "More…"
_HALF = PLACEHOLDER // 2  # of what counts for two each


def rows(choices: Choices) -> Iterator[Component]:
    """Choices as buttons that stand side by side, in as many rows as they need."""
    main = [button for button in choices.buttons if button.tone is not Tone.ASIDE]
    # One way on stands out among ways around; where there are several, none is the right one.
    primary = main[0] if len(main) == 1 and len(choices.buttons) > 1 else None
    every = [button(each, _style(each, primary)) for each in choices.buttons]
    for begin in range(0, len(every), DISCORD.row):
        yield _row(every[begin : begin + DISCORD.row])


def menu(choices: Choices, number: int) -> Component:
    """Choices behind one control, the message's menu of that number."""
    most = PLACEHOLDER if DISCORD.size(choices.label) <= PLACEHOLDER else _HALF
    select = {
        "type": SELECT,
        "custom_id": f"{PICK}{number}",
        "placeholder": shortened(choices.label, most) or _MORE,
        "options": [{"label": each.label, "value": each.token} for each in choices.buttons],
    }
    return _row([select])


def button(pressed: Button, style: int = SECONDARY) -> Component:
    """One button, which stands in a row."""
    return {
        "type": BUTTON,
        "style": style,
        "label": pressed.label,
        "custom_id": pressed.token,
    }


def _row(components: Sequence[Component]) -> Component:
    return {"type": ROW, "components": list(components)}


def _style(pressed: Button, primary: Button | None) -> int:
    # Nearly all are told by their ends, which is quicker.
    ends = pressed.token.endswith(SessionVerb.CANCEL)
    if ends and Token.unpack(pressed.token).verb == SessionVerb.CANCEL:
        return DANGER
    return PRIMARY if pressed is primary else SECONDARY
