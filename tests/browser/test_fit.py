"""What has to fit one screen, wide and narrow."""

import pytest
from playwright.async_api import Browser

from tests.browser.opening import opening
from tests.browser.screens import looks, settled

pytestmark = pytest.mark.asyncio(loop_scope="module")

_TITLE = 110  # pixels: two lines of a title, and where it is
_ROOM = "(it) => it.closest('.scroller').clientHeight - it.getBoundingClientRect().height"


async def test_the_guide_fits_one_screen(server_address: str, begun: str, browser: Browser) -> None:
    async with opening(server_address, begun, browser) as at:
        page = at.page
        await at.opens()
        await page.locator(".pane.channel textarea").fill("/flow help")
        await page.keyboard.press("Enter")
        guide = page.locator(".message", has_text="What you can type")
        await guide.wait_for()
        for look in looks():
            await page.set_viewport_size(look.size)
            await settled(page)
            assert await guide.evaluate(_ROOM) >= 0, look


async def test_a_long_title_leaves_room_for_the_thread(
    server_address: str, begun: str, browser: Browser
) -> None:
    async with opening(server_address, begun, browser) as at:
        page = at.page
        await at.opens()
        await page.locator(".pane.channel textarea").fill("/flow vpn-down")
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="Set what is missing").click()
        await page.get_by_label("Client").fill("Acme and Sons " * 20)
        await page.keyboard.press("Enter")
        title = page.locator(".pane.thread .pane-header", has_text="Acme and Sons Acme")
        await title.wait_for()
        for look in looks():
            await page.set_viewport_size(look.size)
            await settled(page)
            box = await title.bounding_box()
            assert box is not None
            assert box["height"] <= _TITLE, look


async def test_a_menu_stays_at_its_button_whatever_the_window_does(
    server_address: str, begun: str, browser: Browser
) -> None:
    async with opening(server_address, begun, browser) as at:
        page = at.page
        await at.opens()
        await page.locator(".pane.channel textarea").fill("/flow vpn-down")
        await page.keyboard.press("Enter")
        button = page.locator(".pane.thread [data-do=menu]")
        await button.click()
        for look in reversed([*looks()]):
            await page.set_viewport_size(look.size)
            await settled(page)
            menu, of = await page.get_by_role("menu").bounding_box(), await button.bounding_box()
            assert menu is not None
            assert of is not None
            beside = abs(menu["x"] + menu["width"] / 2 - of["x"] - of["width"] / 2)
            assert beside <= menu["width"], look
            assert menu["x"] >= 0, look
            assert menu["x"] + menu["width"] <= look.size["width"], look
