"""What one person of a story sees: where they are, what stands there, what they wait for.

Nothing sleeps here: a driver says when something may have changed.
"""

import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from tests.drivers.driver import Driver, Offered, Place, Seen, SeenForm
from tests.scenarios.acts import Kind, Sees
from tests.scenarios.reading import described, fits, form_fits, plain, public

PATIENCE = 20.0  # seconds; the machine may be busy with other tests
OLD_STEP = "an old step"
_STANDING = {Kind.MESSAGE, Kind.STEP, Kind.HEADER, Kind.FOLDED}
_T = TypeVar("_T")


class Untrue(AssertionError):
    """Something in the story did not come true; says where it stands, and what was seen."""


@dataclass
class Sight:
    """One person. `before` is what they saw before they last did something, with its version:
    of what only they see, an older answer is no answer to what they do now.
    """

    driver: Driver
    who: str
    place: Place = field(default_factory=lambda: Place("support"))
    arrived: bool = False
    before: Mapping[str, int] = field(default_factory=dict)
    failure: str = ""
    typing: str = ""

    async def goes(self, place: Place) -> None:
        """Look at a place from now on."""
        self.place, self.arrived = place, True
        await self.driver.goes(self.who, place)

    async def remembers(self) -> None:
        """Something is about to be done."""
        self.before = {seen.id: seen.version for seen in await self.driver.looks(self.who)}

    async def sees(self, act: Sees) -> None:
        """Wait until it is there. Raises Untrue."""
        if act.kind is Kind.FAILURE:
            told, self.failure = self.failure, ""
            if not told or not all(plain(text) in plain(told) for text in act.text):
                raise Untrue(f"{self.who} was told: {told or 'nothing'}")
            return
        await self.until(lambda: self.found(act), described(act))

    async def sees_no(self, act: Sees) -> None:
        """That it is not there now. Raises Untrue."""
        if await self.found(act) is not None:
            raise Untrue(f"{self.who} sees {described(act)}\n{await self._screen()}")

    async def sees_no_more(self, act: Sees) -> None:
        """Wait until it is gone. Raises Untrue."""

        async def gone() -> bool | None:
            return await self.found(act) is None or None

        await self.until(gone, f"the end of {described(act)}")

    async def until(self, look: Callable[[], Awaitable[_T | None]], wanted: str) -> _T:
        """What `look` finds, as soon as it finds it. Raises Untrue."""
        deadline = time.monotonic() + PATIENCE
        while True:
            found = await look()
            if found is not None:
                return found
            left = deadline - time.monotonic()
            if left <= 0:
                raise Untrue(f"{self.who} does not see {wanted}\n{await self._screen()}")
            await self.driver.waits(self.who, left)

    async def message(self, on: str) -> Seen:
        """The newest message that is, or says, `on`."""

        async def look() -> Seen | None:
            found = await self.among(on)
            return found[-1] if found else None

        return await self.until(look, f"a message “{on}”")

    async def button(
        self, find: Callable[[Seen], Offered | None], on: str | None, what: str
    ) -> tuple[Seen, Offered]:
        """The newest message that has the button, and the button."""

        async def look() -> tuple[Seen, Offered] | None:
            for seen in reversed(await self.among(on)):
                if button := find(seen):
                    return seen, button
            return None

        return await self.until(look, f"{what} to press")

    async def among(self, on: str | None) -> Sequence[Seen]:
        """The messages that `on` may mean: a kind of them, words in them, or all here."""
        if on == Kind.HOME:
            return [await self.driver.home(self.who)]
        if on == OLD_STEP:
            return await self.driver.remembers(self.who)
        here = await self.driver.looks(self.who)
        if on is None:
            return here
        if on in {*Kind}:
            return [seen for seen in here if self._of_kind(seen, Kind(on))]
        return [seen for seen in here if plain(on) in plain(seen.text)]

    async def found(self, act: Sees) -> object | None:
        """What is there of what is looked for."""
        match act.kind:
            case Kind.FORM | Kind.ERROR:
                form: SeenForm | None = await self.driver.form(self.who)
                return form if form is not None and form_fits(form, act) else None
            case Kind.HOME:
                home = await self.driver.home(self.who)
                return home if fits(home, act) else None
            case Kind.RECEIPT:
                return await self._receipt(act)
            case Kind.SUGGESTIONS:
                return await self._suggested(act)
            case _:
                return await self._standing(act)

    async def _standing(self, act: Sees) -> Sequence[Seen] | None:
        found = [*self._candidates(await self.driver.looks(self.who), act.kind)]
        if act.kind is Kind.STEP:
            found = found[-1:]  # what stands further up is not the step any more
        fitting = [seen for seen in found if fits(seen, act)]
        if act.times is not None:
            return fitting if len(fitting) == act.times else None
        return fitting or None

    def _candidates(self, here: Sequence[Seen], kind: Kind) -> Iterator[Seen]:
        for seen in here:
            fresh = seen.version > self.before.get(seen.id, -1)
            if self._of_kind(seen, kind) and (fresh or kind in _STANDING):
                yield seen

    def _of_kind(self, seen: Seen, kind: Kind) -> bool:
        root = seen.id == self.place.thread
        match kind:
            case Kind.MESSAGE:
                return True
            case Kind.HEADER:
                return public(seen) and (root or not self.place.thread)
            case Kind.STEP:
                pressed = bool(seen.buttons) and not seen.document
                return public(seen) and not root and pressed
            case Kind.FOLDED:
                return public(seen) and not root and not seen.buttons and not seen.document
            case Kind.TICKET:
                return seen.by_bot and bool(seen.document)
            case _:
                return seen.by_bot and seen.private

    async def _receipt(self, act: Sees) -> Seen | None:
        mine = [seen for seen in await self.driver.looks(self.who) if seen.author == self.who]
        if act.on is not None:
            mine = [seen for seen in mine if plain(act.on) in plain(seen.text)]
        return mine[-1] if mine and {*act.text} <= mine[-1].reactions else None

    async def _suggested(self, act: Sees) -> Sequence[str] | None:
        said = await self.driver.suggests(self.who, self.typing)
        there = all(any(plain(text) in plain(each) for each in said) for text in act.text)
        return said if there else None

    async def _screen(self) -> str:
        """What they have before them, for who reads why a story is not true."""
        lines = [f"{self.who} is in {self.place} and sees:"]
        for seen in await self.driver.looks(self.who):
            whose = f"{seen.author}{' (private)' if seen.private else ''}"
            labels = ", ".join(button.label for button in seen.buttons)
            lines.append(f"- {seen.id} {whose}: {seen.text[:600]} [{labels}] {set(seen.reactions)}")
        form = await self.driver.form(self.who)
        return "\n".join([*lines, f"form: {form}" if form else ""])
