"""What one client keeps of the cards before it: what was typed into their inputs, what was shown or
hidden; and which action or input is meant.
"""

from dataclasses import dataclass, field

from tests.teams import parts
from tests.teams.filling import Impossible, sent, value_of, wrong
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

    def enters(self, id: str, value: str) -> None:
        """Something into an input. Raises Impossible."""
        field, path = self.input(id)
        if not self.sees((*path, field)):
            raise Impossible("it is hidden")
        self.typed[id] = value_of(field, value)

    def wrong(self, pressed: Pressable) -> dict[str, str]:
        """What is missing before an action can be sent, by id, in the words of the card."""
        if pressed.action.get("associatedInputs") == "none":
            return {}
        return wrong(self.card, self.typed, self.shown)

    def sent(self, pressed: Pressable) -> Json:
        """What an action sends, with what was typed."""
        if pressed.action.get("associatedInputs") == "none":
            return pressed.data
        return pressed.data | sent(self.card, self.typed)

    def submit(self, named: str = "") -> Pressable:
        """The button of that name, or the only one that sends all. Raises Impossible."""
        if named:
            found = self.action(named)
            if found is None:
                raise Impossible("there is no such button")
            return found
        every = [each for each in parts.pressables(self.card) if each.kind == "Action.Submit"]
        if len(every) != 1:
            raise Impossible("which button?")
        return every[0]

    def beside(self, input: str) -> Pressable:
        """The button that stands next after an input. Raises Impossible."""
        field, _ = self.input(input)
        order = [id(each) for each, _ in parts.elements(self.card)]
        for each in parts.pressables(self.card):
            after = not each.path or order.index(id(each.path[-1])) > order.index(id(field))
            if after and each.kind in ("Action.Execute", "Action.Submit"):
                return each
        raise Impossible("there is no button beside it")

    def shows(self, hidden: str) -> Pressable:
        """The button that shows what is hidden. Raises Impossible."""
        for each in parts.pressables(self.card):
            targets = each.action.get("targetElements") or ()
            named = [t if isinstance(t, str) else t["elementId"] for t in targets]
            if hidden in named and self.sees(each.path):
                return each
        raise Impossible("nothing shows it")

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
