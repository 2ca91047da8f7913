"""How somebody works a page: with the pointer, or by keyboard alone."""

from dataclasses import dataclass

from playwright.async_api import Locator, Page

_FAR = 300  # presses of Tab after which something cannot be reached by keyboard


class Unreachable(AssertionError):
    """Nobody gets there by keyboard."""


@dataclass(frozen=True)
class Hands:
    """On one page."""

    page: Page
    keyboard: bool = False

    async def press(self, button: Locator, *, digit: str = "") -> None:
        """Press a button or a link; by keyboard with its `digit`, where it has one."""
        if not self.keyboard:
            return await button.click()
        await button.wait_for()
        if digit.isdigit() and not await self._writing():
            return await self.page.keyboard.press(digit)
        await self.reach(button)
        return await self.page.keyboard.press("Enter")

    async def pick(self, entry: Locator) -> None:
        """An entry of the menu that is open, and has the focus."""
        if not self.keyboard:
            return await entry.click()
        await entry.wait_for()
        for _ in range(_FAR):
            if await _focused(entry):
                return await self.page.keyboard.press("Enter")
            await self.page.keyboard.press("ArrowDown")
        raise Unreachable(f"{entry} in its menu")

    async def write(self, box: Locator, text: str) -> None:
        """Put a text into a box, in place of what is in it."""
        if not self.keyboard:
            return await box.fill(text)
        await self.reach(box)
        await self.page.keyboard.press("Control+a")
        await self.page.keyboard.insert_text(text)
        return None

    async def fill(self, field: Locator, value: str) -> None:
        """A form's field: a text, or the words of one of its options."""
        menu, choices = field.locator("select"), field.locator(".choice")
        if await menu.count():
            if not self.keyboard:
                await menu.select_option(label=value)
                return
            await self.reach(menu)
            await self.page.keyboard.type(value)
        elif await choices.count():
            await self._choose(choices, value)
        else:
            await self.write(field.locator("input, textarea"), value)

    async def _choose(self, choices: Locator, value: str) -> None:
        wanted = choices.filter(has=self.page.get_by_text(value, exact=True)).locator("input")
        if not self.keyboard:
            return await wanted.check()
        [first, *_] = await choices.locator("input").all()
        checked = choices.locator("input:checked")
        await self.reach(checked if await checked.count() else first)
        await self.page.keyboard.press("Space")
        for _ in range(await choices.count()):
            if await wanted.is_checked():
                return None
            await self.page.keyboard.press("ArrowDown")
        raise Unreachable(f"“{value}”")

    async def reach(self, target: Locator) -> None:
        """Press Tab until it has the focus. Raises Unreachable."""
        await target.wait_for()
        for _ in range(_FAR):
            if await _focused(target):
                return
            await self.page.keyboard.press("Tab")
        raise Unreachable(f"{target} by Tab")

    async def _writing(self) -> bool:
        """Whether keys go into a text box now; Escape leaves it."""
        typing = "document.activeElement.matches('input, textarea, select')"
        if not await self.page.evaluate(typing):
            return False
        await self.page.keyboard.press("Escape")
        writing: bool = await self.page.evaluate(typing)
        return writing


async def _focused(target: Locator) -> bool:
    return bool(await target.evaluate("(element) => element === document.activeElement"))
