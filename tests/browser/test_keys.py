"""Keys pressed outside the message box, and what they reach."""

import pytest
from playwright.async_api import Browser

from tests.browser.opening import opening
from tests.browser.writing import write

pytestmark = pytest.mark.asyncio(loop_scope="module")

_READ = """(it) => {
  const { top, bottom } = it.getBoundingClientRect();
  return document.activeElement === it && top > 0 && bottom < innerHeight;
}"""


async def test_a_command_typed_at_once_keeps_its_slash(
    server_address: str, begun: str, browser: Browser
) -> None:
    async with opening(server_address, begun, browser) as at:
        page = at.page
        await at.opens()
        box = page.locator(".pane.channel textarea")
        await box.wait_for()
        await page.keyboard.type("/flow vpn")
        assert await box.input_value() == "/flow vpn"
        await page.keyboard.press("Escape")
        await page.keyboard.press("Escape")
        await page.keyboard.type("/!")
        assert await box.input_value() == "/flow vpn!"


async def test_a_step_that_replies_pushed_away_is_one_key_or_press_away(
    server_address: str, begun: str, browser: Browser
) -> None:
    async with opening(server_address, begun, browser) as at:
        page = at.page
        await at.opens()
        await page.locator(".pane.channel .timeline:not(.loading)").wait_for()
        await page.locator(".pane.channel textarea").fill("/flow vpn-down")
        await page.keyboard.press("Enter")
        question = page.locator(".pane.thread .step.current .question")
        await question.wait_for()
        way = page.get_by_role("button", name="To the step")
        assert not await way.is_visible()
        thread = page.url.rsplit("/", 1)[-1]
        notes = (f"Note {number}." for number in range(20))
        await write(at.stage.address, at.channel, *notes, thread=thread)
        await way.wait_for()
        assert "is affected?" in await way.inner_text()
        await page.keyboard.press("s")
        await way.wait_for(state="hidden")
        assert await question.evaluate(_READ)
        await page.keyboard.press("End")
        await way.click()
        await way.wait_for(state="hidden")
        assert await question.evaluate(_READ)
        await page.keyboard.press("End")
        await way.wait_for()
        await page.keyboard.press("1")
        await question.filter(has_not_text="is affected?").wait_for()
