"""What is said to one person in their chat with the bot, about another place: there its buttons do
what they do, so they carry the place along.
"""

from collections.abc import Mapping
from typing import Any

from bot.platforms.teams import render
from bot.platforms.teams.handle import Handle
from bot.platforms.teams.limits import SIZE
from bot.platforms.teams.places import conversation

Payload = dict[str, Any]
AT = "at"  # what an action's data calls the place
_CARRIERS = ("token", "menu")  # the data that a place goes with


def place_of(handle: Handle) -> str:
    """Where somebody works; "" where that is the chat itself."""
    if handle.spot is not None:
        return conversation(handle.spot.channel, handle.spot.root)
    return "" if handle.direct else conversation(handle.channel, handle.thread)


def placed(activity: Mapping[str, Any], place: str) -> Mapping[str, Any]:
    """The same with that place in all that can be pressed; without it where it has no room."""
    if not place:
        return activity
    made: Payload = _placed(activity, place)
    cards = [each["content"] for each in made.get("attachments", ())]
    return made if all(render.size(card) <= SIZE for card in cards) else activity


def _placed(value: Any, place: str) -> Any:
    if isinstance(value, Mapping):
        made = {name: _placed(each, place) for name, each in value.items()}
        carries = any(isinstance(made.get(name), str) for name in _CARRIERS)
        return {**made, AT: place} if carries else made
    return [_placed(each, place) for each in value] if isinstance(value, list) else value
