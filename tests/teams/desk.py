"""What one client keeps of the cards before it: what was typed into their inputs, what was shown or
hidden; and which action or input is meant.
"""

from dataclasses import dataclass, field

from tests.teams import parts
from tests.teams.filling import Impossible
from tests.teams.parts import Pressable
from tests.teams.world import Json, Message, Version


@dataclass
class Screen:
    """A card on screen."""

    card: Json
    typed: dict[str, str] = field(default_factory=dict)
    shown: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, card: Json) -> "Screen":
        """As it is at first."""
        return cls(card, parts.begun(card), parts.visibility(card))

    def action(self, named: str) -> Pressable | None:
        """The action of that handle, id or title."""
        found = [*parts.pressables(self.card)]
        for each in found:
            if each.handle == named:
                return each
        for each in found:
            if named in (each.action.get("id"), each.title):
                return each
        return None

    def input(self, id: str) -> tuple[Json, tuple[Json, ...]]:
        """An input with what it is in. Raises Impossible."""
        for each, path in parts.inputs(self.card):
            if each["id"] == id:
                return each, path
        raise Impossible(f"there is no input {id}")

    def sees(self, path: tuple[Json, ...]) -> bool:
        """Whether what is in there is on screen."""
        return parts.seen(path, self.shown)

    def toggles(self, action: Json) -> None:
        """What an Action.ToggleVisibility does."""
        for each in action["targetElements"]:
            id = each if isinstance(each, str) else each["elementId"]
            to = None if isinstance(each, str) else each.get("isVisible")
            self.shown[id] = not self.shown[id] if to is None else to


@dataclass
class Desk:
    """All cards before one person."""

    viewer: str
    screens: dict[tuple[str, int], Screen] = field(default_factory=dict)

    def screen(self, message: Message, version: Version | None = None) -> Screen:
        """The card of a message, now or as it was."""
        found = version or message.shown(self.viewer)
        if not found.card:
            raise Impossible("there is no card")
        return self.screens.setdefault((message.id, found.number), Screen.of(found.card))

    def found(self, message: Message, named: str) -> tuple[Screen, Pressable]:
        """An action of a message, as they see it or saw it. Raises Impossible."""
        for version in reversed([*message.seen_by(self.viewer)]):
            if version.card:
                screen = self.screen(message, version)
                if (action := screen.action(named)) is not None:
                    return screen, action
        raise Impossible("there is no such button")
